#include "base/array.h"

#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

/* With the sanitizers a call that is given NULL for nothing fails. */
static void test_nothing_is_sorted(void **state)
{
    (void)state;
    array_sort(NULL, 0, sizeof(char *), array_compare_strings);
    assert_true(span_is((struct span){NULL, 0}, ""));
    assert_false(span_is((struct span){NULL, 0}, "x"));
}

static void test_some_are_sorted(void **state)
{
    (void)state;
    const char *list[] = {"c", "a", "b"};
    array_sort(list, 3, sizeof *list, array_compare_strings);
    assert_string_equal(list[0], "a");
    assert_string_equal(list[1], "b");
    assert_string_equal(list[2], "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_sorted),
                                       cmocka_unit_test(test_some_are_sorted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
