/*
 * inside.h: files of a folder and of nothing else.  Floor: base.
 *
 * A course is other people's files.  A link in it may lead anywhere, so files are opened by walking down from the
 * folder, by the kernel where it can: what was looked at is what is read, however quickly it is exchanged.
 */
#ifndef SOCKRATES_BASE_INSIDE_H
#define SOCKRATES_BASE_INSIDE_H

#include "base/text.h"

/*
 * Opens a file below the folder for reading.  Links are followed within the folder; names that begin with a dot are
 * nobody's business, and devices and pipes are neither opened nor waited for.  `real`, unless NULL, gets where the
 * file lies, from the folder.  -1 and errno: EXDEV when it leads out, EPERM by a dot, ENOTSUP for what is no file.
 */
int inside_open(const char *folder, const char *path, struct text *real);

/* Adds the whole file; false and errno as above. */
bool inside_read(struct text *text, const char *folder, const char *path);

/* What is wrong with it, in words that follow "it": "leads out of the folder it belongs to". */
const char *inside_trouble(int error);

#endif
