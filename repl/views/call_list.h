/*
 * call_list.h: the calls of a step, one a line.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_CALL_LIST_H
#define SOCKRATES_VIEWS_CALL_LIST_H

#include "base/text.h"
#include "trace/findings.h"

enum call_line_kind {
    CALL_LINE,
    CALL_LINE_HANDLER, /* a signal handler ran, in a normal list perhaps `times` times */
    CALL_LINE_FOLD,    /* the `period` calls before it came `times` more times; 0: until a signal came */
    CALL_LINE_HIDDEN,  /* `times` calls are not shown */
};

struct call_line {
    enum call_line_kind kind;
    const struct event *event;
    size_t period, times;
};

struct call_list {
    struct call_line *lines;
    size_t count;
    uint64_t dropped;
    bool normal;
    int before; /* see the options */
};

/* Fewer rounds of the same calls are shown one by one. */
#define CALL_ROUNDS_LEAST 5

struct call_list_options {
    bool everybody; /* the peers' calls too */
    bool whole;     /* nothing is folded */
    bool normal;    /* the same list in every run: one line for a call and the waits and retries behind it */
    int before;     /* so many lines of the file stand before what is told: lines are counted from there */
    size_t most;    /* lines; 0: 200 */
};

struct call_list call_list_of(const struct findings *findings, const struct call_list_options *options);
void call_list_free(struct call_list *list);

/* The same for two calls that may be told as one done again; the flags `chance` make no other call. */
uint64_t call_list_key(const struct event *event, unsigned chance);

/* A line's parts: the call as C writes it, its result, and what is to be said of it. */
void call_line_call(struct text *out, const struct call_list *list, size_t line);
void call_line_result(struct text *out, const struct call_list *list, size_t line);
void call_line_remark(struct text *out, const struct call_list *list, size_t line);

#endif
