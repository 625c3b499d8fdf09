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

/*
 * False when something is left out; of normal programs also when they are not the same in every run: a loop
 * ran as often as there was time, or a peer served several sockets, in an order of chance.
 */
bool translate(struct text *out, const struct language *language, const struct findings *findings,
               const struct translate_options *options);

#endif
