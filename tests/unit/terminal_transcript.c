/* What was pasted, entry by entry. */
#include "terminal/transcript.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

/* The entries with a bar between them. */
static char *entries(const char *pasted)
{
    struct text out = TEXT_EMPTY;
    const char *at = pasted;
    char *entry;
    while ((entry = transcript_next(pasted, &at)) != NULL) {
        text_format(&out, "[%s]", entry);
        free(entry);
    }
    return text_steal(&out);
}

static void prompts_are_taken_away(void **state)
{
    (void)state;
    static const struct {
        const char *pasted, *expected;
    } rows[] = {
        {"x = 1", "[x = 1]"},
        {"", "[]"},
        {"a = 1\nb = 2\n", "[a = 1\nb = 2\n]"},
        {"> x = 1", "[x = 1]"},
        {"> x = 1\n> x\n1\n", "[x = 1][x]"},
        {"> for i = 1, 2 do\n. print(i)\n. end\n1\n2\n> x", "[for i = 1, 2 do\nprint(i)\nend][x]"},
        {"> f()\n\u00b7 g()\nresult\n", "[f()\ng()]"},
        {"> if a then\n>> b()\n>> end", "[if a then\nb()\nend]"},
        {">>> s = 1\n>>> for x in y:\n...   p(x)\n...\n2\n>>>\n", "[s = 1][for x in y:\n  p(x)\n][]"},
        {"> ", "[]"},
        {">x", "[>x]"},
        {"a > b", "[a > b]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *actual = entries(rows[i].pasted);
        assert_string_equal(actual, rows[i].expected);
        free(actual);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(prompts_are_taken_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
