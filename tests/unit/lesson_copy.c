/* copy.h: of an exam, learners have all but what answers it. */
#include "base/text.h"
#include "lesson/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *copy_of(const char *text)
{
    struct complaints complaints = {0};
    struct text copy = TEXT_EMPTY;
    struct lesson *lesson = lesson_parse("a.md", text, strlen(text), &complaints);
    assert_int_equal(complaints.count, 0);
    copy_for_learners(&copy, lesson);
    lesson_free(lesson);
    return text_steal(&copy);
}

#define EXAM "---\nexam: true\n---\n\n# A\n\nWhich?\n\n"

static void questions_lose_their_answers(void **state)
{
    (void)state;
    static const struct {
        const char *whole, *copy;
    } cases[] = {
        {"- [x] this\n- [ ] that\n", "- [ ] this\n- [ ] that\n"},
        {"1. [X] this\n2. [x] that [x]\n", "1. [ ] this\n2. [ ] that [x]\n"},
        {"- [ ] this\n\n  No: [x].\n\n- [x] that\n\n  Since.\n\n  - [x] more\n\nAfter.\n",
         "- [ ] this\n\n- [ ] that\n\nAfter.\n"},
        {"-\n  [x] this\n  and more\n- [ ] that\n  ```\n  [x]\n  ```\n", "-\n  [ ] this\n  and more\n- [ ] that\n"},
        {"- [x] this\n- [ ] that\n\n```lua\n1\n```\n\n- [ ] a\n- [x] b\n  > why\n",
         "- [ ] this\n- [ ] that\n\n```lua\n1\n```\n\n- [ ] a\n- [ ] b\n"},
        {"- [x] this\r\n\r\n  Why.\r\n- [ ] that\r\n", "- [ ] this\r\n- [ ] that\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *whole = text_make(EXAM "%s", cases[i].whole), *expected = text_make(EXAM "%s", cases[i].copy);
        char *copy = copy_of(whole), *again = copy_of(copy);
        assert_string_equal(copy, expected);
        assert_string_equal(again, copy);
        free(whole);
        free(expected);
        free(copy);
        free(again);
    }
}

static void what_is_no_exam_stays(void **state)
{
    (void)state;
    static const char lesson[] = "# A\n\nWhich?\n\n- [x] this\n\n  Why.\n- [ ] that\n";
    char *copy = copy_of(lesson);
    assert_string_equal(copy, lesson);
    free(copy);
}

/* Where one answer is marked, or a solution stands, it is no copy. */
static void a_forgotten_mark_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t complaints;
    } cases[] = {
        {EXAM "- [ ] this\n- [ ] that\n", 0},
        {EXAM "- [ ] this\n- [ ] that\n\nAnd?\n\n- [x] this\n- [ ] that\n", 1},
        {"# A\n\n- [ ] this\n- [ ] that\n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct complaints complaints = {0};
        lesson_free(lesson_parse("a.md", cases[i].text, strlen(cases[i].text), &complaints));
        assert_int_equal(complaints.count, cases[i].complaints);
        complaints_free(&complaints);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_lose_their_answers),
        cmocka_unit_test(what_is_no_exam_stays),
        cmocka_unit_test(a_forgotten_mark_is_told),
    };
    return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
