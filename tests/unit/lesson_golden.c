/* Lessons in tests/golden/lesson, each beside the dump of what was made of it.  ACCEPT=1 writes the dumps. */
#include "base/duration.h"
#include "base/text.h"
#include "lesson/lesson.h"
#include "lesson/markdown.h"
#include "support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void dump_words(struct text *out, const char *name, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        text_format(out, "%s: %s\n", name, words->list[i]);
}

/* "heading paragraph code_block" */
static void dump_nodes(struct text *out, cmark_node *first, cmark_node *last)
{
    for (cmark_node *node = first; node != NULL; node = node == last ? NULL : cmark_node_next(node))
        text_format(out, " %s", cmark_node_get_type_string(node));
}

static void dump_quiz(struct text *out, const struct quiz *quiz)
{
    text_format(out, "    %s on line %d, %zu of %zu right\n", quiz->prediction ? "prediction" : "quiz", quiz->line,
                quiz->right, quiz->count);
    for (size_t i = 0; i < quiz->count; i++) {
        cmark_node *answer = cmark_node_first_child(quiz->choices[i].item);
        char *plain = markdown_plain(answer);
        text_format(out, "      %s %s;", quiz->choices[i].right ? "right" : "wrong", plain);
        dump_nodes(out, cmark_node_next(answer), NULL);
        text_add(out, "\n");
        free(plain);
    }
}

static void dump_block(struct text *out, const struct block *block)
{
    static const char *const roles[] = {"", " starter", " solution", " check"};
    text_format(out, "%d:%s%s%s%s%s", block->line, block->id ? " #" : "", block->id ? block->id : "",
                block->ignored ? " ignored" : "", block->hidden ? " hidden" : "", roles[block->role]);
    text_add(out, " timeout ");
    duration_write(out, block->timeout, DURATION_MEASURED);
    if (block->error != NULL)
        text_format(out, " error %s", block->error);
    if (block->time != 0) {
        text_add(out, " time ");
        duration_write(out, block->time, DURATION_MEASURED);
        text_format(out, " %d%%", block->percent);
    }
    text_format(out, " show %u needs %u", block->show, block->needs);
    if (block->expected != NULL)
        text_format(out, " output on %d", cmark_node_get_start_line(block->expected));
    if (block->ladder != NULL)
        text_format(out, " ladder on %d", cmark_node_get_start_line(block->ladder));
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        if (block->twins[i].node != NULL)
            text_format(out, " %s on %d%s%s", code_languages[i].word, block->twins[i].line,
                        block->twins[i].ignored ? " ignored" : "", block->twins[i].hidden ? " hidden" : "");
    text_format(out, " | %.*s\n", (int)strcspn(block->code, "\n"), block->code);
}

static void dump_step(struct text *out, const struct lesson *lesson, size_t index)
{
    const struct step *step = &lesson->steps[index];
    text_format(out, "  step %zu, section %d, line %d:", index, step->section, step->line);
    dump_nodes(out, step->first, step->last);
    text_add(out, "\n");
    if (step->quiz != NULL)
        dump_quiz(out, step->quiz);
    if (step->block != NULL) {
        text_add(out, "    runs ");
        dump_block(out, step->block);
    }
}

static void dump_exercise(struct text *out, const struct exercise *exercise)
{
    const struct block *const parts[] = {exercise->starter, exercise->solution, exercise->check};
    text_format(out, "exercise on line %d, section %d, steps %zu to %zu, parts", exercise->line, exercise->section,
                exercise->first_step, exercise->last_step);
    for (size_t i = 0; i < 3; i++)
        text_format(out, " %d", parts[i] != NULL ? parts[i]->line : 0);
    text_add(out, "\n");
    for (size_t i = 0; i < exercise->hint_count; i++) {
        text_format(out, "  hint \"%s\":", exercise->hints[i].summary);
        dump_nodes(out, exercise->hints[i].first, exercise->hints[i].last);
        char *plain = exercise->hints[i].first ? markdown_plain(exercise->hints[i].first) : NULL;
        text_format(out, " | %s\n", plain ? plain : "");
        free(plain);
    }
}

static void dump(struct text *out, const struct lesson *lesson, const struct complaints *complaints)
{
    text_format(out, "%s: %s\n", lesson->name, lesson->title);
    if (lesson->summary != NULL)
        text_format(out, "summary: %s\n", lesson->summary);
    if (lesson->license != NULL)
        text_format(out, "license: %s\n", lesson->license);
    text_format(out, "minutes: %d, needs %u\n", lesson->minutes, lesson->needs);
    dump_words(out, "goal", &lesson->goals);
    dump_words(out, "requires", &lesson->requires);
    dump_words(out, "author", &lesson->authors);
    for (size_t i = 0; i < lesson->section_count; i++)
        text_format(out, "section %zu: %s (%s), first step %zu\n", i, lesson->sections[i].title,
                    lesson->sections[i].slug, lesson->sections[i].first_step);
    for (size_t i = 0; i < lesson->step_count; i++)
        dump_step(out, lesson, i);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        dump_exercise(out, &lesson->exercises[i]);
    for (size_t i = 0; i < lesson->block_count; i++) {
        text_format(out, "block ");
        dump_block(out, lesson->blocks[i]);
    }
    for (size_t i = 0; i < complaints->count; i++)
        text_format(out, "complaint %d: %s\n", complaints->list[i].line, complaints->list[i].message);
}

static void check_golden(const char *name)
{
    char *file = text_make("lesson/%s.md", name), *golden = text_make("lesson/%s.dump", name);
    char *path = golden_path(file);
    struct complaints complaints = {0};
    struct lesson *lesson = lesson_read(path, &complaints);
    assert_non_null(lesson);
    struct text actual = TEXT_EMPTY;
    dump(&actual, lesson, &complaints);
    assert_golden(golden, &actual);
    text_free(&actual);
    complaints_free(&complaints);
    lesson_free(lesson);
    free(golden);
    free(path);
    free(file);
}

static void whole(void **state)
{
    (void)state;
    check_golden("whole");
}

static void broken(void **state)
{
    (void)state;
    check_golden("broken");
}

static void plain(void **state)
{
    (void)state;
    check_golden("plain");
}

static void twins(void **state)
{
    (void)state;
    check_golden("twins");
    check_golden("twins_broken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(broken),
        cmocka_unit_test(plain),
        cmocka_unit_test(twins),
    };
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
