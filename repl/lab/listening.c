#include "lab/listening.h"

#include "base/rows.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/socket.h>

/* A UDP socket without a peer is in the state TCP_CLOSE; with one it is in TCP_ESTABLISHED. */
static const struct {
    int family, protocol, state;
} kinds[] = {
    {AF_INET, IPPROTO_TCP, TCP_LISTEN},
    {AF_INET6, IPPROTO_TCP, TCP_LISTEN},
    {AF_INET, IPPROTO_UDP, TCP_CLOSE},
    {AF_INET6, IPPROTO_UDP, TCP_CLOSE},
};

struct status listening_open(int *diag)
{
    *diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    return *diag >= 0 ? STATUS_OK : status_errno("socket", errno);
}

static bool ask(int diag, int family, int protocol, int state)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } question = {
        .head = {.nlmsg_len = sizeof question,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = (uint8_t)family, .sdiag_protocol = (uint8_t)protocol, .idiag_states = 1U << state},
    };
    return send(diag, &question, sizeof question, 0) == sizeof question;
}

/* Counts the messages of a part of the answer; true when it was the last. */
static bool count_part(const struct nlmsghdr *head, size_t left, size_t *count)
{
    for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
        if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
            return true;
        const struct inet_diag_msg *message = NLMSG_DATA(head);
        *count += message->id.idiag_sport != 0;
    }
    return false;
}

struct status listening_count(int diag, size_t *count)
{
    _Alignas(struct nlmsghdr) char answer[16384];
    *count = 0;
    for (size_t i = 0; i < ROW_COUNT(kinds); i++) {
        bool done = !ask(diag, kinds[i].family, kinds[i].protocol, kinds[i].state);
        while (!done) {
            ssize_t length = recv(diag, answer, sizeof answer, 0);
            if (length < 0)
                return status_errno("recv", errno);
            done = count_part((const struct nlmsghdr *)(const void *)answer, (size_t)length, count);
        }
    }
    return STATUS_OK;
}
