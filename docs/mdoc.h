/*
 * mdoc.h: commands, options and modules in man(1)'s language, in the words of the manual.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_MDOC_H
#define SOCKRATES_DOCS_MDOC_H

#include "base/text.h"

/* How each subcommand is called, and what each is, with its options. */
void mdoc_synopsis(struct text *out);
void mdoc_subcommands(struct text *out);

/* The tutor's commands, and Lua's modules. */
void mdoc_commands(struct text *out);
void mdoc_modules(struct text *out);

#endif
