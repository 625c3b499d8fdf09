/*
 * foreign.h: what other tools' Markdown says and ours does not understand.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_FOREIGN_H
#define SOCKRATES_DOCS_FOREIGN_H

#include "lesson/lesson.h"

/* Adds a note for each that stands in the lesson as plain text. */
void foreign_note(const struct lesson *lesson, struct complaints *notes);

#endif
