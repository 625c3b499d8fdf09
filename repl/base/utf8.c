#include "base/utf8.h"

#include <string.h>
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

size_t utf8_colour_length(const char *bytes, size_t length)
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
        size_t colour = utf8_colour_length(bytes + i, length - i);
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

bool utf8_is_space(int32_t point)
{
    return (point >= '\t' && point <= '\r') || (point >= ' ' && utf8proc_category(point) == UTF8PROC_CATEGORY_ZS);
}

bool utf8_is_word(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND) || category == UTF8PROC_CATEGORY_PC;
}

void utf8_add_lower(struct text *text, int32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char(utf8proc_tolower(point), bytes);
    text_add_bytes(text, (const char *)bytes, (size_t)length);
}

/* Where scripts begin in which joiners and selectors of variants have a meaning, emoji among them. */
enum { JOINING_SCRIPTS = 0x590 };

/* True for what may say how its neighbours look, but says nothing behind a Latin letter. */
static bool is_joiner(int32_t point)
{
    return point == 0x200c || point == 0x200d || (point >= 0xfe00 && point <= 0xfe0f) ||
           (point >= 0xe0100 && point <= 0xe01ef);
}

/* Behind these a selector makes an emoji; 0 is not known. */
static bool is_emoji_base(int32_t point)
{
    return point == 0 || (point >= '0' && point <= '9') || point == '#' || point == '*' || point == 0xa9 ||
           point == 0xae;
}

/* Never a character, and nothing that a document of XML may hold. */
static bool is_none(int32_t point)
{
    return (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
}

/* What moves others about or cannot be seen itself; `before` is the point in front of it. */
static bool is_trick(int32_t point, int32_t before)
{
    utf8proc_category_t category = utf8proc_category(point);
    if (is_none(point))
        return true;
    if (category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP || (point >= 0xfff9 && point <= 0xfffb))
        return true;
    if (!utf8proc_get_property(point)->ignorable)
        return false;
    bool selects = point == 0xfe0f && is_emoji_base(before);
    return !is_joiner(point) || (before < JOINING_SCRIPTS && !selects);
}

/* True when the point may be shown as it is. */
static bool is_plain(int32_t point, int32_t before, const char *kept)
{
    if (point >= ' ' && point < 0x7f)
        return true;
    if (point > 0 && point < ' ')
        return strchr(kept, point) != NULL;
    return point >= 0xa0 && !is_trick(point, before);
}

enum { BLOCK = 16 };
typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* True for a block of printable ASCII, and ends of lines where there may be `lines`: nearly all text is that. */
static bool are_printable(const char *bytes, bool lines)
{
    block all;
    uint64_t halves[2];
    memcpy(&all, bytes, sizeof all);
    unsigned char line = lines ? '\n' : ' ';
    all = (block)(all - ' ' < 0x7f - ' ') | (block)(all == line);
    memcpy(halves, &all, sizeof halves);
    return (halves[0] & halves[1]) == UINT64_MAX;
}

bool utf8_is_seen(long point)
{
    return point >= ' ' && point <= 0x10ffff && is_plain((int32_t)point, ' ', "");
}

/* How many bytes may be shown as they are; *before is the point in front of them, then the last of them. */
static size_t plain_length(const char *bytes, size_t length, const char *kept, int32_t *before)
{
    size_t at = 0;
    bool lines = strchr(kept, '\n') != NULL;
    while (at < length) {
        for (; length - at >= BLOCK && are_printable(bytes + at, lines); at += BLOCK)
            *before = bytes[at + BLOCK - 1];
        if (at == length)
            break;
        int32_t point = (signed char)bytes[at];
        size_t taken = point >= 0 ? 1 : utf8_decode(bytes + at, length - at, &point);
        if (!is_plain(point, *before, kept))
            break;
        *before = point;
        at += taken;
    }
    return at;
}

/* Controls and bytes that are no UTF-8 as bytes, others by their numbers. */
static size_t add_hidden(struct text *text, const char *bytes, size_t length)
{
    int32_t point;
    size_t taken = utf8_decode(bytes, length, &point);
    if (point >= 0xa0)
        text_format(text, "\\u{%x}", (unsigned)point);
    for (size_t i = 0; point < 0xa0 && i < taken; i++)
        text_format(text, "\\x%02x", (unsigned char)bytes[i]);
    return taken;
}

bool utf8_is_visible(const char *bytes, size_t length, const char *kept)
{
    int32_t before = 0;
    return plain_length(bytes, length, kept, &before) == length;
}

void utf8_add_keeping(struct text *text, const char *bytes, size_t length, const char *kept)
{
    int32_t before = 0;
    for (size_t i = 0; i < length;) {
        size_t plain = plain_length(bytes + i, length - i, kept, &before);
        text_add_bytes(text, bytes + i, plain);
        i += plain;
        if (i == length)
            break;
        i += add_hidden(text, bytes + i, length - i);
        before = '}';
    }
}

void utf8_add_visible(struct text *text, const char *bytes, size_t length)
{
    utf8_add_keeping(text, bytes, length, "\n\t");
}

static char *keeping(const char *bytes, size_t length, const char *kept)
{
    struct text text = TEXT_EMPTY;
    utf8_add_keeping(&text, bytes, length, kept);
    return text_steal(&text);
}

char *utf8_visible(const char *bytes, size_t length)
{
    return keeping(bytes, length, "\n\t");
}

char *utf8_name(const char *name)
{
    return keeping(name, strlen(name), "");
}

size_t utf8_fitting(const char *text, size_t length, size_t columns)
{
    size_t used = 0, space = 0;
    for (size_t i = 0; i < length;) {
        int32_t point;
        size_t taken = utf8_decode(text + i, length - i, &point);
        if (point == '\n')
            return i;
        used += (size_t)utf8_width(point);
        if (used > columns)
            return space > 0 ? space : i > 0 ? i : taken;
        if (point == ' ' && i > 0)
            space = i;
        i += taken;
    }
    return length;
}
