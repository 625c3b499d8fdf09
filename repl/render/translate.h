/*
 * translate.h: the calls of a step as a complete program in another language.  Floor: render.
 *
 * Made from the calls that really happened, not from the Lua that made them: run, it makes the same calls in
 * the same order.  Peers of the lab come along as functions that run in processes of their own.  What cannot
 * be written is said in a comment.
 */
#ifndef SOCKRATES_RENDER_TRANSLATE_H
#define SOCKRATES_RENDER_TRANSLATE_H

#include "base/text.h"
#include "trace/timeline.h"

struct translate_options {
    bool all;    /* everything that is known; else the last step and what it needs of earlier ones */
    bool normal; /* the same in every run: ports that the kernel chose, times that were computed */
};

/*
 * False when something is left out; of normal programs also when they are not the same in every run: a loop
 * ran as often as there was time, or a peer served several sockets, in an order of chance.
 */
bool translate_c(struct text *out, const struct timeline *timeline, const struct translate_options *options);
bool translate_python(struct text *out, const struct timeline *timeline, const struct translate_options *options);

#endif
