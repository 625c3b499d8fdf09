/*
 * file.h: files and their bytes.  Floor: base.
 */
#ifndef SOCKRATES_BASE_FILE_H
#define SOCKRATES_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Puts these bytes in the place of what the file held, in one step: whoever reads meanwhile, or after a
 * crash, finds the old file or the new one.  Its permissions stay, and a symbolic link stays one.  What is no
 * file but a device or a pipe is written to.  False and errno when that failed; the old file is untouched then.
 */
bool file_replace(const char *path, const char *bytes, size_t length);

/* Writes a new file; false and errno, EEXIST when there is one already. */
bool file_create(const char *path, const char *bytes, size_t length);

/* Writes them all, through signals; false and errno when that failed. */
bool file_write_all(int fd, const char *bytes, size_t length);

/* True of a folder, and of a link to one. */
bool file_is_folder(const char *path);

/* Makes the folders above the file, for nobody else to read. */
void file_make_folders(const char *path);

/* Makes the folder and those above it, for everybody to read; false and errno when that failed. */
bool file_make_open_folders(const char *folder);

/*
 * Removes the file, or the folder with all that is in it, as far as that may be.  The name is one within the folder
 * `at`.  Whoever changes what is in it meanwhile cannot lead this elsewhere: no symbolic link is followed.
 */
void file_remove_at(int at, const char *name);

#endif
