/*
 * reference.h: what the tutor says about a name.  Floor: terminal.
 *
 * lua/help.h knows it; here advice is added.
 */
#ifndef SOCKRATES_TERMINAL_REFERENCE_H
#define SOCKRATES_TERMINAL_REFERENCE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes as Markdown what is known under this name, with or without a module or a receiver: "connect",
 * "socket.AF_INET", "mine:connect".  False when nothing is.
 */
bool reference_describe(struct text *markdown, const char *name);

/* The names that are nearest to an unknown one: "connect, connect_ex"; "" when none is near. */
void reference_nearest(struct text *names, const char *name);

/* The signature of a name that stands at `offset` in the code, by what stands before it; NULL when unknown.
 */
const char *reference_signature(const char *code, size_t offset, const char *name);

#endif
