/*
 * translate_python.h: what the two halves of the translation into Python share.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TRANSLATE_PYTHON_H
#define SOCKRATES_RENDER_TRANSLATE_PYTHON_H

#include "render/program.h"

/* What a program uses and has to import or bring along. */
enum {
    USES_SIGNAL = 1,
    USES_TIME = 2,
    USES_SELECT = 4,
    USES_PEERS = 8,
    USES_HANDLER = 16,
    USES_RAISING = 32,
    USES_FROM = 64
};

/* For struct language. */
bool python_call(struct part *part, const struct operation *operation, struct text *out);
void python_comment(struct part *part, const char *words, struct text *out);

#endif
