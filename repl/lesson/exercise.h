/*
 * exercise.h: exercises of a lesson.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_EXERCISE_H
#define SOCKRATES_LESSON_EXERCISE_H

#include "lesson/lesson.h"
#include "lesson/options.h"

/* True when a section with this title is an exercise: "Exercise: read it all". */
bool exercise_title(const char *title);

/* Gives a block with a role its place in the exercise; NULL for a block outside of one. */
void exercise_take(struct exercise *exercise, struct block *block, const struct place *place);

/* The exercise that this starter begins; NULL for none. */
const struct exercise *exercise_begun_by(const struct lesson *lesson, const struct block *starter);

/* True when it is offered in the language: with a starter and, but in an exam, a solution. */
bool exercise_offers(const struct exercise *exercise, enum code_language language);

/* True when there is a check of any kind. */
bool exercise_is_judged(const struct exercise *exercise);

/* True when its check names faults: what passes it is tried on bad days, too. */
bool exercise_has_faults(const struct exercise *exercise);

/* Its parts in the language. */
const struct block *exercise_starter_in(const struct exercise *exercise, enum code_language language);
const struct block *exercise_solution_in(const struct exercise *exercise, enum code_language language);

/*
 * Shares out the text of NAME.check.lua: lines after `-- Exercise: title` belong to the exercise with that
 * title; a file without such lines to the lesson's only exercise.  Line numbers stay those of the file.
 */
void exercise_hide_checks(struct lesson *lesson, const char *path, const char *text, size_t length,
                          struct complaints *complaints);

/* Gives each exercise the points that the front matter says. */
void exercise_share_points(struct lesson *lesson, struct complaints *complaints);

/* Complains about exercises that lack their starter, solution or check. */
void exercise_complain(const struct lesson *lesson, struct complaints *complaints);

void exercise_free(struct exercise *exercise);

#endif
