/*
 * letter.h: a message of Jupyter's protocol as frames, and read.  Floor: kernel.
 *
 *     who sent it, some frames | <IDS|MSG> | signature | header | parent | metadata | content | more frames
 *
 * Header to content are JSON objects.  Knows nothing of sockets.
 */
#ifndef SOCKRATES_KERNEL_LETTER_H
#define SOCKRATES_KERNEL_LETTER_H

#include "base/text.h"
#include "kernel/key.h"

#include <jansson.h>

/* Contents that are longer are not read. */
#define LETTER_MOST ((size_t)16 << 20)

/* One that came; it owns all that it holds. */
struct letter {
    struct text *senders; /* frames that lead back to whoever sent it */
    size_t sender_count;
    struct text header; /* as it came: answers repeat it */
    json_t *head, *parent, *content;
    const char *type; /* in the head */
    bool too_long;    /* the content was not read: it is an empty object */
};

/* NULL when it is no message, or one that nobody with the key has signed; *why then says so, as a sentence's end. */
struct letter *letter_read(const struct span *frames, size_t count, const struct key *key, const char **why);
void letter_free(struct letter *letter);

/* Of the content. */
const char *letter_string(const struct letter *letter, const char *name, const char *otherwise);
bool letter_flag(const struct letter *letter, const char *name, bool otherwise);

/* The frames of one that goes out, from the signature on. */
enum { LETTER_SIGNATURE, LETTER_HEADER, LETTER_PARENT, LETTER_METADATA, LETTER_CONTENT, LETTER_FRAMES };

struct letter_out {
    struct text frames[LETTER_FRAMES];
};

#define LETTER_DELIMITER "<IDS|MSG>"

/* `parent` is the header of the message it answers, as it came; "" for none.  Borrows everything. */
void letter_write(struct letter_out *letter, const struct key *key, const json_t *header, const char *parent,
                  const json_t *content);
void letter_out_free(struct letter_out *letter);

#endif
