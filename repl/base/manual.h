/*
 * manual.h: the manual's sections, by name.  Floor: base.
 *
 * The manual is a course: Markdown, in the order of its SUMMARY.md.  A heading of the levels 1 to 3 begins a section,
 * which ends at the next of them.  A heading in code is a signature, "## `s:connect(host, port)`"; several share a
 * section with commas between them, and one that ends in a star stands for all that begin so, "## `AF_*`".  Any other
 * heading is a term, "## byte order".  The files are read when something is asked for the first time.
 */
#ifndef SOCKRATES_BASE_MANUAL_H
#define SOCKRATES_BASE_MANUAL_H

#include <stdbool.h>
#include <stddef.h>

struct manual_entry {
    const char *page;      /* "socket" */
    const char *signature; /* "s:connect(host, port)"; of a term its heading */
    const char *name;      /* "s:connect" */
    const char *bare;      /* "connect" */
    const char *text;      /* Markdown, without the heading */
    size_t length;
    bool term;
};

struct manual;

/* Of the folder; NULL for the program's own. */
struct manual *manual_new(const char *folder);
void manual_free(struct manual *manual);

/* The entries one by one from 0, page by page; NULL after the last.  They live as long as the manual. */
const struct manual_entry *manual_at(struct manual *manual, size_t index);

/*
 * What a person may mean: "connect", "s:connect", "mine.connect", "connect()", "econnrefused", ":next", "next",
 * "Byte order".  NULL when nothing has that name.
 */
const struct manual_entry *manual_find(struct manual *manual, const char *name);

/* The narrowest section about all names that begin like this one; NULL when there is none. */
const struct manual_entry *manual_family(struct manual *manual, const char *name);

/* The name without its module, receiver or colon. */
const char *manual_bare(const char *name);

#endif
