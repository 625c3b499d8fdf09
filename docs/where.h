/*
 * where.h: where results are run.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_WHERE_H
#define SOCKRATES_DOCS_WHERE_H

/*
 * The badge of a live result: "ran on Debian GNU/Linux 12, Linux 6.1.0-18-amd64, loopback, Sockrates 0.1.0"; yours to
 * free.  Loopback, because the sessions of a build reach nothing else.
 */
char *where_run(void);

#endif
