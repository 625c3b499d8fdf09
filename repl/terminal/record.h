/*
 * record.h: what ran in this session, to be saved.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_RECORD_H
#define SOCKRATES_TERMINAL_RECORD_H

#include "session/outcome.h"

#include <stdbool.h>
#include <stddef.h>

struct record_entry {
    char *code, *text; /* what ran; what it printed and gave, as an output fence holds it */
    char *error;       /* the symbol or class of its error; NULL when it went well */
    bool valued;       /* an expression: it showed values */
    bool stopped;      /* with Ctrl-C */
    int64_t elapsed;   /* nanoseconds it took */
};

struct record {
    struct record_entry *entries;
    size_t count;
};

void record_add(struct record *record, const char *code, const struct outcome *outcome);
void record_clear(struct record *record);

/* The code of what ran from this entry on and was not stopped; the list is yours to free, its texts are borrowed. */
const char **record_since(const struct record *record, size_t first, size_t *count);

/*
 * Writes a Lua script, or for a name in ".md" a lesson with its outputs, which passes `sockrates check`.  An
 * existing file is not overwritten.  False and errno when that failed.
 */
bool record_save(const struct record *record, const char *path);

#endif
