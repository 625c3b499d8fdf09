#include "terminal/bad_days.h"

#include "lesson/exercise.h"
#include "lesson/needs.h"
#include "lesson/trial.h"
#include "render/terminal_views.h"
#include "terminal/chosen.h"
#include "terminal/interrupts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- trying --------------------------------------------------------------------------------------------- */

static void show_progress(void *self, size_t done, size_t total)
{
    struct tutor *tutor = self;
    char *doing = text_make("Trying it on bad days, %zu of %zu", done, total);
    status_line_say(&tutor->status, doing);
    free(doing);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

/* What ran since the attempt began. */
static struct trial *try_answer(struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    size_t count;
    enum code_language language = chosen_language(tutor);
    const char **entries = chosen_answer(tutor, &count);
    const struct trial_answer answer = {reading->lesson, reading->exercise, entries, count, "prompt", 1, language};
    const struct trial_options options = {.session = tutor_session_options(tutor),
                                          .missing = needs_missing(needs_of(reading->lesson)),
                                          .self = tutor,
                                          .progress = show_progress,
                                          .stopping = is_stopping};
    tutor->status.said = false;
    prompt_hush(tutor->prompt);
    struct trial *trial = count > 0 ? trial_run(&answer, &options) : NULL;
    status_line_clear(&tutor->status);
    prompt_unhush(tutor->prompt);
    free(entries);
    return trial;
}

/* --- the board ------------------------------------------------------------------------------------------ */

static const struct mark {
    const char *sign, *ascii, *word;
    enum style style;
} marks[] = {
    [TRIAL_PASSED] = {"✓", "ok", "passed", STYLE_RIGHT},      [TRIAL_FAILED] = {"✗", "FAILED", "failed", STYLE_WRONG},
    [TRIAL_NOTHING] = {"–", "-", "not met", STYLE_QUIET},     [TRIAL_SKIPPED] = {"–", "-", "skipped", STYLE_QUIET},
    [TRIAL_NOT_TRIED] = {"–", "-", "not tried", STYLE_QUIET},
};

#define NAME_COLUMNS 9

static const char *note_of(enum trial_verdict verdict)
{
    static const char *const notes[] = {[TRIAL_NOTHING] = "your answer did not meet it",
                                        [TRIAL_SKIPPED] = "only a private network can do this",
                                        [TRIAL_NOT_TRIED] = "not tried"};
    return verdict > TRIAL_FAILED ? notes[verdict] : NULL;
}

/* "✓ split    the bytes arrive in two pieces (11 runs)". */
static void add_row(struct text *out, const struct trial_row *row, const struct look *look)
{
    const struct mark *mark = &marks[row->verdict];
    struct text head = TEXT_EMPTY, rest = TEXT_EMPTY;
    char name[FAULT_NAME_ROOM];
    fault_name(&row->wish, name);
    look_add(&head, look, mark->style, look->plain ? mark->word : look->unicode ? mark->sign : mark->ascii);
    text_format(&head, " %s", name);
    if (strlen(name) < NAME_COLUMNS && !look->plain)
        text_add_repeat(&head, " ", NAME_COLUMNS - strlen(name));
    text_format(&head, "%s ", look->plain ? "," : "");
    text_add(&rest, row->wish.fault->brief);
    if (row->verdict == TRIAL_PASSED && row->runs > 1)
        text_format(&rest, " (%zu runs)", row->runs);
    if (note_of(row->verdict) != NULL)
        text_format(&rest, " (%s)", note_of(row->verdict));
    look_wrap(out, look, text_string(&head), "    ", text_string(&rest));
    text_free(&head);
    text_free(&rest);
}

/* "Behind byte 5 of 12: what the check said". */
static void add_observed(struct text *out, const struct trial_row *row, const struct look *look)
{
    struct text line = TEXT_EMPTY, shown = TEXT_EMPTY;
    fault_say_place(&line, &row->failed);
    if (line.length > 0) {
        line.bytes[0] = (char)toupper((unsigned char)line.bytes[0]);
        text_add(&line, ": ");
    }
    text_add(&line, row->observed);
    look_add_visible(&shown, look, text_string(&line), line.length);
    look_wrap(out, look, "    ", "    ", text_string(&shown));
    text_free(&line);
    text_free(&shown);
}

static void show_board(struct tutor *tutor, const struct trial *trial)
{
    struct text out = TEXT_EMPTY;
    const struct look *look = &tutor->screen.look;
    for (size_t i = 0; i < trial->count; i++) {
        add_row(&out, &trial->rows[i], look);
        if (trial->rows[i].verdict == TRIAL_FAILED)
            add_observed(&out, &trial->rows[i], look);
    }
    screen_take(&tutor->screen, &out);
}

/* --- the first that failed ------------------------------------------------------------------------------ */

static void show_picture(struct tutor *tutor, const struct trial_row *row)
{
    struct text picture = TEXT_EMPTY, out = TEXT_EMPTY;
    if (row->outcome != NULL) {
        struct findings *findings = outcome_findings(row->outcome);
        terminal_small_ladder(&picture, findings, &tutor->screen.look);
        findings_free(findings);
    }
    if (picture.length > 0) {
        char name[FAULT_NAME_ROOM];
        fault_name(&row->wish, name);
        screen_write(&tutor->screen, "\n", 1);
        screen_say(&tutor->screen, STYLE_QUIET, "This is what happened with %s:", name);
        text_format(&out, "%s\n", text_string(&picture));
        screen_take(&tutor->screen, &out);
    }
    text_free(&picture);
}

static void explain(struct tutor *tutor, const struct trial *trial)
{
    const struct trial_row *row = trial_failure(trial);
    struct text told = TEXT_EMPTY;
    if (row != NULL && trial->again == NULL) {
        show_picture(tutor, row);
        screen_say(&tutor->screen, STYLE_ADVICE, "%s", row->wish.fault->advice);
    } else if (!trial->stopped) {
        trial_tell(&told, trial);
        screen_say(&tutor->screen, STYLE_WRONG, "%s", text_string(&told));
    }
    if (trial->stopped)
        screen_say(&tutor->screen, STYLE_ADVICE, "Stopped before all of it was tried. :check tries it again.");
    text_free(&told);
}

bool bad_days_pass(struct tutor *tutor, char **observed)
{
    if (!exercise_has_faults(tutor->reading.exercise))
        return true;
    struct trial *trial = try_answer(tutor);
    if (trial == NULL)
        return true;
    bool passed = trial_passed(trial);
    screen_measure(&tutor->screen);
    screen_write(&tutor->screen, "\n", 1);
    if (trial->again == NULL && trial->runs > 0) {
        screen_say(&tutor->screen, STYLE_STRONG, "It passes on a good day. On bad days:");
        show_board(tutor, trial);
    }
    if (!passed) {
        struct text told = TEXT_EMPTY;
        trial_tell(&told, trial);
        *observed = text_steal(&told);
        explain(tutor, trial);
    }
    trial_free(trial);
    return passed;
}
