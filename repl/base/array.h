/*
 * array.h: arrays that grow.  Floor: base.
 *
 * An array is a pointer and a count, as it stands in a struct or on the stack; NULL and 0 to begin with.  Room is
 * made in powers of two, so the count alone says how much there is:
 *
 *     struct point *points = NULL;
 *     size_t count = 0;
 *     ARRAY_ADD(points, count, (struct point){1, 2});
 *     struct point *next = ARRAY_MORE(points, count);
 *     free(points);
 *
 * An array that was made at its full size (memory_new) must not be grown so.
 */
#ifndef SOCKRATES_BASE_ARRAY_H
#define SOCKRATES_BASE_ARRAY_H

#include <stddef.h>

/* The array with room for one more than `count` elements of `size` bytes; what is new is not initialised. */
void *array_room(void *list, size_t count, size_t size);

/* A pointer to one more element, not initialised; it counts already.  Valid until the next one. */
#define ARRAY_MORE(list, count) ((list) = array_room((list), (count), sizeof *(list)), &(list)[(count)++])

/* One more element of this value. */
#define ARRAY_ADD(list, count, ...) \
    ((list) = array_room((list), (count), sizeof *(list)), (void)((list)[(count)] = (__VA_ARGS__)), (void)(count)++)

/* As qsort(3), which must not be given the NULL of an array that is empty. */
void array_sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *));

/* Lists of strings that are yours to free; and the order of strings for sorting. */
void array_free_strings(char **list, size_t count);
int array_compare_strings(const void *a, const void *b);

#endif
