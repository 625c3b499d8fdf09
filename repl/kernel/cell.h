/*
 * cell.h: a cell as what it is made of.  Floor: kernel.
 *
 * Lua, and before and after it lines that are commands of the tutor, ":ladder". A line that begins with a colon in the
 * middle of Lua is Lua. Front matter before everything, as a lesson has it, and a first call of lab.on() say where the
 * session is to be. Behind a line ":check" all the rest is a check of what the cell before did.
 */
#ifndef SOCKRATES_KERNEL_CELL_H
#define SOCKRATES_KERNEL_CELL_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

enum piece_kind { PIECE_LUA, PIECE_COMMAND, PIECE_QUESTION /* "connect?" */, PIECE_NETWORK, PIECE_CHECK };

struct piece {
    enum piece_kind kind;
    struct span text; /* borrowed from the cell; a command without its colon, a question without its mark */
    int line;         /* the number of its first line in the cell */
    bool hidden;      /* PIECE_CHECK: the learner's code must not see it */
    bool lab;         /* PIECE_NETWORK: in a private network, or on the loopback */
};

struct cell {
    struct piece *pieces;
    size_t count;
    const char *wrong; /* what its front matter says wrong, a sentence; NULL for nothing */
};

/* `code` ends in a zero byte, and is borrowed. */
struct cell cell_read(const char *code);
void cell_free(struct cell *cell);

#endif
