/*
 * quiz.h: task lists as quizzes.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_QUIZ_H
#define SOCKRATES_LESSON_QUIZ_H

#include "lesson/options.h"

/*
 * The list (at place->line) as a quiz, its markers removed from the tree; NULL when it is an ordinary list.
 * Complains about answers without a marker, without text, and when none is right.
 */
struct quiz *quiz_read(cmark_node *list, const struct place *place);
void quiz_free(struct quiz *quiz);

#endif
