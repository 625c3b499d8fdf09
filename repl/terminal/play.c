#include "terminal/play.h"

#include "trace/call.h"

#include <string.h>

/* Of the names that go with a session so many are said. */
#define MOST_NAMED 6

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

/* The variable with this name; NULL without. */
static const json_t *find(const json_t *variables, const char *name)
{
    json_t *variable;
    size_t i;
    json_array_foreach(variables, i, variable)
    {
        if (strcmp(json_string_value(json_object_get(variable, "name")), name) == 0)
            return variable;
    }
    return NULL;
}

/* True when one of the lesson's variables is another one now; new ones do no harm. */
static bool changed_variables(const json_t *before, const json_t *after)
{
    json_t *old;
    size_t i;
    json_array_foreach(before, i, old)
    {
        if (!json_equal(old, find(after, json_string_value(json_object_get(old, "name")))))
            return true;
    }
    return false;
}

static bool is_made(const struct tutor *tutor, const char *name)
{
    json_t *made;
    size_t i;
    json_array_foreach(tutor->made, i, made)
    {
        if (strcmp(json_string_value(made), name) == 0)
            return true;
    }
    return false;
}

/* What is there now and was not before is the learner's. */
static void note_made(struct tutor *tutor, const json_t *after)
{
    json_t *variable;
    size_t i;
    json_array_foreach(after, i, variable)
    {
        json_t *name = json_object_get(variable, "name");
        if (find(tutor->play.variables, json_string_value(name)) != NULL || is_made(tutor, json_string_value(name)))
            continue;
        if (tutor->made == NULL)
            tutor->made = json_array();
        json_array_append(tutor->made, name);
    }
}

void play_note(struct tutor *tutor)
{
    struct play *play = &tutor->play;
    bool open = tutor->reading.lesson != NULL;
    play->happened = open;
    if (tutor->last->kind == OUTCOME_ENDED || tutor->session == NULL) {
        play->touched = open;
        return;
    }
    json_t *after = session_ask(tutor->session, "variables", json_null());
    note_made(tutor, after);
    if (open && (changed_sockets(play, tutor->last) || changed_variables(play->variables, after)))
        play->touched = true;
    json_decref(after);
}

void play_attempted(struct tutor *tutor)
{
    json_decref(tutor->play.variables);
    tutor->play.variables = NULL;
    play_watch(tutor);
}

char *play_made(const struct tutor *tutor)
{
    struct text names = TEXT_EMPTY;
    size_t i, count = json_array_size(tutor->made);
    json_t *name;
    if (count == 0)
        return NULL;
    json_array_foreach(tutor->made, i, name)
    {
        if (i < MOST_NAMED)
            text_format(&names, "%s%s", i > 0 ? ", " : "", json_string_value(name));
    }
    if (count > MOST_NAMED)
        text_format(&names, " and %zu more", count - MOST_NAMED);
    return text_steal(&names);
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
