/*
 * expect_names.h: what <port:a> and its like stood for so far.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_EXPECT_NAMES_H
#define SOCKRATES_LESSON_EXPECT_NAMES_H

#include "base/span.h"

/* One a lesson.  Every function takes NULL, too: then nothing is remembered. */
struct expect_names;
struct expect_names *expect_names_new(void);
void expect_names_free(struct expect_names *names);

/* True when the name stands for this value, or for nothing yet: then it does from now on. */
bool expect_names_bind(struct expect_names *names, struct span name, struct span value);

/* The state, to return to. */
size_t expect_names_mark(const struct expect_names *names);
void expect_names_forget(struct expect_names *names, size_t mark);

#endif
