/*
 * expect.h: output with wildcards.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_EXPECT_H
#define SOCKRATES_LESSON_EXPECT_H

#include "base/text.h"

#include <stdbool.h>

/* What <port:a> and its like stood for so far, within one lesson. */
struct expect_names;
struct expect_names *expect_names_new(void);
void expect_names_free(struct expect_names *names);

/*
 * Compares line by line: <...> is any text, <fd> <port> <pid> a number, <port:a> the same number each time,
 * <ms:450..650> a number in that range.  Trailing spaces and trailing empty lines do not count.
 * On a difference, *line is the first differing line of `expected` (0-based) and false is returned.
 */
bool expect_match(const char *expected, const char *actual, struct expect_names *names, int *line);

/* A diff of the two, expected lines with '-', actual with '+', common with ' '; lines that match are common. */
void expect_diff(struct text *out, const char *expected, const char *actual);

/* `actual` with the wildcards of `expected` put back where its lines still match: what --accept writes. */
char *expect_accept(const char *expected, const char *actual);

#endif
