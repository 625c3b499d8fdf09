/*
 * cuts.h: the lines of a lesson that do not stay prose in a notebook.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_CUTS_H
#define SOCKRATES_DOCS_CUTS_H

#include "lesson/lesson.h"
#include "lesson/source.h"

/* Those of one thing. */
struct cut {
    int first, last; /* a section only begins here: `last` is the line before */
    const struct section *section;
    const struct block *block;
    const struct quiz *quiz;
    enum code_language language; /* of a step written for people of that language */
    bool twin;                   /* it is one; nothing of all this: it is not shown */
};

/* In the order of the file; of two that begin together, the section, then the longer one.  Yours to free. */
struct cut *cuts_find(const struct lesson *lesson, const struct source *source, bool graded, size_t *count);

#endif
