/*
 * github_notes.h: footnotes.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_GITHUB_NOTES_H
#define SOCKRATES_LESSON_GITHUB_NOTES_H

#include "lesson/github_node.h"

/* Takes the notes out of the text, and makes signs of what points to them. */
void github_notes(struct github *github);

#endif
