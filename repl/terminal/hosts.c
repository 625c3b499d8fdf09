#include "terminal/hosts.h"

#include "base/path.h"
#include "base/place.h"
#include "lab/names.h"
#include "render/command_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *find_commands(void)
{
    char *peer = place_helper("lab/peer"), *folder = path_folder(peer);
    if (access(peer, X_OK) != 0) {
        free(folder);
        folder = NULL;
    }
    free(peer);
    return folder;
}

bool hosts_around(enum subcommand_name name)
{
    if (program_keeper() <= 0)
        return false;
    if (name == SUBCOMMAND_LAB)
        command_line_tell(name, "this is a lab already; `peer COMMAND` runs a program on its other host");
    else
        command_line_tell(name, "this is a lab already: without --lab it runs on this host of it, or leave it first");
    return true;
}

void hosts_tell_refused(enum subcommand_name name, struct status status)
{
    command_line_tell(name, "no private network: %s: %s. %s", status.call, strerror(status.error),
                      network_remedy(status));
}

bool hosts_enter(struct hosts *hosts, struct ring *ring, enum subcommand_name name)
{
    *hosts = (struct hosts){.ring = ring, .commands = find_commands()};
    sigprocmask(SIG_BLOCK, NULL, &hosts->signals);
    struct status status = network_enter_for_programs(&hosts->network, ring);
    if (!status_fine(status)) {
        hosts_tell_refused(name, status);
        return false;
    }
    network_call_host(NETWORK_ME);
    if (!status_fine(names_mount()))
        command_line_tell(name, "the names me and peer are not known here: use the addresses %s and %s",
                          network_address(NETWORK_ME, AF_INET), network_address(NETWORK_PEER, AF_INET));
    status = keeper_start(&hosts->keeper, &hosts->network);
    if (!status_fine(status))
        command_line_tell(name, "no process could be started: %s", strerror(status.error));
    return status_fine(status);
}

struct program_way hosts_way(const struct hosts *hosts, int host)
{
    return (struct program_way){.network = &hosts->network,
                                .keeper = &hosts->keeper,
                                .host = host,
                                .terminal = -1,
                                .signals = hosts->signals,
                                .commands = hosts->commands};
}

void hosts_settle(const struct hosts *hosts, int64_t takes)
{
    int64_t quiet = takes + 20 * CLOCK_MILLISECOND, until = clock_after(CLOCK_SECOND);
    uint64_t seen;
    quiet = quiet < CLOCK_SECOND ? quiet : CLOCK_SECOND;
    const struct timespec pause = {quiet / CLOCK_SECOND, quiet % CLOCK_SECOND};
    do {
        seen = ring_next(hosts->ring);
        nanosleep(&pause, NULL);
        network_catch_up(&hosts->network);
    } while (ring_next(hosts->ring) != seen && clock_now() < until);
}

void hosts_leave(struct hosts *hosts)
{
    keeper_end(&hosts->keeper);
    free(hosts->commands);
    hosts->commands = NULL;
}
