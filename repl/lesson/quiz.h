/*
 * quiz.h: task lists as quizzes.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_QUIZ_H
#define SOCKRATES_LESSON_QUIZ_H

#include "lesson/lesson.h"
#include "lesson/options.h"

/*
 * The list (at place->line) as a quiz, its markers removed from the tree; NULL when it is an ordinary list.
 * Complains about answers without a marker and without text.
 */
struct quiz *quiz_read(cmark_node *list, const struct place *place);
void quiz_free(struct quiz *quiz);

/* Complains about those of which no answer is right; an exam in which none is, is a learner's copy. */
void quiz_complain(const struct lesson *lesson, struct complaints *complaints);

/* Answers as a set of bits, the first 64 of them: those that are right. */
uint64_t quiz_right(const struct quiz *quiz);

/* The answers of a set in words, one behind another; yours to free. */
char *quiz_words(const struct quiz *quiz, uint64_t chosen);

/* True when answers of it read so. */
bool quiz_knows(const struct quiz *quiz, const char *words);

/* True when that was right, by its words; where no answers read so, as in another version, by their set. */
bool quiz_accepts(const struct quiz *quiz, const char *words, uint64_t chosen);

/* Lines of the file: the one that has the answer's [x], the last one of the answer, and of what is said about it. */
int quiz_marker_line(const struct quiz *quiz, const struct choice *choice);
int quiz_answer_end(const struct quiz *quiz, const struct choice *choice);
int quiz_reason_end(const struct quiz *quiz, const struct choice *choice);

#endif
