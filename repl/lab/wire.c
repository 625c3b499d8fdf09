#include "lab/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define FRAME_MOST 2048
#define BATCH      32

/* --- ports ---------------------------------------------------------------------------------------------- */

struct status wire_open_port(const char *name, int *port)
{
    const int on = 1;
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
    /* Protocol 0: nothing comes before it is bound. */
    int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (s < 0)
        return status_errno("packet socket", errno);
    setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
    setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&address, sizeof address) != 0) {
        struct status status = status_errno("packet socket", errno);
        close(s);
        return status;
    }
    *port = s;
    return STATUS_OK;
}

/* --- forwarding ----------------------------------------------------------------------------------------- */

struct batch {
    struct mmsghdr heads[BATCH];
    struct iovec parts[BATCH];
    char frames[BATCH][FRAME_MOST];
};

static void record(struct ring *ring, int from, const char *frame, size_t length)
{
    struct event *event = ring_begin(ring, EVENT_PACKET, CALL_NONE);
    event->arg[0] = (int64_t)length;
    event->arg[1] = from;
    event->data_length = (uint32_t)(length < EVENT_ROOM ? length : EVENT_ROOM);
    memcpy(event->payload, frame, event->data_length);
    ring_publish(event);
    ring_end(event, 0, 0);
}

static void forward(struct batch *batch, const int ports[2], int from, struct ring *ring)
{
    for (size_t i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec){batch->frames[i], FRAME_MOST};
        batch->heads[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &batch->parts[i], .msg_iovlen = 1}};
    }
    int count = recvmmsg(ports[from], batch->heads, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        size_t length = batch->heads[i].msg_len;
        record(ring, from, batch->frames[i], length);
        send(ports[1 - from], batch->frames[i], length, MSG_DONTWAIT);
    }
}

_Noreturn void wire_run(const int ports[2], int lifeline, struct ring *ring)
{
    static struct batch batch;
    struct pollfd ready[] = {{ports[0], POLLIN, 0}, {ports[1], POLLIN, 0}, {lifeline, 0, 0}};
    for (;;) {
        if (poll(ready, 3, -1) < 0)
            continue;
        if (ready[2].revents != 0)
            _exit(0);
        for (int from = 0; from < 2; from++)
            if (ready[from].revents != 0)
                forward(&batch, ports, from, ring);
    }
}
