/*
 * help.h: every name that a learner can use, and what the program itself knows of it.  Floor: lua.
 *
 * Modules, functions, methods, error classes, constants, errno and EAI_ symbols.  Made from the rows they are
 * made from; nothing is kept.  Their words are in the manual (base/manual.h).
 */
#ifndef SOCKRATES_LUA_HELP_H
#define SOCKRATES_LUA_HELP_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum help_kind { HELP_MODULE, HELP_FUNCTION, HELP_METHOD, HELP_ERROR, HELP_CONSTANT, HELP_ERRNO };

struct help_entry {
    char name[64];    /* "socket.socket", "s:connect", "TimeoutError", "socket.AF_INET", "errno.ECONNREFUSED" */
    const char *bare; /* the same without module or receiver */
    enum help_kind kind;
    const char *module; /* "socket"; NULL for an error class among the globals */
    const char *class;  /* of a constant: "AddressFamily"; of an error: its parent; NULL */
    int64_t value;      /* of constants and errno symbols */
};

/* Shows every entry until one is enough: false.  An entry's strings outlive it. */
void help_each(bool (*visit)(void *self, const struct help_entry *entry), void *self);

/* Finds a name that is more than words, not a function: "AF_INET", "errno.econnrefused"; false when there is none. */
bool help_find(const char *name, struct help_entry *entry);

/* What is known of it: its value, its class, the functions of a module.  A sentence or two of Markdown, or nothing. */
void help_facts(struct text *markdown, const struct help_entry *entry);

#endif
