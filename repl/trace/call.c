#include "trace/call.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

const struct call call_rows[CALL_COUNT] = {
#define CALL(symbol, ...) [CALL_##symbol] = {__VA_ARGS__},
#include "trace/calls.list"
#undef CALL
};

int64_t event_argument(const struct event *event, enum call_argument argument)
{
    const struct call *call = call_of(event);
    for (size_t i = 0; i < sizeof call->holds; i++)
        if (call->holds[i] == argument)
            return event->arg[i];
    return 0;
}

const char *call_argument_name(enum call_argument argument)
{
    static const char *const names[ARG_KINDS] = {
#define NAME(symbol, name) [ARG_##symbol] = name,
        CALL_NUMBERS(NAME)
#undef NAME
    };
    return argument < ARG_KINDS ? names[argument] : NULL;
}

enum call_argument call_argument_named(const struct call *call, const char *name)
{
    for (size_t i = 0; i < sizeof call->holds; i++) {
        const char *other = call_argument_name((enum call_argument)call->holds[i]);
        if (other != NULL && strcmp(other, name) == 0)
            return (enum call_argument)call->holds[i];
    }
    return ARG_NONE;
}

int64_t event_data_total(const struct event *event)
{
    switch (call_of(event)->data) {
    case DATA_MOVED:
        return event->end != 0 && event->result >= 0 ? event->result : event->data_length;
    case DATA_INNER:
        return 0;
    default:
        return event->data_length;
    }
}

bool event_asks_for_error(const struct event *event)
{
    return event_act(event) == ACT_GET_OPTION && event_argument(event, ARG_LEVEL) == SOL_SOCKET &&
           event_argument(event, ARG_OPTION) == SO_ERROR;
}

const char *event_function_name(enum event_function function)
{
    static const char *const names[] = {"",
#define NAME(symbol, name) name,
                                        EVENT_FUNCTIONS(NAME)
#undef NAME
    };
    return names[function < FUNCTION_COUNT ? function : FUNCTION_NONE];
}

const char *call_state(int64_t state)
{
    static const char *const states[] = {"?",          "ESTABLISHED", "SYN-SENT",    "SYN-RECV",   "FIN-WAIT-1",
                                         "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",      "CLOSE-WAIT", "LAST-ACK",
                                         "LISTEN",     "CLOSING",     "NEW-SYN-RECV"};
    return state >= 0 && (size_t)state < sizeof states / sizeof *states ? states[state] : "?";
}
