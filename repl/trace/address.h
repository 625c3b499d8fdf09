/*
 * address.h: socket addresses of the families INET, INET6 and UNIX, as they are kept, compared and written.  Floor:
 * trace.
 */
#ifndef SOCKRATES_TRACE_ADDRESS_H
#define SOCKRATES_TRACE_ADDRESS_H

#include "base/status.h"
#include "base/text.h"
#include "trace/event.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct address {
    socklen_t length; /* 0: no address */
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
        struct sockaddr_storage storage;
        char bytes[sizeof(struct sockaddr_storage)];
    };
};

/* Its family; AF_UNSPEC for no address. */
int address_family_of(const struct address *address);

/* The port; 0 for an address that has none. */
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);

/* The bytes of a struct sockaddr, copied; no address when there are too many.  The one that an event recorded. */
struct address address_copy(const void *bytes, size_t length);
struct address event_address(const struct event *event);

/* A path, or an abstract name when it begins with a zero byte; "" asks the kernel to choose. */
struct status address_unix(struct address *address, const char *path, size_t length);

/* The path, or the abstract name with its leading zero byte; *length bytes, borrowed. */
const char *address_unix_path(const struct address *address, size_t *length);

/* True when only this machine can be meant: loopback, wildcard, UNIX, or none at all. */
bool address_is_local(const struct address *address);

/* True when what is sent to `remote` comes to a socket whose own address is `local`; when both are one. */
bool address_reaches(const struct address *remote, const struct address *local);
bool address_same(const struct address *a, const struct address *b);

/* The same but for their ports. */
bool address_same_host(const struct address *a, const struct address *b);

/* Adds it as people write it: 127.0.0.1:80, [::1]:80, /tmp/x, @name for an abstract name. */
void address_write(struct text *text, const struct address *address);

/* The host alone, numeric: "127.0.0.1". `room` must hold at least ADDRESS_HOST_ROOM bytes. */
#define ADDRESS_HOST_ROOM 80
void address_host(const struct address *address, char room[ADDRESS_HOST_ROOM]);

/* The same without the interface that a scope names: "fe80::1". */
void address_bare_host(const struct address *address, char room[ADDRESS_HOST_ROOM]);

#endif
