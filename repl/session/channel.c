#include "session/channel.h"

#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* A worker that rests takes a request at once; one that takes nothing for so long is no worker any more. */
#define SEND_PATIENCE (2 * CLOCK_SECOND)

/* What stands for a byte that cannot be shown is longer than the byte, "<80>" at the most. */
#define SHOWN_LONGEST 4
/* One word more than the limit may be on its way. */
#define OUTPUT_SLACK 4096

struct channel {
    int fd;
    struct text arrived; /* of which `taken` bytes were given out */
    size_t taken;
    size_t output;         /* bytes of visible output that a chunk may give */
    size_t output_left;    /* of it, to the request under way */
    enum frame_kind asked; /* the request under way; 0: none */
    uint64_t nonce;        /* of it */
    const char *broken;
};

/* What may come to which request, and how long it may be. */
static const struct {
    enum frame_kind to; /* 0: to any */
    bool last;          /* it ends the request */
    size_t most;
} rules[FRAME_KINDS] = {
    [FRAME_OUTPUT] = {.most = FRAME_MOST},
    [FRAME_OUTCOME] = {FRAME_EVALUATE, true, FRAME_MOST},
    [FRAME_ANSWER] = {FRAME_ASK, true, FRAME_MOST},
    [FRAME_LEAVING] = {.last = true, .most = 16},
    [FRAME_INPUT] = {.to = FRAME_EVALUATE, .most = 1},
    [FRAME_REQUEST] = {.to = FRAME_EVALUATE, .most = FRAME_MOST},
};

struct channel *channel_new(int fd, size_t output)
{
    struct channel *channel = memory_new(1, sizeof *channel);
    channel->fd = fd;
    channel->output = output * SHOWN_LONGEST + OUTPUT_SLACK;
    return channel;
}

void channel_free(struct channel *channel)
{
    if (channel == NULL)
        return;
    if (channel->fd >= 0)
        close(channel->fd);
    text_free(&channel->arrived);
    free(channel);
}

int channel_descriptor(const struct channel *channel)
{
    return channel->fd;
}

const char *channel_broken(const struct channel *channel)
{
    return channel->broken;
}

void channel_break(struct channel *channel, const char *why)
{
    if (channel->broken == NULL)
        channel->broken = why;
    channel->asked = 0;
    text_free(&channel->arrived);
    channel->taken = 0;
}

/* --- asking --------------------------------------------------------------------------------------------- */

static bool send_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (errno == EAGAIN) {
            int64_t limit = clock_after(SEND_PATIENCE);
            while (poll(&ready, 1, clock_poll_timeout(limit)) < 0 && errno == EINTR)
                continue;
            if (ready.revents == 0)
                return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* Never that of the request before. */
static uint64_t new_nonce(uint64_t before)
{
    uint64_t nonce = before;
    while (nonce == before || nonce == 0)
        if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce)
            memory_checked(NULL);
    return nonce;
}

static bool send_frame(const struct channel *channel, enum frame_kind kind, const char *bytes, size_t length)
{
    struct frame_head head = {(uint32_t)kind, (uint32_t)length, channel->nonce};
    struct text frame = TEXT_EMPTY;
    text_add_bytes(&frame, (const char *)&head, sizeof head);
    text_add_bytes(&frame, bytes, length);
    bool sent = send_all(channel->fd, frame.bytes, frame.length);
    text_free(&frame);
    return sent;
}

bool channel_ask(struct channel *channel, enum frame_kind kind, const char *bytes, size_t length)
{
    /* Whatever came before was asked by nobody. */
    channel_read(channel);
    if (channel->arrived.length > channel->taken)
        channel_break(channel, "it spoke without being asked");
    if (channel->broken != NULL)
        return false;
    channel->asked = kind;
    channel->nonce = new_nonce(channel->nonce);
    channel->output_left = channel->output;
    return send_frame(channel, kind, bytes, length);
}

bool channel_reply(struct channel *channel, const char *bytes, size_t length)
{
    return channel->broken == NULL && send_frame(channel, FRAME_REPLY, bytes, length);
}

/* --- hearing -------------------------------------------------------------------------------------------- */

static void drop_taken(struct channel *channel)
{
    if (channel->taken == 0)
        return;
    size_t left = channel->arrived.length - channel->taken;
    memmove(channel->arrived.bytes, channel->arrived.bytes + channel->taken, left);
    text_cut(&channel->arrived, left);
    channel->taken = 0;
}

bool channel_read(struct channel *channel)
{
    char bytes[65536];
    ssize_t count;
    if (channel->broken != NULL)
        return false;
    do
        count = recv(channel->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return count < 0 && errno == EAGAIN;
    drop_taken(channel);
    text_add_bytes(&channel->arrived, bytes, (size_t)count);
    return true;
}

/* What is wrong with a frame that begins so; NULL when it may come now. */
static const char *fault_of(const struct channel *channel, const struct frame_head *head)
{
    if (head->kind >= FRAME_KINDS || rules[head->kind].most == 0)
        return "it sent what is no message";
    if (channel->asked == 0)
        return "it spoke without being asked";
    if (head->nonce != channel->nonce)
        return "it answered a question that was not asked";
    if (rules[head->kind].to != 0 && rules[head->kind].to != channel->asked)
        return "it gave the wrong kind of answer";
    if (head->kind == FRAME_OUTPUT && (head->length == 0 || head->length > channel->output_left))
        return "it sent more output than it may";
    if (head->length > rules[head->kind].most)
        return "it sent more than it may";
    return NULL;
}

enum frame_kind channel_next(struct channel *channel, const char **bytes, size_t *length)
{
    struct frame_head head;
    size_t left = channel->arrived.length - channel->taken;
    if (left < sizeof head)
        return 0;
    memcpy(&head, channel->arrived.bytes + channel->taken, sizeof head);
    const char *fault = fault_of(channel, &head);
    if (fault != NULL)
        return channel_break(channel, fault), 0;
    if (left - sizeof head < head.length)
        return 0;
    *bytes = channel->arrived.bytes + channel->taken + sizeof head;
    *length = head.length;
    channel->taken += sizeof head + head.length;
    if (head.kind == FRAME_OUTPUT)
        channel->output_left -= head.length;
    if (rules[head.kind].last)
        channel->asked = 0;
    return head.kind;
}
