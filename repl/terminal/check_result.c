#include "terminal/check_result.h"

#include "base/memory.h"
#include "lesson/trial.h"

#include <stdlib.h>

void lesson_result_read(struct lesson_result *result, const struct course *course, const struct course_entry *entry)
{
    *result = (struct lesson_result){.path = memory_copy(entry->path)};
    result->lesson = course_lesson(course, entry, false, &result->complaints);
    if (result->lesson == NULL)
        return;
    result->blocks = memory_new(result->lesson->block_count + 1, sizeof *result->blocks);
    for (size_t i = 0; i < result->lesson->block_count; i++)
        result->blocks[i].block = result->lesson->blocks[i];
}

void lesson_result_free(struct lesson_result *result)
{
    for (size_t i = 0; result->lesson != NULL && i < result->lesson->block_count; i++) {
        free(result->blocks[i].verdict.message);
        trial_free(result->blocks[i].trial);
    }
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        free(result->unproved[i]);
    free(result->blocks);
    free(result->path);
    complaints_free(&result->complaints);
    lesson_free(result->lesson);
}

static void keep_verdict(struct block_result *result, const struct block_run *run)
{
    free(result->verdict.message);
    trial_free(result->trial);
    result->verdict = run->verdict;
    result->verdict.message = memory_copy(run->verdict.message);
    result->trial = trial_copy(run->trial);
}

static void add_block(struct block_result *result, const struct block_run *run)
{
    bool failed = run->verdict.kind == VERDICT_FAILED;
    if (result->runs == 0 || (failed && result->failures == 0))
        keep_verdict(result, run);
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        result->proved[i] = run->twins[i].kind == VERDICT_PASSED && (result->runs == 0 || result->proved[i]);
    result->runs++;
    result->failures += failed;
    if (run->outcome != NULL && run->outcome->elapsed > result->elapsed)
        result->elapsed = run->outcome->elapsed;
}

/* In how many steps each language was proved, and why another was not. */
static void count_proved(struct lesson_result *result, const struct lesson_run *run)
{
    for (size_t i = 0; i < CODE_LANGUAGES; i++) {
        result->proved[i] = 0;
        for (size_t k = 0; k < run->lesson->block_count; k++)
            result->proved[i] += result->blocks[k].proved[i];
        if (result->unproved[i] == NULL && run->unproved[i] != NULL)
            result->unproved[i] = memory_copy(run->unproved[i]);
    }
}

void lesson_result_add(struct lesson_result *result, const struct lesson_run *run)
{
    result->passed = result->failed = result->skipped = 0;
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        add_block(&result->blocks[i], &run->blocks[i]);
        result->passed += result->blocks[i].verdict.kind == VERDICT_PASSED;
        result->failed += result->blocks[i].verdict.kind == VERDICT_FAILED;
        result->skipped += result->blocks[i].verdict.kind == VERDICT_SKIPPED;
    }
    count_proved(result, run);
    result->runs++;
    if (run->elapsed > result->elapsed)
        result->elapsed = run->elapsed;
}

size_t lesson_result_blocks(const struct lesson_result *result)
{
    return result->lesson != NULL && result->runs > 0 ? result->lesson->block_count : 0;
}

bool lesson_result_fine(const struct lesson_result *result)
{
    return result->failed == 0 && result->complaints.count == 0;
}

struct check_sums check_results_sum(const struct check_results *results)
{
    struct check_sums sums = {0};
    for (size_t i = 0; i < results->count; i++) {
        const struct lesson_result *result = &results->list[i];
        sums.lessons += result->lesson != NULL;
        sums.passed += result->passed;
        sums.failed += result->failed;
        sums.skipped += result->skipped;
        sums.complaints += result->complaints.count;
        sums.accepted += result->accepted;
    }
    return sums;
}
