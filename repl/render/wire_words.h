/*
 * wire_words.h: what the wire saw of a call that failed, in a sentence.  Floor: render.
 *
 *     On the wire: 3 SYNs within 3.06 s, and no answer.
 *     On the wire: a SYN, and RST after 0.21 ms.
 */
#ifndef SOCKRATES_RENDER_WIRE_WORDS_H
#define SOCKRATES_RENDER_WIRE_WORDS_H

#include "base/text.h"
#include "trace/packet.h"

/* Of the packets to and from that address, from that moment on; nothing where the wire saw none. */
void wire_words(struct text *out, const struct timeline *timeline, const struct address *remote, int64_t from);

#endif
