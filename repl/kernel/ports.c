#include "kernel/ports.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define LINGER       1000                 /* milliseconds, at the end */
#define LONGEST      ((int64_t)256 << 20) /* bytes of a frame; who sends a longer one is cut off */
#define FRAMES_MOST  1024                 /* of a message */
#define READERS_MOST 10000                /* messages that wait for a reader who is slow */
#define OTHERS_MOST  4

/* Who starts a kernel looks for free ports and lets go of them again: meanwhile another program may have taken one. */
#define BIND_PATIENCE (2 * CLOCK_SECOND)
#define BIND_PAUSE    20 /* milliseconds */

struct ports {
    void *context;
    void *sockets[PORT_COUNT];
    zmq_msg_t **messages; /* received last, a frame each */
    struct span *frames;
    size_t count, span_count;
};

static const int types[PORT_COUNT] = {
    [PORT_SHELL] = ZMQ_ROUTER, [PORT_CONTROL] = ZMQ_ROUTER,   [PORT_STDIN] = ZMQ_ROUTER,
    [PORT_IOPUB] = ZMQ_XPUB,   [PORT_HEARTBEAT] = ZMQ_ROUTER,
};

static void set(void *socket, int option, int value)
{
    zmq_setsockopt(socket, option, &value, sizeof value);
}

static void set_options(void *socket, enum port port)
{
    int type = types[port];
    const int64_t longest = LONGEST;
    set(socket, ZMQ_LINGER, LINGER);
    set(socket, ZMQ_IPV6, 1);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &longest, sizeof longest);
    if (type == ZMQ_XPUB) {
        set(socket, ZMQ_XPUB_VERBOSE, 1);
        set(socket, ZMQ_SNDHWM, READERS_MOST);
    } else {
        set(socket, ZMQ_ROUTER_HANDOVER, 1);
    }
    set(socket, ZMQ_ROUTER_MANDATORY, port == PORT_STDIN); /* who asks must know that nobody hears it */
}

static bool bind_port(void *socket, const char *address)
{
    const int64_t end = clock_after(BIND_PATIENCE);
    int failed;
    while ((failed = zmq_bind(socket, address)) != 0 && errno == EADDRINUSE && clock_now() < end)
        poll(NULL, 0, BIND_PAUSE);
    return failed == 0;
}

static bool open_port(struct ports *ports, enum port port, const char *address)
{
    void *socket = ports->sockets[port] = zmq_socket(ports->context, types[port]);
    if (socket == NULL)
        return false;
    set_options(socket, port);
    return bind_port(socket, address);
}

struct ports *ports_open(const struct connection *connection, struct text *why)
{
    struct ports *ports = memory_new(1, sizeof *ports);
    ports->context = zmq_ctx_new();
    for (enum port port = 0; port < PORT_COUNT; port++)
        if (!open_port(ports, port, connection->addresses[port])) {
            text_format(why, "The port \"%s\", %s, cannot be had: %s", port_name(port), connection->addresses[port],
                        zmq_strerror(errno));
            ports_close(ports);
            return NULL;
        }
    return ports;
}

static void forget_message(struct ports *ports)
{
    for (size_t i = 0; i < ports->count; i++) {
        zmq_msg_close(ports->messages[i]);
        free(ports->messages[i]);
    }
    free(ports->messages);
    free(ports->frames);
    ports->messages = NULL;
    ports->frames = NULL;
    ports->count = ports->span_count = 0;
}

void ports_close(struct ports *ports)
{
    if (ports == NULL)
        return;
    forget_message(ports);
    for (enum port port = 0; port < PORT_COUNT; port++)
        if (ports->sockets[port] != NULL)
            zmq_close(ports->sockets[port]);
    while (zmq_ctx_term(ports->context) != 0 && errno == EINTR)
        ;
    free(ports);
}

unsigned ports_wait(struct ports *ports, unsigned wanted, const int *others, size_t other_count, int timeout)
{
    zmq_pollitem_t items[PORT_COUNT + OTHERS_MOST];
    int count = 0;
    unsigned ready = 0;
    for (enum port port = 0; port < PORT_COUNT; port++)
        items[count++] =
            (zmq_pollitem_t){.socket = ports->sockets[port], .events = wanted & 1u << port ? ZMQ_POLLIN : 0};
    for (size_t i = 0; i < other_count && i < OTHERS_MOST; i++)
        if (others[i] >= 0)
            items[count++] = (zmq_pollitem_t){.fd = others[i], .events = ZMQ_POLLIN};
    if (zmq_poll(items, count, timeout) <= 0)
        return 0;
    for (enum port port = 0; port < PORT_COUNT; port++)
        if (items[port].revents & ZMQ_POLLIN)
            ready |= 1u << port;
    return ready;
}

/* Frames beyond what any message has are taken and forgotten. */
static bool take_frame(struct ports *ports, void *socket)
{
    zmq_msg_t *frame = memory_new(1, sizeof *frame);
    int got;
    zmq_msg_init(frame);
    while ((got = zmq_msg_recv(frame, socket, ZMQ_DONTWAIT)) < 0 && errno == EINTR)
        ;
    if (got >= 0 && ports->count < FRAMES_MOST) {
        ARRAY_ADD(ports->messages, ports->count, frame);
        return true;
    }
    zmq_msg_close(frame);
    free(frame);
    return got >= 0;
}

static bool more_follow(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

bool ports_receive(struct ports *ports, enum port port, const struct span **frames, size_t *count)
{
    void *socket = ports->sockets[port];
    forget_message(ports);
    if (!take_frame(ports, socket))
        return false;
    while (more_follow(socket) && take_frame(ports, socket))
        ;
    for (size_t i = 0; i < ports->count; i++)
        ARRAY_ADD(ports->frames, ports->span_count,
                  (struct span){zmq_msg_data(ports->messages[i]), zmq_msg_size(ports->messages[i])});
    *frames = ports->frames;
    *count = ports->count;
    return true;
}

bool ports_send(struct ports *ports, enum port port, const struct span *frames, size_t count)
{
    int sent = 0;
    for (size_t i = 0; sent >= 0 && i < count; i++) {
        int flags = ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0);
        do
            sent = zmq_send(ports->sockets[port], frames[i].text, frames[i].length, flags);
        while (sent < 0 && errno == EINTR);
    }
    return sent >= 0;
}
