#include "lesson/build.h"

#include "base/array.h"
#include "base/memory.h"
#include "lesson/anchors.h"
#include "lesson/details.h"
#include "lesson/exercise.h"
#include "lesson/lesson_keys.h"
#include "lesson/github.h"
#include "lesson/markdown.h"
#include "lesson/options.h"
#include "lesson/output.h"
#include "lesson/pool.h"
#include "lesson/quiz.h"
#include "lesson/source.h"

#include <stdlib.h>
#include <string.h>

/* What is known while the top-level nodes go by. */
struct builder {
    struct lesson *lesson;
    struct complaints *complaints;
    struct source source;
    struct anchors anchors;
    struct step step;   /* the one that grows; its first is NULL while there is none */
    bool in_exercise;   /* of the lesson's last exercise */
    int details;        /* how many <details> are open, within an exercise */
    struct hint hint;   /* the outermost of them */
    bool hint_has_role; /* it holds a solution or a check, so it is no hint */
};

static struct exercise *current_exercise(const struct builder *builder)
{
    return builder->in_exercise ? &builder->lesson->exercises[builder->lesson->exercise_count - 1] : NULL;
}

/* Steps */

static void step_extend(struct builder *builder, cmark_node *node, int line)
{
    struct step *step = &builder->step;
    if (step->first == NULL)
        *step = (struct step){.first = node, .line = line, .section = (int)builder->lesson->section_count - 1};
    step->last = node;
}

static void step_end(struct builder *builder)
{
    struct lesson *lesson = builder->lesson;
    if (builder->step.first == NULL)
        return;
    ARRAY_ADD(lesson->steps, lesson->step_count, builder->step);
    builder->step = (struct step){0};
}

/* True while the step is nothing but the lesson's title: that alone is not worth a press of Enter. */
static bool step_is_title(const struct builder *builder)
{
    cmark_node *first = builder->step.first;
    return first != NULL && first == builder->step.last && cmark_node_get_type(first) == CMARK_NODE_HEADING &&
           cmark_node_get_heading_level(first) == 1;
}

/* Headings */

static void exercise_begin(struct builder *builder, int line)
{
    struct lesson *lesson = builder->lesson;
    ARRAY_ADD(lesson->exercises, lesson->exercise_count,
              (struct exercise){
                  .section = (int)lesson->section_count - 1,
                  .first_step = lesson->step_count,
                  .last_step = lesson->step_count,
                  .line = line,
              });
    builder->in_exercise = true;
}

static void section_begin(struct builder *builder, cmark_node *heading, int line)
{
    struct lesson *lesson = builder->lesson;
    if (!step_is_title(builder))
        step_end(builder);
    char *title = markdown_plain(heading), *slug = markdown_slug(title);
    ARRAY_ADD(lesson->sections, lesson->section_count,
              (struct section){
                  .heading = heading,
                  .title = title,
                  .slug = anchors_take_slug(&builder->anchors, slug, line),
                  .first_step = lesson->step_count,
              });
    free(slug);
    builder->step.section = (int)lesson->section_count - 1;
    builder->in_exercise = false;
    builder->details = 0;
    if (exercise_title(title))
        exercise_begin(builder, line);
}

/* A lesson without a title whose first words are a smaller heading has that for its title. */
static void take_title(struct lesson *lesson)
{
    cmark_node *first = cmark_node_first_child(lesson->tree);
    if (lesson->title != NULL || first == NULL || cmark_node_get_type(first) != CMARK_NODE_HEADING)
        return;
    char *title = markdown_plain(first);
    if (exercise_title(title))
        free(title);
    else
        lesson->title = title;
}

static void visit_heading(struct builder *builder, cmark_node *node, int line)
{
    int level = cmark_node_get_heading_level(node);
    if (level == 1 && builder->lesson->title == NULL)
        builder->lesson->title = markdown_plain(node);
    if (level == 2)
        section_begin(builder, node, line);
    step_extend(builder, node, line);
}

/* Fences */

/* Complains about a fence that nobody closed: at the end of the file, or before another fence begins. */
static void complain_open(struct builder *builder, cmark_node *node)
{
    struct fence fence, other;
    int first = cmark_node_get_start_line(node), last = cmark_node_get_end_line(node);
    if (!source_fence(&builder->source, first, &fence))
        return; /* indented code */
    if (last == first || !source_closes(&builder->source, last, &fence)) {
        complaints_add(builder->complaints, builder->lesson->path, first,
                       "This fence is never closed. Write %.*s on a line of its own where the code ends.",
                       (int)(fence.count < 8 ? fence.count : 8), fence.sign == '`' ? "````````" : "~~~~~~~~");
        return;
    }
    for (int line = first + 1; line < last; line++)
        if (source_fence(&builder->source, line, &other) && !other.bare && other.sign == fence.sign &&
            other.count >= fence.count) {
            complaints_add(builder->complaints, builder->lesson->path, first,
                           "This fence is not closed before the next one begins, on line %d.", line);
            return;
        }
}

static struct block *block_new(struct builder *builder, cmark_node *node, enum code_language language,
                               const char *options, const struct place *place)
{
    struct lesson *lesson = builder->lesson;
    struct block *block = memory_new(1, sizeof *block);
    block->node = node;
    block->language = language;
    block->code = cmark_node_get_literal(node);
    block->line = place->line + 1;
    block->timeout = lesson->timeout;
    options_read(block, options, place);
    int taken = block->id != NULL ? anchors_take(&builder->anchors, block->id, place->line) : 0;
    if (block->id != NULL && anchors_is_made(block->id))
        complain_at(place, "#%s is a name that pages make themselves. Choose another id.", block->id);
    if (taken != 0)
        complain_at(place, "#%s is taken already, on line %d. Choose another id.", block->id, taken);
    ARRAY_ADD(lesson->blocks, lesson->block_count, block);
    cmark_node_set_user_data(node, block);
    return block;
}

/* The quiz directly before the node, or NULL. */
static struct quiz *quiz_before(cmark_node *node)
{
    cmark_node *before = cmark_node_previous(node);
    bool list = before != NULL && cmark_node_get_type(before) == CMARK_NODE_LIST;
    return list ? cmark_node_get_user_data(before) : NULL;
}

static void block_ends_step(struct builder *builder, struct block *block, int line)
{
    struct lesson *lesson = builder->lesson;
    struct exercise *exercise = current_exercise(builder);
    struct quiz *quiz = quiz_before(block->node);
    if (quiz != NULL && block->role == BLOCK_PLAIN && !block->hidden)
        quiz->prediction = true;
    step_extend(builder, block->node, line);
    builder->step.block = block;
    if (exercise != NULL && exercise->starter == block)
        exercise->last_step = lesson->step_count;
    step_end(builder);
}

/* Of Lua, or a part of an exercise in another language. */
static void visit_block(struct builder *builder, cmark_node *node, enum code_language language, const char *options,
                        const struct place *place)
{
    struct block *block = block_new(builder, node, language, options, place);
    if (block->role == BLOCK_STARTER && builder->details > 0)
        complain_at(place, "The starter stands in the open, not in <details>.");
    else if (block->role == BLOCK_WRONG && builder->in_exercise && builder->details == 0)
        complain_at(place, "A wrong answer stands in the <details> of the check.");
    else
        exercise_take(current_exercise(builder), block, place);
    if (block->role != BLOCK_PLAIN)
        builder->hint_has_role = true;
    if (builder->details > 0 || language != CODE_LUA || block->role == BLOCK_SOLUTION || block->role == BLOCK_CHECK ||
        block->role == BLOCK_WRONG)
        return; /* no step */
    if (block->ignored)
        step_extend(builder, node, place->line);
    else
        block_ends_step(builder, block, place->line);
}

/* What it gave and the picture: one of each, in any order. */
static bool take_output(struct block *block, cmark_node *node, unsigned pane, const struct place *place)
{
    cmark_node **fence = pane != 0 ? &block->ladder : &block->expected;
    if (*fence != NULL) {
        complain_at(place, "The block has %s already.", pane != 0 ? "a picture" : "an output");
        return false;
    }
    *fence = node;
    *(pane != 0 ? &block->ladder_line : &block->expected_line) = place->line;
    block->drawn |= pane;
    return true;
}

/* The fence, which belongs to the block, is part of the block's step. */
static void step_keep(struct builder *builder, const struct block *block, cmark_node *fence)
{
    struct lesson *lesson = builder->lesson;
    struct step *last = lesson->step_count > 0 ? &lesson->steps[lesson->step_count - 1] : NULL;
    if (last != NULL && last->block == block)
        last->last = fence;
    else if (builder->step.last == cmark_node_previous(fence))
        builder->step.last = fence;
}

static void visit_output(struct builder *builder, cmark_node *node, const char *options, const struct place *place)
{
    struct block *block = output_owner(node);
    unsigned pane = 0;
    options_read_output(&pane, options, place);
    if (block == NULL) {
        complain_at(place, "This output belongs to no block. Put it directly after a ```lua block.");
        step_extend(builder, node, place->line);
    } else if (take_output(block, node, pane, place)) {
        step_keep(builder, block, node);
    }
}

/* Directly behind a plain block it is that step; anywhere else it is only shown. */
static bool take_twin(struct builder *builder, cmark_node *node, enum code_language language, const char *options,
                      const struct place *place)
{
    struct block *block = builder->details == 0 ? output_owner(node) : NULL;
    if (block == NULL || block->role != BLOCK_PLAIN)
        return false;
    struct twin twin = {.node = node, .code = cmark_node_get_literal(node), .line = place->line + 1};
    options_read_twin(&twin, options, place);
    if (block->twins[language].node != NULL) {
        complain_at(place, "The block has its %s already, on line %d. Put both into one fence.",
                    code_languages[language].name, block->twins[language].line - 1);
        return false;
    }
    block->twins[language] = twin;
    step_keep(builder, block, node);
    return true;
}

/* Behind a block another name of a language would leave the step unproved, and nobody would know. */
static void complain_other_name(struct builder *builder, cmark_node *node, const struct place *place)
{
    static const struct {
        const char *name, *right;
    } others[] = {{"py", "python"}, {"python3", "python"}, {"Python", "python"}, {"C", "c"}};
    const struct block *block = builder->details == 0 ? output_owner(node) : NULL;
    const char *info = cmark_node_get_fence_info(node);
    size_t length = strcspn(info, " \t{");
    if (block == NULL || block->role != BLOCK_PLAIN)
        return;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i].name) == length && strncmp(info, others[i].name, length) == 0)
            complain_at(place,
                        "Write the language as `%s`, not `%s`: so this step is proved, or with {.ignore} only shown.",
                        others[i].right, others[i].name);
}

/* A part of an exercise, or a step in another language; false when it is only shown. */
static bool visit_program(struct builder *builder, cmark_node *node, enum code_language language, const char *options,
                          const struct place *place)
{
    if (!builder->in_exercise || !options_have_role(options))
        return take_twin(builder, node, language, options, place);
    visit_block(builder, node, language, options, place);
    return true;
}

static void visit_fence(struct builder *builder, cmark_node *node, const struct place *place)
{
    const char *rest;
    bool shown = false;
    switch (options_language(cmark_node_get_fence_info(node), &rest, place)) {
    case FENCE_LUA:
        visit_block(builder, node, CODE_LUA, rest, place);
        break;
    case FENCE_OUTPUT:
        visit_output(builder, node, rest, place);
        break;
    case FENCE_PYTHON:
        shown = !visit_program(builder, node, CODE_PYTHON, rest, place);
        break;
    case FENCE_C:
        shown = !visit_program(builder, node, CODE_C, rest, place);
        break;
    case FENCE_OTHER:
        shown = true;
        complain_other_name(builder, node, place);
    }
    if (shown && builder->details == 0)
        step_extend(builder, node, place->line);
}

/* Lists and quotes */

/* Code that looks as if it ran but does not would rot unseen: it must say that it is not run. */
static void complain_nested(cmark_node *container, const struct place *place)
{
    cmark_iter *iter = cmark_iter_new(container);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING))
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
        const char *rest;
        if (type != CMARK_NODE_CODE_BLOCK)
            continue;
        struct place here = *place;
        here.line += cmark_node_get_start_line(node) - cmark_node_get_start_line(container);
        if (options_language(cmark_node_get_fence_info(node), &rest, &here) == FENCE_LUA &&
            strstr(rest, ".ignore") == NULL)
            complain_at(&here, "Lua inside a list or a quote does not run. Move it out, or mark it {.ignore}.");
    }
    cmark_iter_free(iter);
}

static void visit_list(struct builder *builder, cmark_node *node, const struct place *place)
{
    struct quiz *quiz = builder->details == 0 ? quiz_read(node, place) : NULL;
    complain_nested(node, place);
    if (builder->details > 0)
        return;
    step_extend(builder, node, place->line);
    if (quiz == NULL)
        return;
    cmark_node_set_user_data(node, quiz);
    builder->step.quiz = quiz;
    step_end(builder);
}

/* Hints */

static void hint_end(struct builder *builder)
{
    struct exercise *exercise = current_exercise(builder);
    if (builder->hint_has_role) {
        free(builder->hint.summary);
    } else {
        ARRAY_ADD(exercise->hints, exercise->hint_count, builder->hint);
    }
    builder->hint = (struct hint){0};
}

static void hint_begin(struct builder *builder, cmark_node *opening)
{
    char *summary = details_summary(opening);
    if (*summary == '\0') {
        free(summary);
        summary = memory_copy("Hint");
    }
    builder->hint = (struct hint){.summary = summary};
    builder->hint_has_role = false;
}

/* In an exercise: keeps count of <details>; true when the node is one of its tags. */
static bool visit_details(struct builder *builder, cmark_node *node)
{
    if (details_opens(node)) {
        if (builder->details++ == 0)
            hint_begin(builder, node);
    } else if (details_closes(node) && builder->details > 0) {
        if (--builder->details == 0)
            hint_end(builder);
    } else {
        return false;
    }
    return true;
}

static void hint_extend(struct builder *builder, cmark_node *node)
{
    if (builder->hint.first == NULL)
        builder->hint.first = node;
    builder->hint.last = node;
}

/* The walk */

static void visit(struct builder *builder, cmark_node *node)
{
    struct place place = {builder->complaints, builder->lesson->path, details_line(node)};
    bool moved = cmark_node_get_user_data(node) != NULL; /* by details_normalise() */
    cmark_node_set_user_data(node, NULL);
    cmark_node_type type = cmark_node_get_type(node);
    if (builder->in_exercise && builder->details > 0 &&
        (type == CMARK_NODE_HEADING && cmark_node_get_heading_level(node) == 2))
        hint_end(builder);
    else if (builder->in_exercise && visit_details(builder, node))
        return;
    else if (builder->details > 0)
        hint_extend(builder, node);

    switch (type) {
    case CMARK_NODE_HEADING:
        visit_heading(builder, node, place.line);
        break;
    case CMARK_NODE_CODE_BLOCK:
        if (!moved)
            complain_open(builder, node);
        visit_fence(builder, node, &place);
        break;
    case CMARK_NODE_LIST:
        visit_list(builder, node, &place);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        complain_nested(node, &place);
        /* fallthrough */
    default:
        if (builder->details == 0 && github_kind(node) != GITHUB_NOTES)
            step_extend(builder, node, place.line);
    }
}

void lesson_build(struct lesson *lesson, bool valid, struct complaints *complaints)
{
    struct builder builder = {
        .lesson = lesson,
        .complaints = complaints,
        .source = source_of(lesson->source, lesson->source_length),
    };
    int skip = front_matter_lines(&builder.source);
    if (skip > 0)
        front_matter_read(lesson, &lesson_keys, lesson->path, &builder.source, skip, complaints);
    lesson->pool = pool_new();
    size_t begin = source_offset(&builder.source, skip + 1);
    lesson->tree =
        github_parse(lesson->source + begin, lesson->source_length - begin, skip, valid, pool_begin(lesson->pool));
    pool_end();
    details_normalise(lesson->tree, complaints, lesson->path);
    markdown_show(lesson->tree, lesson->source, lesson->source_length);
    for (cmark_node *node = cmark_node_first_child(lesson->tree); node != NULL; node = cmark_node_next(node))
        visit(&builder, node);
    step_end(&builder);
    take_title(lesson);
    if (builder.in_exercise && builder.details > 0)
        hint_end(&builder);
    exercise_share_points(lesson, complaints);
    source_free(&builder.source);
    anchors_free(&builder.anchors);
}
