#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Out of line, so that adding is short where there is room. */
__attribute__((noinline)) static void grow(struct text *text, size_t more)
{
    size_t room = text->room ? text->room : 64;
    while (room <= text->length + more)
        room *= 2;
    text->bytes = memory_resize(text->bytes, room, 1);
    text->room = room;
}

static void make_room(struct text *text, size_t more)
{
    if (text->length + more >= text->room)
        grow(text, more);
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    make_room(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
    make_room(text, 1);
    text->bytes[text->length++] = c;
    text->bytes[text->length] = '\0';
}

void text_add_repeat(struct text *text, const char *string, size_t times)
{
    for (size_t i = 0; i < times; i++)
        text_add(text, string);
}

void text_format_list(struct text *text, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    make_room(text, 80);
    int length = vsnprintf(text->bytes + text->length, text->room - text->length, format, list);
    if (length > 0 && (size_t)length >= text->room - text->length) {
        make_room(text, (size_t)length);
        vsnprintf(text->bytes + text->length, text->room - text->length, format, again);
    }
    va_end(again);
    text->length += length > 0 ? (size_t)length : 0;
    text->bytes[text->length] = '\0';
}

void text_format(struct text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text_format_list(text, format, list);
    va_end(list);
}

void text_cut(struct text *text, size_t length)
{
    if (length >= text->length)
        return;
    text->length = length;
    text->bytes[length] = '\0';
}

void text_clear(struct text *text)
{
    text_cut(text, 0);
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = TEXT_EMPTY;
}

const char *text_joint(size_t place, size_t count, const char *last)
{
    return place == 0 ? "" : place + 1 < count ? ", " : last;
}

char *text_steal(struct text *text)
{
    char *bytes = text->bytes ? text->bytes : memory_copy("");
    *text = TEXT_EMPTY;
    return bytes;
}

bool text_ends(const char *string, const char *end)
{
    size_t length = strlen(string), end_length = strlen(end);
    return length >= end_length && strcmp(string + length - end_length, end) == 0;
}

/* Most are short and many are kept, so a string takes no more room than it needs. */
char *text_make(const char *format, ...)
{
    char small[256];
    struct text text = TEXT_EMPTY;
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(small, sizeof small, format, list);
    bool fits = length >= 0 && (size_t)length < sizeof small;
    if (!fits)
        text_format_list(&text, format, again);
    va_end(again);
    va_end(list);
    return fits ? memory_copy_bytes(small, (size_t)length) : text_steal(&text);
}

bool text_read_file(struct text *text, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (file == NULL)
        return false;
    char bytes[65536];
    size_t count;
    errno = 0;
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add_bytes(text, bytes, count);
    int error = ferror(file) ? (errno ? errno : EIO) : 0;
    if (file != stdin)
        fclose(file);
    errno = error;
    return error == 0;
}
