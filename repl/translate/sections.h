/*
 * sections.h: what a program brings along.  Floor: translate.
 *
 * Functions that programs in C and in Python need stand in support/support.c and support.py, which are programs
 * themselves. They are cut into sections by lines like
 *
 *     / *: again ready <errno.h> * /          #: start end os          (C without the blanks)
 *
 * that give a section's name, then what it needs: other sections, headers or modules.  The section lasts until the
 * next such line; a section without lines only brings headers.
 */
#ifndef SOCKRATES_TRANSLATE_SECTIONS_H
#define SOCKRATES_TRANSLATE_SECTIONS_H

#include "base/text.h"

#include <stdint.h>

struct support {
    const char *text;   /* the whole file */
    const char *mark;   /* what the line of a section begins with */
    const char *import; /* what the lines at its top begin with, which bring a header or module */
};

struct sections;

/* The file cut up; it borrows the text. */
struct sections *sections_new(const struct support *support);
void sections_free(struct sections *sections);

/* The sections with these names, words with blanks between them, as bits for struct code; 0 for unknown ones. */
uint64_t sections_bits(const struct sections *sections, const char *names);

/*
 * The lines at the top that bring what these sections and those that they need want; and the sections themselves;
 * both in the order of the file.
 */
void sections_add_imports(const struct sections *sections, uint64_t needs, struct text *out);
void sections_add(const struct sections *sections, uint64_t needs, struct text *out);

#endif
