#include "views/fold.h"

#include "base/memory.h"

#include <string.h>

uint64_t fold_key(uint64_t key, uint64_t value)
{
    key ^= value + UINT64_C(0x9e3779b97f4a7c15) + (key << 6) + (key >> 2);
    return key * UINT64_C(0xff51afd7ed558ccd) ^ key >> 29;
}

static size_t repeats(const uint64_t *keys, size_t count, size_t start, size_t period)
{
    size_t times = 1;
    while (start + (times + 1) * period <= count &&
           memcmp(&keys[start], &keys[start + times * period], period * sizeof *keys) == 0)
        times++;
    return times;
}

/* The period that covers most from here on; the shorter one when two cover the same. */
static struct fold best_at(const uint64_t *keys, size_t count, size_t start, size_t least)
{
    struct fold best = {start, 1, 1};
    for (size_t period = 1; period <= FOLD_LONGEST && start + period * least <= count; period++) {
        size_t times = repeats(keys, count, start, period);
        if (times >= least && times * period > best.times * best.period)
            best = (struct fold){start, period, times};
    }
    return best;
}

struct fold *fold_find(const uint64_t *keys, size_t count, size_t least, size_t *folds)
{
    struct fold *list = memory_new(count, sizeof *list);
    *folds = 0;
    for (size_t at = 0; at < count;) {
        struct fold fold = best_at(keys, count, at, least);
        struct fold *last = *folds > 0 ? &list[*folds - 1] : NULL;
        if (fold.times == 1 && last != NULL && last->times == 1)
            last->period++;
        else
            list[(*folds)++] = fold;
        at += fold.period * fold.times;
    }
    return list;
}
