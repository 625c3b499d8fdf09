#include "base/utf8.h"

#include <stdbool.h>
#include <utf8proc.h>

size_t utf8_decode(const char *bytes, size_t length, int32_t *point)
{
    utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, point);
    if (taken > 0)
        return (size_t)taken;
    *point = -1;
    return 1;
}

int utf8_width(int32_t point)
{
    return utf8proc_charwidth(point);
}

/* The length of the ESC [ ... m sequence at the start of the bytes, or 0. */
static size_t colour_length(const char *bytes, size_t length)
{
    if (length < 3 || bytes[0] != '\033' || bytes[1] != '[')
        return 0;
    size_t i = 2;
    while (i < length && ((bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == ';'))
        i++;
    return i < length && bytes[i] == 'm' ? i + 1 : 0;
}

size_t utf8_columns(const char *bytes, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length;) {
        size_t colour = colour_length(bytes + i, length - i);
        if (colour > 0) {
            i += colour;
            continue;
        }
        int32_t point;
        i += utf8_decode(bytes + i, length - i, &point);
        columns += point < 0 ? 1 : (size_t)utf8_width(point);
    }
    return columns;
}

static bool is_control(int32_t point)
{
    return point < 0 || (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0);
}

void utf8_add_visible(struct text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        int32_t point;
        size_t taken = utf8_decode(bytes + i, length - i, &point);
        if (is_control(point))
            for (size_t k = 0; k < taken; k++)
                text_format(text, "\\x%02x", (unsigned char)bytes[i + k]);
        else
            text_add_bytes(text, bytes + i, taken);
        i += taken;
    }
}

char *utf8_visible(const char *bytes, size_t length)
{
    struct text text = TEXT_EMPTY;
    utf8_add_visible(&text, bytes, length);
    return text_steal(&text);
}
