#include "net/address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool numeric_inet(struct net_address *address, const char *host)
{
    struct sockaddr_in *in = &address->in;
    address->length = sizeof *in;
    in->sin_family = AF_INET;
    if (*host == '\0')
        return in->sin_addr.s_addr = htonl(INADDR_ANY), true;
    if (strcmp(host, "<broadcast>") == 0)
        return in->sin_addr.s_addr = htonl(INADDR_BROADCAST), true;
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

/* fe80::1%eth0 and fe80::1%2 name the interface behind a percent sign; only link-local addresses by name. */
static bool numeric_inet6(struct net_address *address, const char *host)
{
    struct sockaddr_in6 *in6 = &address->in6;
    address->length = sizeof *in6;
    in6->sin6_family = AF_INET6;
    if (*host == '\0')
        return in6->sin6_addr = in6addr_any, true;
    const char *percent = strchr(host, '%');
    if (percent == NULL)
        return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
    char alone[INET6_ADDRSTRLEN];
    size_t length = (size_t)(percent - host);
    if (length >= sizeof alone)
        return false;
    memcpy(alone, host, length);
    alone[length] = '\0';
    if (inet_pton(AF_INET6, alone, &in6->sin6_addr) != 1)
        return false;
    if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&in6->sin6_addr))
        in6->sin6_scope_id = if_nametoindex(percent + 1);
    char *end = NULL;
    if (in6->sin6_scope_id == 0)
        in6->sin6_scope_id = (uint32_t)strtoul(percent + 1, &end, 10);
    return in6->sin6_scope_id != 0 && (end == NULL || *end == '\0');
}

bool address_numeric(struct net_address *address, int family, const char *host)
{
    memset(&address->storage, 0, sizeof address->in6);
    return family == AF_INET6 ? numeric_inet6(address, host) : numeric_inet(address, host);
}

void address_set_port(struct net_address *address, uint16_t port)
{
    if (address->any.sa_family == AF_INET6)
        address->in6.sin6_port = htons(port);
    else
        address->in.sin_port = htons(port);
}

uint16_t address_port(const struct net_address *address)
{
    return ntohs(address->any.sa_family == AF_INET6 ? address->in6.sin6_port : address->in.sin_port);
}

struct status address_unix(struct net_address *address, const char *path, size_t length)
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

const char *address_unix_path(const struct net_address *address, size_t *length)
{
    const char *path = address->un.sun_path;
    size_t room = address->length > offsetof(struct sockaddr_un, sun_path)
                      ? address->length - offsetof(struct sockaddr_un, sun_path)
                      : 0;
    *length = room > 0 && path[0] != '\0' ? strnlen(path, room) : room;
    return path;
}

bool address_is_local(const struct net_address *address)
{
    if (address->length == 0 || (address->any.sa_family != AF_INET && address->any.sa_family != AF_INET6))
        return true;
    if (address->any.sa_family == AF_INET) {
        uint32_t host = ntohl(address->in.sin_addr.s_addr);
        return host == INADDR_ANY || host >> 24 == 127;
    }
    const struct in6_addr *host = &address->in6.sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(host) || IN6_IS_ADDR_UNSPECIFIED(host) ||
           (IN6_IS_ADDR_V4MAPPED(host) && host->s6_addr[12] == 127);
}

void address_bare_host(const struct net_address *address, char room[ADDRESS_HOST_ROOM])
{
    if (address->any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &address->in6.sin6_addr, room, ADDRESS_HOST_ROOM);
    else
        inet_ntop(AF_INET, &address->in.sin_addr, room, ADDRESS_HOST_ROOM);
}

void address_host(const struct net_address *address, char room[ADDRESS_HOST_ROOM])
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

static void write_unix(struct text *text, const struct net_address *address)
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

void address_write(struct text *text, const struct sockaddr *bytes, socklen_t length)
{
    struct net_address address = {.length = length};
    if (length < sizeof(sa_family_t) || length > sizeof address.storage) {
        text_add(text, "(none)");
        return;
    }
    memcpy(&address.storage, bytes, length);
    char host[ADDRESS_HOST_ROOM];
    switch (address.any.sa_family) {
    case AF_INET:
        address_host(&address, host);
        text_format(text, "%s:%u", host, address_port(&address));
        break;
    case AF_INET6:
        address_host(&address, host);
        text_format(text, "[%s]:%u", host, address_port(&address));
        break;
    case AF_UNIX:
        write_unix(text, &address);
        break;
    default:
        text_format(text, "(address of family %d)", address.any.sa_family);
    }
}
