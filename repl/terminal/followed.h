/*
 * followed.h: what followed programs did, shown and kept in files.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_FOLLOWED_H
#define SOCKRATES_TERMINAL_FOLLOWED_H

#include "trace/past.h"
#include "views/chart.h"

#include <stdbool.h>

struct followed_wishes {
    const char *svg, *json, *pcapng; /* files; NULL: not wanted */
    bool ladder;                     /* on standard error */
    enum chart_kind chart;           /* in its place, also in the file; CHARTS: none */
    bool packets;                    /* in the ladder too */
};

/*
 * On standard error, what is to be said of calls that failed, and what else is wished; false when a file could not be
 * written.  `left_out`: so many calls of the C library are not shown.
 */
bool followed_show(const struct ring *ring, struct past *past, const struct followed_wishes *wishes, uint64_t left_out);

#endif
