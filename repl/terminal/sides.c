#include "terminal/sides.h"

#include "base/memory.h"
#include "render/terminal_text.h"
#include "render/terminal_views.h"
#include "terminal/quiz.h"
#include "terminal/showing.h"

#include <stdlib.h>
#include <string.h>

/* A window narrower than this has room for "3/14" only. */
#define NARROW 60

/* So many hints find room at the foot, and their end. */
#define HINTS 8

/* Answers are chosen with one key. */
#define DIGITS 9

/* --- parts ---------------------------------------------------------------------------------------------- */

static void show_prose(struct lecture *lecture)
{
    const struct slide *slide = lecture_slide(lecture);
    for (size_t i = slide->first; i <= slide->last; i++)
        showing_prose(lecture->tutor, &lecture->tutor->reading.lesson->steps[i], slide->heading);
}

static void show_code_of(struct lecture *lecture, const struct block *block)
{
    struct text out = TEXT_EMPTY;
    terminal_code(&out, code_languages[block->language].word, block->code, "", "", &lecture->tutor->screen.look);
    screen_write(&lecture->tutor->screen, "\n", 1);
    screen_take(&lecture->tutor->screen, &out);
}

static void show_end(struct lecture *lecture)
{
    struct tutor *tutor = lecture->tutor;
    size_t next = lecture->lesson + 1;
    if (lecture->trouble != NULL)
        screen_say(&tutor->screen, STYLE_ADVICE, "%s", lecture->trouble);
    else if (tutor->reading.lesson->step_count == 0)
        screen_say(&tutor->screen, STYLE_TEXT, "This lesson is empty.");
    else
        screen_say(&tutor->screen, STYLE_TEXT, "This was the last step.");
    screen_write(&tutor->screen, "\n", 1);
    if (next < lecture->lesson_count)
        screen_say(&tutor->screen, STYLE_TEXT, "Next: %s.", tutor->course->entries[lecture->lessons[next]].title);
}

static void show_slide(struct lecture *lecture)
{
    const struct slide *slide = lecture_slide(lecture);
    if (slide == NULL) {
        show_end(lecture);
        return;
    }
    show_prose(lecture);
    if (slide->quiz != NULL)
        quiz_show(lecture->tutor, slide->quiz, lecture->chosen);
    else if (slide->block != NULL)
        showing_code(lecture->tutor, slide->block->code);
}

static void show_outcome(struct lecture *lecture)
{
    struct tutor *tutor = lecture->tutor;
    const struct block *block = lecture->ran;
    unsigned missing = tutor_missing(tutor, block->needs);
    if (lecture->trouble != NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "%s", lecture->trouble);
    } else if (missing != 0) {
        tutor->explained &= ~missing; /* it is told as often as it is shown */
        showing_recorded(tutor, block, missing);
    } else if (tutor->last != NULL) {
        struct text output = TEXT_EMPTY;
        look_add_visible(&output, &tutor->screen.look, tutor->last->output, strlen(tutor->last->output));
        screen_take(&tutor->screen, &output);
        tutor->reading.asks_next = showing_asks_next(tutor->reading.lesson, lecture_slide(lecture)->last + 1);
        showing_result(tutor, block);
        tutor->reading.asks_next = false;
        if (lecture->checked)
            screen_say(&tutor->screen, lecture->passed ? STYLE_RIGHT : STYLE_WRONG, "%s%s",
                       lecture->passed ? "The check passes." : "The check does not pass: ",
                       lecture->passed             ? ""
                       : lecture->observed != NULL ? lecture->observed
                                                   : "no reason is given.");
    }
}

/* With what stands before it, as far as one page has room for that. */
static void show_result(struct lecture *lecture)
{
    enum { WITH_PROSE, WITH_CODE, ALONE };
    struct screen *screen = &lecture->tutor->screen;
    struct text *page = screen->into;
    if (lecture->kept != NULL) {
        text_add(page, lecture->kept);
        return;
    }
    for (int part = WITH_PROSE; part <= ALONE; part++) {
        text_clear(page);
        screen->column = 0;
        if (part == WITH_PROSE && lecture_slide(lecture)->exercise == NULL)
            show_prose(lecture);
        if (part <= WITH_CODE)
            showing_code(lecture->tutor, lecture->ran->code);
        screen_write(screen, "\n", 1);
        show_outcome(lecture);
        if (board_lines(&lecture->board, page) <= board_room(&lecture->board))
            break;
    }
}

static void show_why(struct lecture *lecture)
{
    const struct slide *slide = lecture_slide(lecture);
    quiz_reveal(lecture->tutor, slide->quiz != NULL ? slide->quiz : slide->predicted, lecture->chosen);
}

static void show_starter(struct lecture *lecture)
{
    show_code_of(lecture, lecture_slide(lecture)->exercise->starter);
}

static void show_hints(struct lecture *lecture)
{
    struct tutor *tutor = lecture->tutor;
    const struct exercise *exercise = lecture_slide(lecture)->exercise;
    for (size_t i = 0; i < lecture->hints && i < exercise->hint_count; i++) {
        struct text out = TEXT_EMPTY;
        screen_write(&tutor->screen, "\n", 1);
        screen_say(&tutor->screen, STYLE_STRONG, "%s", exercise->hints[i].summary);
        terminal_markdown_within(&out, exercise->hints[i].first, exercise->hints[i].last, "  ", "  ",
                                 &tutor->screen.look);
        screen_take(&tutor->screen, &out);
    }
}

static void show_solution(struct lecture *lecture)
{
    show_code_of(lecture, lecture_slide(lecture)->exercise->solution);
}

static void show_ladder(struct lecture *lecture)
{
    const struct ladder_options options = {
        .states = true, .packets = lecture->detail > 0, .acks = lecture->detail > 1, .numbers = lecture->detail > 2};
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(lecture->tutor->last);
    terminal_ladder(&out, findings, &options, &lecture->tutor->screen.look);
    findings_free(findings);
    screen_take(&lecture->tutor->screen, &out);
}

static void show_packets(struct lecture *lecture)
{
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(lecture->tutor->last);
    terminal_packets(&out, &findings->timeline, &lecture->tutor->screen.look);
    findings_free(findings);
    screen_take(&lecture->tutor->screen, &out);
}

static void show_calls(struct lecture *lecture)
{
    const struct call_list_options options = {.whole = lecture->detail > 0, .everybody = lecture->detail > 1};
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(lecture->tutor->last);
    terminal_calls(&out, findings, &options, &lecture->tutor->screen.look);
    findings_free(findings);
    screen_take(&lecture->tutor->screen, &out);
}

/* --- sides ---------------------------------------------------------------------------------------------- */

static const struct {
    void (*show)(struct lecture *lecture); /* NULL: nothing, or the keys */
    const char *title;                     /* NULL: the slide's */
    bool wide;                             /* to the edges of the window */
} rows[SIDE_COUNT] = {
    [SIDE_SLIDE] = {show_slide},
    [SIDE_RESULT] = {show_result},
    [SIDE_WHY] = {show_why},
    [SIDE_STARTER] = {show_starter, "What it begins with"},
    [SIDE_HINTS] = {show_hints},
    [SIDE_SOLUTION] = {show_solution, "One way to do it"},
    [SIDE_LADDER] = {show_ladder, "Who said what to whom", .wide = true},
    [SIDE_PACKETS] = {show_packets, "Packets", .wide = true},
    [SIDE_CALLS] = {show_calls, "Calls", .wide = true},
    [SIDE_KEYS] = {NULL, "Keys"},
    [SIDE_NOTHING] = {NULL, ""},
};

static void add_keys(struct text *out, const struct look *look, const char *const *keys)
{
    for (; *keys != NULL; keys += 2) {
        struct text first = TEXT_EMPTY;
        size_t columns = look_columns(keys[0]);
        look_add(&first, look, STYLE_PROMPT, keys[0]);
        text_add(&first, look->plain ? ":" : "");
        text_add_repeat(&first, " ", columns < 9 && !look->plain ? 10 - columns : 1);
        look_wrap(out, look, text_string(&first), "          ", keys[1]);
        text_free(&first);
    }
}

/* Heading and position of the board. */
static void head(struct lecture *lecture)
{
    const struct lesson *lesson = lecture->tutor->reading.lesson;
    const struct slide *slide = lecture_slide(lecture);
    struct board *board = &lecture->board;
    const char *title = rows[lecture->side].title, *own = slide != NULL ? slide->title : lesson->title;
    free(board->title);
    free(board->position);
    board->title = memory_copy(title != NULL ? title : own);
    if (slide == NULL || title != NULL)
        board->position = memory_copy("");
    else
        board->position = text_make(board->screen->look.width < NARROW ? "%zu/%zu" : "step %zu of %zu", slide->last + 1,
                                    lesson->step_count);
}

/* The side as text, for the board as it is measured. */
static struct text write_side(struct lecture *lecture, const char *const *keys)
{
    struct screen *screen = &lecture->tutor->screen;
    struct text text = TEXT_EMPTY;
    screen->inset = 0;
    screen_measure(screen);
    screen->inset = rows[lecture->side].wide ? 0 : board_margin(screen);
    screen_measure(screen);
    head(lecture);
    screen->into = &text;
    screen->column = 0;
    if (rows[lecture->side].show != NULL)
        rows[lecture->side].show(lecture);
    else if (lecture->side == SIDE_KEYS)
        add_keys(&text, &screen->look, keys);
    screen->into = NULL;
    screen->column = 0;
    return text;
}

/* --- the foot ------------------------------------------------------------------------------------------- */

/* What Space does. */
static const char *next_of(const struct lecture *lecture)
{
    const struct slide *slide = lecture_slide(lecture);
    if (slide == NULL)
        return lecture->lesson + 1 < lecture->lesson_count ? "Space: the next lesson" : "q leaves";
    if (lecture->side > SIDE_WHY)
        return "Space: back";
    if (lecture->side == SIDE_SLIDE && slide->block != NULL && !slide->block->ignored)
        return "Space: run it";
    if ((lecture->side == SIDE_SLIDE && slide->quiz != NULL && !slide->quiz->prediction) ||
        (lecture->side == SIDE_RESULT && slide->predicted != NULL))
        return "Space: who is right";
    return "Space: on";
}

static void add_hints(const struct lecture *lecture, const char **hints)
{
    static const char *const say[DIGITS + 1] = {
        "1: what you say",   "1: what you say",   "1-2: what you say", "1-3: what you say", "1-4: what you say",
        "1-5: what you say", "1-6: what you say", "1-7: what you say", "1-8: what you say", "1-9: what you say"};
    const struct slide *slide = lecture_slide(lecture);
    const struct exercise *exercise = slide != NULL ? slide->exercise : NULL;
    bool answers = slide != NULL && slide->quiz != NULL && lecture->side == SIDE_SLIDE;
    bool opens = exercise != NULL && !lecture->tutor->reading.lesson->exam;
    if (answers)
        *hints++ = slide->quiz->count <= DIGITS ? say[slide->quiz->count] : say[DIGITS];
    if (answers && slide->quiz->prediction)
        *hints++ = "w: why";
    if (exercise != NULL && lecture->side == SIDE_SLIDE)
        *hints++ = "s: starter";
    if (opens && lecture->hints < exercise->hint_count && (lecture->side == SIDE_SLIDE || lecture->side == SIDE_HINTS))
        *hints++ = lecture->hints > 0 ? "h: next hint" : "h: hint";
    if (opens && lecture->side == SIDE_SLIDE)
        *hints++ = "o: solution";
    if (lecture->side == SIDE_SOLUTION)
        *hints++ = "r: run it";
    if (lecture->side == SIDE_RESULT)
        *hints++ = "l: ladder";
    *hints++ = "?: keys";
    *hints = NULL;
}

void sides_show(struct lecture *lecture, const char *const *keys)
{
    struct board *board = &lecture->board;
    struct text text = write_side(lecture, keys);
    const char *hints[HINTS + 1] = {lecture->remark != NULL ? lecture->remark : next_of(lecture)};
    char *page = NULL;
    board_measure(board, &text);
    if (board->pages > 1)
        page = text_make("page %zu of %zu", board->page + 1, board->pages);
    size_t count = 1;
    if (lecture->remark == NULL && board->page + 1 < board->pages)
        hints[0] = "Space: more";
    if (page != NULL)
        hints[count++] = page;
    if (lecture->remark == NULL)
        add_hints(lecture, hints + count);
    board_show(board, &text, lecture->side == SIDE_NOTHING ? (const char *[]){"", NULL} : hints);
    lecture->remark = NULL;
    free(page);
    text_free(&text);
}

void sides_keep_result(struct lecture *lecture)
{
    enum side side = lecture->side;
    lecture->side = SIDE_RESULT;
    struct text text = write_side(lecture, NULL);
    lecture->side = side;
    free(lecture->kept);
    lecture->kept = text_steal(&text);
}
