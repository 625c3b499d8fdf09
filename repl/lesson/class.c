#include "lesson/class.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "lesson/exercise.h"
#include "lesson/handin.h"
#include "lesson/markdown.h"
#include "lesson/quiz.h"
#include "lesson/work.h"

#include <stdlib.h>
#include <string.h>

/* Columns of a name or a short text from outside. */
#define NAME_MOST 100
#define SAID_MOST 300

/* As much code as the record keeps. */
#define CODE_MOST 262144

/* So many different wrong answers of one question are told apart. */
#define WRONGS_MOST 64

/* Text from anybody as one short line; yours to free. */
static char *one_line(const char *text, size_t columns)
{
    char *name = utf8_name(text);
    size_t length = utf8_fitting(name, strlen(name), columns);
    name[length] = '\0';
    return name;
}

/* --- the course ----------------------------------------------------------------------------------------- */

static void add_question(struct class *class, const struct lesson *lesson, size_t step)
{
    cmark_node *before = cmark_node_previous(lesson->steps[step].quiz->list);
    char *words = before != NULL ? markdown_plain(before) : memory_copy("");
    ARRAY_ADD(
        class->questions, class->question_count,
        (struct class_question){
            .lesson = lesson, .quiz = lesson->steps[step].quiz, .step = step + 1, .text = one_line(words, SAID_MOST)});
    free(words);
}

static void add_exercise(struct class *class, const struct lesson *lesson, const struct exercise *exercise)
{
    const struct section *section = exercise->section >= 0 ? &lesson->sections[exercise->section] : NULL;
    if (exercise->starter == NULL || !exercise_is_judged(exercise))
        return;
    class->points += (size_t)exercise->points;
    ARRAY_ADD(class->exercises, class->exercise_count,
              (struct class_exercise){.lesson = lesson,
                                      .exercise = exercise,
                                      .slug = section ? section->slug : "exercise",
                                      .title = section ? section->title : lesson->title});
}

static void add_lesson(struct class *class, const struct course_entry *entry)
{
    struct complaints ignored = {0};
    struct lesson *lesson = course_lesson(class->course, entry, false, &ignored);
    complaints_free(&ignored);
    if (lesson == NULL)
        return;
    ARRAY_ADD(class->lessons, class->lesson_count, lesson);
    for (size_t i = 0; i < lesson->step_count; i++)
        if (lesson->steps[i].quiz != NULL && lesson->steps[i].quiz->right > 0)
            add_question(class, lesson, i);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        add_exercise(class, lesson, &lesson->exercises[i]);
}

struct class *class_new(const struct course *course, const int *indices, size_t count)
{
    struct class *class = memory_new(1, sizeof *class);
    class->course = course;
    class->title = handin_course_title(course);
    handin_course_version(course, class->version);
    for (size_t i = 0; i < course->entry_count; i++) {
        bool wanted = count == 0;
        for (size_t k = 0; k < count; k++)
            wanted = wanted || indices[k] == (int)i;
        if (wanted)
            add_lesson(class, &course->entries[i]);
    }
    return class;
}

static void free_hand(struct class_hand *hand, size_t exercises)
{
    for (size_t i = 0; hand->marks != NULL && i < exercises; i++) {
        array_free_strings(hand->marks[i].code, hand->marks[i].code_count);
        free(hand->marks[i].observed);
    }
    free(hand->marks);
    free(hand->answers);
    free(hand->links);
    free(hand->file);
    free(hand->trouble);
    free(hand->name);
    free(hand->other);
}

void class_free(struct class *class)
{
    if (class == NULL)
        return;
    for (size_t i = 0; i < class->hand_count; i++)
        free_hand(&class->hands[i], class->exercise_count);
    for (size_t i = 0; i < class->question_count; i++) {
        for (size_t k = 0; k < class->questions[i].wrong_count; k++)
            free(class->questions[i].wrongs[k].text);
        free(class->questions[i].wrongs);
        free(class->questions[i].text);
    }
    for (size_t i = 0; i < class->lesson_count; i++)
        lesson_free(class->lessons[i]);
    free(class->hands);
    free(class->questions);
    free(class->exercises);
    free(class->lessons);
    free(class->title);
    free(class);
}

/* --- a hand-in ------------------------------------------------------------------------------------------ */

/* The index of this wrong answer among the question's; those that are too many share the last one. */
static size_t wrong_index(struct class_question *question, const char *said)
{
    char *text = one_line(said, SAID_MOST);
    for (size_t i = 0; i < question->wrong_count; i++)
        if (strcmp(question->wrongs[i].text, text) == 0 || i == WRONGS_MOST - 1) {
            free(text);
            return i;
        }
    ARRAY_ADD(question->wrongs, question->wrong_count, (struct class_said){text, 0});
    return question->wrong_count - 1;
}

/*
 * How surely the answer is to this question: it has its words, or the step and such an answer; another version may have
 * moved or reworded it.
 */
static int likeness(const struct class_question *question, const char *lesson, const struct work_question *answer,
                    const char *asked)
{
    if (strcmp(question->lesson->name, lesson) != 0)
        return 0;
    bool words = strcmp(question->text, asked) == 0, step = question->step == answer->step;
    return words ? 2 + step : step && quiz_knows(question->quiz, answer->said);
}

/* The index of the question that was answered; their count when the course has it no more. */
static size_t question_of(const struct class *class, const char *lesson, const struct work_question *answer)
{
    char *asked = one_line(answer->question, SAID_MOST);
    size_t found = class->question_count;
    for (size_t i = 0, best = 0; i < class->question_count; i++) {
        size_t like = (size_t)likeness(&class->questions[i], lesson, answer, asked);
        found = like > best ? i : found;
        best = like > best ? like : best;
    }
    free(asked);
    return found;
}

static bool has_answered(const struct class_hand *hand, size_t question)
{
    for (size_t i = 0; i < hand->answered; i++)
        if (hand->answers[i].question == question)
            return true;
    return false;
}

static void take_answer(struct class *class, struct class_hand *hand, const char *lesson,
                        const struct work_question *answer)
{
    size_t index = question_of(class, lesson, answer);
    if (index == class->question_count || has_answered(hand, index))
        return;
    struct class_question *question = &class->questions[index];
    bool right = quiz_accepts(question->quiz, answer->said, answer->chosen);
    size_t wrong = right ? 0 : wrong_index(question, answer->said);
    ARRAY_ADD(hand->answers, hand->answered, (struct class_answer){index, wrong, right});
    hand->right += right;
}

static void take_code(struct class_mark *mark, const json_t *code)
{
    size_t index, length = 0;
    json_t *entry;
    json_array_foreach(code, index, entry)
    {
        length += json_string_length(entry);
        if (json_is_string(entry) && length <= CODE_MOST)
            ARRAY_ADD(mark->code, mark->code_count, memory_copy(json_string_value(entry)));
    }
}

static void take_exercise(struct class *class, struct class_hand *hand, const char *lesson,
                          const struct work_exercise *work)
{
    const struct work_attempt *best = work_best(work);
    for (size_t i = 0; i < class->exercise_count; i++) {
        struct class_mark *mark = &hand->marks[i];
        if (strcmp(class->exercises[i].slug, work->slug) != 0 || strcmp(class->exercises[i].lesson->name, lesson) != 0)
            continue;
        mark->tried = best != NULL;
        mark->claimed = best != NULL && best->passed;
        mark->solution = work->before;
        mark->attempts = work->attempt_count;
        mark->hints = work->hints;
        if (best == NULL)
            continue;
        take_code(mark, best->code);
        if (*best->language != '\0')
            code_language_of(best->language, strlen(best->language), &mark->language);
    }
}

static void take_work(struct class *class, struct class_hand *hand, const json_t *record)
{
    struct work work = work_of(record);
    hand->begun = work.begun;
    hand->ended = work.ended;
    hand->spent = work.spent;
    for (size_t i = 0; hand->other == NULL && i < work.lesson_count; i++) {
        const struct work_lesson *lesson = &work.lessons[i];
        hand->exam = hand->exam || lesson->exam;
        for (size_t k = 0; k < lesson->question_count; k++)
            take_answer(class, hand, lesson->name, &lesson->questions[k]);
        for (size_t k = 0; k < lesson->exercise_count; k++)
            take_exercise(class, hand, lesson->name, &lesson->exercises[k]);
    }
    work_free(&work);
}

/* Sixteen digits of each are enough to tell them apart. */
static void take_links(struct class_hand *hand, const json_t *record)
{
    size_t index;
    json_t *item;
    hand->links = memory_new(json_array_size(record) + 1, sizeof *hand->links);
    json_array_foreach(record, index, item)
    {
        const char *link = json_string_value(json_object_get(item, "link"));
        char digits[17] = "";
        strncpy(digits, link != NULL ? link : "", sizeof digits - 1);
        hand->links[hand->link_count++] = strtoull(digits, NULL, 16);
    }
}

static void take_document(struct class *class, struct class_hand *hand, const json_t *document)
{
    const json_t *course = json_object_get(document, "course"), *record = json_object_get(document, "record");
    const char *title = json_string_value(json_object_get(course, "title"));
    free(hand->name);
    hand->name = one_line(json_string_value(json_object_get(document, "name")), NAME_MOST);
    if (!handin_is_about(document, class->course))
        hand->other = one_line(title, NAME_MOST);
    hand->same_version = strcmp(json_string_value(json_object_get(course, "version")), class->version) == 0;
    hand->broken = handin_broken(document);
    hand->marks = memory_new(class->exercise_count + 1, sizeof *hand->marks);
    take_work(class, hand, record);
    take_links(hand, record);
}

void class_add(struct class *class, const char *file, const json_t *document, const char *trouble, bool edited)
{
    struct class_hand *hand = ARRAY_MORE(class->hands, class->hand_count);
    *hand = (struct class_hand){.file = utf8_name(file), .trouble = memory_copy(trouble), .name = memory_copy("")};
    hand->edited = edited;
    if (document != NULL)
        take_document(class, hand, document);
}

/* --- their order, and kin ------------------------------------------------------------------------------- */

static int compare_hands(const void *a, const void *b)
{
    const struct class_hand *one = a, *other = b;
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : strcmp(one->file, other->file);
}

static int compare_links(const void *a, const void *b)
{
    const struct class_hand *one = *(struct class_hand *const *)a, *other = *(struct class_hand *const *)b;
    for (size_t i = 0; i < one->link_count && i < other->link_count; i++)
        if (one->links[i] != other->links[i])
            return one->links[i] < other->links[i] ? -1 : 1;
    return one->link_count < other->link_count ? -1 : one->link_count > other->link_count;
}

static size_t common_links(const struct class_hand *one, const struct class_hand *other)
{
    size_t common = 0;
    while (common < one->link_count && common < other->link_count && one->links[common] == other->links[common])
        common++;
    return common;
}

static void meet(const struct class *class, struct class_hand *hand, const struct class_hand *other)
{
    size_t common = common_links(hand, other);
    if (common <= hand->shared && (common == 0 || hand->kin != 0))
        return;
    hand->shared = common;
    hand->kin = (size_t)(other - class->hands) + 1;
    hand->earlier = common == hand->link_count && other->link_count > common;
}

/* In the order of their links those that share most stand beside each other. */
static void find_kin(struct class *class)
{
    struct class_hand **order = memory_new(class->hand_count + 1, sizeof *order);
    for (size_t i = 0; i < class->hand_count; i++)
        order[i] = &class->hands[i];
    array_sort(order, class->hand_count, sizeof *order, compare_links);
    for (size_t i = 0; i + 1 < class->hand_count; i++) {
        meet(class, order[i], order[i + 1]);
        meet(class, order[i + 1], order[i]);
    }
    free(order);
}

static int compare_said(const void *a, const void *b)
{
    const struct class_said *one = a, *other = b;
    return one->times != other->times ? (one->times > other->times ? -1 : 1) : strcmp(one->text, other->text);
}

static void count_answers(struct class *class)
{
    for (size_t i = 0; i < class->hand_count; i++)
        for (size_t k = 0; !class->hands[i].earlier && k < class->hands[i].answered; k++) {
            const struct class_answer *answer = &class->hands[i].answers[k];
            struct class_question *question = &class->questions[answer->question];
            question->asked++;
            question->wrong += !answer->right;
            if (!answer->right)
                question->wrongs[answer->wrong].times++;
        }
    for (size_t i = 0; i < class->question_count; i++)
        array_sort(class->questions[i].wrongs, class->questions[i].wrong_count, sizeof(struct class_said),
                   compare_said);
}

void class_settle(struct class *class)
{
    array_sort(class->hands, class->hand_count, sizeof *class->hands, compare_hands);
    find_kin(class);
    count_answers(class);
}
