/*
 * frame.h: messages between a front and its worker.  Floor: session.
 *
 * A frame is a kind, a length and that many bytes, on a stream socket.
 */
#ifndef SOCKRATES_SESSION_FRAME_H
#define SOCKRATES_SESSION_FRAME_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum frame_kind {
    FRAME_EVALUATE = 1, /* to the worker: struct frame_chunk, name, text */
    FRAME_ASK,          /* to the worker: JSON ["verb", argument] */
    FRAME_OUTPUT,       /* to the front: visible text */
    FRAME_OUTCOME,      /* to the front: see record.h */
    FRAME_ANSWER,       /* to the front: JSON */
    FRAME_LEAVING,      /* to the front: the status given to os.exit(), as text */
};

struct frame_chunk {
    int64_t time;
    int32_t first_line;
    uint32_t name_length;
    uint32_t check;
};

/* Sends a frame whole; false when the other end is gone. */
bool frame_send(int fd, enum frame_kind kind, const char *bytes, size_t length);

/* Waits for a frame; its bytes replace the text's.  0 when the other end is gone. */
enum frame_kind frame_receive(int fd, struct text *bytes);

/*
 * Takes the next whole frame out of what has arrived in `arrived`, from *at on; 0 when there is none yet.
 * The bytes are borrowed.
 */
enum frame_kind frame_next(const struct text *arrived, size_t *at, const char **bytes, size_t *length);

#endif
