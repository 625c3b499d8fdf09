/*
 * twins.h: proves that the steps of a lesson do the same in another language.  Floor: lesson.
 *
 * The lesson's Lua runs in a session of its own; then its twins in one language run there as one program, with peers
 * that were started for it beside those of the Lua.  Step by step its socket calls must be those of the Lua, see
 * deeds.h.  Pure but for what it is told: a runner evaluates.
 */
#ifndef SOCKRATES_LESSON_TWINS_H
#define SOCKRATES_LESSON_TWINS_H

#include "lesson/verdict.h"

#include <jansson.h>

struct twins;

/* The twins of the blocks that the plan replays, in that order. */
struct twins *twins_new(const struct lesson *lesson, enum code_language language, const size_t *blocks, size_t count);
void twins_free(struct twins *twins);

/* What came of a block, which is taken over, and the session's answer to "addresses", which is borrowed. */
void twins_take(struct twins *twins, size_t block, struct outcome *outcome, const json_t *addresses);

/* What to evaluate once all blocks have run: the program, borrowed, and how long it may take. */
struct chunk twins_chunk(struct twins *twins);

/* What came of the program: a verdict for each twin.  Their messages are yours to free. */
struct twin_verdict {
    size_t block;
    struct verdict verdict;
};
struct twin_verdict *twins_judge(struct twins *twins, const struct outcome *outcome, size_t *count);

#endif
