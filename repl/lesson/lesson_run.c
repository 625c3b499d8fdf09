#include "lesson/lesson_run.h"

#include "lesson/trial.h"

#include <stdlib.h>

struct block_run *lesson_run_block(const struct lesson_run *run, const struct block *block)
{
    for (size_t i = 0; run != NULL && block != NULL && i < run->lesson->block_count; i++)
        if (run->blocks[i].block == block)
            return &run->blocks[i];
    return NULL;
}

void lesson_runs_free(struct lesson_run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < runs[i].lesson->block_count; k++) {
            outcome_free(runs[i].blocks[k].outcome);
            free(runs[i].blocks[k].verdict.message);
            trial_free(runs[i].blocks[k].trial);
            for (size_t n = 0; n < CODE_LANGUAGES; n++)
                free(runs[i].blocks[k].twins[n].message);
        }
        for (size_t n = 0; n < CODE_LANGUAGES; n++)
            free(runs[i].unproved[n]);
        free(runs[i].blocks);
    }
    free(runs);
}
