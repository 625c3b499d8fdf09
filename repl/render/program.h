/*
 * program.h: recorded calls as the parts of a program.  Floor: render.
 *
 * What all languages share: which calls belong to the program, in which order, what its variables are called,
 * which peer it has to bring along, and what repeats.  A struct language knows how each call is written.
 */
#ifndef SOCKRATES_RENDER_PROGRAM_H
#define SOCKRATES_RENDER_PROGRAM_H

#include "base/text.h"
#include "render/translate.h"
#include "trace/operations.h"
#include "trace/sockets.h"

#include <poll.h>

struct program;
struct part;

/* How a language writes what happens.  Each function adds whole lines, not indented. */
struct language {
    /* One call with everything that belongs to it; false when it cannot be written. */
    bool (*call)(struct part *part, const struct operation *operation, struct text *out);
    void (*comment)(struct part *part, const char *words, struct text *out);
    /* A peer runs from here on, or is stopped. */
    void (*start)(struct part *part, const struct part *peer, struct text *out);
    void (*stop)(struct part *part, const struct part *peer, struct text *out);
    /* A peer's part is over while the program goes on. */
    void (*stay)(struct part *part, struct text *out);
    void (*loop)(struct part *part, size_t times, const struct text *body, struct text *out);
};

/* A descriptor that a part of the program has a variable for. */
struct variable {
    int actor, fd;
    char *name;
    bool open;
};

/* What a handler did the first to the last time, counted from 1. */
struct handler_runs {
    size_t first, last;
    struct text body;
};

/* A function that a signal calls, and that makes calls itself. */
struct handler {
    uint32_t installed; /* the operation */
    char *name;
    uint32_t *operations; /* by run */
    struct handler_runs *runs;
    size_t run_count;
    struct text text; /* the whole function, once the language has written it */
};

/* The main program, or a peer. */
struct part {
    struct program *program;
    int actor;
    char *name; /* an identifier */
    struct variable *variables;
    size_t variable_count;
    struct text body; /* its lines, not indented */
    unsigned uses;    /* bits of the language's own: what has to be declared */
    size_t room;      /* bytes of the largest buffer */
    bool started;
    struct handler *handlers;
    size_t handler_count;
    bool in_handler; /* what is being written */
};

/* An address that is known only when the program runs. */
struct known_address {
    struct trace_address address;
    char *name;
};

struct program {
    const struct timeline *timeline;
    const struct language *language;
    struct operations *operations;
    struct sockets *sockets;
    bool *needed;       /* by operation */
    int64_t *timeouts;  /* by operation: of its socket; NET_FOREVER, NET_NOW or nanoseconds */
    struct part *parts; /* the first is the main program */
    size_t part_count;
    struct known_address *addresses;
    size_t address_count;
    struct translate_options options;
    size_t left_out;
    size_t longest_loop;
    int ports[8]; /* of normal programs: those that were chosen, by what they are called */
    size_t port_count;
    unsigned uses; /* by any part */
};

struct program *program_new(const struct timeline *timeline, const struct language *language,
                            const struct translate_options *options);
bool program_is_whole(const struct program *program);
void program_free(struct program *program);

/* For languages: the variable of a descriptor; NULL when nothing is known of it. */
const char *part_name(const struct part *part, int actor, int fd);
const char *part_name_new(struct part *part, const struct operation *operation, int fd, const char *wish);
void part_name_drop(struct part *part, int actor, int fd);

/* The variable of an address that only the run tells; NULL when it may stand in the program as it is. */
const char *program_address(const struct program *program, const struct trace_address *address);
void program_know_address(struct program *program, const struct trace_address *address, const char *name);

/* The events that began and decided the operation. */
const struct event *program_first(const struct part *part, const struct operation *operation);
const struct event *program_last(const struct part *part, const struct operation *operation);

/* True when a signal ended the operation for good: its handler raised an error. */
bool program_raised(const struct part *part, const struct operation *operation);

/* Its socket; NULL for none. */
const struct traced_socket *program_socket(const struct part *part, const struct operation *operation);
int64_t program_timeout(const struct part *part, const struct operation *operation);

/* It belongs to an earlier step. */
static inline bool program_is_earlier(const struct program *program, const struct operation *operation)
{
    return operation->first < program->timeline->earlier_count;
}

/* program_needed.c: sets `needed`.  `all`: every step that is known, not only what the last one needs. */
void program_choose(struct program *program, bool all);

/* A port, or a time in nanoseconds, as it is written. */
int program_port(struct program *program, const struct trace_address *address);
int64_t program_time(const struct program *program, int64_t time);

/* What a poll(2) was given; false when there were more than are kept. */
#define PROGRAM_WATCHED_MOST (EVENT_ROOM / sizeof(struct pollfd))
bool program_watched(const struct event *event, struct pollfd *list, size_t *count);

/* The name of the handler that a sigaction(2) installed; one that makes no calls is "on_signal". */
const char *program_handler(const struct part *part, const struct operation *operation);

/*
 * program_handlers.c, for program.c: finds the handlers of a part that make calls, gives the text that such a
 * call is to be added to (NULL: it is made by no handler of the program), and makes equal runs one.
 */
void handlers_find(struct part *part);
struct text *handlers_text(struct part *part, const struct operation *operation);
void handlers_finish(struct part *part);
void handlers_free_all(struct part *part);

/* Why a call failed, in a few words: "nobody listens there"; NULL when its name says enough. */
const char *program_reason(int error);

#endif
