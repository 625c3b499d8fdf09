/*
 * outcome.h: what came of one chunk of Lua.  Floor: session.
 *
 * Terminal, checks, site and notebook kernel read this and evaluate nothing themselves.  Every text in it
 * is valid UTF-8 without control characters but newline and tab: it may be shown as it is.
 * An outcome owns everything it points to, the events of earlier chunks together with others; outcome_free() frees it.
 */
#ifndef SOCKRATES_SESSION_OUTCOME_H
#define SOCKRATES_SESSION_OUTCOME_H

#include "trace/findings.h"
#include "trace/notes.h"
#include "trace/past.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum outcome_kind {
    OUTCOME_FINE,
    OUTCOME_ERROR,       /* an error left the chunk, or it does not parse: see `error` */
    OUTCOME_INCOMPLETE,  /* the chunk may go on in the next line; nothing ran */
    OUTCOME_INTERRUPTED, /* Ctrl-C: see `error`, its class is KeyboardInterrupt */
    OUTCOME_ENDED,       /* the session is gone (os.exit, a crash, a limit): see `reason` */
};

/* One value as a learner wants to see it. */
struct outcome_value {
    char *text;           /* inspected: "hello" has its quotes, a table its fields */
    size_t rows, columns; /* of `cells`; 0 unless the value is a list of rows */
    char **cells;         /* rows * columns texts, row by row; the first row may be the heading */
    bool heading;
};

struct outcome_error {
    char *class;     /* "ConnectionRefusedError"; "SyntaxError"; "LuaError" for Lua's own run-time errors */
    char *message;   /* "[Errno 111] Connection refused"; without chunk name and line */
    int code;        /* errno, or the (negative) EAI_ value of a gaierror; 0 for none */
    char *symbol;    /* "ECONNREFUSED", "EAI_NONAME"; NULL for none */
    char *chunk;     /* where: the chunk's name; NULL when unknown */
    int line;        /* where: counted as the chunk was told to count; 0 when unknown */
    char *traceback; /* Lua's, "" when there is nothing above the chunk itself */
};

struct outcome {
    enum outcome_kind kind;
    struct outcome_value *values;
    size_t value_count;
    char *output;    /* what was printed, up to the session's limit */
    char *compiler;  /* what a compiler said before it ran; NULL or "" for nothing */
    bool output_cut; /* more was printed than is kept */
    struct outcome_error error;
    char *reason;    /* OUTCOME_ENDED: a sentence that says why */
    uint32_t chunk;  /* the number of the chunk in its session, from 1; events carry it */
    int64_t begin;   /* clock_now() when it began */
    int64_t elapsed; /* nanoseconds */

    struct event *events; /* what happened meanwhile, learner and peers, in order of beginning */
    size_t event_count;
    uint64_t dropped;       /* events that the ring could not keep */
    struct earlier earlier; /* those of earlier chunks, as far as they are kept: their sockets are still open */
    char **actors;          /* names by actor number: "you", "echo" */
    size_t actor_count;
};

struct outcome *outcome_new(void);
void outcome_free(struct outcome *outcome);

/* It ended in this error; takes over the message. */
void outcome_fail(struct outcome *outcome, const char *class, char *message);

/* Numbers in a ring: the chunk's own events are [first, own); what others did counts in [since, last). */
struct outcome_span {
    uint64_t since, first, own, last;
};

/* Fills in events and actors from the ring: those of the span, and, shared with others, those before it. */
void outcome_take_events(struct outcome *outcome, struct past *past, const struct ring *ring,
                         const struct outcome_span *span);

/* What its events mean, for its views; the outcome must live as long. */
struct findings *outcome_findings(const struct outcome *outcome);

/* What its peers said meanwhile, or, with `before`, ever since the session began; yours to free. */
struct notes outcome_notes(const struct outcome *outcome, bool before);

/* True when the error is the one named: an errno symbol, an EAI_ symbol, a class or a base class of it. */
bool outcome_error_is(const struct outcome *outcome, const char *name);

/* True when any event has a peer for its actor: there is something to draw. */
bool outcome_has_peers(const struct outcome *outcome);

/* The peer that the chunk was the first to speak to, or tried to; 0: none.  *type becomes SOCK_STREAM or SOCK_DGRAM. */
int outcome_peer(const struct outcome *outcome, int *type);

/*
 * The outcome as an output fence shows it: what was printed, the values one a line, then the error's one
 * line; no colour, no advice, no width.  This is what `check` compares and what transcripts hold.
 */
char *outcome_text(const struct outcome *outcome);

/*
 * The JSON document: {"kind", "values": [{"text", "rows"?}], "output", "error"?, "reason"?, "elapsed",
 * "actors", "events": [...]}.  A new reference.  With its picture see render/document.h.
 */
json_t *outcome_to_json(const struct outcome *outcome);

#endif
