/* Any bytes as a lesson: parsing never crashes, never loses a byte of memory, and keeps its promises. */
#include "lesson/copy.h"
#include "lesson/lesson.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* As if it were an exam: nothing of an answer is in its copy, nor in the tree that is shown. */
static void check_copy(struct lesson *lesson)
{
    struct text text = TEXT_EMPTY;
    struct complaints ignored = {0};
    lesson->exam = true;
    copy_for_learners(&text, lesson);
    struct lesson *copy = lesson_parse("copy.md", text_string(&text), text.length, &ignored);
    assert(text.length <= lesson->source_length);
    for (size_t i = 0; i < copy->step_count; i++)
        assert(copy->steps[i].quiz == NULL || copy->steps[i].quiz->right == 0);
    copy_cut(lesson);
    for (size_t i = 0; i < lesson->block_count; i++)
        if (lesson->blocks[i]->role == BLOCK_SOLUTION || lesson->blocks[i]->role == BLOCK_WRONG)
            assert(cmark_node_parent(lesson->blocks[i]->node) == lesson->aside);
    lesson_free(copy);
    complaints_free(&ignored);
    text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_steps(const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->step_count; i++) {
        const struct step *step = &lesson->steps[i];
        cmark_node *node = step->first;
        while (node != step->last && node != NULL)
            node = cmark_node_next(node);
        assert(node != NULL); /* first..last are siblings in order */
        assert(step->section < (int)lesson->section_count);
        assert(step->block == NULL || cmark_node_get_user_data(step->block->node) == step->block);
        assert(step->quiz == NULL || step->quiz->right <= step->quiz->count);
    }
}

static void check_exercises(const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->exercise_count; i++) {
        const struct exercise *exercise = &lesson->exercises[i];
        assert(exercise->first_step <= exercise->last_step && exercise->last_step <= lesson->step_count);
        assert(exercise->starter == NULL || lesson->steps[exercise->last_step].block == exercise->starter);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints complaints = {0};
    struct lesson *lesson = lesson_parse("fuzz.md", (const char *)data, size, &complaints);
    check_steps(lesson);
    check_exercises(lesson);
    for (size_t i = 0; i < complaints.count; i++)
        assert(complaints.list[i].line > 0 && complaints.list[i].message[0] != '\0');
    check_copy(lesson);
    lesson_free(lesson);
    complaints_free(&complaints);
    return 0;
}
