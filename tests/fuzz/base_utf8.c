/* Any bytes become visible text: valid UTF-8, no control characters, and the same when made visible again. */
#include "base/text.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_visible(const struct text *text)
{
    for (size_t at = 0; at < text->length;) {
        int32_t point;
        size_t length = utf8_decode(text->bytes + at, text->length - at, &point);
        if (length == 0 || point < 0 || (point < 0x20 && point != '\n' && point != '\t') ||
            (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
            (point >= 0x2066 && point <= 0x2069))
            abort();
        at += length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text once = TEXT_EMPTY, twice = TEXT_EMPTY;
    utf8_add_visible(&once, (const char *)data, size);
    expect_visible(&once);
    utf8_add_visible(&twice, text_string(&once), once.length);
    if (once.length != twice.length || (once.length > 0 && memcmp(once.bytes, twice.bytes, once.length) != 0))
        abort();
    if (utf8_columns(text_string(&once), once.length) > 2 * once.length)
        abort();
    text_free(&once);
    text_free(&twice);
    return 0;
}
