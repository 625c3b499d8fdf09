#include "net/table.h"

#include "base/array.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As the kernel counts them (include/net/tcp_states.h); UDP uses two of them. */
static const char *const tcp_states[] = {
    "?",     "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",    "TIME_WAIT",
    "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV",
};
#define TCP_STATES (sizeof tcp_states / sizeof *tcp_states)

static const char *const timers[] = {NULL, "resent", "keepalive", "time wait", "probe"};
#define TIMERS (sizeof timers / sizeof *timers)

/* Where the sockets of a family and type are listed; `type` 0 for every one. */
static const struct {
    const char *path;
    int family, type;
} files[] = {
    {"/proc/self/net/tcp", AF_INET, SOCK_STREAM}, {"/proc/self/net/tcp6", AF_INET6, SOCK_STREAM},
    {"/proc/self/net/udp", AF_INET, SOCK_DGRAM},  {"/proc/self/net/udp6", AF_INET6, SOCK_DGRAM},
    {"/proc/self/net/raw", AF_INET, SOCK_RAW},    {"/proc/self/net/raw6", AF_INET6, SOCK_RAW},
    {"/proc/self/net/unix", AF_UNIX, 0},
};

/* "0100007F:0050": words of the address in the machine's byte order, then the port. */
static struct address parse_address(const char *text, int family)
{
    struct address address = {0};
    uint32_t words[4] = {0};
    size_t count = family == AF_INET ? 1 : 4;
    for (size_t i = 0; i < count; i++, text += 8)
        if (sscanf(text, "%8" SCNx32, &words[i]) != 1)
            return address;
    unsigned port = 0;
    if (*text == ':')
        sscanf(text + 1, "%4x", &port);
    if (family == AF_INET) {
        address.in.sin_addr.s_addr = words[0];
        address.length = sizeof address.in;
    } else {
        memcpy(&address.in6.sin6_addr, words, sizeof words);
        address.length = sizeof address.in6;
    }
    address.any.sa_family = (sa_family_t)family;
    address_set_port(&address, (uint16_t)port);
    return address;
}

static bool is_nobody(const struct address *address)
{
    static const struct in6_addr none = IN6ADDR_ANY_INIT;
    bool any = address->any.sa_family == AF_INET ? address->in.sin_addr.s_addr == 0
                                                 : memcmp(&address->in6.sin6_addr, &none, sizeof none) == 0;
    return any && address_port(address) == 0;
}

/* A line of tcp, udp or raw; false for none, such as the heading. */
static bool take_internet(const char *line, unsigned long *inode, struct socket_row *row)
{
    char local[40], remote[40];
    unsigned state, timer, retries;
    uint64_t send, receive, when;
    if (sscanf(line, " %*d: %39s %39s %x %" SCNx64 ":%" SCNx64 " %x:%" SCNx64 " %x %*u %*d %lu", local, remote, &state,
               &send, &receive, &timer, &when, &retries, inode) != 9)
        return false;
    row->local = parse_address(local, row->family);
    row->remote = parse_address(remote, row->family);
    if (is_nobody(&row->remote))
        row->remote.length = 0;
    row->send_queue = send;
    row->receive_queue = receive;
    row->state = state < TCP_STATES ? tcp_states[state] : "?";
    if (row->type != SOCK_STREAM)
        row->state = state == 1 ? "connected" : "bound";
    row->timer = timer < TIMERS ? timers[timer] : NULL;
    row->due = (double)when / (double)sysconf(_SC_CLK_TCK);
    row->retries = retries;
    return true;
}

static bool take_unix(const char *line, unsigned long *inode, struct socket_row *row)
{
    unsigned flags, state;
    int path = 0;
    if (sscanf(line, "%*s %*s %*s %x %*x %x %lu %n", &flags, &state, inode, &path) != 3)
        return false;
    row->state = flags & 0x10000 ? "LISTEN" : state == 3 ? "connected" : "unconnected";
    size_t length = path > 0 ? strcspn(line + path, "\n") : 0;
    if (length > 0 && length < sizeof row->local.un.sun_path) {
        row->local.un.sun_family = AF_UNIX;
        memcpy(row->local.un.sun_path, line + path, length);
        row->local.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
        if (line[path] == '@') { /* an abstract name */
            row->local.un.sun_path[0] = '\0';
            row->local.length--;
        }
    }
    return true;
}

/* Those of the caller's, with their inodes: the kernel's lists name sockets by that. */
struct sought {
    struct socket_row *rows;
    unsigned long *inodes;
    size_t count;
};

static bool is_in_file(const struct socket_row *row, size_t file)
{
    return files[file].family == row->family && (files[file].type == 0 || files[file].type == row->type);
}

static void take_line(struct sought *sought, size_t file, const char *line)
{
    struct socket_row found = {.family = files[file].family, .type = files[file].type};
    unsigned long inode;
    if (!(found.family == AF_UNIX ? take_unix : take_internet)(line, &inode, &found) || inode == 0)
        return; /* none has 0: that is nobody's, in TIME_WAIT for instance */
    for (size_t i = 0; i < sought->count; i++) {
        struct socket_row *row = &sought->rows[i];
        if (sought->inodes[i] != inode || !is_in_file(row, file))
            continue;
        found.fd = row->fd;
        found.type = row->type;
        *row = found;
    }
}

/* Once for all of them: a machine may have thousands of others. */
static void look_up(struct sought *sought, size_t file)
{
    bool wanted = false;
    for (size_t i = 0; i < sought->count; i++)
        wanted = wanted || is_in_file(&sought->rows[i], file);
    FILE *list = wanted ? fopen(files[file].path, "re") : NULL;
    char *line = NULL;
    size_t room = 0;
    while (list != NULL && getline(&line, &room, list) >= 0)
        take_line(sought, file, line);
    free(line);
    if (list != NULL)
        fclose(list);
}

static int by_descriptor(const void *one, const void *other)
{
    return ((const struct socket_row *)one)->fd - ((const struct socket_row *)other)->fd;
}

struct socket_row *socket_table(const struct net *net, size_t *count)
{
    struct sought sought = {.count = 0};
    size_t inodes = 0;
    for (const struct net_socket *s = net->open; s != NULL; s = s->next) {
        struct stat status = {0};
        fstat(s->fd, &status);
        ARRAY_ADD(sought.inodes, inodes, (unsigned long)status.st_ino);
        ARRAY_ADD(sought.rows, sought.count,
                  (struct socket_row){.fd = s->fd, .family = s->family, .type = s->type, .state = "new"});
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        look_up(&sought, i);
    free(sought.inodes);
    array_sort(sought.rows, sought.count, sizeof *sought.rows, by_descriptor);
    *count = sought.count;
    return sought.rows;
}
