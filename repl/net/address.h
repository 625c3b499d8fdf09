/*
 * address.h: socket addresses of the families INET, INET6 and UNIX.  Floor: net.
 */
#ifndef SOCKRATES_NET_ADDRESS_H
#define SOCKRATES_NET_ADDRESS_H

#include "base/status.h"
#include "base/text.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct net_address {
    socklen_t length; /* 0: no address */
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
        struct sockaddr_storage storage;
    };
};

/*
 * The address a numeric host means, without asking anybody: false when it is not numeric.  "" is the
 * wildcard, "<broadcast>" 255.255.255.255.  The port is 0.
 */
bool address_numeric(struct net_address *address, int family, const char *host);

void address_set_port(struct net_address *address, uint16_t port);
uint16_t address_port(const struct net_address *address);

/* A path, or an abstract name when it begins with a zero byte; "" asks the kernel to choose. */
struct status address_unix(struct net_address *address, const char *path, size_t length);

/* The path, or the abstract name with its leading zero byte; *length bytes, borrowed. */
const char *address_unix_path(const struct net_address *address, size_t *length);

/* True when only this machine can be meant: loopback, wildcard, UNIX, or none at all. */
bool address_is_local(const struct net_address *address);

/* Adds it as people write it: 127.0.0.1:80, [::1]:80, /tmp/x, @name for an abstract name. */
void address_write(struct text *text, const struct sockaddr *address, socklen_t length);

/* The host alone, numeric: "127.0.0.1". `room` must hold at least ADDRESS_HOST_ROOM bytes. */
#define ADDRESS_HOST_ROOM 80
void address_host(const struct net_address *address, char room[ADDRESS_HOST_ROOM]);

/* The same without the interface that a scope names: "fe80::1". */
void address_bare_host(const struct net_address *address, char room[ADDRESS_HOST_ROOM]);

#endif
