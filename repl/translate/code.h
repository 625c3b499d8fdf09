/*
 * code.h: lines of a program, and what they use.  Floor: translate.
 *
 * Whoever writes a line says at once which variables it sets and looks at and what it needs brought along, so
 * that nobody has to search the text afterwards.  Names are borrowed.
 */
#ifndef SOCKRATES_TRANSLATE_CODE_H
#define SOCKRATES_TRANSLATE_CODE_H

#include "base/text.h"

#include <stdint.h>

enum code_mention {
    CODE_SETS = 1,
    CODE_READS = 2,
};

struct code {
    struct text text; /* whole lines, not indented, or a part of one */
    uint64_t needs;   /* sections of the language's support, by number: see sections.h */
    struct mention {
        const char *name;
        unsigned how; /* enum code_mention */
    } * mentions;
    size_t mention_count;
    size_t room; /* bytes of the buffer that they want; 0: none */
};

#define CODE_EMPTY ((struct code){.text = TEXT_EMPTY})

void code_add(struct code *code, const char *text);
void code_format(struct code *code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says that it uses the variable; and the same with its name written down. */
void code_mention(struct code *code, const char *name, unsigned how);
void code_name(struct code *code, const char *name, unsigned how);

/* How the variable is used, enum code_mention; 0: not at all. */
unsigned code_uses(const struct code *code, const char *name);

/* Everything of another one: its lines and what they use; as it is, or each line so many steps further in. */
void code_join(struct code *code, const struct code *other);
void code_indent(struct code *code, const struct code *other, size_t steps);

/* Lines of another text, each so many steps further in. */
void code_indent_lines(struct text *out, const char *lines, size_t length, size_t steps);

/* What another one uses, without its lines. */
void code_take_uses(struct code *code, const struct code *other);

void code_free(struct code *code);

#endif
