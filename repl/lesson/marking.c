#include "lesson/marking.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "lesson/needs.h"
#include "lesson/trial.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TICK (50 * CLOCK_MILLISECOND)

/* How long markers that were told to stop may take to end their sessions. */
#define FAREWELL (2 * CLOCK_SECOND)

/* What a check says is told up to here, so that a message fits into a pipe at once. */
#define SAID_MOST 1000

#define NOBODY SIZE_MAX

/* What markers and the front both see. */
struct shared {
    atomic_size_t next; /* the task that nobody has taken yet */
    atomic_bool stopping;
};

/* From a marker: it has taken a task, or is through with one. */
struct report {
    size_t task;
    enum marking_verdict verdict; /* MARKING_NOT_RUN: taken */
    char observed[SAID_MOST];
};

struct marker {
    pid_t process; /* 0: none */
    int pipe;
    size_t task; /* what it is at */
};

struct marking {
    struct marking_task *tasks;
    size_t count, done;
    const struct marking_options *options;
    struct shared *shared;
    struct marker *markers;
    struct pollfd *polls;
    size_t marker_count;
};

/* --- a marker ------------------------------------------------------------------------------------------- */

static bool is_stopping(void *self)
{
    const struct shared *shared = self;
    return atomic_load(&shared->stopping);
}

/* What is needed and not here: without it nothing can be said about the answer.  Programs run in a network of their
 * own. */
static unsigned missing_of(const struct marking_task *task)
{
    const struct exercise *exercise = task->exercise;
    const struct block *const parts[] = {exercise->setup, exercise->starter, exercise->check};
    unsigned needs = task->lesson->needs | (task->language != CODE_LUA ? NEED_LAB : 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        needs |= parts[i] != NULL ? parts[i]->needs : 0;
    return needs_missing(needs);
}

static void tell_trial(struct text *said, const struct trial *trial)
{
    if (trial->again != NULL)
        text_add(said, trial->again);
    else
        trial_tell(said, trial);
}

static void mark(struct shared *shared, const struct marking_task *task, struct session_mould *mould,
                 struct report *message)
{
    const struct trial_answer answer = {task->lesson,  task->exercise, task->entries, task->entry_count, "answer", 1,
                                        task->language};
    const struct trial_options options = {
        .session = {.lab = needs_use_lab(task->lesson) || task->language != CODE_LUA, .mould = mould},
        .missing = needs_missing(needs_of(task->lesson)),
        .patience = task->lesson->timeout,
        .one = true,
        .self = shared,
        .stopping = is_stopping};
    struct text said = TEXT_EMPTY;
    unsigned missing = missing_of(task);
    if (missing != 0) {
        message->verdict = MARKING_SKIPPED;
        needs_explain(&said, missing);
    } else if (!code_language_here(task->language)) {
        message->verdict = MARKING_SKIPPED;
        text_format(&said, "Needs %s, which is not installed here.", code_languages[task->language].tool);
    } else if (task->entry_count == 0) {
        message->verdict = MARKING_FAILED;
        text_add(&said, "There is no code.");
    } else {
        struct trial *trial = trial_run(&answer, &options);
        message->verdict = trial->stopped ? MARKING_NOT_RUN : trial_passed(trial) ? MARKING_PASSED : MARKING_FAILED;
        if (message->verdict == MARKING_FAILED)
            tell_trial(&said, trial);
        trial_free(trial);
    }
    strncpy(message->observed, text_string(&said), SAID_MOST - 1);
    text_free(&said);
}

static void work(const struct marking *marking, int out)
{
    struct session_mould *mould = session_mould_new();
    while (!atomic_load(&marking->shared->stopping)) {
        struct report message = {.task = atomic_fetch_add(&marking->shared->next, 1)};
        if (message.task >= marking->count || !file_write_all(out, (const char *)&message, sizeof message))
            break;
        mark(marking->shared, &marking->tasks[message.task], mould, &message);
        if (message.verdict != MARKING_NOT_RUN && !file_write_all(out, (const char *)&message, sizeof message))
            break;
    }
    session_mould_free(mould);
}

static bool start(struct marking *marking, struct marker *marker)
{
    int ends[2];
    pid_t parent = getpid();
    marker->process = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t process = fork();
    if (process == 0) {
        child_begin(parent);
        close(ends[0]);
        work(marking, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return false;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *marker = (struct marker){process, ends[0], NOBODY};
    return true;
}

/* --- the front ------------------------------------------------------------------------------------------ */

static void settle(struct marking *marking, size_t index, enum marking_verdict verdict, const char *observed)
{
    struct marking_task *task = &marking->tasks[index];
    if (task->verdict != MARKING_NOT_RUN)
        return;
    task->verdict = verdict;
    task->observed = verdict == MARKING_PASSED ? NULL : memory_copy(observed);
    marking->done++;
}

/* Messages are shorter than what a pipe takes at once, so they come whole. */
static bool take_message(struct marking *marking, struct marker *marker)
{
    struct report message;
    ssize_t count = read(marker->pipe, &message, sizeof message);
    if (count < 0)
        return true;
    if (count != sizeof message || message.task >= marking->count)
        return false;
    message.observed[SAID_MOST - 1] = '\0';
    marker->task = message.verdict == MARKING_NOT_RUN ? message.task : NOBODY;
    if (message.verdict != MARKING_NOT_RUN)
        settle(marking, message.task, message.verdict, message.observed);
    return true;
}

/* It is through, or it died at an answer; another one goes on then. */
static void bury(struct marking *marking, struct marker *marker)
{
    close(marker->pipe);
    child_wait(marker->process, NULL);
    marker->process = 0;
    if (marker->task == NOBODY || atomic_load(&marking->shared->stopping))
        return;
    settle(marking, marker->task, MARKING_FAILED, "What ran it ended unexpectedly.");
    start(marking, marker);
}

static void serve(struct marking *marking, int64_t until)
{
    nfds_t count = marking->marker_count;
    for (size_t i = 0; i < count; i++)
        marking->polls[i] =
            (struct pollfd){.fd = marking->markers[i].process ? marking->markers[i].pipe : -1, .events = POLLIN};
    if (poll(marking->polls, count, clock_poll_timeout(until)) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (marking->polls[i].revents != 0 && !take_message(marking, &marking->markers[i]))
            bury(marking, &marking->markers[i]);
}

static bool anybody(const struct marking *marking)
{
    for (size_t i = 0; i < marking->marker_count; i++)
        if (marking->markers[i].process != 0)
            return true;
    return false;
}

/* They end their sessions themselves, or else they are ended with them. */
static void dismiss(struct marking *marking)
{
    int64_t until = clock_after(FAREWELL);
    atomic_store(&marking->shared->stopping, true);
    while (anybody(marking) && clock_now() < until)
        serve(marking, until);
    for (size_t i = 0; i < marking->marker_count; i++)
        if (marking->markers[i].process != 0) {
            kill(marking->markers[i].process, SIGKILL);
            bury(marking, &marking->markers[i]);
        }
}

static bool must_stop(const struct marking *marking)
{
    const struct marking_options *options = marking->options;
    return options->stopping != NULL && options->stopping(options->self);
}

/* Answers mostly wait, so several fit on one processor. */
static size_t jobs_of(const struct marking *marking)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = marking->options->jobs > 0 ? (size_t)marking->options->jobs
                  : processors < 1           ? 4
                  : processors > 16          ? 64
                                             : (size_t)processors * 4;
    return jobs < marking->count ? jobs : marking->count;
}

static void run(struct marking *marking)
{
    for (size_t i = 0; i < marking->marker_count; i++)
        start(marking, &marking->markers[i]);
    while (anybody(marking) && !must_stop(marking)) {
        serve(marking, clock_after(TICK));
        if (marking->options->progress != NULL)
            marking->options->progress(marking->options->self, marking->done, marking->count);
    }
    dismiss(marking);
}

void marking_run(struct marking_task *tasks, size_t count, const struct marking_options *options)
{
    struct marking marking = {.tasks = tasks, .count = count, .options = options};
    marking.shared = mmap(NULL, sizeof *marking.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (marking.shared == MAP_FAILED)
        return;
    marking.marker_count = jobs_of(&marking);
    marking.markers = memory_new(marking.marker_count + 1, sizeof *marking.markers);
    marking.polls = memory_new(marking.marker_count + 1, sizeof *marking.polls);
    run(&marking);
    free(marking.markers);
    free(marking.polls);
    munmap(marking.shared, sizeof *marking.shared);
}
