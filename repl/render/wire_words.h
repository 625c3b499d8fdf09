/*
 * wire_words.h: what the wire saw of a call that failed, in a sentence.  Floor: render.
 *
 *     On the wire: 3 SYNs within 3.06 s, and no answer.
 *     On the wire: a SYN, and RST after 0.21 ms.
 *     On the wire: the same data 4 times within 834 ms, never acknowledged, and no data came back.
 */
#ifndef SOCKRATES_RENDER_WIRE_WORDS_H
#define SOCKRATES_RENDER_WIRE_WORDS_H

#include "base/text.h"
#include "trace/packet.h"

/* Whose packets, and when. */
struct wire_call {
    struct address local, remote; /* local: length 0 where it is not known */
    bool connects;                /* else it is a call on a connection, or of a socket without one */
    int64_t from, until;          /* moments; of a connection all that the step saw until then counts */
};

/* Nothing where the wire saw none. */
void wire_words(struct text *out, const struct timeline *timeline, const struct wire_call *call);

#endif
