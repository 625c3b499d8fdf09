/*
 * front_matter.h: the flat YAML at the head of a lesson, or of a course.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_FRONT_MATTER_H
#define SOCKRATES_LESSON_FRONT_MATTER_H

#include "lesson/complain.h"
#include "lesson/lesson.h"
#include "lesson/source.h"

/* One value: a scalar, or the items of a list. */
struct front_value {
    const char *const *items;
    size_t count;
    bool list;
};

typedef void front_reader(void *owner, const struct front_value *value, const struct place *place);

/* A key keeps a text, keeps words, or has a reader of its own. */
struct front_key {
    const char *name;
    bool list;          /* may have several values */
    size_t text, words; /* offset in its owner of a char * or a struct words, or 0 */
    front_reader *read;
};

/* All keys of one kind of owner. */
struct front_keys {
    const char *whose; /* "lesson" */
    const struct front_key *rows;
    size_t count;
};

/* "exam: true": complains about anything but true and false, and says what true means. */
bool front_flag(const char *key, const char *meaning, const struct front_value *value, const struct place *place);

/*
 * How many lines of the file are front matter: from a first line `---` to the next `---`, both included.
 * 0 when there is none.
 */
int front_matter_lines(const struct source *source);

/* Reads those lines of the file into the owner of the keys. */
void front_matter_read(void *owner, const struct front_keys *keys, const char *path, const struct source *source,
                       int lines, struct complaints *complaints);

/* The same for YAML that stands by itself; its first line has this number. */
void front_matter_read_yaml(void *owner, const struct front_keys *keys, const char *path, const char *yaml,
                            size_t length, int first, struct complaints *complaints);

#endif
