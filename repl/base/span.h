/*
 * span.h: a piece of a text, borrowed from it.  Floor: base.
 */
#ifndef SOCKRATES_BASE_SPAN_H
#define SOCKRATES_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *text;
    size_t length;
};

/* The span without its first bytes; without white space at its end. */
struct span span_after(struct span span, size_t bytes);
struct span span_trim_end(struct span span);

bool span_is(struct span span, const char *string);

/*
 * Takes the next line of the text at *rest, without its line end, and moves *rest behind it:
 *
 *     for (struct span line; span_next_line(&rest, &line);)
 *
 * False at the end of the text, which may be NULL, too.
 */
bool span_next_line(const char **rest, struct span *line);

#endif
