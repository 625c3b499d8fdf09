/*
 * utf8.h: text as a screen sees it.  Floor: base.
 */
#ifndef SOCKRATES_BASE_UTF8_H
#define SOCKRATES_BASE_UTF8_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads one code point from `length` > 0 bytes.  Returns how many bytes it took; bytes that are not
 * UTF-8 (also overlong forms and surrogates) take one and give -1.
 */
size_t utf8_decode(const char *bytes, size_t length, int32_t *point);

/* Columns the code point takes: 0 for combining marks, 2 for wide East Asian characters and emoji. */
int utf8_width(int32_t point);

/* True for what separates words: spaces of every width, tabs, line ends. */
bool utf8_is_space(int32_t point);

/* True for what is shown by itself: no control character, nothing that turns, breaks or hides text. */
bool utf8_is_seen(long point);

/* True of letters, digits, marks, and what joins words as "_" does. */
bool utf8_is_word(int32_t point);

/* Adds the code point as a small letter, if it has one. */
void utf8_add_lower(struct text *text, int32_t point);

/* The length of the ESC [ ... m sequence at the start of the bytes, or 0. */
size_t utf8_colour_length(const char *bytes, size_t length);

/* How many bytes fit into so many columns; broken at a space if there is one, and always at a newline. */
size_t utf8_fitting(const char *text, size_t length, size_t columns);

/* Columns the text takes; escape sequences of the ESC [ ... m kind take none. */
size_t utf8_columns(const char *bytes, size_t length);

/*
 * Adds the bytes as a person can read them: UTF-8 stays, newlines and tabs stay.  Every other control character and
 * every byte that is not UTF-8 becomes \xNN; what turns the direction of writing, breaks lines or cannot be seen
 * becomes \u{NNNN}.  So a lesson cannot drive the terminal or look like another text, and the result is always valid
 * UTF-8.  Doing it twice changes nothing more.
 */
void utf8_add_visible(struct text *text, const char *bytes, size_t length);

/* The same as a string of its own, yours to free. */
char *utf8_visible(const char *bytes, size_t length);

/* A name of a file or a title, as one line: newlines and tabs become \xNN too.  Yours to free. */
char *utf8_name(const char *name);

/* The same for text in which only these of the control characters stay; false when something would change. */
void utf8_add_keeping(struct text *text, const char *bytes, size_t length, const char *kept);
bool utf8_is_visible(const char *bytes, size_t length, const char *kept);

#endif
