#include "base/array.h"
#include "base/memory.h"
#include "lesson/class.h"

#include <stdlib.h>
#include <string.h>

/* An answer to an exercise, and where its mark goes. */
struct answer {
    size_t exercise;
    struct class_mark *mark;
};

static int compare_code(const struct class_mark *one, const struct class_mark *other)
{
    if (one->language != other->language)
        return one->language < other->language ? -1 : 1;
    for (size_t i = 0; i < one->code_count && i < other->code_count; i++) {
        int order = strcmp(one->code[i], other->code[i]);
        if (order != 0)
            return order;
    }
    return one->code_count < other->code_count ? -1 : one->code_count > other->code_count;
}

static int compare_answers(const void *a, const void *b)
{
    const struct answer *one = a, *other = b;
    if (one->exercise != other->exercise)
        return one->exercise < other->exercise ? -1 : 1;
    return compare_code(one->mark, other->mark);
}

static struct answer *answers_of(struct class *class, size_t *count)
{
    struct answer *answers = NULL;
    *count = 0;
    for (size_t i = 0; i < class->hand_count; i++)
        for (size_t k = 0; class->hands[i].marks != NULL && k < class->exercise_count; k++)
            if (class->hands[i].marks[k].tried)
                ARRAY_ADD(answers, *count, (struct answer){k, &class->hands[i].marks[k]});
    array_sort(answers, *count, sizeof *answers, compare_answers);
    return answers;
}

/* One task for all that are alike; they stand side by side. */
static struct marking_task *tasks_of(const struct class *class, const struct answer *answers, size_t count,
                                     size_t *task_count)
{
    struct marking_task *tasks = NULL;
    *task_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct class_exercise *exercise = &class->exercises[answers[i].exercise];
        if (i > 0 && compare_answers(&answers[i - 1], &answers[i]) == 0)
            continue;
        ARRAY_ADD(tasks, *task_count,
                  (struct marking_task){.lesson = exercise->lesson,
                                        .exercise = exercise->exercise,
                                        .entries = (const char *const *)answers[i].mark->code,
                                        .entry_count = answers[i].mark->code_count,
                                        .language = answers[i].mark->language});
    }
    return tasks;
}

static void give_marks(const struct answer *answers, size_t count, const struct marking_task *tasks)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_answers(&answers[i - 1], &answers[i]) != 0)
            tasks++;
        answers[i].mark->verdict = tasks->verdict;
        answers[i].mark->observed = memory_copy(tasks->observed);
    }
}

/* --- counting ------------------------------------------------------------------------------------------- */

static int compare_observed(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What was said most often, the first in alphabetical order of several. */
static void find_said(struct class_exercise *exercise, const char **list, size_t count)
{
    array_sort(list, count, sizeof *list, compare_observed);
    for (size_t i = 0, begin = 0; i < count; i++) {
        if (strcmp(list[i], list[begin]) != 0)
            begin = i;
        if (i - begin + 1 > exercise->said_times) {
            exercise->said_times = i - begin + 1;
            exercise->said = list[begin];
        }
    }
}

static void count_exercise(struct class *class, size_t index)
{
    struct class_exercise *exercise = &class->exercises[index];
    const char **said = NULL;
    size_t count = 0;
    for (size_t i = 0; i < class->hand_count; i++) {
        struct class_hand *hand = &class->hands[i];
        const struct class_mark *mark = hand->marks != NULL ? &hand->marks[index] : NULL;
        if (mark == NULL || !mark->tried)
            continue;
        hand->passed += mark->verdict == MARKING_PASSED;
        hand->points += mark->verdict == MARKING_PASSED ? (size_t)exercise->exercise->points : 0;
        exercise->tried += !hand->earlier;
        exercise->passed += !hand->earlier && mark->verdict == MARKING_PASSED;
        if (!hand->earlier && mark->verdict == MARKING_FAILED && mark->observed != NULL)
            ARRAY_ADD(said, count, mark->observed);
    }
    find_said(exercise, said, count);
    free(said);
}

void class_mark(struct class *class, const struct marking_options *options)
{
    size_t count, task_count;
    struct answer *answers = answers_of(class, &count);
    struct marking_task *tasks = tasks_of(class, answers, count, &task_count);
    marking_run(tasks, task_count, options);
    if (count > 0)
        give_marks(answers, count, tasks);
    for (size_t i = 0; i < class->exercise_count; i++)
        count_exercise(class, i);
    for (size_t i = 0; i < task_count; i++) {
        class->stopped = class->stopped || tasks[i].verdict == MARKING_NOT_RUN;
        free(tasks[i].observed);
    }
    free(tasks);
    free(answers);
}
