#include "session/session.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/scratch.h"
#include "base/text.h"
#include "base/utf8.h"
#include "session/channel.h"
#include "session/plain.h"
#include "session/record.h"
#include "session/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <lua.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a worker that was interrupted is interrupted again: a signal may come just before a call. */
#define ASK_AGAIN (20 * CLOCK_MILLISECOND)
/* How long it may take to hear it. */
#define PATIENCE CLOCK_SECOND
/* Of what peers did between two chunks so many events are shown, the last ones. */
#define BETWEEN_MOST 256
#define TICK         (50 * CLOCK_MILLISECOND)

struct session {
    struct session_options options;
    struct ring *ring;
    struct past *past;
    pid_t worker;            /* 0 once it is gone */
    struct channel *channel; /* NULL once it is gone */
    struct scratch *folder;  /* the worker's current one */
    struct text output;      /* of the chunk that runs */
    bool running, checking;
    bool reading;             /* it waits for a line of input */
    uint32_t chunks;          /* how many were begun */
    uint32_t shown;           /* the number of the chunk whose events go on; 0: none */
    struct outcome_span span; /* its events, and how far events were taken at all */
    uint64_t first;           /* the number of the first event that may belong to the one that runs */
    int64_t begin;            /* of the chunk */
    int64_t limit;            /* the moment its time is over */
    int64_t asked;            /* the moment of the first interrupt, 0: none */
    int64_t ask_again;
    bool over_time; /* the interrupt came from the limit */
    char *leaving;  /* the status given to os.exit() */
    int failed;     /* errno: no worker could be started */
};

/* --- life ----------------------------------------------------------------------------------------------- */

static void start_worker(struct session *session, session_worker *run)
{
    int pair[2];
    pid_t front = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        session->failed = errno;
        return;
    }
    /* What stdio holds would be written twice. */
    fflush(NULL);
    pid_t worker = fork();
    if (worker == 0)
        run(pair[1], session->ring, &session->options, front, scratch_path(session->folder));
    session->failed = worker < 0 ? errno : 0;
    close(pair[1]);
    if (worker < 0) {
        close(pair[0]);
        return;
    }
    session->worker = worker;
    session->channel = channel_new(pair[0], session->options.output);
}

struct session *session_new_with(const struct session_options *options, session_worker *run)
{
    struct session *session = memory_new(1, sizeof *session);
    session->options = *options;
    session->options.output = options->output ? options->output : (size_t)1 << 20;
    session->ring = ring_new(SESSION_EVENTS);
    session->past = past_new();
    session->folder = scratch_new(getenv("XDG_RUNTIME_DIR"));
    start_worker(session, run);
    return session;
}

struct session *session_new(const struct session_options *options)
{
    return session_new_with(options, worker_run);
}

/* One that goes on without its channel is killed: its end comes at once, or not by itself. */
static void end_worker(const struct session *session)
{
    siginfo_t about = {.si_pid = 0};
    int64_t limit = clock_after(PATIENCE);
    while (waitid(P_PID, (id_t)session->worker, &about, WEXITED | WNOHANG | WNOWAIT) == 0 && about.si_pid == 0 &&
           clock_now() < limit)
        poll(NULL, 0, 1);
    if (about.si_pid == 0)
        kill(session->worker, SIGKILL);
}

/*
 * Waits for the worker, and for its peers: they die with it, and hold its end of the channel until then.
 */
static void collect_worker(struct session *session, int *status)
{
    child_wait(session->worker, status);
    int64_t limit = clock_after(PATIENCE);
    int fd = channel_descriptor(session->channel);
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char rest[4096];
    while (clock_now() < limit && poll(&ready, 1, clock_poll_timeout(limit)) != 0)
        if (recv(fd, rest, sizeof rest, MSG_DONTWAIT) == 0)
            break;
    session->worker = 0;
    channel_free(session->channel);
    session->channel = NULL;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    int status;
    if (session->worker > 0) {
        kill(session->worker, SIGKILL);
        collect_worker(session, &status);
    }
    scratch_free(session->folder);
    ring_free(session->ring);
    past_free(session->past);
    text_free(&session->output);
    free(session->leaving);
    free(session);
}

bool session_alive(const struct session *session)
{
    return session->worker > 0;
}

struct ring *session_ring(const struct session *session)
{
    return session->ring;
}

int session_descriptor(const struct session *session)
{
    return session->channel != NULL ? channel_descriptor(session->channel) : -1;
}

/* --- evaluating ----------------------------------------------------------------------------------------- */

/* It is no worker, or not the one that was started: its end is the outcome. */
static void give_up(struct session *session, const char *why)
{
    channel_break(session->channel, why);
    if (session->worker > 0)
        kill(session->worker, SIGKILL);
}

void session_begin(struct session *session, const struct chunk *chunk)
{
    int64_t time = chunk->time ? chunk->time : session->options.time;
    struct frame_chunk head = {.time = time,
                               .first_line = chunk->first_line,
                               .name_length = (uint32_t)strlen(chunk->name),
                               .check = chunk->check,
                               .continues = chunk->continues,
                               .language = (uint8_t)chunk->language,
                               .gives_arguments = chunk->gives_arguments};
    struct text frame = TEXT_EMPTY;
    text_add_bytes(&frame, (const char *)&head, sizeof head);
    text_add(&frame, chunk->name);
    text_add_bytes(&frame, chunk->text, chunk->length);
    text_clear(&session->output);
    session->begin = clock_now();
    session->limit = time > 0 ? clock_after(time) : CLOCK_NEVER;
    session->asked = session->ask_again = 0;
    session->over_time = session->reading = false;
    session->running = true;
    session->checking = chunk->check;
    session->chunks++;
    session->first = ring_next(session->ring);
    if (session->channel != NULL && !channel_ask(session->channel, FRAME_EVALUATE, frame.bytes, frame.length))
        give_up(session, "it does not listen");
    text_free(&frame);
}

int64_t session_deadline(const struct session *session)
{
    if (!session->running)
        return CLOCK_NEVER;
    return session->asked ? session->ask_again : session->limit;
}

static void ask_to_stop(struct session *session)
{
    int64_t now = clock_now();
    if (session->asked == 0)
        session->asked = now;
    session->ask_again = now + ASK_AGAIN;
    if (session->worker > 0)
        kill(session->worker, now - session->asked > PATIENCE ? SIGKILL : SIGINT);
}

/* Stops the chunk that runs, as Ctrl-C does; asks again until the worker has heard it, kills it after 1 s. */
static void interrupt(struct session *session)
{
    if (session->running && session->asked == 0)
        ask_to_stop(session);
}

static void keep_time(struct session *session)
{
    if (clock_now() < session_deadline(session))
        return;
    session->over_time = session->over_time || session->asked == 0;
    ask_to_stop(session);
}

static char *seconds_text(int64_t duration)
{
    return text_make("%g s", (double)(duration / CLOCK_MILLISECOND) / 1000);
}

/* The limit ended it, not a person. */
static void mark_over_time(struct session *session, struct outcome *outcome)
{
    char *limit = seconds_text(session->limit - session->begin);
    outcome->kind = OUTCOME_ERROR;
    free(outcome->error.class);
    free(outcome->error.message);
    outcome->error.class = memory_copy("TimeLimit");
    outcome->error.message = text_make("stopped after %s: a chunk may take no longer here", limit);
    free(limit);
}

/* What an outcome says of itself must be able to be so. */
static bool is_possible(const struct session *session, const struct outcome *outcome, uint64_t first, uint64_t last)
{
    int64_t now = clock_now();
    bool events = first >= session->first && first <= last && last <= ring_next(session->ring);
    bool times = outcome->elapsed >= 0 && outcome->elapsed <= now - session->begin &&
                 (outcome->begin == 0 || (outcome->begin >= session->begin && outcome->begin <= now));
    return events && times && outcome->kind != OUTCOME_ENDED && outcome->chunk <= session->chunks;
}

/* What peers did since the chunk before belongs to this one's; a check is none of the learner's chunks. */
static void take_events(struct session *session, struct outcome *outcome, uint64_t first, uint64_t last)
{
    bool counts = !session->checking && outcome->kind != OUTCOME_INCOMPLETE;
    uint64_t since = counts && session->span.last < first ? session->span.last : first;
    struct outcome_span span = {first - since > BETWEEN_MOST ? first - BETWEEN_MOST : since, first, last, last};
    outcome_take_events(outcome, session->past, session->ring, &span);
    if (outcome->kind == OUTCOME_INCOMPLETE)
        return;
    session->shown = counts ? outcome->chunk : 0;
    session->span = span;
}

void session_catch_up(struct session *session, struct outcome *outcome)
{
    if (session->shown == 0 || session->shown != outcome->chunk || session->running ||
        session->span.last == ring_next(session->ring))
        return;
    session->span.last = ring_next(session->ring);
    outcome_take_events(outcome, session->past, session->ring, &session->span);
}

static struct outcome *finish(struct session *session, const char *bytes, size_t length)
{
    uint64_t first, last;
    struct outcome *outcome = record_read(bytes, length, &first, &last);
    if (outcome == NULL || !is_possible(session, outcome, first, last)) {
        outcome_free(outcome);
        give_up(session, "it sent an outcome that cannot be");
        return NULL;
    }
    outcome->output = text_steal(&session->output);
    take_events(session, outcome, first, last);
    if (outcome->kind == OUTCOME_INTERRUPTED && session->over_time)
        mark_over_time(session, outcome);
    session->running = false;
    return outcome;
}

/* A fault of the worker's own, or a signal that the code asked for and did not handle. */
static char *reason_of_signal(int number)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    const char *name = sigabbrev_np(number), *words = sigdescr_np(number);
    if (name == NULL)
        return text_make("The session has ended: signal %d came, and it had no handler.", number);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (crashes[i] == number)
            return text_make("The session has ended: it crashed (SIG%s, %s).", name, words);
    if (number == SIGKILL)
        return memory_copy("The session has ended: SIGKILL came, which nobody can handle.");
    return text_make("The session has ended: SIG%s (%s) came and had no handler. signal.signal(signal.SIG%s, "
                     "handler) gives it one.",
                     name, words, name);
}

static char *reason_of(const struct session *session, const char *broken, int status)
{
    if (session->failed != 0)
        return text_make("No session could be started: %s.%s", strerror(session->failed),
                         session->failed == EAGAIN   ? " There are as many processes as there may be (ulimit -u)."
                         : session->failed == EMFILE ? " There are as many open files as there may be (ulimit -n)."
                                                     : "");
    if (broken != NULL)
        return text_make("The session has ended: its process is not to be trusted, %s.", broken);
    if (session->leaving != NULL)
        return text_make("The session has ended: the code called os.exit(%s).", session->leaving);
    if (session->asked != 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return memory_copy("The session has ended: it did not stop when it was asked to.");
    if (WIFSIGNALED(status))
        return reason_of_signal(WTERMSIG(status));
    return text_make("The session has ended: its process left with status %d.", WEXITSTATUS(status));
}

/* The worker is gone: says why. */
static struct outcome *bury(struct session *session)
{
    struct outcome *outcome = outcome_new();
    int status = 0;
    const char *broken = session->channel != NULL ? channel_broken(session->channel) : NULL;
    if (session->worker > 0) {
        end_worker(session);
        collect_worker(session, &status);
    }
    outcome->kind = OUTCOME_ENDED;
    outcome->output = text_steal(&session->output);
    outcome->reason = reason_of(session, broken, status);
    outcome->begin = session->begin;
    outcome->elapsed = clock_now() - session->begin;
    session->running = false;
    return outcome;
}

static void take_output(struct session *session, const struct session_watcher *watcher, const char *bytes,
                        size_t length)
{
    if (!utf8_is_visible(bytes, length, "\n\t")) {
        give_up(session, "it sent output that cannot be shown");
        return;
    }
    text_add_bytes(&session->output, bytes, length);
    if (watcher != NULL && watcher->output != NULL)
        watcher->output(watcher->self, bytes, length);
}

static void take_leaving(struct session *session, const char *bytes, size_t length)
{
    if (length > 0 && length == strspn(bytes, "-0123456789"))
        session->leaving = memory_copy_bytes(bytes, length);
}

void session_give_input(struct session *session, const char *line, size_t length)
{
    json_t *reply = line != NULL ? json_stringn(line, length) : json_null();
    char *text = session->reading ? json_dumps(reply, JSON_ENCODE_ANY) : NULL;
    session->reading = false;
    if (text != NULL && strlen(text) <= FRAME_MOST && !channel_reply(session->channel, text, strlen(text)))
        give_up(session, "it does not listen");
    free(text);
    json_decref(reply);
}

static void take_wish(struct session *session, const struct session_watcher *watcher)
{
    session->reading = true;
    if (watcher != NULL && watcher->wants_input != NULL)
        watcher->wants_input(watcher->self);
    else
        session_give_input(session, NULL, 0);
}

/* Only a check that judges another session asks. */
static void answer_request(struct session *session, const struct session_watcher *watcher, const char *bytes,
                           size_t length)
{
    json_t *question =
        watcher != NULL && watcher->asked != NULL ? json_loadb(bytes, length, PLAIN_DECODING, NULL) : NULL;
    if (question == NULL) {
        give_up(session, "it asked what nobody answers");
        return;
    }
    json_t *answer = watcher->asked(watcher->self, question);
    char *text = answer ? json_dumps(answer, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    const char *sent = text && strlen(text) <= FRAME_MOST ? text : "null";
    if (!channel_reply(session->channel, sent, strlen(sent)))
        give_up(session, "it does not listen");
    json_decref(answer);
    free(text);
}

/* The outcome, when it is among the frames that have arrived. */
static struct outcome *take_frames(struct session *session, const struct session_watcher *watcher)
{
    struct outcome *outcome = NULL;
    const char *bytes;
    size_t length;
    enum frame_kind kind;
    while (outcome == NULL && session->channel != NULL && (kind = channel_next(session->channel, &bytes, &length)) != 0)
        if (kind == FRAME_OUTPUT)
            take_output(session, watcher, bytes, length);
        else if (kind == FRAME_OUTCOME)
            outcome = finish(session, bytes, length);
        else if (kind == FRAME_LEAVING)
            take_leaving(session, bytes, length);
        else if (kind == FRAME_INPUT)
            take_wish(session, watcher);
        else if (kind == FRAME_REQUEST)
            answer_request(session, watcher, bytes, length);
    if (outcome == NULL && session->channel != NULL && channel_broken(session->channel) != NULL)
        give_up(session, channel_broken(session->channel));
    return outcome;
}

struct outcome *session_receive(struct session *session, const struct session_watcher *watcher)
{
    bool open = session->channel != NULL && channel_read(session->channel);
    struct outcome *outcome = take_frames(session, watcher);
    if (outcome == NULL && (!open || channel_broken(session->channel) != NULL))
        outcome = bury(session);
    if (outcome == NULL && watcher != NULL && watcher->stopping != NULL && watcher->stopping(watcher->self))
        interrupt(session);
    if (outcome == NULL)
        keep_time(session);
    return outcome;
}

struct outcome *session_evaluate(struct session *session, const struct chunk *chunk,
                                 const struct session_watcher *watcher)
{
    struct outcome *outcome = NULL;
    session_begin(session, chunk);
    while (outcome == NULL) {
        int64_t deadline = session_deadline(session), tick = clock_now() + TICK;
        bool watched = watcher != NULL && (watcher->waiting != NULL || watcher->stopping != NULL);
        if (watched && tick < deadline)
            deadline = tick;
        bool over = session->channel == NULL || channel_broken(session->channel) != NULL;
        struct pollfd ready = {.fd = session_descriptor(session), .events = POLLIN};
        poll(&ready, 1, over ? 0 : clock_poll_timeout(deadline));
        outcome = session_receive(session, watcher);
        if (outcome != NULL || watcher == NULL)
            continue;
        if (watcher->waiting != NULL)
            watcher->waiting(watcher->self, clock_now() - session->begin);
    }
    return outcome;
}

/* The answer among the frames that have arrived; output that came meanwhile belongs to nothing. */
static json_t *take_answer(struct session *session)
{
    const char *bytes;
    size_t length;
    enum frame_kind kind;
    while ((kind = channel_next(session->channel, &bytes, &length)) != 0) {
        json_t *answer = kind == FRAME_ANSWER ? json_loadb(bytes, length, PLAIN_DECODING, NULL) : NULL;
        if (kind == FRAME_ANSWER && answer == NULL)
            give_up(session, "it sent an answer that is none");
        if (kind == FRAME_ANSWER)
            return answer;
    }
    return NULL;
}

/* Showing values runs learners' __tostring: one that does not end is stopped, as a chunk is. */
static json_t *await_answer(struct session *session, int64_t patience)
{
    json_t *answer;
    int64_t begin = clock_now();
    while ((answer = take_answer(session)) == NULL && channel_broken(session->channel) == NULL) {
        struct pollfd ready = {.fd = channel_descriptor(session->channel), .events = POLLIN};
        poll(&ready, 1, (int)(ASK_AGAIN / CLOCK_MILLISECOND));
        int64_t waited = clock_now() - begin;
        if (waited > patience && session->worker > 0)
            kill(session->worker, waited > patience + PATIENCE ? SIGKILL : SIGINT);
        if (!channel_read(session->channel))
            break;
    }
    if (channel_broken(session->channel) != NULL)
        give_up(session, channel_broken(session->channel));
    return answer;
}

json_t *session_ask(struct session *session, const char *verb, json_t *argument)
{
    return session_ask_within(session, verb, argument, PATIENCE);
}

json_t *session_ask_within(struct session *session, const char *verb, json_t *argument, int64_t time)
{
    json_t *question = json_pack("[s, o]", verb, argument ? argument : json_null());
    char *text = json_dumps(question, JSON_COMPACT);
    json_t *answer = NULL;
    json_decref(question);
    if (text != NULL && session->channel != NULL && !session->running &&
        channel_ask(session->channel, FRAME_ASK, text, strlen(text)))
        answer = await_answer(session, time);
    if (json_is_null(answer))
        answer = NULL;
    free(text);
    return answer;
}

/* --- bad days ------------------------------------------------------------------------------------------- */

/* Starting relays takes a moment where many start at once. */
#define BEGINNING (10 * CLOCK_SECOND)

bool session_disturb(struct session *session, const struct fault_run *run)
{
    json_t *wanted = NULL;
    if (run != NULL) {
        char name[FAULT_NAME_ROOM];
        fault_name(&run->wish, name);
        wanted =
            json_pack("{s: s, s: I, s: [I, I], s: I}", "fault", name, "run", (json_int_t)run->run, "longest",
                      (json_int_t)run->measure.longest[RELAY_TO_CLIENT],
                      (json_int_t)run->measure.longest[RELAY_TO_PEER], "packets", (json_int_t)run->measure.packets);
    }
    json_t *answer = session_ask_within(session, "disturb", wanted, BEGINNING);
    bool fine = json_is_true(answer);
    json_decref(answer);
    return fine;
}

static uint64_t count_in(const json_t *value)
{
    json_int_t count = json_integer_value(value);
    return count > 0 ? (uint64_t)count : 0;
}

bool session_disturbed(struct session *session, struct fault_measure *measure, uint64_t *applied)
{
    json_t *answer = session_ask(session, "disturbed", NULL);
    const json_t *longest = json_object_get(answer, "longest");
    for (size_t way = 0; way < RELAY_WAYS; way++)
        measure->longest[way] = count_in(json_array_get(longest, way));
    measure->packets = count_in(json_object_get(answer, "packets"));
    *applied = count_in(json_object_get(answer, "applied"));
    bool fine = answer != NULL;
    json_decref(answer);
    return fine;
}

const char *session_language(void)
{
    return LUA_RELEASE;
}
