/*
 * fold.h: what repeats.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_FOLD_H
#define SOCKRATES_VIEWS_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* `times` times the same `period` things in the same order, from `start` on; times is 1 for what does not repeat. */
struct fold {
    size_t start, period, times;
};

#define FOLD_LONGEST 12 /* things in one period */

/*
 * Cuts the sequence of keys into what repeats at least `least` times and what does not; an array that is yours
 * to free.  Things that do not repeat stand in folds of one period each, as long as they can be.
 */
struct fold *fold_find(const uint64_t *keys, size_t count, size_t least, size_t *folds);

/* Adds a value to a key; begin with 0. */
uint64_t fold_key(uint64_t key, uint64_t value);

#endif
