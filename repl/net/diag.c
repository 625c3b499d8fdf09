#include "net/diag.h"

#include "base/array.h"
#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

int diag_open(void)
{
    return socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static void put_host(uint32_t words[4], const struct address *address)
{
    if (address->any.sa_family == AF_INET6)
        memcpy(words, &address->in6.sin6_addr, 16);
    else
        words[0] = address->in.sin_addr.s_addr;
}

/* Of the first interface that each network has. */
#define LOOPBACK_INDEX 1

/* A session's sockets are tied to loopback, and found only where they are tied to. */
static bool is_loopback(const struct address *address)
{
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr);
    return ntohl(address->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

struct question {
    struct nlmsghdr head;
    struct inet_diag_req_v2 body;
};

static struct question question_of(const struct address *local, const struct address *remote)
{
    struct question question = {
        .head = {.nlmsg_len = sizeof question, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
        .body = {.sdiag_family = (uint8_t)local->any.sa_family,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_ext = 1 << (INET_DIAG_INFO - 1),
                 .idiag_states = UINT32_MAX,
                 .id = {.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
    question.body.id.idiag_sport = local->in.sin_port;
    question.body.id.idiag_dport = remote->in.sin_port;
    if (is_loopback(local) && is_loopback(remote))
        question.body.id.idiag_if = LOOPBACK_INDEX;
    put_host(question.body.id.idiag_src, local);
    put_host(question.body.id.idiag_dst, remote);
    return question;
}

/* What comes behind the answer's head: attributes, of which the kernel may leave some out.  False: this one, too. */
static bool find_info(const struct inet_diag_msg *message, ssize_t length, struct tcp_info *info)
{
    const struct rtattr *part = (const struct rtattr *)(message + 1);
    ssize_t left = length - (ssize_t)NLMSG_LENGTH(sizeof *message);
    bool found = false;
    *info = (struct tcp_info){.tcpi_state = 0};
    for (; RTA_OK(part, left); part = RTA_NEXT(part, left)) {
        size_t room = RTA_PAYLOAD(part);
        if (part->rta_type != INET_DIAG_INFO)
            continue;
        memcpy(info, RTA_DATA(part), room < sizeof *info ? room : sizeof *info);
        found = true;
    }
    return found;
}

enum diag_answer diag_ask(int fd, const struct address *local, const struct address *remote, struct diag_about *about)
{
    struct question question = question_of(local, remote);
    _Alignas(struct nlmsghdr) char answer[4096];
    ssize_t length = send(fd, &question, sizeof question, 0) < 0 ? -1 : recv(fd, answer, sizeof answer, MSG_DONTWAIT);
    const struct nlmsghdr *head = (const struct nlmsghdr *)answer;
    if (length < 0)
        return DIAG_FAILED;
    if (length < (ssize_t)NLMSG_LENGTH(sizeof(struct inet_diag_msg)) || head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
        return DIAG_FORGOTTEN;
    const struct inet_diag_msg *message = NLMSG_DATA(head);
    struct tcp_info info;
    *about = (struct diag_about){.state = message->idiag_state, .unread = message->idiag_rqueue};
    find_info(message, length, &info);
    about->received = info.tcpi_bytes_received;
    return DIAG_KNOWN;
}

int64_t diag_unread(int fd, int s, uint64_t sent)
{
    const struct net_socket own = {.fd = s};
    struct address local, remote;
    struct diag_about about;
    int queued;
    if (!socket_name_quietly(&own, false, &local) || !socket_name_quietly(&own, true, &remote))
        return -1;
    if (local.any.sa_family == AF_UNIX)
        return ioctl(s, SIOCOUTQ, &queued) == 0 ? queued : -1;
    if (fd < 0 || diag_ask(fd, &remote, &local, &about) != DIAG_KNOWN)
        return -1;
    return about.unread + (sent > about.received ? (int64_t)(sent - about.received) : 0);
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static struct address address_of(const uint32_t words[4], uint16_t port, int family)
{
    struct address address = {.length = family == AF_INET6 ? sizeof address.in6 : sizeof address.in};
    address.any.sa_family = (sa_family_t)family;
    if (family == AF_INET6)
        memcpy(&address.in6.sin6_addr, words, 16);
    else
        address.in.sin_addr.s_addr = words[0];
    address.in.sin_port = port;
    return address;
}

static struct diag_socket socket_of(const struct inet_diag_msg *message, ssize_t length, int protocol)
{
    struct tcp_info info;
    int family = message->idiag_family;
    struct diag_socket found = {.protocol = protocol,
                                .state = message->idiag_state,
                                .received = message->idiag_rqueue,
                                .unsent = message->idiag_wqueue,
                                .local = address_of(message->id.idiag_src, message->id.idiag_sport, family),
                                .remote = address_of(message->id.idiag_dst, message->id.idiag_dport, family)};
    found.measured = find_info(message, length, &info) && protocol == IPPROTO_TCP && address_port(&found.remote) != 0;
    found.timeout = info.tcpi_rto;
    found.round_trip = info.tcpi_rtt;
    found.window = info.tcpi_snd_cwnd;
    found.resent = info.tcpi_total_retrans;
    return found;
}

struct listing {
    struct diag_socket *list;
    size_t count;
    int protocol;
    bool done;
};

static void take_answers(struct listing *listing, const char *answers, ssize_t length)
{
    const struct nlmsghdr *head = (const struct nlmsghdr *)answers;
    for (; NLMSG_OK(head, length); head = NLMSG_NEXT(head, length)) {
        listing->done = listing->done || head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR;
        if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY)
            ARRAY_ADD(listing->list, listing->count,
                      socket_of(NLMSG_DATA(head), (ssize_t)head->nlmsg_len, listing->protocol));
    }
}

static struct status list_some(int fd, int family, struct listing *listing)
{
    _Alignas(struct nlmsghdr) char answers[16384];
    struct question question = {.head = {.nlmsg_len = sizeof question,
                                         .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                                         .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                                .body = {.sdiag_family = (uint8_t)family,
                                         .sdiag_protocol = (uint8_t)listing->protocol,
                                         .idiag_ext = 1 << (INET_DIAG_INFO - 1),
                                         .idiag_states = UINT32_MAX}};
    if (send(fd, &question, sizeof question, 0) < 0)
        return status_errno("sock_diag", errno);
    for (listing->done = false; !listing->done;) {
        ssize_t length = recv(fd, answers, sizeof answers, 0);
        if (length < 0 && errno != EINTR)
            return status_errno("sock_diag", errno);
        if (length > 0)
            take_answers(listing, answers, length);
    }
    return STATUS_OK;
}

struct status diag_list(int fd, struct diag_socket **list, size_t *count)
{
    static const int protocols[] = {IPPROTO_TCP, IPPROTO_UDP}, families[] = {AF_INET, AF_INET6};
    struct listing listing = {.list = NULL};
    struct status status = STATUS_OK;
    for (size_t i = 0; i < 4 && status_fine(status); i++) {
        listing.protocol = protocols[i / 2];
        status = list_some(fd, families[i % 2], &listing);
    }
    if (!status_fine(status)) {
        free(listing.list);
        return status;
    }
    *list = listing.list;
    *count = listing.count;
    return STATUS_OK;
}
