#include "terminal/stepper.h"

#include "base/memory.h"
#include "lesson/course_find.h"
#include "lesson/moved.h"
#include "lesson/renamed.h"
#include "terminal/diary.h"
#include "terminal/exercise.h"
#include "terminal/journal.h"
#include "terminal/play.h"
#include "terminal/quiz.h"
#include "terminal/showing.h"
#include "terminal/standing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *stepper_sign(struct tutor *tutor, bool continued)
{
    if (continued)
        return memory_copy(showing_more(&tutor->screen.look));
    if (tutor->reading.quiz != NULL)
        return text_make("1-%zu> ", tutor->reading.quiz->count);
    return memory_copy("> ");
}

/* The lesson that the learner left, by the database alone: the course need not be read for it. */
static bool last_place(struct tutor *tutor, struct progress_lesson *last)
{
    char *path = progress_path();
    bool any = access(path, F_OK) == 0;
    free(path);
    return any && progress_last(tutor_progress(tutor), last);
}

static void greet_line(struct text *out, const struct look *look, const char *left, const char *right)
{
    struct text line = TEXT_EMPTY, quiet = TEXT_EMPTY;
    look_add(&line, look, STYLE_TITLE, "Sockrates");
    text_add(&line, left);
    look_add(&quiet, look, STYLE_QUIET, right);
    size_t columns = look_columns(text_string(&line)) + look_columns(right);
    size_t measure = (size_t)(look->width < LOOK_MEASURE ? look->width : LOOK_MEASURE);
    if (columns + 2 <= measure) {
        text_add(out, text_string(&line));
        text_add_repeat(out, " ", look->plain ? 2 : measure - columns);
        text_format(out, "%s\n", text_string(&quiet));
    } else {
        look_wrap(out, look, "", "", text_string(&line));
        look_wrap(out, look, "", "", text_string(&quiet));
    }
    text_free(&line);
    text_free(&quiet);
}

void stepper_say_unknown(struct tutor *tutor, const char *lesson)
{
    const char *near = course_nearest(tutor->course, lesson);
    screen_say(&tutor->screen, STYLE_ADVICE, "There is no lesson \"%s\".%s%s%s :lessons lists them.", lesson,
               near ? " Did you mean " : "", near ? near : "", near ? "?" : "");
}

/* What a course from elsewhere says of itself, in a line: ": Networks 1, version 2.1, CC-BY-4.0." */
static char *course_line(const struct tutor *tutor)
{
    struct course_about about;
    struct text line = TEXT_EMPTY;
    course_about_read(&about, tutor->options.lessons);
    if (about.title != NULL) {
        text_format(&line, ": %s", about.title);
        if (about.version != NULL)
            text_format(&line, ", version %s", about.version);
        if (about.license != NULL)
            text_format(&line, ", %s", about.license);
        text_add(&line, ".");
    } else {
        text_add(&line, ": learn sockets by asking them.");
    }
    course_about_free(&about);
    return text_steal(&line);
}

void stepper_greet(struct tutor *tutor)
{
    if (tutor->options.lesson != NULL) {
        const struct course *course = tutor_course(tutor);
        int index = course ? course_find(course, tutor->options.lesson) : -1;
        if (index >= 0) {
            stepper_open(tutor, index, 0);
            return;
        }
        if (course != NULL)
            stepper_say_unknown(tutor, tutor->options.lesson);
    }
    struct progress_lesson last;
    struct text out = TEXT_EMPTY;
    bool resumes = last_place(tutor, &last);
    bool begun = resumes && last.step < last.steps;
    char *about = course_line(tutor);
    greet_line(&out, &tutor->screen.look, about,
               resumes ? "Enter: go on   :lessons   :help" : "Enter: begin   :lessons   :help");
    free(about);
    screen_take(&tutor->screen, &out);
    if (begun)
        screen_say(&tutor->screen, STYLE_QUIET, "You were in \"%s\", step %zu of %zu.", last.title, last.step,
                   last.steps);
    if (resumes)
        progress_lesson_free(&last);
    standing_say_network(tutor);
}

static void store_place(struct tutor *tutor)
{
    const struct lesson *lesson = tutor->reading.lesson;
    struct progress *progress = tutor_progress(tutor);
    progress_store(progress, lesson->name, lesson->title, tutor->reading.step, lesson->step_count);
    const char *trouble = progress_trouble(progress);
    if (trouble != NULL && !tutor->warned)
        screen_say(&tutor->screen, STYLE_ADVICE, "Your progress cannot be kept just now: %s.", trouble);
    tutor->warned = trouble != NULL;
}

/* --- showing a step ------------------------------------------------------------------------------------- */

static void run_block(struct tutor *tutor, const struct block *block)
{
    if (!block->hidden)
        showing_code(tutor, block->code);
    if (block->ignored)
        return;
    unsigned missing = tutor_missing(tutor, block->needs);
    if (missing != 0) {
        showing_recorded(tutor, block, missing);
        return;
    }
    tutor->quiet = block->hidden;
    tutor_evaluate_block(tutor, block);
    tutor->quiet = false;
    if (!block->hidden)
        showing_result(tutor, block);
    else if (tutor->last->kind == OUTCOME_ENDED || tutor->last->kind == OUTCOME_INTERRUPTED)
        tutor_show_outcome(tutor);
}

/* Shows the step at reading.step and moves on; false when the next one belongs to it, since this showed
 * nothing. */
static bool show_one_step(struct tutor *tutor)
{
    struct reading *reading = &tutor->reading;
    const struct step *step = &reading->lesson->steps[reading->step];
    showing_prose(tutor, step, NULL);
    reading->step++;
    if (step->quiz != NULL)
        quiz_ask(tutor, step->quiz, reading->step - 1);
    else if (step->block != NULL && step->block->role == BLOCK_STARTER)
        exercise_offer(tutor, step->block);
    else if (step->block != NULL) {
        reading->asks_next = showing_asks_next(reading->lesson, reading->step);
        run_block(tutor, step->block);
        reading->asks_next = false;
    }
    bool hidden = step->block != NULL && step->block->hidden && step->block->role != BLOCK_STARTER;
    return !hidden || tutor->last->kind == OUTCOME_ENDED || tutor->last->kind == OUTCOME_INTERRUPTED;
}

/* At the end of a lesson: what was expected wrongly in it, and one of those questions once more. */
static void look_back(struct tutor *tutor)
{
    struct reading *reading = &tutor->reading;
    size_t step;
    if (reading->step < reading->lesson->step_count || reading->quiz != NULL || reading->exercise != NULL ||
        !diary_show(tutor, &step))
        return;
    showing_prose(tutor, &reading->lesson->steps[step], NULL);
    quiz_ask(tutor, reading->lesson->steps[step].quiz, step);
    reading->recalled = true;
}

static void show_step(struct tutor *tutor)
{
    screen_measure(&tutor->screen);
    while (!show_one_step(tutor) && tutor->reading.step < tutor->reading.lesson->step_count)
        continue;
    if (tutor->reading.committed != NULL)
        quiz_explain(tutor);
    play_begin(tutor);
    store_place(tutor);
    if (tutor->reading.step == tutor->reading.lesson->step_count)
        journal_done(tutor);
    look_back(tutor);
    standing_say(tutor);
}

/* --- moving --------------------------------------------------------------------------------------------- */

static void leave_quiz(struct tutor *tutor)
{
    tutor->reading.quiz = NULL;
    tutor->reading.recalled = false;
    tutor->reading.committed = NULL;
    tutor->reading.exercise = NULL;
    tutor->reading.hints = 0;
}

void stepper_close(struct tutor *tutor)
{
    lesson_free(tutor->reading.lesson);
    tutor->reading = (struct reading){.lesson = NULL, .index = -1};
}

static void say_title(struct tutor *tutor, size_t step)
{
    const struct lesson *lesson = tutor->reading.lesson;
    struct text line = TEXT_EMPTY;
    text_format(&line, "Lesson %d of %zu", tutor->reading.index + 1, standing_total(tutor));
    if (step > 0)
        text_format(&line, ": %s", lesson->title);
    else if (lesson->minutes > 0)
        text_format(&line, ", about %d minutes", lesson->minutes);
    if (lesson->exam)
        text_add(&line, ", an exam: no hints, no solutions, no answers");
    screen_write(&tutor->screen, "\n", 1);
    screen_say(&tutor->screen, STYLE_QUIET, "%s", text_string(&line));
    text_free(&line);
}

/* The course; what is known of its lessons goes by their names in it. */
static const struct course *course_to_open(struct tutor *tutor)
{
    const struct course *course = tutor_course(tutor);
    if (course != NULL)
        renamed_follow(tutor_progress(tutor), course);
    return course;
}

/* Where the learner left this lesson, its steps counted as they stand in it now. */
static size_t left_step(struct tutor *tutor)
{
    struct progress_lesson last;
    if (!progress_find(tutor_progress(tutor), tutor->reading.lesson->name, &last))
        return 0;
    size_t step = last.step;
    progress_lesson_free(&last);
    return step;
}

/* Its steps may have other numbers than the last time. */
static void follow_version(struct tutor *tutor)
{
    json_t *marks = moved_marks(tutor->reading.lesson);
    progress_opened(tutor_progress(tutor), tutor->reading.lesson->name, marks);
    json_decref(marks);
}

bool stepper_load(struct tutor *tutor, int index)
{
    const struct course *course = course_to_open(tutor);
    if (course == NULL || index < 0 || (size_t)index >= course->entry_count)
        return false;
    struct complaints complaints = {NULL, 0};
    struct lesson *lesson = course_lesson(course, &course->entries[index], false, &complaints);
    if (lesson == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "%s",
                   complaints.count ? complaints.list[0].message : "This lesson cannot be read.");
        complaints_free(&complaints);
        return false;
    }
    complaints_free(&complaints);
    stepper_close(tutor);
    tutor_forget_last(tutor);
    tutor->reading.lesson = lesson;
    tutor->reading.index = index;
    return true;
}

bool stepper_open(struct tutor *tutor, int index, size_t step)
{
    if (!stepper_load(tutor, index))
        return false;
    const struct lesson *lesson = tutor->reading.lesson;
    follow_version(tutor);
    if (step == STEPPER_LEFT)
        step = left_step(tutor);
    if (step >= lesson->step_count)
        step = 0;
    journal_opened(tutor);
    say_title(tutor, step);
    standing_say_network(tutor);
    if (lesson->step_count == 0) {
        screen_say(&tutor->screen, STYLE_ADVICE, "This lesson is empty.");
        return true;
    }
    return stepper_go_to(tutor, step);
}

bool stepper_go_to(struct tutor *tutor, size_t step)
{
    const struct lesson *lesson = tutor->reading.lesson;
    if (lesson == NULL || step >= lesson->step_count)
        return false;
    /* A prediction's block has no meaning without its quiz. */
    if (step > 0 && lesson->steps[step - 1].quiz != NULL && lesson->steps[step - 1].quiz->prediction)
        step--;
    leave_quiz(tutor);
    tutor->reading.step = step;
    if (!standing_restore(tutor, step))
        return true;
    show_step(tutor);
    return true;
}

void stepper_back(struct tutor *tutor)
{
    struct reading *reading = &tutor->reading;
    if (reading->lesson == NULL && tutor->session != NULL) {
        standing_begin_anew(tutor);
        return;
    }
    if (reading->lesson == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "No lesson is open. Enter begins one.");
        return;
    }
    if (play_happened(tutor)) {
        if (standing_restore(tutor, reading->step))
            standing_say(tutor);
        return;
    }
    size_t step = reading->step > 1 ? reading->step - 2 : 0;
    while (step > 0 && reading->lesson->steps[step].block != NULL && reading->lesson->steps[step].block->hidden)
        step--; /* it showed nothing of its own */
    stepper_go_to(tutor, step);
}

/* Opens where the learner left off, or the first lesson. */
static void begin(struct tutor *tutor)
{
    const struct course *course = course_to_open(tutor);
    struct progress_lesson last;
    if (course == NULL)
        return;
    if (course->entry_count == 0) {
        char *words = text_make("There are no lessons in %s.", course->folder);
        tutor_remind(tutor, STYLE_ADVICE, words);
        free(words);
        return;
    }
    int index = 0;
    size_t step = 0;
    if (last_place(tutor, &last)) {
        int found = course_find(course, last.name);
        bool over = last.step >= last.steps;
        index = found < 0 ? 0 : over && (size_t)found + 1 < course->entry_count ? found + 1 : found;
        step = found < 0 || over ? 0 : STEPPER_LEFT;
        progress_lesson_free(&last);
    }
    stepper_open(tutor, index, step);
}

static void next_lesson(struct tutor *tutor)
{
    const struct course *course = tutor_course(tutor);
    int next = tutor->reading.index + 1;
    if (course == NULL || (size_t)next >= course->entry_count) {
        tutor_remind(tutor, STYLE_ADVICE, "That was the last lesson. :lessons lists them all; type on as you like.");
        return;
    }
    stepper_open(tutor, next, 0);
}

void stepper_skip(struct tutor *tutor)
{
    struct reading *reading = &tutor->reading;
    leave_quiz(tutor);
    if (reading->lesson == NULL) {
        begin(tutor);
        return;
    }
    if (reading->step >= reading->lesson->step_count) {
        next_lesson(tutor);
        return;
    }
    if (play_touched(tutor) && !standing_restore(tutor, reading->step))
        return;
    show_step(tutor);
}

/* What Enter would begin a fresh session for: a lesson, the next one, a step after play that changed something. */
static bool leaves_session(struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    if (reading->lesson == NULL)
        return true;
    if (reading->step < reading->lesson->step_count)
        return play_touched(tutor);
    return tutor->course != NULL && (size_t)reading->index + 1 < tutor->course->entry_count;
}

/* Enter takes nothing away from the learner that was not said before; false: it was said just now. */
static bool may_leave_session(struct tutor *tutor)
{
    char *made = leaves_session(tutor) ? play_made(tutor) : NULL;
    if (made == NULL)
        return true;
    char *words =
        text_make("The lesson needs a fresh session, without what you have made: %s. Enter once more goes on. "
                  ":save FILE keeps what you typed as a script.",
                  made);
    bool said = tutor_remind(tutor, STYLE_ADVICE, words);
    free(words);
    free(made);
    return !said;
}

void stepper_go_on(struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    if (reading->quiz != NULL)
        quiz_remind(tutor);
    else if (reading->exercise != NULL)
        exercise_remind(tutor);
    else if (may_leave_session(tutor))
        stepper_skip(tutor);
}

/* The question that waits, once more. */
static void ask_again(struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    const struct step *step = &reading->lesson->steps[reading->quiz_step];
    showing_prose(tutor, step, NULL);
    quiz_ask(tutor, step->quiz, reading->quiz_step);
    standing_say(tutor);
}

bool stepper_take_answer(struct tutor *tutor, const char *line)
{
    if (tutor->reading.quiz == NULL)
        return false;
    if (line[0] == '?' && line[1 + strspn(line + 1, " \t")] == '\0') {
        ask_again(tutor);
        return true;
    }
    enum quiz_result result = quiz_take_answer(tutor, line);
    if (result == QUIZ_PREDICTED || result == QUIZ_DONE)
        tutor->reading.quiz = NULL;
    if (result == QUIZ_PREDICTED)
        show_step(tutor);
    else if (result == QUIZ_DONE && !tutor->reading.recalled)
        look_back(tutor);
    if (result == QUIZ_DONE)
        standing_say(tutor);
    return result != QUIZ_NO_ANSWER;
}
