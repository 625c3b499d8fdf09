/*
 * translate_c_waits.c: waiting for many, time, signals and names, in C.
 */
#include "render/translate_c.h"

#include "base/memory.h"
#include "net/net.h"
#include "session/call_text.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* --- waiting for many ----------------------------------------------------------------------------------- */

static bool add_set(struct part *part, const struct operation *operation, uint64_t mask, const char *set,
                    struct text *out)
{
    if (mask == 0)
        return true;
    text_format(out, "    fd_set %s;\n    FD_ZERO(&%s);\n", set, set);
    for (int fd = 0; fd < 64; fd++) {
        const char *name = mask >> fd & 1 ? part_name(part, operation->actor, fd) : "";
        if (name == NULL)
            return false;
        if (*name != '\0')
            text_format(out, "    FD_SET(%s, &%s);\n", name, set);
    }
    return true;
}

static bool write_select(struct part *part, const struct operation *operation, struct text *out)
{
    static const char *const sets[] = {"readable", "writable", "special"};
    const struct event *event = program_first(part, operation);
    int64_t masks[3] = {event->arg[0], event->arg[1], event->arg[2]},
            timeout = program_time(part->program, event->arg[3]);
    if (event->data_length == sizeof masks)
        memcpy(masks, event_data(event), sizeof masks);
    text_add(out, "{\n");
    for (int i = 0; i < 3; i++)
        if (!add_set(part, operation, (uint64_t)masks[i], sets[i], out))
            return false;
    part->uses |= USES_SELECT;
    if (timeout >= 0)
        text_format(out, "    struct timeval limit = {%" PRId64 ", %" PRId64 "};\n", timeout / CLOCK_SECOND,
                    timeout % CLOCK_SECOND / 1000);
    text_add(out, "    int ready = select(FD_SETSIZE");
    for (int i = 0; i < 3; i++)
        text_format(out, ", %s%s", masks[i] ? "&" : "", masks[i] ? sets[i] : "NULL");
    text_format(out,
                ", %s);\n    if (ready < 0)\n        %s(\"select\");\n    printf(\"select: %%d ready\\n\", "
                "ready);\n}\n",
                timeout >= 0 ? "&limit" : "NULL", c_failed(operation) ? "perror" : "fail");
    return true;
}

bool c_poll(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct pollfd list[PROGRAM_WATCHED_MOST];
    size_t count;
    if (!program_watched(event, list, &count))
        return false;
    part->uses |= USES_POLL;
    text_add(out, "{\n    struct pollfd watched[] = {");
    for (size_t i = 0; i < count; i++) {
        const char *name = part_name(part, operation->actor, list[i].fd);
        if (name == NULL)
            return false;
        text_format(out, "%s{%s, ", i > 0 ? ", " : "", name);
        call_text_events(out, list[i].events);
        text_add(out, ", 0}");
    }
    text_format(out,
                "};\n    int ready = poll(watched, %zu, %" PRId64 ");\n    if (ready < 0)\n        %s(\"poll\");\n"
                "    printf(\"poll: %%d ready\\n\", ready);\n}\n",
                count, event->arg[1], c_failed(operation) ? "perror" : "fail");
    return true;
}

static void write_epoll_create(struct part *part, const struct operation *operation, struct text *out)
{
    const char *name = part_name_new(part, operation, (int)operation->result, "epoll");
    part->uses |= USES_EPOLL;
    text_format(out, "%s = epoll_create1(0);\n", name);
    c_check(part, operation, name, out);
}

bool c_epoll_change(struct part *part, const struct operation *operation, const char *epoll, struct text *out)
{
    static const char *const operations[] = {
        [EPOLL_CTL_ADD] = "EPOLL_CTL_ADD", [EPOLL_CTL_MOD] = "EPOLL_CTL_MOD", [EPOLL_CTL_DEL] = "EPOLL_CTL_DEL"};
    const struct event *event = program_last(part, operation);
    const char *name = part_name(part, operation->actor, (int)event->arg[1]);
    struct text call = TEXT_EMPTY;
    if (name == NULL || event->arg[0] < 1 || event->arg[0] > 3)
        return false;
    text_format(&call, "epoll_ctl(%s, %s, %s, &(struct epoll_event){.events = %#" PRIx64 ", .data.fd = %s})", epoll,
                operations[event->arg[0]], name, event->arg[2], name);
    c_checked(part, operation, &call, out);
    return true;
}

void c_epoll_wait(struct part *part, const struct operation *operation, const char *epoll, struct text *out)
{
    const struct event *event = program_first(part, operation);
    part->uses |= USES_EPOLL;
    text_format(out,
                "{\n    struct epoll_event events[64];\n    int ready = epoll_wait(%s, events, %" PRId64 ", %" PRId64
                ");\n"
                "    if (ready < 0)\n        %s(\"epoll_wait\");\n    printf(\"epoll_wait: %%d ready\\n\", "
                "ready);\n}\n",
                epoll, event->arg[0] > 64 ? 64 : event->arg[0], event->arg[1], c_failed(operation) ? "perror" : "fail");
}

/* --- time and signals ----------------------------------------------------------------------------------- */

static void write_sleep(struct part *part, const struct operation *operation, struct text *out)
{
    int64_t time = program_time(part->program, program_first(part, operation)->arg[0]);
    part->uses |= USES_TIME;
    text_format(out, "nanosleep(&(struct timespec){%" PRId64 ", %" PRId64 "}, NULL);\n", time / CLOCK_SECOND,
                time % CLOCK_SECOND);
}

static void add_time(struct text *out, int64_t time)
{
    text_format(out, "{%" PRId64 ", %" PRId64 "}", time / CLOCK_SECOND, time % CLOCK_SECOND / 1000);
}

static void write_timer(struct part *part, const struct operation *operation, struct text *out)
{
    static const char *const names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    const struct event *event = program_last(part, operation);
    struct text call = TEXT_EMPTY;
    part->uses |= USES_TIMERS;
    text_format(&call, "setitimer(%s, &(struct itimerval){.it_interval = ",
                event->arg[0] >= 0 && event->arg[0] < 3 ? names[event->arg[0]] : "ITIMER_REAL");
    add_time(&call, event->arg[2]);
    text_add(&call, ", .it_value = ");
    add_time(&call, event->arg[1]);
    text_add(&call, "}, NULL)");
    c_checked(part, operation, &call, out);
}

static void write_handler(struct part *part, const struct operation *operation, struct text *out)
{
    const char *const handlers[] = {"SIG_DFL", "SIG_IGN", program_handler(part, operation), "SIG_DFL"};
    const struct event *event = program_last(part, operation);
    int64_t kind = event->arg[1];
    struct text call = TEXT_EMPTY;
    part->uses |= USES_SIGNALS;
    c_comment(part,
              event->arg[2] ? "With SA_RESTART the kernel makes an interrupted call again by itself."
                            : "Without SA_RESTART a call that waits comes back with EINTR.",
              out);
    text_add(&call, "sigaction(");
    call_text_signal(&call, event->arg[0]);
    text_format(&call, ", &(struct sigaction){.sa_handler = %s%s}, NULL)", handlers[kind >= 0 && kind < 4 ? kind : 0],
                event->arg[2] ? ", .sa_flags = SA_RESTART" : "");
    c_checked(part, operation, &call, out);
}

static void write_raise(struct part *part, const struct operation *operation, struct text *out)
{
    part->uses |= USES_SIGNALS;
    text_add(out, "raise(");
    call_text_signal(out, program_last(part, operation)->arg[0]);
    text_add(out, ");\n");
}

/* --- names ---------------------------------------------------------------------------------------------- */

static void write_lookup(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    part->uses |= USES_NAMES;
    text_add(out, "{\n    struct addrinfo hints = {.ai_family = ");
    call_text_constant(out, "AF_", event->arg[0]);
    text_format(out, ", .ai_socktype = %" PRId64 "}, *list = NULL;\n    int error = getaddrinfo(", event->arg[1]);
    c_literal(out, event_data(event), event->data_length);
    text_add(out, ", NULL, &hints, &list);\n    if (error != 0)\n"
                  "        fprintf(stderr, \"getaddrinfo: %s\\n\", gai_strerror(error));\n"
                  "    else\n        freeaddrinfo(list);\n}\n");
}

static bool event_has_host(const struct part *part, const struct operation *operation)
{
    return program_last(part, operation)->data_length > 0;
}

/* --- all of them ---------------------------------------------------------------------------------------- */

bool c_plain_call(struct part *part, const struct operation *operation, struct text *out)
{
    switch (operation->call) {
    case CALL_SELECT:
        return write_select(part, operation, out);
    case CALL_POLL_LIST:
        return c_poll(part, operation, out);
    case CALL_EPOLL_CREATE:
        return write_epoll_create(part, operation, out), true;
    case CALL_GETADDRINFO:
        return event_has_host(part, operation) && (write_lookup(part, operation, out), true);
    case CALL_SLEEP:
        return write_sleep(part, operation, out), true;
    case CALL_PAUSE:
        return text_add(out, "pause();\n"), true;
    case CALL_SETITIMER:
        return write_timer(part, operation, out), true;
    case CALL_ALARM:
        return text_format(out, "alarm(%" PRId64 ");\n", program_last(part, operation)->arg[0]), true;
    case CALL_SIGACTION:
        return write_handler(part, operation, out), true;
    case CALL_RAISE:
        return write_raise(part, operation, out), true;
    default:
        return false;
    }
}
