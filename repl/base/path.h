/*
 * path.h: what a path says by itself.  Floor: base.
 */
#ifndef SOCKRATES_BASE_PATH_H
#define SOCKRATES_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* What follows the last slash, within the path. */
const char *path_name(const char *path);

/* What stands before its name, with the slash: "part/", or "" for what lies in the current folder; yours to free. */
char *path_folder(const char *path);

/* The path as seen from the folder that it begins with: "part/a.md" below "part" or "part/" is "a.md"; borrowed. */
const char *path_below(const char *folder, const char *path);

/* From the folder that the path `from` begins at, what `path` names for a file there: "a/c.md" for "c.md" in "a/b.md".
 * Yours to free; NULL when it leads out of that folder. */
char *path_within(const char *from, const char *path);

/* True when the path goes on to this ending: ".check.lua". */
bool path_ends(const char *path, const char *end);

/* True of NAME.md. */
bool path_is_markdown(const char *path);

/* With the home in the place of a "~" that it begins with, as a shell has it; yours to free. */
char *path_home(const char *path);

/* The length of the path without ".md", with whatever else it ends in. */
size_t path_stem(const char *path);

/* The path as a URL has it, whatever its bytes are: "b%231.md"; yours to free. */
char *path_escape(const char *path);

/* The bytes of a URL with %20 and its like read, but for %00; yours to free. */
char *path_unescape(const char *url, size_t length);

#endif
