/*
 * reference.h: everything that has a docstring, by name.  Floor: terminal.
 *
 * Made from the rows of the modules, the error classes and the constants when somebody asks.
 */
#ifndef SOCKRATES_TERMINAL_REFERENCE_H
#define SOCKRATES_TERMINAL_REFERENCE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct reference_entry {
    char name[64];         /* "socket.socket", "s:connect", "TimeoutError", "AF_INET" */
    const char *signature; /* "connect(host, port)", or what it is; NULL for none */
    const char *help;      /* Markdown; NULL where only its number is known */
};

/* The entries one by one; false after the last. */
bool reference_at(size_t index, struct reference_entry *entry);

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
