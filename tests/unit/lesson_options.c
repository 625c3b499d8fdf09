/* options.h and front_matter.h: what each says about what is wrong, and on which line. */
#include "base/clock.h"
#include "lesson/lesson.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct parsed {
    struct lesson *lesson;
    struct complaints complaints;
};

static struct parsed parse(const char *text)
{
    struct parsed parsed = {0};
    parsed.lesson = lesson_parse("a.md", text, strlen(text), &parsed.complaints);
    return parsed;
}

static void parsed_free(struct parsed *parsed)
{
    lesson_free(parsed->lesson);
    complaints_free(&parsed->complaints);
}

/* One block with this info string, on line 3. */
static struct parsed parse_info(const char *info)
{
    char text[600];
    snprintf(text, sizeof text, "# T\n\n```%s\nx = 1\n```\n", info);
    return parse(text);
}

struct wrong {
    const char *text, *message;
};

static void expect_complaint(struct parsed *parsed, int line, const char *message)
{
    assert_int_equal(parsed->complaints.count, 1);
    assert_string_equal(parsed->complaints.list[0].message, message);
    assert_int_equal(parsed->complaints.list[0].line, line);
    assert_string_equal(parsed->complaints.list[0].path, "a.md");
    parsed_free(parsed);
}

static void wrong_options_are_told(void **state)
{
    (void)state;
    static const struct wrong rows[] = {
        {"lua {timout=2s}", "Unknown option `timout`. Did you mean `timeout`?"},
        {"lua {hidden}", "Unknown option `hidden`. Did you mean `.hidden`?"},
        {"lua {.hiden}", "Unknown option `.hiden`. Did you mean `.hidden`?"},
        {"lua {banana}", "Unknown option `banana`. A block knows #id, .ignore, .hidden, .starter, .solution, "
                         ".check, .setup, .wrong, error=, timeout=, time=, show=, needs=, faults=."},
        {"lua {timeout=2}", "timeout: `2` is no limit. Write it like timeout=2s or timeout=500ms."},
        {"lua {timeout=0s}", "timeout: `0s` is no limit. Write it like timeout=2s or timeout=500ms."},
        {"lua {timeout=2sec}", "timeout: `2sec` is no limit. Write it like timeout=2s or timeout=500ms."},
        {"lua {timeout=-1s}", "timeout: `-1s` is no limit. Write it like timeout=2s or timeout=500ms."},
        {"lua {timeout}", "`timeout` needs a value: timeout=…"},
        {"lua {timeout=}", "`timeout` needs a value: timeout=…"},
        {"lua {time=soon}", "time: `soon` is no time. Write it like time=0.5s±20%."},
        {"lua {time=0.5s±200%}", "time: `0.5s±200%` is no time. Write it like time=0.5s±20%."},
        {"lua {time=0.5s±20}", "time: `0.5s±20` is no time. Write it like time=0.5s±20%."},
        {"lua {error=ECONREFUSED}", "error: `ECONREFUSED` is no error. Did you mean `ECONNREFUSED`?"},
        {"lua {error=TimeOutError}", "error: `TimeOutError` is no error. Did you mean `TimeoutError`?"},
        {"lua {error=EAI_NONAM}", "error: `EAI_NONAM` is no error. Did you mean `EAI_NONAME`?"},
        {"lua {error=nonsense}", "error: `nonsense` is no error. Name an errno symbol like ECONNREFUSED or a "
                                 "class like TimeoutError."},
        {"lua {show=ladders}",
         "show: `ladders` is none of value, output, calls, ladder, state, packets, bytes, time, ready. Did you mean `ladder`?"},
        {"lua {show=,}",
         "show: Name at least one of value, output, calls, ladder, state, packets, bytes, time, ready."},
        {"lua {faults=splitt}", "faults: `splitt` is no fault. Did you mean `split`?"},
        {"lua {faults={rst@2}}", "faults: `rst@2` is no fault. Did you mean `rst`?"},
        {"lua {faults={, }}", "faults: Name at least one, as in faults={split,rst}."},
        {"lua {faults={split}}", "faults= belongs on the .check block: it is the check that judges each of them."},
        {"lua {needs=root}", "needs: `root` is none of lab, raw, ipv6."},
        {"lua {needs=raw,ipv5}", "needs: `ipv5` is none of lab, raw, ipv6. Did you mean `ipv6`?"},
        {"lua {.hidden=yes}", "`.hidden` takes no value. Leave `=yes` out."},
        {"lua {#1st}", "`#1st` is no id. An id begins with a letter; letters, digits, - _ . may follow."},
        {"lua {#}", "`#` is no id. An id begins with a letter; letters, digits, - _ . may follow."},
        {"lua {#a #b}", "A block has one id; this one has #a and #b."},
        {"lua {#a", "The options begin with { but do not end with }: {#a"},
        {"lua #a", "Options stand in braces: write {#a}."},
        {"lua{#a}", "Leave a space between `lua` and `{`, so that others still see plain `lua`."},
        {"Lua", "Write the language as `lua`, not `Lua`."},
        {"lua {.solution}", "A .solution block belongs in a section `## Exercise: …`."},
        {"output", "This output belongs to no block. Put it directly after a ```lua block."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed parsed = parse_info(rows[i].text);
        expect_complaint(&parsed, 3, rows[i].message);
    }
}

static void right_options_are_read(void **state)
{
    (void)state;
    struct parsed parsed =
        parse_info("lua {#first .hidden error=EPIPE timeout=500ms time=0.5s±20% show=value,ladder,packets needs=raw}");
    const struct block *block = parsed.lesson->blocks[0];
    assert_int_equal(parsed.complaints.count, 0);
    assert_string_equal(block->id, "first");
    assert_true(block->hidden);
    assert_false(block->ignored);
    assert_string_equal(block->error, "EPIPE");
    assert_int_equal(block->timeout, 500 * CLOCK_MILLISECOND);
    assert_int_equal(block->time, 500 * CLOCK_MILLISECOND);
    assert_int_equal(block->percent, 20);
    assert_int_equal(block->show, PANE_VALUE | PANE_LADDER | PANE_PACKETS);
    assert_int_equal(block->needs, NEED_RAW);
    assert_int_equal(block->line, 4);
    parsed_free(&parsed);

    parsed = parse_info("lua   { show=\"calls, state\"  time=2s+-5% }");
    assert_int_equal(parsed.complaints.count, 0);
    assert_int_equal(parsed.lesson->blocks[0]->show, PANE_CALLS | PANE_STATE);
    assert_int_equal(parsed.lesson->blocks[0]->percent, 5);
    assert_int_equal(parsed.lesson->blocks[0]->timeout, 10 * CLOCK_SECOND);
    parsed_free(&parsed);

    parsed = parse_info("luarocks {whatever}");
    assert_int_equal(parsed.complaints.count, 0);
    assert_int_equal(parsed.lesson->block_count, 0);
    parsed_free(&parsed);
}

static void wrong_lessons_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *message;
    } rows[] = {
        {"# T\n\n```lua\nx = 1\n", 3,
         "This fence is never closed. Write ``` on a line of its own where the code ends."},
        {"~~~~lua\nx = 1\n~~~\n", 1,
         "This fence is never closed. Write ~~~~ on a line of its own where the code ends."},
        {"text\n\n```", 3, "This fence is never closed. Write ``` on a line of its own where the code ends."},
        {"```lua\na()\n\n```lua\nb()\n```\n", 1, "This fence is not closed before the next one begins, on line 4."},
        {"```lua {#a}\n```\n\n```lua {#a}\n```\n", 4, "#a is taken already, on line 1. Choose another id."},
        {"# T\n\n## One two\n\n```lua {#one-two}\n```\n", 5,
         "#one-two is taken already, on line 3. Choose another id."},
        {"- a\n\n  ```lua\n  x = 1\n  ```\n", 3,
         "Lua inside a list or a quote does not run. Move it out, or mark it {.ignore}."},
        {"> ```lua {#a}\n> x = 1\n> ```\n", 1,
         "Lua inside a list or a quote does not run. Move it out, or mark it {.ignore}."},
        {"- [ ] a\n- [ ] b\n", 1, "No answer of this quiz is right. Mark the right one with [x]."},
        {"- [x] a\n", 1, "A quiz needs at least two answers."},
        {"- [x] a\n- b\n", 2, "Every answer of a quiz begins with [x] or [ ]; this one does not."},
        {"- [x] a\n- [ ]\n", 2, "This answer has no text."},
        {"# T\n\n## Exercise: x\n", 3, "This exercise needs a ```lua {.starter} block to begin with."},
        {"## Exercise: x\n\n```lua {.starter}\n```\n", 1,
         "This exercise needs a ```lua {.solution} block that passes the check."},
        {"## Exercise: x\n\n```lua {.starter}\n```\n\n```lua {.solution}\n```\n", 1,
         "This exercise needs a ```lua {.check} block, or a .check.lua file beside the lesson."},
        {"## Exercise: x\n\n```lua {.starter}\n```\n\n```lua {.solution}\n```\n\n```lua {.check}\n```\n\n"
         "```lua {.check}\n```\n",
         12, "This exercise has a .check block already, on line 9."},
        {"```lua {.check .ignore}\n```\n", 1, "A .check block belongs in a section `## Exercise: …`."},
        {"</details>\n", 1, "This </details> closes nothing. Remove it."},
        {"<details>\n\ntext\n", 1, "<details> is not closed. Write </details> where it ends."},
        {"x\n\n<details>\n<summary>S</summary>\n```lua {.ignore}\nx\n```\n</details>\n", 5,
         "Leave an empty line between the HTML and this fence. Without it, GitHub takes the fence for HTML."},
        {"one\n\xff\n", 2, "This line is not UTF-8 text."},
        {"---\ntitel: x\n---\n", 2, "Unknown key `titel`. Did you mean `title`?"},
        {"---\ntitle: x\ncolour: red\n---\n", 3,
         "Unknown key `colour`. The front matter of a lesson knows title, summary, license, recorded, goals, requires, "
         "authors, needs, lang, "
         "minutes, timeout, exam, points, network, sessions."},
        {"---\ntitle: x\ntitle: y\n---\n", 3, "title: said twice. Keep one."},
        {"---\nminutes: many\n---\n", 2, "minutes: `many` is no number from 1 to 600."},
        {"---\ntitle:\n---\n", 2, "title: nothing is said. Give it a value or leave it out."},
        {"---\ntitle: [a, b]\n---\n", 2, "title: one value is wanted, not a list."},
        {"---\ngoals: [a, [b]]\n---\n", 2, "goals: front matter is flat. Write `goals: value` or `goals: [one, two]`."},
        {"---\ntimeout: 5\n---\n", 2, "timeout: `5` is no limit. Write it like 2s or 500ms."},
        {"---\nsessions: own\n---\n", 2,
         "sessions: `own` is neither lesson, one for all of it, nor section, one for each."},
        {"---\nneeds: [lab, raww]\n---\n", 2, "needs: `raww` is none of lab, raw, ipv6. Did you mean `raw`?"},
        {"---\nminutes: 5\ntitle: \"open\n---\n", 4,
         "The front matter is not YAML: found unexpected end of stream. Values with a colon or a # stand in "
         "\"quotes\"."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parsed parsed = parse(rows[i].text);
        expect_complaint(&parsed, rows[i].line, rows[i].message);
    }
}

static void front_matter_is_read(void **state)
{
    (void)state;
    struct parsed parsed =
        parse("---\ntitle: \"Two ends: one socket\"\nsummary: >\n  Long\n  text\nminutes: 12 # about\n"
              "goals:\n  - see it\n  - \"say: it\"\nauthors: Ada\nneeds: [lab]\ntimeout: 3s\n---\n"
              "# Other\n\n```lua\n```\n");
    const struct lesson *lesson = parsed.lesson;
    assert_int_equal(parsed.complaints.count, 0);
    assert_string_equal(lesson->title, "Two ends: one socket");
    assert_string_equal(lesson->summary, "Long text");
    assert_int_equal(lesson->minutes, 12);
    assert_int_equal(lesson->goals.count, 2);
    assert_string_equal(lesson->goals.list[1], "say: it");
    assert_string_equal(lesson->authors.list[0], "Ada");
    assert_int_equal(lesson->needs, NEED_LAB);
    assert_int_equal(lesson->blocks[0]->timeout, 3 * CLOCK_SECOND);
    assert_int_equal(lesson->blocks[0]->line, 17);
    parsed_free(&parsed);
}

static void several_complaints_are_all_told(void **state)
{
    (void)state;
    struct parsed parsed = parse("```lua {timout=1s #a}\n```\n\n```lua {#a .x}\n```\n");
    assert_int_equal(parsed.complaints.count, 3);
    assert_int_equal(parsed.complaints.list[2].line, 4);
    parsed_free(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_options_are_told),          cmocka_unit_test(right_options_are_read),
        cmocka_unit_test(wrong_lessons_are_told),          cmocka_unit_test(front_matter_is_read),
        cmocka_unit_test(several_complaints_are_all_told),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
