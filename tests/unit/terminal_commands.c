/* The table of commands: complete, distinct, and narrow enough for its list. */
#include "render/command_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#define BRIEF_COLUMNS 23

static void rows_are_whole(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct command *command = commands; command->name != NULL; command++, count++) {
        assert_non_null(command->arguments);
        assert_non_null(command->brief);
        assert_in_range(strlen(command->brief), 1, BRIEF_COLUMNS);
    }
    assert_int_equal(count, COMMAND_COUNT);
    assert_in_range(count, 15, 40);
}

static void names_are_distinct(void **state)
{
    (void)state;
    for (const struct command *one = commands; one->name != NULL; one++)
        for (const struct command *other = one + 1; other->name != NULL; other++)
            assert_string_not_equal(one->name, other->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(names_are_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
