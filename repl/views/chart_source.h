/*
 * chart_source.h: what charts are made from.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_CHART_SOURCE_H
#define SOCKRATES_VIEWS_CHART_SOURCE_H

#include "trace/findings.h"
#include "views/chart_model.h"

struct chart_source {
    const struct findings *findings;
    const struct operations *operations; /* with the times of a normal picture, where it is one */
    const struct moment *moments;        /* in that order */
    size_t moment_count;
    bool normal;
};

typedef void chart_maker(struct chart *chart, const struct chart_source *source);
#define CHART_MAKER(symbol, word, nothing) chart_maker chart_make_##word;
CHART_ROWS(CHART_MAKER)
#undef CHART_MAKER

/*
 * What people call a socket: the learner's variable, "listener", who is at its other end.  Where that says it of
 * several, they are numbered.  -1: nobody we know.
 */
void chart_socket_name(struct text *out, const struct chart_source *source, int s);

/* Who has the socket: the learner's by the variable, others' by who they are. */
void chart_end_name(struct text *out, const struct chart_source *source, int s);

#endif
