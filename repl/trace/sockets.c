#include "trace/sockets.h"

#include "base/array.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ACTORS 64

/* --- descriptors ---------------------------------------------------------------------------------------- */

struct finder {
    struct sockets *sockets;
    size_t room;
    int *by_fd[ACTORS]; /* -1 for none */
    size_t fds[ACTORS];
    int *waiting; /* connected, and not accepted yet, in order */
    size_t waiting_count;
    struct passed {
        int64_t number; /* in the kernel */
        int index;
        size_t under_way; /* copies */
    } * passed;           /* that were sent in a message, ever */
    size_t passed_count;
};

static int *slot(struct finder *finder, int actor, int fd)
{
    actor %= ACTORS;
    if (fd < 0 || fd > 1 << 20)
        return NULL;
    if ((size_t)fd >= finder->fds[actor]) {
        size_t count = (size_t)fd + 64;
        finder->by_fd[actor] = memory_resize(finder->by_fd[actor], count, sizeof(int));
        for (size_t i = finder->fds[actor]; i < count; i++)
            finder->by_fd[actor][i] = -1;
        finder->fds[actor] = count;
    }
    return &finder->by_fd[actor][fd];
}

static int add_socket(struct finder *finder, int actor, int fd, int64_t born)
{
    struct sockets *sockets = finder->sockets;
    if (sockets->count == finder->room) {
        finder->room = finder->room ? 2 * finder->room : 16;
        sockets->list = memory_resize(sockets->list, finder->room, sizeof *sockets->list);
    }
    sockets->list[sockets->count] = (struct traced_socket){
        .actor = actor, .user = actor, .fd = fd, .other = -1, .listener = -1, .descriptors = 1, .born = born};
    int *at = slot(finder, actor, fd);
    if (at != NULL)
        *at = (int)sockets->count;
    return (int)sockets->count++;
}

/* A socket changes its state also after its descriptor is gone. */
static int last_socket(const struct finder *finder, const struct event *event)
{
    const struct sockets *sockets = finder->sockets;
    for (size_t i = sockets->count; i-- > 0;)
        if (sockets->list[i].actor == event->actor && sockets->list[i].fd == event->fd)
            return (int)i;
    return -1;
}

/* The socket that a call is on; one whose beginning was not kept is new. */
static int socket_of(struct finder *finder, const struct event *event)
{
    int *at = event->kind == EVENT_CALL || event->kind == EVENT_STATE ? slot(finder, event->actor, event->fd) : NULL;
    if (at == NULL || event_act(event) == ACT_PAIR)
        return -1;
    if (*at < 0 && event->kind == EVENT_STATE)
        return last_socket(finder, event);
    return *at >= 0 ? *at : add_socket(finder, event->actor, event->fd, 0);
}

static struct traced_socket *at(struct finder *finder, int index)
{
    return &finder->sockets->list[index];
}

/* --- what calls say ------------------------------------------------------------------------------------- */

/* The address of the call, or, where it has none, what was found out beside it. */
static struct address address_told(const struct event *event)
{
    return event->address_length > 0 || event->data_length == 0 ? event_address(event)
                                                                : address_copy(event_data(event), event->data_length);
}

static void connect_two(struct finder *finder, int a, int b)
{
    at(finder, a)->other = b;
    at(finder, b)->other = a;
}

static void set_type(struct traced_socket *s, const struct event *event)
{
    s->family = (int)event_argument(event, ARG_FAMILY);
    s->type = (int)event_argument(event, ARG_TYPE) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static void take_socket(struct finder *finder, const struct event *event, uint32_t number)
{
    int index = add_socket(finder, event->actor, (int)event->result, event->begin);
    set_type(at(finder, index), event);
    finder->sockets->of_event[number] = index;
}

static void take_pair(struct finder *finder, const struct event *event, uint32_t number)
{
    int fds[2] = {event->fd, (int)event_argument(event, ARG_SECOND)}, index[2];
    for (int i = 0; i < 2; i++) {
        index[i] = add_socket(finder, event->actor, fds[i], event->begin);
        set_type(at(finder, index[i]), event);
    }
    connect_two(finder, index[0], index[1]);
    at(finder, index[1])->accepted = true;
    finder->sockets->of_event[number] = index[0];
}

/* An attempt that the kernel refused at once leaves nothing behind. */
static bool goes_on(const struct event *event)
{
    return event->end == 0 || event->error == 0 || event->error == EINPROGRESS || event->error == EINTR;
}

static void take_connect(struct finder *finder, const struct event *event, int index)
{
    struct traced_socket *s = at(finder, index);
    if (!goes_on(event))
        return;
    s->remote = event_address(event);
    if (event->data_length > 0)
        s->local = address_copy(event_data(event), event->data_length);
    s->family = s->family ? s->family : address_family_of(&s->remote);
    if (s->type == SOCK_DGRAM || s->other >= 0)
        return;
    size_t count = finder->waiting_count;
    finder->waiting = memory_resize(finder->waiting, count + 1, sizeof(int));
    finder->waiting[finder->waiting_count++] = index;
}

/*
 * How well the client fits what accept(2) gave: 2 by its own address, 1 by where it connected to.  The kernel gives one
 * port to several clients when they connect to different places.
 */
static int fits(const struct traced_socket *client, const struct traced_socket *listener, const struct address *from)
{
    bool known = listener->local.length > 0;
    if (known && !address_reaches(&client->remote, &listener->local))
        return 0;
    if (client->local.length > 0 && address_port(from) != 0)
        return address_same(&client->local, from) ? 2 : 0;
    return known ? 1 : 0;
}

static int take_client(struct finder *finder, const struct traced_socket *listener, const struct address *from)
{
    size_t best = 0;
    int found = 0;
    for (size_t i = 0; i < finder->waiting_count && found < 2; i++) {
        int fit = fits(at(finder, finder->waiting[i]), listener, from);
        if (fit > found)
            best = i, found = fit;
    }
    if (found == 0)
        return -1;
    int client = finder->waiting[best];
    finder->waiting_count--;
    memmove(&finder->waiting[best], &finder->waiting[best + 1], (finder->waiting_count - best) * sizeof(int));
    return client;
}

static void take_accept(struct finder *finder, const struct event *event, uint32_t number)
{
    int listener = finder->sockets->of_event[number];
    struct address from = address_told(event);
    int client = take_client(finder, at(finder, listener), &from);
    int index = add_socket(finder, event->actor, (int)event->result, event->begin);
    struct traced_socket *s = at(finder, index), *l = at(finder, listener);
    s->family = l->family;
    s->type = l->type;
    s->local = l->local;
    s->remote = from;
    s->listener = listener;
    s->accept = number;
    s->accepted = true;
    l->listening = true;
    if (client < 0)
        return;
    if (at(finder, client)->local.length == 0)
        at(finder, client)->local = from;
    connect_two(finder, client, index);
}

static void take_option(const struct event *event, struct traced_socket *s)
{
    struct linger linger;
    if (event_argument(event, ARG_LEVEL) != SOL_SOCKET || event_argument(event, ARG_OPTION) != SO_LINGER ||
        event->data_length < sizeof linger)
        return;
    memcpy(&linger, event_data(event), sizeof linger);
    s->resets = linger.l_onoff && linger.l_linger == 0;
}

/* One of the socket's descriptors is given up. */
static void give_up(struct finder *finder, int *descriptor, int64_t moment)
{
    int index = *descriptor;
    *descriptor = -1;
    if (index >= 0 && --at(finder, index)->descriptors == 0)
        at(finder, index)->gone = moment;
}

/* dup2(2) gives up what its number was before. */
static void take_copy(struct finder *finder, const struct event *event, int index)
{
    int *copy = slot(finder, event->actor, (int)event->result);
    if (copy == NULL || *copy == index)
        return;
    give_up(finder, copy, event->end);
    *copy = index;
    at(finder, index)->descriptors++;
}

/* The descriptor is free from the moment close(2) begins: the next socket may get it before close(2) is back. */
static void take_close(struct finder *finder, const struct event *event, int index)
{
    int *closed = slot(finder, event->actor, event->fd);
    if (closed != NULL)
        give_up(finder, closed, event->begin);
    else if (--at(finder, index)->descriptors == 0)
        at(finder, index)->gone = event->begin;
}

static struct passed *find_passed(struct finder *finder, int64_t number)
{
    for (size_t i = finder->passed_count; i-- > 0;)
        if (finder->passed[i].number == number)
            return &finder->passed[i];
    return NULL;
}

/* While it travels it is open, though perhaps no process has it. */
static void take_departure(struct finder *finder, const struct event *event)
{
    int *sent = slot(finder, event->actor, event->fd);
    if (sent == NULL || *sent < 0)
        return;
    struct passed *passed = find_passed(finder, event->arg[0]);
    if (passed == NULL || passed->index != *sent) {
        passed = ARRAY_MORE(finder->passed, finder->passed_count);
        *passed = (struct passed){.number = event->arg[0], .index = *sent};
    }
    passed->under_way++;
    at(finder, *sent)->descriptors++;
}

static void take_arrival(struct finder *finder, const struct event *event)
{
    struct passed *passed = find_passed(finder, event->arg[0]);
    int *copy = passed == NULL ? NULL : slot(finder, event->actor, event->fd);
    if (copy == NULL || *copy == passed->index)
        return;
    give_up(finder, copy, event->begin);
    *copy = passed->index;
    if (passed->under_way > 0)
        passed->under_way--;
    else
        at(finder, passed->index)->descriptors++;
}

static void take_return(struct finder *finder, const struct event *event)
{
    struct passed *passed = find_passed(finder, event->arg[0]);
    if (passed == NULL || passed->under_way == 0)
        return;
    int index = passed->index;
    passed->under_way--;
    give_up(finder, &index, event->begin);
}

static void take_passing(struct finder *finder, const struct event *event)
{
    static void (*const takers[])(struct finder * finder, const struct event *event) = {
        [PASSED_ON] = take_departure, [PASSED_IN] = take_arrival, [PASSED_NOT] = take_return};
    if (event->arg[1] >= 0 && event->arg[1] < (int64_t)(sizeof takers / sizeof *takers))
        takers[event->arg[1]](finder, event);
}

/* The child has all that its parent has. */
static void take_fork(struct finder *finder, const struct event *event)
{
    int parent = event->actor % ACTORS, child = (int)event_argument(event, ARG_CHILD);
    for (size_t fd = 0; fd < finder->fds[parent]; fd++) {
        int index = finder->by_fd[parent][fd];
        int *copy = index < 0 ? NULL : slot(finder, child, (int)fd);
        if (copy == NULL || *copy == index)
            continue;
        give_up(finder, copy, event->end);
        *copy = index;
        at(finder, index)->descriptors++;
    }
}

/* The kernel closes all that a process has that ends. */
static void take_death(struct finder *finder, const struct event *event)
{
    int actor = event->actor % ACTORS;
    for (size_t fd = 0; fd < finder->fds[actor]; fd++)
        give_up(finder, &finder->by_fd[actor][fd], event->begin);
}

static void take_begin(struct finder *finder, const struct event *event, uint32_t number)
{
    enum call_act act = event_act(event);
    int index = act == ACT_CREATE || act == ACT_PAIR ? -1 : socket_of(finder, event);
    finder->sockets->of_event[number] = index;
    if (event->kind == EVENT_NOTE && event->flags & EVENT_ENDED)
        take_death(finder, event);
    if (event->kind == EVENT_PASSED)
        take_passing(finder, event);
    if (index >= 0 && event->kind == EVENT_CALL && act != ACT_CLOSE)
        at(finder, index)->user = event->actor;
    if (index >= 0 && act == ACT_CONNECT)
        take_connect(finder, event, index);
    else if (index >= 0 && act == ACT_CLOSE)
        take_close(finder, event, index);
}

static void take_end(struct finder *finder, const struct event *event, uint32_t number)
{
    int index = finder->sockets->of_event[number];
    enum call_act act = event_act(event);
    if (event->result < 0)
        return;
    if (act == ACT_CREATE)
        take_socket(finder, event, number);
    else if (act == ACT_PAIR)
        take_pair(finder, event, number);
    else if (act == ACT_FORK)
        take_fork(finder, event);
    if (index < 0)
        return;
    switch (act) {
    case ACT_ACCEPT:
        take_accept(finder, event, number);
        break;
    case ACT_BIND:
        at(finder, index)->bound = true;
        at(finder, index)->local = event_address(event);
        if (event->data_length > 0)
            at(finder, index)->local = address_copy(event_data(event), event->data_length);
        break;
    case ACT_GET_NAME:
        at(finder, index)->local = event_address(event);
        break;
    case ACT_LISTEN:
        at(finder, index)->listening = true;
        break;
    case ACT_SET_OPTION:
        take_option(event, at(finder, index));
        break;
    case ACT_COPY:
        take_copy(finder, event, index);
        break;
    default:
        break;
    }
}

struct sockets *sockets_new(const struct timeline *timeline, const struct moment *moments, size_t count)
{
    size_t events = timeline_count(timeline);
    struct sockets *sockets = memory_new(1, sizeof *sockets);
    struct finder finder = {.sockets = sockets};
    sockets->of_event = memory_new(events, sizeof *sockets->of_event);
    for (size_t i = 0; i < events; i++)
        sockets->of_event[i] = -1;
    for (size_t i = 0; i < count; i++) {
        const struct event *event = timeline_event(timeline, moments[i].event);
        if (moments[i].end)
            take_end(&finder, event, moments[i].event);
        else
            take_begin(&finder, event, moments[i].event);
    }
    for (size_t i = 0; i < ACTORS; i++)
        free(finder.by_fd[i]);
    free(finder.waiting);
    free(finder.passed);
    return sockets;
}

void sockets_free(struct sockets *sockets)
{
    if (sockets == NULL)
        return;
    free(sockets->list);
    free(sockets->of_event);
    free(sockets);
}

static bool is_there(const struct traced_socket *s, int64_t at)
{
    return s->born <= at && (s->gone == 0 || at <= s->gone);
}

int sockets_find_local(const struct sockets *sockets, const struct address *address, int type, int64_t at)
{
    for (size_t i = sockets->count; i-- > 0;) {
        const struct traced_socket *s = &sockets->list[i];
        if ((type == 0 || s->type == 0 || s->type == type) && !s->accepted && s->bound && is_there(s, at) &&
            address_reaches(address, &s->local))
            return (int)i;
    }
    return -1;
}
