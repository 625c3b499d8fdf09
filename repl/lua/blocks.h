/*
 * blocks.h: memory for a Lua state, small blocks first.  Floor: lua.
 *
 * Lua makes and frees small blocks all the time and always knows their size, so blocks of one size can wait
 * in a list for the next of that size: a fraction of what malloc(3) takes.  Large blocks are malloc's.
 */
#ifndef SOCKRATES_LUA_BLOCKS_H
#define SOCKRATES_LUA_BLOCKS_H

#include <stddef.h>

#define BLOCKS_LARGEST 256 /* bytes; larger ones are malloc's */
#define BLOCKS_STEP    16

struct blocks {
    void *waiting[BLOCKS_LARGEST / BLOCKS_STEP]; /* lists of free blocks, by size */
    char *rest;                                  /* of the newest slab, not yet handed out */
    size_t left;
    struct slab *slabs;
};

/* A lua_Alloc whose first argument is a struct blocks that was all zero at first. */
void *blocks_allocate(void *blocks, void *block, size_t old, size_t size);

/* Frees every small block; large ones belong to who asked for them. */
void blocks_free(struct blocks *blocks);

#endif
