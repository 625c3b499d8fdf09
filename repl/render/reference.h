/*
 * reference.h: what is said about a name.  Floor: render.
 *
 * The manual's words, what the program itself knows (lua/help.h), and advice, together.
 */
#ifndef SOCKRATES_RENDER_REFERENCE_H
#define SOCKRATES_RENDER_REFERENCE_H

#include "base/manual.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes as Markdown what is known under this name, as manual_find() takes it.  False when nothing is.
 */
bool reference_describe(struct text *markdown, struct manual *manual, const char *name);

/* The names that are nearest to an unknown one: "connect, connect_ex"; "" when none is near. */
void reference_nearest(struct text *names, struct manual *manual, const char *name);

/* A signature without its module or receiver: "connect(host, port)". */
const char *reference_bare_signature(const struct manual_entry *entry);

/* The signature of a name that stands at `offset` in the code, by what stands before it; NULL when unknown. */
const char *reference_signature(struct manual *manual, const char *code, size_t offset, const char *name);

#endif
