/*
 * elsewhere.h: a course that comes as an archive.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_ELSEWHERE_H
#define SOCKRATES_TERMINAL_ELSEWHERE_H

#include <stdbool.h>

/* True for a file whose name ends as a tar file's does. */
bool elsewhere_is_archive(const char *path);

/* What is wrong with a path that is meant for a course, or NULL: it may be one, or it is a lesson's name. */
const char *elsewhere_fault(const char *path);

/*
 * Unpacks the course into the learner's own files, in the place of an earlier version of it, and gives its folder,
 * yours to free.  NULL when that failed; the reason is on standard error.
 */
char *elsewhere_unpack(const char *archive);

#endif
