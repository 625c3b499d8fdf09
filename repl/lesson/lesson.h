/*
 * lesson.h: a Markdown lesson as steps.  Floor: lesson.
 *
 * cmark parses the file unchanged; this finds the sections, steps, runnable blocks, quizzes and exercises in
 * its tree.  Pure: nothing here reads a clock, a terminal or a socket.  A lesson owns its tree and all texts.
 */
#ifndef SOCKRATES_LESSON_LESSON_H
#define SOCKRATES_LESSON_LESSON_H

#include <cmark.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum block_role { BLOCK_PLAIN, BLOCK_STARTER, BLOCK_SOLUTION, BLOCK_CHECK };

enum block_pane { PANE_VALUE = 1, PANE_OUTPUT = 2, PANE_CALLS = 4, PANE_LADDER = 8, PANE_STATE = 16 };
enum block_need { NEED_LAB = 1, NEED_RAW = 2, NEED_IPV6 = 4 };

/* One fence of Lua. */
struct block {
    cmark_node *node; /* CMARK_NODE_CODE_BLOCK */
    const char *code; /* borrowed from the node */
    int line;         /* of its first line of code, counted in the file */
    char *id;         /* NULL without */
    enum block_role role;
    bool ignored, hidden;
    char *error;                 /* the error it must end in; NULL for none */
    int64_t timeout;             /* nanoseconds; 10 s by default */
    int64_t time;                /* how long it must take; 0: not said */
    int percent;                 /* by how much it may differ from `time` */
    unsigned show;               /* enum block_pane; 0: not said */
    unsigned needs;              /* enum block_need */
    cmark_node *expected;        /* its output fence, or NULL */
    bool expected_ladder;        /* that fence holds the ladder */
};

struct choice {
    cmark_node *item; /* its first paragraph is the answer (its "[x] " is removed), the others explain */
    bool right;
};

struct quiz {
    cmark_node *list;
    struct choice *choices;
    size_t count, right; /* how many choices, how many of them right */
    bool prediction;     /* a runnable block follows at once and shows who was right */
};

/* Prose up to and including the next runnable block or quiz; a prediction and its block are two steps. */
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

struct exercise {
    int section;
    size_t first_step, last_step; /* its steps; the starter is the last one's block */
    struct block *starter, *solution, *check;
    struct hint *hints;
    size_t hint_count;
    char *hidden_check; /* the text of NAME.check.lua, or NULL */
};

struct section {
    cmark_node *heading;
    char *title, *slug;
    size_t first_step;
};

struct lesson {
    char *path;  /* as given */
    char *name;  /* file name without folder and ".md" */
    char *title; /* of the front matter, or the H1, or the name */
    char *summary;
    int minutes;    /* 0: not said */
    unsigned needs; /* for the whole lesson */
    cmark_node *tree;
    struct section *sections;
    size_t section_count;
    struct step *steps;
    size_t step_count;
    struct block **blocks; /* every fence of Lua in file order, those of exercises included */
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
void lesson_free(struct lesson *lesson);

#endif
