/* What becomes of the text a learner types before Lua sees it. */
#include "session/source.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void test_locals_become_global(void **state)
{
    (void)state;
    static const struct {
        const char *chunk, *expected;
    } rows[] = {
        {"x = 1", "x = 1"},
        {"local x = 1", "      x = 1"},
        {"local a, b", "      a, b = nil"},
        {"local a <const>, b = 1, 2", "      a        , b = 1, 2"},
        {"local a <const>", "      a         = nil"},
        {"local s <close> = f()", "local s <close> = f()"},
        {"local function f() local y = 1 end", "      function f() local y = 1 end"},
        {"do local x = 1 end", "do local x = 1 end"},
        {"f(function() local x = 1 end) local y = 2", "f(function() local x = 1 end)       y = 2"},
        {"if a then local b end local c = 1", "if a then local b end       c = 1"},
        {"repeat local x until x\nlocal y", "repeat local x until x\n      y = nil"},
        {"s = 'local x' -- local y\nlocal z = 1", "s = 'local x' -- local y\n      z = 1"},
        {"s = [==[ local x ]] ]==] local y = 1", "s = [==[ local x ]] ]==]       y = 1"},
        {"--[[ local x\n]] local y = 1", "--[[ local x\n]]       y = 1"},
        {"t = {local_ = 1}", "t = {local_ = 1}"},
        {"local x = function() return 1 end local y", "      x = function() return 1 end       y = nil"},
        {"local", "local"},
        {"local 5", "local 5"},
        {"", ""},
        {"'unfinished", "'unfinished"},
        {"[[unfinished", "[[unfinished"},
        {"end end end local x = 1", "end end end local x = 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = TEXT_EMPTY;
        source_globalize(&out, rows[i].chunk, strlen(rows[i].chunk));
        assert_string_equal(text_string(&out), rows[i].expected);
        text_free(&out);
    }
}

/* Offsets are compared by what stands there. */
static void expect_statements(const char *chunk, const char *first, const char *second)
{
    size_t offsets[8], count = source_last_statements(chunk, strlen(chunk), false, offsets, 8);
    if (first == NULL) {
        assert_int_equal(count, 0);
        return;
    }
    assert_true(count > 0);
    assert_string_equal(chunk + offsets[0], first);
    if (second != NULL) {
        assert_true(count > 1);
        assert_string_equal(chunk + offsets[1], second);
    }
}

static void test_last_statements(void **state)
{
    (void)state;
    expect_statements("1 + 1", "1 + 1", NULL);
    expect_statements("a = 1; b", "b", "a = 1; b");
    expect_statements("a = 1\nb()", "b()", "a = 1\nb()");
    expect_statements("f(1,\n  2)", "f(1,\n  2)", NULL);
    expect_statements("x = f\n(g)", "x = f\n(g)", NULL);
    expect_statements("for i = 1, 2 do\n f()\nend\nt", "t", NULL);
    expect_statements("#t", "#t", NULL);
    expect_statements("'text'", "'text'", NULL);
    expect_statements("return 1", NULL, NULL);
    expect_statements("if a then b() end", NULL, NULL);
    expect_statements("-- nothing", NULL, NULL);
    expect_statements("", NULL, NULL);
}

static void test_bold_takes_brackets_too(void **state)
{
    (void)state;
    size_t offsets[8];
    static const char chunk[] = "f()\n{1}";
    assert_int_equal(source_last_statements(chunk, sizeof chunk - 1, false, offsets, 8), 1);
    assert_int_equal(source_last_statements(chunk, sizeof chunk - 1, true, offsets, 8), 2);
    assert_string_equal(chunk + offsets[0], "{1}");
}

static void test_more_lines_than_room(void **state)
{
    (void)state;
    size_t offsets[2];
    static const char chunk[] = "a()\nb()\nc()\nd()";
    assert_int_equal(source_last_statements(chunk, sizeof chunk - 1, false, offsets, 2), 2);
    assert_string_equal(chunk + offsets[0], "d()");
    assert_string_equal(chunk + offsets[1], "c()\nd()");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locals_become_global),
        cmocka_unit_test(test_last_statements),
        cmocka_unit_test(test_bold_takes_brackets_too),
        cmocka_unit_test(test_more_lines_than_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
