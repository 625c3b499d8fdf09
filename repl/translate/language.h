/*
 * language.h: the languages that recorded calls are written in.  Floor: translate.
 *
 * A language is a row: what it is called, how it writes each call, what its programs bring along, and a few functions
 * for what differs.  Whoever offers languages (commands, options, tabs of pages) reads this table.
 */
#ifndef SOCKRATES_TRANSLATE_LANGUAGE_H
#define SOCKRATES_TRANSLATE_LANGUAGE_H

#include "translate/code.h"
#include "translate/sections.h"

#include <stdbool.h>

/* What a program is to be. */
struct translate_options {
    bool all;    /* everything that is known; else the last step and what it needs of earlier ones */
    bool normal; /* the same in every run: ports that the kernel chose, times that were computed */
};

struct part;
struct program;
struct writing;

/* What comes of a call, and so how a language looks at it. */
enum form {
    FORM_CHECKED, /* nothing, but it may fail */
    FORM_PLAIN,   /* nothing, and nobody asks */
    FORM_OPENS,   /* a descriptor, in the variable {new} */
    FORM_COUNTS,  /* how many bytes were sent */
    FORM_GETS,    /* bytes that came */
};

/* How a call is written: a template (see writing.h), or a function where one is not enough. */
struct written {
    const char *template;
    enum form form;
    const char *uses;  /* sections of the support that it needs */
    const char *waits; /* what it waits for, as the language says it */
    /* Instead of all that: false when it cannot be written. */
    bool (*write)(struct writing *writing);
};

/* Where a language keeps its constants. */
enum home { HOME_SOCKET, HOME_SIGNAL, HOME_SELECT, HOMES };

/*
 * A word in braces in a template, and what stands there in the end: what a function writes (false: that cannot be
 * done), or else an argument of the call, by the names of its constants or as a number.
 */
struct placeholder {
    const char *name;
    bool (*write)(struct writing *writing, struct code *out);
    void (*names)(struct text *out, int64_t value); /* of constants: "AF_INET", "MSG_PEEK|MSG_OOB" */
    enum home home;
    int argument;
    bool first; /* of the event that began the call, not of the one that decided it */
};

struct language {
    const char *name;   /* "Python" */
    const char *word;   /* for commands, options and fences: "python" */
    const char *ending; /* of its files: "py" */
    struct support support;
    const struct written *calls;     /* by enum event_call */
    const struct written *functions; /* by enum event_function: those that it has too; NULL for none */
    const struct placeholder *placeholders;
    const char *prefixes[HOMES]; /* of constants: "socket." */
    const char *either;          /* between flags: " | " */
    const char *reserved;        /* what no variable can be called, " a b "; sections and parts come to that */
    bool asks_handlers;          /* a handler may only make calls that are safe in it */

    void (*comment)(struct code *out, const char *words);
    /* Before a call: why it failed, or what else is worth a comment. */
    void (*explain)(struct writing *writing);
    /* One call whose template is filled in, with everything that belongs to it. */
    void (*statement)(struct writing *writing, const struct code *call);
    /* The chunk printed this, and perhaps the end of a line. */
    void (*print)(struct code *out, const char *text, size_t length, bool line);
    /* So many times the same; a part of a handler that is for its first to last run only. */
    void (*loop)(struct code *out, size_t times, const struct code *body);
    void (*runs)(struct code *out, const char *handler, size_t first, size_t last, const struct code *body);
    /* A peer runs from here on, or is stopped; its part is over while the program goes on. */
    void (*start)(struct part *part, const struct part *peer, struct code *out);
    void (*stop)(struct part *part, const struct part *peer, struct code *out);
    void (*stay)(struct part *part, struct code *out);
    /* The whole file, from parts that are written; where in it the step itself begins, see struct translation. */
    size_t (*file)(struct program *program, struct text *out);
};

#endif
