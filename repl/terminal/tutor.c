#include "terminal/tutor.h"

#include "base/clock.h"
#include "base/memory.h"
#include "render/terminal_outcome.h"
#include "terminal/commands.h"
#include "terminal/complete.h"
#include "terminal/interrupts.h"
#include "terminal/play.h"
#include "terminal/stepper.h"
#include "terminal/task.h"
#include "terminal/transcript.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From here on it is worth saying how long a chunk took. */
#define WORTH_SAYING (50 * CLOCK_MILLISECOND)

/* --- what is got when it is needed ---------------------------------------------------------------------- */

struct session *tutor_session(struct tutor *tutor)
{
    if (tutor->session == NULL) {
        struct session_options options = {.network = tutor->options.network,
                                          .width = tutor->screen.look.width};
        record_clear(&tutor->record);
        tutor->session = session_new(&options);
    }
    return tutor->session;
}

void tutor_forget_session(struct tutor *tutor)
{
    session_free(tutor->session);
    tutor->session = NULL;
}

/* What keeps courses apart in the database: "" for the program's own. */
static char *course_key(const struct tutor *tutor)
{
    char *whole = tutor->options.lessons ? realpath(tutor->options.lessons, NULL) : NULL;
    return whole ? whole : memory_copy(tutor->options.lessons ? tutor->options.lessons : "");
}

struct progress *tutor_progress(struct tutor *tutor)
{
    if (tutor->progress == NULL) {
        char *path = progress_path(), *key = course_key(tutor), *notice;
        tutor->progress = progress_open(path, key, &notice);
        if (notice != NULL)
            screen_say(&tutor->screen, STYLE_ADVICE, "%s", notice);
        free(notice);
        free(path);
        free(key);
    }
    return tutor->progress;
}

static void say_complaints(struct tutor *tutor, const struct complaints *complaints)
{
    for (size_t i = 0; i < complaints->count; i++) {
        const struct complaint *complaint = &complaints->list[i];
        if (complaint->line > 0)
            screen_say(&tutor->screen, STYLE_TEXT, "%s:%d: %s", complaint->path, complaint->line,
                       complaint->message);
        else
            screen_say(&tutor->screen, STYLE_TEXT, "%s: %s", complaint->path, complaint->message);
    }
}

const struct course *tutor_course(struct tutor *tutor)
{
    if (tutor->course != NULL || tutor->course_missing)
        return tutor->course;
    struct complaints complaints = {NULL, 0};
    char *home = tutor->options.lessons ? memory_copy(tutor->options.lessons) : course_home();
    tutor->course = home ? course_read(home, &complaints) : NULL;
    tutor->course_missing = tutor->course == NULL;
    if (tutor->course_missing) {
        say_complaints(tutor, &complaints);
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "There are no lessons%s%s. Lua and sockets work all the same: type away.",
                   home ? " in " : "", home ? home : "");
    }
    complaints_free(&complaints);
    free(home);
    return tutor->course;
}

/* --- evaluating ----------------------------------------------------------------------------------------- */

static void show_output(void *self, const char *text, size_t length)
{
    struct tutor *tutor = self;
    if (tutor->quiet)
        return;
    status_line_clear(&tutor->status);
    struct text out = TEXT_EMPTY;
    look_add_visible(&out, &tutor->screen.look, text, length);
    screen_add(&tutor->screen, &out);
    text_free(&out);
}

static void show_waiting(void *self, int64_t elapsed)
{
    struct tutor *tutor = self;
    status_line_show(&tutor->status, session_ring(tutor->session), elapsed);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

const struct outcome *tutor_evaluate(struct tutor *tutor, const struct chunk *chunk)
{
    struct session_watcher watcher = {
        .self = tutor, .output = show_output, .waiting = show_waiting, .stopping = is_stopping};
    char *source = memory_copy_bytes(chunk->text, chunk->length);
    outcome_free(tutor->last);
    free(tutor->last_source);
    tutor->last_source = source;
    tutor->status.said = false;
    interrupts_forget();
    prompt_hush(tutor->prompt);
    tutor->last = session_evaluate(tutor_session(tutor), chunk, &watcher);
    status_line_clear(&tutor->status);
    prompt_unhush(tutor->prompt);
    if (!chunk->check && tutor->last->kind != OUTCOME_INCOMPLETE)
        record_add(&tutor->record, source, tutor->last);
    if (!session_alive(tutor->session))
        tutor_forget_session(tutor);
    return tutor->last;
}

const struct outcome *tutor_evaluate_block(struct tutor *tutor, const struct block *block)
{
    struct chunk chunk = {.name = tutor->reading.lesson->name,
                          .first_line = 1,
                          .text = block->code,
                          .length = strlen(block->code),
                          .time = block->timeout};
    return tutor_evaluate(tutor, &chunk);
}

const struct outcome *tutor_evaluate_entry(struct tutor *tutor, const char *code)
{
    struct chunk chunk = {.name = "prompt", .first_line = 1, .text = code, .length = strlen(code)};
    return tutor_evaluate(tutor, &chunk);
}

static void add_elapsed(struct text *out, const struct look *look, int64_t elapsed)
{
    struct text line = TEXT_EMPTY;
    text_format(&line, "took %.2f s", (double)elapsed / CLOCK_SECOND);
    look_add(out, look, STYLE_QUIET, text_string(&line));
    text_add_char(out, '\n');
    text_free(&line);
}

void tutor_show_outcome(struct tutor *tutor)
{
    struct text out = TEXT_EMPTY;
    screen_measure(&tutor->screen);
    screen_fresh_line(&tutor->screen);
    terminal_outcome(&out, tutor->last, tutor->last_source, &tutor->screen.look);
    if (tutor->last->elapsed >= WORTH_SAYING && tutor->last->kind != OUTCOME_INCOMPLETE)
        add_elapsed(&out, &tutor->screen.look, tutor->last->elapsed);
    screen_add(&tutor->screen, &out);
    text_free(&out);
    if (tutor->last->kind != OUTCOME_ENDED)
        return;
    play_lost(tutor);
    screen_say(&tutor->screen, STYLE_ADVICE, "A new one begins; what it knew is gone.%s",
               tutor->reading.lesson ? " :back replays the lesson up to here." : "");
}

bool tutor_take_entry(struct tutor *tutor, const char *code)
{
    if (tutor_evaluate_entry(tutor, code)->kind == OUTCOME_INCOMPLETE)
        return false;
    tutor_show_outcome(tutor);
    return true;
}

/* --- the loop ------------------------------------------------------------------------------------------- */

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
static void add_code(struct tutor *tutor, const char *code)
{
    if (tutor->entry.length > 0)
        text_add_char(&tutor->entry, '\n');
    text_add(&tutor->entry, code);
    tutor->empty_lines = is_blank(code) ? tutor->empty_lines + 1 : 0;
    play_watch(tutor);
    if (!tutor_take_entry(tutor, text_string(&tutor->entry))) {
        if (tutor->empty_lines == 2)
            screen_say(&tutor->screen, STYLE_QUIET, "This is not complete yet. Ctrl-C drops it.");
        return;
    }
    keep_entry(tutor);
    end_entry(tutor);
    if (tutor->reading.attempting)
        task_judge(tutor);
    else
        play_note(tutor);
    tutor->reading.attempting = false;
}

static void take_code(struct tutor *tutor, const char *line)
{
    bool attempt = prompt_was_prefilled(tutor->prompt) || strchr(line, '\n') != NULL;
    if (tutor->reading.exercise != NULL && tutor->entry.length == 0 && attempt) {
        tutor->reading.attempting = true;
        task_prepare(tutor);
    }
    const char *at = line;
    char *code;
    while ((code = transcript_next(line, &at)) != NULL) {
        add_code(tutor, code);
        free(code);
    }
}

static void take_line(struct tutor *tutor, const char *line)
{
    while (tutor->entry.length == 0 && (*line == ' ' || *line == '\t'))
        line++;
    if (tutor->entry.length > 0) {
        take_code(tutor, line);
    } else if (is_blank(line)) {
        prompt_forget(tutor->prompt);
        stepper_go_on(tutor);
    } else if (*line == ':' && line[1] != ':') {
        prompt_keep(tutor->prompt, line);
        commands_run(tutor, line + 1);
    } else if (!stepper_take_answer(tutor, line) && !commands_take_question(tutor, line)) {
        take_code(tutor, line);
    }
}

static void drop_entry(struct tutor *tutor, bool nothing)
{
    bool empty = tutor->entry.length == 0;
    end_entry(tutor);
    tutor->reading.attempting = false;
    if (empty && nothing)
        screen_say(&tutor->screen, STYLE_QUIET, "Ctrl-D or :quit leaves.");
}

static void say_goodbye(struct tutor *tutor)
{
    screen_fresh_line(&tutor->screen);
    if (tutor->reading.lesson == NULL)
        return;
    screen_say(&tutor->screen, STYLE_QUIET,
               "Your place is kept: \"%s\", step %zu of %zu. `sockrates` resumes there.",
               tutor->reading.lesson->title, tutor->reading.step, tutor->reading.lesson->step_count);
}

static void take_turn(struct tutor *tutor)
{
    char *sign = stepper_sign(tutor, tutor->entry.length > 0);
    char *line;
    enum prompt_result result = prompt_read(tutor->prompt, sign, &line);
    free(sign);
    if (result == PROMPT_LINE) {
        take_line(tutor, line);
    } else if (result == PROMPT_DROPPED || result == PROMPT_STOPPED) {
        drop_entry(tutor, result == PROMPT_STOPPED);
    } else if (tutor->entry.length > 0) {
        end_entry(tutor);
        screen_write(&tutor->screen, "\n", 1);
        tutor->quit = !isatty(STDIN_FILENO);
    } else {
        screen_write(&tutor->screen, "\n", 1);
        tutor->quit = true;
    }
    free(line);
}

void tutor_run(struct tutor *tutor)
{
    interrupts_install();
    screen_init(&tutor->screen, tutor->options.plain, tutor->options.theme);
    tutor->status.screen = &tutor->screen;
    tutor->prompt = prompt_new(&tutor->screen, complete_line, tutor);
    stepper_greet(tutor);
    while (!tutor->quit && !interrupts_ended())
        take_turn(tutor);
    say_goodbye(tutor);
    stepper_close(tutor);
    json_decref(tutor->play.variables);
    tutor_forget_session(tutor);
    outcome_free(tutor->last);
    free(tutor->last_source);
    record_clear(&tutor->record);
    text_free(&tutor->entry);
    progress_close(tutor->progress);
    course_free(tutor->course);
    prompt_free(tutor->prompt);
}
