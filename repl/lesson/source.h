/*
 * source.h: the lines of a Markdown file.  Floor: lesson.
 *
 * Lines are counted from 1 and end as cmark says they do: "\n", "\r\n" or "\r".  Borrows the text.
 */
#ifndef SOCKRATES_LESSON_SOURCE_H
#define SOCKRATES_LESSON_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct source {
    const char *text;
    size_t length;
    size_t *starts; /* offset of each line, then `length` */
    int lines;
};

struct source source_of(const char *text, size_t length);
void source_free(struct source *source);

/* The line without its end; *length of it.  "" for a number that is no line. */
const char *source_line(const struct source *source, int line, size_t *length);

/* The offset at which a line begins; the text's length after the last one. */
size_t source_offset(const struct source *source, int line);

/* The first line that is not UTF-8 text (zero bytes are not text); 0 when all is well. */
int source_bad_line(const char *text, size_t length);

/* The signs that open or close a fence. */
struct fence {
    size_t indent;
    char sign;    /* '`' or '~' */
    size_t count; /* how many of them, at least 3 */
    bool bare;    /* nothing but blanks after them */
};

/* Reads the line as a fence; false when it is none. */
bool source_fence(const struct source *source, int line, struct fence *fence);

/* True when `line` closes the fence that `open` opened. */
bool source_closes(const struct source *source, int line, const struct fence *open);

/* True when the line opens, or closes, what GitHub folds. */
bool source_opens_details(const struct source *source, int line);
bool source_closes_details(const struct source *source, int line);

#endif
