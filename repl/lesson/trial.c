#include "lesson/trial.h"

#include "base/clock.h"
#include "base/memory.h"
#include "lesson/judge.h"
#include "lesson/plan.h"
#include "lesson/verdict.h"
#include "views/ladder_text.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK (50 * CLOCK_MILLISECOND)

/* How much longer than on a good day a run may take: what waits for ever must end. */
#define PATIENCE (3 * CLOCK_SECOND)

/* All of it. */
#define LONGEST (60 * CLOCK_SECOND)

#define JOBS_MOST 16

/* One run in a session of its own. */
struct job {
    struct session *session;
    struct trial_row *row; /* NULL: the one that is measured */
    struct fault_run run;
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
    const struct trial_answer *answer;
    const struct trial_options *options;
    struct session_options session;
    struct trial *trial;
    struct plan plan;
    struct fault_measure measure;
    int64_t limit; /* nanoseconds, of each chunk */
    int64_t until; /* the moment at which all of it ends */
    struct job jobs[JOBS_MOST];
    struct pollfd polls[JOBS_MOST];
    size_t job_count, most;
    size_t row, run; /* the next one to begin */
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
    const struct trial_answer *answer = runner->answer;
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
    if (turn->kind != TURN_RUN || ++job->entry == runner->answer->entry_count)
        job->turn++;
}

/* Its own session has its own day; both are measured. */
static struct outcome *judge_in_hiding(const struct trial_runner *runner, struct job *job, const struct chunk *chunk)
{
    struct judge_day day = {.fault = job->row != NULL ? &job->run : NULL};
    struct outcome *outcome =
        judge_hidden(job->session, &runner->session, chunk, runner->session.disturbed ? &day : NULL,
                     runner->options->stopping, runner->options->self);
    add_measure(&job->measure, &day.measure);
    job->applied += day.applied;
    return outcome;
}

/* Begins what comes next; `over` when nothing does. */
static void begin_turn(const struct trial_runner *runner, struct job *job)
{
    while (!job->over && job->turn < runner->plan.count) {
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
    job->over = true;
}

static void start_job(struct trial_runner *runner, struct trial_row *row, size_t run)
{
    struct job *job = &runner->jobs[runner->job_count++];
    *job = (struct job){.row = row, .session = session_new(&runner->session)};
    if (row != NULL)
        job->run = (struct fault_run){row->wish, runner->measure, run};
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

static void job_free(struct job *job)
{
    session_free(job->session);
    outcome_free(job->outcome);
    free(job->observed);
    *job = (struct job){.over = true};
}

/* A fault of an earlier row failed already, and that is enough. */
static bool is_row_pointless(const struct trial_runner *runner, const struct trial_row *row)
{
    const struct trial_row *failure = runner->options->one ? trial_failure(runner->trial) : NULL;
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
        if (job->over)
            note_job(runner, job);
        job_free(job);
    }
    runner->job_count = kept;
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static void start_more(struct trial_runner *runner)
{
    while (runner->job_count < runner->most && runner->row < runner->trial->count) {
        struct trial_row *row = &runner->trial->rows[runner->row];
        if (runner->run >= row->runs || row->verdict == TRIAL_FAILED || is_row_pointless(runner, row)) {
            runner->row++;
            runner->run = 0;
            continue;
        }
        start_job(runner, row, runner->run++);
    }
}

static void wait_for_any(struct trial_runner *runner)
{
    int64_t until = clock_after(TICK);
    for (size_t i = 0; i < runner->job_count; i++) {
        const struct job *job = &runner->jobs[i];
        int64_t deadline = job->over ? 0 : session_deadline(job->session);
        until = deadline < until ? deadline : until;
        runner->polls[i] = (struct pollfd){.fd = session_descriptor(job->session), .events = POLLIN};
    }
    poll(runner->polls, runner->job_count, clock_poll_timeout(until));
}

static void serve(struct trial_runner *runner)
{
    int64_t now = clock_now();
    for (size_t i = 0; i < runner->job_count; i++) {
        struct job *job = &runner->jobs[i];
        struct outcome *outcome = NULL;
        if (!job->over && (runner->polls[i].revents != 0 || session_deadline(job->session) <= now))
            outcome = session_receive(job->session, NULL);
        if (outcome == NULL)
            continue;
        end_turn(runner, job, outcome);
        begin_turn(runner, job);
    }
    end_jobs(runner);
}

static bool must_stop(struct trial_runner *runner)
{
    const struct trial_options *options = runner->options;
    runner->trial->stopped = options->stopping != NULL && options->stopping(options->self);
    runner->trial->late = clock_now() >= runner->until;
    return runner->trial->stopped || runner->trial->late;
}

/* Until nothing runs and nothing is to be begun. */
static void run_all(struct trial_runner *runner)
{
    const struct trial_options *options = runner->options;
    bool stopping = false;
    while (!stopping && (runner->job_count > 0 || runner->row < runner->trial->count)) {
        start_more(runner);
        wait_for_any(runner);
        serve(runner);
        if (options->progress != NULL && runner->trial->runs > 0)
            options->progress(options->self, runner->done, runner->trial->runs);
        stopping = must_stop(runner);
    }
    while (runner->job_count > 0)
        job_free(&runner->jobs[--runner->job_count]);
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

static struct trial *trial_new(const struct block *check)
{
    struct trial *trial = memory_new(1, sizeof *trial);
    trial->count = check != NULL ? check->fault_count : 0;
    trial->rows = memory_new(trial->count + 1, sizeof *trial->rows);
    for (size_t i = 0; i < trial->count; i++)
        trial->rows[i] = (struct trial_row){.wish = check->faults[i], .verdict = TRIAL_NOT_TRIED};
    return trial;
}

static size_t jobs_at_once(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 2 ? 4 : processors > JOBS_MOST / 2 ? JOBS_MOST : (size_t)processors * 2;
}

struct trial *trial_run(const struct trial_answer *answer, const struct trial_options *options)
{
    const struct exercise *exercise = answer->exercise;
    struct trial_runner runner = {.answer = answer, .options = options, .session = options->session};
    const struct block *check = exercise->check;
    bool own = check != NULL && check->timeout != answer->lesson->timeout;
    int64_t patience = options->patience > 0 ? options->patience : PATIENCE;
    runner.trial = trial_new(check);
    runner.plan = plan_attempt(answer->lesson, exercise, exercise->starter, options->missing);
    runner.limit = own ? check->timeout : patience;
    runner.until = clock_after(LONGEST);
    runner.most = jobs_at_once();
    runner.session.disturbed = runner.trial->count > 0;
    runner.session.programs = answer->language != CODE_LUA;
    struct session_mould *mould = NULL;
    if (runner.session.mould == NULL)
        runner.session.mould = mould = session_mould_new();
    runner.row = runner.trial->count;
    start_job(&runner, NULL, 0);
    run_all(&runner);
    if (runner.trial->again == NULL && !runner.trial->stopped && !runner.trial->late) {
        plan_rows(&runner);
        run_all(&runner);
    }
    settle_rows(runner.trial);
    session_mould_free(mould);
    plan_free(&runner.plan);
    return runner.trial;
}

void trial_free(struct trial *trial)
{
    if (trial == NULL)
        return;
    for (size_t i = 0; i < trial->count; i++) {
        outcome_free(trial->rows[i].outcome);
        free(trial->rows[i].observed);
    }
    free(trial->rows);
    free(trial->again);
    free(trial);
}

struct trial *trial_copy(const struct trial *trial)
{
    if (trial == NULL)
        return NULL;
    struct trial *copy = memory_new(1, sizeof *copy);
    *copy = *trial;
    copy->again = memory_copy(trial->again);
    copy->rows = memory_new(trial->count + 1, sizeof *copy->rows);
    for (size_t i = 0; i < trial->count; i++) {
        copy->rows[i] = trial->rows[i];
        copy->rows[i].observed = memory_copy(trial->rows[i].observed);
        copy->rows[i].outcome = NULL;
    }
    return copy;
}

/* --- telling -------------------------------------------------------------------------------------------- */

const struct trial_row *trial_failure(const struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++)
        if (trial->rows[i].verdict == TRIAL_FAILED)
            return &trial->rows[i];
    return NULL;
}

bool trial_passed(const struct trial *trial)
{
    return trial->again == NULL && !trial->stopped && !trial->late && trial_failure(trial) == NULL;
}

void trial_tell(struct text *text, const struct trial *trial)
{
    const struct trial_row *row = trial_failure(trial);
    char name[FAULT_NAME_ROOM];
    struct text place = TEXT_EMPTY;
    if (trial->again != NULL) {
        text_format(text, "It passed once, but not when it ran again in a fresh session: %s", trial->again);
    } else if (row != NULL) {
        fault_name(&row->wish, name);
        fault_say_place(&place, &row->failed);
        text_format(text, "%s%s%s: %s", name, place.length > 0 ? ", " : "", text_string(&place), row->observed);
    } else if (trial->late) {
        text_add(text, "The runs with faults took too long: more than a minute in all.");
    }
    text_free(&place);
}

/* So many rows of the picture. */
#define PICTURE_MOST 24

void trial_draw(struct text *text, const struct trial_row *row, int width)
{
    if (row->outcome == NULL)
        return;
    struct findings *findings = outcome_findings(row->outcome);
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.most = PICTURE_MOST});
    if (ladder_has_arrows(ladder))
        ladder_text(text, ladder, &(struct ladder_paper){.width = width});
    ladder_free(ladder);
    findings_free(findings);
}

const char *trial_verdict_name(enum trial_verdict verdict)
{
    static const char *const names[] = {[TRIAL_PASSED] = "passed",
                                        [TRIAL_FAILED] = "failed",
                                        [TRIAL_NOTHING] = "nothing to disturb",
                                        [TRIAL_SKIPPED] = "skipped",
                                        [TRIAL_NOT_TRIED] = "not tried"};
    return names[verdict];
}
