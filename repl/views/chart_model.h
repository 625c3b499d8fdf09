/*
 * chart_model.h: what a chart consists of: panels of rows along an axis.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_CHART_MODEL_H
#define SOCKRATES_VIEWS_CHART_MODEL_H

#include "base/text.h"
#include "views/charts.h"

#include <stdbool.h>
#include <stdint.h>

enum chart_axis {
    CHART_LETTERS, /* a unit is the width of a letter; too long a panel is broken into several lines */
    CHART_CLOCK,   /* a unit is a nanosecond; the panel takes the width that there is */
};

/* How a span looks is a row for each in chart_text.c and chart_svg.c. */
enum chart_span_kind {
    SPAN_SENT,     /* the bytes of one call */
    SPAN_RECEIVED, /* likewise */
    SPAN_UNREAD,   /* bytes that nobody received */
    SPAN_UNKNOWN,  /* bytes of which nobody knows who sent them */
    SPAN_MORE,     /* calls that are left out */
    SPAN_BYTES,    /* the bytes themselves: its label */
    SPAN_CUT_SENT, /* between two bytes: where a call ended that sent, one that received, both */
    SPAN_CUT_RECEIVED,
    SPAN_CUT_BOTH,
    SPAN_BLOCKED,       /* in a call that takes time */
    SPAN_WORKING,       /* between calls */
    SPAN_QUICK,         /* a call that took none */
    SPAN_FAILED,        /* where one ended in an error, or its time was over */
    SPAN_ALLOWED,       /* how much longer a call could have waited; its end is the limit */
    SPAN_ALLOWED_MORE,  /* the same, and the limit is outside of the picture */
    SPAN_STAYED,        /* ready from one look to the next */
    SPAN_FOUND,         /* what a look found: its label */
    SPAN_FOUND_NOTHING, /* it asked, in vain */
    SPAN_NOTE,          /* words about a place: its label */
    SPAN_KINDS,
};

struct chart_span {
    enum chart_span_kind kind;
    int64_t from, to;    /* on the axis */
    int64_t first, last; /* what they stand for: bytes of the stream, nanoseconds, looks */
    char *label;         /* what stands in it; NULL for nothing */
    char *words;         /* what it says in a sentence; NULL: nothing */
};

struct chart_row {
    char *label;
    struct chart_span *spans; /* those that come later are drawn over those before them */
    size_t count;
};

struct chart_tick {
    int64_t at;
    char *label;
};

struct chart_panel {
    char *title;
    enum chart_axis axis;
    int64_t extent;
    struct chart_row *rows;
    size_t row_count;
    struct chart_tick *ticks;
    size_t tick_count;
    char *tick_label; /* what the ticks count: "byte" */
    bool ticks_above;
    int64_t *breaks; /* of letters: where a line may end, and the next begins */
    size_t break_count;
    bool shared; /* a break stands at the end of one line and at the begin of the next */
};

struct chart {
    enum chart_kind kind;
    struct chart_panel *panels;
    size_t panel_count;
};

/* Makers: what is added last is changed by what follows.  Labels and words are stolen. */
struct chart_panel *chart_add_panel(struct chart *chart, char *title, enum chart_axis axis);
struct chart_row *chart_add_row(struct chart_panel *panel, char *label);
void chart_add_span(struct chart_row *row, struct chart_span span);
void chart_add_tick(struct chart_panel *panel, int64_t at, char *label);
void chart_add_break(struct chart_panel *panel, int64_t at);

void chart_free(struct chart *chart);

/* What a sign means, where it does not say it itself; NULL. */
const char *chart_meaning(enum chart_span_kind kind);

/* Which kinds of spans there are, one bit each. */
uint64_t chart_kinds(const struct chart *chart);

/* Where the line ends that begins there, with room for so many letters: at the last break that it has room for. */
int64_t chart_line_end(const struct chart_panel *panel, int64_t from, int64_t room);

/* True when a line from there to there shows anything of the row, or the row has nothing to show. */
bool chart_row_is_within(const struct chart_row *row, int64_t from, int64_t to);

/*
 * Everything in sentences, one row a line, for those who cannot see it:
 * "send: 1: bytes 0 to 2, "he"; 2: bytes 2 to 6, "llo "."
 */
void chart_sentences(struct text *out, const struct chart *chart);

#endif
