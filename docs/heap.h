/*
 * heap.h: heaps of records in one temporary file.  Part of the site generator.
 *
 * Each heap takes records of bytes and gives them back in the order they came, a block at a time.  Memory:
 * one block a heap that goes on.  A file that cannot be written is said by heaps_fine(), once, at the end.
 */
#ifndef SOCKRATES_DOCS_HEAP_H
#define SOCKRATES_DOCS_HEAP_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct heaps;

/* `folder` is where the temporary file is made, without a name. */
struct heaps *heaps_new(size_t count, const char *folder);
void heaps_free(struct heaps *heaps);

void heaps_add(struct heaps *heaps, size_t heap, const char *bytes, size_t length);

/* The heap gets no more, so it may rest in the file. */
void heaps_end(struct heaps *heaps, size_t heap);

/* Everything the heap was given. */
void heaps_read(struct heaps *heaps, size_t heap, struct text *out);

bool heaps_fine(const struct heaps *heaps);

#endif
