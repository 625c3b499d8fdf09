/*
 * options.h: what stands behind a fence's language.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_OPTIONS_H
#define SOCKRATES_LESSON_OPTIONS_H

#include "lesson/complain.h"

enum fence_language { FENCE_OTHER, FENCE_LUA, FENCE_OUTPUT, FENCE_PYTHON, FENCE_C };

/*
 * Splits a fence's info string, "lua {#id .hidden}", into its language and what stands behind it.  Complains
 * about spellings that were meant to be lua or output but are not; of other languages only the right one counts.
 */
enum fence_language options_language(const char *info, const char **rest, const struct place *place);

/* True when one of them says which part of an exercise the block is. */
bool options_have_role(const char *braces);

/* Reads "{#id .hidden error=X}" (or nothing) into the block; complains about each option that is wrong. */
void options_read(struct block *block, const char *braces, const struct place *place);

/* The same for an output fence, which knows only what it is a picture of: *pane. */
void options_read_output(unsigned *pane, const char *braces, const struct place *place);

/* The same for a twin, which knows .ignore and .hidden. */
void options_read_twin(struct twin *twin, const char *braces, const struct place *place);

/* "lab, raw" as enum block_need; complains and gives what is right. */
unsigned options_needs(const char *value, const struct place *place);

#endif
