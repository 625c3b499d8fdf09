/*
 * twin_c.h: what of a piece of C stands outside of main().  Floor: lesson.
 *
 * A fence of C is written as a page shows it best: a few statements, perhaps with the headers that they need before
 * them, or a function.  Joined to one program, headers, macros, types and functions stand at the top; everything else
 * is a piece of main().
 */
#ifndef SOCKRATES_LESSON_TWIN_C_H
#define SOCKRATES_LESSON_TWIN_C_H

/*
 * Two copies of the code, yours to free: one with only what stands at the top, one with only the rest.  In both all is
 * on the line and in the column that it has in the code.
 */
void twin_c_split(const char *code, char **top, char **rest);

#endif
