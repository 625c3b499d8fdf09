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
    USES_CONNECT_WITHIN = 256,
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
};

/* For struct language. */
bool c_call(struct part *part, const struct operation *operation, struct text *out);
void c_comment(struct part *part, const char *words, struct text *out);

#endif
