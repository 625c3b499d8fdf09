/* moved.h: each step of a lesson is found again in its next version. */
#include "base/text.h"
#include "lesson/moved.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static json_t *marks_of(const char *text)
{
    struct complaints complaints = {0};
    struct lesson *lesson = lesson_parse("a.md", text, strlen(text), &complaints);
    json_t *marks = moved_marks(lesson);
    lesson_free(lesson);
    complaints_free(&complaints);
    return marks;
}

/* Where each step went, "0 2 -": a dash for one that is gone. */
static char *map_of(const char *before, const char *after)
{
    json_t *old = marks_of(before), *now = marks_of(after);
    size_t *map = moved_map(old, now);
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; i < json_array_size(old); i++)
        if (map[i] == MOVED_AWAY)
            text_add(&words, i > 0 ? " -" : "-");
        else
            text_format(&words, "%s%zu", i > 0 ? " " : "", map[i]);
    free(map);
    json_decref(old);
    json_decref(now);
    return text_steal(&words);
}

#define RUN(options, code) "```lua" options "\n" code "\n```\n\n"

static const char two[] =
    "# A\n\nOne.\n\n" RUN("", "1") "## B\n\nTwo.\n\n" RUN(" {#two}", "2") "Three.\n\n" RUN("", "3");

static void steps_are_found_again(void **state)
{
    (void)state;
    static const struct {
        const char *what, *after, *map;
    } cases[] = {
        {"nothing changed", two, "0 1 2"},
        {"one more before all",
         "# A\n\nNew.\n\n" RUN("", "0") "One.\n\n" RUN("", "1") "## B\n\nTwo.\n\n" RUN(" {#two}",
                                                                                       "2") "Three.\n\n" RUN("", "3"),
         "1 2 3"},
        {"the id goes with it, whatever it says and wherever",
         "# A\n\nOne.\n\n" RUN("", "1") "## B\n\nThree.\n\n" RUN("", "3") "## C\n\nOther.\n\n" RUN(" {#two}", "22"),
         "0 2 1"},
        {"a heading was renamed",
         "# A\n\nOne.\n\n" RUN("", "1") "## Z\n\nTwo.\n\n" RUN(" {#two}", "2") "Three.\n\n" RUN("", "3"), "0 1 2"},
        {"a slip was mended",
         "# A\n\nOne!\n\n" RUN("", "1") "## B\n\nTwo.\n\n" RUN(" {#two}", "2") "Three!\n\n" RUN("", "3"), "0 1 2"},
        {"one is gone", "# A\n\nOne.\n\n" RUN("", "1") "## B\n\nThree.\n\n" RUN("", "3"), "0 - 1"},
        {"all is gone", "# Z\n", "0 - -"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *map = map_of(two, cases[i].after);
        if (strcmp(map, cases[i].map) != 0)
            print_error("%s: %s\n", cases[i].what, map);
        assert_string_equal(map, cases[i].map);
        free(map);
    }
}

static void a_place_that_is_gone(void **state)
{
    (void)state;
    const size_t map[] = {0, MOVED_AWAY, 5, MOVED_AWAY};
    assert_int_equal(moved_place(map, 4, 0, 9), 0);
    assert_int_equal(moved_place(map, 4, 1, 9), 5);
    assert_int_equal(moved_place(map, 4, 3, 9), 5);
    assert_int_equal(moved_place(map, 4, 4, 9), 9); /* who was through is through */
    const size_t nothing[] = {MOVED_AWAY};
    assert_int_equal(moved_place(nothing, 1, 0, 9), 0);
}

/* What is in the file may be anything. */
static void marks_of_another_shape(void **state)
{
    (void)state;
    json_t *now = marks_of(two);
    static const char *const strange[] = {"[]", "{}", "[1]", "[[]]", "[[1, 2, 3], [null]]", "[{}]"};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        json_t *old = json_loads(strange[i], 0, NULL);
        free(moved_map(old, now));
        json_decref(old);
    }
    json_decref(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_found_again),
        cmocka_unit_test(a_place_that_is_gone),
        cmocka_unit_test(marks_of_another_shape),
    };
    return cmocka_run_group_tests_name("moved", tests, NULL, NULL);
}
