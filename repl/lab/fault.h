/*
 * fault.h: the bad days that an answer can be tried on.  Floor: lab.
 *
 * A table of faults, each with a name that lessons ask for.  One fault may mean several runs: every cut of the bytes,
 * every packet that may be lost.  How many, depends on what went to and fro on a good day.  Pure: what a run does is a
 * manner for relays, see relay.h, or a packet for the wire; who carries that out is the session.
 */
#ifndef SOCKRATES_LAB_FAULT_H
#define SOCKRATES_LAB_FAULT_H

#include "base/text.h"
#include "lab/relay.h"

/* Of one fault, at most; of longer streams the first cuts and some of the others. */
#define FAULT_CUTS_MOST    64
#define FAULT_PACKETS_MOST 8

enum fault_runs {
    FAULT_ONCE,
    FAULT_CUTS,    /* one for each place at which the stream can be cut in two */
    FAULT_POINTS,  /* behind the first byte, in the middle, before the last */
    FAULT_MIDDLE,  /* in the middle */
    FAULT_PACKETS, /* one for each packet */
};

struct fault {
    const char *name;
    const char *brief;  /* what happens, for a line of a list */
    const char *advice; /* to those whose answer fails: a sentence or two */
    enum fault_runs runs;
    bool wire; /* only the wire of a private network can do it, but for datagrams */
    bool any;  /* datagrams meet it as well as streams */
    bool door; /* happens before there is a connection, so that it cannot be for the first one only */
    struct relay_manner manner;
};

/* Every fault, ended by a NULL name. */
extern const struct fault faults[];

/* A fault as a lesson asks for it: "rst", or "rst@1" for the first connection only. */
struct fault_wish {
    const struct fault *fault;
    bool first;
};

/* False when no fault has that name; then *nearest is the one that was probably meant, or NULL. */
bool fault_read(struct fault_wish *wish, const char *word, const char **nearest);

#define FAULT_NAME_ROOM 16
void fault_name(const struct fault_wish *wish, char name[FAULT_NAME_ROOM]);

/* What happened on a good day. */
struct fault_measure {
    uint64_t longest[RELAY_WAYS]; /* bytes of the longest stream each way, of those that a fault would disturb */
    uint64_t packets;             /* on a wire, or datagrams */
};

/* 0: there is nothing that the fault could disturb. */
size_t fault_run_count(const struct fault_wish *wish, const struct fault_measure *measure);

/* One run of it, counted from 0. */
struct fault_run {
    struct fault_wish wish;
    struct fault_measure measure;
    size_t run;
};

void fault_manner(const struct fault_run *run, struct relay_manner *manner);

/* FAULT_PACKETS: which one is lost, counted from 1. */
uint32_t fault_packet(const struct fault_run *run);

/* Adds where it happens: "behind byte 5 of 12"; nothing for a fault that needs no place. */
void fault_say_place(struct text *text, const struct fault_run *run);

#endif
