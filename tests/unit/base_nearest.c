/* nearest.h: typing mistakes are found, other words are not. */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const names[] = {"timeout", "time", "show", "needs", "error", ".hidden", "ECONNREFUSED", "EIO"};

static const char *near(const char *word)
{
    return nearest_of(word, names, sizeof names / sizeof *names);
}

static void mistakes_are_found(void **state)
{
    (void)state;
    assert_string_equal(near("timout"), "timeout");
    assert_string_equal(near("tiem"), "time");
    assert_string_equal(near("hidden"), ".hidden");
    assert_string_equal(near("econnrefused"), "ECONNREFUSED");
    assert_string_equal(near("ECONREFUSD"), "ECONNREFUSED");
    assert_string_equal(near("Show"), "show");
    assert_string_equal(near("shwo"), "show");
    assert_string_equal(near("timeouts"), "timeout");
}

static void the_nearest_wins(void **state)
{
    (void)state;
    assert_string_equal(near("time"), "time");
    assert_string_equal(near("timeou"), "timeout");
    assert_string_equal(near("EI0"), "EIO");
}

static void other_words_are_not(void **state)
{
    (void)state;
    assert_null(near("banana"));
    assert_null(near(""));
    assert_null(near("x"));
    assert_null(near("ENOENT"));
    assert_null(near("a word that is far longer than any name could ever be, which must not be compared"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_found),
        cmocka_unit_test(the_nearest_wins),
        cmocka_unit_test(other_words_are_not),
    };
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
