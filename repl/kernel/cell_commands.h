/*
 * cell_commands.h: the tutor's commands, in a cell.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_CELL_COMMANDS_H
#define SOCKRATES_KERNEL_CELL_COMMANDS_H

#include "base/span.h"
#include "kernel/learner.h"

/*
 * What the command shows: a bundle, see bundle.h, or a list of them; a new reference.  NULL when there is no such
 * command: *fault is then what a failed cell shows.  The line has no colon.
 */
json_t *cell_command_run(struct learner *learner, struct span line, json_t **fault);

/* "connect?": what is known under the name. */
json_t *cell_command_question(struct learner *learner, struct span name);

#endif
