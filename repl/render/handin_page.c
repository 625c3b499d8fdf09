#include "render/handin_page.h"

#include "base/html_escape.h"
#include "base/rows.h"
#include "lesson/work.h"
#include "render/html.h"
#include "render/sheet.h"

#include <string.h>

static int64_t zone_of(const json_t *document)
{
    return json_integer_value(json_object_get(document, "zone"));
}

/* --- the recap ------------------------------------------------------------------------------------------ */

static void add_head(struct text *out, const json_t *document, const struct work *work)
{
    const json_t *course = json_object_get(document, "course");
    int64_t zone = zone_of(document);
    const char *edition = work_word(course, "edition");
    html_format(out, "<p>%t <span class=\"quiet\">(%s%t%s%t)</span></p>\n<p class=\"quiet\">Begun ",
                work_word(course, "title"), *edition != '\0' ? "version " : "", edition,
                *edition != '\0' ? ", contents " : "version ", work_word(course, "version"));
    sheet_add_time(out, work->begun, zone);
    text_add(out, ", handed in ");
    sheet_add_time(out, work->ended, zone);
    text_add(out, ", about ");
    sheet_add_spent(out, work->spent);
    text_add(out, " at work.</p>\n");
}

static void add_share(struct text *out, size_t part, size_t whole)
{
    if (whole > 0)
        html_format(out, "<td>%n of %n</td>", part, whole);
    else
        text_add(out, "<td></td>");
}

/* Of those that are judged already. */
static void add_right(struct text *out, const struct work_lesson *lesson)
{
    size_t right = 0, judged = 0;
    for (size_t i = 0; i < lesson->question_count; i++) {
        right += lesson->questions[i].right;
        judged += lesson->questions[i].judged;
    }
    add_share(out, right, judged);
}

static size_t count_solved(const struct work_lesson *lesson)
{
    size_t solved = 0;
    for (size_t i = 0; i < lesson->exercise_count; i++)
        solved += work_passed(&lesson->exercises[i]);
    return solved;
}

static void add_recap(struct text *out, const struct work *work, int64_t zone)
{
    static const char *const headings[] = {"Lesson", "Begun", "Read", "Right at once", "Exercises solved"};
    sheet_begin_table(out, "Lessons", headings, ROW_COUNT(headings));
    for (size_t i = 0; i < work->lesson_count; i++) {
        const struct work_lesson *lesson = &work->lessons[i];
        html_format(out, "<tr><th scope=\"row\">%t%s</th><td>", lesson->title, lesson->exam ? " (exam)" : "");
        sheet_add_time(out, lesson->begun, zone);
        html_format(out, "</td><td>%s</td>", lesson->done ? "to the end" : "in part");
        add_right(out, lesson);
        add_share(out, count_solved(lesson), lesson->exercise_count);
        text_add(out, "</tr>\n");
    }
    sheet_end_table(out);
}

/* --- exercises ------------------------------------------------------------------------------------------ */

static void add_attempt(struct text *out, const struct work_attempt *attempt)
{
    struct text code = TEXT_EMPTY;
    size_t index;
    json_t *entry;
    json_array_foreach(attempt->code, index, entry)
        text_format(&code, "%s%s", index > 0 ? "\n" : "", json_is_string(entry) ? json_string_value(entry) : "");
    sheet_begin_wide(out, "Code");
    html_code(out, *attempt->language != '\0' ? attempt->language : "lua", text_string(&code));
    sheet_end_wide(out);
    if (!attempt->judged)
        text_add(out, "<p class=\"quiet\">To be marked: its checks are with the teacher.</p>\n");
    if (*attempt->observed != '\0')
        html_format(out, "<p class=\"%s\">%s%t</p>\n", attempt->passed ? "good" : "bad",
                    attempt->passed ? "" : "Not yet: ", attempt->observed);
    if (*attempt->ladder != '\0') {
        sheet_begin_wide(out, "Picture");
        html_format(out, "<pre role=\"img\" aria-label=\"Who said what to whom\">%t</pre>\n", attempt->ladder);
        sheet_end_wide(out);
    }
    text_free(&code);
}

/* The attempt that does not count. */
static void add_other(struct text *out, const struct work_attempt *attempt, size_t number, int64_t zone)
{
    html_format(out, "<details><summary>Attempt %n, ", number);
    sheet_add_time(out, attempt->at, zone);
    html_format(out, ": %s</summary>\n",
                attempt->passed   ? "passed"
                : attempt->judged ? "did not pass"
                                  : "to be marked");
    add_attempt(out, attempt);
    text_add(out, "</details>\n");
}

static void add_help(struct text *out, const struct work_exercise *exercise)
{
    html_format(out, "<p class=\"quiet\">%n %s, %n %s%s.</p>\n", exercise->attempt_count,
                exercise->attempt_count == 1 ? "attempt" : "attempts", exercise->hints,
                exercise->hints == 1 ? "hint" : "hints",
                exercise->before     ? ", the solution was shown before it passed"
                : exercise->solution ? ", the solution was shown afterwards"
                                     : "");
}

static void add_exercise(struct text *out, const struct work_exercise *exercise, int64_t zone)
{
    const struct work_attempt *best = work_best(exercise);
    html_format(out, "<h3>%t: <span class=\"%s\">%s</span></h3>\n", exercise->title,
                work_passed(exercise)           ? "good"
                : best != NULL && !best->judged ? "warm"
                                                : "bad",
                work_passed(exercise) ? "solved"
                : best == NULL        ? "not tried"
                : best->judged        ? "not solved"
                                      : "handed in");
    add_help(out, exercise);
    if (best != NULL)
        add_attempt(out, best);
    for (size_t i = 0; i < exercise->attempt_count; i++)
        if (&exercise->attempts[i] != best)
            add_other(out, &exercise->attempts[i], i + 1, zone);
}

/* --- questions ------------------------------------------------------------------------------------------ */

static void add_questions(struct text *out, const struct work_lesson *lesson)
{
    static const char *const headings[] = {"Asked", "Said", "It was"};
    text_add(out, "<h3>Questions</h3>\n");
    sheet_begin_table(out, "Questions", headings, ROW_COUNT(headings));
    for (size_t i = 0; i < lesson->question_count; i++) {
        const struct work_question *question = &lesson->questions[i];
        html_format(out, "<tr><td>%t</td><td class=\"%s\">%t</td><td>%t</td></tr>\n", question->question,
                    !question->judged ? "warm"
                    : question->right ? "good"
                                      : "bad",
                    question->said,
                    !question->judged ? "to be marked"
                    : question->right ? "so"
                                      : question->truth);
    }
    sheet_end_table(out);
}

static void add_lesson(struct text *out, const struct work_lesson *lesson, int64_t zone)
{
    html_format(out, "<section>\n<h2>%t</h2>\n", lesson->title);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        add_exercise(out, &lesson->exercises[i], zone);
    if (lesson->question_count > 0)
        add_questions(out, lesson);
    if (lesson->exercise_count + lesson->question_count == 0)
        text_add(out, "<p class=\"quiet\">Opened; no question was answered and no exercise tried.</p>\n");
    text_add(out, "</section>\n");
}

/* --- the page ------------------------------------------------------------------------------------------- */

static void add_foot(struct text *out, const json_t *record)
{
    size_t count = json_array_size(record);
    html_format(out,
                "<h2>The record</h2>\n<p>This page holds %n entries, each joined to the one before by a hash. The last "
                "link is <code>%t</code>. It shows changes that were made by hand. It does not show who was at the "
                "keyboard, and no clock but this computer's.</p>\n",
                count, work_word(json_array_get(record, count > 0 ? count - 1 : 0), "link"));
}

void handin_page(struct text *out, const json_t *document)
{
    const json_t *record = json_object_get(document, "record");
    struct work work = work_of(record);
    sheet_begin(out, work_word(document, "name"), false);
    add_head(out, document, &work);
    add_recap(out, &work, zone_of(document));
    for (size_t i = 0; i < work.lesson_count; i++)
        add_lesson(out, &work.lessons[i], zone_of(document));
    add_foot(out, record);
    work_free(&work);
}
