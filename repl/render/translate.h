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

/* `all`: everything that is known; else the last step and what it needs of earlier ones. */
void translate_c(struct text *out, const struct timeline *timeline, bool all);
void translate_python(struct text *out, const struct timeline *timeline, bool all);

#endif
