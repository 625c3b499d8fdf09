/*
 * named.h: the course that a command names.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_NAMED_H
#define SOCKRATES_TERMINAL_NAMED_H

#include "lesson/course.h"
#include "lesson/elsewhere.h"
#include "render/command_line.h"

/*
 * The learner's course, where it lies: an archive is unpacked into their own files, and of a folder that only holds
 * the lessons' folder it is that one.  Yours to free; NULL when it cannot be unpacked, which is said.
 */
char *named_own(enum subcommand_name name, const char *named);

/* The same for one that is only read, for as long as the visit lives.  NULL when that failed, which is said. */
struct visit *named_visit(enum subcommand_name name, const char *named);

/* The course in this folder; NULL: the one that came with the program.  NULL when there is none, which is said. */
struct course *named_course(enum subcommand_name name, const char *folder);

#endif
