#include "lesson/trial.h"

#include "base/clock.h"
#include "base/memory.h"
#include "lesson/exercise.h"
#include "lesson/judge.h"
#include "lesson/plan.h"
#include "lesson/verdict.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK (50 * CLOCK_MILLISECOND)

/* All of it. */
#define LONGEST (60 * CLOCK_SECOND)

#define JOBS_MOST 16

/* So many sessions go through the lesson, in advance of knowing which fault they are for. */
#define SPARES_MOST 8

/* One run in a session of its own. */
struct job {
    struct session *session;
    struct trial_row *row; /* NULL: the one that is measured, or nobody's yet */
    struct fault_run run;
    bool spare;         /* nobody's yet: it stops before the answer */
    size_t turn, entry; /* what runs in it */
    bool disturbed;
    bool over;
    int64_t spent; /* by the answer and the checks */
    struct fault_measure measure;
    uint64_t applied;
    char *observed;          /* a check did not pass, or the answer did not end */
    struct outcome *outcome; /* of what spoke to a peer first */
};

struct trial_runner {
    struct trial_answer answer;
    struct trial_options options;
    struct session_options session;
    struct session_mould *mould; /* its own; NULL: the session's options bring one along */
    struct trial *trial;
    struct plan plan;
    struct fault_measure measure;
    bool measured; /* the good day is over */
    int64_t limit; /* nanoseconds, of each chunk */
    int64_t until; /* the moment at which all of it ends; 0: it has not begun */
    struct job jobs[JOBS_MOST];
    size_t job_count;
    size_t own_room, *room; /* sessions that may still begin */
    size_t row, run;        /* the next one to begin */
    size_t done;
};

static void add_measure(struct fault_measure *all, const struct fault_measure *more)
{
    for (size_t way = 0; way < RELAY_WAYS; way++)
        if (more->longest[way] > all->longest[way])
            all->longest[way] = more->longest[way];
    all->packets += more->packets;
}

/* --- one run -------------------------------------------------------------------------------------------- */

static void keep_outcome(struct job *job, struct outcome *outcome)
{
    bool better = job->outcome == NULL && outcome_has_peers(outcome);
    if (better)
        job->outcome = outcome;
    else
        outcome_free(outcome);
}

static void fail(struct job *job, char *observed)
{
    job->observed = observed;
    job->over = true;
}

/* The session is gone, or what ran in it was stopped: nothing is left to be judged. */
static bool fails_by_itself(struct job *job, const struct outcome *outcome)
{
    bool late = outcome->kind == OUTCOME_ERROR && strcmp(outcome->error.class, "TimeLimit") == 0;
    if (outcome->kind == OUTCOME_ENDED)
        fail(job, memory_copy(outcome->reason != NULL ? outcome->reason : "The session has ended."));
    else if (late)
        fail(job, text_make("It had not come to an end after %.3g s.",
                            (double)(outcome->elapsed / CLOCK_MILLISECOND) / 1000));
    return job->over;
}

static void judge_check(struct job *job, struct outcome *outcome)
{
    char *observed = NULL;
    if (!fails_by_itself(job, outcome) && !verdict_of_check(outcome, &observed))
        fail(job, observed);
    else
        free(observed);
    job->spent += outcome->elapsed;
    keep_outcome(job, outcome);
}

static struct chunk chunk_of(const char *name, int line, const char *text, int64_t time)
{
    return (struct chunk){.name = name, .first_line = line, .text = text, .length = strlen(text), .time = time};
}

/* What the turn runs; of an answer in several entries the next one. */
static struct chunk chunk_of_turn(const struct trial_runner *runner, const struct job *job, const struct turn *turn)
{
    const struct trial_answer *answer = &runner->answer;
    const struct block *block = answer->lesson->blocks[turn->block];
    struct chunk chunk;
    if (turn->kind == TURN_RUN) {
        chunk = chunk_of(answer->name, answer->first_line, answer->entries[job->entry], runner->limit);
        chunk.continues = job->entry > 0;
        chunk.language = answer->language;
        return chunk;
    }
    if (turn->kind == TURN_HIDDEN)
        chunk =
            chunk_of("hidden check", turn->exercise->hidden_check_line, turn->exercise->hidden_check, runner->limit);
    else
        chunk = chunk_of(answer->lesson->path, block->line, block->code,
                         turn->kind == TURN_CHECK ? runner->limit : block->timeout);
    chunk.check = turn->kind != TURN_REPLAY;
    chunk.gives_arguments = turn->kind == TURN_REPLAY && block->role == BLOCK_SETUP;
    return chunk;
}

/* Before the answer's first chunk. */
static void disturb(const struct trial_runner *runner, struct job *job)
{
    bool wanted = runner->session.disturbed && !job->disturbed;
    if (wanted && !session_disturb(job->session, job->row != NULL ? &job->run : NULL))
        fail(job, memory_copy("The session did not take the fault in."));
    job->disturbed = true;
}

static void end_turn(const struct trial_runner *runner, struct job *job, struct outcome *outcome)
{
    const struct turn *turn = &runner->plan.turns[job->turn];
    if (turn->kind == TURN_CHECK || turn->kind == TURN_HIDDEN) {
        judge_check(job, outcome);
    } else if (!fails_by_itself(job, outcome) && turn->kind == TURN_RUN) {
        job->spent += outcome->elapsed;
        keep_outcome(job, outcome);
    } else {
        keep_outcome(job, outcome);
    }
    if (turn->kind == TURN_REPLAY && !job->over) {
        outcome_free(job->outcome);
        job->outcome = NULL;
    }
    if (turn->kind != TURN_RUN || ++job->entry == runner->answer.entry_count)
        job->turn++;
}

/* Its own session has its own day; both are measured. */
static struct outcome *judge_in_hiding(const struct trial_runner *runner, struct job *job, const struct chunk *chunk)
{
    struct judge_day day = {.fault = job->row != NULL ? &job->run : NULL};
    struct outcome *outcome =
        judge_hidden(job->session, &runner->session, chunk, runner->session.disturbed ? &day : NULL,
                     runner->options.stopping, runner->options.self);
    add_measure(&job->measure, &day.measure);
    job->applied += day.applied;
    return outcome;
}

static bool is_next(const struct trial_runner *runner, const struct job *job, enum turn_kind kind)
{
    return job->turn < runner->plan.count && runner->plan.turns[job->turn].kind == kind;
}

/* Nothing runs in it until it is somebody's. */
static bool waits_for_fault(const struct trial_runner *runner, const struct job *job)
{
    return job->spare && is_next(runner, job, TURN_RUN);
}

/* Begins what comes next; `over` when nothing does. */
static void begin_turn(const struct trial_runner *runner, struct job *job)
{
    while (!job->over && job->turn < runner->plan.count && !waits_for_fault(runner, job)) {
        const struct turn *turn = &runner->plan.turns[job->turn];
        struct chunk chunk = chunk_of_turn(runner, job, turn);
        if (turn->kind == TURN_RUN)
            disturb(runner, job);
        if (job->over)
            return;
        if (turn->kind != TURN_HIDDEN) {
            session_begin(job->session, &chunk);
            return;
        }
        end_turn(runner, job, judge_in_hiding(runner, job, &chunk));
    }
    job->over = job->over || !waits_for_fault(runner, job);
}

static bool has_room(const struct trial_runner *runner)
{
    return *runner->room > 0 && runner->job_count < JOBS_MOST;
}

static struct job *start_job(struct trial_runner *runner, bool spare)
{
    struct job *job = &runner->jobs[runner->job_count++];
    --*runner->room;
    *job = (struct job){.spare = spare, .session = session_new(&runner->session)};
    begin_turn(runner, job);
    return job;
}

/* A session that is nobody's yet, if there is one or room for one; those that are furthest stand first. */
static struct job *take_spare(struct trial_runner *runner)
{
    for (size_t i = 0; i < runner->job_count; i++)
        if (runner->jobs[i].spare && !runner->jobs[i].over)
            return &runner->jobs[i];
    return has_room(runner) ? start_job(runner, true) : NULL;
}

static void assign_job(struct trial_runner *runner, struct job *job, struct trial_row *row, size_t run)
{
    bool waiting = waits_for_fault(runner, job);
    job->row = row;
    job->run = (struct fault_run){row->wish, runner->measure, run};
    job->spare = false;
    if (waiting)
        begin_turn(runner, job);
}

/* --- what came of it ------------------------------------------------------------------------------------ */

/* Of one fault the first run that failed counts. */
static void note_failure(struct trial_row *row, struct job *job)
{
    bool first = row->verdict != TRIAL_FAILED || job->run.run < row->failed.run;
    if (!first)
        return;
    outcome_free(row->outcome);
    free(row->observed);
    row->verdict = TRIAL_FAILED;
    row->failed = job->run;
    row->observed = job->observed;
    row->outcome = job->outcome;
    job->observed = NULL;
    job->outcome = NULL;
}

static void note_job(struct trial_runner *runner, struct job *job)
{
    struct fault_measure measure;
    uint64_t applied;
    if (session_alive(job->session) && session_disturbed(job->session, &measure, &applied)) {
        add_measure(&job->measure, &measure);
        job->applied += applied;
    }
    if (job->row == NULL) {
        runner->measure = job->measure;
        runner->limit += job->spent;
        runner->measured = true;
        runner->trial->again = job->observed;
        job->observed = NULL;
        return;
    }
    runner->done++;
    job->row->done++;
    job->row->applied += job->applied;
    if (job->observed != NULL)
        note_failure(job->row, job);
}

static void job_free(struct trial_runner *runner, struct job *job)
{
    ++*runner->room;
    session_free(job->session);
    outcome_free(job->outcome);
    free(job->observed);
    *job = (struct job){.over = true};
}

void trial_count(const struct trial_runner *runner, size_t *done, size_t *runs)
{
    *done += runner->done;
    *runs += runner->trial->runs;
}

/* A fault of an earlier row failed already, and that is enough. */
static bool is_row_pointless(const struct trial_runner *runner, const struct trial_row *row)
{
    const struct trial_row *failure = runner->options.one ? trial_failure(runner->trial) : NULL;
    return failure != NULL && failure < row;
}

/* A run that comes after one that failed says no more. */
static bool is_pointless(const struct trial_runner *runner, const struct job *job)
{
    const struct trial_row *row = job->row;
    return row != NULL &&
           (is_row_pointless(runner, row) || (row->verdict == TRIAL_FAILED && job->run.run > row->failed.run));
}

static void end_jobs(struct trial_runner *runner)
{
    size_t kept = 0;
    for (size_t i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[i];
        if (!job->over && !is_pointless(runner, job)) {
            runner->jobs[kept++] = *job;
            continue;
        }
        if (job->over && !job->spare)
            note_job(runner, job);
        job_free(runner, job);
    }
    runner->job_count = kept;
}

/* --- the plan ------------------------------------------------------------------------------------------- */

static void plan_rows(struct trial_runner *runner)
{
    struct trial *trial = runner->trial;
    for (size_t i = 0; i < trial->count; i++) {
        struct trial_row *row = &trial->rows[i];
        bool impossible = row->wish.fault->wire && !runner->session.lab && runner->measure.packets == 0;
        row->runs = impossible ? 0 : fault_run_count(&row->wish, &runner->measure);
        row->verdict = impossible ? TRIAL_SKIPPED : row->runs > 0 ? TRIAL_NOT_TRIED : TRIAL_NOTHING;
        trial->runs += row->runs;
    }
    runner->row = runner->run = 0;
}

static void settle_rows(struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++) {
        struct trial_row *row = &trial->rows[i];
        if (row->verdict == TRIAL_NOT_TRIED && row->done == row->runs)
            row->verdict = row->applied > 0 ? TRIAL_PASSED : TRIAL_NOTHING;
    }
}

/* --- all of them ---------------------------------------------------------------------------------------- */

/* What the faults mean, as far as there are sessions for it. */
static void start_runs(struct trial_runner *runner)
{
    while (runner->row < runner->trial->count) {
        struct trial_row *row = &runner->trial->rows[runner->row];
        if (runner->run >= row->runs || row->verdict == TRIAL_FAILED || is_row_pointless(runner, row)) {
            runner->row++;
            runner->run = 0;
            continue;
        }
        struct job *job = take_spare(runner);
        if (job == NULL)
            return;
        assign_job(runner, job, row, runner->run++);
    }
}

/* Each fault means a run at least; of a wrong answer the first ones will do. */
static size_t count_spares(const struct trial_runner *runner)
{
    size_t most = runner->options.one ? SPARES_MOST / 2 : SPARES_MOST;
    return runner->trial->count < most ? runner->trial->count : most;
}

void trial_start(struct trial_runner *runner)
{
    if (runner->until == 0 && !has_room(runner))
        return;
    if (runner->until == 0) {
        runner->until = clock_after(LONGEST);
        start_job(runner, false);
        for (size_t i = count_spares(runner); i > 0 && has_room(runner); i--)
            start_job(runner, true);
    }
    if (runner->measured && runner->trial->again == NULL)
        start_runs(runner);
}

size_t trial_watch(const struct trial_runner *runner, struct pollfd *polls, int64_t *until)
{
    for (size_t i = 0; i < runner->job_count; i++) {
        const struct job *job = &runner->jobs[i];
        bool idle = waits_for_fault(runner, job);
        int64_t deadline = job->over ? 0 : idle ? CLOCK_NEVER : session_deadline(job->session);
        *until = deadline < *until ? deadline : *until;
        polls[i] = (struct pollfd){.fd = idle ? -1 : session_descriptor(job->session), .events = POLLIN};
    }
    return runner->job_count;
}

static void serve(struct trial_runner *runner, const struct pollfd *polls)
{
    int64_t now = clock_now();
    for (size_t i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[i];
        struct outcome *outcome = NULL;
        if (!job->over && !waits_for_fault(runner, job) &&
            (polls[i].revents != 0 || session_deadline(job->session) <= now))
            outcome = session_receive(job->session, NULL);
        if (outcome == NULL)
            continue;
        end_turn(runner, job, outcome);
        begin_turn(runner, job);
    }
}

/* True while a session runs that somebody waits for, or is to be begun. */
static bool goes_on(const struct trial_runner *runner)
{
    for (size_t i = 0; i < runner->job_count; i++)
        if (!runner->jobs[i].spare)
            return true;
    return !runner->measured || (runner->trial->again == NULL && runner->row < runner->trial->count);
}

static bool must_stop(struct trial_runner *runner)
{
    const struct trial_options *options = &runner->options;
    runner->trial->stopped = options->stopping != NULL && options->stopping(options->self);
    runner->trial->late = runner->until != 0 && clock_now() >= runner->until;
    return runner->trial->stopped || runner->trial->late;
}

bool trial_serve(struct trial_runner *runner, const struct pollfd *polls, size_t *count)
{
    const struct trial_options *options = &runner->options;
    bool measured = runner->measured;
    *count = runner->job_count;
    serve(runner, polls);
    end_jobs(runner);
    if (runner->measured && !measured && runner->trial->again == NULL)
        plan_rows(runner);
    if (options->progress != NULL && runner->trial->runs > 0)
        options->progress(options->self, runner->done, runner->trial->runs);
    return must_stop(runner) || !goes_on(runner);
}

static struct trial *trial_new(const struct block *check)
{
    struct trial *trial = memory_new(1, sizeof *trial);
    trial->count = check != NULL ? check->fault_count : 0;
    trial->rows = memory_new(trial->count + 1, sizeof *trial->rows);
    for (size_t i = 0; i < trial->count; i++)
        trial->rows[i] = (struct trial_row){.wish = check->faults[i], .verdict = TRIAL_NOT_TRIED};
    return trial;
}

static size_t sessions_at_once(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 2 ? 4 : processors > JOBS_MOST / 2 ? JOBS_MOST : (size_t)processors * 2;
}

struct trial_runner *trial_begin(const struct trial_answer *answer, const struct trial_options *options)
{
    struct trial_runner *runner = memory_new(1, sizeof *runner);
    const struct exercise *exercise = answer->exercise;
    const struct block *check = exercise->check;
    bool own = check != NULL && check->timeout != answer->lesson->timeout;
    *runner = (struct trial_runner){.answer = *answer, .options = *options, .session = options->session};
    runner->trial = trial_new(check);
    runner->plan =
        plan_attempt(answer->lesson, exercise, exercise_starter_in(exercise, answer->language), options->missing);
    runner->limit = own ? check->timeout : options->patience > 0 ? options->patience : TRIAL_PATIENCE;
    runner->own_room = sessions_at_once();
    runner->room = options->room != NULL ? options->room : &runner->own_room;
    runner->session.disturbed = runner->trial->count > 0;
    runner->session.programs = answer->language != CODE_LUA;
    if (runner->session.mould == NULL)
        runner->session.mould = runner->mould = session_mould_new();
    return runner;
}

struct trial *trial_end(struct trial_runner *runner)
{
    if (runner == NULL)
        return NULL;
    struct trial *trial = runner->trial;
    while (runner->job_count > 0)
        job_free(runner, &runner->jobs[--runner->job_count]);
    settle_rows(trial);
    session_mould_free(runner->mould);
    plan_free(&runner->plan);
    free(runner);
    return trial;
}

struct trial *trial_run(const struct trial_answer *answer, const struct trial_options *options)
{
    struct trial_runner *runner = trial_begin(answer, options);
    struct pollfd polls[JOBS_MOST];
    size_t count;
    do {
        int64_t until = clock_after(TICK);
        trial_start(runner);
        count = trial_watch(runner, polls, &until);
        poll(polls, count, clock_poll_timeout(until));
    } while (!trial_serve(runner, polls, &count));
    return trial_end(runner);
}
