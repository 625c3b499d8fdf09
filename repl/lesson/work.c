#include "lesson/work.h"

#include "base/array.h"
#include "base/rows.h"

#include <stdlib.h>
#include <string.h>

/* Who does nothing for longer has gone away: so many seconds of it count. */
#define SILENCE 600

static int64_t number(const json_t *entry, const char *key)
{
    int64_t value = json_integer_value(json_object_get(entry, key));
    return value > 0 ? value : 0;
}

static struct work_lesson *lesson_of(struct work *work, const json_t *entry)
{
    const char *name = work_word(entry, "lesson");
    for (size_t i = work->lesson_count; i-- > 0;)
        if (strcmp(work->lessons[i].name, name) == 0)
            return &work->lessons[i];
    struct work_lesson *lesson = ARRAY_MORE(work->lessons, work->lesson_count);
    *lesson = (struct work_lesson){.name = name, .title = name, .version = "", .begun = number(entry, "at")};
    return lesson;
}

static struct work_exercise *exercise_of(struct work_lesson *lesson, const json_t *entry)
{
    const char *slug = work_word(entry, "exercise");
    for (size_t i = 0; i < lesson->exercise_count; i++)
        if (strcmp(lesson->exercises[i].slug, slug) == 0)
            return &lesson->exercises[i];
    struct work_exercise *exercise = ARRAY_MORE(lesson->exercises, lesson->exercise_count);
    *exercise = (struct work_exercise){.slug = slug, .title = slug};
    return exercise;
}

/* --- kinds of entries ----------------------------------------------------------------------------------- */

static void take_open(struct work_lesson *lesson, const json_t *entry)
{
    lesson->title = work_word(entry, "title");
    lesson->version = work_word(entry, "version");
    lesson->exam = json_is_true(json_object_get(entry, "exam"));
}

static void take_done(struct work_lesson *lesson, const json_t *entry)
{
    (void)entry;
    lesson->done = true;
}

/* In another version of the lesson its step may ask something else. */
static struct work_question *question_of(struct work_lesson *lesson, size_t step, const char *words)
{
    for (size_t i = 0; i < lesson->question_count; i++)
        if (lesson->questions[i].step == step && strcmp(lesson->questions[i].question, words) == 0)
            return &lesson->questions[i];
    struct work_question *question = ARRAY_MORE(lesson->questions, lesson->question_count);
    *question = (struct work_question){.step = step, .question = words};
    return question;
}

static uint64_t set_in(const json_t *entry, const char *key)
{
    uint64_t set = 0;
    size_t index;
    json_t *item;
    json_array_foreach(json_object_get(entry, key), index, item)
    {
        json_int_t bit = json_integer_value(item) - 1;
        set |= bit >= 0 && bit < 64 ? UINT64_C(1) << bit : 0;
    }
    return set;
}

static void take_answer(struct work_lesson *lesson, const json_t *entry)
{
    struct work_question *question = question_of(lesson, (size_t)number(entry, "step"), work_word(entry, "question"));
    if (question->tries++ > 0 && question->judged)
        return;
    question->said = work_word(entry, "said");
    question->truth = work_word(entry, "truth");
    question->chosen = set_in(entry, "chosen");
    question->judged = json_object_get(entry, "right") != NULL;
    question->right = json_is_true(json_object_get(entry, "right"));
}

static struct work_exercise *take_exercise(struct work_lesson *lesson, const json_t *entry)
{
    struct work_exercise *exercise = exercise_of(lesson, entry);
    size_t hints = (size_t)number(entry, "hints");
    if (*work_word(entry, "title") != '\0')
        exercise->title = work_word(entry, "title");
    exercise->hints = hints > exercise->hints ? hints : exercise->hints;
    return exercise;
}

static void take_hint(struct work_lesson *lesson, const json_t *entry)
{
    take_exercise(lesson, entry);
}

static void take_solution(struct work_lesson *lesson, const json_t *entry)
{
    struct work_exercise *exercise = take_exercise(lesson, entry);
    exercise->before = exercise->before || !work_passed(exercise);
    exercise->solution = true;
}

static void take_attempt(struct work_lesson *lesson, const json_t *entry)
{
    struct work_exercise *exercise = take_exercise(lesson, entry);
    ARRAY_ADD(exercise->attempts, exercise->attempt_count,
              (struct work_attempt){.at = number(entry, "at"),
                                    .code = json_object_get(entry, "code"),
                                    .language = work_word(entry, "language"),
                                    .observed = work_word(entry, "observed"),
                                    .ladder = work_word(entry, "ladder"),
                                    .passed = json_is_true(json_object_get(entry, "passed")),
                                    .judged = json_object_get(entry, "passed") != NULL});
}

static const struct kind {
    const char *name;
    void (*take)(struct work_lesson *lesson, const json_t *entry);
} kinds[] = {
    {"answer", take_answer}, {"attempt", take_attempt}, {"done", take_done},
    {"hint", take_hint},     {"open", take_open},       {"solution", take_solution},
};

/* --- all of them ---------------------------------------------------------------------------------------- */

static void take_time(struct work *work, int64_t at)
{
    int64_t silence = at - work->ended;
    if (work->begun == 0)
        work->begun = at;
    else if (silence > 0)
        work->spent += silence < SILENCE ? silence : SILENCE;
    work->ended = at > work->ended ? at : work->ended;
}

static void take(struct work *work, const json_t *entry)
{
    const struct kind *kind = row_named(ROWS(kinds), work_word(entry, "kind"));
    if (number(entry, "at") > 0)
        take_time(work, number(entry, "at"));
    if (strcmp(work_word(entry, "kind"), "handin") == 0)
        work->name = work_word(entry, "name");
    if (kind == NULL)
        return;
    struct work_lesson *lesson = lesson_of(work, entry);
    lesson->touched = number(entry, "at");
    kind->take(lesson, entry);
}

struct work work_of(const json_t *record)
{
    struct work work = {.name = ""};
    size_t index;
    json_t *item;
    json_array_foreach(record, index, item) if (json_is_object(json_object_get(item, "entry")))
        take(&work, json_object_get(item, "entry"));
    return work;
}

void work_free(struct work *work)
{
    for (size_t i = 0; i < work->lesson_count; i++) {
        struct work_lesson *lesson = &work->lessons[i];
        for (size_t k = 0; k < lesson->exercise_count; k++)
            free(lesson->exercises[k].attempts);
        free(lesson->exercises);
        free(lesson->questions);
    }
    free(work->lessons);
    *work = (struct work){.name = ""};
}

const struct work_attempt *work_best(const struct work_exercise *exercise)
{
    for (size_t i = exercise->attempt_count; i-- > 0;)
        if (exercise->attempts[i].passed)
            return &exercise->attempts[i];
    return exercise->attempt_count > 0 ? &exercise->attempts[exercise->attempt_count - 1] : NULL;
}

bool work_passed(const struct work_exercise *exercise)
{
    const struct work_attempt *best = work_best(exercise);
    return best != NULL && best->passed;
}

const char *work_word(const json_t *entry, const char *key)
{
    const char *value = json_string_value(json_object_get(entry, key));
    return value != NULL ? value : "";
}
