/*
 * brought.h: the files that lessons link to and that go with them.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_BROUGHT_H
#define SOCKRATES_DOCS_BROUGHT_H

#include "base/text.h"
#include "lesson/lesson.h"

struct brought {
    struct brought_file {
        char *name; /* below the folder */
        struct text bytes;
    } * files;
    size_t count;
};

/* Reads pictures and other files that the lesson in the folder names, each once; complains of what may not go along. */
void brought_read(struct brought *brought, const char *folder, const struct lesson *lesson,
                  struct complaints *complaints);
void brought_free(struct brought *brought);

#endif
