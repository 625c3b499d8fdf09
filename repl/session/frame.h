/*
 * frame.h: messages between a front and its worker.  Floor: session.
 *
 * A frame is a head and that many bytes, on a stream socket.  Every request of the front has a random number, which
 * whatever the worker says to it repeats.  The worker runs other people's code: the front's side, which believes
 * nothing, is channel.h.
 */
#ifndef SOCKRATES_SESSION_FRAME_H
#define SOCKRATES_SESSION_FRAME_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum frame_kind {
    FRAME_EVALUATE = 1, /* to the worker: struct frame_chunk, name, text */
    FRAME_ASK,          /* to the worker: JSON ["verb", argument] */
    FRAME_OUTPUT,       /* to the front: visible text, some */
    FRAME_OUTCOME,      /* to the front: see record.h */
    FRAME_ANSWER,       /* to the front: JSON */
    FRAME_LEAVING,      /* to the front: the status given to os.exit(), as text */
    FRAME_REQUEST,      /* to the front: JSON, a question to another session; the worker waits */
    FRAME_REPLY,        /* to the worker: JSON, the answer */
    FRAME_INPUT,        /* to the front, empty: io.read() wants a line; FRAME_REPLY is that, or null */
    FRAME_KINDS,
    /* Between a worker and its bench, see bench.h: */
    FRAME_BUILD, /* to the bench: struct bench_source, name, text */
    FRAME_START, /* to the bench: 1 to be told when it listens, else 0; the arguments, each with a zero byte after it */
    FRAME_SEND,  /* to the bench: a signal, int32_t */
    FRAME_BUILT, /* to the worker: one byte, 1 for fine; what the compiler said */
    FRAME_BEGUN, /* to the worker: the number of the process, int32_t */
    FRAME_LISTENS, /* to the worker: as it was to be told */
    FRAME_SENT,    /* to the worker: the signal has reached the program */
    FRAME_ENDED,   /* to the worker: struct bench_end, words */
};

/* No frame to the front is longer; a worker leaves out what is too much. */
#define FRAME_MOST (16 << 20)

struct frame_head {
    uint32_t kind, length;
    uint64_t nonce;
};

struct frame_chunk {
    int64_t time;
    int32_t first_line;
    uint32_t name_length;
    uint8_t check, continues, language, gives_arguments;
    uint32_t unused; /* without holes: what is in memory by chance is not sent */
};

/* Sends a frame whole; false when the other end is gone. */
bool frame_send(int fd, enum frame_kind kind, uint64_t nonce, const char *bytes, size_t length);

/* Waits for a frame; its bytes replace the text's.  0 when the other end is gone. */
enum frame_kind frame_receive(int fd, uint64_t *nonce, struct text *bytes);

#endif
