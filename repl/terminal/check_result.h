/*
 * check_result.h: what came of checking lessons, several times if asked.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_RESULT_H
#define SOCKRATES_TERMINAL_CHECK_RESULT_H

#include "lesson/course.h"
#include "lesson/run.h"

/* A block in all its runs; the verdict is that of the first run that failed, else of the first. */
struct block_result {
    const struct block *block;
    struct verdict verdict;
    size_t runs, failures;
    int64_t elapsed;             /* of the longest run */
    struct trial *trial;         /* see struct block_run: of the run that gave the verdict */
    bool proved[CODE_LANGUAGES]; /* in every run */
};

struct lesson_result {
    char *path;
    struct lesson *lesson; /* NULL when it could not be read, or when `path` is a course's */
    struct complaints complaints;
    struct block_result *blocks;
    size_t passed, failed, skipped; /* blocks */
    size_t runs, wanted;            /* how often it ran, how often it shall */
    size_t accepted;                /* outputs written anew */
    size_t proved[CODE_LANGUAGES];  /* steps that do the same in that language */
    char *unproved[CODE_LANGUAGES]; /* why they were not tried; NULL: they were */
    int64_t elapsed;                /* of the longest run */
};

/* Reads the lesson at the path; NULL for a result that will only hold complaints. */
void lesson_result_read(struct lesson_result *result, const struct course *course, const struct course_entry *entry);
void lesson_result_free(struct lesson_result *result);

/* Adds one run. */
void lesson_result_add(struct lesson_result *result, const struct lesson_run *run);

/* How many blocks have results. */
size_t lesson_result_blocks(const struct lesson_result *result);

/* True when nothing failed and nothing is to be complained about. */
bool lesson_result_fine(const struct lesson_result *result);

/* Every result of one check. */
struct check_results {
    struct lesson_result *list;
    size_t count;
    int64_t elapsed;
    bool stopped;
};

struct check_sums {
    size_t lessons, passed, failed, skipped, complaints, accepted;
};

struct check_sums check_results_sum(const struct check_results *results);

#endif
