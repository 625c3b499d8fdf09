#include "session/limits.h"

#include <stdlib.h>

void *limited_allocate(void *self, void *block, size_t old, size_t size)
{
    struct memory_limit *limit = self;
    /* For a new block Lua tells its kind in `old`. */
    size_t before = block != NULL ? old : 0;
    if (size == 0) {
        free(block);
        limit->used -= before;
        return NULL;
    }
    if (size > before && limit->used + (size - before) > limit->most)
        return NULL;
    void *moved = realloc(block, size);
    if (moved != NULL)
        limit->used += size - before;
    return moved;
}
