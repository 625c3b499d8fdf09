#include "base/array.h"

#include "base/memory.h"

#include <stdbool.h>

void *array_room(void *list, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* 0 too */
    return full ? memory_resize(list, count == 0 ? 1 : 2 * count, size) : list;
}
