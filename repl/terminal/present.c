#include "terminal/present.h"

#include "base/memory.h"
#include "terminal/keys.h"
#include "terminal/lecture.h"
#include "terminal/loop.h"
#include "terminal/meant.h"
#include "terminal/sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most that + shows. */
#define DETAIL_MOST 3

/* --- on and back ---------------------------------------------------------------------------------------- */

static void next_slide(struct lecture *lecture)
{
    if (lecture->slide < lecture->slide_count)
        lecture_go_to(lecture, lecture->slide + 1);
    else if (lecture->lesson + 1 < lecture->lesson_count)
        lecture_open(lecture, lecture->lesson + 1);
    else
        lecture->remark = "This was the last lesson. q leaves.";
}

/* What the slide has to show behind the side that is shown. */
static void next_side(struct lecture *lecture)
{
    const struct slide *slide = lecture_slide(lecture);
    bool fresh = slide != NULL && lecture->side == SIDE_SLIDE, tells = !lecture->tutor->reading.lesson->exam;
    if (fresh && slide->block != NULL && !slide->block->ignored)
        lecture_run(lecture);
    else if (tells && ((fresh && slide->quiz != NULL && !slide->quiz->prediction) ||
                       (lecture->side == SIDE_RESULT && slide->predicted != NULL)))
        lecture_turn(lecture, SIDE_WHY);
    else
        next_slide(lecture);
}

static void press_on(struct lecture *lecture, int key)
{
    (void)key;
    if (lecture->board.page + 1 < lecture->board.pages)
        lecture->board.page++;
    else if (!lecture_leave_side(lecture))
        next_side(lecture);
}

static void press_back(struct lecture *lecture, int key)
{
    (void)key;
    if (lecture->board.page > 0)
        lecture->board.page--;
    else if (lecture_leave_side(lecture))
        return;
    else if (lecture->side != SIDE_SLIDE)
        lecture_turn(lecture, SIDE_SLIDE);
    else if (lecture->slide > 0)
        lecture_go_to(lecture, lecture->slide - 1);
    else
        lecture->remark = "This is the first step.";
}

static void press_next(struct lecture *lecture, int key)
{
    (void)key;
    next_slide(lecture);
}

static void press_first(struct lecture *lecture, int key)
{
    (void)key;
    lecture_go_to(lecture, 0);
}

static void press_last(struct lecture *lecture, int key)
{
    (void)key;
    lecture_go_to(lecture, lecture->slide_count > 0 ? lecture->slide_count - 1 : 0);
}

/* --- asking --------------------------------------------------------------------------------------------- */

static void press_answer(struct lecture *lecture, int key)
{
    const struct slide *slide = lecture_slide(lecture);
    const struct quiz *quiz = slide != NULL && slide->quiz != NULL ? slide->quiz : NULL;
    if (quiz == NULL || lecture->side != SIDE_SLIDE || (size_t)(key - '0') > quiz->count) {
        lecture->remark = quiz == NULL ? "Nothing is asked here." : "There is no such answer.";
        return;
    }
    uint64_t bit = UINT64_C(1) << (key - '1');
    lecture->chosen = quiz->right != 1 ? lecture->chosen ^ bit : lecture->chosen == bit ? 0 : bit;
}

static void press_why(struct lecture *lecture, int key)
{
    const struct slide *slide = lecture_slide(lecture);
    (void)key;
    if (slide == NULL || (slide->quiz == NULL && slide->predicted == NULL))
        lecture->remark = "Nothing was asked here.";
    else if (lecture->tutor->reading.lesson->exam)
        lecture->remark = "This is an exam: it does not say what is right.";
    else
        lecture_turn(lecture, SIDE_WHY);
}

/* --- exercises ------------------------------------------------------------------------------------------ */

/* Of an exam only the starter is shown. */
static const struct exercise *exercise_for(struct lecture *lecture, int key)
{
    const struct slide *slide = lecture_slide(lecture);
    const struct exercise *exercise = slide != NULL ? slide->exercise : NULL;
    if (exercise == NULL)
        lecture->remark = "There is no exercise here.";
    else if (key != 's' && lecture->tutor->reading.lesson->exam)
        lecture->remark = "This is an exam: it shows neither hints nor a solution.";
    else
        return exercise;
    return NULL;
}

static void press_starter(struct lecture *lecture, int key)
{
    if (exercise_for(lecture, key) != NULL)
        lecture_turn(lecture, SIDE_STARTER);
}

static void press_hint(struct lecture *lecture, int key)
{
    const struct exercise *exercise = exercise_for(lecture, key);
    if (exercise == NULL)
        return;
    if (lecture->hints < exercise->hint_count)
        lecture->hints++;
    else
        lecture->remark = exercise->hint_count > 0 ? "There are no more hints." : "It has no hints.";
    if (exercise->hint_count > 0)
        lecture_turn(lecture, SIDE_HINTS);
    lecture->board.page = SIZE_MAX; /* the newest */
}

static void press_solution(struct lecture *lecture, int key)
{
    const struct exercise *exercise = exercise_for(lecture, key);
    if (exercise != NULL && exercise->solution != NULL)
        lecture_turn(lecture, SIDE_SOLUTION);
}

/* --- running and looking -------------------------------------------------------------------------------- */

static void press_run(struct lecture *lecture, int key)
{
    const struct slide *slide = lecture_slide(lecture);
    bool solves = slide != NULL && slide->exercise != NULL;
    bool shown = solves && (lecture->side == SIDE_SOLUTION || lecture->ran != NULL);
    (void)key;
    if (solves && !shown)
        lecture->remark = "o shows a solution first; then r runs it.";
    else if (!solves && (slide == NULL || slide->block == NULL || slide->block->ignored))
        lecture->remark = "There is nothing to run here.";
    else
        lecture_run(lecture);
}

static const char no_wire[] = "Packets are seen in a private network only: --lab begins in one.";

/* The same key leads there and back. */
static void look(struct lecture *lecture, enum side side)
{
    if (lecture->side == side)
        lecture_leave_side(lecture);
    else if (side <= SIDE_CALLS && lecture->tutor->last == NULL)
        lecture->remark = "Nothing ran yet.";
    else if (side == SIDE_PACKETS && !tutor_uses_lab(lecture->tutor))
        lecture->remark = no_wire;
    else
        lecture_turn(lecture, side);
    tutor_catch_up(lecture->tutor);
}

static void press_look(struct lecture *lecture, int key)
{
    static const struct {
        int key;
        enum side side;
    } sides[] = {{'l', SIDE_LADDER},  {'p', SIDE_PACKETS}, {'c', SIDE_CALLS},
                 {'b', SIDE_NOTHING}, {'.', SIDE_NOTHING}, {'?', SIDE_KEYS}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        if (sides[i].key == key)
            look(lecture, sides[i].side);
}

static void press_detail(struct lecture *lecture, int key)
{
    if (key == '-')
        lecture->detail -= lecture->detail > 0;
    else if (lecture->side != SIDE_CALLS && !tutor_uses_lab(lecture->tutor))
        lecture->remark = no_wire;
    else
        lecture->detail += lecture->detail < DETAIL_MOST;
}

static void press_escape(struct lecture *lecture, int key)
{
    (void)key;
    lecture_leave_side(lecture);
}

static void press_redraw(struct lecture *lecture, int key)
{
    (void)lecture, (void)key;
}

/* The shell has the terminal meanwhile, and the screen that it had before. */
static void press_stop(struct lecture *lecture, int key)
{
    struct keys *keys = prompt_keys(lecture->tutor->prompt);
    (void)key;
    board_close(&lecture->board);
    keys_stop(keys);
    keys_alone(keys);
    board_open(&lecture->board);
}

static void press_resumed(struct lecture *lecture, int key)
{
    (void)key;
    board_open(&lecture->board);
}

static void press_quit(struct lecture *lecture, int key)
{
    (void)key;
    lecture->quit = true;
}

static void press_ctrl_c(struct lecture *lecture, int key)
{
    (void)key;
    lecture->remark = "Nothing runs now. q leaves.";
}

/* --- to the prompt and back ----------------------------------------------------------------------------- */

/* The prompt is an ordinary one, in the session of the lesson, and stands where the lecture does. */
static void converse(struct lecture *lecture, const char *begun)
{
    struct tutor *tutor = lecture->tutor;
    board_close(&lecture->board);
    keys_give_back(prompt_keys(tutor->prompt));
    tutor->status.screen = &tutor->screen;
    tutor->screen.inset = 0;
    screen_measure(&tutor->screen);
    screen_say(&tutor->screen, STYLE_ADVICE,
               "Live: Lua, or a command such as :why. Enter on an empty line goes back to the lecture.");
    prompt_prefill(tutor->prompt, begun);
    loop_turns(tutor);
    tutor->quit = false;
    tutor->status.screen = &lecture->foot;
    text_clear(&tutor->entry);
    keys_alone(prompt_keys(tutor->prompt));
    board_open(&lecture->board);
}

static void press_live(struct lecture *lecture, int key)
{
    struct tutor *tutor = lecture->tutor;
    const struct slide *slide = lecture_slide(lecture);
    if (lecture->ran == NULL && slide != NULL && !lecture_bring_to(lecture, slide->last)) {
        lecture->remark = "The lesson's code before this step was stopped.";
        return;
    }
    if (lecture->ran != NULL && lecture->kept == NULL)
        sides_keep_result(lecture);
    const struct lesson *lesson = tutor->reading.lesson;
    size_t step = tutor->reading.step = lecture->ready;
    converse(lecture, key == ':' ? ":" : NULL);
    if (tutor->reading.lesson != lesson || tutor->reading.step != step)
        lecture_take_open(lecture);
}

/* --- keys ----------------------------------------------------------------------------------------------- */

#define BACKSPACE 127

static const struct {
    int keys[6]; /* ended by 0 */
    const char *shown, *help;
    void (*press)(struct lecture *lecture, int key);
} rows[] = {
    {{' ', '\r', '\n', KEY_RIGHT, KEY_PAGE_DOWN, KEY_DOWN},
     "Space",
     "on: next page, run, next step (also Right)",
     press_on},
    {{BACKSPACE, '\b', KEY_LEFT, KEY_PAGE_UP, KEY_UP}, "Back", "back: page, step (also Left)", press_back},
    {{'n'}, "n", "next step, without running this one", press_next},
    {{KEY_HOME}, "Home", "first step", press_first},
    {{KEY_END}, "End", "last step", press_last},
    {{'1', '2', '3', '4', '5'}, "1-9", "an answer: what the room says", press_answer},
    {{'6', '7', '8', '9'}, NULL, NULL, press_answer},
    {{'w'}, "w", "why each answer is right or wrong", press_why},
    {{'r'}, "r", "run again", press_run},
    {{'l'}, "l", "ladder, as wide as the window", press_look},
    {{'p'}, "p", "packets", press_look},
    {{'c'}, "c", "calls", press_look},
    {{'+', '=', '-'}, "+ -", "ladder and calls: show more, show less", press_detail},
    {{'s'}, "s", "exercise: its starter", press_starter},
    {{'h'}, "h", "exercise: one more hint", press_hint},
    {{'o'}, "o", "exercise: one way to do it; r runs that", press_solution},
    {{'t', ':'}, "t :", "the prompt, to show something live", press_live},
    {{'b', '.'}, "b .", "an empty screen, and back", press_look},
    {{'?'}, "?", "these keys", press_look},
    {{KEY_ESCAPE}, NULL, NULL, press_escape},
    {{'L' - '@', KEYS_RESIZED}, NULL, NULL, press_redraw},
    {{KEYS_RESUMED}, NULL, NULL, press_resumed},
    {{KEY_CTRL_Z}, NULL, NULL, press_stop},
    {{KEY_CTRL_C}, "Ctrl-C", "stops what runs; does not leave", press_ctrl_c},
    {{'q', KEY_CTRL_D, EOF}, "q", "leave", press_quit},
};

#define ROWS (sizeof rows / sizeof *rows)

static void press(struct lecture *lecture, int key)
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < sizeof rows->keys / sizeof *rows->keys && rows[i].keys[k] != 0; k++)
            if (rows[i].keys[k] == key) {
                rows[i].press(lecture, key);
                return;
            }
    lecture->remark = "? shows the keys.";
}

static void show(struct lecture *lecture)
{
    const char *help[2 * ROWS + 1];
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].shown != NULL) {
            help[count++] = rows[i].shown;
            help[count++] = rows[i].help;
        }
    help[count] = NULL;
    sides_show(lecture, help);
}

/* --- from begin to end ---------------------------------------------------------------------------------- */

/* The places in the course of the lessons that the words name, or of all; NULL after a message. */
static int *choose_lessons(struct tutor *tutor, char **words, size_t *count)
{
    const struct course *course = tutor_course(tutor);
    if (course == NULL)
        return NULL;
    if (*words != NULL)
        return meant_lessons(SUBCOMMAND_LEARN, course, words, count);
    int *lessons = memory_new(course->entry_count, sizeof *lessons);
    for (*count = 0; *count < course->entry_count; ++*count)
        lessons[*count] = (int)*count;
    return lessons;
}

static void say_where(const struct lecture *lecture)
{
    const struct lesson *lesson = lecture->tutor->reading.lesson;
    const struct slide *slide = lecture_slide(lecture);
    if (slide != NULL)
        screen_say(&lecture->tutor->screen, STYLE_QUIET, "You were in \"%s\", step %zu of %zu.", lesson->title,
                   slide->last + 1, lesson->step_count);
}

static void lecture_on(struct lecture *lecture)
{
    struct tutor *tutor = lecture->tutor;
    struct keys *keys = prompt_keys(tutor->prompt);
    keys_alone(keys);
    board_open(&lecture->board);
    while (!lecture->quit) {
        show(lecture);
        press(lecture, keys_press(keys));
    }
    board_close(&lecture->board);
    keys_give_back(keys);
    tutor->screen.inset = 0;
    screen_measure(&tutor->screen);
    say_where(lecture);
}

int present_run(struct tutor *tutor, char **words)
{
    struct lecture lecture = {.tutor = tutor, .board = {.screen = &tutor->screen}};
    int status = 1;
    loop_begin(tutor);
    int *lessons = choose_lessons(tutor, words, &lecture.lesson_count);
    lecture.lessons = lessons;
    tutor->status.screen = &lecture.foot;
    if (lessons == NULL && *words != NULL && tutor->course != NULL) {
        status = 2;
    } else if (lessons != NULL && lecture_open(&lecture, 0)) {
        lecture_on(&lecture);
        status = 0;
    }
    lecture_close(&lecture);
    free(lessons);
    loop_end(tutor);
    return status;
}
