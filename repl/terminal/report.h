/*
 * report.h: how far the learner is, as a table.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_REPORT_H
#define SOCKRATES_TERMINAL_REPORT_H

#include "terminal/tutor.h"

/* :progress */
void report_show(struct tutor *tutor);

/* `sockrates progress [--json]` */
int progress_command(int argc, char **argv);

#endif
