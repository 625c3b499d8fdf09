/*
 * arguments.h: what the words of a command line mean for a site.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_ARGUMENTS_H
#define SOCKRATES_DOCS_ARGUMENTS_H

#include "site.h"

#include "lesson/elsewhere.h"
#include "render/command_line.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_WRONG = 2 };

/* Of the course at this path. */
struct site_options arguments_site(const struct command_line *line, const char *source);

/* "FILE:LINE: message" for each, on standard error. */
void arguments_print(const struct complaints *complaints, const char *kind);

/* What the first word names, to read it; see elsewhere.h.  NULL when it cannot be unpacked, which is said. */
struct visit *arguments_visit(const struct command_line *line, enum subcommand_name name);

/* The exit status where nothing could be made of the course at this path: whether there is one at all. */
int arguments_failed(const char *source);

#endif
