#include "trace/event.h"

const char *event_call_name(enum event_call call)
{
    static const char *const names[] = {
#define NAME(symbol, name, arguments) [CALL_##symbol] = name,
        EVENT_CALLS(NAME)
#undef NAME
    };
    return call < CALL_COUNT ? names[call] : "?";
}

const char *event_data(const struct event *event)
{
    return event->payload + event->address_length;
}
