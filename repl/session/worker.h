/*
 * worker.h: the process behind a session.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_WORKER_H
#define SOCKRATES_SESSION_WORKER_H

#include "session/request.h"
#include "trace/ring.h"

#include <sys/types.h>

/*
 * In a freshly forked child: gives up terminal and descriptors, sets the limits, and serves frames from
 * `channel` until it closes.  `parent` is the front; `folder` becomes the current folder.  Never returns.
 */
_Noreturn void worker_run(int channel, struct ring *ring, const struct session_options *options, pid_t parent,
                          const char *folder);

#endif
