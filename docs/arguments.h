/*
 * arguments.h: what the words of a command line said.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_ARGUMENTS_H
#define SOCKRATES_DOCS_ARGUMENTS_H

#include "site.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct arguments {
    struct site_options site;
    unsigned port; /* of `serve`; 0: not said */
    int status;    /* EXIT_FINE, or why to stop at once */
    bool help;
};

/* Reads the words behind the subcommand, argv[0]. */
struct arguments arguments_read(int argc, char **argv);

extern const char arguments_usage[];

/* "FILE:LINE: message" for each, on standard error. */
void arguments_print(const struct complaints *complaints, const char *kind);

#endif
