/*
 * expect.h: output with wildcards.  Floor: lesson.
 *
 *     <...>               any text within the line; alone on its line, any number of lines
 *     <fd> <port> <pid>   a number
 *     <ms>                a number that may have a fraction
 *     <port:a>            a number, the same one wherever <port:a> stands in the lesson
 *     <ms:450..650>       a number in that range
 *
 * Everything else between angle brackets is itself, so "<socket.socket fd=<fd>, family=2>" reads as it looks.
 */
#ifndef SOCKRATES_LESSON_EXPECT_H
#define SOCKRATES_LESSON_EXPECT_H

#include "base/text.h"
#include "lesson/expect_names.h"

#include <stdbool.h>

/*
 * Compares line by line.  Trailing spaces and trailing empty lines do not count.  What names stand for is
 * learned when the texts match, and forgotten when they do not; `names` may be NULL.
 * On a difference, *line is the first differing line of `expected` (0-based) and false is returned.
 */
bool expect_match(const char *expected, const char *actual, struct expect_names *names, int *line);

/*
 * A diff of the two, expected lines with '-', actual with '+', common with ' '; lines that match are common.
 * Long runs of common lines are left out, and so is what comes after many differences; both say so.
 */
void expect_diff(struct text *out, const char *expected, const char *actual, struct expect_names *names);

/*
 * `actual` with the wildcards of `expected` put back where they still match, in lines that match and at the
 * beginning and end of those that do not: what --accept writes.  Ends in a newline unless empty.
 */
char *expect_accept(const char *expected, const char *actual, struct expect_names *names);

#endif
