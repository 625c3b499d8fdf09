/*
 * anchors.h: the names in a lesson that a link may point to.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_ANCHORS_H
#define SOCKRATES_LESSON_ANCHORS_H

#include <stdbool.h>

/*
 * True of names that a page makes for what it counts: "quiz-1-2" is an answer, "code-0-12" a block, "ladder-0-12" its
 * picture, "fn-1" a note.
 */
bool anchors_is_made(const char *id);

struct anchors {
    void *tree;
};

void anchors_free(struct anchors *anchors);

/* Takes the id for this line; 0 when it was free, else the line that has it already. */
int anchors_take(struct anchors *anchors, const char *id, int line);

/* Takes the slug, or the slug with the first free "-1", "-2"…, or behind "section-" one that pages make; the name that
 * was taken, yours to free. */
char *anchors_take_slug(struct anchors *anchors, const char *slug, int line);

#endif
