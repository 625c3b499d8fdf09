#include "kernel/broker.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"
#include "kernel/answers.h"
#include "kernel/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* So many requests may wait; more wait on their way. */
#define QUEUE_MOST 1000
/* How often the parent is looked for: a server that was killed says nothing. */
#define PARENT_TICK CLOCK_SECOND
#define EVERY_PORT  ((1u << PORT_COUNT) - 1)

struct broker {
    struct kernel kernel;
    struct ports *ports;
    struct key key;
    int signals;
    pid_t parent; /* 0: nobody to look for */
    struct run *run;
    struct letter **queue; /* of the shell */
    size_t count;
    bool leaves;
};

/* --- what is answered at once --------------------------------------------------------------------------- */

static json_t *interrupt(struct kernel *kernel, const json_t *request)
{
    (void)kernel, (void)request;
    return json_object();
}

/* A request, its reply without the word "request", and where it may come. */
static const struct answer {
    const char *type, *reply;
    json_t *(*content)(struct kernel *kernel, const json_t *request);
} answers[] = {
    {"kernel_info_request", "kernel_info_reply", answers_info},
    {"complete_request", "complete_reply", answers_completion},
    {"inspect_request", "inspect_reply", answers_inspection},
    {"is_complete_request", "is_complete_reply", answers_completeness},
    {"history_request", "history_reply", answers_history},
    {"comm_info_request", "comm_info_reply", answers_comms},
    {"connect_request", "connect_reply", answers_connection},
    {"interrupt_request", "interrupt_reply", interrupt},
    {NULL},
};

static const struct answer *answer_to(const char *type)
{
    for (const struct answer *answer = answers; answer->type != NULL; answer++)
        if (strcmp(answer->type, type) == 0)
            return answer;
    return NULL;
}

static bool is(const struct letter *letter, const char *type)
{
    return strcmp(letter->type, type) == 0;
}

/* Nobody here has an end for it. */
static void close_comm(struct broker *broker, const struct letter *request)
{
    post_publish(broker->kernel.post, request, "comm_close",
                 json_pack("{s:s, s:{}}", "comm_id", letter_string(request, "comm_id", ""), "data"));
}

static void leave(struct broker *broker, enum port port, const struct letter *request)
{
    int restart = letter_flag(request, "restart", false);
    post_reply(broker->kernel.post, port, request, "shutdown_reply",
               json_pack("{s:s, s:b}", "status", "ok", "restart", restart));
    post_publish(broker->kernel.post, request, "shutdown_reply",
                 json_pack("{s:s, s:b}", "status", "ok", "restart", restart));
    broker->leaves = true;
}

static void answer(struct broker *broker, enum port port, const struct letter *request)
{
    const struct answer *row = answer_to(request->type);
    struct post *post = broker->kernel.post;
    post_status(post, request, "busy");
    if (is(request, "interrupt_request") && broker->run != NULL)
        run_interrupt(broker->run);
    if (row != NULL) {
        json_t *content = row->content(&broker->kernel, request->content);
        if (json_object_get(content, "status") == NULL)
            json_object_set_new(content, "status", json_string("ok"));
        post_reply(post, port, request, row->reply, content);
    } else if (is(request, "comm_open")) {
        close_comm(broker, request);
    } else if (is(request, "shutdown_request")) {
        leave(broker, port, request);
    }
    post_status(post, request, "idle");
}

/* --- the shell ------------------------------------------------------------------------------------------ */

/* The request whose frames have arrived; NULL when it is none. */
static struct letter *receive(struct broker *broker, enum port port, bool *any)
{
    const struct span *frames;
    size_t count;
    const char *why = NULL;
    *any = ports_receive(broker->ports, port, &frames, &count);
    return *any ? letter_read(frames, count, &broker->key, &why) : NULL;
}

/* What has arrived joins the queue; to leave need not wait. */
static void fill_queue(struct broker *broker)
{
    bool any = true;
    while (any && broker->count < QUEUE_MOST) {
        struct letter *request = receive(broker, PORT_SHELL, &any);
        if (request != NULL && is(request, "shutdown_request")) {
            answer(broker, PORT_SHELL, request);
            letter_free(request);
        } else if (request != NULL) {
            broker->queue[broker->count++] = request;
        }
    }
}

static struct letter *take_first(struct broker *broker)
{
    struct letter *first = broker->queue[0];
    memmove(broker->queue, broker->queue + 1, --broker->count * sizeof *broker->queue);
    return first;
}

static void abort_request(struct broker *broker, const struct letter *request)
{
    struct post *post = broker->kernel.post;
    post_status(post, request, "busy");
    post_reply(post, PORT_SHELL, request, "execute_reply", json_pack("{s:s}", "status", "aborted"));
    post_status(post, request, "idle");
}

/* Of the first so many, cells do not run. */
static void abort_queue(struct broker *broker, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < broker->count; i++)
        if (i < count && is(broker->queue[i], "execute_request")) {
            abort_request(broker, broker->queue[i]);
            letter_free(broker->queue[i]);
        } else {
            broker->queue[kept++] = broker->queue[i];
        }
    broker->count = kept;
}

/* Behind a failure, what was sent before anybody could know of it is aborted; what comes later runs. */
static void end_run(struct broker *broker)
{
    size_t aborted = 0;
    if (run_stops_others(broker->run)) {
        fill_queue(broker);
        aborted = broker->count;
    }
    run_end(broker->run);
    post_status(broker->kernel.post, run_request(broker->run), "idle");
    run_free(broker->run);
    broker->run = NULL;
    abort_queue(broker, aborted);
}

static void serve_shell(struct broker *broker)
{
    struct letter *request = take_first(broker);
    if (is(request, "execute_request")) {
        post_status(broker->kernel.post, request, "busy");
        broker->run = run_new(&broker->kernel, request);
    } else {
        answer(broker, PORT_SHELL, request);
        letter_free(request);
    }
}

static void go_on(struct broker *broker)
{
    if (broker->run == NULL && broker->count > 0 && !broker->leaves)
        serve_shell(broker);
    else if (broker->run != NULL)
        run_go_on(broker->run);
    if (broker->run != NULL && run_over(broker->run))
        end_run(broker);
}

/* --- the other ports ------------------------------------------------------------------------------------ */

static void serve_control(struct broker *broker)
{
    bool any = true;
    while (any && !broker->leaves) {
        struct letter *request = receive(broker, PORT_CONTROL, &any);
        if (request != NULL)
            answer(broker, PORT_CONTROL, request);
        letter_free(request);
    }
}

static void serve_heartbeat(struct broker *broker)
{
    const struct span *frames;
    size_t count;
    while (ports_receive(broker->ports, PORT_HEARTBEAT, &frames, &count))
        ports_send(broker->ports, PORT_HEARTBEAT, frames, count);
}

/* Who subscribes says so with a byte 1 and a topic. */
static void serve_subscriptions(struct broker *broker)
{
    const struct span *frames;
    size_t count;
    while (ports_receive(broker->ports, PORT_IOPUB, &frames, &count))
        if (frames[0].length > 0 && frames[0].text[0] == 1)
            post_welcome(broker->kernel.post, span_after(frames[0], 1));
}

/* What nobody waits for is stale. */
static void serve_stdin(struct broker *broker)
{
    bool any = true;
    while (any) {
        struct letter *answer = receive(broker, PORT_STDIN, &any);
        if (answer != NULL && is(answer, "input_reply") && broker->run != NULL)
            run_give_input(broker->run, answer);
        letter_free(answer);
    }
}

static void serve_signals(struct broker *broker)
{
    struct signalfd_siginfo about;
    while (read(broker->signals, &about, sizeof about) == sizeof about)
        if (about.ssi_signo != SIGINT)
            broker->leaves = true;
        else if (broker->run != NULL)
            run_interrupt(broker->run);
}

/* --- serving -------------------------------------------------------------------------------------------- */

static int timeout_of(const struct broker *broker)
{
    if (broker->count > 0 && broker->run == NULL)
        return 0;
    int64_t moment = broker->run ? run_moment(broker->run) : CLOCK_NEVER;
    int64_t tick = broker->parent ? clock_after(PARENT_TICK) : CLOCK_NEVER;
    return clock_poll_timeout(moment < tick ? moment : tick);
}

static void serve(struct broker *broker)
{
    while (!broker->leaves) {
        const int others[] = {broker->signals, broker->run ? run_descriptor(broker->run) : -1};
        unsigned wanted = broker->count < QUEUE_MOST ? EVERY_PORT : EVERY_PORT & ~(1u << PORT_SHELL);
        unsigned ready = ports_wait(broker->ports, wanted, others, 2, timeout_of(broker));
        serve_signals(broker);
        if (ready & 1u << PORT_HEARTBEAT)
            serve_heartbeat(broker);
        if (ready & 1u << PORT_IOPUB)
            serve_subscriptions(broker);
        if (ready & 1u << PORT_STDIN)
            serve_stdin(broker);
        if (ready & 1u << PORT_CONTROL)
            serve_control(broker);
        if (ready & 1u << PORT_SHELL)
            fill_queue(broker);
        go_on(broker);
        if (broker->parent != 0 && getppid() != broker->parent)
            broker->leaves = true;
    }
}

static int open_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Whoever still waits for a reply gets one. */
static void say_goodbye(struct broker *broker)
{
    if (broker->run != NULL) {
        run_abandon(broker->run);
        end_run(broker);
    }
    fill_queue(broker);
    abort_queue(broker, broker->count);
    for (size_t i = 0; i < broker->count; i++)
        letter_free(broker->queue[i]);
}

bool broker_serve(struct connection *connection, const struct session_options *options, struct text *why)
{
    struct broker broker = {.kernel = {.connection = connection, .learner = {.options = *options}},
                            .key = {{connection->key, strlen(connection->key)}},
                            .signals = open_signals(),
                            .parent = getenv("JPY_PARENT_PID") ? getppid() : 0};
    broker.queue = memory_new(QUEUE_MOST, sizeof *broker.queue);
    /* The worker is forked before there is any thread. */
    learner_begin(&broker.kernel.learner);
    broker.ports = ports_open(connection, why);
    if (broker.ports != NULL) {
        broker.kernel.post = post_new(broker.ports, &broker.key);
        serve(&broker);
        say_goodbye(&broker);
        post_free(broker.kernel.post);
    }
    learner_end(&broker.kernel.learner);
    past_cells_free(&broker.kernel.past);
    free(broker.queue);
    ports_close(broker.ports);
    close(broker.signals);
    return why->length == 0;
}
