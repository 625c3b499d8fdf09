#include "terminal/loop.h"

#include "base/memory.h"
#include "render/terminal_outcome.h"
#include "terminal/commands.h"
#include "terminal/complete.h"
#include "terminal/exercise.h"
#include "terminal/interrupts.h"
#include "terminal/play.h"
#include "terminal/quiz.h"
#include "terminal/standing.h"
#include "terminal/stepper.h"
#include "terminal/transcript.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Evaluates one entry of the learner's and shows what came of it; false when it is not complete yet. */
static bool take_entry(struct tutor *tutor, const char *code)
{
    const struct outcome *outcome = tutor_evaluate_entry(tutor, code);
    struct text advice = TEXT_EMPTY;
    bool advised = outcome->kind != OUTCOME_ERROR && outcome->kind != OUTCOME_INTERRUPTED &&
                   terminal_advice(&advice, outcome, code, &tutor->screen.look);
    bool complete = outcome->kind != OUTCOME_INCOMPLETE || advised;
    if (outcome->kind != OUTCOME_INCOMPLETE)
        tutor_show_outcome(tutor);
    screen_take(&tutor->screen, &advice);
    return complete;
}

/* After two empty lines: what Lua still waits for, in its own words: "'end' expected near <eof>". */
static void say_incomplete(struct tutor *tutor)
{
    const char *message = tutor->last->error.message;
    const char *expected = message ? strstr(message, " expected") : NULL;
    bool token = expected != NULL && expected > message + 1 && *message == '\'' && expected[-1] == '\'';
    screen_say(&tutor->screen, STYLE_QUIET, "This is not complete yet%s%.*s%s. Ctrl-C drops it.", token ? ": " : "",
               token ? (int)(expected - message) : 0, token ? message : "", token ? " is missing" : "");
}

static bool is_blank(const char *line)
{
    while (isspace((unsigned char)*line))
        line++;
    return *line == '\0';
}

static void end_entry(struct tutor *tutor)
{
    text_clear(&tutor->entry);
    tutor->empty_lines = 0;
}

static void keep_entry(struct tutor *tutor)
{
    struct text entry = tutor->entry;
    while (entry.length > 0 && isspace((unsigned char)entry.bytes[entry.length - 1]))
        text_cut(&entry, entry.length - 1);
    prompt_keep(tutor->prompt, text_string(&entry));
}

/* One more line of Lua, or several that were pasted. */
static void add_code(struct tutor *tutor, const char *code, bool last)
{
    if (tutor->entry.length > 0)
        text_add_char(&tutor->entry, '\n');
    text_add(&tutor->entry, code);
    tutor->empty_lines = is_blank(code) ? tutor->empty_lines + 1 : 0;
    play_watch(tutor);
    if (!take_entry(tutor, text_string(&tutor->entry))) {
        if (tutor->empty_lines == 2)
            say_incomplete(tutor);
        return;
    }
    keep_entry(tutor);
    end_entry(tutor);
    if (tutor->reading.attempting) {
        play_attempted(tutor);
    } else {
        tutor->reading.whole = false;
        play_note(tutor);
    }
    standing_offer_anew(tutor);
    if (tutor->reading.attempting && last)
        exercise_judge(tutor);
    else if (last)
        exercise_went_on(tutor);
    tutor->reading.attempting = tutor->reading.attempting && !last;
}

static void take_code(struct tutor *tutor, const char *line)
{
    bool offered = prompt_was_prefilled(tutor->prompt), attempt = offered || strchr(line, '\n') != NULL;
    if (tutor->reading.exercise != NULL && tutor->entry.length == 0 && attempt) {
        tutor->reading.attempting = true;
        exercise_prepare(tutor, offered);
    }
    const char *at = line;
    char *code = transcript_next(line, &at), *next;
    for (; code != NULL; code = next) {
        next = transcript_next(line, &at);
        add_code(tutor, code, next == NULL);
        free(code);
    }
}

static void take_command(struct tutor *tutor, const char *line)
{
    prompt_keep(tutor->prompt, line);
    commands_run(tutor, line + 1);
}

/*
 * A command typed below code that was offered, where the cursor stands, is no part of the code: it runs, and
 * the code is offered again unless the command went elsewhere.  False when the entry is something else.
 */
static bool take_command_below(struct tutor *tutor, const char *entry)
{
    const char *end = strrchr(entry, '\n');
    if (end == NULL || end[1] != ':' || !prompt_was_prefilled(tutor->prompt) || !commands_know(end + 2))
        return false;
    const struct exercise *exercise = tutor->reading.exercise;
    char *code = memory_copy_bytes(entry, (size_t)(end + 1 - entry));
    if (exercise != NULL && strcmp(end, "\n:check") == 0) {
        take_code(tutor, code);
    } else {
        prompt_prefill(tutor->prompt, code);
        take_command(tutor, end + 1);
        const char *pending = prompt_pending(tutor->prompt);
        if (tutor->reading.exercise != exercise && pending != NULL && strcmp(pending, code) == 0)
            prompt_prefill(tutor->prompt, NULL);
    }
    free(code);
    return true;
}

/* "yes": a word that is no variable's name was meant for the question. */
static bool is_unknown_word(const struct tutor *tutor, const char *line)
{
    size_t length = 0;
    while (isalnum((unsigned char)line[length]) || line[length] == '_')
        length++;
    return length > 0 && is_blank(line + length) && tutor->last != NULL && tutor->last->kind == OUTCOME_FINE &&
           tutor->last->value_count == 1 && strcmp(tutor->last->values[0].text, "nil") == 0;
}

static void take_line(struct tutor *tutor, const char *line)
{
    while (tutor->entry.length == 0 && (*line == ' ' || *line == '\t'))
        line++;
    if (!is_blank(line))
        tutor_forget_reminder(tutor);
    if (tutor->entry.length > 0) {
        take_code(tutor, line);
    } else if (is_blank(line)) {
        prompt_forget(tutor->prompt);
        if (tutor->options.present)
            tutor->quit = true;
        else
            stepper_go_on(tutor);
    } else if (*line == ':' && line[1] != ':') {
        take_command(tutor, line);
    } else if (!take_command_below(tutor, line) && !stepper_take_answer(tutor, line) &&
               !commands_take_question(tutor, line)) {
        take_code(tutor, line);
        if (tutor->reading.quiz != NULL && is_unknown_word(tutor, line))
            quiz_remind(tutor);
    }
}

/* What was typed and not entered can be had again. */
static void keep_dropped(struct tutor *tutor, const char *line)
{
    struct text *entry = &tutor->entry;
    if (line != NULL && *line != '\0')
        text_format(entry, "%s%s", entry->length > 0 ? "\n" : "", line);
    while (entry->length > 0 && isspace((unsigned char)entry->bytes[entry->length - 1]))
        text_cut(entry, entry->length - 1);
    prompt_keep_dropped(tutor->prompt, text_string(entry));
    end_entry(tutor);
}

static void drop_entry(struct tutor *tutor, const char *line, bool nothing)
{
    bool empty = tutor->entry.length == 0;
    keep_dropped(tutor, line);
    tutor->reading.attempting = false;
    if (empty && nothing)
        tutor_remind(tutor, STYLE_QUIET, "Ctrl-D or :quit leaves.");
}

static void say_goodbye(struct tutor *tutor)
{
    screen_fresh_line(&tutor->screen);
    if (tutor->reading.lesson == NULL)
        return;
    const char *trouble = progress_trouble(tutor_progress(tutor)), *lessons = tutor->options.lessons;
    const struct lesson *lesson = tutor->reading.lesson;
    if (trouble != NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "Your place could not be kept: %s. You were in \"%s\", step %zu of %zu; :goto leads there.", trouble,
                   lesson->title, tutor->reading.step, lesson->step_count);
        return;
    }
    bool plain = lessons == NULL || lessons[strcspn(lessons, " \t'\"\\$&;|<>()*?[]#~!`")] == '\0';
    screen_say(&tutor->screen, STYLE_QUIET,
               "Your place is kept: \"%s\", step %zu of %zu. `sockrates%s%s%s%s` resumes there.", lesson->title,
               tutor->reading.step, lesson->step_count, lessons ? " --lessons " : "", plain ? "" : "'",
               lessons ? lessons : "", plain ? "" : "'");
}

static void take_turn(struct tutor *tutor)
{
    tutor_show_notes(tutor);
    char *sign = stepper_sign(tutor, tutor->entry.length > 0);
    char *line;
    enum prompt_result result =
        prompt_read(tutor->prompt, sign, tutor->entry.length > 0 ? text_string(&tutor->entry) : NULL, &line);
    free(sign);
    if (prompt_took_above(tutor->prompt))
        end_entry(tutor);
    if (result == PROMPT_LINE) {
        take_line(tutor, line);
    } else if (result == PROMPT_DROPPED || result == PROMPT_STOPPED) {
        drop_entry(tutor, line, result == PROMPT_STOPPED);
    } else {
        tutor->quit = tutor->entry.length == 0 || !isatty(STDIN_FILENO);
        keep_dropped(tutor, line);
        screen_write(&tutor->screen, "\n", 1);
    }
    free(line);
}

void loop_begin(struct tutor *tutor)
{
    interrupts_install();
    screen_init(&tutor->screen, tutor->options.plain, tutor->options.theme);
    tutor->status.screen = &tutor->screen;
    tutor->prompt = prompt_new(&tutor->screen, complete_line, tutor);
}

void loop_turns(struct tutor *tutor)
{
    while (!tutor->quit && !interrupts_ended())
        take_turn(tutor);
}

void loop_end(struct tutor *tutor)
{
    stepper_close(tutor);
    json_decref(tutor->play.variables);
    tutor_forget_session(tutor);
    tutor_forget_last(tutor);
    tutor_forget_record(tutor);
    tutor_forget_reminder(tutor);
    text_free(&tutor->entry);
    progress_close(tutor->progress);
    course_free(tutor->course);
    manual_free(tutor->manual);
    prompt_free(tutor->prompt);
}

void loop_run(struct tutor *tutor)
{
    loop_begin(tutor);
    stepper_greet(tutor);
    loop_turns(tutor);
    say_goodbye(tutor);
    loop_end(tutor);
}
