/*
 * place.h: where the program's own files are.  Floor: base.
 *
 * Nothing is baked in: the program looks from where its executable lies, so a build tree, an installed
 * package and a moved folder work alike.  CMake lays out the build tree as an installation does:
 *
 *     bin/sockrates   libexec/sockrates/sockrates-docs   share/sockrates/lessons, manual, theme
 */
#ifndef SOCKRATES_BASE_PLACE_H
#define SOCKRATES_BASE_PLACE_H

/* The folder of the lessons, the manual, the site's theme, or the kernel's logos; yours to free.  NULL when there is
 * none. */
char *place_lessons(void);
char *place_manual(void);
char *place_theme(void);
char *place_logos(void);

/*
 * The executable of a helper program, "sockrates-docs"; yours to free.  Never NULL: when it is not installed
 * it is the bare name, which no exec will find.
 */
char *place_helper(const char *name);

/*
 * What the others do for the running program, for any executable's path: looks for `wanted`, a path below
 * the prefix, from the executable's folder upward, three folders at most.  Yours to free; NULL without.
 */
char *place_find(const char *executable, const char *wanted);

/*
 * A file of the user's: sockrates/NAME in the folder that the environment's `variable` ("XDG_DATA_HOME") names, else
 * in `otherwise` (".local/share") of their home; yours to free.
 */
char *place_user(const char *variable, const char *otherwise, const char *name);

#endif
