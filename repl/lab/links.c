#include "lab/links.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- a question ----------------------------------------------------------------------------------------- */

struct question {
    struct nlmsghdr head;
    char body[512];
};

static struct question begin(int type, int flags, const void *body, size_t length)
{
    struct question question = {.head = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(length),
                                         .nlmsg_type = (uint16_t)type,
                                         .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags)}};
    memcpy(question.body, body, length);
    return question;
}

/* The attribute, with a copy of the value; a nested one begins without and is closed by close_nest(). */
static struct rtattr *add(struct question *question, int type, const void *value, size_t length)
{
    struct rtattr *attribute = (struct rtattr *)((char *)question + NLMSG_ALIGN(question->head.nlmsg_len));
    attribute->rta_type = (unsigned short)type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(length);
    if (length > 0)
        memcpy(RTA_DATA(attribute), value, length);
    question->head.nlmsg_len = (uint32_t)(NLMSG_ALIGN(question->head.nlmsg_len) + RTA_ALIGN(attribute->rta_len));
    return attribute;
}

static void add_text(struct question *question, int type, const char *text)
{
    add(question, type, text, strlen(text) + 1);
}

static void close_nest(const struct question *question, struct rtattr *nest)
{
    nest->rta_len = (unsigned short)((const char *)question + question->head.nlmsg_len - (char *)nest);
}

/* What the kernel answers first: an error, which may be 0, or what was asked for. */
struct answer {
    struct nlmsghdr head;
    union {
        struct nlmsgerr error;
        struct rtmsg route;
    } body;
    char rest[512];
};

/* 0, or errno. */
static int exchange(const struct question *question, struct answer *answer)
{
    int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (s < 0)
        return errno;
    bool fine = send(s, question, question->head.nlmsg_len, 0) >= 0 && recv(s, answer, sizeof *answer, 0) >= 0;
    int error = fine ? 0 : errno;
    close(s);
    return error;
}

static struct status ask(const struct question *question, const char *what)
{
    struct answer answer = {.body.error = {.error = -EPROTO}};
    int error = exchange(question, &answer);
    if (error == 0)
        error = -answer.body.error.error;
    return error == 0 ? STATUS_OK : status_errno(what, error);
}

/* --- what is asked -------------------------------------------------------------------------------------- */

struct status links_make_pair(const char *here, const uint8_t here_mac[LINKS_MAC], const char *there,
                              const uint8_t there_mac[LINKS_MAC], int there_namespace)
{
    const struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    uint32_t one = 1, none = 0;
    struct question question = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
    add_text(&question, IFLA_IFNAME, here);
    add(&question, IFLA_ADDRESS, here_mac, LINKS_MAC);
    add(&question, IFLA_NUM_TX_QUEUES, &one, sizeof one);
    add(&question, IFLA_NUM_RX_QUEUES, &one, sizeof one);
    add(&question, IFLA_TXQLEN, &none, sizeof none);
    struct rtattr *about = add(&question, IFLA_LINKINFO, NULL, 0);
    add_text(&question, IFLA_INFO_KIND, "veth");
    struct rtattr *data = add(&question, IFLA_INFO_DATA, NULL, 0);
    struct rtattr *other = add(&question, VETH_INFO_PEER, &link, sizeof link);
    add_text(&question, IFLA_IFNAME, there);
    add(&question, IFLA_ADDRESS, there_mac, LINKS_MAC);
    add(&question, IFLA_NUM_TX_QUEUES, &one, sizeof one);
    add(&question, IFLA_NUM_RX_QUEUES, &one, sizeof one);
    add(&question, IFLA_NET_NS_FD, &there_namespace, sizeof there_namespace);
    close_nest(&question, other);
    close_nest(&question, data);
    close_nest(&question, about);
    return ask(&question, "veth");
}

struct status links_make_quiet(const char *name)
{
    const struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)if_nametoindex(name)};
    uint8_t none = IN6_ADDR_GEN_MODE_NONE;
    struct question question = begin(RTM_NEWLINK, 0, &link, sizeof link);
    struct rtattr *families = add(&question, IFLA_AF_SPEC, NULL, 0);
    struct rtattr *family = add(&question, AF_INET6, NULL, 0);
    add(&question, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none);
    close_nest(&question, family);
    close_nest(&question, families);
    return ask(&question, "addr-gen-mode");
}

struct status links_up(const char *name)
{
    const struct ifinfomsg link = {
        .ifi_family = AF_UNSPEC, .ifi_index = (int)if_nametoindex(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    struct question question = begin(RTM_NEWLINK, 0, &link, sizeof link);
    return ask(&question, "link up");
}

static size_t size_of(int family)
{
    return family == AF_INET ? 4 : 16;
}

struct status links_add_address(const char *name, int family, const void *address, unsigned prefix)
{
    const struct ifaddrmsg message = {.ifa_family = (unsigned char)family,
                                      .ifa_prefixlen = (unsigned char)prefix,
                                      .ifa_flags = IFA_F_NODAD,
                                      .ifa_index = if_nametoindex(name)};
    struct question question = begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &message, sizeof message);
    add(&question, IFA_LOCAL, address, size_of(family));
    add(&question, IFA_ADDRESS, address, size_of(family));
    return ask(&question, "address");
}

bool links_is_own(int family, const void *address)
{
    const struct rtmsg message = {.rtm_family = (unsigned char)family,
                                  .rtm_dst_len = (unsigned char)(8 * size_of(family))};
    struct question question = begin(RTM_GETROUTE, 0, &message, sizeof message);
    struct answer answer = {.head = {0}};
    add(&question, RTA_DST, address, size_of(family));
    return exchange(&question, &answer) == 0 && answer.head.nlmsg_type == RTM_NEWROUTE &&
           answer.body.route.rtm_type == RTN_LOCAL;
}

struct status links_add_neighbour(const char *name, int family, const void *address, const uint8_t mac[LINKS_MAC])
{
    const struct ndmsg message = {
        .ndm_family = (unsigned char)family, .ndm_ifindex = (int)if_nametoindex(name), .ndm_state = NUD_PERMANENT};
    struct question question = begin(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &message, sizeof message);
    add(&question, NDA_DST, address, size_of(family));
    add(&question, NDA_LLADDR, mac, LINKS_MAC);
    return ask(&question, "neighbour");
}

struct status links_no_offload(const char *name)
{
    static const uint32_t switches[] = {ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO};
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct status status = STATUS_OK;
    for (size_t i = 0; i < sizeof switches / sizeof *switches && status_fine(status); i++) {
        struct ethtool_value value = {.cmd = switches[i], .data = 0};
        struct ifreq request = {.ifr_data = (char *)&value};
        strncpy(request.ifr_name, name, IFNAMSIZ - 1);
        if (ioctl(s, SIOCETHTOOL, &request) != 0)
            status = status_errno("ethtool", errno);
    }
    close(s);
    return status;
}
