/*
 * writing.h: one call while it is written.  Floor: translate.
 *
 * Templates hold words in braces, named as the arguments of the calls (trace/event.h): "listen({s}, {backlog})".
 * A language's own placeholders come before those that all share:
 *
 *     {s} {new} {other}         the variables of its descriptor, of the one it gives, of one it is given
 *     {family} {type} {protocol} {how} {flags} {level} {option} {signal} {which} {events} {operation}   constants
 *     {backlog} {length} {maximum} {timeout_ms} {seconds} {value} {count}                               numbers
 *     {name}                    the call's name
 */
#ifndef SOCKRATES_TRANSLATE_WRITING_H
#define SOCKRATES_TRANSLATE_WRITING_H

#include "translate/program.h"

struct writing {
    struct part *part;
    const struct language *language;
    const struct written *row;
    const struct operation *operation;
    const struct operation *begin;    /* of a function: the first that it made */
    const struct event *first, *last; /* that began and decided it */
    const char *name;                 /* of the call or function */
    const char *s, *new;              /* variables; NULL without */
    const char *wish;                 /* what the new one would be called */
    bool failed;
    struct code *out; /* where its lines go, those before the call too */
};

/* Writes the call; false when that cannot be done, and then `out` is to be cut. */
bool writing_call(struct part *part, const struct operation *operation, struct code *out);

/*
 * Writes the call of a function that the language has too; the system calls up to *last are told with it.  False, and
 * nothing is written, when they must be told one by one.
 */
bool writing_function(struct part *part, const struct operation *operation, struct code *out,
                      const struct operation **last);

/* Fills in the template; false when something in it cannot be written. */
bool writing_fill(struct writing *writing, const char *template, struct code *out);

/* The same as a statement of its own, in the language's way for the row's form. */
bool writing_statement(struct writing *writing, const char *template);

/* What is used, by the names of sections. */
void writing_uses(const struct writing *writing, struct code *out, const char *sections);

/* Constants with bars between them, as the language has them. */
void writing_constants(const struct writing *writing, struct code *out, enum home home, const char *names);

/* The variable of a descriptor, looked at; false when there is none. */
bool writing_descriptor(const struct writing *writing, struct code *out, int fd);

/*
 * A variable for a descriptor that the call gave, of a pair the first or second: called as the learner calls it, where
 * the language can, or as the wish says.
 */
const char *writing_new(const struct writing *writing, int fd, int place, const char *wish);

/* What it means that a call received nothing; NULL when it received something, or asked for nothing. */
const char *writing_means_nothing(const struct writing *writing);

/* True when the chunk printed next what the call received, or this text; then that is told with the call. */
bool writing_prints_data(const struct writing *writing);
bool writing_prints(const struct writing *writing, const char *text, size_t length);

/* The timeout of its socket. */
int64_t writing_timeout(const struct writing *writing);

/* How many bytes of a datum are known, and a comment when that is not all. */
size_t writing_known(struct writing *writing, int64_t length);

/* An address as the program may write it: known when it runs, or its port, the one it heard of last, or a literal. */
enum whose { WHOSE_LITERAL, WHOSE_KNOWN, WHOSE_PORT, WHOSE_SENDER };
enum whose writing_address(const struct writing *writing, const struct address *address, const char **name);

/* What an IPv6 address has that others have not. */
struct zone {
    unsigned flow, scope;
};
struct zone writing_zone(const struct address *address);

/* The variable for its socket's own address: "s_address". */
const char *writing_address_name(const struct writing *writing);

/* Says that `from` holds this address from here on. */
void writing_hears(const struct writing *writing, const struct event *event);

/* A string between quotes with the escapes that C and Python share, `also` those; others as `format` says, or as they
 * are. */
void writing_quoted(struct code *out, const char *bytes, size_t length, const char *also, const char *format);

/* Why it failed, in a few words: "Refused: nobody listens there."; NULL when its name says enough. */
const char *writing_reason(const struct writing *writing);

#endif
