/*
 * where.h: where results are run.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_WHERE_H
#define SOCKRATES_DOCS_WHERE_H

#include <stdbool.h>

/*
 * The badge of a live result: "ran on Debian GNU/Linux 12, Linux 6.1.0-18-amd64, loopback, Sockrates 0.1.0", or "in a
 * lab" instead; yours to free.  The sessions of a build reach nothing else.
 */
char *where_run(bool lab);

#endif
