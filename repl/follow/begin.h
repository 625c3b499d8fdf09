/*
 * begin.h: a program that starts under ptrace(2), with the filter in place.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_BEGIN_H
#define SOCKRATES_FOLLOW_BEGIN_H

#include "base/status.h"
#include "follow/program.h"

#include <sys/types.h>

/*
 * The process, followed by the calling thread and about to execute the program; its first stop of any kind is still to
 * come.  What becomes of execve(2), begin_report() reads from `report`, which is
 * yours to close.
 */
struct status begin_program(const struct follow_program *program, const char *path, pid_t *process, int *report);

/* To be read once the process has executed the program or ended: why it did not; fine when it did. */
struct status begin_report(int report);

#endif
