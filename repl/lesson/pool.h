/*
 * pool.h: memory for one tree of cmark's.  Floor: lesson.
 *
 * A third of what cmark takes to parse a page is malloc and free of small pieces that all end together.
 * What is allocated between pool_begin() and pool_end() lies side by side and is freed as a whole; what cmark
 * allocates later for the same nodes comes from malloc, so a tree may be changed as any other.
 */
#ifndef SOCKRATES_LESSON_POOL_H
#define SOCKRATES_LESSON_POOL_H

#include <cmark.h>

struct pool;

struct pool *pool_new(void);

/* Free the tree first: parts of it may not be of the pool. */
void pool_free(struct pool *pool);

/* From here on this thread's allocations through the memory given back are the pool's. */
cmark_mem *pool_begin(struct pool *pool);
void pool_end(void);

/* The same memory without a pool: for nodes that are put into such a tree, which cmark frees as its own. */
cmark_mem *pool_memory(void);

#endif
