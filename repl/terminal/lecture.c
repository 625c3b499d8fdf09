#include "terminal/lecture.h"

#include "terminal/exercise.h"
#include "terminal/keys.h"
#include "terminal/play.h"
#include "terminal/standing.h"
#include "terminal/stepper.h"

#include <stdlib.h>

const struct slide *lecture_slide(const struct lecture *lecture)
{
    return lecture->slide < lecture->slide_count ? &lecture->slides[lecture->slide] : NULL;
}

static void forget_result(struct lecture *lecture)
{
    free(lecture->kept);
    free(lecture->trouble);
    free(lecture->observed);
    lecture->kept = lecture->trouble = lecture->observed = NULL;
    lecture->checked = false;
    lecture->ran = NULL;
}

static void take_slides(struct lecture *lecture)
{
    free(lecture->slides);
    lecture->slides = slides_of(lecture->tutor->reading.lesson, &lecture->slide_count);
}

bool lecture_open(struct lecture *lecture, size_t lesson)
{
    forget_result(lecture);
    tutor_forget_session(lecture->tutor);
    lecture->ready = 0;
    if (!stepper_load(lecture->tutor, lecture->lessons[lesson]))
        return false;
    lecture->lesson = lesson;
    take_slides(lecture);
    lecture_go_to(lecture, 0);
    return true;
}

void lecture_take_open(struct lecture *lecture)
{
    const struct reading *reading = &lecture->tutor->reading;
    size_t step = reading->step > 0 ? reading->step - 1 : 0;
    forget_result(lecture);
    take_slides(lecture);
    for (size_t i = 0; i < lecture->lesson_count; i++)
        if (lecture->lessons[i] == reading->index)
            lecture->lesson = i;
    lecture->ready = reading->step;
    lecture_go_to(lecture, slide_of_step(lecture->slides, lecture->slide_count, step));
}

void lecture_close(struct lecture *lecture)
{
    forget_result(lecture);
    free(lecture->slides);
    free(lecture->board.title);
    free(lecture->board.position);
}

void lecture_go_to(struct lecture *lecture, size_t slide)
{
    const struct slide *now = slide < lecture->slide_count ? &lecture->slides[slide] : NULL;
    if (now != NULL && now->predicted == NULL)
        lecture->chosen = 0;
    lecture->slide = slide;
    lecture->hints = 0;
    lecture->side = lecture->under = SIDE_SLIDE;
    lecture->board.page = 0;
    forget_result(lecture);
}

/* --- sides ---------------------------------------------------------------------------------------------- */

static bool is_looked_at(enum side side)
{
    return side > SIDE_WHY;
}

void lecture_turn(struct lecture *lecture, enum side side)
{
    if (!is_looked_at(side))
        lecture->under = side;
    else if (!is_looked_at(lecture->side))
        lecture->under = lecture->side;
    lecture->side = side;
    lecture->board.page = 0;
}

bool lecture_leave_side(struct lecture *lecture)
{
    bool leaves = is_looked_at(lecture->side);
    if (leaves)
        lecture_turn(lecture, lecture->under);
    return leaves;
}

/* --- running -------------------------------------------------------------------------------------------- */

/* What the tutor says meanwhile is not for the room; where nothing came of it, it is the reason. */
struct backstage {
    struct text said;
};

static void go_backstage(struct lecture *lecture, struct backstage *backstage)
{
    struct tutor *tutor = lecture->tutor;
    *backstage = (struct backstage){.said = TEXT_EMPTY};
    board_go_to_foot(&lecture->board);
    keys_give_back(prompt_keys(tutor->prompt));
    lecture->foot = tutor->screen;
    tutor->screen.into = &backstage->said;
    tutor->screen.column = 0;
}

static void come_back(struct lecture *lecture, struct backstage *backstage, bool well)
{
    struct tutor *tutor = lecture->tutor;
    tutor->screen.into = NULL;
    tutor->screen.column = 0;
    keys_alone(prompt_keys(tutor->prompt));
    keys_drop(prompt_keys(tutor->prompt)); /* nothing runs that was not asked for when it was to be seen */
    free(lecture->trouble);
    lecture->trouble = well ? NULL : text_steal(&backstage->said);
    text_free(&backstage->said);
}

static bool bring_to(struct lecture *lecture, size_t step)
{
    struct tutor *tutor = lecture->tutor;
    bool fresh = tutor->session == NULL || play_touched(tutor) || lecture->ready > step, well;
    size_t total;
    well = fresh ? standing_restore(tutor, step) : standing_advance(tutor, lecture->ready, step, &total);
    lecture->ready = step;
    if (well)
        play_begin(tutor);
    return well;
}

bool lecture_bring_to(struct lecture *lecture, size_t step)
{
    struct backstage backstage;
    go_backstage(lecture, &backstage);
    bool well = bring_to(lecture, step);
    come_back(lecture, &backstage, well);
    return well;
}

/* The code, and the step before which the session has to be. */
static const struct block *code_to_run(const struct lecture *lecture, size_t *step)
{
    const struct slide *slide = lecture_slide(lecture);
    *step = slide->last;
    if (slide->exercise == NULL)
        return slide->block;
    *step = slide->exercise->last_step;
    bool shown = lecture->side == SIDE_SOLUTION || lecture->ran == slide->exercise->solution;
    return shown ? slide->exercise->solution : NULL;
}

/* A function that was only defined shows nothing: what shows that it is right is the check. */
static void check_solution(struct lecture *lecture, const struct block *block)
{
    const struct exercise *exercise = lecture_slide(lecture)->exercise;
    if (exercise == NULL || exercise->check == NULL || lecture->tutor->session == NULL ||
        tutor_missing(lecture->tutor, exercise->check->needs) != 0 || lecture->tutor->last->kind != OUTCOME_FINE)
        return;
    lecture->passed = exercise_check(lecture->tutor, exercise->check, &lecture->observed);
    lecture->checked = block == exercise->solution;
}

void lecture_run(struct lecture *lecture)
{
    struct tutor *tutor = lecture->tutor;
    struct backstage backstage;
    size_t step;
    const struct block *block = code_to_run(lecture, &step);
    if (block == NULL)
        return;
    forget_result(lecture);
    go_backstage(lecture, &backstage);
    bool well = bring_to(lecture, step);
    if (well && !block->ignored && tutor_missing(tutor, block->needs) == 0) {
        tutor_evaluate_block(tutor, block);
        check_solution(lecture, block);
        play_begin(tutor);
    }
    lecture->ready = step + 1;
    lecture->ran = block;
    come_back(lecture, &backstage, well);
    lecture_turn(lecture, SIDE_RESULT);
}
