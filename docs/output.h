/*
 * output.h: a folder that is replaced as a whole or not at all, or patched.  Part of the site generator.
 *
 * Everything is written into a folder beside the wanted one; output_commit() exchanges the two.  A file
 * whose bytes are the same as before is not written again: the new folder gets a link to it.  Only a folder
 * that is empty, missing, or carries our mark is ever replaced.
 */
#ifndef SOCKRATES_DOCS_OUTPUT_H
#define SOCKRATES_DOCS_OUTPUT_H

#include "base/status.h"
#include "base/text.h"
#include "lesson/lesson.h"

#include <stdbool.h>
#include <stddef.h>

struct output;

/* NULL with a complaint when the folder is not ours or cannot be written. */
struct output *output_open(const char *folder, struct complaints *complaints);

/* Writes one file, folders on its way included.  May be called from several threads at once. */
struct status output_write(struct output *output, const char *path, const char *bytes, size_t length);

/* What a file of the old folder holds; false when it cannot be read. */
bool output_read(const struct output *output, const char *path, struct text *bytes);

/*
 * From now on only files are replaced, each as a whole: what is not written stays as it is.  A build that is killed
 * while they move leaves a site that works, some pages new and some old, and whose folders tell the next build.
 */
void output_patch(struct output *output);

/* The folder that is being written. */
const char *output_stage(const struct output *output);

/* How many files came out with other bytes than before. */
size_t output_changed(const struct output *output);

/* Puts the new folder, or its files, in the place of the old ones. */
struct status output_commit(struct output *output);

/* What was not committed is gone. */
void output_free(struct output *output);

#endif
