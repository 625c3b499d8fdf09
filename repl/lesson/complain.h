/*
 * complain.h: complaints about a place in a lesson.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_COMPLAIN_H
#define SOCKRATES_LESSON_COMPLAIN_H

#include "lesson/lesson.h"

/* Where complaints are to point. */
struct place {
    struct complaints *complaints;
    const char *path;
    int line;
};

void complain_at(const struct place *place, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
