/*
 * text.h: text that grows.  Floor: base.
 *
 * A struct text starts as TEXT_EMPTY, always ends in a zero byte once something was added, and may hold
 * zero bytes inside.  It owns its bytes; text_free() or text_steal() ends that.
 */
#ifndef SOCKRATES_BASE_TEXT_H
#define SOCKRATES_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes;
    size_t length;
    size_t room;
};

#define TEXT_EMPTY ((struct text){NULL, 0, 0})

/* What it says, "" when nothing was added yet.  Borrowed until the next change. */
const char *text_string(const struct text *text);

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_add_repeat(struct text *text, const char *string, size_t times);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_list(struct text *text, const char *format, va_list list);

/* What stands before one of a list of words, by its place: nothing, ", ", and before the last " and " or the like. */
const char *text_joint(size_t place, size_t count, const char *last);

/* Forgets what stands after `length` bytes. */
void text_cut(struct text *text, size_t length);
void text_clear(struct text *text);
void text_free(struct text *text);

/* The bytes, yours to free; the text is empty afterwards. */
char *text_steal(struct text *text);

/* True when the string has this end. */
bool text_ends(const char *string, const char *end);

/* A new string, yours to free, made as printf would. */
char *text_make(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Adds the whole file ("-" is standard input); false and errno when it cannot be read. */
bool text_read_file(struct text *text, const char *path);

#endif
