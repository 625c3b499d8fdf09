/*
 * call.h: what is known of each call, one row each (calls.list).  Floor: trace.
 *
 * Whoever wants to know what a call does, shows or waits for reads its row.  A call that has no row is CALL_NONE, whose
 * row says nothing of everything: readers leave it out.
 */
#ifndef SOCKRATES_TRACE_CALL_H
#define SOCKRATES_TRACE_CALL_H

#include "trace/event.h"

#include <stdbool.h>

/* Arguments that are kept as a number in the record, with a name each. */
/* clang-format off */
#define CALL_NUMBERS(row)                                                                          \
    row(FAMILY, "family") row(TYPE, "type") row(PROTOCOL, "protocol") row(SECOND, "second")        \
    row(BACKLOG, "backlog") row(SOCKET_FLAGS, "flags") row(LENGTH, "length") row(FLAGS, "flags")   \
    row(CONTROL, "control") row(HOW, "how") row(EVENTS, "events") row(REVENTS, "revents")          \
    row(TIMEOUT_MS, "timeout_ms") row(WITHIN, "within_ns") row(COUNT, "count") row(READY, "ready") \
    row(FOUND, "found")                                                                            \
    row(READ, "read") row(WRITE, "write") row(EXCEPT, "except") row(TIMEOUT, "timeout_ns")         \
    row(EPOLL_FLAGS, "flags") row(OPERATION, "operation") row(DESCRIPTOR, "descriptor")            \
    row(TOKEN, "token")  \
    row(MAXIMUM, "maximum") row(LEVEL, "level") row(OPTION, "option") row(VALUE, "value")          \
    row(NONBLOCKING, "nonblocking") row(CLOSE_ON_EXEC, "close_on_exec") row(FILE, "file")          \
    row(OFFSET, "offset") row(TIMER, "which") row(TIMER_VALUE, "value_ns")                         \
    row(TIMER_INTERVAL, "interval_ns") row(SECONDS, "seconds") row(PROCESS, "process")             \
    row(SIGNAL, "signal") row(HANDLER, "handler") row(RESTART, "restart") row(CHILD, "child")
/* clang-format on */

enum call_argument {
    ARG_NONE,
#define CALL_NUMBER(symbol, name) ARG_##symbol,
    CALL_NUMBERS(CALL_NUMBER)
#undef CALL_NUMBER
    /* What stands elsewhere in the record, or is made of several numbers. */
    ARG_FD,             /* event->fd */
    ARG_PAIR,           /* both descriptors */
    ARG_ADDRESS,        /* the payload, address_length bytes */
    ARG_ADDRESS_LENGTH, /* given with it */
    ARG_ADDRESS_ROOM,   /* the same, given back */
    ARG_DATA,           /* the payload behind the address */
    ARG_MESSAGE,        /* address, data, and how much control data there was */
    ARG_WATCHED,        /* one struct pollfd */
    ARG_WATCHED_LIST,   /* many, in the data */
    ARG_SETS,           /* select's three sets */
    ARG_CLOCK,
    ARG_GET_FLAGS,
    ARG_KINDS,
};

/* What a descriptor was found ready for. */
enum call_found { CALL_FOUND_READ = 1, CALL_FOUND_WRITE = 2, CALL_FOUND_OTHER = 4 };
#define CALL_FOUND_BITS 3
#define CALL_FOUND_MOST 20

/* What the call does. */
enum call_act {
    ACT_NONE,
    ACT_CREATE,
    ACT_PAIR,
    ACT_CONNECT,
    ACT_BIND,
    ACT_LISTEN,
    ACT_ACCEPT,
    ACT_SHUTDOWN,
    ACT_CLOSE,
    ACT_COPY,
    ACT_RECEIVE,
    ACT_SEND,
    ACT_WAIT, /* for any of many to be ready; the result says how many are */
    ACT_CREATE_EPOLL,
    ACT_CHANGE_EPOLL,
    ACT_SET_OPTION,
    ACT_GET_OPTION,
    ACT_GET_NAME,
    ACT_GET_PEER_NAME,
    ACT_SET_FLAGS,
    ACT_GET_FLAGS,
    ACT_SLEEP,
    ACT_PAUSE,
    ACT_SET_TIMER,
    ACT_SIGNAL,
    ACT_SET_HANDLER,
    ACT_LOOK_UP,
    ACT_FORK,
};

/* Where it stands in a picture. */
enum call_picture {
    PICTURE_HIDDEN,  /* only when it failed */
    PICTURE_LOCAL,   /* where it began */
    PICTURE_SEND,    /* where it began, with what it sent */
    PICTURE_CONNECT, /* where it began, and what came of it where it ended */
    PICTURE_RECEIVE, /* where it ended */
};

/* What its result, or the value that it gives back, means. */
enum call_gives {
    GIVES_NOTHING,
    GIVES_DESCRIPTOR,
    GIVES_PAIR,  /* event->fd and ARG_SECOND */
    GIVES_COUNT, /* a number worth telling */
    GIVES_VALUE, /* ARG_VALUE */
};

/* How much data there was. */
enum call_data {
    DATA_KEPT,  /* what is kept is all */
    DATA_MOVED, /* as much as the result says */
    DATA_INNER, /* none: what is kept there is not the caller's bytes */
};

#define CALL_ARGUMENTS 6

struct call {
    const char *name;    /* in C: "connect" */
    const char *word;    /* in a ladder; NULL: the name */
    const char *waiting; /* on the status line while it waits; NULL: it does not wait */
    const char *missing; /* what it waits for, and has not come; NULL for nothing to say */
    uint8_t act;         /* enum call_act */
    uint8_t picture;     /* enum call_picture */
    uint8_t gives;       /* enum call_gives */
    uint8_t data;        /* enum call_data */
    uint8_t salient;     /* enum call_argument: the one that matters, in a picture */
    uint8_t asked;       /* enum call_argument: how long it may wait, or is to sleep */
    bool sets_up;        /* of no interest when a peer does it */
    bool lasts;          /* what it did to a socket counts as long as that is there */
    bool looks;          /* changes nothing */
    bool signal_safe;    /* a signal handler may make it: signal-safety(7), and what only asks the kernel */
    uint8_t arguments[CALL_ARGUMENTS]; /* enum call_argument, in C's order */
    uint8_t holds[4];                  /* enum call_argument: what each arg[] of the record holds */
};

extern const struct call call_rows[CALL_COUNT];

/* Never NULL: the row of CALL_NONE for what is unknown. */
static inline const struct call *call_row(unsigned call)
{
    return &call_rows[call < CALL_COUNT ? call : CALL_NONE];
}

/* The row of the call that the event records; of CALL_NONE when it records none. */
static inline const struct call *call_of(const struct event *event)
{
    return call_row(event->kind == EVENT_CALL ? event->call : CALL_NONE);
}

static inline enum call_act event_act(const struct event *event)
{
    return (enum call_act)call_of(event)->act;
}

/* The call as C names it: "connect". */
static inline const char *event_call_name(enum event_call call)
{
    return call_row(call)->name;
}

/* One of the numbers that the call was given; 0 when it has no such argument. */
int64_t event_argument(const struct event *event, enum call_argument argument);

/* The names by which numbers are known: "backlog"; and the number of a call that has the name, ARG_NONE for none. */
const char *call_argument_name(enum call_argument argument);
enum call_argument call_argument_named(const struct call *call, const char *name);

/* How many bytes of data the call sent, received or was given; its record may keep fewer. */
int64_t event_data_total(const struct event *event);

/* getsockopt(SO_ERROR): what became of an attempt that went on alone. */
bool event_asks_for_error(const struct event *event);

/* "sendall" */
const char *event_function_name(enum event_function function);

/* A state of TCP as TCP_INFO counts them: "ESTABLISHED". */
const char *call_state(int64_t state);

#endif
