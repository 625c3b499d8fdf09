#include "render/terminal_failures.h"

#include "base/clock.h"
#include "render/advice.h"
#include "views/call_text.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* More are counted only: a program may fail a thousand times in the same way. */
#define SHOWN_MOST 12

#define DATA_MOST 32

/* One failure, and how often it came.  The call is the one that people know: connect(2), when getsockopt(2) tells. */
struct failure {
    struct failed_call of;
    size_t times;
};

/* What is done in the ordinary course of things. */
static bool is_ordinary(const struct event *event, int error)
{
    return error == EINPROGRESS || error == EAGAIN || error == EINTR || error == EALREADY ||
           (call_of(event)->looks && error != EBADF);
}

static int socket_of(const struct findings *findings, const struct operation *operation)
{
    return findings->sockets->of_event[operation->first];
}

/* The connect(2) whose end was asked for; the question itself where that is not known. */
static const struct event *attempt_of(const struct findings *findings, uint32_t question)
{
    const struct timeline *timeline = &findings->timeline;
    int s = findings->sockets->of_event[question];
    for (uint32_t i = question; i-- > timeline->earlier_count && s >= 0;)
        if (findings->sockets->of_event[i] == s && event_act(timeline_event(timeline, i)) == ACT_CONNECT)
            return timeline_event(timeline, i);
    return timeline_event(timeline, question);
}

/* True when nothing but ending the socket comes after the operation: it was given up. */
static bool is_last(const struct findings *findings, const struct operation *operation)
{
    const struct operations *operations = findings->operations;
    int s = socket_of(findings, operation);
    for (const struct operation *next = operation + 1; next < operations->list + operations->count; next++)
        if (next->kind == EVENT_CALL && socket_of(findings, next) == s && operation_act(next) != ACT_CLOSE &&
            operation_act(next) != ACT_SHUTDOWN && operation_act(next) != ACT_SET_FLAGS)
            return false;
    return s >= 0;
}

/* SO_RCVTIMEO or SO_SNDTIMEO was set on the socket before. */
static bool has_timeout(const struct findings *findings, const struct operation *operation)
{
    int s = socket_of(findings, operation);
    for (uint32_t i = 0; i < operation->first && s >= 0; i++) {
        const struct event *event = timeline_event(&findings->timeline, i);
        int64_t option = event_argument(event, ARG_OPTION);
        if (findings->sockets->of_event[i] == s && event_act(event) == ACT_SET_OPTION &&
            event_argument(event, ARG_LEVEL) == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO))
            return true;
    }
    return false;
}

/* What a wait for one socket was for. */
static enum call_act act_of_wait(const struct findings *findings, const struct operation *operation)
{
    const struct event *event = timeline_event(&findings->timeline, operation->first);
    int s = socket_of(findings, operation);
    if (!(event_argument(event, ARG_EVENTS) & POLLIN))
        return ACT_SEND;
    return s >= 0 && findings->sockets->list[s].listening ? ACT_ACCEPT : ACT_RECEIVE;
}

/* It waited for as long as it was told to, and then the program gave up. */
static bool find_timeout(struct failure *failure, const struct findings *findings, const struct operation *operation)
{
    bool waited = operation->call == CALL_POLL && operation->error == 0 && operation->end != 0 &&
                  operation->result == 0 && event_argument(failure->of.call, ARG_TIMEOUT_MS) > 0;
    bool timed = operation->error == EAGAIN && operation->end - operation->begin > CLOCK_MILLISECOND &&
                 has_timeout(findings, operation);
    failure->of.error = 0;
    if (waited)
        failure->of.act = act_of_wait(findings, operation);
    return operation->timed_out || timed || (waited && is_last(findings, operation));
}

static bool find_failure(struct failure *failure, const struct findings *findings, const struct operation *operation)
{
    const struct event *event = timeline_event(&findings->timeline, operation->first);
    if (operation->kind != EVENT_CALL || operation->first < findings->timeline.earlier_count)
        return false;
    *failure = (struct failure){{event, operation->error, operation_act(operation)}, 1};
    if (event_asks_for_error(event) && event_argument(event, ARG_VALUE) != 0) {
        failure->of.call = attempt_of(findings, operation->first);
        failure->of.error = (int)event_argument(event, ARG_VALUE);
        failure->of.act = ACT_CONNECT;
        return true;
    }
    return (operation->error != 0 && !is_ordinary(event, operation->error)) ||
           find_timeout(failure, findings, operation);
}

static bool is_same(const struct failure *a, const struct failure *b)
{
    return a->of.error == b->of.error && a->of.call->actor == b->of.call->actor &&
           a->of.call->call == b->of.call->call && a->of.call->line == b->of.call->line &&
           a->of.call->address_length == b->of.call->address_length &&
           memcmp(a->of.call->payload, b->of.call->payload, a->of.call->address_length) == 0;
}

static void add_call(struct text *out, const struct failure *failure, const struct timeline *timeline,
                     const struct look *look)
{
    struct text line = TEXT_EMPTY, words = TEXT_EMPTY;
    text_format(&words, "%s: ", timeline_actor(timeline, failure->of.call->actor));
    look_add(&line, look, STYLE_NAME, text_string(&words));
    text_clear(&words);
    if (failure->of.call->line > 0)
        text_format(&words, "line %d: ", failure->of.call->line);
    call_text(&words, failure->of.call, DATA_MOST, false);
    look_add_visible(&line, look, text_string(&words), words.length);
    text_clear(&words);
    text_add(&words, failure->of.error != 0 ? ": " : ": no answer in time");
    if (failure->of.error != 0)
        call_text_error(&words, failure->of.error);
    if (failure->times > 1) {
        text_add(&words, ", ");
        call_text_count(&words, failure->times);
        text_add(&words, " times");
    }
    look_add(&line, look, STYLE_ERROR, text_string(&words));
    look_wrap(out, look, "", "    ", text_string(&line));
    text_free(&line);
    text_free(&words);
}

static void add_failure(struct text *out, const struct failure *failure, const struct outcome *outcome,
                        const struct findings *findings, const struct look *look)
{
    struct advice advice;
    add_call(out, failure, &findings->timeline, look);
    if (advice_of_call(&advice, outcome, findings, &failure->of)) {
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.seen);
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.who);
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.wire);
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.attempt);
    }
    advice_free(&advice);
}

void terminal_failures(struct text *out, const struct outcome *outcome, const struct findings *findings,
                       const struct look *look)
{
    struct failure list[SHOWN_MOST], failure;
    size_t count = 0, more = 0;
    for (size_t i = 0; i < findings->operations->count; i++) {
        if (!find_failure(&failure, findings, &findings->operations->list[i]))
            continue;
        size_t same = 0;
        while (same < count && !is_same(&list[same], &failure))
            same++;
        if (same < count)
            list[same].times++;
        else if (count < SHOWN_MOST)
            list[count++] = failure;
        else
            more++;
    }
    for (size_t i = 0; i < count; i++)
        add_failure(out, &list[i], outcome, findings, look);
    if (more > 0)
        text_format(out, "%zu more calls failed.\n", more);
}
