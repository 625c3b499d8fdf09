#include "terminal/play.h"

#include "trace/call.h"

#include <string.h>

void play_begin(struct tutor *tutor)
{
    json_decref(tutor->play.variables);
    tutor->play = (struct play){.variables = NULL};
}

void play_watch(struct tutor *tutor)
{
    if (tutor->reading.lesson != NULL && tutor->play.variables == NULL && tutor->session != NULL)
        tutor->play.variables = session_ask(tutor->session, "variables", json_null());
}

static bool is_own(const struct play *play, int fd)
{
    return fd >= 0 && fd < 256 && (play->own[fd / 64] >> (fd % 64) & 1);
}

static void set_own(struct play *play, int64_t fd, bool own)
{
    if (fd < 0 || fd >= 256)
        return;
    uint64_t bit = UINT64_C(1) << (fd % 64);
    play->own[fd / 64] = own ? play->own[fd / 64] | bit : play->own[fd / 64] & ~bit;
}

/* Follows one call: does it use a socket that the lesson opened? */
static bool uses_lesson(struct play *play, const struct event *event)
{
    const struct call *call = call_of(event);
    if (call->gives == GIVES_DESCRIPTOR && event->error == 0)
        set_own(play, event->result, true);
    if (call->gives == GIVES_PAIR && event->error == 0) {
        set_own(play, event->fd, true);
        set_own(play, event_argument(event, ARG_SECOND), true);
    }
    if (call->act == ACT_PAIR || call->act == ACT_COPY)
        return false;
    bool uses = event->fd >= 0 && !is_own(play, event->fd) && !call->looks;
    if (call->act == ACT_CLOSE)
        set_own(play, event->fd, false);
    return uses;
}

static bool changed_sockets(struct play *play, const struct outcome *outcome)
{
    bool changed = false;
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct event *event = &outcome->events[i];
        if (event->actor == 0 && uses_lesson(play, event))
            changed = true;
    }
    return changed;
}

/* True when one of the lesson's variables is another one now; new ones do no harm. */
static bool changed_variables(struct tutor *tutor)
{
    json_t *before = tutor->play.variables, *after = session_ask(tutor->session, "variables", json_null());
    json_t *old, *new;
    size_t i, k;
    bool changed = false;
    json_array_foreach(before, i, old)
    {
        bool same = false;
        const char *name = json_string_value(json_object_get(old, "name"));
        json_array_foreach(after, k,
                           new) if (name != NULL && strcmp(name, json_string_value(json_object_get(new, "name"))) == 0)
            same = json_equal(old, new);
        changed = changed || !same;
    }
    json_decref(after);
    return changed;
}

void play_note(struct tutor *tutor)
{
    struct play *play = &tutor->play;
    play->happened = tutor->reading.lesson != NULL;
    if (!play->happened || tutor->last->kind == OUTCOME_ENDED || tutor->session == NULL) {
        play->touched = play->happened;
        return;
    }
    if (changed_sockets(play, tutor->last) || changed_variables(tutor))
        play->touched = true;
}

void play_lost(struct tutor *tutor)
{
    tutor->play.happened = tutor->play.touched = tutor->reading.lesson != NULL;
}

bool play_happened(const struct tutor *tutor)
{
    return tutor->play.happened;
}

bool play_touched(const struct tutor *tutor)
{
    return tutor->play.touched;
}
