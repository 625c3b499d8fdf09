#include "lab/network.h"

#include "base/child.h"
#include "base/clock.h"
#include "lab/links.h"
#include "lab/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* --- users and namespaces ------------------------------------------------------------------------------- */

static bool write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    size_t length = strlen(text);
    bool fine = file >= 0 && write(file, text, length) == (ssize_t)length;
    int error = errno;
    if (file >= 0)
        close(file);
    errno = error;
    return fine;
}

/* Maps the user to itself; before the group, or the kernel refuses that. */
static struct status enter_user_namespace(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();
    char text[64];
    /* A process that has changed its user is not allowed to read about itself. */
    prctl(PR_SET_DUMPABLE, 1);
    if (unshare(CLONE_NEWUSER) != 0)
        return status_errno("user namespace", errno);
    snprintf(text, sizeof text, "%u %u 1\n", (unsigned)user, (unsigned)user);
    if (!write_text("/proc/self/uid_map", text))
        return status_errno("uid map", errno);
    write_text("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "%u %u 1\n", (unsigned)group, (unsigned)group);
    if (!write_text("/proc/self/gid_map", text))
        return status_errno("gid map", errno);
    return STATUS_OK;
}

/* A new network namespace, which the process is in now; a descriptor of it. */
static struct status new_namespace(int *namespace)
{
    if (unshare(CLONE_NEWNET) != 0)
        return status_errno("network namespace", errno);
    *namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    return *namespace >= 0 ? STATUS_OK : status_errno("network namespace", errno);
}

struct status network_go(const struct network *network, int host)
{
    return setns(host == NETWORK_ME ? network->me : network->peer, CLONE_NEWNET) == 0
               ? STATUS_OK
               : status_errno("network namespace", errno);
}

/* --- the hosts ------------------------------------------------------------------------------------------ */

static const struct host {
    const char *ipv4, *ipv6, *port;
    uint8_t mac[LINKS_MAC], port_mac[LINKS_MAC];
    const char *asked; /* one more of IPv4, whose MAC the other host must ask for; or NULL */
} hosts[NETWORK_HOSTS] = {
    [NETWORK_ME] = {"10.0.0.1", "fd00::1", "w0", {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 1, 1}},
    [NETWORK_PEER] = {"10.0.0.2", "fd00::2", "w1", {2, 0, 0, 0, 0, 2}, {2, 0, 0, 0, 1, 2}, "10.0.0.3"},
};

const struct net_name network_names[] = {
    {"me", {"10.0.0.1", "fd00::1", NULL}},
    {"peer", {"10.0.0.2", "fd00::2", NULL}},
    {NULL, {NULL}},
};

const char *network_address(int host, int family)
{
    return family == AF_INET6 ? hosts[host].ipv6 : hosts[host].ipv4;
}

const char *network_asked_address(void)
{
    return hosts[NETWORK_PEER].asked;
}

const uint8_t *network_mac(int host)
{
    return hosts[host].mac;
}

/* Every sysctl is optional: a container may forbid it. */
static const struct {
    const char *path, *value;
} settings[] = {
    {"/proc/sys/net/ipv4/tcp_no_metrics_save", "1"},
    {"/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"},
    {"/proc/sys/net/ipv6/conf/eth0/router_solicitations", "0"},
    {"/proc/sys/net/ipv6/conf/eth0/mldv2_unsolicited_report_interval", "0"},
};

/* Who may ping without rights: every group where there is more than one's own. */
static void settle_ping(void)
{
    static const char path[] = "/proc/sys/net/ipv4/ping_group_range";
    char own[64];
    snprintf(own, sizeof own, "%u %u", (unsigned)getegid(), (unsigned)getegid());
    if (!write_text(path, "0 2147483647"))
        write_text(path, own);
}

static struct status add_ipv4(const char *host)
{
    uint8_t address[4];
    inet_pton(AF_INET, host, address);
    return links_add_address("eth0", AF_INET, address, 24);
}

/* *ipv6_there: a kernel may be without it. */
static struct status add_both(const struct host *self, const struct host *other, bool *ipv6_there)
{
    uint8_t ipv4[4], ipv6[16];
    inet_pton(AF_INET6, self->ipv6, ipv6);
    struct status status = add_ipv4(self->ipv4);
    if (status_fine(status))
        *ipv6_there = status_fine(links_add_address("eth0", AF_INET6, ipv6, 64));
    if (status_fine(status) && self->asked != NULL)
        status = add_ipv4(self->asked);
    inet_pton(AF_INET, other->ipv4, ipv4);
    inet_pton(AF_INET6, other->ipv6, ipv6);
    if (status_fine(status))
        status = links_add_neighbour("eth0", AF_INET, ipv4, other->mac);
    if (status_fine(status))
        links_add_neighbour("eth0", AF_INET6, ipv6, other->mac);
    return status;
}

/* In the host's namespace, whose eth0 is there. */
static struct status settle_host(const struct host *self, const struct host *other, bool *ipv6_there)
{
    links_make_quiet("eth0");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        write_text(settings[i].path, settings[i].value);
    settle_ping();
    links_no_offload("eth0");
    struct status status = links_up("lo");
    if (status_fine(status))
        status = links_up("eth0");
    return status_fine(status) ? add_both(self, other, ipv6_there) : status;
}

/*
 * A kernel thread makes the host's way to its own IPv6 address, after the call that adds it: what came before that
 * would be dropped.  Not for ever: it may fail.
 */
static void wait_for_own(const struct host *self)
{
    const int64_t patience = CLOCK_SECOND, pause = 100000;
    const int64_t begin = clock_now();
    uint8_t ipv6[16];
    inet_pton(AF_INET6, self->ipv6, ipv6);
    while (!links_is_own(AF_INET6, ipv6) && clock_now() - begin < patience)
        nanosleep(&(struct timespec){.tv_nsec = pause}, NULL);
}

/* --- rights --------------------------------------------------------------------------------------------- */

static void keep_rights(uint32_t kept)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3] = {{.effective = kept, .permitted = kept}};
    syscall(SYS_capset, &header, rights);
}

/* --- the wire ------------------------------------------------------------------------------------------- */

/* In the namespace between, where both ports are. */
static struct status start_wire(struct network *network, struct ring *ring, const struct wire_judge *judge)
{
    int ports[NETWORK_HOSTS] = {-1, -1}, ends[2] = {-1, -1};
    struct status status = STATUS_OK;
    for (size_t i = 0; i < NETWORK_HOSTS && status_fine(status); i++) {
        links_make_quiet(hosts[i].port);
        status = links_up(hosts[i].port);
        if (status_fine(status))
            status = wire_open_port(hosts[i].port, &ports[i]);
    }
    if (status_fine(status))
        status = wire_open_orders(ends);
    pid_t parent = getpid(), wire = status_fine(status) ? fork() : -1;
    if (status_fine(status) && wire == 0) {
        child_begin(parent);
        dup2(ends[0], STDIN_FILENO);
        child_close(ports[0], ports[1], INT_MAX);
        /* Rules that are functions run there; what is open needs no rights. */
        keep_rights(0);
        wire_run(ports, STDIN_FILENO, ring, judge);
    }
    if (status_fine(status) && wire < 0)
        status = status_errno("fork", errno);
    for (size_t i = 0; i < NETWORK_HOSTS; i++)
        if (ports[i] >= 0)
            close(ports[i]);
    if (ends[0] >= 0)
        close(ends[0]);
    network->orders = ends[1];
    network->wire = wire;
    return status;
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static struct status make_links(const int namespaces[NETWORK_HOSTS])
{
    struct status status = STATUS_OK;
    for (size_t i = 0; i < NETWORK_HOSTS && status_fine(status); i++)
        status = links_make_pair(hosts[i].port, hosts[i].port_mac, "eth0", hosts[i].mac, namespaces[i]);
    return status;
}

/* Out of the way of the learner's descriptors. */
static int keep(int fd)
{
    return fd >= 0 ? child_move_up(fd, CHILD_HOUSE_DESCRIPTORS) : -1;
}

/* With the right to. */
static struct status make(struct network *network, struct ring *ring, const struct wire_judge *judge)
{
    int middle = -1, namespaces[NETWORK_HOSTS] = {-1, -1};
    bool ipv6[NETWORK_HOSTS] = {false};
    *network = (struct network){.orders = -1};
    struct status status = new_namespace(&namespaces[NETWORK_PEER]);
    if (status_fine(status))
        status = new_namespace(&namespaces[NETWORK_ME]);
    if (status_fine(status))
        status = new_namespace(&middle);
    if (status_fine(status))
        status = make_links(namespaces);
    if (status_fine(status))
        status = start_wire(network, ring, judge);
    if (middle >= 0)
        close(middle);
    network->orders = keep(network->orders);
    network->me = keep(namespaces[NETWORK_ME]);
    network->peer = keep(namespaces[NETWORK_PEER]);
    for (int host = NETWORK_HOSTS; host-- > 0 && status_fine(status);) {
        status = network_go(network, host);
        if (status_fine(status))
            status = settle_host(&hosts[host], &hosts[1 - host], &ipv6[host]);
    }
    for (int host = NETWORK_HOSTS; host-- > 0 && status_fine(status);) {
        status = network_go(network, host);
        if (status_fine(status) && ipv6[host])
            wait_for_own(&hosts[host]);
    }
    return status;
}

struct status network_enter(struct network *network, struct ring *ring, const struct wire_judge *judge)
{
    struct status status = enter_user_namespace();
    return status_fine(status) ? make(network, ring, judge) : status;
}

struct status network_enter_for_programs(struct network *network, struct ring *ring)
{
    bool may = geteuid() == 0 && unshare(CLONE_NEWUTS) == 0;
    struct status status = may ? STATUS_OK : enter_user_namespace();
    if (status_fine(status) && !may && unshare(CLONE_NEWUTS) != 0)
        status = status_errno("host name", errno);
    return status_fine(status) ? make(network, ring, NULL) : status;
}

struct status network_call_host(int host)
{
    const char *name = network_names[host].name;
    return unshare(CLONE_NEWUTS) == 0 && sethostname(name, strlen(name)) == 0 ? STATUS_OK
                                                                              : status_errno("host name", errno);
}

/* --- giving them up ------------------------------------------------------------------------------------- */

#define RIGHT(capability) (UINT32_C(1) << (capability))

void network_drop_rights(void)
{
    keep_rights(RIGHT(CAP_NET_RAW) | RIGHT(CAP_NET_BIND_SERVICE) | RIGHT(CAP_SYS_ADMIN));
}

void network_give_up_rights(void)
{
    keep_rights(0);
}

/* Inherited and ambient rights stay with a new program, whose own file says nothing of them. */
void network_lend_rights(void)
{
    static const int lent[] = {CAP_NET_RAW, CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_SYS_ADMIN};
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, rights) != 0)
        return;
    for (size_t i = 0; i < sizeof lent / sizeof *lent; i++)
        rights[0].inheritable |= RIGHT(lent[i]);
    syscall(SYS_capset, &header, rights);
    for (size_t i = 0; i < sizeof lent / sizeof *lent; i++)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, lent[i], 0, 0);
}

struct status network_join_peer(const struct network *network)
{
    struct status status = network_go(network, NETWORK_PEER);
    keep_rights(RIGHT(CAP_NET_RAW) | RIGHT(CAP_NET_BIND_SERVICE));
    return status;
}

void network_catch_up(const struct network *network)
{
    int64_t answer;
    if (network != NULL)
        wire_tell(network->orders, (struct wire_order){.kind = WIRE_SETTLE}, NULL, 0, &answer);
}

/* --- asking --------------------------------------------------------------------------------------------- */

struct status network_look(void)
{
    int ends[2];
    struct status status = status_errno("pipe", errno);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return status;
    pid_t parent = getpid(), process = fork();
    if (process == 0) {
        struct network network;
        struct ring *ring = ring_new(64);
        child_begin(parent);
        status = network_enter(&network, ring, NULL);
        /* `call` is a literal, and the child's are the parent's. */
        _exit(write(ends[1], &status, sizeof status) == sizeof status ? 0 : 1);
    }
    close(ends[1]);
    if (process < 0 || read(ends[0], &status, sizeof status) != sizeof status)
        status = status_errno("fork", EAGAIN);
    close(ends[0]);
    if (process > 0)
        child_wait(process, NULL);
    return status;
}

/* --- words ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *stage;
    int error; /* 0: any */
    const char *remedy;
} remedies[] = {
    {"user namespace", EPERM,
     "This system makes no user namespaces for ordinary users. In Docker: start it with --security-opt seccomp=unconfined. Elsewhere: sysctl kernel.unprivileged_userns_clone=1."},
    {"user namespace", ENOSPC,
     "No user namespace is left, or none is allowed: raise the sysctl user.max_user_namespaces."},
    {"user namespace", EINVAL, "A program with several threads cannot make one."},
    {"uid map", 0,
     "AppArmor forbids it, as Ubuntu 24.04 does: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for Sockrates."},
    {"network namespace", EPERM,
     "This system makes no network namespaces for this program. In Docker: start it with --security-opt seccomp=unconfined."},
    {"network namespace", ENOSPC, "No network namespace is left: raise the sysctl user.max_net_namespaces."},
    {"veth", EOPNOTSUPP, "The kernel has no veth interfaces: load the module veth."},
    {"packet socket", EAFNOSUPPORT, "The kernel has no packet sockets: load the module af_packet."},
};

const char *network_remedy(struct status status)
{
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strcmp(remedies[i].stage, status.call) == 0 &&
            (remedies[i].error == 0 || remedies[i].error == status.error))
            return remedies[i].remedy;
    return "A private network cannot be made here.";
}
