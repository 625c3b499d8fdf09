/*
 * walk.h: from recorded calls to the parts of a program.  Floor: translate.
 *
 * Goes through what belongs to the program in order, and lets its language write one call after the other.
 */
#ifndef SOCKRATES_TRANSLATE_WALK_H
#define SOCKRATES_TRANSLATE_WALK_H

#include "translate/program.h"

struct program *walk(const struct findings *findings, const struct language *language,
                     const struct translate_options *options);

#endif
