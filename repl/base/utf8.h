/*
 * utf8.h: text as a screen sees it.  Floor: base.
 */
#ifndef SOCKRATES_BASE_UTF8_H
#define SOCKRATES_BASE_UTF8_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Reads one code point from `length` > 0 bytes.  Returns how many bytes it took; bytes that are not
 * UTF-8 (also overlong forms and surrogates) take one and give -1.
 */
size_t utf8_decode(const char *bytes, size_t length, int32_t *point);

/* Columns the code point takes: 0 for combining marks, 2 for wide East Asian characters and emoji. */
int utf8_width(int32_t point);

/* Columns the text takes; escape sequences of the ESC [ ... m kind take none. */
size_t utf8_columns(const char *bytes, size_t length);

/*
 * Adds the bytes as a person can read them: UTF-8 stays, newlines and tabs stay, every other control
 * character and every byte that is not UTF-8 becomes \xNN.  So a lesson cannot drive the terminal, and the
 * result is always valid UTF-8.
 */
void utf8_add_visible(struct text *text, const char *bytes, size_t length);

/* The same as a string of its own, yours to free. */
char *utf8_visible(const char *bytes, size_t length);

#endif
