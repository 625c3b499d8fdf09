#include "lesson/copy.h"

#include "base/memory.h"
#include "base/span.h"
#include "lesson/details.h"
#include "lesson/pool.h"
#include "lesson/quiz.h"
#include "lesson/source.h"

#include <stdlib.h>
#include <string.h>

struct copying {
    const struct lesson *lesson;
    struct source source;
    bool *left_out; /* of each line, from 1 */
    bool *unmarked; /* lines whose [x] becomes [ ] */
};

static void leave_out(struct copying *copying, int first, int last)
{
    for (int line = first < 1 ? 1 : first; line <= last && line <= copying->source.lines; line++)
        copying->left_out[line] = true;
}

static bool is_blank(const struct source *source, int line)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    return span_trim_end((struct span){text, length}).length == 0;
}

/* The last line of the fence that begins on this one. */
static int fence_end(const struct source *source, int first)
{
    struct fence open;
    if (!source_fence(source, first, &open))
        return first;
    int line = first + 1;
    while (line < source->lines && !source_closes(source, line, &open))
        line++;
    return line;
}

/* The first line of the paragraph that stands before the line. */
static int paragraph_before(const struct source *source, int line)
{
    int first = line;
    while (first > 1 && is_blank(source, first - 1))
        first--;
    while (first > 1 && !is_blank(source, first - 1) && !source_closes_details(source, first - 1) &&
           !source_opens_details(source, first - 1))
        first--;
    return first;
}

static void leave_out_answers(struct copying *copying)
{
    const struct source *source = &copying->source;
    for (size_t i = 0; i < copying->lesson->block_count; i++) {
        const struct block *block = copying->lesson->blocks[i];
        int first = block->line - 1, last = fence_end(source, first);
        if (block->role != BLOCK_SOLUTION && block->role != BLOCK_WRONG)
            continue;
        leave_out(copying, block->role == BLOCK_WRONG ? paragraph_before(source, first) : first, last);
        if (block->expected != NULL)
            leave_out(copying, block->expected_line, fence_end(source, block->expected_line));
        if (block->ladder != NULL)
            leave_out(copying, block->ladder_line, fence_end(source, block->ladder_line));
    }
}

static void leave_out_marks(struct copying *copying)
{
    for (size_t i = 0; i < copying->lesson->step_count; i++) {
        const struct quiz *quiz = copying->lesson->steps[i].quiz;
        for (size_t k = 0; quiz != NULL && k < quiz->count; k++) {
            const struct choice *choice = &quiz->choices[k];
            copying->unmarked[quiz_marker_line(quiz, choice)] = choice->right;
            leave_out(copying, quiz_answer_end(quiz, choice) + 1, quiz_reason_end(quiz, choice));
        }
    }
}

/* --- what is folded ------------------------------------------------------------------------------------- */

static bool has_check(const struct lesson *lesson, int first, int last)
{
    for (size_t i = 0; i < lesson->block_count; i++)
        if (lesson->blocks[i]->role == BLOCK_CHECK && lesson->blocks[i]->line > first && lesson->blocks[i]->line < last)
            return true;
    return false;
}

static int section_end(const struct copying *copying, const struct exercise *exercise)
{
    size_t next = (size_t)(exercise->section + 1);
    return next < copying->lesson->section_count
               ? cmark_node_get_start_line(copying->lesson->sections[next].heading) - 1
               : copying->source.lines;
}

/* Hints and solutions; a check that is not hidden is for learners, too. */
static void leave_out_folded(struct copying *copying, const struct exercise *exercise)
{
    const struct source *source = &copying->source;
    int end = section_end(copying, exercise), first = 0, depth = 0;
    for (int line = exercise->line; line <= end; line++) {
        struct fence fence;
        if (source_fence(source, line, &fence)) {
            line = fence_end(source, line);
            continue;
        }
        if (source_opens_details(source, line))
            first = depth++ == 0 ? line : first;
        if (depth > 0 && source_closes_details(source, line) && --depth == 0 &&
            !has_check(copying->lesson, first, line))
            leave_out(copying, first, line);
    }
}

/* --- the copy ------------------------------------------------------------------------------------------- */

static void add_line(struct text *out, const struct copying *copying, int line)
{
    size_t begin = source_offset(&copying->source, line), end = source_offset(&copying->source, line + 1);
    const char *text = copying->source.text + begin;
    const char *mark = copying->unmarked[line] ? memchr(text, '[', end - begin) : NULL;
    text_add_bytes(out, text, end - begin);
    if (mark != NULL)
        out->bytes[out->length - (end - begin) + (size_t)(mark + 1 - text)] = ' ';
}

/* Between two lines that are left there is no more than one empty line for each gap. */
static void add_lines(struct text *out, const struct copying *copying)
{
    const struct source *source = &copying->source;
    bool gap = false, blank = false;
    for (int line = 1; line <= source->lines; line++) {
        gap = gap || copying->left_out[line];
        if (copying->left_out[line] || (gap && blank && is_blank(source, line)))
            continue;
        gap = false;
        blank = is_blank(source, line);
        add_line(out, copying, line);
    }
}

void copy_for_learners(struct text *out, const struct lesson *lesson)
{
    struct copying copying = {.lesson = lesson, .source = source_of(lesson->source, lesson->source_length)};
    copying.left_out = memory_new((size_t)copying.source.lines + 2, sizeof *copying.left_out);
    copying.unmarked = memory_new((size_t)copying.source.lines + 2, sizeof *copying.unmarked);
    for (size_t i = 0; lesson->exam && i < lesson->exercise_count; i++)
        leave_out_folded(&copying, &lesson->exercises[i]);
    if (lesson->exam) {
        leave_out_answers(&copying);
        leave_out_marks(&copying);
    }
    add_lines(out, &copying);
    free(copying.left_out);
    free(copying.unmarked);
    source_free(&copying.source);
}

/* --- the tree ------------------------------------------------------------------------------------------- */

static void set_aside(struct lesson *lesson, cmark_node *node)
{
    if (node == NULL)
        return;
    cmark_node_unlink(node);
    cmark_node_append_child(lesson->aside, node);
}

/* With what stands between the two. */
static void set_stretch_aside(struct lesson *lesson, cmark_node *first, cmark_node *last)
{
    for (cmark_node *node = first, *next; node != NULL; node = next) {
        next = node != last ? cmark_node_next(node) : NULL;
        set_aside(lesson, node);
    }
}

static cmark_node *section_of(const struct lesson *lesson, const struct exercise *exercise, int offset)
{
    size_t index = (size_t)(exercise->section + offset);
    return exercise->section >= 0 && index < lesson->section_count ? lesson->sections[index].heading : NULL;
}

static bool holds_check(cmark_node *first, cmark_node *last, const struct block *check)
{
    bool holds = false;
    for (cmark_node *node = first; check != NULL && node != last && !holds; node = cmark_node_next(node))
        holds = node == check->node;
    return holds;
}

static void set_folded_aside(struct lesson *lesson, const struct exercise *exercise)
{
    cmark_node *end = section_of(lesson, exercise, 1), *first = NULL;
    int depth = 0;
    for (cmark_node *node = section_of(lesson, exercise, 0), *next; node != NULL && node != end; node = next) {
        next = cmark_node_next(node);
        if (details_opens(node))
            first = depth++ == 0 ? node : first;
        if (depth > 0 && details_closes(node) && --depth == 0 && !holds_check(first, node, exercise->check))
            set_stretch_aside(lesson, first, node);
    }
}

static void set_reasons_aside(struct lesson *lesson, struct quiz *quiz)
{
    for (size_t i = 0; i < quiz->count; i++) {
        cmark_node *answer = cmark_node_first_child(quiz->choices[i].item);
        if (answer != NULL && cmark_node_next(answer) != NULL)
            set_stretch_aside(lesson, cmark_node_next(answer), cmark_node_last_child(quiz->choices[i].item));
        quiz->choices[i].right = false;
    }
    quiz->right = 0;
}

void copy_cut(struct lesson *lesson)
{
    if (!lesson->exam || lesson->aside != NULL)
        return;
    lesson->aside = cmark_node_new_with_mem(CMARK_NODE_DOCUMENT, pool_memory());
    for (size_t i = 0; i < lesson->exercise_count; i++)
        set_folded_aside(lesson, &lesson->exercises[i]);
    for (size_t i = 0; i < lesson->step_count; i++)
        if (lesson->steps[i].quiz != NULL)
            set_reasons_aside(lesson, lesson->steps[i].quiz);
    for (size_t i = 0; i < lesson->block_count; i++) {
        const struct block *block = lesson->blocks[i];
        if (block->role != BLOCK_SOLUTION && block->role != BLOCK_WRONG)
            continue;
        if (block->role == BLOCK_WRONG)
            set_aside(lesson, cmark_node_previous(block->node));
        set_aside(lesson, block->node);
        set_aside(lesson, block->expected);
        set_aside(lesson, block->ladder);
    }
}
