#include "lua/blocks.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SLAB 32768

struct slab {
    struct slab *next;
    _Alignas(BLOCKS_STEP) char bytes[SLAB];
};

/* The sanitizers see what happens to memory only when every block is malloc's. */
static bool is_small(size_t size)
{
#ifdef __SANITIZE_ADDRESS__
    return (void)size, false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return (void)size, false;
#endif
#endif
    return size <= BLOCKS_LARGEST;
}

static void **list_of(struct blocks *blocks, size_t size)
{
    return &blocks->waiting[(size - 1) / BLOCKS_STEP];
}

static bool new_slab(struct blocks *blocks)
{
    struct slab *slab = malloc(sizeof *slab);
    if (slab == NULL)
        return false;
    slab->next = blocks->slabs;
    blocks->slabs = slab;
    blocks->rest = slab->bytes;
    blocks->left = sizeof slab->bytes;
    return true;
}

static void *carve(struct blocks *blocks, size_t size)
{
    size = (size + BLOCKS_STEP - 1) / BLOCKS_STEP * BLOCKS_STEP;
    if (blocks->left < size && !new_slab(blocks))
        return NULL;
    void *block = blocks->rest;
    blocks->rest += size;
    blocks->left -= size;
    return block;
}

static void *take(struct blocks *blocks, size_t size)
{
    if (!is_small(size))
        return malloc(size);
    void **list = list_of(blocks, size), *block = *list;
    if (block == NULL)
        return carve(blocks, size);
    memcpy(list, block, sizeof *list);
    return block;
}

static void give(struct blocks *blocks, void *block, size_t size)
{
    if (!is_small(size)) {
        free(block);
        return;
    }
    void **list = list_of(blocks, size);
    memcpy(block, list, sizeof *list);
    *list = block;
}

void *blocks_allocate(void *self, void *block, size_t old, size_t size)
{
    struct blocks *blocks = self;
    if (block == NULL)
        return size > 0 ? take(blocks, size) : NULL;
    if (size == 0)
        return give(blocks, block, old), NULL;
    if (!is_small(old) && !is_small(size))
        return realloc(block, size);
    if (is_small(old) && is_small(size) && list_of(blocks, old) == list_of(blocks, size))
        return block;
    void *moved = take(blocks, size);
    if (moved != NULL) {
        memcpy(moved, block, old < size ? old : size);
        give(blocks, block, old);
    }
    return moved;
}

void blocks_free(struct blocks *blocks)
{
    while (blocks->slabs != NULL) {
        struct slab *next = blocks->slabs->next;
        free(blocks->slabs);
        blocks->slabs = next;
    }
    *blocks = (struct blocks){{NULL}, NULL, 0, NULL};
}
