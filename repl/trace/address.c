#include "trace/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct address address_copy(const void *bytes, size_t length)
{
    struct address address = {.length = length <= sizeof address.storage ? (socklen_t)length : 0};
    memcpy(address.bytes, bytes, address.length);
    return address;
}

struct address event_address(const struct event *event)
{
    return address_copy(event->payload, event->address_length);
}

int address_family_of(const struct address *address)
{
    return address->length >= sizeof(sa_family_t) ? address->any.sa_family : AF_UNSPEC;
}

void address_set_port(struct address *address, uint16_t port)
{
    if (address->any.sa_family == AF_INET6)
        address->in6.sin6_port = htons(port);
    else
        address->in.sin_port = htons(port);
}

uint16_t address_port(const struct address *address)
{
    int family = address_family_of(address);
    if (family == AF_INET6)
        return ntohs(address->in6.sin6_port);
    return family == AF_INET ? ntohs(address->in.sin_port) : 0;
}

struct status address_unix(struct address *address, const char *path, size_t length)
{
    struct sockaddr_un *un = &address->un;
    bool abstract = length > 0 && path[0] == '\0';
    /* An abstract name may fill the room; a path keeps one byte for its terminating zero. */
    if (length > sizeof un->sun_path - (abstract ? 0 : 1))
        return (struct status){.kind = STATUS_PLAIN, .text = "AF_UNIX path too long"};
    memset(un, 0, sizeof *un);
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, length);
    address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (length > 0 && !abstract)
        address->length++;
    return STATUS_OK;
}

const char *address_unix_path(const struct address *address, size_t *length)
{
    const char *path = address->un.sun_path;
    size_t room = address->length > offsetof(struct sockaddr_un, sun_path)
                      ? address->length - offsetof(struct sockaddr_un, sun_path)
                      : 0;
    *length = room > 0 && path[0] != '\0' ? strnlen(path, room) : room;
    return path;
}

bool address_is_local(const struct address *address)
{
    int family = address_family_of(address);
    if (family != AF_INET && family != AF_INET6)
        return true;
    if (family == AF_INET) {
        uint32_t host = ntohl(address->in.sin_addr.s_addr);
        return host == INADDR_ANY || host >> 24 == 127;
    }
    const struct in6_addr *host = &address->in6.sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(host) || IN6_IS_ADDR_UNSPECIFIED(host) ||
           (IN6_IS_ADDR_V4MAPPED(host) && host->s6_addr[12] == 127);
}

void address_bare_host(const struct address *address, char room[ADDRESS_HOST_ROOM])
{
    if (address->any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &address->in6.sin6_addr, room, ADDRESS_HOST_ROOM);
    else
        inet_ntop(AF_INET, &address->in.sin_addr, room, ADDRESS_HOST_ROOM);
}

void address_host(const struct address *address, char room[ADDRESS_HOST_ROOM])
{
    address_bare_host(address, room);
    uint32_t scope = address->any.sa_family == AF_INET6 ? address->in6.sin6_scope_id : 0;
    if (scope == 0)
        return;
    char name[IF_NAMESIZE];
    size_t length = strlen(room);
    if (if_indextoname(scope, name) != NULL)
        snprintf(room + length, ADDRESS_HOST_ROOM - length, "%%%s", name);
    else
        snprintf(room + length, ADDRESS_HOST_ROOM - length, "%%%u", scope);
}

/* --- comparing ------------------------------------------------------------------------------------------ */

/* The host as IPv6 has it, so that all can be compared. */
static struct in6_addr host_of(const struct address *address)
{
    struct in6_addr host = IN6ADDR_ANY_INIT;
    if (address_family_of(address) == AF_INET6 && address->length >= sizeof address->in6) {
        host = address->in6.sin6_addr;
    } else if (address->length >= sizeof address->in) {
        memcpy(&host.s6_addr[12], &address->in.sin_addr, 4);
        if (!IN6_IS_ADDR_UNSPECIFIED(&host))
            memset(&host.s6_addr[10], 0xff, 2);
    }
    return host;
}

/* A path counts up to its zero byte, an abstract name with all its bytes. */
static bool same_path(const struct address *a, const struct address *b)
{
    size_t length, other;
    const char *path = address_unix_path(a, &length), *other_path = address_unix_path(b, &other);
    return length > 0 && length == other && memcmp(path, other_path, length) == 0;
}

/* An IPv4 wildcard stands for no IPv6 address; one of IPv6 may stand for both. */
static bool stands_for(const struct address *wildcard, const struct in6_addr *host)
{
    return address_family_of(wildcard) == AF_INET6 || IN6_IS_ADDR_V4MAPPED(host);
}

static bool same(const struct address *a, const struct address *b, bool wildcards)
{
    int family = address_family_of(a), other = address_family_of(b);
    if (family == AF_UNSPEC || other == AF_UNSPEC)
        return false;
    if (family == AF_UNIX || other == AF_UNIX)
        return family == other && same_path(a, b);
    struct in6_addr x = host_of(a), y = host_of(b);
    if (address_port(a) == 0 || address_port(a) != address_port(b))
        return false;
    bool any = (IN6_IS_ADDR_UNSPECIFIED(&x) && stands_for(a, &y)) || (IN6_IS_ADDR_UNSPECIFIED(&y) && stands_for(b, &x));
    return memcmp(&x, &y, sizeof x) == 0 || (wildcards && any);
}

bool address_reaches(const struct address *remote, const struct address *local)
{
    return same(remote, local, true);
}

bool address_same(const struct address *a, const struct address *b)
{
    return same(a, b, false);
}

bool address_same_host(const struct address *a, const struct address *b)
{
    struct address other = *b;
    if (other.length == 0)
        return false;
    address_set_port(&other, address_port(a));
    return address_same(a, &other);
}

/* --- as people write them ------------------------------------------------------------------------------- */

static void write_unix(struct text *text, const struct address *address)
{
    size_t length;
    const char *path = address_unix_path(address, &length);
    if (length == 0)
        text_add(text, "(unnamed)");
    else if (path[0] == '\0')
        text_format(text, "@%.*s", (int)length - 1, path + 1);
    else
        text_add_bytes(text, path, length);
}

void address_write(struct text *text, const struct address *address)
{
    char host[ADDRESS_HOST_ROOM];
    switch (address_family_of(address)) {
    case AF_UNSPEC:
        text_add(text, "(none)");
        break;
    case AF_INET:
        address_host(address, host);
        text_format(text, "%s:%u", host, address_port(address));
        break;
    case AF_INET6:
        address_host(address, host);
        text_format(text, "[%s]:%u", host, address_port(address));
        break;
    case AF_UNIX:
        write_unix(text, address);
        break;
    default:
        text_format(text, "(address of family %d)", address->any.sa_family);
    }
}
