/*
 * course_keys.h: what a course may say of itself, in course.yml or in the front matter of its SUMMARY.md.  Floor:
 * lesson.
 */
#ifndef SOCKRATES_LESSON_COURSE_KEYS_H
#define SOCKRATES_LESSON_COURSE_KEYS_H

#include "lesson/lesson.h"

struct front_keys;

struct course_about {
    char *id;        /* what it is called wherever it lies, in all its versions */
    char *sockrates; /* the oldest Sockrates that it works with */
    char *title, *version, *license;
    struct words authors;
    bool exam; /* all its lessons are without hints and solutions */
};

/* Of a struct course_about. */
extern const struct front_keys course_keys;

void course_about_free(struct course_about *about);

/* True when this program is older than the version, such as "1.2". */
bool course_wants_newer(const char *version);

#endif
