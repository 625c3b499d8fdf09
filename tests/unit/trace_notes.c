/* What peers said: joined from its records, bounded, without what is ours in a traceback. */
#include "trace/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void say(struct notes *notes, int actor, const char *words, unsigned flags)
{
    struct event event = {.kind = EVENT_NOTE, .actor = (uint16_t)actor, .flags = (uint16_t)flags};
    event.data_length = (uint16_t)strlen(words);
    memcpy(event.payload, words, strlen(words));
    notes_add(notes, &event);
}

static void notes_are_joined_by_actor(void **state)
{
    (void)state;
    struct notes notes = {.count = 0};
    say(&notes, 1, "one ", EVENT_CONTINUED);
    say(&notes, 2, "other", 0);
    say(&notes, 1, "two", 0);
    say(&notes, 1, "three", EVENT_FAILED);
    say(&notes, 1, "stopped", EVENT_ENDED);
    assert_int_equal(notes.count, 3);
    assert_string_equal(text_string(&notes.list[0].words), "one two");
    assert_string_equal(text_string(&notes.list[1].words), "other");
    assert_true(notes.list[2].failed);
    notes_limit(&notes, 1);
    assert_int_equal(notes.count, 1);
    assert_string_equal(text_string(&notes.list[0].words), "three");
    notes_free(&notes);
}

static void long_notes_are_cut(void **state)
{
    (void)state;
    struct notes notes = {.count = 0};
    for (int i = 0; i < 1000; i++)
        say(&notes, 1, "0123456789012345678901234567890123456789", EVENT_CONTINUED);
    assert_int_equal(notes.count, 1);
    assert_in_range(notes.list[0].words.length, 4000, 4200);
    assert_non_null(strstr(text_string(&notes.list[0].words), "…"));
    notes_free(&notes);
}

static void failures_tell_of_the_learners_code(void **state)
{
    (void)state;
    static const struct {
        const char *report, *shown;
    } rows[] = {
        {"prompt:1: x", "prompt:1: x"},
        {"/home/me/course/one.md:4: x\nstack traceback:\n\t[C]: in function 'error'\n\t/home/me/one.md:4: in function "
         "</home/me/one.md:2>",
         "one.md:4: x\n  one.md:4: in function <one.md:2>"},
        {"/home/me/one.md:4: cannot open /etc/passwd", "one.md:4: cannot open /etc/passwd"},
        {"course/one.md:4: no 127.0.0.1/8:80 and no a/b:c\n\tcourse/one.md:4: in function <course/one.md:2>",
         "one.md:4: no 127.0.0.1/8:80 and no a/b:c\n  one.md:4: in function <one.md:2>"},
        {"a\033[2Jb", "a\\x1b[2Jb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = TEXT_EMPTY;
        note_write(&out, rows[i].report, strlen(rows[i].report), true);
        assert_string_equal(text_string(&out), rows[i].shown);
        assert_null(strchr(text_string(&out), '\033'));
        text_free(&out);
    }
}

static void reasons_stand_alone(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"course/one.md:4: boom\n\tone.md:4: in main chunk", "boom"},
        {"one.md:40: a:4: b", "a:4: b"},
        {"[Errno 111] Connection refused", "[Errno 111] Connection refused"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = TEXT_EMPTY;
        note_write_reason(&out, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(text_string(&out), rows[i][1]);
        text_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_joined_by_actor),
        cmocka_unit_test(long_notes_are_cut),
        cmocka_unit_test(failures_tell_of_the_learners_code),
        cmocka_unit_test(reasons_stand_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
