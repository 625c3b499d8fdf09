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

#endif
