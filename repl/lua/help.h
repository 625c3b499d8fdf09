/*
 * help.h: everything a learner can ask about, by name.  Floor: lua.
 *
 * Modules, functions, methods, error classes, constants, errno and EAI_ symbols.  Made from the rows they are
 * made from; nothing is kept.  The terminal, the manual and the site read it.
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
    const char *signature; /* of functions and methods: "connect(host, port)"; NULL */
    const char *text;      /* Markdown; NULL where only the value is known */
    const char *module;    /* "socket"; NULL for an error class among the globals */
    const char *class;     /* of a constant: "AddressFamily"; of an error: its parent; NULL */
    int64_t value;         /* of constants and errno symbols */
};

/* Shows every entry until one is enough: false.  An entry's strings outlive it. */
void help_each(bool (*visit)(void *self, const struct help_entry *entry), void *self);

/*
 * Finds what a person may mean: "connect", "s:connect", "mine.connect", "socket.socket", "AF_INET",
 * "econnrefused", "connect()".  False when nothing has that name.
 */
bool help_find(const char *name, struct help_entry *entry);

/* Everything that is known of it, as Markdown. */
void help_describe(struct text *markdown, const struct help_entry *entry);

/* The names nearest to an unknown one, the nearest first; borrowed. How many there are, `most` at most. */
size_t help_nearest(const char *name, const char *near[], size_t most);

#endif
