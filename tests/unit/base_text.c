/* Growing text, and text as a screen sees it. */
#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void test_text_grows(void **state)
{
    (void)state;
    struct text text = TEXT_EMPTY;
    assert_string_equal(text_string(&text), "");
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%d,", i);
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    text_cut(&text, 4);
    assert_string_equal(text.bytes, "0,1,");
    text_add_bytes(&text, "a\0b", 3);
    assert_int_equal(text.length, 7);
    char *stolen = text_steal(&text);
    assert_memory_equal(stolen, "0,1,a\0b", 8);
    free(stolen);
    assert_int_equal(text.length, 0);
}

static void test_long_format(void **state)
{
    (void)state;
    char long_one[5000];
    memset(long_one, 'x', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    char *made = text_make("<%s>", long_one);
    assert_int_equal(strlen(made), sizeof long_one + 1);
    free(made);
}

static void test_unreadable_files(void **state)
{
    (void)state;
    struct text text = TEXT_EMPTY;
    assert_false(text_read_file(&text, "/no/such/file"));
    assert_int_equal(errno, ENOENT);
    assert_false(text_read_file(&text, "/"));
    assert_int_equal(errno, EISDIR);
    text_free(&text);
}

static void test_decoding(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t taken;
        int32_t point;
    } rows[] = {
        {"a", 1, 'a'},
        {"\xc3\xa9", 2, 0xe9},
        {"\xe2\x82\xac", 3, 0x20ac},
        {"\xf0\x9f\x99\x82", 4, 0x1f642},
        {"\xc0\x80", 1, -1},
        {"\xed\xa0\x80", 1, -1},
        {"\xff", 1, -1},
        {"\xe2\x82", 1, -1},
        {"\xf5\x80\x80\x80", 1, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t point;
        assert_int_equal(utf8_decode(rows[i].bytes, strlen(rows[i].bytes), &point), rows[i].taken);
        assert_int_equal(point, rows[i].point);
    }
}

static void test_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {{"", 0}, {"abc", 3}, {"é", 1}, {"日本", 4}, {"e\xcc\x81", 1}, {"\033[1;31mred\033[0m", 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(utf8_columns(rows[i].text, strlen(rows[i].text)), rows[i].columns);
}

static void test_visible(void **state)
{
    (void)state;
    struct text text = TEXT_EMPTY;
    static const char nasty[] = "ok\t\n\033[2J\x07\xff\xc3\xa9\xc2\x9b\0z";
    utf8_add_visible(&text, nasty, sizeof nasty - 1);
    assert_string_equal(text.bytes, "ok\t\n\\x1b[2J\\x07\\xff\xc3\xa9\\xc2\\x9b\\x00z");
    text_free(&text);
}

/* What turns, hides or breaks is told; what a script needs stays. */
static void test_tricks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *visible;
    } rows[] = {
        {"a\u202eb\u202c", "a\\u{202e}b\\u{202c}"},
        {"\u2066x\u2069\u200e\u200f\u061c", "\\u{2066}x\\u{2069}\\u{200e}\\u{200f}\\u{61c}"},
        {"sock\u200bet\ufeff\u2060\u00ad", "sock\\u{200b}et\\u{feff}\\u{2060}\\u{ad}"},
        {"p\u200ceer\u200d\u200d", "p\\u{200c}eer\\u{200d}\\u{200d}"},
        {"\u200dx", "\\u{200d}x"},
        {"a\u2028b\u2029c\xc2\x85", "a\\u{2028}b\\u{2029}c\\xc2\\x85"},
        {"\U000e0041\u3164\u115f\ufff9", "\\u{e0041}\\u{3164}\\u{115f}\\u{fff9}"},
        {"a\uffff\ufdd0\U0010fffe", "a\\u{ffff}\\u{fdd0}\\u{10fffe}"}, /* XML may not hold them */
        {"a\ufe0f", "a\\u{fe0f}"},
        {"\U0001f469\u200d\U0001f4bb \u2764\ufe0f 1\ufe0f\u20e3",
         "\U0001f469\u200d\U0001f4bb \u2764\ufe0f 1\ufe0f\u20e3"},
        {"\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"},
        {"\x7f\r\b\x1b]0;x\a", "\\x7f\\x0d\\x08\\x1b]0;x\\x07"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *once = utf8_visible(rows[i].text, strlen(rows[i].text)), *twice = utf8_visible(once, strlen(once));
        assert_string_equal(once, rows[i].visible);
        assert_string_equal(twice, once);
        free(once);
        free(twice);
    }
    char *name = utf8_name("a\nb\tc\x1b");
    assert_string_equal(name, "a\\x0ab\\x09c\\x1b");
    free(name);
}

static void test_clock(void **state)
{
    (void)state;
    assert_int_equal(clock_after(INT64_MAX), CLOCK_NEVER);
    assert_int_equal(clock_poll_timeout(CLOCK_NEVER), -1);
    assert_int_equal(clock_poll_timeout(clock_now() - 1), 0);
    assert_int_equal(clock_poll_timeout(clock_after(CLOCK_SECOND * 86400 * 365)), INT_MAX);
    int left = clock_poll_timeout(clock_after(3600 * CLOCK_SECOND));
    assert_in_range(left, 3590000, 3600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_grows), cmocka_unit_test(test_long_format), cmocka_unit_test(test_unreadable_files),
        cmocka_unit_test(test_decoding),   cmocka_unit_test(test_columns),     cmocka_unit_test(test_visible),
        cmocka_unit_test(test_tricks),     cmocka_unit_test(test_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
