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

/* Pieces up to this room are given again to whoever wants the same room; larger ones are cut up. */
enum { SMALL = 256, STEP = _Alignof(max_align_t) };

/* A large piece that was released. */
struct spare {
    struct spare *before;
    char *end;
};

struct pool {
    struct slab *slab;
    char *next, *end; /* what is free in the slab, or in what was released */
    struct spare *spare;
    struct piece *small[SMALL / STEP + 1]; /* released, by room; each holds the next one's address */
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
    return offsetof(struct piece, bytes) + (size + STEP - 1) / STEP * STEP;
}

static void add_slab(struct pool *pool, size_t room)
{
    size_t size = room > SLAB ? room : SLAB;
    struct slab *slab = memory_resize(NULL, offsetof(struct slab, bytes) + size + STEP, 1);
    uintptr_t begin = (uintptr_t)slab->bytes, step = STEP;
    slab->before = pool->slab;
    pool->slab = slab;
    pool->next = slab->bytes + ((begin + step - 1) / step * step - begin);
    pool->end = pool->next + size;
}

/* Goes on where a large piece was, if that has the room. */
static bool use_spare(struct pool *pool, size_t room)
{
    struct spare *spare = pool->spare;
    if (spare == NULL || (size_t)(spare->end - (char *)spare) < room)
        return false;
    pool->spare = spare->before;
    pool->next = (char *)spare;
    pool->end = spare->end;
    return true;
}

static struct piece *take(size_t size)
{
    struct pool *pool = current;
    if (pool == NULL)
        return memory_resize(NULL, sizeof(struct piece) + size, 1);
    size_t room = room_of(size);
    if (room <= SMALL && pool->small[room / STEP] != NULL) {
        struct piece *again = pool->small[room / STEP];
        memcpy(&pool->small[room / STEP], again, sizeof again);
        return again;
    }
    if ((size_t)(pool->end - pool->next) < room && !use_spare(pool, room))
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

/* What the pool in use gave is used again; what a pool gave that is not in use ends with it. */
static void release_pooled(struct pool *pool, struct piece *piece)
{
    size_t room = room_of(piece->size);
    if (room <= SMALL) {
        memcpy(piece, &pool->small[room / STEP], sizeof piece);
        pool->small[room / STEP] = piece;
    } else {
        struct spare *spare = (struct spare *)piece;
        *spare = (struct spare){pool->spare, (char *)piece + room};
        pool->spare = spare;
    }
}

static void pool_release(void *bytes)
{
    struct piece *piece = bytes ? piece_of(bytes) : NULL;
    if (piece != NULL && !piece->pooled)
        free(piece);
    else if (piece != NULL && current != NULL)
        release_pooled(current, piece);
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
    if (piece != NULL) {
        memcpy(fresh, bytes, piece->size < size ? piece->size : size);
        pool_release(bytes);
    }
    return fresh;
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
