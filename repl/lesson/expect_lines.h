/*
 * expect_lines.h: texts as the lines that are compared.  Floor: lesson; for expect.c and diff.c only.
 */
#ifndef SOCKRATES_LESSON_EXPECT_LINES_H
#define SOCKRATES_LESSON_EXPECT_LINES_H

#include "lesson/wildcard.h"

struct lines {
    struct span *list;
    size_t count;
};

/* The lines of the text but for empty ones at its end; free the list. */
struct lines lines_of(const char *text);

#endif
