/*
 * program.h: a program while it is written.  Floor: translate.
 *
 * What all languages share: its parts (the main program and the peers it brings along), what their variables are
 * called, which addresses only the run tells.  The parts are filled by walk.h.
 */
#ifndef SOCKRATES_TRANSLATE_PROGRAM_H
#define SOCKRATES_TRANSLATE_PROGRAM_H

#include "translate/code.h"
#include "translate/language.h"
#include "translate/recording.h"

/* A descriptor that a part of the program has a variable for. */
struct variable {
    int actor, fd;
    char *name;
    bool open;
};

/* What a handler did the first to the last time, counted from 1. */
struct handler_runs {
    uint32_t operation; /* the first of them */
    size_t first, last;
    struct code code;
};

/* A function that a signal calls, and that makes calls itself. */
struct handler {
    uint32_t installed; /* the operation */
    char *name;
    struct handler_runs *runs;
    size_t run_count;
    struct code body; /* of all runs, indented */
};

/* The main program, or a peer. */
struct part {
    struct program *program;
    int actor;
    char *name;    /* an identifier */
    char *process; /* the variable of its process */
    struct variable *variables;
    size_t variable_count;
    struct code body;
    size_t written; /* statements, of which there may not be too many */
    size_t step;    /* where in its lines those of the step begin; 0: all are */
    bool started;
    struct handler *handlers;
    size_t handler_count;
    const struct operation *printed; /* what the chunk printed after a call, told with it; NULL for nothing */
    bool in_handler;                 /* what is being written */
    struct address from;             /* of whom it heard last; length 0: of nobody */
};

/* An address that is known only when the program runs. */
struct known_address {
    struct address address;
    const char *name;
};

struct program {
    struct recording recording;
    const struct language *language;
    struct sections *sections;
    struct part *parts; /* the first is the main program */
    size_t part_count;
    struct known_address *addresses;
    size_t address_count;
    char **names; /* of variables for addresses */
    size_t name_count;
    struct translate_options options;
    size_t left_out;
    size_t computed_times; /* that settimeout() was told */
    size_t longest_loop;
    bool paced;   /* a peer waits for its readers, which no call of it tells */
    bool crowded; /* an earlier step found no descriptor left, and what took them is not in this program */
    int ports[8]; /* of normal programs: those that were chosen, by what they are called */
    size_t port_count;
    struct code used; /* by all that is written; without lines */
};

void program_free(struct program *program);

/* The variable of a descriptor; NULL when nothing is known of it. */
const char *part_name(const struct part *part, int actor, int fd);
/* A new one: the wish, with a number where that is taken; what the main program opens for a peer is called after it. */
const char *part_name_new(struct part *part, int actor, int fd, const char *wish);
void part_name_drop(struct part *part, int actor, int fd);

/* True for a word of the language, and for what every program of ours uses. */
bool program_is_reserved(const struct program *program, const char *name);

/* The part of an actor; NULL for none. */
struct part *program_part(struct program *program, int actor);
struct part *program_part_new(struct program *program, int actor, const char *wish);

/*
 * The variable of an address that only the run tells; NULL when it may stand in the program as it is.  Not `whole`:
 * only its port is that of the variable, whose socket has every address.
 */
const char *program_address(const struct program *program, const struct address *address, bool *whole);
void program_know_address(struct program *program, const struct address *address, const char *name);
const char *program_address_name(struct program *program, const char *wish);

/* Ports from here on are the kernel's choice. */
#define PROGRAM_CHOSEN 32768

/* What is not as it was, a line each after `first`. */
void program_add_warnings(const struct program *program, const char *first, struct text *out);

/* A port, or a time in nanoseconds, as it is written. */
int program_port(struct program *program, const struct address *address);
int64_t program_time(const struct program *program, int64_t time);
/* True for a time that was worked out from what was left: another one in every run. */
bool program_time_is_computed(int64_t time);

#endif
