#include "heap.h"

#include "base/array.h"
#include "base/memory.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1024 };

/* The block that fills, and the numbers of those in the file. */
struct heap {
    char *bytes;
    size_t used;
    uint32_t *blocks;
    size_t count;
    size_t last; /* how much of its last block counts; 0: all */
};

struct heaps {
    int file; /* -1 until the first block is full: small sites need none */
    char *folder;
    bool failed;
    uint32_t next;
    size_t count;
    struct heap heaps[];
};

struct heaps *heaps_new(size_t count, const char *folder)
{
    struct heaps *heaps = memory_new(1, sizeof *heaps + count * sizeof *heaps->heaps);
    heaps->file = -1;
    heaps->folder = memory_copy(folder);
    heaps->count = count;
    return heaps;
}

void heaps_free(struct heaps *heaps)
{
    if (heaps == NULL)
        return;
    for (size_t i = 0; i < heaps->count; i++) {
        free(heaps->heaps[i].bytes);
        free(heaps->heaps[i].blocks);
    }
    if (heaps->file >= 0)
        close(heaps->file);
    free(heaps->folder);
    free(heaps);
}

/* A file without a name; where the file system knows none, one that loses its name at once. */
static int temporary(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    char *name = text_make("%s/.words-XXXXXX", folder);
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0)
        unlink(name);
    free(name);
    return file;
}

static void flush(struct heaps *heaps, struct heap *heap)
{
    if (heaps->file < 0 && !heaps->failed)
        heaps->file = temporary(heaps->folder);
    off_t offset = (off_t)heaps->next * BLOCK;
    if (heaps->file < 0 || pwrite(heaps->file, heap->bytes, BLOCK, offset) != BLOCK)
        heaps->failed = true;
    ARRAY_ADD(heap->blocks, heap->count, heaps->next++);
    heap->used = 0;
}

void heaps_add(struct heaps *heaps, size_t index, const char *bytes, size_t length)
{
    struct heap *heap = &heaps->heaps[index];
    if (heap->bytes == NULL)
        heap->bytes = memory_resize(NULL, BLOCK, 1);
    while (length > 0) {
        size_t part = length < BLOCK - heap->used ? length : BLOCK - heap->used;
        memcpy(heap->bytes + heap->used, bytes, part);
        heap->used += part;
        bytes += part;
        length -= part;
        if (heap->used == BLOCK)
            flush(heaps, heap);
    }
}

void heaps_end(struct heaps *heaps, size_t index)
{
    struct heap *heap = &heaps->heaps[index];
    if (heaps->file < 0 || heap->used == 0)
        return;
    heap->last = heap->used;
    memset(heap->bytes + heap->used, 0, BLOCK - heap->used);
    flush(heaps, heap);
    free(heap->bytes);
    heap->bytes = NULL;
}

void heaps_read(struct heaps *heaps, size_t index, struct text *out)
{
    struct heap *heap = &heaps->heaps[index];
    char block[BLOCK];
    for (size_t i = 0; i < heap->count; i++) {
        if (pread(heaps->file, block, BLOCK, (off_t)heap->blocks[i] * BLOCK) != BLOCK)
            heaps->failed = true;
        else
            text_add_bytes(out, block, heap->last > 0 && i + 1 == heap->count ? heap->last : BLOCK);
    }
    text_add_bytes(out, heap->bytes ? heap->bytes : "", heap->used);
}

bool heaps_fine(const struct heaps *heaps)
{
    return !heaps->failed;
}
