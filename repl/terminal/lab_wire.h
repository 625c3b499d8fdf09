/*
 * lab_wire.h: what the options of `sockrates lab` say of the wire.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LAB_WIRE_H
#define SOCKRATES_TERMINAL_LAB_WIRE_H

#include "base/text.h"
#include "lab/schedule.h"
#include "render/command_line.h"

struct wire_wish {
    struct manner manner;
    struct rule rules[SCHEDULE_RULES];
    size_t rule_count;
};

/* False when a value is wrong, which is told then; *status is the exit status. */
bool lab_wire_read(struct wire_wish *wish, const struct command_line *line, int *status);

/* False when the wire is gone. */
bool lab_wire_tell(const struct wire_wish *wish, int orders);

/* "50 ms each way, 5 % lost"; "perfect". */
void lab_wire_describe(struct text *out, const struct command_line *line);

#endif
