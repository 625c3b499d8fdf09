/*
 * scratch.h: a folder for as long as the program runs.  Floor: base.
 *
 * Whoever has one holds a lock on it.  A program that is killed leaves its folder behind without one, and the next
 * that makes one in the same place removes it: its own user's only, never through a symbolic link.
 */
#ifndef SOCKRATES_BASE_SCRATCH_H
#define SOCKRATES_BASE_SCRATCH_H

struct scratch;

/* PLACE/sockrates-XXXXXX; the place NULL or "": /tmp, and there too when the place does not take it.  NULL and errno
 * when it cannot be made. */
struct scratch *scratch_new(const char *place);

/* Borrowed; NULL for NULL. */
const char *scratch_path(const struct scratch *scratch);

/* Removes it with all that is in it. */
void scratch_free(struct scratch *scratch);

#endif
