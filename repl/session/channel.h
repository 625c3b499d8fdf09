/*
 * channel.h: a front's end of the channel to its worker.  Floor: session.
 *
 * The worker runs other people's code, so nothing that it says is believed.  A frame must be no longer than its kind
 * may be, must be one that answers what was asked last, and must carry the number that went with it, which the
 * learner's Lua never holds.  After the first frame that is not so the channel is broken, for good; the front keeps no
 * more than one frame meanwhile.
 */
#ifndef SOCKRATES_SESSION_CHANNEL_H
#define SOCKRATES_SESSION_CHANNEL_H

#include "session/frame.h"

struct channel;

/* Takes over the descriptor, a stream socket.  A chunk may print so many bytes. */
struct channel *channel_new(int fd, size_t output);
void channel_free(struct channel *channel);

/* To wait at; -1 once it is closed. */
int channel_descriptor(const struct channel *channel);

/* Sends a request, FRAME_EVALUATE or FRAME_ASK, which ends what was asked before.  False when nobody takes it. */
bool channel_ask(struct channel *channel, enum frame_kind kind, const char *bytes, size_t length);

/* Answers a FRAME_REQUEST or FRAME_INPUT that came to the request under way. */
bool channel_reply(struct channel *channel, const char *bytes, size_t length);

/* Takes what has arrived, some of it; never waits.  False at its end, and when it is broken. */
bool channel_read(struct channel *channel);

/*
 * The next frame that has arrived whole, 0 when there is none.  The bytes are borrowed until the next call of any of
 * these.
 */
enum frame_kind channel_next(struct channel *channel, const char **bytes, size_t *length);

/* What was wrong with a frame, as the end of a sentence: "it sent more output than it may".  NULL: nothing so far. */
const char *channel_broken(const struct channel *channel);

/* What is in a frame is wrong: the channel is broken, for this reason; a string that stays. */
void channel_break(struct channel *channel, const char *why);

#endif
