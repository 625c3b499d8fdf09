/*
 * translate_c.h: what the two halves of the translation into C share.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TRANSLATE_C_H
#define SOCKRATES_RENDER_TRANSLATE_C_H

#include "render/program.h"

/* What a part uses, and the program has to bring along. */
enum {
    USES_COUNT = 1,
    USES_DATA = 2,
    USES_ADDRESS = 4,
    USES_TO = 8,
    USES_FROM = 16,
    USES_INTERNET = 32,
    USES_LOCAL = 64,
    USES_AGAIN = 128,
    USES_SIGNALS = 512,
    USES_DOTS = 1024,
    USES_PEERS = 2048,
    USES_FCNTL = 4096,
    USES_SELECT = 8192,
    USES_POLL = 16384,
    USES_EPOLL = 32768,
    USES_TIMERS = 65536,
    USES_TIME = 131072,
    USES_TCP = 262144,
    USES_PIPE = 524288,
    USES_NET = 1048576,
    USES_NAMES = 2097152,
};

/* For struct language. */
bool c_call(struct part *part, const struct operation *operation, struct text *out);
void c_comment(struct part *part, const char *words, struct text *out);

/* What all calls share: whether it failed, a comment that says why, and a statement that looks at the result.
 */
bool c_failed(const struct operation *operation);
void c_explain(const struct operation *operation, struct text *out);
void c_check(struct part *part, const struct operation *operation, const char *condition, struct text *out);
/* The two, for a call that is written whole; frees it. */
void c_checked(struct part *part, const struct operation *operation, struct text *call, struct text *out);
/* A string literal. */
void c_literal(struct text *out, const char *bytes, size_t length);

/* Each line of the body, so many steps further in; an empty line at its begin is left out. */
void c_indent(struct text *out, const struct text *body, size_t steps);

/* The functions that signals call, and the variables that they share with the program. */
void c_make_handlers(struct part *part);
void c_add_handlers(struct text *out, const struct part *part);
bool c_is_shared(const struct part *part, const char *name);

enum c_mention { C_NOT_MENTIONED, C_ONLY_SET, C_LOOKED_AT };

/* Whether the lines look at the variable, or only set it: that would be a warning. */
enum c_mention c_mention_of(const struct text *body, const char *name);

/* The variables of its own that every function with such lines needs. */
void c_add_locals(struct text *out, const struct part *part, const struct text *body);

/* Calls without a socket; false when it cannot be written. */
bool c_plain_call(struct part *part, const struct operation *operation, struct text *out);
bool c_poll(struct part *part, const struct operation *operation, struct text *out);
bool c_epoll_change(struct part *part, const struct operation *operation, const char *epoll, struct text *out);
void c_epoll_wait(struct part *part, const struct operation *operation, const char *epoll, struct text *out);

#endif
