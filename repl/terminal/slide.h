/*
 * slide.h: a lesson as what a lecturer shows, one after another.  Floor: terminal.
 *
 * A slide is a step, with those before it that have no more to show than words.
 */
#ifndef SOCKRATES_TERMINAL_SLIDE_H
#define SOCKRATES_TERMINAL_SLIDE_H

#include "lesson/lesson.h"

struct slide {
    size_t first, last;              /* its steps */
    const cmark_node *heading;       /* stands in it and is shown above it; NULL: the title goes on from before */
    const char *title;               /* borrowed */
    const struct block *block;       /* runs; NULL without */
    const struct quiz *quiz;         /* is asked; NULL without */
    const struct quiz *predicted;    /* was asked by the slide before: the block shows who was right */
    const struct exercise *exercise; /* is set; NULL without */
};

/* All of them, yours to free. */
struct slide *slides_of(const struct lesson *lesson, size_t *count);

/* The slide that shows this step; the last one for a step behind the end. */
size_t slide_of_step(const struct slide *slides, size_t count, size_t step);

#endif
