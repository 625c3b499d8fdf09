/*
 * describe.h: what a session holds, beyond its variables.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_DESCRIBE_H
#define SOCKRATES_SESSION_DESCRIBE_H

#include "lua/runtime.h"

#include <jansson.h>

/*
 * A list of rows of texts, the first one the heading: this session's sockets, as the kernel sees them; its
 * peers.
 */
json_t *describe_sockets(struct runtime *runtime);
json_t *describe_peers(struct runtime *runtime);

/*
 * The peers that global variables hold: {name: [its address, where programs find the same]}, each the bytes of a struct
 * sockaddr in hexadecimal.
 */
json_t *describe_addresses(struct runtime *runtime);

#endif
