/*
 * event.h: the record of one thing that happened.  Floor: trace.
 *
 * Every socket call, every note of a peer, every packet the wire saw is one struct event in one ring that
 * the learner's process, its peers and the wire share.  Every view is a reader of these records: call list,
 * ladder, C, Python, JSON.  A record holds no pointers.
 */
#ifndef SOCKRATES_TRACE_EVENT_H
#define SOCKRATES_TRACE_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum event_kind {
    EVENT_CALL = 1, /* a system call */
    EVENT_NOTE,     /* text: a peer said, ended or failed; long notes continue in the next record */
    EVENT_HANDLER,  /* a signal handler ran; arg[0] is the signal, result -1 when it raised */
    EVENT_STATE,    /* a socket changed state: arg[0] before, arg[1] after, as TCP_INFO counts them */
    EVENT_PACKET,   /* seen by the wire */
    EVENT_PRINT,    /* the chunk wrote arg[0] bytes where people read them; only programs made of it tell that */
    EVENT_PASSED,   /* a socket travels in a message: arg[0] is its number in the kernel, arg[1] an enum passing */
};

/* What becomes of the descriptor fd of the actor; no picture shows it. */
enum passing {
    PASSED_ON, /* a copy of it is on its way */
    PASSED_IN, /* it is that copy */
    PASSED_NOT /* it was not sent after all */
};

/* The calls, by number; what is known of each is its row, see call.h. */
enum event_call {
#define CALL(symbol, ...) CALL_##symbol,
#include "trace/calls.list"
#undef CALL
    CALL_COUNT
};

enum event_flag {
    EVENT_RETRY = 1,     /* the same call again, after EINTR or EAGAIN */
    EVENT_WAIT = 2,      /* a poll that serves a timeout, not one that was asked for */
    EVENT_CONTINUED = 4, /* a note that goes on in the next record of the same actor */
    EVENT_FAILED = 8,    /* a note: the peer failed */
    EVENT_SETUP = 16,    /* a peer is made ready: no picture shows it */
    EVENT_ENDED = 32,    /* a note: the peer has ended, its sockets closed by the kernel; arg[0]: by that signal */
    EVENT_APART = 64,    /* a peer that serves each of its sockets as if there were no other */
    EVENT_THREAD = 128,  /* of a program that is followed: chunk is the thread that made it, 0 the first */
    EVENT_PACED = 256,   /* a peer that waits, unseen, until what it said has been read */
};

/* Functions that are more than the system call of their name, and whose calls are told as theirs. */
#define EVENT_FUNCTIONS(row)                                                                  \
    row(CONNECT_EX, "connect_ex") row(SENDALL, "sendall") row(CREATE_SERVER, "create_server") \
        row(CREATE_CONNECTION, "create_connection")

enum event_function {
    FUNCTION_NONE,
#define EVENT_FUNCTION(symbol, name) FUNCTION_##symbol,
    EVENT_FUNCTIONS(EVENT_FUNCTION)
#undef EVENT_FUNCTION
        FUNCTION_COUNT
};

#define EVENT_SIZE 256
#define EVENT_ROOM (EVENT_SIZE - 96)

struct event {
    _Atomic uint64_t stamp; /* 1 + its number in the ring, once begun; 0: never written */
    int64_t begin;          /* clock_now() */
    _Atomic int64_t end;    /* 0 while the call has not returned */
    uint16_t kind;          /* enum event_kind */
    uint16_t call;          /* enum event_call */
    uint16_t actor;         /* who: 0 the learner, 1.. peers */
    uint16_t flags;         /* enum event_flag */
    int32_t fd;             /* first argument; -1 where there is none */
    int32_t error;          /* errno, 0 when fine */
    int64_t result;         /* what the call returned */
    uint32_t chunk; /* which evaluated chunk, counted from 1 in its session; 0 outside of one; see EVENT_THREAD */
    int32_t line;   /* its line, 0 unknown */
    int64_t arg[4]; /* what they hold, the call's row says */
    uint16_t address_length;
    uint16_t names_length;    /* of what is called: see event_names() */
    uint16_t data_length;     /* bytes of data kept; how many there were, arg or result says */
    uint16_t function;        /* enum event_function: on whose behalf */
    char payload[EVENT_ROOM]; /* the socket address, then the data, then names */
};

_Static_assert(sizeof(struct event) == EVENT_SIZE, "one event, one fixed size");

/* True when what it says of its payload fits in there. */
static inline bool event_is_whole(const struct event *event)
{
    return (uint64_t)event->address_length + event->data_length + event->names_length <= EVENT_ROOM;
}

/* The data kept in the payload, data_length bytes. */
static inline const char *event_data(const struct event *event)
{
    return event->payload + event->address_length;
}

/*
 * What the learner calls the descriptors that the call gave, names_length bytes: "s", "left right", " right"; nothing
 * where no variable holds them.
 */
static inline const char *event_names(const struct event *event)
{
    return event->payload + event->address_length + event->data_length;
}

#endif
