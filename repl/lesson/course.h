/*
 * course.h: lessons in order.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_COURSE_H
#define SOCKRATES_LESSON_COURSE_H

#include "lesson/about.h"
#include "lesson/lesson.h"

struct course_entry {
    char *path;  /* to open it */
    char *name;  /* "04-connect": the file's name without ".md" */
    char *title; /* the link's text, or the lesson's own title */
    int part;    /* index into parts, -1 before the first */
    int depth;   /* how many lists of SUMMARY.md it is nested in, the outermost not counted */
};

/* What the list names besides lessons: a group of them, one that is not written yet, mdBook's `[Title]()`, or a link.
 */
struct course_item {
    char *title;
    char *url;       /* a page elsewhere; NULL without */
    int part, depth; /* as an entry's */
    size_t before;   /* index of the entry it stands before; entry_count: behind all */
    bool draft;      /* not written yet; else a link, or the name of a group, whose lessons are nested in it */
};

struct course {
    char *folder;
    char *title; /* what the course says it is, or the H1 of SUMMARY.md; NULL without */
    bool headed; /* a heading was read */
    struct course_about about;
    char **parts;
    size_t part_count;
    struct course_entry *entries;
    size_t entry_count;
    struct course_item *items; /* in their order */
    size_t item_count;
    cmark_node *prose; /* what SUMMARY.md says besides; NULL: nothing */
};

/*
 * Reads `path`: a folder (its SUMMARY.md, else all *.md but README.md in it and in the folders in it, in
 * name order) or one lesson.
 * NULL with a complaint when there is nothing to read; a link to a file that is not there is a complaint too.
 */
struct course *course_read(const char *path, struct complaints *complaints);
void course_free(struct course *course);

/*
 * The same for one who knows titles already: `known` gives that of the lesson at the path, or NULL to have it read.
 * `inside`: nothing is read that a link would have to lead to out of the folder.
 */
typedef const char *course_titles(void *self, const char *path);
struct course *course_read_known(const char *path, course_titles *known, void *self, bool inside,
                                 struct complaints *complaints);

/*
 * Reads one of its lessons, as a part of it.  `inside`: no link in the file's path may lead out of the course's folder.
 * NULL with a complaint when it cannot be read.
 */
struct lesson *course_lesson(const struct course *course, const struct course_entry *entry, bool inside,
                             struct complaints *complaints);

/* Paths of lessons in the course's folder that its SUMMARY.md does not list; free each, and the list. */
char **course_left_out(const struct course *course, size_t *count);

/* The course that a person means by this folder, yours to free: `lessons` in it where only that lists lessons. */
char *course_root(const char *folder);

/* The folder of lessons that came with the program, yours to free; NULL when there is none. */
char *course_home(void);

#endif
