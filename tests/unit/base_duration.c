/* duration.h: times are written with as many digits as they are worth, and read as authors write them. */
#include "base/duration.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct row {
    int64_t nanoseconds;
    const char *text;
};

static void expect_written(const struct row *rows, size_t count, enum duration_style style)
{
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        text_clear(&out);
        duration_write(&out, rows[i].nanoseconds, style);
        assert_string_equal(text_string(&out), rows[i].text);
    }
    text_free(&out);
}

static void times_are_written(void **state)
{
    static const struct row measured[] = {
        {-5, "0 us"},          {0, "0 us"},           {999499, "999 us"},       {1000000, "1.0 ms"},
        {99949999, "99.9 ms"}, {510000000, "0.51 s"}, {99990000000, "99.99 s"}, {100000000000, "100 s"},
    };
    static const struct row shown[] = {
        {-5000000, "0 ms"},     {499, "0 ms"},         {500, "0.001 ms"},     {9499, "0.009 ms"},
        {9500, "0.01 ms"},      {994999, "0.99 ms"},   {995000, "1.0 ms"},    {9949999, "9.9 ms"},
        {9950000, "10 ms"},     {999499999, "999 ms"}, {999500000, "1.00 s"}, {99949999999, "99.95 s"},
        {99950000000, "100 s"},
    };
    static const struct row told[] = {
        {49999, "0.0 ms"}, {9900000, "9.9 ms"}, {10000000, "10 ms"}, {999000000, "999 ms"}, {1500000000, "1.5 s"},
    };
    (void)state;
    expect_written(measured, sizeof measured / sizeof *measured, DURATION_MEASURED);
    expect_written(shown, sizeof shown / sizeof *shown, DURATION_SHOWN);
    expect_written(told, sizeof told / sizeof *told, DURATION_TOLD);
    expect_written(&(struct row){1250000000, "1.2 s"}, 1, DURATION_WAITED);
    expect_written(&(struct row){54000000, "0.05 s"}, 1, DURATION_TOOK);
    expect_written(&(struct row){1200000000, "1200.0 ms"}, 1, DURATION_AFTER);
}

static void times_are_read(void **state)
{
    static const struct row rows[] = {
        {2 * CLOCK_SECOND, "2s"},
        {200 * CLOCK_MILLISECOND, "200ms"},
        {CLOCK_SECOND / 2, "0.5s"},
        {CLOCK_SECOND / 2, ".5s"},
        {10 * CLOCK_MICROSECOND, "10us"},
        {60 * CLOCK_SECOND, "1min"},
        {7, "7ns"},
        {86400 * CLOCK_SECOND, "1440min"},
    };
    static const char *const others[] = {"", "s", "2", "2m", "2sec", "-1s", "+1s", "1e3s", "0x10s", "1..2s", "1441min"};
    int64_t nanoseconds;
    const char *rest;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(duration_read(rows[i].text, &nanoseconds, &rest));
        assert_int_equal(nanoseconds, rows[i].nanoseconds);
        assert_string_equal(rest, "");
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(duration_read(others[i], &nanoseconds, &rest));
    assert_true(duration_read("2s±20%", &nanoseconds, &rest));
    assert_string_equal(rest, "±20%");
}

static void a_limit_is_some_time_and_nothing_else(void **state)
{
    int64_t limit = 5;
    (void)state;
    assert_false(duration_read_limit("0s", &limit));
    assert_false(duration_read_limit("2s ", &limit));
    assert_int_equal(limit, 5);
    assert_true(duration_read_limit("2s", &limit));
    assert_int_equal(limit, 2 * CLOCK_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written),
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(a_limit_is_some_time_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
