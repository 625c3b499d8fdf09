#include "session/worker.h"

#include "base/child.h"
#include "base/rows.h"
#include "base/utf8.h"
#include "lab/network.h"
#include "lua/lab_judge.h"
#include "lua/calling.h"
#include "session/complete.h"
#include "session/describe.h"
#include "session/disturb.h"
#include "session/evaluate.h"
#include "session/frame.h"
#include "session/mould.h"
#include "session/observe.h"
#include "session/plain.h"
#include "session/record.h"
#include "session/remote.h"
#include "session/room.h"
#include "session/evaluate_program.h"
#include "session/workshop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct worker {
    int channel;
    uint64_t nonce; /* of the request that is being served */
    struct evaluator evaluator;
    size_t output_limit;
    size_t printed;    /* by the chunk, as it is shown */
    struct text piece; /* of it */
    bool output_cut;
    bool warnings; /* are shown */
    bool warning;  /* one goes on in the next piece */
};

/* The one thing a signal handler must find. */
static struct runtime *volatile interrupted_runtime;

/* Ctrl-C is the tutor's; a SIGINT that the learner's code sends to itself is the learner's. */
static void on_interrupt(int number, siginfo_t *about, void *context)
{
    (void)number, (void)context;
    struct runtime *runtime = interrupted_runtime;
    int error = errno;
    bool own = about->si_code <= 0 && about->si_pid == getpid();
    if (runtime != NULL && !(own && handlers_take_interrupt(&runtime->handlers)))
        runtime_stop(runtime);
    errno = error;
}

/* --- becoming one --------------------------------------------------------------------------------------- */

/* The channel stands above the learner's descriptors: the first socket is 3, as in any program. */
static int leave_front(int channel, pid_t parent)
{
    child_begin(parent);
    setsid();
    int high = child_move_up(channel, CHILD_HOUSE_DESCRIPTORS);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(null, 1);
    if (high < 0)
        _exit(1);
    /* Standard error stays: sanitizers and aborts speak there, learners cannot. */
    child_close(high, -1, INT_MAX);
    return high;
}

static void set_limit(int what, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit(what, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max ? limit.rlim_max : value;
    setrlimit(what, &limit);
}

static void set_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    /* No SA_RESTART: a call that blocks must come back. */
    struct sigaction action = {.sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO};
    sigaction(SIGINT, &action, NULL);
}

/* --- output --------------------------------------------------------------------------------------------- */

/* Kept for checks and sent to the front, both up to the limit; what comes after is dropped.  What a check hears is its.
 */
static void write_output(void *owner, const char *bytes, size_t length)
{
    struct worker *worker = owner;
    struct text *piece = &worker->piece;
    size_t room = worker->output_limit > worker->printed ? worker->output_limit - worker->printed : 0;
    worker->output_cut = worker->output_cut || length > room;
    text_clear(piece);
    utf8_add_visible(piece, bytes, length < room ? length : room);
    worker->printed += piece->length;
    calling_print(worker->evaluator.runtime, bytes, length);
    observe_add_output(&worker->evaluator, piece->bytes, piece->length);
    if (piece->length > 0 && !worker->evaluator.hearing &&
        !frame_send(worker->channel, FRAME_OUTPUT, worker->nonce, piece->bytes, piece->length))
        _exit(0);
}

/* One that a chunk before wanted is nobody's: the wait goes on. */
static enum runtime_input take_line(struct worker *worker, struct text *line)
{
    struct text reply = TEXT_EMPTY;
    uint64_t nonce;
    if (frame_receive(worker->channel, &nonce, &reply) != FRAME_REPLY)
        _exit(0);
    json_t *said = json_loadb(text_string(&reply), reply.length, PLAIN_DECODING, NULL);
    enum runtime_input came = nonce != worker->nonce ? RUNTIME_SIGNAL
                              : json_is_string(said) ? RUNTIME_LINE
                                                     : RUNTIME_NOBODY;
    if (came == RUNTIME_LINE)
        text_add_bytes(line, json_string_value(said), json_string_length(said));
    json_decref(said);
    text_free(&reply);
    return came;
}

/* The front asks a person.  A signal that slips in before the wait is sent again. */
static enum runtime_input read_input(void *owner, bool anew, struct text *line)
{
    struct worker *worker = owner;
    if (anew && !frame_send(worker->channel, FRAME_INPUT, worker->nonce, "", 0))
        _exit(0);
    struct pollfd ready = {.fd = worker->channel, .events = POLLIN};
    if (poll(&ready, 1, -1) < 0)
        return RUNTIME_SIGNAL;
    return take_line(worker, line);
}

static void leave(void *owner, int status)
{
    struct worker *worker = owner;
    char text[16];
    int length = snprintf(text, sizeof text, "%d", status);
    frame_send(worker->channel, FRAME_LEAVING, worker->nonce, text, (size_t)length);
    _exit(0);
}

/*
 * Lua's warnings, the collector's among them, read like output once warn("@on") was said.  Off by default, as in
 * Lua and Python: nobody can say when the collector comes, and a lesson must say the same each time.
 */
static void warn(void *owner, const char *message, int continued)
{
    struct worker *worker = owner;
    bool control = !worker->warning && !continued && *message == '@';
    if (control && strcmp(message, "@on") == 0)
        worker->warnings = true;
    else if (control && strcmp(message, "@off") == 0)
        worker->warnings = false;
    if (!control && worker->warnings) {
        write_output(owner, message, strlen(message));
        if (!continued)
            write_output(owner, "\n", 1);
    }
    worker->warning = continued;
}

/* --- serving -------------------------------------------------------------------------------------------- */

static void serve_evaluate(struct worker *worker, const struct text *frame)
{
    struct frame_chunk head;
    memcpy(&head, frame->bytes, sizeof head);
    struct text name = TEXT_EMPTY;
    text_add_bytes(&name, frame->bytes + sizeof head, head.name_length);
    size_t before = sizeof head + head.name_length;
    struct chunk chunk = {.name = text_string(&name),
                          .first_line = head.first_line,
                          .text = frame->bytes + before,
                          .length = frame->length - before,
                          .check = head.check != 0,
                          .continues = head.continues != 0,
                          .language = head.language < CODE_LANGUAGES ? (enum code_language)head.language : CODE_LUA,
                          .gives_arguments = head.gives_arguments != 0};
    worker->output_cut = false;
    worker->printed = 0;
    text_clear(&worker->evaluator.runtime->input);
    struct outcome *outcome = chunk.language == CODE_LUA ? evaluate(&worker->evaluator, &chunk)
                                                         : evaluate_program(&worker->evaluator, &chunk);
    outcome->output_cut = worker->output_cut;
    struct text record = TEXT_EMPTY;
    record_write(&record, outcome, worker->evaluator.first_event, worker->evaluator.last_event);
    outcome_free(outcome);
    text_free(&name);
    if (!frame_send(worker->channel, FRAME_OUTCOME, worker->nonce, record.bytes, record.length))
        _exit(0);
    text_free(&record);
}

/* Another session's answer: the front asks it. */
static json_t *ask_other(void *self, const json_t *question)
{
    struct worker *worker = self;
    struct text reply = TEXT_EMPTY;
    uint64_t nonce;
    char *text = json_dumps(question, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL || strlen(text) > FRAME_MOST ||
        !frame_send(worker->channel, FRAME_REQUEST, worker->nonce, text, strlen(text)) ||
        frame_receive(worker->channel, &nonce, &reply) != FRAME_REPLY)
        _exit(0);
    json_t *answer = json_loadb(text_string(&reply), reply.length, PLAIN_DECODING, NULL);
    text_free(&reply);
    free(text);
    return answer;
}

/* A question to the session, and its answer. */
struct question {
    struct worker *worker;
    const json_t *argument;
    json_t *answer;
};

static int tell_observed(lua_State *L)
{
    struct question *question = lua_touserdata(L, 1);
    question->answer = observe_tell(L, &question->worker->evaluator);
    return 0;
}

static int begin_observing(lua_State *L)
{
    struct question *question = lua_touserdata(L, 1);
    observe_take(L, question->argument);
    remote_install(L, ask_other, question->worker);
    question->answer = json_true();
    return 0;
}

/* What there is to tell may be more than there is memory for. */
static json_t *protect(struct worker *worker, lua_CFunction answer, const json_t *argument)
{
    lua_State *L = worker->evaluator.runtime->main;
    struct question question = {worker, argument, NULL};
    lua_pushcfunction(L, answer);
    lua_pushlightuserdata(L, &question);
    lua_pcall(L, 1, 0, 0);
    lua_settop(L, 0);
    return question.answer;
}

/* Whether a text is a whole chunk; nothing runs. */
static json_t *answer_completeness(struct worker *worker, const json_t *text)
{
    static const char *const words[] = {
        [OUTCOME_FINE] = "complete", [OUTCOME_INCOMPLETE] = "incomplete", [OUTCOME_ERROR] = "invalid"};
    if (!json_is_string(text))
        return NULL;
    const struct chunk chunk = {
        .name = "?", .first_line = 1, .text = json_string_value(text), .length = json_string_length(text)};
    return json_string(words[evaluate_nothing(&worker->evaluator, &chunk)]);
}

static json_t *answer_complete(struct worker *worker, const json_t *line)
{
    return complete(worker->evaluator.runtime->main, json_string_value(line));
}

static json_t *answer_variables(struct worker *worker, const json_t *argument)
{
    (void)argument;
    return complete_variables(worker->evaluator.runtime->main);
}

static json_t *answer_disturb(struct worker *worker, const json_t *wish)
{
    return json_boolean(disturb_begin(worker->evaluator.runtime, wish));
}

static json_t *answer_remote(struct worker *worker, const json_t *call)
{
    return remote_answer(worker->evaluator.runtime->main, call);
}

static json_t *answer_observe(struct worker *worker, const json_t *seen)
{
    return protect(worker, begin_observing, seen);
}

static json_t *answer_observed(struct worker *worker, const json_t *argument)
{
    return protect(worker, tell_observed, argument);
}

/* What the front may ask between chunks: of the session, or only of its runtime. */
static const struct verb {
    const char *name;
    json_t *(*answer)(struct worker *worker, const json_t *argument);
    json_t *(*tell)(struct runtime *runtime);
} verbs[] = {
    {"addresses", .tell = describe_addresses},
    {"complete", .answer = answer_complete},
    {"completeness", .answer = answer_completeness},
    {"disturb", .answer = answer_disturb},
    {"disturbed", .tell = disturb_tell},
    {"observe", .answer = answer_observe},
    {"observed", .answer = answer_observed},
    {"peers", .tell = describe_peers},
    {"remote", .answer = answer_remote},
    {"sockets", .tell = describe_sockets},
    {"variables", .answer = answer_variables},
};

static json_t *answer_to(struct worker *worker, const char *name, const json_t *argument)
{
    const struct verb *verb = row_named(ROWS(verbs), name);
    if (verb == NULL)
        return NULL;
    return verb->tell ? verb->tell(worker->evaluator.runtime) : verb->answer(worker, argument);
}

static void serve_ask(struct worker *worker, const struct text *frame)
{
    json_t *question = json_loadb(frame->bytes, frame->length, PLAIN_DECODING, NULL);
    const char *verb = json_string_value(json_array_get(question, 0));
    struct runtime *runtime = worker->evaluator.runtime;
    /* What the collector has to say belongs to a chunk; only a check may ask for as much as a chunk does. */
    if (verb != NULL && strcmp(verb, "remote") != 0)
        lua_gc(runtime->main, LUA_GCSTOP);
    /* A __tostring may have to be stopped; handlers of signals rest on. */
    runtime->calm = 0;
    json_t *answer = verb != NULL ? answer_to(worker, verb, json_array_get(question, 1)) : NULL;
    runtime_rest(runtime, true);
    lua_gc(runtime->main, LUA_GCRESTART);
    json_decref(question);
    char *text = json_dumps(answer, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(answer);
    const char *sent = text && strlen(text) <= FRAME_MOST ? text : "null";
    if (!frame_send(worker->channel, FRAME_ANSWER, worker->nonce, sent, strlen(sent)))
        _exit(0);
    free(text);
}

static bool set_up(struct worker *worker, struct ring *ring, const struct session_options *options)
{
    struct session_mould *mould = options->mould ? options->mould : session_mould_new();
    if (mould == NULL)
        return false;
    struct runtime *runtime =
        mould_take(mould, ring, options->memory ? options->memory : (size_t)256 << 20, options->same);
    worker->output_limit = options->output;
    runtime->net.confined = !options->network;
    runtime->lab.stand_in = options->stand_in;
    runtime->lab.doubled = options->doubles;
    runtime->write = write_output;
    runtime->leave = leave;
    runtime->read = options->input ? read_input : NULL;
    runtime->owner = worker;
    lua_setwarnf(runtime->main, warn, worker);
    worker->evaluator.runtime = interrupted_runtime = runtime;
    worker->evaluator.width = options->width ? options->width : 80;
    return true;
}

_Noreturn void worker_run(int channel, struct ring *ring, const struct session_options *options, pid_t parent,
                          const char *folder)
{
    struct worker worker = {.channel = leave_front(channel, parent)};
    set_signals();
    if (folder != NULL)
        room_prepare(folder);
    if ((folder == NULL || chdir(folder) != 0) && chdir("/") != 0)
        _exit(1);
    room_leave_root(options->lab);
    struct network network;
    if (options->lab && !status_fine(network_enter(&network, ring, &lab_judge)))
        _exit(1);
    if (options->programs)
        worker.evaluator.workshop = workshop_new(ring, folder);
    if (!set_up(&worker, ring, options))
        _exit(1);
    if (options->lab)
        runtime_join(worker.evaluator.runtime, &network);
    if (options->disturbed)
        disturb_prepare(worker.evaluator.runtime);
    set_limit(RLIMIT_NOFILE, options->descriptors ? (rlim_t)options->descriptors : 256);
    set_limit(RLIMIT_CORE, 0);
    worker.evaluator.runtime->policy.folder = folder;
    room_enter(folder, options->lab);
    struct text frame = TEXT_EMPTY;
    for (;;) {
        enum frame_kind kind = frame_receive(worker.channel, &worker.nonce, &frame);
        if (kind == FRAME_EVALUATE)
            serve_evaluate(&worker, &frame);
        else if (kind == FRAME_ASK)
            serve_ask(&worker, &frame);
        else if (kind != FRAME_REPLY) /* a line that came too late */
            break;
    }
    lab_clear(&worker.evaluator.runtime->lab);
    _exit(0);
}
