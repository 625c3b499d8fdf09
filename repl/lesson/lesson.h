/*
 * lesson.h: a Markdown lesson as steps.  Floor: lesson.
 *
 * cmark parses the file unchanged; this finds the sections, steps, runnable blocks, quizzes and exercises in
 * its tree.  Pure: nothing here reads a clock, a terminal or a socket.  A lesson owns its tree and all texts.
 */
#ifndef SOCKRATES_LESSON_LESSON_H
#define SOCKRATES_LESSON_LESSON_H

#include "session/code_language.h"
#include "views/charts.h"

#include <cmark.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum block_role { BLOCK_PLAIN, BLOCK_STARTER, BLOCK_SOLUTION, BLOCK_CHECK, BLOCK_SETUP, BLOCK_WRONG };

enum block_pane {
    PANE_VALUE = 1,
    PANE_OUTPUT = 2,
    PANE_CALLS = 4,
    PANE_LADDER = 8,
    PANE_STATE = 16,
    PANE_PACKETS = 32,
    PANE_CHART = 64, /* the first of CHARTS, one for each */
};

#define PANE_OF_CHART(kind) ((unsigned)PANE_CHART << (kind))
#define PANE_CHARTS         (PANE_OF_CHART(CHARTS) - PANE_CHART)

enum block_need { NEED_LAB = 1, NEED_RAW = 2, NEED_IPV6 = 4 };

struct fault_wish;

/* A step in another language, written for people: the fence of that language behind a block. */
struct twin {
    cmark_node *node; /* NULL: there is none */
    const char *code; /* borrowed from the node */
    int line;         /* of its first line of code, counted in the file */
    bool ignored, hidden;
};

/* One fence that runs: of Lua, or, in an exercise, a program in another language.  Its node carries the struct block as
 * user data. */
struct block {
    cmark_node *node; /* CMARK_NODE_CODE_BLOCK */
    const char *code; /* borrowed from the node */
    int line;         /* of its first line of code, counted in the file */
    char *id;         /* NULL without */
    enum block_role role;
    enum code_language language;
    bool ignored, hidden;
    char *error;               /* the error it must end in; NULL for none */
    int64_t timeout;           /* nanoseconds; the lesson's by default */
    int64_t time;              /* how long it must take; 0: not said */
    int percent;               /* by how much it may differ from `time` */
    unsigned show;             /* enum block_pane; 0: not said */
    unsigned needs;            /* enum block_need */
    struct fault_wish *faults; /* of a check: the bad days that an answer is tried on, in this order */
    size_t fault_count;
    cmark_node *expected; /* its output fence, or NULL */
    int expected_line;    /* of that fence, counted in the file */
    cmark_node *ladder;   /* the fence with its picture as recorded, {.ladder} or a chart, or NULL */
    int ladder_line;      /* of that fence */
    unsigned drawn;       /* the pane that the picture is of; 0 without */
    struct twin twins[CODE_LANGUAGES];
};

struct choice {
    cmark_node *item; /* its first paragraph is the answer (its "[x] " is removed), the others explain */
    bool right;
};

/* A task list; its node carries the struct quiz as user data. */
struct quiz {
    cmark_node *list;
    int line;
    struct choice *choices;
    size_t count, right; /* how many choices, how many of them right */
    bool prediction;     /* a runnable block follows at once and shows who was right */
};

/*
 * Prose up to and including the next runnable block or quiz; a prediction and its block are two steps.  A
 * block's node, its output fences and its twins, if it has any, are the step's last nodes.  Parts of exercises that a
 * learner sees only on request (hints, solution, check) belong to no step.
 */
struct step {
    cmark_node *first, *last; /* top-level nodes of the tree that belong to the step, in order */
    int section;              /* index into sections, -1 before the first H2 */
    struct block *block;      /* runs at the end of the step, or NULL */
    struct quiz *quiz;        /* is asked at the end of the step, or NULL */
    int line;
};

struct hint {
    char *summary;            /* "Hint 1" */
    cmark_node *first, *last; /* what stands between the tags; NULL, NULL for nothing */
};

/* An exercise in one more language: whole programs. */
struct programs {
    struct block *starter, *solution;
    struct block **wrong;
    size_t wrong_count;
};

struct exercise {
    int section;
    size_t first_step, last_step;                     /* its steps; the starter is the last one's block */
    struct block *setup, *starter, *solution, *check; /* setup is NULL for most */
    struct block **wrong;                             /* answers that must not pass */
    size_t wrong_count;
    struct programs programs[CODE_LANGUAGES]; /* but Lua */
    struct hint *hints;
    size_t hint_count;
    bool exam;             /* its lesson is one: it may lack a solution, and its checks, if both lie elsewhere */
    int points;            /* what it counts when it is marked; 1 where the lesson does not say */
    char *hidden_check;    /* its part of NAME.check.lua, or NULL */
    int hidden_check_line; /* where that part begins */
    int line;
};

struct section {
    cmark_node *heading;
    char *title, *slug; /* the slug is unique in the lesson, among the blocks' ids too */
    size_t first_step;
};

struct words {
    char **list;
    size_t count;
};

/* What the exercises count, as the front matter says it: one number for each, or one for all. */
struct points {
    int *list;
    size_t count;
    int line; /* where it is said */
};

struct lesson {
    char *path;  /* as given */
    char *name;  /* file name without folder and ".md" */
    char *title; /* of the front matter, or the H1, or the name */
    char *summary;
    int minutes;     /* 0: not said */
    unsigned needs;  /* for the whole lesson */
    bool lab;        /* runs in a private network where one can be made */
    bool exam;       /* without hints and solutions */
    bool apart;      /* the blocks below each heading run in a session of their own */
    int64_t timeout; /* nanoseconds, of blocks that do not say: 10 s by default */
    struct points points;
    struct words goals, requires, authors;
    char *license;
    char *recorded; /* where its outputs are from: "Linux 6.12 in a lab, 2025-11-28" */
    char *lang;     /* "de", "pt-BR"; NULL: English */
    char *source;   /* the file's text, front matter included */
    size_t source_length;
    cmark_node *tree;  /* line numbers are those of the file; every <details> is normal, see details.h */
    struct pool *pool; /* where the tree lies */
    cmark_node *aside; /* what copy_cut() took out of the tree; NULL: nothing */
    struct section *sections;
    size_t section_count;
    struct step *steps;
    size_t step_count;
    struct block **blocks; /* every fence that runs in file order, those of exercises included */
    size_t block_count;
    struct exercise *exercises;
    size_t exercise_count;
};

/* Something wrong with a file, and where. */
struct complaint {
    char *path;
    int line;
    char *message; /* one or more sentences that say what to do */
};

struct complaints {
    struct complaint *list;
    size_t count;
};

void complaints_add(struct complaints *complaints, const char *path, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void complaints_free(struct complaints *complaints);

/*
 * Parses the text of a lesson.  Always gives a lesson, as good as the text allows; what is wrong with it
 * (unknown option, bad value, an id used twice, a fence left open) is added to the complaints.
 */
struct lesson *lesson_parse(const char *path, const char *text, size_t length, struct complaints *complaints);

/* Reads and parses; NULL with a complaint when the file cannot be read or is not text. */
struct lesson *lesson_read(const char *path, struct complaints *complaints);

/* The same for one of a course. */
struct lesson_origin {
    const char *folder; /* the path is below it, and no link leads out of it, see base/inside.h; NULL: anywhere */
    bool exam;          /* the whole course is one */
};
struct lesson *lesson_read_from(const struct lesson_origin *origin, const char *path, struct complaints *complaints);
void lesson_free(struct lesson *lesson);

#endif
