/*
 * trace: what recording costs, and what drawing costs, without a session around it.
 *     trace call bare|recorded|gated N    a call that does nothing, N times
 *     trace round bare|recorded|gated N   round trips of 64 bytes with a process that answers, both sides the same
 *     trace draw VIEW alike|different N   some 10,000 events of round trips, drawn N times as this view
 */
#include "net/policy.h"
#include "net/resolve.h"
#include "net/socket.h"
#include "render/terminal_views.h"
#include "views/ladder_svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SMALL = 64, EVENTS = 10000, ALL_ROWS = 1 << 20, CAPACITY = 16384 };

typedef void once(struct net *net, struct net_call *call);

static void bare(struct net *net, struct net_call *call)
{
    (void)net;
    if (call->run(call) < 0)
        exit(1);
}

static void recorded(struct net *net, struct net_call *call)
{
    if (!status_fine(net_call(net, call, NULL, NULL)))
        exit(1);
}

/* A gated call is recorded, and made by a session, which may not do everything. */
static once *kind_of(const char *name, struct net *net)
{
    static struct net_policy policy;
    if (strcmp(name, "gated") == 0) {
        policy_begin(net, &policy);
        policy_learn(net, STDIN_FILENO); /* of the call that does nothing */
    }
    return strcmp(name, "bare") == 0 ? bare : recorded;
}

/* --- recording ------------------------------------------------------------------------------------------ */

static ssize_t run_nothing(struct net_call *call)
{
    return (ssize_t)call->length;
}

static ssize_t run_send(struct net_call *call)
{
    return send(call->fd, call->data, call->length, MSG_NOSIGNAL);
}

static ssize_t run_receive(struct net_call *call)
{
    return recv(call->fd, call->data, call->length, 0);
}

static void call(struct net *net, const char *kind, long times)
{
    once *make = kind_of(kind, net);
    char data[SMALL] = "hello";
    for (long i = 0; i < times; i++) {
        struct net_call nothing = {.call = CALL_SEND, .run = run_nothing, .data = data, .length = SMALL};
        make(net, &nothing);
    }
}

static void send_once(struct net *net, once *make, int fd, char *data, size_t length)
{
    struct net_call sending = {
        .call = CALL_SEND, .run = run_send, .fd = fd, .arg = {(int64_t)length}, .data = data, .length = length};
    make(net, &sending);
}

static void receive_once(struct net *net, once *make, int fd, char *data)
{
    struct net_call receiving = {
        .call = CALL_RECV, .run = run_receive, .fd = fd, .gives = true, .arg = {SMALL}, .data = data, .length = SMALL};
    make(net, &receiving);
}

static void must(struct status status)
{
    if (!status_fine(status))
        exit(1);
}

/* Two ends of a connection over loopback, and the socket that listened: each side with its own record. */
static void connection(struct net *one, struct net *other, struct net_socket ends[3])
{
    struct address address;
    resolve_numeric(&address, AF_INET, "127.0.0.1");
    must(socket_open(other, &ends[2], AF_INET, SOCK_STREAM, 0));
    must(socket_bind(other, &ends[2], &address));
    must(socket_listen(other, &ends[2], 1));
    must(socket_name(other, &ends[2], &address));
    must(socket_open(one, &ends[0], AF_INET, SOCK_STREAM, 0));
    must(socket_connect(one, &ends[0], &address));
    must(socket_accept(other, &ends[2], &ends[1], &address));
}

static void round_trips(struct net *net, const char *kind, long times)
{
    once *make = kind_of(kind, net);
    struct net other = *net;
    struct net_socket ends[3];
    char data[SMALL] = "hello";
    other.actor = 1;
    connection(net, &other, ends);
    bool answers = fork() == 0;
    if (answers)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (long i = 0; i < times; i++) {
        if (!answers)
            send_once(net, make, ends[0].fd, data, SMALL);
        receive_once(answers ? &other : net, make, ends[answers].fd, data);
        if (answers)
            send_once(&other, make, ends[1].fd, data, SMALL);
    }
    if (answers)
        _exit(0);
}

/* --- drawing -------------------------------------------------------------------------------------------- */

static void view_nothing(struct text *out, const struct timeline *timeline)
{
    text_format(out, "%zu\n", timeline->event_count);
}

/* What `sockrates run --trace` writes. */
static void view_trace(struct text *out, const struct timeline *timeline)
{
    const struct look look = {.width = 80, .unicode = true};
    for (size_t i = 0; i < timeline->event_count; i++) {
        struct call_line line = {.kind = CALL_LINE, .event = &timeline->events[i]};
        terminal_call_line(out, timeline, &(struct call_list){.lines = &line, .count = 1}, 0, &look);
    }
}

static void draw_text(struct text *out, const struct timeline *timeline, size_t most)
{
    const struct look look = {.width = 80, .unicode = true};
    struct findings *findings = findings_new(*timeline);
    terminal_ladder(out, findings, &(struct ladder_options){.states = true, .most = most}, &look);
    findings_free(findings);
}

static void view_text(struct text *out, const struct timeline *timeline)
{
    draw_text(out, timeline, 0);
}

static void view_all_text(struct text *out, const struct timeline *timeline)
{
    draw_text(out, timeline, ALL_ROWS);
}

static void draw_svg(struct text *out, const struct timeline *timeline, size_t most)
{
    struct findings *findings = findings_new(*timeline);
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.states = true, .most = most});
    ladder_svg(out, ladder, &(struct svg_options){.id = "l"});
    ladder_free(ladder);
    findings_free(findings);
}

static void view_svg(struct text *out, const struct timeline *timeline)
{
    draw_svg(out, timeline, 0);
}

static void view_all_svg(struct text *out, const struct timeline *timeline)
{
    draw_svg(out, timeline, ALL_ROWS);
}

static const struct {
    const char *name;
    void (*draw)(struct text *out, const struct timeline *timeline);
} views[] = {{"nothing", view_nothing},   {"trace", view_trace}, {"text", view_text},
             {"text-all", view_all_text}, {"svg", view_svg},     {"svg-all", view_all_svg}};

/* Sent in so many pieces, received in one. */
static void pass(struct net *from, struct net *to, const struct net_socket ends[2], int pieces, char *data)
{
    for (int piece = 0; piece < pieces; piece++)
        send_once(from, recorded, ends[0].fd, data, SMALL / 4);
    receive_once(to, recorded, ends[1].fd, data);
}

static void make_events(struct net *net, bool different)
{
    struct net other = *net;
    struct net_socket ends[3];
    char data[SMALL] = "hello";
    other.actor = ring_actor_new(net->ring, "echo");
    connection(net, &other, ends);
    for (int i = 0; ring_next(net->ring) < EVENTS; i++) {
        /* Different numbers of calls in an order that does not repeat: nothing to fold. */
        int pieces = different ? 1 + i * i % 47 % 3 : 1, answers = different ? 1 + i * i % 53 % 3 : 1;
        pass(net, &other, ends, pieces, data);
        struct net_socket back[] = {ends[1], ends[0]};
        pass(&other, net, back, answers, data);
    }
}

static void draw(struct net *net, const char *view, const char *events, long times)
{
    char *actors[] = {"you", "echo"};
    struct timeline timeline = {.actors = actors, .actor_count = 2};
    make_events(net, strcmp(events, "different") == 0);
    struct event *copy = ring_copy(net->ring, 0, ring_next(net->ring), &timeline.event_count, &timeline.dropped);
    timeline.events = copy;
    timeline.begin = copy[0].begin;
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        for (long time = 0; strcmp(views[i].name, view) == 0 && time < times; time++) {
            struct text out = TEXT_EMPTY;
            views[i].draw(&out, &timeline);
            if (time == 0)
                fputs(text_string(&out), stdout);
            text_free(&out);
        }
    free(copy);
}

int main(int count, char **arguments)
{
    struct net net;
    net_init(&net, ring_new(CAPACITY));
    if (count == 4 && strcmp(arguments[1], "call") == 0)
        return call(&net, arguments[2], atol(arguments[3])), 0;
    if (count == 4 && strcmp(arguments[1], "round") == 0)
        return round_trips(&net, arguments[2], atol(arguments[3])), 0;
    if (count == 5 && strcmp(arguments[1], "draw") == 0)
        return draw(&net, arguments[2], arguments[3], atol(arguments[4])), 0;
    return 1;
}
