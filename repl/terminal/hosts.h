/*
 * hosts.h: a private network whose two hosts run other people's programs.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_HOSTS_H
#define SOCKRATES_TERMINAL_HOSTS_H

#include "lab/program.h"
#include "render/command_line.h"
#include "trace/ring.h"

struct hosts {
    struct ring *ring;
    struct network network;
    struct keeper keeper;
    char *commands;   /* the folder of `me` and `peer`; NULL without */
    sigset_t signals; /* that are held back in programs */
};

/* True when this is on a host of one already, as the command then tells: a second one would have hosts of the same
 * names.
 */
bool hosts_around(enum subcommand_name name);

/* Why there is none, and what helps. */
void hosts_tell_refused(enum subcommand_name name, struct status status);

/* Makes it, and the calling process is on `me`.  False where none can be made: why, and what helps, the command tells.
 */
bool hosts_enter(struct hosts *hosts, struct ring *ring, enum subcommand_name name);

/* How a program is started on the host. */
struct program_way hosts_way(const struct hosts *hosts, int host);

/* Packets are on their way for a while: waits until none came for as long as one takes, a second at most. */
void hosts_settle(const struct hosts *hosts, int64_t takes);

/* Whatever runs there is gone. */
void hosts_leave(struct hosts *hosts);

#endif
