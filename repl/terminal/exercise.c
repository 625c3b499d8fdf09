#include "terminal/exercise.h"

#include "lesson/exercise.h"
#include "lesson/judge.h"
#include "lesson/run.h"
#include "render/terminal_text.h"
#include "terminal/bad_days.h"
#include "terminal/chosen.h"
#include "terminal/interrupts.h"
#include "terminal/journal.h"
#include "terminal/play.h"
#include "terminal/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *slug(const struct tutor *tutor)
{
    return journal_slug(tutor->reading.lesson, tutor->reading.exercise);
}

/* An exam has no hints and no solution. */
static bool is_exam(const struct tutor *tutor)
{
    return tutor->reading.lesson->exam;
}

/* At the prompt, with an empty line below for the cursor: there a command may be typed, too. */
static void offer_code(struct tutor *tutor, const char *code)
{
    size_t length = strlen(code);
    bool several = strchr(code, '\n') != NULL && code[length - 1] != '\n';
    char *offered = text_make("%s%s", code, several ? "\n" : "");
    prompt_prefill(tutor->prompt, offered);
    free(offered);
}

/* Code below a margin. */
static void show_code(struct tutor *tutor, enum code_language language, const char *code)
{
    struct text out = TEXT_EMPTY;
    terminal_code(&out, code_languages[language].word, code, "  ", "  ", &tutor->screen.look);
    screen_take(&tutor->screen, &out);
}

/* What the exercise needs and is not here; where the lesson runs it cannot be solved then. */
static unsigned missing_of(const struct tutor *tutor, const struct exercise *exercise)
{
    const struct block *const parts[] = {exercise->setup, exercise->starter, exercise->solution, exercise->check};
    unsigned needs = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        needs |= parts[i] != NULL ? parts[i]->needs : 0;
    return tutor_missing(tutor, needs);
}

void exercise_offer(struct tutor *tutor, const struct block *starter)
{
    const struct exercise *exercise = exercise_begun_by(tutor->reading.lesson, starter);
    if (exercise == NULL || (!exercise_is_judged(exercise) && !is_exam(tutor))) {
        show_code(tutor, CODE_LUA, starter->code);
        return;
    }
    unsigned missing = missing_of(tutor, exercise);
    if (missing != 0) {
        show_code(tutor, CODE_LUA, starter->code);
        standing_explain(tutor, missing, "This exercise cannot be done here.");
        return;
    }
    tutor->reading.exercise = exercise;
    tutor->reading.hints = 0;
    tutor->reading.attempted = tutor->reading.begun = tutor->reading.whole = false;
    bool solved;
    progress_attempts(tutor_progress(tutor), tutor->reading.lesson->name, slug(tutor), &solved);
    screen_write(&tutor->screen, "\n", 1);
    if (solved)
        screen_say(&tutor->screen, STYLE_RIGHT, "You have solved this one before.");
    if (chosen_language(tutor) != CODE_LUA) {
        chosen_invite(tutor, false);
        return;
    }
    screen_say(&tutor->screen, STYLE_ADVICE,
               "Change the code below. Enter on its last line runs and %s it, Alt-Enter adds a line. "
               "There %s:edit opens your editor.",
               exercise_is_judged(exercise) ? "checks" : "keeps", is_exam(tutor) ? "" : ":hint helps, and ");
    offer_code(tutor, starter->code);
}

/* What the learner wrote so far is gone then; so it is kept beside. */
static void begin_anew(struct tutor *tutor)
{
    char *path = chosen_file(tutor, chosen_language(tutor)), *kept = text_make("%s.before", path);
    rename(path, kept);
    if (chosen_write(tutor, path, chosen_starter(tutor)->code, true))
        screen_say(&tutor->screen, STYLE_ADVICE, "%s is as it was in the beginning. What you had is in %s.", path,
                   kept);
    free(kept);
    free(path);
}

void exercise_starter(struct tutor *tutor)
{
    if (tutor->reading.exercise == NULL)
        screen_say(&tutor->screen, STYLE_ADVICE, "There is no exercise here.");
    else if (chosen_language(tutor) != CODE_LUA)
        begin_anew(tutor);
    else
        offer_code(tutor, tutor->reading.exercise->starter->code);
}

void exercise_remind(struct tutor *tutor)
{
    if (chosen_language(tutor) != CODE_LUA) {
        tutor_remind(tutor, STYLE_ADVICE, "Your turn: :edit opens your program, :next goes on without.");
        return;
    }
    tutor_remind(tutor, STYLE_ADVICE,
                 is_exam(tutor) ? "Your turn: :starter offers the code again, :next goes on without."
                                : "Your turn: :starter offers the code again, :hint helps, :next goes on without.");
}

/* --- attempts ------------------------------------------------------------------------------------------- */

/* Several lines at once go on with single ones, as long as there was no whole attempt. */
void exercise_prepare(struct tutor *tutor, bool offered)
{
    struct reading *reading = &tutor->reading;
    reading->whole = offered || reading->attempted || !reading->begun;
    if (reading->whole && (reading->attempted || play_touched(tutor)))
        standing_restore(tutor, reading->exercise->last_step);
    if (reading->whole)
        reading->begun = false;
    reading->attempted = reading->attempted || reading->whole;
}

bool exercise_check(struct tutor *tutor, const struct block *checking, char **observed)
{
    struct chunk chunk = {.name = "check",
                          .first_line = checking->line,
                          .text = checking->code,
                          .length = strlen(checking->code),
                          .check = true};
    struct outcome *last = tutor->last;
    char *source = tutor->last_source;
    tutor_catch_up(tutor);
    tutor->last = NULL;
    tutor->last_source = NULL;
    tutor->quiet = true;
    bool passed = verdict_of_check(tutor_evaluate(tutor, &chunk), observed);
    tutor->quiet = false;
    outcome_free(tutor->last);
    free(tutor->last_source);
    tutor->last = last;
    tutor->last_source = source;
    return passed;
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

/* In a session of its own, which the learner's code cannot look into. */
static bool check_hidden(struct tutor *tutor, const struct exercise *exercise, char **observed)
{
    const struct session_options options = {.network = tutor->options.network};
    const char *code = exercise->hidden_check;
    const struct chunk chunk = {.name = "hidden check",
                                .first_line = exercise->hidden_check_line,
                                .text = code,
                                .length = strlen(code),
                                .time = tutor->reading.lesson->timeout};
    prompt_hush(tutor->prompt);
    struct outcome *outcome = judge_hidden(tutor_session(tutor), &options, &chunk, NULL, is_stopping, NULL);
    bool passed = verdict_of_check(outcome, observed);
    outcome_free(outcome);
    prompt_unhush(tutor->prompt);
    return passed;
}

static void show_hint(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    const struct hint *hint = &exercise->hints[tutor->reading.hints++];
    struct text out = TEXT_EMPTY;
    journal_hint(tutor);
    screen_say(&tutor->screen, STYLE_STRONG, "%s", hint->summary);
    terminal_markdown_within(&out, hint->first, hint->last, "  ", "  ", &tutor->screen.look);
    screen_take(&tutor->screen, &out);
    if (tutor->reading.hints < exercise->hint_count)
        screen_say(&tutor->screen, STYLE_QUIET, "There is another :hint.");
}

static void say_solved(struct tutor *tutor)
{
    screen_say(&tutor->screen, STYLE_RIGHT, "Solved. The check looked at what happened, and all is as it should be.");
    tutor->reading.exercise = NULL;
    standing_say(tutor);
}

/* How to go on after a try that did not pass. */
static void say_try_again(struct tutor *tutor)
{
    if (tutor->reading.hints == 0 && tutor->reading.exercise->hint_count > 0 && !is_exam(tutor))
        show_hint(tutor);
    if (!tutor->reading.whole) {
        screen_say(&tutor->screen, STYLE_QUIET,
                   "Go on from here: :check looks at all that you did since the "
                   "exercise began, :starter begins again.");
        return;
    }
    if (chosen_language(tutor) != CODE_LUA) {
        chosen_invite(tutor, true);
        return;
    }
    screen_say(&tutor->screen, STYLE_QUIET, "Here is your code again. Below it %s; Ctrl-C puts it away.",
               is_exam(tutor) ? ":starter works" : ":hint, :starter and :solution work");
    offer_code(tutor, tutor->last_source);
}

/* In an exam the checks may be with whoever marks it. */
static void keep_answer(struct tutor *tutor)
{
    progress_exercise(tutor_progress(tutor), tutor->reading.lesson->name, slug(tutor), false);
    journal_kept(tutor, journal_attempt(tutor));
    screen_write(&tutor->screen, "\n", 1);
    screen_say(&tutor->screen, STYLE_RIGHT,
               "Kept. It is marked when you have handed it in, and your last attempt counts. :next goes on.");
    say_try_again(tutor);
}

void exercise_judge(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    if (exercise == NULL || tutor->last == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "There is nothing to check here.");
        return;
    }
    if (!tutor->reading.begun && tutor->last->kind != OUTCOME_ENDED) {
        screen_say(&tutor->screen, STYLE_ADVICE, "Nothing of yours has run yet since the exercise began.");
        return;
    }
    if (!exercise_is_judged(exercise)) {
        keep_answer(tutor);
        return;
    }
    char *observed = NULL;
    json_t *attempt = journal_attempt(tutor);
    bool compiles = !outcome_error_is(tutor->last, "CompileError");
    bool passed = compiles && tutor->last->kind != OUTCOME_ENDED && tutor->last->kind != OUTCOME_INTERRUPTED &&
                  (exercise->check == NULL || exercise_check(tutor, exercise->check, &observed));
    if (passed && exercise->hidden_check != NULL) {
        free(observed);
        observed = NULL;
        passed = check_hidden(tutor, exercise, &observed);
    }
    char *bad_day = NULL;
    bool everywhere = passed && bad_days_pass(tutor, &bad_day);
    progress_exercise(tutor_progress(tutor), tutor->reading.lesson->name, slug(tutor), everywhere);
    journal_judged(tutor, attempt, everywhere, bad_day != NULL ? bad_day : observed);
    free(bad_day);
    screen_write(&tutor->screen, "\n", 1);
    if (!passed)
        screen_say(&tutor->screen, STYLE_WRONG, "Not yet: %s",
                   observed   ? observed
                   : compiles ? "the check did not pass."
                              : "it does not compile.");
    if (everywhere)
        say_solved(tutor);
    else
        say_try_again(tutor);
    free(observed);
}

void exercise_went_on(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    if (exercise != NULL && !exercise_is_judged(exercise))
        tutor_remind(tutor, STYLE_ADVICE, ":check keeps all that you did since the exercise began as your answer.");
}

/* --- help ----------------------------------------------------------------------------------------------- */

void exercise_hint(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    if (exercise == NULL)
        screen_say(&tutor->screen, STYLE_ADVICE, "There is no exercise here.");
    else if (is_exam(tutor))
        screen_say(&tutor->screen, STYLE_ADVICE, "This is an exam: it has no hints.");
    else if (tutor->reading.hints < exercise->hint_count)
        show_hint(tutor);
    else
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "There are no more hints. :solution shows one way, after an honest try.");
}

void exercise_solution(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    bool solved;
    if (exercise != NULL && is_exam(tutor)) {
        screen_say(&tutor->screen, STYLE_ADVICE, "This is an exam: it shows no solution.");
        return;
    }
    if (exercise == NULL || chosen_solution(tutor) == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "There is no exercise here.");
        return;
    }
    if (progress_attempts(tutor_progress(tutor), tutor->reading.lesson->name, slug(tutor), &solved) == 0) {
        screen_say(&tutor->screen, STYLE_ADVICE, "Try once first, however it goes. Then I show you one way.");
        return;
    }
    journal_solution(tutor);
    screen_say(&tutor->screen, STYLE_STRONG, "One way to do it");
    show_code(tutor, chosen_language(tutor), chosen_solution(tutor)->code);
    if (chosen_language(tutor) != CODE_LUA) {
        screen_say(&tutor->screen, STYLE_QUIET, ":edit goes on with yours, :next goes on.");
        return;
    }
    screen_say(&tutor->screen, STYLE_QUIET, "It stands at the prompt: Enter runs it, :next goes on.");
    offer_code(tutor, exercise->solution->code);
}
