/*
 * origin.h: who makes a call: the program, or the C library for itself.  Floor: follow.
 *
 * Looking up a name opens sockets that no line of the program asks for.  What tells them apart is where socket(2)
 * returns to: into the library itself.
 */
#ifndef SOCKRATES_FOLLOW_ORIGIN_H
#define SOCKRATES_FOLLOW_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is known of the places that one process called from. */
struct origin;

/* NULL is one that knows nothing yet; origin_is_library() makes it. */
void origin_free(struct origin *origin);

/* Where the function in which the stopped thread makes its call returns to; 0 unknown. */
uint64_t origin_caller(pid_t thread, uint64_t stack);

/* True when the stopped thread, whose stack begins there, is in a call that its C library made for itself. */
bool origin_is_library(struct origin **origin, pid_t thread, uint64_t stack);

#endif
