/*
 * memory.h: our own allocations.  Floor: base.
 *
 * Running out of memory is decided here, once: the program says so and aborts.
 * Lua's memory is not ours: it is counted, limited and raises (see session/limits.h).
 */
#ifndef SOCKRATES_BASE_MEMORY_H
#define SOCKRATES_BASE_MEMORY_H

#include <stddef.h>

/* The block; NULL ends the program. */
void *memory_checked(void *block);

/* `count` zeroed objects of `size` bytes; never NULL.  Free with free(). */
void *memory_new(size_t count, size_t size);

/* The block resized to `count` objects; new bytes are not initialised.  Never NULL. */
void *memory_resize(void *block, size_t count, size_t size);

/* A copy of the text, yours to free; NULL for NULL. */
char *memory_copy(const char *text);

/* A copy of `length` bytes with a zero byte after them, yours to free. */
char *memory_copy_bytes(const char *bytes, size_t length);

#endif
