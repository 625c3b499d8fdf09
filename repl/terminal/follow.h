/*
 * follow.h: sockrates trace, a program of any language in the picture.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_FOLLOW_H
#define SOCKRATES_TERMINAL_FOLLOW_H

#include "base/status.h"
#include "render/command_line.h"

#include <stdint.h>

struct hosts;

int follow_command(int argc, char **argv);

/* Says for the command why the program was not started; the exit status, as shells have it. */
int follow_not_started(enum subcommand_name name, struct status status, const char *program);

/*
 * The same for the program on `me` and those of --peer on the other host of a network that is there already, with its
 * packets; each takes so many nanoseconds there and back.
 */
int follow_on_hosts(const struct command_line *line, const struct hosts *hosts, int64_t takes);

#endif
