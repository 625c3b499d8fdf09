#include "lesson/track.h"

#include "base/memory.h"
#include "base/text.h"
#include "lesson/exercise.h"
#include "lesson/judge.h"
#include "lesson/judging.h"

#include <stdlib.h>
#include <string.h>

/* --- verdicts ------------------------------------------------------------------------------------------- */

static void keep_outcome(struct block_run *run, struct outcome *outcome)
{
    outcome_free(run->outcome);
    run->outcome = outcome;
}

/* A block ran and counts: it is judged, but a starter may do whatever it likes as long as its check fails. */
static void judge_block(struct track *track, struct block_run *run, struct outcome *outcome)
{
    judging_compiler(run, outcome);
    if (run->block->role == BLOCK_WRONG && run->verdict.kind != VERDICT_FAILED) {
        /* What counts is what it is told in the end. */
        run->verdict = (struct verdict){.kind = VERDICT_PASSED, .line = run->block->line};
        outcome_free(outcome);
        return;
    }
    keep_outcome(run, outcome);
    if (run->verdict.kind == VERDICT_FAILED)
        return;
    free(run->verdict.message);
    run->verdict = verdict_of(run->block, outcome, track->names);
    if (run->block->role == BLOCK_STARTER && run->block->error == NULL && run->verdict.kind == VERDICT_FAILED) {
        free(run->verdict.message);
        run->verdict = (struct verdict){.kind = VERDICT_PASSED, .line = run->block->line};
    }
}

/* A check looked at a solution: it must pass. */
static void judge_solution(struct track *track, const struct turn *turn, struct outcome *outcome)
{
    struct block_run *run = &track->run->blocks[turn->block];
    struct verdict verdict = {.kind = VERDICT_PASSED, .line = run->block->line};
    char *observed;
    bool passed = verdict_of_check(outcome, &observed);
    int line = outcome->error.line > 0 ? outcome->error.line : turn->exercise->hidden_check_line;
    if (!passed && turn->kind == TURN_CHECK)
        judging_fail(run, outcome->error.line >= run->block->line ? outcome->error.line : run->block->line,
                     text_make("The solution does not pass this check: %s", observed));
    else if (!passed)
        judging_fail(run, run->block->line,
                     text_make("The solution does not pass the hidden check, at %s.check.lua:%d: %s",
                               track->run->lesson->name, line, observed));
    else if (turn->kind == TURN_CHECK)
        run->verdict = verdict;
    free(observed);
    if (turn->kind == TURN_CHECK)
        keep_outcome(run, outcome);
    else
        outcome_free(outcome);
}

/* A check looked at a starter or a wrong answer: one check at least must not pass. */
static void judge_attempt(struct track *track, struct outcome *outcome)
{
    char *observed;
    bool passed = verdict_of_check(outcome, &observed);
    if (!passed && !track->refused) {
        track->told = observed;
        observed = NULL;
    }
    track->refused = track->refused || !passed;
    free(observed);
    outcome_free(outcome);
}

static void judge_twins(struct track *track, struct outcome *outcome)
{
    size_t count;
    struct twin_verdict *verdicts = twins_judge(track->twins, outcome, &count);
    for (size_t i = 0; i < count; i++)
        track->run->blocks[verdicts[i].block].twins[track->language] = verdicts[i].verdict;
    free(verdicts);
    outcome_free(outcome);
}

static void take_for_twins(struct track *track, size_t block, struct outcome *outcome)
{
    json_t *addresses = session_alive(track->session) ? session_ask(track->session, "addresses", NULL) : NULL;
    twins_take(track->twins, block, outcome, addresses);
    json_decref(addresses);
}

static void judge(struct track *track, const struct turn *turn, struct outcome *outcome)
{
    struct block_run *run = &track->run->blocks[turn->block];
    if (turn->kind == TURN_TWINS)
        judge_twins(track, outcome);
    else if (track->twins != NULL)
        take_for_twins(track, turn->block, outcome);
    else if (turn->kind == TURN_RUN)
        judge_block(track, run, outcome);
    else if (turn->kind == TURN_REPLAY)
        outcome_free(outcome);
    else if (track->plan.exercise != NULL)
        judge_attempt(track, outcome);
    else
        judge_solution(track, turn, outcome);
}

/* --- turns ---------------------------------------------------------------------------------------------- */

bool track_has_turn(const struct track *track)
{
    return track->next < track->plan.count;
}

static struct chunk chunk_of(const struct lesson *lesson, const struct turn *turn)
{
    const struct block *block = lesson->blocks[turn->block];
    struct chunk chunk = {
        .name = lesson->path,
        .first_line = block->line,
        .text = block->code,
        .time = block->timeout,
        .check = turn->kind == TURN_CHECK || turn->kind == TURN_HIDDEN,
        .language = block->language,
        .gives_arguments = block->role == BLOCK_SETUP,
    };
    if (chunk.check)
        chunk.language = CODE_LUA;
    if (turn->kind == TURN_HIDDEN) {
        chunk.name = "hidden check"; /* places in it are no places in the lesson */
        chunk.text = turn->exercise->hidden_check;
        chunk.first_line = turn->exercise->hidden_check_line;
        chunk.time = lesson->timeout;
    }
    chunk.length = strlen(chunk.text);
    return chunk;
}

/* The session died: what was still to run did not.  A starter that ends its session has not passed. */
static void give_up(struct track *track)
{
    for (; track_has_turn(track); track->next++) {
        const struct turn *turn = &track->plan.turns[track->next];
        struct block_run *run = &track->run->blocks[turn->block];
        if (track->plan.exercise == NULL && track->twins == NULL && run->verdict.kind == VERDICT_NOT_RUN &&
            run->verdict.message == NULL)
            run->verdict.message = memory_copy("Did not run: the session had ended.");
    }
    track->refused = true;
}

struct chunk track_chunk(const struct track *track)
{
    const struct turn *turn = &track->plan.turns[track->next];
    return turn->kind == TURN_TWINS ? twins_chunk(track->twins) : chunk_of(track->run->lesson, turn);
}

void track_end_turn(struct track *track, struct outcome *outcome)
{
    judge(track, &track->plan.turns[track->next++], outcome);
    if (track_has_turn(track) && !session_alive(track->session))
        give_up(track);
}

/* --- what became of an answer ---------------------------------------------------------------------------- */

/* An output fence after a wrong answer holds what its author is told. */
static void judge_told(struct track *track, struct block_run *run)
{
    struct outcome *told = outcome_new();
    struct block block = *run->block;
    block.error = NULL;
    block.time = 0;
    told->output = memory_copy(track->told ? track->told : "The session has ended.");
    keep_outcome(run, told);
    run->verdict = verdict_of(&block, told, track->names);
}

/* A wrong answer may be one that fails on a bad day only. */
static void take_trial(struct track *track)
{
    struct text told = TEXT_EMPTY;
    if (track->trial == NULL)
        return;
    trial_tell(&told, track->trial);
    track->refused = told.length > 0;
    track->told = text_steal(&told);
}

void track_solution_must_bear(struct track *track)
{
    struct lesson_run *run = track->run;
    struct block_run *check = lesson_run_block(run, track->solved->check),
                     *solution = lesson_run_block(run, track->solved->solution);
    if (check == NULL || solution == NULL || track->trial == NULL || check->verdict.kind != VERDICT_PASSED ||
        solution->verdict.kind != VERDICT_PASSED)
        return;
    check->trial = track->trial;
    track->trial = NULL;
    judging_faults(check, check->trial);
}

/* A solution in another language, which has a session of its own. */
static void program_must_pass(struct track *track, struct block_run *run)
{
    if (track->refused)
        judging_fail(run, run->block->line,
                     text_make("The solution does not pass the check: %s",
                               track->told ? track->told : "the session had ended."));
    else if (run->verdict.kind == VERDICT_PASSED && track->trial != NULL)
        judging_faults(run, track->trial);
}

void track_attempt_must_fail(struct track *track)
{
    const struct exercise *exercise = track->plan.exercise;
    if (exercise == NULL || track->plan.count == 0)
        return;
    struct block_run *run = &track->run->blocks[track->plan.attempt];
    bool wrong = run->block->role == BLOCK_WRONG;
    if (run->block->role == BLOCK_SOLUTION) {
        program_must_pass(track, run);
        return;
    }
    if (!track->refused)
        take_trial(track);
    if (track->refused && wrong)
        judge_told(track, run);
    else if (!track->refused)
        judging_fail(run, run->block->line,
                     memory_copy(wrong
                                     ? "This wrong answer passes the check. Mend the check, or the answer is right."
                                     : "The starter passes the check already. It must fail until the learner has done "
                                       "something."));
}

const struct block *track_to_try(const struct track *track)
{
    if (track->refused || track->plan.count == 0 || !exercise_has_faults(track->plan.exercise))
        return NULL;
    const struct block_run *run = &track->run->blocks[track->plan.attempt];
    bool tried = run->block->role != BLOCK_SOLUTION || run->verdict.kind == VERDICT_PASSED;
    return tried ? run->block : NULL;
}

enum code_language track_language(const struct track *track)
{
    return track->plan.exercise != NULL && track->plan.count > 0
               ? track->run->lesson->blocks[track->plan.attempt]->language
               : CODE_LUA;
}

void track_free(struct track *track)
{
    plan_free(&track->plan);
    expect_names_free(track->names);
    free(track->told);
    twins_free(track->twins);
    trial_free(track->trial);
}
