#include "lesson/source.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The offset behind the line end that follows `at`. */
static size_t line_end(const char *text, size_t length, size_t at)
{
    const char *begin = text + at, *newline = memchr(begin, '\n', length - at);
    size_t span = newline ? (size_t)(newline - begin) : length - at;
    const char *carriage = memchr(begin, '\r', span);
    if (carriage != NULL && carriage + 1 != newline)
        return (size_t)(carriage + 1 - text);
    return newline ? (size_t)(newline + 1 - text) : length;
}

struct source source_of(const char *text, size_t length)
{
    struct source source = {.text = text, .length = length};
    size_t count = 0;
    for (size_t at = 0; at < length; at = line_end(text, length, at))
        ARRAY_ADD(source.starts, count, at);
    source.lines = (int)count;
    ARRAY_ADD(source.starts, count, length);
    return source;
}

void source_free(struct source *source)
{
    free(source->starts);
    *source = (struct source){0};
}

size_t source_offset(const struct source *source, int line)
{
    if (line < 1)
        return 0;
    return line > source->lines ? source->length : source->starts[line - 1];
}

const char *source_line(const struct source *source, int line, size_t *length)
{
    *length = 0;
    if (line < 1 || line > source->lines)
        return "";
    size_t begin = source->starts[line - 1], end = source->starts[line];
    while (end > begin && (source->text[end - 1] == '\n' || source->text[end - 1] == '\r'))
        end--;
    *length = end - begin;
    return source->text + begin;
}

static int line_of(const char *text, size_t length, size_t offset)
{
    int line = 1;
    for (size_t at = line_end(text, length, 0); at <= offset && at < length; at = line_end(text, length, at))
        line++;
    return line;
}

/* Behind the ASCII that begins at `at`, eight bytes a step: every byte of every page passes here. */
static size_t skip_ascii(const char *text, size_t length, size_t at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (((word | (word - ones)) & highs) != 0) /* a byte above 0x7f, or a zero */
            break;
    }
    while (at < length && (signed char)text[at] > 0)
        at++;
    return at;
}

int source_bad_line(const char *text, size_t length)
{
    for (size_t at = skip_ascii(text, length, 0); at < length; at = skip_ascii(text, length, at)) {
        unsigned char byte = (unsigned char)text[at];
        int32_t point = -1;
        size_t taken = byte == 0 ? 1 : utf8_decode(text + at, length - at, &point);
        if (point < 0)
            return line_of(text, length, at);
        at += taken;
    }
    return 0;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ' && text[i] != '\t')
            return false;
    return true;
}

bool source_fence(const struct source *source, int line, struct fence *fence)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    size_t indent = 0;
    while (indent < length && text[indent] == ' ')
        indent++;
    if (indent > 3 || indent == length || (text[indent] != '`' && text[indent] != '~'))
        return false;
    size_t end = indent;
    while (end < length && text[end] == text[indent])
        end++;
    *fence = (struct fence){
        .indent = indent, .sign = text[indent], .count = end - indent, .bare = is_blank(text + end, length - end)};
    return fence->count >= 3;
}

bool source_closes(const struct source *source, int line, const struct fence *open)
{
    struct fence fence;
    return source_fence(source, line, &fence) && fence.bare && fence.sign == open->sign && fence.count >= open->count;
}

static bool holds(const struct source *source, int line, const char *tag)
{
    size_t length, tag_length = strlen(tag);
    const char *text = source_line(source, line, &length);
    for (size_t at = 0; at + tag_length <= length; at++)
        if (strncasecmp(text + at, tag, tag_length) == 0)
            return true;
    return false;
}

bool source_opens_details(const struct source *source, int line)
{
    return holds(source, line, "<details");
}

bool source_closes_details(const struct source *source, int line)
{
    return holds(source, line, "</details");
}
