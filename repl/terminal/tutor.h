/*
 * tutor.h: the tutor's state, and what all its parts share.  Floor: terminal.
 *
 * What costs time to get (progress, course, session) is got when it is first asked for: the first prompt
 * comes before all of it.
 */
#ifndef SOCKRATES_TERMINAL_TUTOR_H
#define SOCKRATES_TERMINAL_TUTOR_H

#include "base/manual.h"
#include "lesson/course.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"
#include "session/session.h"
#include "terminal/prompt.h"
#include "terminal/record.h"
#include "terminal/screen.h"
#include "terminal/status_line.h"

/* Whether sessions are in a private network. */
enum tutor_lab { LAB_AS_LESSONS_ASK, LAB_ON, LAB_OFF };

struct tutor_options {
    bool plain, network;
    bool present; /* a lecture: nothing is kept of it, and the prompt is for a while */
    enum tutor_lab lab;
    enum look_theme theme;
    const char *lessons; /* a folder or file; NULL for those that came with the program */
    const char *lesson;  /* where to begin; NULL: where the learner left off */
};

/* A lesson that is open. */
struct reading {
    struct lesson *lesson;   /* NULL: none is open */
    int index;               /* in the course */
    size_t step;             /* the next one to show; step_count when the lesson is over */
    const struct quiz *quiz; /* waits for an answer, asked by step - 1 */
    size_t quiz_step;
    bool asks_next;                  /* a prediction comes before the next block: advice would answer it */
    bool recalled;                   /* it was asked before, and ran then */
    const struct quiz *committed;    /* a prediction whose block is about to run */
    uint64_t chosen;                 /* the answer to it, a set of bits */
    const struct exercise *exercise; /* waits for an attempt */
    size_t hints;                    /* of it, that were shown */
    bool attempting;                 /* what is being entered is an attempt at it */
    bool attempted;                  /* once since the session was as the lesson left it */
    bool begun;                      /* something of the learner's ran for it: the next entry goes on with that */
    size_t first_entry;              /* of the record: where the attempt began */
    bool whole;                      /* what ran was the whole of it, not one line of several */
};

/* What the learner did on their own since the lesson last had its say. */
struct play {
    bool happened;     /* something was run */
    bool touched;      /* and what the lesson left is not as it was */
    json_t *variables; /* as the lesson left them; NULL until something is run */
    uint64_t own[4];   /* descriptors below 256 that the learner opened: a set of bits */
};

struct tutor {
    struct tutor_options options;
    struct screen screen;
    struct status_line status;
    struct prompt *prompt;
    struct session *session;
    struct progress *progress;
    struct course *course;
    struct manual *manual;
    struct reading reading;
    struct play play;
    struct text entry;    /* lines typed so far that are not yet a whole chunk */
    size_t empty_lines;   /* at its end */
    struct outcome *last; /* of the last chunk, and its text; NULL before */
    char *last_source;
    struct outcome *spoken; /* of the last chunk that spoke to a peer, which may be the last one; NULL: none did */
    size_t spoken_entry;    /* of the record */
    struct record record;   /* of the session */
    struct notes notes;     /* what its peers said, the newest */
    uint64_t noted;         /* so far in the ring's events */
    bool quiet;             /* what a chunk prints is not shown */
    bool quit;
    enum code_language language; /* of exercises, as the learner chose it; see chosen.h */
    bool language_read;
    json_t *made;       /* names of the learner's own in this session, a list; NULL for none */
    bool warned;        /* that progress cannot be kept */
    unsigned explained; /* needs of blocks: why they are not met was said */
    char *reminded;     /* what was said to the last key that did nothing; NULL: something was entered since */
};

/* Got at the first call.  The course may be NULL: then a message was shown. */
struct session *tutor_session(struct tutor *tutor);

/* True when the session is, or will be, in a private network. */
bool tutor_uses_lab(const struct tutor *tutor);

/* What of `needs` the session cannot give: the machine has it not, or the learner has left the private network. */
unsigned tutor_missing(const struct tutor *tutor, unsigned needs);
struct progress *tutor_progress(struct tutor *tutor);
const struct course *tutor_course(struct tutor *tutor);
struct manual *tutor_manual(struct tutor *tutor);

/* What ran last is no longer what :calls and :why are about. */
void tutor_forget_last(struct tutor *tutor);

/* What ran in the session is no longer what :save and :again are about. */
void tutor_forget_record(struct tutor *tutor);

/* Ends the session; the next chunk begins a new one. */
void tutor_forget_session(struct tutor *tutor);

/*
 * Evaluates, with output, status line and Ctrl-C; nothing of the result is shown.  The outcome is borrowed
 * until the next call.
 */
const struct outcome *tutor_evaluate(struct tutor *tutor, const struct chunk *chunk);

/* The same for a block of the open lesson, or for what the learner typed. */
const struct outcome *tutor_evaluate_block(struct tutor *tutor, const struct block *block);
const struct outcome *tutor_evaluate_entry(struct tutor *tutor, const char *code);

/*
 * Evaluates in another session than the learner's, which knows nothing of it; the outcome is yours.  What is printed
 * shows unless the tutor is quiet.
 */
struct outcome *tutor_evaluate_aside(struct tutor *tutor, struct session *session, const struct chunk *chunk);

/* What a session of the learner's is made with. */
struct session_options tutor_session_options(const struct tutor *tutor);

/*
 * Says what a key that does nothing here is told, once until something is entered: the same key again says no more.
 * False when it was said already.
 */
bool tutor_remind(struct tutor *tutor, enum style style, const char *words);
void tutor_forget_reminder(struct tutor *tutor);

/* The last chunk's outcome takes in what peers did since. */
void tutor_catch_up(struct tutor *tutor);

/* Shows what peers said since the last time, and how they failed. */
void tutor_show_notes(struct tutor *tutor);
void tutor_show_note(struct tutor *tutor, const struct note *note);

/* Says why a file was not written, as errno has it. */
void tutor_say_unwritten(struct tutor *tutor, const char *path);

/* Shows what came of the last chunk. */
void tutor_show_outcome(struct tutor *tutor);

#endif
