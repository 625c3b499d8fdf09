/*
 * code_language.h: the languages that a chunk may be written in.  Floor: session.
 *
 * Lua runs in the session itself.  A chunk in another language is a whole program: workshop.h builds it and runs it.
 */
#ifndef SOCKRATES_SESSION_CODE_LANGUAGE_H
#define SOCKRATES_SESSION_CODE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

enum code_language { CODE_LUA, CODE_PYTHON, CODE_C, CODE_LANGUAGES };

struct code_language_row {
    const char *word;   /* of fences and commands: "python" */
    const char *name;   /* "Python" */
    const char *ending; /* of its files: "py" */
    const char *tool;   /* what must be there to run it, "python3"; NULL for nothing */
};

extern const struct code_language_row code_languages[CODE_LANGUAGES];

/* The language of this word (`length` bytes of it); false for another word. */
bool code_language_of(const char *word, size_t length, enum code_language *language);

/* True when programs in it can be built and run here. */
bool code_language_here(enum code_language language);

#endif
