/*
 * translate.h: the calls of a step as a complete program in another language.  Floor: translate.
 *
 * Made from the calls that really happened, not from the Lua that made them: run, it makes the same calls in
 * the same order.  Peers of the lab come along as functions that run in processes of their own.  What cannot
 * be written is said in a comment.
 */
#ifndef SOCKRATES_TRANSLATE_TRANSLATE_H
#define SOCKRATES_TRANSLATE_TRANSLATE_H

#include "base/text.h"
#include "trace/findings.h"
#include "translate/language.h"

/* All languages; NULL ends the list. */
extern const struct language *const languages[];

/* The one with this word, or NULL. */
const struct language *language_named(const char *word);

/* What became of it. */
struct translation {
    /*
     * Nothing is left out, and no peer waits where no call tells; of normal programs also: they are the same in every
     * run, where no loop ran as often as there was time and no peer served several sockets in an order of chance.
     */
    bool whole;
    size_t step; /* where in its text the step itself begins, after what earlier ones set up; 0 when that is nothing */
};

struct translation translate(struct text *out, const struct language *language, const struct findings *findings,
                             const struct translate_options *options);

#endif
