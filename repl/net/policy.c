#include "net/policy.h"

#include "trace/call.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static struct status denied(const struct net_call *call, const char *text)
{
    return (struct status){.kind = STATUS_DENIED, .call = event_call_name(call->call), .text = text};
}

/* --- descriptors ---------------------------------------------------------------------------------------- */

static bool in_range(int fd)
{
    return fd >= 0 && fd < POLICY_DESCRIPTORS;
}

bool policy_knows(const struct net *net, int fd)
{
    return net->policy == NULL || (in_range(fd) && (net->policy->known[fd / 64] >> fd % 64 & 1) != 0);
}

void policy_learn(const struct net *net, int fd)
{
    if (net->policy != NULL && in_range(fd))
        net->policy->known[fd / 64] |= UINT64_C(1) << fd % 64;
}

void policy_forget(const struct net *net, int fd)
{
    if (net->policy != NULL && in_range(fd))
        net->policy->known[fd / 64] &= ~(UINT64_C(1) << fd % 64);
}

void policy_forget_all(const struct net *net)
{
    if (net->policy != NULL)
        memset(net->policy->known, 0, sizeof net->policy->known);
}

static bool knows_all(const struct net *net, const int *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!policy_knows(net, list[i]))
            return false;
    return true;
}

/* Entries with a negative descriptor are left out by poll(2). */
static bool knows_polled(const struct net *net, const struct pollfd *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].fd >= 0 && !policy_knows(net, list[i].fd))
            return false;
    return true;
}

/* --- ancillary data ------------------------------------------------------------------------------------- */

static const struct {
    int level, type;
} ancillary[] = {
    {SOL_SOCKET, SCM_RIGHTS}, {SOL_SOCKET, SCM_CREDENTIALS}, {IPPROTO_IP, IP_TTL},
    {IPPROTO_IP, IP_TOS},     {IPPROTO_IPV6, IPV6_HOPLIMIT}, {IPPROTO_IPV6, IPV6_TCLASS},
};

static bool is_listed(const struct cmsghdr *part)
{
    for (size_t i = 0; i < COUNT(ancillary); i++)
        if (part->cmsg_level == ancillary[i].level && part->cmsg_type == ancillary[i].type)
            return true;
    return false;
}

/* The descriptors that travel in the part; *list holds them, as many as are given back. */
#define RIGHTS_MOST 256

static size_t rights_of(const struct cmsghdr *part, int list[RIGHTS_MOST])
{
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS || part->cmsg_len < CMSG_LEN(0))
        return 0;
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof *list;
    count = count < RIGHTS_MOST ? count : RIGHTS_MOST; /* SCM_MAX_FD is 253 */
    memcpy(list, CMSG_DATA(part), count * sizeof *list);
    return count;
}

static struct status allow_control(const struct net *net, const struct net_call *call)
{
    const struct net_message *message = call->more;
    struct msghdr header = {.msg_control = message->control, .msg_controllen = message->control_length};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part != NULL; part = CMSG_NXTHDR(&header, part)) {
        int list[RIGHTS_MOST];
        if (!is_listed(part))
            return denied(call, "a session sends no ancillary data of this kind");
        if (!knows_all(net, list, rights_of(part, list)))
            return status_errno(event_call_name(call->call), EBADF);
    }
    return STATUS_OK;
}

static void learn_control(const struct net *net, const struct net_message *message)
{
    struct msghdr header = {.msg_control = message->control, .msg_controllen = message->control_length};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part != NULL; part = CMSG_NXTHDR(&header, part)) {
        int list[RIGHTS_MOST];
        size_t count = rights_of(part, list);
        for (size_t i = 0; i < count; i++)
            policy_learn(net, list[i]);
    }
}

/* --- addresses ------------------------------------------------------------------------------------------ */

/* Families above these the kernel does not have; it may say so itself. */
static struct status allow_family(const struct net_call *call)
{
    int64_t family = call->arg[0];
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_UNSPEC || family >= AF_MAX ||
        family < 0)
        return STATUS_OK;
    return denied(call, "a session has sockets of AF_INET, AF_INET6 and AF_UNIX only");
}

static bool same_bytes(const struct event *event, const struct address *address)
{
    return event->address_length == address->length && memcmp(event->payload, &address->any, address->length) == 0;
}

/* An abstract name is the session's when one of its processes has bound it, or was given it by the kernel. */
static bool is_own_name(const struct net *net, const struct address *address)
{
    const struct ring *ring = net_common_ring(net);
    uint64_t next = ring_next(ring);
    uint64_t first = next > RING_CAPACITY ? next - RING_CAPACITY : 0;
    struct event event;
    while (next > first)
        if (ring_read(ring, --next, &event) && event.kind == EVENT_CALL && event.end != 0 && event.error == 0 &&
            (event.call == CALL_BIND || event.call == CALL_GETSOCKNAME) && same_bytes(&event, address))
            return true;
    return false;
}

/* A path that stays in the session's folder, which is where it runs. */
static bool is_inside(const struct net_policy *policy, const char *path, size_t length)
{
    size_t folder = policy->folder ? strlen(policy->folder) : 0;
    if (length > 0 && path[0] == '/') {
        if (folder == 0 || length <= folder || memcmp(path, policy->folder, folder) != 0 || path[folder] != '/')
            return false;
        path += folder + 1;
        length -= folder + 1;
    }
    return folder > 0 && memchr(path, '/', length) == NULL;
}

static struct status allow_unix(const struct net *net, const struct net_call *call)
{
    size_t length;
    const char *path = address_unix_path(call->address, &length);
    if (length == 0) /* the kernel chooses, or refuses */
        return STATUS_OK;
    if (path[0] == '\0')
        return call_row(call->call)->act == ACT_BIND || is_own_name(net, call->address)
                   ? STATUS_OK
                   : denied(call, "a session reaches only names of AF_UNIX that it has bound itself");
    return is_inside(net->policy, path, length)
               ? STATUS_OK
               : denied(call, "a session has its UNIX sockets in a folder of its own: give a name without /");
}

static bool is_wildcard(const struct address *address)
{
    static const struct in6_addr any = IN6ADDR_ANY_INIT;
    if (address->any.sa_family == AF_INET)
        return address->in.sin_addr.s_addr == INADDR_ANY;
    return address->any.sa_family == AF_INET6 && memcmp(&address->in6.sin6_addr, &any, sizeof any) == 0;
}

static struct status allow_address(const struct net *net, const struct net_call *call)
{
    if (call->address == NULL || call->address->length == 0)
        return STATUS_OK;
    if (call->address->any.sa_family == AF_UNIX)
        return allow_unix(net, call);
    if (!net->confined || net->isolated)
        return STATUS_OK;
    if (call_row(call->call)->act != ACT_BIND)
        return address_is_local(call->address)
                   ? STATUS_OK
                   : denied(call, "only this machine can be reached; sockrates --network allows more");
    /* Tied to loopback, a socket may be bound to whatever the kernel takes: nobody else reaches it. */
    return net->policy->loose && (is_wildcard(call->address) || !address_is_local(call->address))
               ? denied(call, "this kernel ties no socket to loopback, so a session binds to 127.0.0.1 or ::1 only")
               : STATUS_OK;
}

/* listen(2) gives an address to a socket that has none: the wildcard. */
static struct status allow_listen(const struct net *net, const struct net_call *call)
{
    struct address address = {.length = sizeof address.storage};
    if (!net->confined || net->isolated || !net->policy->loose ||
        getsockname(call->fd, &address.any, &address.length) != 0 || !is_wildcard(&address))
        return STATUS_OK;
    return denied(call, "this kernel ties no socket to loopback, so bind to 127.0.0.1 or ::1 before you listen");
}

void policy_tie(const struct net *net, int fd, int family)
{
    static const char loopback[] = "lo";
    if (net->policy != NULL && net->confined && !net->isolated && (family == AF_INET || family == AF_INET6) &&
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, loopback, sizeof loopback) != 0)
        net->policy->loose = true;
}

/* --- options -------------------------------------------------------------------------------------------- */

struct level {
    int level;
    const int *options;
    size_t count;
};

static const int socket_options[] = {
    SO_ACCEPTCONN, SO_BROADCAST,    SO_BUSY_POLL, SO_DEBUG,       SO_DOMAIN,          SO_DONTROUTE,
    SO_ERROR,      SO_INCOMING_CPU, SO_KEEPALIVE, SO_LINGER,      SO_OOBINLINE,       SO_PASSCRED,
    SO_PEEK_OFF,   SO_PRIORITY,     SO_PROTOCOL,  SO_RCVBUF,      SO_RCVLOWAT,        SO_RCVTIMEO,
    SO_REUSEADDR,  SO_REUSEPORT,    SO_RXQ_OVFL,  SO_SNDBUF,      SO_SNDLOWAT,        SO_SNDTIMEO,
    SO_TIMESTAMP,  SO_TYPE,         SO_NO_CHECK,  SO_TIMESTAMPNS, SO_MAX_PACING_RATE, SO_PEERCRED,
};
static const int ip_options[] = {
    IP_TOS,      IP_TTL,           IP_RECVTTL,
    IP_RECVTOS,  IP_PKTINFO,       IP_MTU_DISCOVER,
    IP_MTU,      IP_RECVERR,       IP_BIND_ADDRESS_NO_PORT,
    IP_FREEBIND, IP_MULTICAST_TTL, IP_MULTICAST_LOOP,
};
static const int ipv6_options[] = {
    IPV6_V6ONLY,       IPV6_UNICAST_HOPS, IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_TCLASS,         IPV6_RECVTCLASS,
    IPV6_MTU_DISCOVER, IPV6_MTU,          IPV6_RECVERR,     IPV6_DONTFRAG,     IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP,
};
static const int tcp_options[] = {
    TCP_NODELAY,
    TCP_MAXSEG,
    TCP_CORK,
    TCP_KEEPIDLE,
    TCP_KEEPINTVL,
    TCP_KEEPCNT,
    TCP_SYNCNT,
    TCP_LINGER2,
    TCP_DEFER_ACCEPT,
    TCP_WINDOW_CLAMP,
    TCP_INFO,
    TCP_QUICKACK,
    TCP_CONGESTION,
    TCP_USER_TIMEOUT,
    TCP_FASTOPEN,
    TCP_FASTOPEN_CONNECT,
    TCP_NOTSENT_LOWAT,
    TCP_TIMESTAMP,
    TCP_THIN_LINEAR_TIMEOUTS,
    TCP_INQ,
    TCP_SAVE_SYN,
};
static const int udp_options[] = {UDP_CORK};

/* What may be set. */
static const struct level levels[] = {
    {SOL_SOCKET, socket_options, COUNT(socket_options)}, {IPPROTO_IP, ip_options, COUNT(ip_options)},
    {IPPROTO_IPV6, ipv6_options, COUNT(ipv6_options)},   {IPPROTO_TCP, tcp_options, COUNT(tcp_options)},
    {IPPROTO_UDP, udp_options, COUNT(udp_options)},
};

/* No level has as many options: the kernel may say so itself. */
#define OPTIONS_MOST 1000

static struct status allow_setting(const struct net_call *call)
{
    if (call->arg[1] >= OPTIONS_MOST)
        return STATUS_OK;
    for (size_t i = 0; i < COUNT(levels); i++)
        for (size_t k = 0; levels[i].level == call->arg[0] && k < levels[i].count; k++)
            if (levels[i].options[k] == call->arg[1])
                return STATUS_OK;
    return denied(call, "a session does not set this option");
}

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

/* Reading an option changes nothing; but this one opens a descriptor. */
static struct status allow_asking(const struct net_call *call)
{
    return call->arg[0] == SOL_SOCKET && call->arg[1] == SO_PEERPIDFD ? denied(call, "a session asks for no processes")
                                                                      : STATUS_OK;
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static struct status allow(const struct net *net, const struct net_call *call)
{
    if (call->fd >= 0 && !policy_knows(net, call->fd))
        return status_errno(event_call_name(call->call), EBADF);
    bool known = true;
    struct status status = STATUS_OK;
    switch (call_row(call->call)->act) {
    case ACT_CREATE:
    case ACT_PAIR:
        return allow_family(call);
    case ACT_CONNECT:
    case ACT_BIND:
        return allow_address(net, call);
    case ACT_LISTEN:
        return allow_listen(net, call);
    case ACT_SEND:
        if (call->call == CALL_SENDFILE)
            known = policy_knows(net, (int)call->arg[0]);
        else if (call->call == CALL_SENDMSG)
            status = allow_control(net, call);
        if (!status_fine(status))
            return status;
        return known ? allow_address(net, call) : status_errno(event_call_name(call->call), EBADF);
    case ACT_SET_OPTION:
        return allow_setting(call);
    case ACT_GET_OPTION:
        return allow_asking(call);
    case ACT_CHANGE_EPOLL:
        known = policy_knows(net, (int)call->arg[1]);
        break;
    case ACT_WAIT:
        known = call->call != CALL_POLL_LIST || knows_polled(net, call->data, (size_t)call->arg[0]);
        break;
    default:
        break;
    }
    return known ? STATUS_OK : status_errno(event_call_name(call->call), EBADF);
}

static void note(const struct net *net, const struct net_call *call, ssize_t result)
{
    const struct call *row = call_row(call->call);
    if (row->act == ACT_CLOSE)
        policy_forget(net, call->fd);
    if (result < 0)
        return;
    if (row->gives == GIVES_DESCRIPTOR)
        policy_learn(net, (int)result);
    if (row->gives == GIVES_PAIR) {
        policy_learn(net, call->fd);
        policy_learn(net, (int)call->arg[3]);
    }
    if (call->call == CALL_RECVMSG)
        learn_control(net, call->more);
}

void policy_begin(struct net *net, struct net_policy *policy)
{
    static const struct net_gate gate = {allow, note};
    net->policy = policy;
    net->gate = &gate;
}
