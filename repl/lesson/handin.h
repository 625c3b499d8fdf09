/*
 * handin.h: a record as it is handed in.  Floor: lesson.
 *
 * A hand-in is one page of HTML for people that holds, for programs, a JSON document:
 *
 *     {"handin": 1, "name", "course": {"title", "version"}, "lessons": [names, none: all], "record": [...]}
 *
 * The record is as progress_record() gives it; its last entry, of the kind "handin", repeats the rest.
 */
#ifndef SOCKRATES_LESSON_HANDIN_H
#define SOCKRATES_LESSON_HANDIN_H

#include "base/text.h"
#include "lesson/chain.h"
#include "lesson/course.h"
#include "lesson/progress.h"

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
 * The document of a page, which comes from anybody; no link is followed to it, and it is no longer than a hand-in may
 * be.  A new reference.  NULL and *trouble, a sentence of our own that
 * needs no freeing, when it holds none.
 */
json_t *handin_read(const char *path, const char **trouble);

/* True when the two records began as one. */
bool handin_same_origin(const json_t *one, const json_t *other);

#endif
