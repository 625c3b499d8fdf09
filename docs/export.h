/*
 * export.h: a lesson, or a folder of them, becomes notebooks or copies for learners.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_EXPORT_H
#define SOCKRATES_DOCS_EXPORT_H

#include "build.h"

#include "lesson/lesson.h"

struct export_options {
    const char *source, *output;
    bool copies;     /* the lessons' files, as learners may have them, see lesson/copy.h; nothing runs */
    bool graded;     /* for nbgrader, see notebook.h */
    bool keep_going; /* blocks that fail are told, and exported as they are */
    bool run;        /* run what is not known yet */
    bool fresh;      /* run everything */
    int jobs;        /* lessons at once; 0 for a good default */
};

struct export_report {
    bool written;
    size_t files, changed;      /* how many there are; how many of them are other than before */
    size_t ran, known, skipped; /* blocks */
};

/*
 * Writes a notebook or a copy for each lesson, where the lesson lies within its course.  When anything is wrong,
 * nothing is written: lessons with errors are complained of, and files there that are not ours, or that somebody
 * changed.
 */
struct export_report export_lessons(const struct export_options *options, const struct build_watcher *watcher,
                                    struct complaints *complaints);

#endif
