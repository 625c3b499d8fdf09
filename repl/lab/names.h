/*
 * names.h: what programs find in /etc while they are on a host of a private network.  Floor: lab.
 *
 * The C library and most others ask the files there what "peer" is; in a mount namespace of one's own they say so, and
 * name no server that cannot be reached.  The files of the machine stay what they are.
 */
#ifndef SOCKRATES_LAB_NAMES_H
#define SOCKRATES_LAB_NAMES_H

#include "base/status.h"

/*
 * The calling process has its own view of the file system from here on, in which the hosts of the network have names.
 * Needs the right to mount, as in a user namespace of one's own.
 */
struct status names_mount(void);

#endif
