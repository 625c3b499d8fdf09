/*
 * post.h: what a kernel says, to one who asked and to everybody.  Floor: kernel.
 *
 * Contents are taken over.
 */
#ifndef SOCKRATES_KERNEL_POST_H
#define SOCKRATES_KERNEL_POST_H

#include "kernel/letter.h"
#include "kernel/ports.h"

#define POST_PROTOCOL "5.5"

struct post;

/* Ports and key are borrowed. */
struct post *post_new(struct ports *ports, const struct key *key);
void post_free(struct post *post);

/* The answer to a request, through the port that it came by. */
void post_reply(struct post *post, enum port port, const struct letter *request, const char *type, json_t *content);

/* Asks whoever sent the request, through the port for input.  False when they do not listen there. */
bool post_ask(struct post *post, const struct letter *request, const char *type, json_t *content);

/* True for an answer to what was asked last, or one that does not say to what. */
bool post_asked(const struct post *post, const struct letter *answer);

/* To everybody who listens; `request` is what it is about, NULL for nothing. */
void post_publish(struct post *post, const struct letter *request, const char *type, json_t *content);

/* "busy", "idle". */
void post_status(struct post *post, const struct letter *request, const char *state);

/* To those who have subscribed to this topic. */
void post_welcome(struct post *post, struct span topic);

#endif
