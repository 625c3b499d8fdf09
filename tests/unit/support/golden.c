#include "golden.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

char *golden_path(const char *name)
{
    const char *source = getenv("SOCKRATES_SOURCE");
    return text_make("%s/tests/golden/%s", source ? source : ".", name);
}

bool golden_is(const char *path, const struct text *actual)
{
    struct text expected = TEXT_EMPTY;
    if (getenv("ACCEPT") != NULL)
        assert_true(file_create(path, text_string(actual), actual->length) ||
                    file_replace(path, text_string(actual), actual->length));
    bool same = text_read_file(&expected, path) && strcmp(text_string(&expected), text_string(actual)) == 0;
    if (!same)
        print_message("%s differs.\n--- expected\n%s--- made\n%s", path, text_string(&expected), text_string(actual));
    text_free(&expected);
    return same;
}

void assert_golden(const char *name, const struct text *actual)
{
    char *path = golden_path(name);
    assert_true(golden_is(path, actual));
    free(path);
}
