/*
 * symbols.h: the names of the system's numbers.  Floor: trace.
 *
 * The constants of the socket module by name and by value, made from constants.list when the program is built; the
 * names of errors.
 */
#ifndef SOCKRATES_TRACE_SYMBOLS_H
#define SOCKRATES_TRACE_SYMBOLS_H

#include <stddef.h>

/* A plain integer constant. */
struct constant_row {
    const char *name;
    long long value;
};

/* All constants; a NULL name ends them. */
extern const struct constant_row constant_rows[];
extern const size_t constant_row_count;

/* The name of the value among those with the prefix ("IPPROTO_", 6 -> "IPPROTO_TCP"), or NULL. */
const char *constant_name_of(const char *prefix, long long value);

/* "ECONNREFUSED" for its errno, "EAI_NONAME" for its negative EAI_ value; NULL for what has no name. */
const char *error_symbol(int code);

#endif
