/*
 * github.h: Markdown as GitHub reads it.  Floor: lesson.
 *
 * cmark parses the text unchanged; then its tree is given what GitHub adds to CommonMark: tables, ~~struck~~ text,
 * footnotes and bare links.
 */
#ifndef SOCKRATES_LESSON_GITHUB_H
#define SOCKRATES_LESSON_GITHUB_H

#include "lesson/github_node.h"

/*
 * The tree of the text, which stands behind `skip` lines of its file; its nodes are of this memory.  `valid`: the
 * text is known to be UTF-8.
 */
cmark_node *github_parse(const char *text, size_t length, int skip, bool valid, cmark_mem *memory);

#endif
