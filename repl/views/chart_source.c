#include "views/chart_source.h"

#include "base/utf8.h"

#include <string.h>

/* The event gave this socket: the place of its name among those it gave, or -1. */
static int gave(const struct event *event, const struct traced_socket *s)
{
    if (event->kind != EVENT_CALL || event->actor != s->actor || event->error != 0 || event->end == 0)
        return -1;
    enum call_gives gives = call_of(event)->gives;
    if (gives == GIVES_DESCRIPTOR)
        return event->result == s->fd ? 0 : -1;
    if (gives == GIVES_PAIR)
        return event->fd == s->fd ? 0 : event_argument(event, ARG_SECOND) == s->fd ? 1 : -1;
    return -1;
}

/* The variable that the learner has for it; false where none is known. */
static bool add_variable(struct text *out, const struct chart_source *source, const struct traced_socket *s)
{
    const struct timeline *timeline = &source->findings->timeline;
    for (size_t i = timeline_count(timeline); i-- > 0;) {
        const struct event *event = timeline_event(timeline, i);
        int place = gave(event, s);
        if (place < 0 || event->begin != s->born)
            continue;
        const char *names = event_names(event), *blank = memchr(names, ' ', event->names_length);
        size_t first = blank ? (size_t)(blank - names) : event->names_length;
        if (place == 1 && blank == NULL)
            return false;
        const char *name = place == 0 ? names : blank + 1;
        size_t length = place == 0 ? first : event->names_length - first - 1;
        utf8_add_visible(out, name, length);
        return length > 0;
    }
    return false;
}

static void add_actor(struct text *out, const struct chart_source *source, int actor)
{
    const char *name = timeline_actor(&source->findings->timeline, actor);
    utf8_add_visible(out, name, strlen(name));
}

static int other_actor(const struct sockets *sockets, int s)
{
    int other = sockets->list[s].other;
    return other >= 0 ? sockets->list[other].actor : -1;
}

/* Its number among the sockets of which the same is said, where there are several. */
static void add_number(struct text *out, const struct sockets *sockets, int s)
{
    int before = 0, all = 0;
    for (int i = 0; i < (int)sockets->count; i++) {
        const struct traced_socket *one = &sockets->list[i];
        bool same = one->actor == sockets->list[s].actor && other_actor(sockets, i) == other_actor(sockets, s);
        all += same && !one->listening;
        before += same && i < s;
    }
    if (all > 1)
        text_format(out, " %d", before + 1);
}

void chart_socket_name(struct text *out, const struct chart_source *source, int s)
{
    const struct sockets *sockets = source->findings->sockets;
    const struct traced_socket *one = &sockets->list[s];
    if (one->actor == 0 && add_variable(out, source, one))
        return;
    if (one->listening) {
        text_add(out, "listener");
    } else if (one->other >= 0 && sockets->list[one->other].actor != one->actor) {
        int other = sockets->list[one->other].actor;
        text_add(out, "to ");
        add_actor(out, source, other);
        add_number(out, sockets, s);
    } else if (source->normal) {
        text_format(out, "socket %c", 'a' + s % 26);
    } else {
        text_format(out, "fd %d", one->fd);
    }
}

void chart_end_name(struct text *out, const struct chart_source *source, int s)
{
    const struct sockets *sockets = source->findings->sockets;
    if (s < 0) {
        text_add(out, "somebody");
        return;
    }
    if (sockets->list[s].actor == 0 && add_variable(out, source, &sockets->list[s]))
        return;
    add_actor(out, source, sockets->list[s].user);
    add_number(out, sockets, s);
}
