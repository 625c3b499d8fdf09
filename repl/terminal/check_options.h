/*
 * check_options.h: the command line of `sockrates check`.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_OPTIONS_H
#define SOCKRATES_TERMINAL_CHECK_OPTIONS_H

#include "terminal/check_report.h"

#include <stdbool.h>

struct check_options {
    bool help, accept, watch;
    const struct report_format *format;
    int repeat, jobs;
    char **paths;
    int path_count;
};

/* Reads argv (argv[0] is "check"); 0, or the exit status after a message on standard error. */
int check_options_read(struct check_options *options, int argc, char **argv);

/* Prints what --help shows. */
void check_options_help(void);

#endif
