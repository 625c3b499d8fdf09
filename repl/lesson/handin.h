/*
 * handin.h: a record as it is handed in.  Floor: lesson.
 *
 * A hand-in is one page of HTML for people that holds, for programs, a JSON document:
 *
 *     {"handin": 1, "name", "course": {...}, "lessons": [names, none: all], "program", "zone",
 *      "record": [...]}
 *
 * The course is {"title", "version", "id", "edition"}: the version is what its lessons hold, and the rest is as the
 * course says it, id and edition only where it does.  The zone is how many seconds its clock was before UTC.  The
 * record is as progress_record() gives it; its last entry, of the kind "handin", repeats the rest.
 */
#ifndef SOCKRATES_LESSON_HANDIN_H
#define SOCKRATES_LESSON_HANDIN_H

#include "base/text.h"
#include "lesson/chain.h"
#include "lesson/course.h"
#include "lesson/progress.h"

/* What a course is called: the title that it gives itself, else its folder's name; yours to free. */
char *handin_course_title(const struct course *course);

/* True when a document is about the course: of the id that it gives itself, or else of its title. */
bool handin_is_about(const json_t *document, const struct course *course);

/* What its lessons hold, as far as learners have them, see copy.h, as twelve hexadecimal digits. */
void handin_course_version(const struct course *course, char version[CHAIN_ROOM]);

struct handin_wish {
    const char *name; /* whose it is */
    const struct course *course;
    const char *const *lessons; /* their names; count 0: all of them */
    size_t count;
};

/* Notes in the record that it is handed in, and gives the document; a new reference. */
json_t *handin_new(struct progress *progress, const struct handin_wish *wish);

/* Adds the document as it stands in a page. */
void handin_add_document(struct text *out, const json_t *document);

/*
 * Adds the page, which comes from anybody, and gives the document in it, a new reference.  NULL and *trouble, words of
 * our own that need no freeing, when it holds none.  No link is followed, and a file that is longer than a hand-in may
 * be is not read.
 */
json_t *handin_read(struct text *page, const char *path, const char **trouble);

/* The entry at which its chain breaks, from 1; 0 when it holds, and the last entry says what the document says. */
size_t handin_broken(const json_t *document);

/* True when the two records began as one. */
bool handin_same_origin(const json_t *one, const json_t *other);

#endif
