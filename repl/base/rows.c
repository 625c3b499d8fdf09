#include "base/rows.h"

#include "base/nearest.h"

#include <string.h>

static const char *name_of(const void *rows, size_t size, size_t index)
{
    const char *name;
    memcpy(&name, (const char *)rows + index * size, sizeof name);
    return name;
}

const void *row_named(const void *rows, size_t count, size_t size, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name_of(rows, size, i), name) == 0)
            return (const char *)rows + i * size;
    return NULL;
}

const char *row_nearest(const void *rows, size_t count, size_t size, const char *word)
{
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i < count; i++)
        nearest_try(&nearest, name_of(rows, size, i));
    return nearest.name;
}
