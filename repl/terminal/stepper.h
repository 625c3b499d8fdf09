/*
 * stepper.h: going through a lesson step by step.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_STEPPER_H
#define SOCKRATES_TERMINAL_STEPPER_H

#include "terminal/tutor.h"

/* The first screen. */
void stepper_greet(struct tutor *tutor);

/* Enter: the next step, the next lesson, or where the learner left off. */
void stepper_go_on(struct tutor *tutor);

/* The same, leaving a quiz or an exercise behind. */
void stepper_skip(struct tutor *tutor);

/* The course has no lesson of that name; the nearest is offered. */
void stepper_say_unknown(struct tutor *tutor, const char *lesson);

/* Instead of a step: where the learner left the lesson. */
#define STEPPER_LEFT SIZE_MAX

/* Reads a lesson of the course, which is then the open one; false when it cannot be read: it was said. */
bool stepper_load(struct tutor *tutor, int index);

/* Opens a lesson of the course at a step; replays what comes before it. */
bool stepper_open(struct tutor *tutor, int index, size_t step);
void stepper_close(struct tutor *tutor);

/* One step back: replays the lesson in a fresh session up to there, and shows it. */
void stepper_back(struct tutor *tutor);

/* Shows this step of the open lesson, after a replay; false when there is none. */
bool stepper_go_to(struct tutor *tutor, size_t step);

/* Takes the line as an answer when a quiz waits for one; false when it is none. */
bool stepper_take_answer(struct tutor *tutor, const char *line);

/* The prompt's sign, yours to free. */
char *stepper_sign(struct tutor *tutor, bool continued);

#endif
