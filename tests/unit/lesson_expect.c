/* expect.h: what wildcards match, what a diff shows, what --accept writes. */
#include "lesson/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bool matches(const char *expected, const char *actual)
{
    struct expect_names *names = expect_names_new();
    int line;
    bool same = expect_match(expected, actual, names, &line);
    expect_names_free(names);
    return same;
}

static void texts_match(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"one\ntwo\n", "one\ntwo"},
        {"one  \n\n\n", "one\n"},
        {"one\r\ntwo\r\n", "one\ntwo\n"},
        {"<socket.socket fd=<fd>, family=2, laddr=('127.0.0.1', <port>)>",
         "<socket.socket fd=5, family=2, laddr=('127.0.0.1', 40123)>"},
        {"<AddressFamily.AF_INET: 2>", "<AddressFamily.AF_INET: 2>"},
        {"a <...> z", "a b c z"},
        {"a <...> z", "a  z"},
        {"<...>b<...>d", "abcbcd"},
        {"<...>", "anything at all"},
        {"<...>\n", "several\nlines\n"},
        {"first\n<...>\nlast\n", "first\nlast\n"},
        {"first\n<...>\nlast\n", "first\na\nlast\nb\nlast\n"},
        {"<ms> ms", "12.5 ms"},
        {"<ms:450..650> ms", "500 ms"},
        {"<ms:0.1..0.5>", "0.25"},
        {"<port:a> <port:b> <port:a>", "1 2 1"},
        {"<...> <port:a> then <port:a>", "x 1 y 7 then 7"},
        {"<pid>0", "<pid>0"},
        {"<fds> <port:> <ms:9..1>", "<fds> <port:> <ms:9..1>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows - 2; i++)
        if (!matches(rows[i][0], rows[i][1]))
            fail_msg("`%s` should match `%s`", rows[i][0], rows[i][1]);
    assert_false(matches(rows[18][0], rows[18][1])); /* a number takes all digits, and <pid> is no digit */
    assert_true(matches(rows[19][0], rows[19][1]));  /* other spellings are themselves */
}

static void texts_differ(void **state)
{
    (void)state;
    static const struct {
        const char *expected, *actual;
        int line;
    } rows[] = {
        {"one\n", "two\n", 0},
        {"one\ntwo\n", "one\n", 1},
        {"one\n", "one\ntwo\n", 1},
        {"", "one", 0},
        {"one", "", 0},
        {" one", "one", 0},
        {"<fd>", "x", 0},
        {"<fd>", "", 0},
        {"a\n<port> b\n", "a\n80 c\n", 1},
        {"<ms:450..650>", "449.9", 0},
        {"<ms:450..650>", "651", 0},
        {"<port>", "1.5", 0},
        {"<port:a> <port:a>", "1 2", 0},
        {"a\n<...>\nz\n", "a\nb\n", 2},
        {"fd=<fd>", "fd=-1", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct expect_names *names = expect_names_new();
        int line;
        if (expect_match(rows[i].expected, rows[i].actual, names, &line) || line != rows[i].line)
            fail_msg("`%s` against `%s`: line %d", rows[i].expected, rows[i].actual, line);
        expect_names_free(names);
    }
}

static void names_live_as_long_as_the_lesson(void **state)
{
    (void)state;
    struct expect_names *names = expect_names_new();
    int line;
    assert_true(expect_match("port <port:a>", "port 4000", names, &line));
    assert_true(expect_match("again <port:a>", "again 4000", names, &line));
    assert_false(expect_match("<port:b>\n<port:a>", "1\n4001", names, &line));
    assert_int_equal(line, 1);
    assert_true(expect_match("<port:b>", "2", names, &line)); /* nothing was learned from what differed */
    expect_names_free(names);
}

static void check_diff(const char *expected, const char *actual, const char *diff)
{
    struct text out = TEXT_EMPTY;
    expect_diff(&out, expected, actual, NULL);
    assert_string_equal(text_string(&out), diff);
    text_free(&out);
}

static void diffs_are_short(void **state)
{
    (void)state;
    check_diff("a\nb\nc\n", "a\nx\nc\n", "  a\n- b\n+ x\n  c\n");
    check_diff("a\nb\n", "a\n", "  a\n- b\n");
    check_diff("", "a\n", "+ a\n");
    check_diff("fd=<fd>\nb", "fd=7\nc", "  fd=<fd>\n- b\n+ c\n");
    check_diff("a\n<...>\nz\n", "a\n1\n2\ny\n", "  a\n  <...>\n- z\n");
    check_diff("a\n<...>\ny\nz\n", "a\n1\n2\ny\n", "  a\n  <...>\n  y\n- z\n");
    check_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\nx\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\ny\n",
               "  (6 lines alike)\n  7\n  8\n  9\n- x\n+ y\n");
}

static void names_that_disagree_are_shown(void **state)
{
    (void)state;
    struct expect_names *names = expect_names_new();
    struct text out = TEXT_EMPTY;
    expect_diff(&out, "<port:a>\n<port:a>\n", "1\n2\n", names);
    assert_string_equal(text_string(&out), "  <port:a>\n- <port:a>\n+ 2\n");
    text_free(&out);
    expect_names_free(names);
}

static void long_diffs_are_cut(void **state)
{
    (void)state;
    struct text actual = TEXT_EMPTY, out = TEXT_EMPTY;
    for (int i = 0; i < 100000; i++)
        text_format(&actual, "%d\n", i);
    expect_diff(&out, "none\nof\nthem\n", text_string(&actual), NULL);
    assert_in_range(out.length, 100, 1000);
    assert_non_null(strstr(text_string(&out), "(and 99943 more lines)"));
    text_clear(&out);
    expect_diff(&out, text_string(&actual), "x", NULL);
    assert_in_range(out.length, 100, 1000);
    text_free(&actual);
    text_free(&out);
}

static void check_accept(const char *expected, const char *actual, const char *written)
{
    struct expect_names *names = expect_names_new();
    char *text = expect_accept(expected, actual, names);
    assert_string_equal(text, written);
    assert_true(matches(text, actual));
    free(text);
    expect_names_free(names);
}

static void accept_keeps_wildcards(void **state)
{
    (void)state;
    check_accept("a\n", "b", "b\n");
    check_accept("fd=<fd>\nold\n", "fd=5\nnew\n", "fd=<fd>\nnew\n");
    check_accept("<socket fd=<fd>, family=2, port=<port>>\n", "<socket fd=5, family=10, port=4000>\n",
                 "<socket fd=<fd>, family=10, port=<port>>\n");
    check_accept("took <ms:1..5> ms, fd <fd>\n", "took 9 ms, fd 4\n", "took 9 ms, fd <fd>\n");
    check_accept("<port:a>\n<port:a>\n", "1\n2\n", "<port:a>\n2\n");
    check_accept("a\n<...>\nz\n", "a\n1\n2\ny\n", "a\n<...>\n");
    check_accept("a\n<...>\nz\n", "b\n1\n2\nz\n", "<...>\nz\n");
    check_accept("old\nolder\n", "", "");
    check_accept("", "x  \ny", "x\ny\n");
    check_accept("start <...> end\n", "start 1 finish\n", "start 1 finish\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_match),
        cmocka_unit_test(texts_differ),
        cmocka_unit_test(names_live_as_long_as_the_lesson),
        cmocka_unit_test(diffs_are_short),
        cmocka_unit_test(names_that_disagree_are_shown),
        cmocka_unit_test(long_diffs_are_cut),
        cmocka_unit_test(accept_keeps_wildcards),
    };
    return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
