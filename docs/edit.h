/*
 * edit.h: where a site's sources can be edited.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_EDIT_H
#define SOCKRATES_DOCS_EDIT_H

/*
 * What stands before a source's path below the folder, yours to free.  The address of a whole repository on a host that
 * is known, "https://github.com/owner/name", goes on to its form for editing; every other is taken as it is.
 */
char *edit_base(const char *repository, const char *folder);

#endif
