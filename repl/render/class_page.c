#include "base/array.h"
#include "base/html_escape.h"
#include "base/memory.h"
#include "base/rows.h"
#include "render/class_table.h"
#include "render/sheet.h"

#include <stdlib.h>

/* So many questions stand among those that most got wrong. */
#define HARDEST_MOST 12

/* --- the class as a whole ------------------------------------------------------------------------------- */

static size_t count_troubled(const struct class *class)
{
    size_t count = 0;
    for (size_t i = 0; i < class->hand_count; i++) {
        const struct class_hand *hand = &class->hands[i];
        count += hand->trouble != NULL || hand->other != NULL || hand->broken > 0 || hand->edited;
    }
    return count;
}

static void add_head(struct text *out, const struct class *class)
{
    size_t troubled = count_troubled(class);
    const char *edition = class->course->about.version;
    html_format(out, "<p>%n %s; the course's ", class->hand_count, class->hand_count == 1 ? "file" : "files");
    if (edition != NULL)
        html_format(out, "version %t, ", edition);
    html_format(out, "contents %t.</p>\n", class->version);
    if (troubled > 0)
        html_format(out, "<p class=\"bad\">%n of them %s not as handed in, or not of this course: see the table.</p>\n",
                    troubled, troubled == 1 ? "is" : "are");
    if (class->stopped)
        text_add(out, "<p class=\"bad\">Marking was stopped: what stands as ? did not run.</p>\n");
    text_add(out,
             "<p class=\"quiet\">Marks come from running the code again here. A chain that holds shows that nobody "
             "edited the file by hand; it does not show who wrote it, nor that it was not made anew by a program. "
             "Times are the learners' own clocks'.</p>\n");
}

static void add_exercises(struct text *out, const struct class *class)
{
    static const char *const headings[] = {"Exercise", "Tried", "Solved", "What its check said most often"};
    if (class->exercise_count == 0)
        return;
    text_add(out, "<h2>Exercises</h2>\n");
    sheet_begin_table(out, "Exercises", headings, ROW_COUNT(headings));
    for (size_t i = 0; i < class->exercise_count; i++) {
        const struct class_exercise *exercise = &class->exercises[i];
        html_format(out,
                    "<tr><th scope=\"row\">%t<br><span class=\"quiet\">%t</span></th><td class=\"number\">%n</td>"
                    "<td class=\"number\">%n</td><td>",
                    exercise->title, exercise->lesson->title, exercise->tried, exercise->passed);
        if (exercise->said != NULL)
            html_format(out, "%t <span class=\"quiet\">(%n of %n)</span>", exercise->said, exercise->said_times,
                        exercise->tried - exercise->passed);
        text_add(out, "</td></tr>\n");
    }
    sheet_end_table(out);
}

/* The larger share of wrong answers first; questions in the course's order else. */
static int compare_questions(const void *a, const void *b)
{
    const struct class_question *one = *(const struct class_question *const *)a;
    const struct class_question *other = *(const struct class_question *const *)b;
    size_t left = one->wrong * other->asked, right = other->wrong * one->asked;
    return left != right ? (left > right ? -1 : 1) : one < other ? -1 : one > other;
}

static void add_question(struct text *out, const struct class_question *question)
{
    html_format(out,
                "<tr><td>%t<br><span class=\"quiet\">%t, step %n</span></td><td class=\"number\">%n of %n</td>"
                "<td>%t <span class=\"quiet\">(%n of %n)</span></td></tr>\n",
                question->text, question->lesson->title, question->step, question->wrong, question->asked,
                question->wrongs[0].text, question->wrongs[0].times, question->wrong);
}

static void add_hardest(struct text *out, const struct class *class)
{
    static const char *const headings[] = {"Question", "Wrong at first", "Most said"};
    const struct class_question **order = memory_new(class->question_count + 1, sizeof *order);
    size_t count = 0;
    for (size_t i = 0; i < class->question_count; i++)
        if (class->questions[i].wrong > 0)
            order[count++] = &class->questions[i];
    array_sort(order, count, sizeof *order, compare_questions);
    if (count > 0) {
        text_add(out, "<h2>What most got wrong</h2>\n");
        sheet_begin_table(out, "What most got wrong", headings, ROW_COUNT(headings));
        for (size_t i = 0; i < count && i < HARDEST_MOST; i++)
            add_question(out, order[i]);
        sheet_end_table(out);
    }
    free(order);
}

/* --- a row for each ------------------------------------------------------------------------------------- */

static void add_mark(struct text *out, const struct class_mark *mark)
{
    static const struct {
        const char *class, *sign;
    } looks[] = {[MARKING_NOT_RUN] = {"warm", "?"},
                 [MARKING_PASSED] = {"good", "solved"},
                 [MARKING_FAILED] = {"bad", "not solved"},
                 [MARKING_SKIPPED] = {"warm", "cannot run here"}};
    if (!mark->tried) {
        text_add(out, "<td class=\"quiet\">not tried</td>");
        return;
    }
    html_format(out, "<td><span class=\"%s\">%s</span>", looks[mark->verdict].class, looks[mark->verdict].sign);
    if (mark->claimed && mark->verdict == MARKING_FAILED)
        text_add(out, ", <span class=\"bad\">though the record says so</span>");
    html_format(out, "<br><span class=\"quiet\">%n %s, %n %s%s</span>", mark->attempts,
                mark->attempts == 1 ? "attempt" : "attempts", mark->hints, mark->hints == 1 ? "hint" : "hints",
                mark->solution ? ", solution shown" : "");
    if (mark->observed != NULL)
        html_format(out, "<br>%t", mark->observed);
    text_add(out, "</td>");
}

static void add_rest(struct text *out, const struct class *class, const struct class_hand *hand)
{
    html_format(out, "<td class=\"number\">%n of %n</td><td class=\"number\">%n of %n</td>", hand->points,
                class->points, hand->right, hand->answered);
    for (size_t i = 0; i < class->exercise_count; i++)
        add_mark(out, &hand->marks[i]);
    text_add(out, "<td>");
    sheet_add_time(out, hand->ended, 0);
    text_add(out, " UTC<br><span class=\"quiet\">about ");
    sheet_add_spent(out, hand->spent);
    html_format(out, "%s%s</span></td>", hand->exam ? ", exam" : "", hand->same_version ? "" : ", other version");
}

static void add_hand(struct text *out, const struct class *class, const struct class_hand *hand)
{
    struct text state = TEXT_EMPTY;
    class_add_state(&state, hand);
    bool fine = hand->trouble == NULL && hand->other == NULL && hand->broken == 0 && !hand->edited;
    html_format(out, "<tr><th scope=\"row\">%t<br><span class=\"quiet\">%t</span></th><td class=\"%s\">%t%s</td>",
                hand->name, hand->file, fine ? "good" : "bad", text_string(&state),
                hand->earlier ? "; handed in again later" : "");
    text_free(&state);
    if (hand->marks != NULL)
        add_rest(out, class, hand);
    else
        html_format(out, "<td colspan=\"%n\"></td>", class->exercise_count + 3);
    text_add(out, "</tr>\n");
}

static void add_hands(struct text *out, const struct class *class)
{
    static const char *const first[] = {"Name", "Record", "Points", "Right at once"};
    const char **headings = NULL;
    size_t count = 0;
    for (size_t i = 0; i < ROW_COUNT(first); i++)
        ARRAY_ADD(headings, count, first[i]);
    for (size_t i = 0; i < class->exercise_count; i++)
        ARRAY_ADD(headings, count, class->exercises[i].title);
    ARRAY_ADD(headings, count, "Handed in");
    text_add(out, "<h2>Hand-ins</h2>\n");
    sheet_begin_table(out, "Hand-ins", headings, count);
    for (size_t i = 0; i < class->hand_count; i++)
        add_hand(out, class, &class->hands[i]);
    sheet_end_table(out);
    free(headings);
}

static void add_kin(struct text *out, const struct class *class)
{
    bool any = false;
    for (size_t i = 0; i < class->hand_count; i++) {
        const struct class_hand *hand = &class->hands[i];
        if (hand->kin == 0)
            continue;
        const struct class_hand *kin = &class->hands[hand->kin - 1];
        if (kin->kin == i + 1 && kin < hand)
            continue; /* said already */
        if (!any)
            text_add(out,
                     "<h2>Who shares a record</h2>\n<p>These began as one record: one was copied and gone on with, "
                     "or somebody handed in twice.</p>\n<ul>\n");
        any = true;
        html_format(out, "<li>%t (%t): its first %n of %n entries are also those of %t (%t)</li>\n", hand->name,
                    hand->file, hand->shared, hand->link_count, kin->name, kin->file);
    }
    if (any)
        text_add(out, "</ul>\n");
}

void class_page(struct text *out, const struct class *class)
{
    sheet_begin(out, class->title, true);
    add_head(out, class);
    add_exercises(out, class);
    add_hardest(out, class);
    add_hands(out, class);
    add_kin(out, class);
    sheet_end(out);
}
