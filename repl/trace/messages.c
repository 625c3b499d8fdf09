#include "trace/messages.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What is on its way to one socket: messages in order, and how much of the first was received. */
struct inbox {
    uint32_t *queue;
    size_t first, count;
    int64_t taken;  /* bytes of the first message */
    int64_t unread; /* bytes */
    bool ended;     /* its socket sends nothing more */
    bool attempted; /* its socket is connecting already */
};

struct post {
    const struct timeline *timeline;
    const struct sockets *sockets;
    struct messages *messages;
    size_t room;
    struct inbox *inboxes; /* by socket */
    struct address *known; /* by socket: its own address as others saw it */
};

static const struct traced_socket *socket_at(const struct post *post, int index)
{
    return &post->sockets->list[index];
}

/* --- sending -------------------------------------------------------------------------------------------- */

static uint32_t add_message(struct post *post, struct message message)
{
    struct messages *messages = post->messages;
    if (messages->count == post->room) {
        post->room = post->room ? 2 * post->room : 64;
        messages->list = memory_resize(messages->list, post->room, sizeof *messages->list);
    }
    uint32_t number = (uint32_t)messages->count++;
    messages->list[number] = message;
    if (message.sent != MESSAGE_NOWHERE && messages->sent_by[message.sent] == MESSAGE_NOWHERE)
        messages->sent_by[message.sent] = number;
    if (message.received != MESSAGE_NOWHERE && messages->received_by[message.received] == MESSAGE_NOWHERE)
        messages->received_by[message.received] = number;
    return number;
}

static void put(struct post *post, int to, uint32_t message)
{
    struct inbox *inbox = &post->inboxes[to];
    if ((inbox->count & (inbox->count + 1)) == 0)
        inbox->queue = memory_resize(inbox->queue, 2 * inbox->count + 2, sizeof *inbox->queue);
    inbox->queue[inbox->count++] = message;
    inbox->unread += post->messages->list[message].length;
}

/* Where it goes: to the other end of a connection, or to whoever has that address. */
static void address_message(struct post *post, struct message *message, const struct event *event)
{
    const struct traced_socket *from = socket_at(post, message->from);
    bool stream = from->other >= 0 && from->type != SOCK_DGRAM;
    message->place = event->address_length > 0 ? event_address(event) : from->remote;
    message->to = from->other;
    if (stream || (from->other >= 0 && event->address_length == 0))
        return;
    message->to = sockets_find_local(post->sockets, &message->place, from->type, event->begin);
    for (size_t i = 0; message->to < 0 && i < post->sockets->count; i++)
        if (address_same(&message->place, &post->known[i]))
            message->to = (int)i;
}

static void send_data(struct post *post, const struct event *event, uint32_t number, int s)
{
    struct message message = {
        .kind = MESSAGE_DATA, .from = s, .sent = number, .received = MESSAGE_NOWHERE, .length = event->result};
    if (event->result < 0 || event->end == 0)
        return;
    address_message(post, &message, event);
    uint32_t index = add_message(post, message);
    if (message.to >= 0)
        put(post, message.to, index);
}

static void send_connect(struct post *post, const struct event *event, uint32_t number, int s)
{
    const struct traced_socket *from = socket_at(post, s);
    struct message message = {.kind = MESSAGE_CONNECT,
                              .from = s,
                              .to = from->other,
                              .place = event_address(event),
                              .sent = number,
                              .received = MESSAGE_NOWHERE};
    bool attempt = event->error == 0 || event->error == EINPROGRESS || event->error == ECONNREFUSED ||
                   event->error == EINTR || event->error == ETIMEDOUT || event->error == ECONNRESET;
    bool again = post->inboxes[s].attempted;
    post->inboxes[s].attempted = event->error == EINPROGRESS || event->error == EINTR || (again && !attempt);
    if (!attempt || again || from->type == SOCK_DGRAM)
        return;
    if (message.to >= 0)
        message.received = socket_at(post, message.to)->accept;
    else
        message.to = sockets_find_local(post->sockets, &message.place, from->type, event->begin);
    add_message(post, message);
}

/* The end of what a socket sends; once, and only to a connected one. */
static void send_end(struct post *post, uint32_t number, int s, enum message_kind kind)
{
    const struct traced_socket *from = socket_at(post, s);
    if (from->type == SOCK_DGRAM || from->listening || post->inboxes[s].ended || from->other < 0)
        return;
    post->inboxes[s].ended = true;
    struct message message = {.kind = kind, .from = s, .to = from->other, .sent = number, .received = MESSAGE_NOWHERE};
    put(post, message.to, add_message(post, message));
}

/* Closing with bytes unread, or without lingering, tears the connection down. */
static void send_close(struct post *post, uint32_t number, int s)
{
    const struct traced_socket *from = socket_at(post, s);
    bool resets = from->resets || post->inboxes[s].unread > 0;
    if (from->gone != timeline_event(post->timeline, number)->begin)
        return; /* another descriptor keeps it open */
    if (resets)
        post->inboxes[s].ended = false;
    send_end(post, number, s, resets ? MESSAGE_RESET : MESSAGE_END);
}

/* --- receiving ------------------------------------------------------------------------------------------ */

static void mark_received(struct post *post, uint32_t message, uint32_t number)
{
    struct messages *messages = post->messages;
    if (messages->list[message].received == MESSAGE_NOWHERE)
        messages->list[message].received = number;
    if (messages->received_by[number] == MESSAGE_NOWHERE)
        messages->received_by[number] = message;
}

static void receive_bytes(struct post *post, int s, int64_t bytes, uint32_t number)
{
    struct inbox *inbox = &post->inboxes[s];
    while (bytes > 0 && inbox->first < inbox->count) {
        uint32_t index = inbox->queue[inbox->first];
        const struct message *message = &post->messages->list[index];
        if (message->kind != MESSAGE_DATA)
            return;
        int64_t left = message->length - inbox->taken, taken = left < bytes ? left : bytes;
        mark_received(post, index, number);
        inbox->taken += taken;
        inbox->unread -= taken;
        bytes -= taken;
        if (taken == left)
            inbox->first++, inbox->taken = 0;
    }
}

/* The end, or the reset, is what comes next; data before a reset is lost. */
static void receive_end(struct post *post, int s, uint32_t number, enum message_kind kind)
{
    struct inbox *inbox = &post->inboxes[s];
    for (size_t i = inbox->first; i < inbox->count; i++) {
        if (post->messages->list[inbox->queue[i]].kind != kind)
            continue;
        mark_received(post, inbox->queue[i], number);
        inbox->first = kind == MESSAGE_RESET ? i + 1 : inbox->first;
        inbox->unread = kind == MESSAGE_RESET ? 0 : inbox->unread;
        return;
    }
}

static bool same_bytes(const struct event *sent, const struct event *received)
{
    uint32_t length = sent->data_length < received->data_length ? sent->data_length : received->data_length;
    return memcmp(event_data(sent), event_data(received), length) == 0;
}

/* The first datagram under way that this can be. */
static void receive_datagram(struct post *post, int s, const struct event *event, uint32_t number)
{
    struct inbox *inbox = &post->inboxes[s];
    struct address from = event_address(event);
    for (size_t i = inbox->first; i < inbox->count; i++) {
        struct message *message = &post->messages->list[inbox->queue[i]];
        const struct event *sent = timeline_event(post->timeline, message->sent);
        struct address *known = &post->known[message->from];
        if (message->received != MESSAGE_NOWHERE || message->length < event->result || !same_bytes(sent, event) ||
            (known->length > 0 && from.length > 0 && !address_reaches(known, &from)))
            continue;
        if (known->length == 0)
            *known = from;
        mark_received(post, inbox->queue[i], number);
        inbox->unread -= message->length;
        while (inbox->first < inbox->count &&
               post->messages->list[inbox->queue[inbox->first]].received != MESSAGE_NOWHERE)
            inbox->first++;
        return;
    }
}

/* A refusal or a reset that nobody we know sent: the kernel at the other end did. */
static void receive_from_nobody(struct post *post, int s, uint32_t number, enum message_kind kind)
{
    const struct traced_socket *to = socket_at(post, s);
    struct message message = {.kind = kind, .to = s, .place = to->remote, .sent = MESSAGE_NOWHERE, .received = number};
    const struct event *event = timeline_event(post->timeline, number);
    if (event_act(event) == ACT_CONNECT)
        message.place = event_address(event);
    message.from =
        to->other >= 0 ? to->other : sockets_find_local(post->sockets, &message.place, to->type, event->begin);
    add_message(post, message);
}

static void receive_data(struct post *post, const struct event *event, uint32_t number, int s)
{
    int64_t flags = event_argument(event, ARG_FLAGS);
    if (event->result < 0 || flags & MSG_PEEK || flags & MSG_OOB)
        return;
    if (socket_at(post, s)->type == SOCK_DGRAM)
        receive_datagram(post, s, event, number);
    else if (event->result > 0)
        receive_bytes(post, s, event->result, number);
    else if (event_argument(event, ARG_LENGTH) > 0)
        receive_end(post, s, number, MESSAGE_END);
}

/* A peer that has ended, a descriptor that is another's now: the kernel closes what was there, at that moment. */
static void send_all_ends(struct post *post, int64_t moment, uint32_t number)
{
    for (size_t s = 0; s < post->sockets->count; s++) {
        const struct traced_socket *from = socket_at(post, (int)s);
        if (from->gone != moment)
            continue;
        bool resets = from->resets || post->inboxes[s].unread > 0;
        send_end(post, number, (int)s, resets ? MESSAGE_RESET : MESSAGE_END);
    }
}

static int error_of(const struct event *event)
{
    bool asked = event->error == 0 && event_asks_for_error(event);
    return asked ? (int)event_argument(event, ARG_VALUE) : event->error;
}

static void receive_error(struct post *post, uint32_t number, int s, int error)
{
    if (error == ECONNREFUSED) {
        receive_from_nobody(post, s, number, MESSAGE_REFUSED);
    } else if (error == ECONNRESET || error == EPIPE) {
        receive_end(post, s, number, MESSAGE_RESET);
        if (post->messages->received_by[number] == MESSAGE_NOWHERE && error == ECONNRESET)
            receive_from_nobody(post, s, number, MESSAGE_RESET);
    }
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static void at_begin(struct post *post, const struct event *event, uint32_t number, int s)
{
    switch (event_act(event)) {
    case ACT_CONNECT:
        send_connect(post, event, number, s);
        break;
    case ACT_SEND:
        send_data(post, event, number, s);
        break;
    case ACT_SHUTDOWN:
        if (event->error == 0 && event_argument(event, ARG_HOW) != SHUT_RD)
            send_end(post, number, s, MESSAGE_END);
        break;
    case ACT_CLOSE:
        send_close(post, number, s);
        break;
    default:
        break;
    }
}

static void at_end(struct post *post, const struct event *event, uint32_t number, int s)
{
    int error = error_of(event);
    if (error != 0)
        receive_error(post, number, s, error);
    else if (event_act(event) == ACT_RECEIVE)
        receive_data(post, event, number, s);
    else if (event_act(event) == ACT_COPY)
        send_all_ends(post, event->end, number);
}

static struct messages *empty_messages(size_t events)
{
    struct messages *messages = memory_new(1, sizeof *messages);
    messages->sent_by = memory_new(events, sizeof *messages->sent_by);
    messages->received_by = memory_new(events, sizeof *messages->received_by);
    memset(messages->sent_by, 0xff, events * sizeof *messages->sent_by);
    memset(messages->received_by, 0xff, events * sizeof *messages->received_by);
    return messages;
}

struct messages *messages_new(const struct timeline *timeline, const struct sockets *sockets,
                              const struct moment *moments, size_t count)
{
    struct messages *messages = empty_messages(timeline_count(timeline));
    struct post post = {.timeline = timeline,
                        .sockets = sockets,
                        .messages = messages,
                        .inboxes = memory_new(sockets->count, sizeof *post.inboxes),
                        .known = memory_new(sockets->count, sizeof *post.known)};
    for (size_t i = 0; i < sockets->count; i++)
        post.known[i] = sockets->list[i].local;
    for (size_t i = 0; i < count; i++) {
        const struct event *event = timeline_event(timeline, moments[i].event);
        int s = sockets->of_event[moments[i].event];
        if (event->kind == EVENT_NOTE && event->flags & EVENT_ENDED && !moments[i].end)
            send_all_ends(&post, event->begin, moments[i].event);
        if (event->kind != EVENT_CALL || s < 0)
            continue;
        if (moments[i].end)
            at_end(&post, event, moments[i].event, s);
        else
            at_begin(&post, event, moments[i].event, s);
    }
    for (size_t i = 0; i < sockets->count; i++)
        free(post.inboxes[i].queue);
    free(post.inboxes);
    free(post.known);
    return messages;
}

void messages_free(struct messages *messages)
{
    if (messages == NULL)
        return;
    free(messages->list);
    free(messages->sent_by);
    free(messages->received_by);
    free(messages);
}
