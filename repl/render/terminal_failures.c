#include "render/terminal_failures.h"

#include "base/memory.h"
#include "render/advice.h"
#include "views/call_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* More are counted only: a program may fail a thousand times in the same way. */
#define SHOWN_MOST 12

#define DATA_MOST 32

/* One failure, and how often it came. */
struct failure {
    const struct event *event; /* the call that people know: connect(2), when getsockopt(2) told its error */
    int error;                 /* 0: its own deadline ended it */
    size_t times;
};

/* What is done in the ordinary course of things. */
static bool is_ordinary(const struct event *event, int error)
{
    return error == EINPROGRESS || error == EAGAIN || error == EINTR || error == EALREADY ||
           (call_of(event)->looks && error != EBADF);
}

/* The connect(2) whose end was asked for; the question itself where that is not known. */
static const struct event *attempt_of(const struct findings *findings, uint32_t question)
{
    const struct timeline *timeline = &findings->timeline;
    int s = findings->sockets->of_event[question];
    for (uint32_t i = question; i-- > 0 && s >= 0;)
        if (findings->sockets->of_event[i] == s && event_act(timeline_event(timeline, i)) == ACT_CONNECT)
            return timeline_event(timeline, i);
    return timeline_event(timeline, question);
}

static bool find_failure(struct failure *failure, const struct findings *findings, const struct operation *operation)
{
    const struct event *event = timeline_event(&findings->timeline, operation->first);
    if (operation->kind != EVENT_CALL || operation->first < findings->timeline.earlier_count)
        return false;
    *failure = (struct failure){event, operation->error, 1};
    if (event_asks_for_error(event) && event_argument(event, ARG_VALUE) != 0)
        *failure = (struct failure){attempt_of(findings, operation->first), (int)event_argument(event, ARG_VALUE), 1};
    else if (operation->error != 0 && is_ordinary(event, operation->error))
        return false;
    return failure->error != 0 || operation->timed_out;
}

static bool is_same(const struct failure *a, const struct failure *b)
{
    return a->error == b->error && a->event->actor == b->event->actor && a->event->call == b->event->call &&
           a->event->line == b->event->line && a->event->address_length == b->event->address_length &&
           memcmp(a->event->payload, b->event->payload, a->event->address_length) == 0;
}

static void add_styled(struct text *out, const struct look *look, enum style style, const char *margin,
                       const char *words)
{
    struct text line = TEXT_EMPTY;
    if (words == NULL)
        return;
    text_add(&line, look_on(look, style));
    look_add_visible(&line, look, words, strlen(words));
    text_add(&line, look_off(look, style));
    look_wrap(out, look, margin, margin, text_string(&line));
    text_free(&line);
}

static void add_call(struct text *out, const struct failure *failure, const struct timeline *timeline,
                     const struct look *look)
{
    struct text line = TEXT_EMPTY, words = TEXT_EMPTY;
    text_format(&words, "%s: ", timeline_actor(timeline, failure->event->actor));
    look_add(&line, look, STYLE_NAME, text_string(&words));
    text_clear(&words);
    if (failure->event->line > 0)
        text_format(&words, "line %d: ", failure->event->line);
    call_text(&words, failure->event, DATA_MOST, false);
    look_add_visible(&line, look, text_string(&words), words.length);
    text_clear(&words);
    text_add(&words, failure->error != 0 ? ": " : ": no answer in time");
    if (failure->error != 0)
        call_text_error(&words, failure->error);
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
    if (advice_of_call(&advice, outcome, findings, failure->event, failure->error)) {
        add_styled(out, look, STYLE_ADVICE, "  ", advice.seen);
        add_styled(out, look, STYLE_ADVICE, "  ", advice.who);
        add_styled(out, look, STYLE_ADVICE, "  ", advice.wire);
        add_styled(out, look, STYLE_ADVICE, "  ", advice.attempt);
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
