/*
 * elsewhere.h: a course that comes as an archive.  Floor: lesson.
 *
 * Another program, sockrates-unpack, takes it out; what that has to say of the archive it says itself, on standard
 * error.
 */
#ifndef SOCKRATES_LESSON_ELSEWHERE_H
#define SOCKRATES_LESSON_ELSEWHERE_H

#include "base/text.h"
#include "lesson/lesson.h"

#include <stdbool.h>

/* True for a file whose name ends as an archive's does. */
bool elsewhere_is_archive(const char *path);

/* What is wrong with a path that is meant for a course, or NULL: it may be one, or it is a lesson's name. */
const char *elsewhere_fault(const char *path);

/*
 * Unpacks the course into the learner's own files, in the place of an earlier version of it, and gives its folder,
 * yours to free.  NULL when that failed; the fault is what is left to say of it, mostly nothing.
 */
char *elsewhere_keep(const char *archive, struct text *fault);

/*
 * What somebody named to be read as a course: an archive is unpacked for as long as this lives; all else is where it
 * is.  With `root` a folder that only holds the lessons' folder is that one.  NULL and the fault, as above, when that
 * failed.
 */
struct visit *visit_new(const char *named, bool root, struct text *fault);
void visit_free(struct visit *visit);

/* The course: borrowed. */
const char *visit_path(const struct visit *visit);

/* A file of it, as whoever named the archive should read of it: "exam.tar.gz/01-sums.md"; yours to free. */
char *visit_shown(const struct visit *visit, const char *path);

/* The same for every complaint. */
void visit_show(const struct visit *visit, struct complaints *complaints);

#endif
