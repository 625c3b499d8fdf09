/*
 * advice.h: errors that teach.  Floor: render.
 *
 * What an error means in plain words: who decided, what was seen, what to try next, with the numbers and
 * addresses of the very call that failed.  Rows of a table; terminal, site and kernel show the same.
 */
#ifndef SOCKRATES_RENDER_ADVICE_H
#define SOCKRATES_RENDER_ADVICE_H

#include "base/text.h"
#include "session/outcome.h"

#include <stdbool.h>

struct advice {
    char *seen;    /* what happened, one or two sentences */
    char *attempt; /* what to try next */
    char *who;     /* who decided; NULL where nobody did */
    char *wire;    /* what the wire saw of it; NULL where no wire saw any */
};

/*
 * Fills in the advice for the outcome's error, or for what was probably meant by a chunk that is not complete
 * or gave nothing; false when there is none.  `source` is the chunk's text, or NULL: habits brought from
 * other languages are recognised in it.
 */
bool advice_of(struct advice *advice, const struct outcome *outcome, const char *source);

/* A call of a program that was followed, and what became of it in the end. */
struct failed_call {
    const struct event *call;
    int error;         /* 0: the program would not wait longer */
    enum call_act act; /* what it did, or waited to do */
};

/* The same for such a call, in words for any language. */
bool advice_of_call(struct advice *advice, const struct outcome *outcome, const struct findings *findings,
                    const struct failed_call *failed);

/*
 * What can be said about an errno or EAI_ symbol without any call at hand, as Markdown: an item for each call; where
 * all calls mean the same by it, only what to try.
 */
void advice_about(struct text *markdown, const char *symbol);
void advice_free(struct advice *advice);

#endif
