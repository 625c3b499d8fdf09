#include "lesson/pool.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A slab holds a page of prose; what does not fit begins the next one. */
enum { SLAB = 96 * 1024 };

struct slab {
    struct slab *before;
    char bytes[];
};

struct pool {
    struct slab *slab;
    char *next, *end; /* what is free in the slab */
};

/* In front of every piece. */
struct piece {
    size_t size;
    bool pooled;
    _Alignas(max_align_t) char bytes[];
};

/*
 * cmark's allocators are told nothing but a size, so the pool they mean must be known beside them.  It is set
 * only while a parser runs, and for one thread.
 */
static _Thread_local struct pool *current;

struct pool *pool_new(void)
{
    return memory_new(1, sizeof(struct pool));
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    for (struct slab *slab = pool->slab, *before; slab != NULL; slab = before) {
        before = slab->before;
        free(slab);
    }
    free(pool);
}

static size_t room_of(size_t size)
{
    if (size > PTRDIFF_MAX / 2)
        abort(); /* nothing has that many bytes */
    size_t step = _Alignof(max_align_t);
    return offsetof(struct piece, bytes) + (size + step - 1) / step * step;
}

static void add_slab(struct pool *pool, size_t room)
{
    size_t size = room > SLAB ? room : SLAB;
    struct slab *slab = memory_resize(NULL, offsetof(struct slab, bytes) + size + _Alignof(max_align_t), 1);
    uintptr_t begin = (uintptr_t)slab->bytes, step = _Alignof(max_align_t);
    slab->before = pool->slab;
    pool->slab = slab;
    pool->next = slab->bytes + ((begin + step - 1) / step * step - begin);
    pool->end = pool->next + size;
}

static struct piece *take(size_t size)
{
    struct pool *pool = current;
    if (pool == NULL)
        return memory_resize(NULL, sizeof(struct piece) + size, 1);
    size_t room = room_of(size);
    if ((size_t)(pool->end - pool->next) < room)
        add_slab(pool, room);
    struct piece *piece = (struct piece *)pool->next;
    pool->next += room;
    return piece;
}

static struct piece *piece_of(void *bytes)
{
    return (struct piece *)((char *)bytes - offsetof(struct piece, bytes));
}

static void *give(struct piece *piece, size_t size, bool pooled)
{
    piece->size = size;
    piece->pooled = pooled;
    return piece->bytes;
}

static void *pool_calloc(size_t count, size_t size)
{
    size_t all;
    if (__builtin_mul_overflow(count, size, &all))
        abort();
    return memset(give(take(all), all, current != NULL), 0, all);
}

/* The last piece of the pool grows where it is: cmark's buffers double again and again. */
static bool grow(struct piece *piece, size_t size)
{
    struct pool *pool = current;
    if (pool == NULL || piece->bytes + room_of(piece->size) - offsetof(struct piece, bytes) != pool->next ||
        (size_t)(pool->end - (char *)piece) < room_of(size))
        return false;
    pool->next = (char *)piece + room_of(size);
    piece->size = size;
    return true;
}

static void *pool_realloc(void *bytes, size_t size)
{
    struct piece *piece = bytes ? piece_of(bytes) : NULL;
    if (piece != NULL && !piece->pooled)
        return give(memory_resize(piece, sizeof *piece + size, 1), size, false);
    if (piece != NULL && grow(piece, size))
        return bytes;
    void *fresh = give(take(size), size, current != NULL);
    if (piece != NULL)
        memcpy(fresh, bytes, piece->size < size ? piece->size : size);
    return fresh;
}

static void pool_release(void *bytes)
{
    if (bytes != NULL && !piece_of(bytes)->pooled)
        free(piece_of(bytes));
}

cmark_mem *pool_memory(void)
{
    static cmark_mem memory = {pool_calloc, pool_realloc, pool_release};
    return &memory;
}

cmark_mem *pool_begin(struct pool *pool)
{
    current = pool;
    return pool_memory();
}

void pool_end(void)
{
    current = NULL;
}
