#include "lesson/plan.h"

#include "base/memory.h"

#include <stdlib.h>

static void add(struct plan *plan, enum turn_kind kind, size_t block, const struct exercise *exercise)
{
    plan->turns[plan->count++] = (struct turn){.kind = kind, .block = block, .exercise = exercise};
}

/* The exercise whose solution the block is, or NULL. */
static const struct exercise *solved_by(const struct lesson *lesson, const struct block *block)
{
    for (size_t i = 0; i < lesson->exercise_count; i++)
        if (lesson->exercises[i].solution == block)
            return &lesson->exercises[i];
    return NULL;
}

static size_t index_of(const struct lesson *lesson, const struct block *block)
{
    size_t index = 0;
    while (lesson->blocks[index] != block)
        index++;
    return index;
}

static bool takes_turn(const struct lesson *lesson, const struct block *block, unsigned missing)
{
    return !block->ignored && ((lesson->needs | block->needs) & missing) == 0;
}

static void add_checks(struct plan *plan, const struct lesson *lesson, const struct exercise *exercise, size_t block,
                       unsigned missing)
{
    if (exercise == NULL)
        return;
    if (exercise->check != NULL && takes_turn(lesson, exercise->check, missing))
        add(plan, TURN_CHECK, index_of(lesson, exercise->check), exercise);
    if (exercise->hidden_check != NULL)
        add(plan, TURN_HIDDEN, block, exercise);
}

static struct plan plan_new(const struct lesson *lesson)
{
    return (struct plan){.turns =
                             memory_new(lesson->block_count + 2 * lesson->exercise_count + 2, sizeof(struct turn))};
}

struct plan plan_main(const struct lesson *lesson, size_t first, size_t end, unsigned missing)
{
    struct plan plan = plan_new(lesson);
    for (size_t i = first; i < end; i++) {
        const struct block *block = lesson->blocks[i];
        if (!takes_turn(lesson, block, missing) || block->language != CODE_LUA || block->role == BLOCK_STARTER ||
            block->role == BLOCK_CHECK || block->role == BLOCK_WRONG)
            continue;
        add(&plan, TURN_RUN, i, NULL);
        if (block->role == BLOCK_SOLUTION)
            add_checks(&plan, lesson, solved_by(lesson, block), i, missing);
    }
    return plan;
}

static bool has_twin(const struct block *block, enum code_language language)
{
    return !block->ignored && block->twins[language].node != NULL && !block->twins[language].ignored;
}

static bool sets_up(const struct block *block)
{
    return block->language == CODE_LUA &&
           (block->role == BLOCK_PLAIN || block->role == BLOCK_SETUP || block->role == BLOCK_SOLUTION);
}

struct plan plan_twins(const struct lesson *lesson, enum code_language language, size_t first, size_t end,
                       unsigned missing, unsigned *lacks)
{
    struct plan plan = plan_new(lesson);
    size_t last = end;
    *lacks = 0;
    for (size_t i = first; i < end; i++)
        if (has_twin(lesson->blocks[i], language)) {
            last = i;
            *lacks |= (lesson->needs | lesson->blocks[i]->needs) & missing;
        }
    if (last == end || *lacks != 0)
        return plan;
    for (size_t i = first; i <= last; i++)
        if (takes_turn(lesson, lesson->blocks[i], missing) && sets_up(lesson->blocks[i]))
            add(&plan, TURN_REPLAY, i, NULL);
    add(&plan, TURN_TWINS, last, NULL);
    return plan;
}

/* A program has nothing of the lesson's Lua but what the exercise sets up for it. */
static bool is_before(const struct exercise *exercise, const struct block *attempt, const struct block *block)
{
    return attempt->language == CODE_LUA ? sets_up(block) : block == exercise->setup;
}

struct plan plan_attempt(const struct lesson *lesson, const struct exercise *exercise, const struct block *attempt,
                         unsigned missing)
{
    if (exercise->starter == NULL || attempt == NULL || !takes_turn(lesson, attempt, missing))
        return (struct plan){.exercise = exercise};
    struct plan plan = plan_new(lesson);
    plan.exercise = exercise;
    plan.attempt = index_of(lesson, attempt);
    size_t starter = index_of(lesson, exercise->starter);
    for (size_t i = 0; i < starter; i++)
        if (takes_turn(lesson, lesson->blocks[i], missing) && is_before(exercise, attempt, lesson->blocks[i]))
            add(&plan, TURN_REPLAY, i, NULL);
    add(&plan, TURN_RUN, plan.attempt, NULL);
    add_checks(&plan, lesson, exercise, plan.attempt, missing);
    return plan;
}

void plan_free(struct plan *plan)
{
    free(plan->turns);
    *plan = (struct plan){0};
}

bool plan_heading_between(const struct lesson *lesson, size_t first, size_t second)
{
    int from = lesson->blocks[first]->line, to = lesson->blocks[second]->line;
    for (cmark_node *node = cmark_node_first_child(lesson->tree); node != NULL; node = cmark_node_next(node)) {
        int line = cmark_node_get_start_line(node);
        if (line > from && line < to && cmark_node_get_type(node) == CMARK_NODE_HEADING)
            return true;
    }
    return false;
}
