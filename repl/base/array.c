#include "base/array.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void *array_room(void *list, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* 0 too */
    return full ? memory_resize(list, count == 0 ? 1 : 2 * count, size) : list;
}

void array_sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 0)
        qsort(list, count, size, compare);
}

void array_free_strings(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

int array_compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
