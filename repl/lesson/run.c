#include "lesson/run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "lesson/exercise.h"
#include "lesson/judge.h"
#include "lesson/judging.h"
#include "lesson/needs.h"
#include "lesson/plan.h"
#include "lesson/trial.h"
#include "lesson/twins.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often `stopping` is asked. */
#define TICK (50 * CLOCK_MILLISECOND)

/* One session and what is to happen in it. */
struct track {
    struct lesson_run *run;
    struct plan plan;
    size_t next; /* the turn that runs, or runs next */
    struct session *session;
    struct expect_names *names;
    struct twins *twins; /* NULL: it is for Lua */
    enum code_language language;
    bool refused; /* a check did not pass */
    char *told;   /* what the first of them said */
    /* An answer that passed on a good day, on bad ones. */
    const struct exercise *solved; /* the track tries its solution, begun before anybody knows whether it passes */
    struct trial_runner *trying;
    struct trial *trial;
};

struct runner {
    const struct run_options *options;
    struct session_options session;
    struct session_mould *mould; /* made once there are several sessions */
    struct track *tracks;        /* those of one lesson stand together */
    size_t track_count, started;
    struct track **active;
    struct track **trying; /* those that are on bad days; what began first goes first */
    struct pollfd *polls;
    size_t active_count, trying_count, jobs;
    size_t room; /* sessions that may still begin */
    struct lesson_run *runs;
    size_t run_count, done;
    size_t *pending; /* by run: tracks that are not through */
    bool *ended;     /* by run: it was judged */
    int64_t *begins; /* by run: when its first track began; 0 before */
};

/* Verdicts */

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

/* Turns */

static bool has_turn(const struct track *track)
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
    for (; has_turn(track); track->next++) {
        const struct turn *turn = &track->plan.turns[track->next];
        struct block_run *run = &track->run->blocks[turn->block];
        if (track->plan.exercise == NULL && track->twins == NULL && run->verdict.kind == VERDICT_NOT_RUN &&
            run->verdict.message == NULL)
            run->verdict.message = memory_copy("Did not run: the session had ended.");
    }
    track->refused = true;
}

/* Judges what came of the turn. */
static void end_turn(struct track *track, struct outcome *outcome)
{
    judge(track, &track->plan.turns[track->next++], outcome);
    if (has_turn(track) && !session_alive(track->session))
        give_up(track);
}

/* Begins the next turn; hidden checks, which are rare and short, run at once, and everybody else waits. */
static void begin_turn(const struct runner *runner, struct track *track)
{
    while (has_turn(track)) {
        const struct turn *turn = &track->plan.turns[track->next];
        struct chunk chunk = turn->kind == TURN_TWINS ? twins_chunk(track->twins) : chunk_of(track->run->lesson, turn);
        if (turn->kind != TURN_HIDDEN) {
            session_begin(track->session, &chunk);
            return;
        }
        end_turn(track, judge_hidden(track->session, &runner->session, &chunk, NULL, runner->options->stopping,
                                     runner->options->self));
    }
}

/* Tracks */

static bool is_stopping(const struct runner *runner)
{
    return runner->options->stopping != NULL && runner->options->stopping(runner->options->self);
}

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

static bool has_faults(const struct exercise *exercise)
{
    return exercise != NULL && exercise->check != NULL && exercise->check->fault_count > 0;
}

/* An answer of the lesson's, on bad days. */
static void begin_trying(struct runner *runner, struct track *track, const struct exercise *exercise,
                         const struct block *block)
{
    const struct lesson *lesson = track->run->lesson;
    const struct trial_answer answer = {lesson, exercise, &block->code, 1, lesson->path, block->line, block->language};
    struct trial_options options = {.session = runner->session,
                                    .missing = needs_missing(needs_of(lesson)),
                                    .one = block->role != BLOCK_SOLUTION,
                                    .room = &runner->room};
    options.session.lab = needs_use_lab(lesson) || block->language != CODE_LUA;
    track->trying = trial_begin(&answer, &options);
    runner->trying[runner->trying_count++] = track;
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

static struct block_run *run_of(struct lesson_run *run, const struct block *block)
{
    for (size_t i = 0; block != NULL && i < run->lesson->block_count; i++)
        if (run->blocks[i].block == block)
            return &run->blocks[i];
    return NULL;
}

/* A solution that passed its check has to on bad days, too. */
static void solution_must_bear(struct track *track)
{
    struct lesson_run *run = track->run;
    struct block_run *check = run_of(run, track->solved->check), *solution = run_of(run, track->solved->solution);
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

static void attempt_must_fail(struct track *track)
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

/* A step that does something else in another language has failed. */
static void take_twins(struct lesson_run *run)
{
    for (size_t i = 0; i < run->lesson->block_count; i++)
        for (size_t k = 0; k < CODE_LANGUAGES; k++) {
            const struct verdict *twin = &run->blocks[i].twins[k];
            if (twin->kind == VERDICT_FAILED)
                judging_fail(&run->blocks[i], twin->line, memory_copy(twin->message));
        }
}

static void count_verdicts(struct lesson_run *run)
{
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        run->failed += run->blocks[i].verdict.kind == VERDICT_FAILED;
        run->passed += run->blocks[i].verdict.kind == VERDICT_PASSED;
        run->skipped += run->blocks[i].verdict.kind == VERDICT_SKIPPED;
    }
}

/* All its tracks are through. */
static void run_end(struct runner *runner, size_t index)
{
    struct lesson_run *run = &runner->runs[index];
    for (size_t i = 0; i < runner->track_count; i++)
        if (runner->tracks[i].run == run)
            attempt_must_fail(&runner->tracks[i]);
    take_twins(run);
    for (size_t i = 0; i < runner->track_count; i++)
        if (runner->tracks[i].run == run && runner->tracks[i].solved != NULL)
            solution_must_bear(&runner->tracks[i]);
    run->elapsed = clock_now() - runner->begins[index];
    count_verdicts(run);
    runner->ended[index] = true;
    runner->done++;
    if (runner->options->progress != NULL)
        runner->options->progress(runner->options->self, runner->done, runner->run_count, run);
}

static void track_end(struct runner *runner, struct track *track)
{
    size_t index = (size_t)(track->run - runner->runs);
    if (--runner->pending[index] == 0)
        run_end(runner, index);
}

/* Of an attempt that passed on a good day more is asked, if its check names faults. */
static const struct block *block_to_try(const struct track *track)
{
    if (track->refused || track->plan.count == 0 || !has_faults(track->plan.exercise))
        return NULL;
    const struct block_run *run = &track->run->blocks[track->plan.attempt];
    bool tried = run->block->role != BLOCK_SOLUTION || run->verdict.kind == VERDICT_PASSED;
    return tried ? run->block : NULL;
}

/* Nothing is left to run in the track's session. */
static void session_end(struct runner *runner, struct track *track)
{
    const struct block *block = block_to_try(track);
    session_free(track->session);
    track->session = NULL;
    runner->room++;
    if (block != NULL)
        begin_trying(runner, track, track->plan.exercise, block);
    else
        track_end(runner, track);
}

/* Programs of a lesson are other people's: they run where nobody else is reached. */
static enum code_language track_language(const struct track *track)
{
    return track->plan.exercise != NULL && track->plan.count > 0
               ? track->run->lesson->blocks[track->plan.attempt]->language
               : CODE_LUA;
}

/* Starts the next track; one without turns is through at once. */
static void track_start(struct runner *runner)
{
    struct track *track = &runner->tracks[runner->started++];
    size_t index = (size_t)(track->run - runner->runs);
    if (runner->begins[index] == 0)
        runner->begins[index] = clock_now();
    if (runner->session.mould == NULL && runner->track_count > 1)
        runner->session.mould = runner->mould = session_mould_new();
    if (track->solved != NULL) {
        begin_trying(runner, track, track->solved, track->solved->solution);
        return;
    }
    if (!has_turn(track)) {
        track_end(runner, track);
        return;
    }
    struct session_options options = runner->session;
    bool program = track_language(track) != CODE_LUA;
    options.lab = track->run->lab || program;
    options.doubles = track->twins != NULL;
    options.programs = program || options.doubles;
    track->session = session_new(&options);
    runner->room--;
    runner->active[runner->active_count++] = track;
    begin_turn(runner, track);
}

static void start_more(struct runner *runner)
{
    for (size_t i = 0; i < runner->trying_count; i++)
        trial_start(runner->trying[i]->trying);
    while (runner->room > 0 && runner->started < runner->track_count) {
        size_t before = runner->trying_count;
        track_start(runner);
        if (runner->trying_count > before)
            trial_start(runner->trying[before]->trying);
    }
}

/* Waiting */

static void wait_for_any(struct runner *runner)
{
    int64_t until = runner->options->stopping != NULL || runner->trying_count > 0 ? clock_after(TICK) : CLOCK_NEVER;
    size_t count = runner->active_count;
    for (size_t i = 0; i < runner->active_count; i++) {
        int64_t deadline = session_deadline(runner->active[i]->session);
        until = deadline < until ? deadline : until;
        runner->polls[i] = (struct pollfd){.fd = session_descriptor(runner->active[i]->session), .events = POLLIN};
    }
    for (size_t i = 0; i < runner->trying_count; i++)
        count += trial_watch(runner->trying[i]->trying, runner->polls + count, &until);
    poll(runner->polls, count, clock_poll_timeout(until));
}

/* `polls` is what follows those of the tracks. */
static void serve_trials(struct runner *runner, const struct pollfd *polls)
{
    size_t kept = 0, count = runner->trying_count, sessions;
    for (size_t i = 0; i < count; i++) {
        struct track *track = runner->trying[i];
        bool through = trial_serve(track->trying, polls, &sessions);
        polls += sessions;
        if (!through) {
            runner->trying[kept++] = track;
            continue;
        }
        track->trial = trial_end(track->trying);
        track->trying = NULL;
        track_end(runner, track);
    }
    runner->trying_count = kept;
}

static void serve(struct runner *runner)
{
    int64_t now = clock_now();
    size_t kept = 0, count = runner->active_count;
    serve_trials(runner, runner->polls + count);
    for (size_t i = 0; i < count; i++) {
        struct track *track = runner->active[i];
        struct outcome *outcome = NULL;
        if (runner->polls[i].revents != 0 || session_deadline(track->session) <= now)
            outcome = session_receive(track->session, NULL);
        if (outcome != NULL) {
            end_turn(track, outcome);
            begin_turn(runner, track);
        }
        if (has_turn(track))
            runner->active[kept++] = track;
        else
            session_end(runner, track);
    }
    runner->active_count = kept;
}

/* Bad days take their time: said when they are all that is left. */
static void tell_trying(const struct runner *runner)
{
    size_t done = 0, runs = 0;
    if (runner->options->trying == NULL || runner->active_count > 0 || runner->started < runner->track_count)
        return;
    for (size_t i = 0; i < runner->trying_count; i++)
        trial_count(runner->trying[i]->trying, &done, &runs);
    if (runs > 0)
        runner->options->trying(runner->options->self, done, runs);
}

static void stop(struct runner *runner)
{
    for (size_t i = 0; i < runner->active_count; i++) {
        session_free(runner->active[i]->session);
        runner->active[i]->session = NULL;
    }
    for (size_t i = 0; i < runner->trying_count; i++)
        trial_free(trial_end(runner->trying[i]->trying));
    for (size_t i = 0; i < runner->run_count; i++) {
        runner->runs[i].stopped = !runner->ended[i];
        if (runner->runs[i].stopped)
            count_verdicts(&runner->runs[i]);
    }
}

/* Preparing */

static struct track *add_track(struct runner *runner, struct lesson_run *run, struct plan plan)
{
    struct track *track = &runner->tracks[runner->track_count++];
    *track = (struct track){.run = run, .plan = plan, .names = expect_names_new()};
    runner->pending[run - runner->runs]++;
    return track;
}

/* A session for each language that steps are written in, where there is all that they need. */
static void add_twins(struct runner *runner, struct lesson_run *run, size_t first, size_t end, unsigned missing)
{
    for (size_t k = 0; runner->options->twins && k < CODE_LANGUAGES; k++) {
        enum code_language language = (enum code_language)k;
        unsigned lacks;
        struct plan plan = plan_twins(run->lesson, language, first, end, missing, &lacks);
        bool here = plan.count == 0 || code_language_here(language);
        if ((lacks != 0 || !here) && run->unproved[k] == NULL)
            run->unproved[k] = judging_unproved(language, lacks);
        if (plan.count == 0 || !here) {
            plan_free(&plan);
            continue;
        }
        size_t *blocks = memory_new(plan.count, sizeof *blocks);
        for (size_t i = 0; i + 1 < plan.count; i++)
            blocks[i] = plan.turns[i].block;
        struct track *track = add_track(runner, run, plan);
        track->twins = twins_new(run->lesson, language, blocks, plan.count - 1);
        track->language = language;
        free(blocks);
    }
}

/* One session for all blocks, or one for those below each heading. */
static void add_main(struct runner *runner, struct lesson_run *run, unsigned missing)
{
    const struct lesson *lesson = run->lesson;
    size_t first = 0;
    for (size_t i = 1; lesson->apart && i < lesson->block_count; i++) {
        if (!plan_heading_between(lesson, i - 1, i))
            continue;
        add_track(runner, run, plan_main(lesson, first, i, missing));
        add_twins(runner, run, first, i, missing);
        first = i;
    }
    add_track(runner, run, plan_main(lesson, first, lesson->block_count, missing));
    add_twins(runner, run, first, lesson->block_count, missing);
}

static bool exercise_has(const struct exercise *exercise, const struct block *block)
{
    const struct programs *programs = &exercise->programs[block->language];
    bool has = block == programs->starter || block == programs->solution;
    for (size_t i = 0; i < programs->wrong_count && !has; i++)
        has = programs->wrong[i] == block;
    return has;
}

/* A session for the starter, and one for each wrong answer. */
static void add_attempts(struct runner *runner, struct lesson_run *run, const struct exercise *exercise,
                         unsigned missing)
{
    if (!exercise_is_judged(exercise)) /* its checks are elsewhere */
        return;
    add_track(runner, run, plan_attempt(run->lesson, exercise, exercise->starter, missing));
    for (size_t i = 0; i < exercise->wrong_count; i++)
        add_track(runner, run, plan_attempt(run->lesson, exercise, exercise->wrong[i], missing));
    const struct block_run *solution = run_of(run, exercise->solution);
    if (has_faults(exercise) && solution != NULL && solution->verdict.kind != VERDICT_SKIPPED)
        add_track(runner, run, (struct plan){0})->solved = exercise;
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        const struct block *block = run->lesson->blocks[i];
        if (runner->options->twins && block->language != CODE_LUA && run->blocks[i].verdict.kind != VERDICT_SKIPPED &&
            exercise_has(exercise, block))
            add_track(runner, run, plan_attempt(run->lesson, exercise, block, missing));
    }
}

static void prepare(struct runner *runner, struct lesson *const *lessons, size_t count)
{
    size_t tracks = 0;
    for (size_t i = 0; i < count; i++)
        tracks += (1 + lessons[i]->block_count) * CODE_LANGUAGES + 3 * lessons[i]->exercise_count;
    runner->tracks = memory_new(tracks + 1, sizeof *runner->tracks);
    runner->runs = memory_new(count + 1, sizeof *runner->runs);
    runner->pending = memory_new(count + 1, sizeof *runner->pending);
    runner->ended = memory_new(count + 1, sizeof *runner->ended);
    runner->begins = memory_new(count + 1, sizeof *runner->begins);
    runner->run_count = count;
    for (size_t i = 0; i < count; i++) {
        unsigned missing = needs_missing(needs_of(lessons[i]));
        runner->runs[i] = (struct lesson_run){
            .lesson = lessons[i], .lab = needs_use_lab(lessons[i]), .blocks = judging_begin(lessons[i], missing)};
        add_main(runner, &runner->runs[i], missing);
        for (size_t k = 0; k < lessons[i]->exercise_count; k++)
            add_attempts(runner, &runner->runs[i], &lessons[i]->exercises[k], missing);
    }
}

/* Lessons mostly wait, so many of them fit on one processor. */
static size_t jobs_of(const struct run_options *options)
{
    if (options->jobs > 0)
        return (size_t)options->jobs;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 8 : processors > 8 ? 64 : (size_t)processors * 8;
}

struct lesson_run *lesson_runs(struct lesson *const *lessons, size_t count, const struct run_options *options)
{
    struct runner runner = {.options = options, .session = options->session, .jobs = jobs_of(options)};
    runner.room = runner.jobs;
    prepare(&runner, lessons, count);
    runner.active = memory_new(runner.jobs, sizeof *runner.active);
    runner.trying = memory_new(runner.track_count, sizeof *runner.trying);
    runner.polls = memory_new(runner.jobs, sizeof *runner.polls);
    bool stopping = false;
    while (runner.done < count && !(stopping = is_stopping(&runner))) {
        start_more(&runner);
        if (runner.active_count + runner.trying_count > 0) {
            wait_for_any(&runner);
            serve(&runner);
            tell_trying(&runner);
        }
    }
    if (stopping)
        stop(&runner);
    for (size_t i = 0; i < runner.track_count; i++) {
        plan_free(&runner.tracks[i].plan);
        expect_names_free(runner.tracks[i].names);
        free(runner.tracks[i].told);
        twins_free(runner.tracks[i].twins);
        trial_free(runner.tracks[i].trial);
    }
    session_mould_free(runner.mould);
    free(runner.tracks);
    free(runner.active);
    free(runner.trying);
    free(runner.polls);
    free(runner.pending);
    free(runner.ended);
    free(runner.begins);
    return runner.runs;
}

void lesson_runs_free(struct lesson_run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < runs[i].lesson->block_count; k++) {
            outcome_free(runs[i].blocks[k].outcome);
            free(runs[i].blocks[k].verdict.message);
            trial_free(runs[i].blocks[k].trial);
            for (size_t n = 0; n < CODE_LANGUAGES; n++)
                free(runs[i].blocks[k].twins[n].message);
        }
        for (size_t n = 0; n < CODE_LANGUAGES; n++)
            free(runs[i].unproved[n]);
        free(runs[i].blocks);
    }
    free(runs);
}
