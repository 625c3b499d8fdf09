#include "terminal/play.h"

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

/* Calls that only look. */
static bool is_look(int call)
{
    return call == CALL_GETSOCKNAME || call == CALL_GETPEERNAME || call == CALL_GETSOCKOPT || call == CALL_POLL ||
           call == CALL_SELECT || call == CALL_EPOLL;
}

/* Follows one call: does it use a socket that the lesson opened? */
static bool uses_lesson(struct play *play, const struct event *event)
{
    if (event->call == CALL_SOCKET || event->call == CALL_ACCEPT || event->call == CALL_DUP ||
        event->call == CALL_SOCKETPAIR) {
        if (event->error == 0)
            set_own(play, event->result, true);
        if (event->error == 0 && event->call == CALL_SOCKETPAIR) {
            set_own(play, event->fd, true);
            set_own(play, event->arg[3], true);
        }
        return event->call == CALL_ACCEPT && !is_own(play, event->fd);
    }
    bool uses = event->fd >= 0 && !is_own(play, event->fd) && !is_look(event->call);
    if (event->call == CALL_CLOSE)
        set_own(play, event->fd, false);
    return uses;
}

static bool changed_sockets(struct play *play, const struct outcome *outcome)
{
    bool changed = false;
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct event *event = &outcome->events[i];
        if (event->kind == EVENT_CALL && event->actor == 0 && uses_lesson(play, event))
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
