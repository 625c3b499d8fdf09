#include "cuts.h"

#include "prose.h"

#include "base/array.h"

struct cutter {
    const struct lesson *lesson;
    const struct source *source;
    bool graded;
    struct cut *cuts;
    size_t count;
};

static void cut(struct cutter *cutter, struct cut cut)
{
    ARRAY_ADD(cutter->cuts, cutter->count, cut);
}

static int fence_end(cmark_node *node, int first)
{
    return first + cmark_node_get_end_line(node) - cmark_node_get_start_line(node);
}

/* A fence that holds what came of a block: the cell has it. */
static void cut_fence(struct cutter *cutter, cmark_node *fence, int line)
{
    if (fence != NULL)
        cut(cutter, (struct cut){.first = line, .last = fence_end(fence, line)});
}

static void cut_twins(struct cutter *cutter, const struct block *block)
{
    for (int i = 0; i < CODE_LANGUAGES; i++) {
        const struct twin *twin = &block->twins[i];
        if (twin->node != NULL)
            cut(cutter, (struct cut){.first = twin->line - 1,
                                     .last = fence_end(twin->node, twin->line - 1),
                                     .language = (enum code_language)i,
                                     .twin = !twin->hidden});
    }
}

static void cut_blocks(struct cutter *cutter)
{
    for (size_t i = 0; i < cutter->lesson->block_count; i++) {
        const struct block *block = cutter->lesson->blocks[i];
        if (block->ignored)
            continue;
        int first = block->line - 1;
        cut(cutter, (struct cut){.first = first, .last = fence_end(block->node, first), .block = block});
        cut_fence(cutter, block->expected, block->expected_line);
        cut_fence(cutter, block->ladder, block->ladder_line);
        if (block->role == BLOCK_PLAIN)
            cut_twins(cutter, block);
    }
}

static void cut_quizzes(struct cutter *cutter)
{
    for (size_t i = 0; i < cutter->lesson->step_count; i++) {
        const struct quiz *quiz = cutter->lesson->steps[i].quiz;
        if (quiz != NULL)
            cut(cutter, (struct cut){.first = quiz->line, .last = prose_quiz_end(quiz), .quiz = quiz});
    }
}

static void cut_sections(struct cutter *cutter)
{
    for (size_t i = 0; i < cutter->lesson->section_count; i++) {
        const struct section *section = &cutter->lesson->sections[i];
        int line = cmark_node_get_start_line(section->heading);
        cut(cutter, (struct cut){.first = line, .last = line - 1, .section = section});
    }
}

static bool has_role(const struct cutter *cutter, int first, int last, enum block_role role)
{
    for (size_t i = 0; i < cutter->lesson->block_count; i++) {
        const struct block *block = cutter->lesson->blocks[i];
        if (block->role == role && block->line > first && block->line <= last)
            return true;
    }
    return false;
}

/* Checks have cells of their own; a solution is shown as a page shows it, but not where it is marked. */
static bool stays_folded(const struct cutter *cutter, int first, int last)
{
    if (has_role(cutter, first, last, BLOCK_CHECK) || has_role(cutter, first, last, BLOCK_WRONG))
        return false;
    return !cutter->lesson->exam && !(cutter->graded && has_role(cutter, first, last, BLOCK_SOLUTION));
}

/* A solution that stays where it is stays prose. */
static void keep_prose(struct cutter *cutter, int first, int last)
{
    size_t kept = 0;
    for (size_t i = 0; i < cutter->count; i++)
        if (cutter->cuts[i].first < first || cutter->cuts[i].first > last)
            cutter->cuts[kept++] = cutter->cuts[i];
    cutter->count = kept;
}

static int next_section(const struct lesson *lesson, const struct exercise *exercise, int lines)
{
    size_t next = (size_t)exercise->section + 1;
    return next < lesson->section_count ? cmark_node_get_start_line(lesson->sections[next].heading) : lines + 1;
}

/* What is folded in an exercise: hints, its solution, its checks. */
static void cut_folded(struct cutter *cutter, const struct exercise *exercise)
{
    int end = next_section(cutter->lesson, exercise, cutter->source->lines), first = 0, depth = 0;
    struct fence fence, open = {.count = 0};
    for (int line = exercise->line; line < end; line++) {
        if (open.count > 0 && source_closes(cutter->source, line, &open)) {
            open.count = 0;
        } else if (open.count == 0 && source_fence(cutter->source, line, &fence)) {
            open = fence;
        } else if (open.count == 0 && source_opens_details(cutter->source, line)) {
            first = depth++ == 0 ? line : first;
        }
        if (open.count > 0 || depth == 0 || !source_closes_details(cutter->source, line) || --depth > 0)
            continue;
        if (stays_folded(cutter, first, line))
            keep_prose(cutter, first, line);
        else
            cut(cutter, (struct cut){.first = first, .last = line});
    }
}

/* What begins first comes first; of two that begin together, the section, then the longer one. */
static int by_line(const void *a, const void *b)
{
    const struct cut *one = a, *other = b;
    if (one->first != other->first)
        return one->first - other->first;
    return one->section || other->section ? one->last - other->last : other->last - one->last;
}

struct cut *cuts_find(const struct lesson *lesson, const struct source *source, bool graded, size_t *count)
{
    struct cutter cutter = {.lesson = lesson, .source = source, .graded = graded};
    cut_blocks(&cutter);
    cut_quizzes(&cutter);
    cut_sections(&cutter);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        cut_folded(&cutter, &lesson->exercises[i]);
    array_sort(cutter.cuts, cutter.count, sizeof *cutter.cuts, by_line);
    *count = cutter.count;
    return cutter.cuts;
}
