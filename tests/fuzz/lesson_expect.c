/* Any two texts: what --accept writes matches what was observed, and equal texts match. */
#include "lesson/expect.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *copy(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    memcpy(text, data, size);
    return text;
}

static void check(const char *expected, const char *actual)
{
    struct text diff = TEXT_EMPTY;
    struct expect_names *names = expect_names_new();
    int line;
    expect_match(expected, actual, names, &line);
    expect_names_free(names);
    names = expect_names_new();
    expect_diff(&diff, expected, actual, names);
    char *accepted = expect_accept(expected, actual, names);
    expect_names_free(names);
    /* What was printed may itself look like a wildcard; then it cannot be said. */
    if (strchr(actual, '<') == NULL) {
        names = expect_names_new();
        assert(expect_match(accepted, actual, names, &line));
        expect_names_free(names);
    }
    free(accepted);
    text_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *middle = memchr(data, '\0', size);
    size_t first = middle != NULL ? (size_t)(middle - data) : size / 2;
    char *expected = copy(data, first),
         *actual = copy(data + first + (middle != NULL), size - first - (middle != NULL));
    check(expected, actual);
    free(expected);
    free(actual);
    return 0;
}
