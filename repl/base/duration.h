/*
 * duration.h: lengths of time as people write them.  Floor: base.
 */
#ifndef SOCKRATES_BASE_DURATION_H
#define SOCKRATES_BASE_DURATION_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum duration_style {
    DURATION_MEASURED, /* what a clock said: "35 us", "12.0 ms", "0.51 s" */
    DURATION_SHOWN,    /* in a picture, with two digits: "0.12 ms", "45 ms", "1.50 s" */
    DURATION_TOLD,     /* in a sentence: "1.2 ms", "45 ms", "1.5 s" */
    DURATION_WAITED,   /* while it grows: "0.3 s", "12.0 s" */
    DURATION_TOOK,     /* what was worth waiting for: "0.05 s", "1.50 s" */
    DURATION_AFTER,    /* within a list of calls: "12.3 ms", "1200.0 ms" */
};

/* One below zero is written as zero. */
void duration_write(struct text *out, int64_t nanoseconds, enum duration_style style);

/*
 * Reads "2s", "200ms", "0.5s", "10us", "1min" into nanoseconds and sets *rest to what follows.  False when
 * the text does not begin so, or when the time is negative or longer than a day.
 */
bool duration_read(const char *text, int64_t *nanoseconds, const char **rest);

/* Reads a limit: the whole text is a time, and more than none. */
bool duration_read_limit(const char *text, int64_t *nanoseconds);

#endif
