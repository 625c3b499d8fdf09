/* Texts beside what they should be, in tests/golden.  ACCEPT=1 writes them instead. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "base/text.h"

#include <stdbool.h>

/* "lesson/whole.md" as a path; yours to free. */
char *golden_path(const char *name);

/* Whether the file holds this text; says both where not. */
bool golden_is(const char *path, const struct text *actual);

/* The file of this name must. */
void assert_golden(const char *name, const struct text *actual);

#endif
