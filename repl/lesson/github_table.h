/*
 * github_table.h: paragraphs that are tables.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_GITHUB_TABLE_H
#define SOCKRATES_LESSON_GITHUB_TABLE_H

#include "lesson/github_node.h"

void github_tables(struct github *github);

#endif
