#include "lesson/run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "lesson/exercise.h"
#include "lesson/judge.h"
#include "lesson/judging.h"
#include "lesson/needs.h"
#include "lesson/track.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* How often `stopping` is asked. */
#define TICK (50 * CLOCK_MILLISECOND)

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

/* Begins the next turn; hidden checks, which are rare and short, run at once, and everybody else waits. */
static void begin_turn(const struct runner *runner, struct track *track)
{
    while (track_has_turn(track)) {
        struct chunk chunk = track_chunk(track);
        if (track->plan.turns[track->next].kind != TURN_HIDDEN) {
            session_begin(track->session, &chunk);
            return;
        }
        track_end_turn(track, judge_hidden(track->session, &runner->session, &chunk, NULL, runner->options->stopping,
                                           runner->options->self));
    }
}

/* --- tracks --------------------------------------------------------------------------------------------- */

static bool is_stopping(const struct runner *runner)
{
    return runner->options->stopping != NULL && runner->options->stopping(runner->options->self);
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
static void end_run(struct runner *runner, size_t index)
{
    struct lesson_run *run = &runner->runs[index];
    for (size_t i = 0; i < runner->track_count; i++)
        if (runner->tracks[i].run == run)
            track_attempt_must_fail(&runner->tracks[i]);
    take_twins(run);
    for (size_t i = 0; i < runner->track_count; i++)
        if (runner->tracks[i].run == run && runner->tracks[i].solved != NULL)
            track_solution_must_bear(&runner->tracks[i]);
    run->elapsed = clock_now() - runner->begins[index];
    count_verdicts(run);
    runner->ended[index] = true;
    runner->done++;
    if (runner->options->progress != NULL)
        runner->options->progress(runner->options->self, runner->done, runner->run_count, run);
}

static void end_track(struct runner *runner, struct track *track)
{
    size_t index = (size_t)(track->run - runner->runs);
    if (--runner->pending[index] == 0)
        end_run(runner, index);
}

/* Nothing is left to run in the track's session. */
static void end_session(struct runner *runner, struct track *track)
{
    const struct block *block = track_to_try(track);
    session_free(track->session);
    track->session = NULL;
    runner->room++;
    if (block != NULL)
        begin_trying(runner, track, track->plan.exercise, block);
    else
        end_track(runner, track);
}

/* Starts the next track; one without turns is through at once. */
static void start_track(struct runner *runner)
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
    if (!track_has_turn(track)) {
        end_track(runner, track);
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
        start_track(runner);
        if (runner->trying_count > before)
            trial_start(runner->trying[before]->trying);
    }
}

/* --- waiting -------------------------------------------------------------------------------------------- */

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
        end_track(runner, track);
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
            track_end_turn(track, outcome);
            begin_turn(runner, track);
        }
        if (track_has_turn(track))
            runner->active[kept++] = track;
        else
            end_session(runner, track);
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

/* --- preparing ------------------------------------------------------------------------------------------ */

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
    const struct block_run *solution = lesson_run_block(run, exercise->solution);
    if (exercise_has_faults(exercise) && solution != NULL && solution->verdict.kind != VERDICT_SKIPPED)
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
    for (size_t i = 0; i < runner.track_count; i++)
        track_free(&runner.tracks[i]);
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
