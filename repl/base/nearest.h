/*
 * nearest.h: which of the known names a person probably meant.  Floor: base.
 *
 *     struct nearest nearest = nearest_to("timout");
 *     for (each row of a table)
 *         nearest_try(&nearest, row->name);
 *     if (nearest.name != NULL) ...
 */
#ifndef SOCKRATES_BASE_NEAREST_H
#define SOCKRATES_BASE_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *word;
    const char *name; /* the best so far, borrowed; NULL while none is near enough */
    size_t distance;
};

struct nearest nearest_to(const char *word);

/*
 * Keeps `name` when it is nearer than what came before.  Upper and lower case are nearly the same, two
 * letters swapped count as one mistake; about every third letter may be wrong.
 */
void nearest_try(struct nearest *nearest, const char *name);

/* The nearest of a list; NULL when none is near. */
const char *nearest_of(const char *word, const char *const *names, size_t count);

#endif
