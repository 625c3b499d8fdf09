/*
 * github_node.h: the nodes that GitHub's Markdown has and cmark's does not.  Floor: lesson.
 *
 * They are cmark's custom nodes, told apart by their kind.
 */
#ifndef SOCKRATES_LESSON_GITHUB_NODE_H
#define SOCKRATES_LESSON_GITHUB_NODE_H

#include "base/span.h"
#include "lesson/source.h"

#include <cmark.h>
#include <stdbool.h>
#include <stddef.h>

enum github_kind {
    GITHUB_NONE,
    GITHUB_TABLE, /* holds rows, the first is its head */
    GITHUB_ROW,   /* holds cells */
    GITHUB_CELL,
    GITHUB_STRUCK,
    GITHUB_SIGN,  /* of a note: where the text points to it */
    GITHUB_NOTES, /* the document's last child: the notes in the order of their first signs */
    GITHUB_NOTE,
};

enum github_kind github_kind(cmark_node *node);

/* Of a cell: "left", "center", "right", or "". */
const char *github_align(cmark_node *cell);

/* Of a note and its signs, counted from 1; and which of the note's signs this one is, or how many it has. */
int github_number(cmark_node *node);
int github_times(cmark_node *node);

/* The note that a sign points to. */
cmark_node *github_note(cmark_node *sign);

/* The line that a table or a row begins on; 0 of other nodes. */
int github_line(cmark_node *node);

/* For those who put them into a tree: */

/*
 * What a backslash protected, and the bracket of a note, must not be read as anything else by cmark and must still
 * be known in its tree: until all is done these code points, which no text may hold, stand in their places.
 */
#define GITHUB_TILDE   "\uFDD0"
#define GITHUB_BRACKET "\uFDD1"

struct github {
    cmark_node *tree;
    cmark_mem *memory;
    struct source source;     /* of the text as cmark got it */
    int skip;                 /* lines before it */
    struct span *definitions; /* its lines that tell where links lead: "[name]: address" */
    size_t definition_count;
};

/* A node of this kind; `value` says more about it. */
cmark_node *github_node(const struct github *github, enum github_kind kind, const char *value);
cmark_node *github_text(const struct github *github, const char *bytes, size_t length);

/* Parses a piece of the text for itself. */
cmark_node *github_piece(const struct github *github, const char *text, size_t length);

/* Moves all children of `from` to the end of `to`, and frees `from`. */
void github_move(cmark_node *to, cmark_node *from);
void github_drop(cmark_node *node);

/* All nodes of this type, in the order of the text, for changes that an iterator would not survive. */
struct github_list {
    cmark_node **nodes;
    size_t count;
};
struct github_list github_all(cmark_node *tree, cmark_node_type type);

#endif
