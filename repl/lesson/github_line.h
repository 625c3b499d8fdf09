/*
 * github_line.h: what GitHub finds within a line: bare links and ~~struck~~ text.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_GITHUB_LINE_H
#define SOCKRATES_LESSON_GITHUB_LINE_H

#include "lesson/github_node.h"

void github_links(struct github *github);
void github_strikes(struct github *github);

#endif
