/* Calls that Lua does not make, but other programs do, in C and in Python. */
#include "support/made_events.h"
#include "translate/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char accepts[] = "0.01 0.02 you socket family=2 type=1 = 3\n"
                              "0.02 0.03 you bind fd=3 address=127.0.0.1:7000 = 0\n"
                              "0.03 0.04 you listen fd=3 backlog=128 = 0\n"
                              "0.05 0.06 you socket family=2 type=1 = 4\n"
                              "0.07 0.08 you connect fd=4 address=127.0.0.1:7000 local=127.0.0.1:55001 = 0\n"
                              "0.09 0.10 you accept4 fd=3 address=127.0.0.1:55001 flags=526336 = 5\n";

static void expect_line(const char *word, const char *line)
{
    struct outcome *outcome = made_events(accepts);
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    assert_true(translate(&out, language_named(word), findings, &(struct translate_options){.all = true}).whole);
    if (strstr(text_string(&out), line) == NULL)
        fail_msg("no \"%s\" in\n%s", line, text_string(&out));
    text_free(&out);
    findings_free(findings);
    outcome_free(outcome);
}

static void accept4_with_flags(void **state)
{
    (void)state;
    expect_line("c", "accept4(listener, NULL, NULL, SOCK_NONBLOCK|SOCK_CLOEXEC)");
    expect_line("python", "conn, from_whom = listener.accept()\nconn.setblocking(False)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accept4_with_flags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
