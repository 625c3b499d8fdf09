#include "base/span.h"

#include <ctype.h>
#include <string.h>

struct span span_after(struct span span, size_t bytes)
{
    return (struct span){span.text + bytes, span.length - bytes};
}

struct span span_trim_end(struct span span)
{
    while (span.length > 0 && isspace((unsigned char)span.text[span.length - 1]))
        span.length--;
    return span;
}

bool span_is(struct span span, const char *string)
{
    return strlen(string) == span.length && (span.length == 0 || memcmp(string, span.text, span.length) == 0);
}

bool span_next_line(const char **rest, struct span *line)
{
    const char *text = *rest;
    if (text == NULL || *text == '\0')
        return false;
    const char *end = strchrnul(text, '\n');
    *line = (struct span){text, (size_t)(end - text)};
    *rest = end + (*end == '\n');
    return true;
}
