/*
 * outlet.h: what leaves the program for people and their machines.  Floor: base.
 *
 * Text that a lesson wrote is made visible where it comes in and where it is shown.  This is the last door, for what
 * was forgotten: terminals obey control characters, and logs of builds obey lines.
 */
#ifndef SOCKRATES_BASE_OUTLET_H
#define SOCKRATES_BASE_OUTLET_H

#include "base/text.h"

#include <stdio.h>

/* Adds the bytes visible, see utf8.h; only colours, ESC [ ... m, stay what they are. */
void outlet_add(struct text *out, const char *bytes, size_t length);

/*
 * From now on what is written to the stream is visible text without orders, see outlet_defuse(); only "\r ESC [ K",
 * which takes a line of progress back, stays.  For stdout and stderr of programs that print nothing but words.  Doing
 * it twice changes nothing more.
 */
void outlet_guard(FILE **stream);

/* How a format writes ':' and '#' where these signs themselves would be obeyed. */
struct outlet_signs {
    const char *colon, *hash;
};

/* Lines that begin with "::", and ##[ or ##word[ anywhere, are orders to the machines that keep logs: not any more. */
void outlet_defuse(struct text *text, const struct outlet_signs *signs);

#endif
