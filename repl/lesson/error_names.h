/*
 * error_names.h: what `error=` may name.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_ERROR_NAMES_H
#define SOCKRATES_LESSON_ERROR_NAMES_H

#include <stdbool.h>

/* True for an errno symbol, an EAI_ symbol, a class of errors, and Lua's own two kinds. */
bool error_name_known(const char *name);

/* The known name that was probably meant, or NULL. */
const char *error_name_nearest(const char *name);

#endif
