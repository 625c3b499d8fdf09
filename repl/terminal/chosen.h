/*
 * chosen.h: the language in which the learner solves exercises.  Floor: terminal.
 *
 * It is chosen once and stays, in a file of the learner's own.  So do the programs that are written in it, one file an
 * exercise, below the folder sockrates/exercises of XDG_STATE_HOME.
 */
#ifndef SOCKRATES_TERMINAL_CHOSEN_H
#define SOCKRATES_TERMINAL_CHOSEN_H

#include "session/code_language.h"
#include "terminal/tutor.h"

/* In which the current exercise is solved: the one that was chosen, or Lua where it is not offered in that. */
enum code_language chosen_language(struct tutor *tutor);

/* The learner said a word, or "": then it is told which language it is, and which there are. */
void chosen_take(struct tutor *tutor, const char *word);

/* The file of the current exercise in the language; yours to free. */
char *chosen_file(const struct tutor *tutor, enum code_language language);

/* Writes it, when it is not there or `anew`; false when that cannot be: it was said. */
bool chosen_write(struct tutor *tutor, const char *path, const char *code, bool anew);

/* What the current exercise begins with, and one way to solve it. */
const struct block *chosen_starter(struct tutor *tutor);
const struct block *chosen_solution(struct tutor *tutor);

/*
 * What the learner's attempt consists of: entries since it began, or the program.  The list is yours to free, its texts
 * are borrowed.
 */
const char **chosen_answer(struct tutor *tutor, size_t *count);

/* Says how to begin, or to go on. */
void chosen_invite(struct tutor *tutor, bool again);

#endif
