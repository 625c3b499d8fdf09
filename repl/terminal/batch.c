#include "terminal/batch.h"

#include "lab/wire.h"
#include "lesson/lesson.h"
#include "lesson/needs.h"

#include "base/utf8.h"
#include "render/terminal_outcome.h"
#include "session/session.h"
#include "terminal/interrupts.h"
#include "terminal/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch {
    struct session_options options;
    struct session *session;
    struct look out, errors;
    struct text entry;
    int first_line, line;
    bool failed;
    uint64_t noted; /* what peers said up to this event was written */
};

static void write_output(void *self, const char *text, size_t length)
{
    (void)self;
    struct text shown = TEXT_EMPTY;
    utf8_add_visible(&shown, text, length);
    fwrite(text_string(&shown), 1, shown.length, stdout);
    fflush(stdout);
    text_free(&shown);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

static bool went_wrong(enum outcome_kind kind)
{
    return kind != OUTCOME_FINE && kind != OUTCOME_INCOMPLETE;
}

static void show(struct batch *batch, struct outcome *outcome)
{
    bool wrong = went_wrong(outcome->kind);
    struct text out = TEXT_EMPTY;
    fflush(stdout);
    if (wrong)
        text_format(&out, "sockrates: line %d: ", outcome->error.line > 0 ? outcome->error.line : batch->first_line);
    outcome->error.line = 0; /* it was said */
    terminal_outcome(&out, outcome, text_string(&batch->entry), wrong ? &batch->errors : &batch->out);
    fwrite(text_string(&out), 1, out.length, wrong ? stderr : stdout);
    fflush(stdout);
    text_free(&out);
}

/* What peers printed is output as well, how they failed is not. */
static void show_notes(struct batch *batch)
{
    const struct ring *ring = session_ring(batch->session);
    struct notes notes = {.count = 0};
    notes_read(&notes, ring, &batch->noted);
    for (size_t i = 0; i < notes.count; i++) {
        const struct note *note = &notes.list[i];
        struct text out = TEXT_EMPTY;
        char *name = ring_actor_copy(ring, note->actor);
        terminal_note(&out, note, name, note->failed ? &batch->errors : &batch->out);
        fflush(stdout);
        const char *who = strcmp(name, WIRE_NAME) == 0 ? "sockrates: " : "sockrates: peer ";
        fprintf(note->failed ? stderr : stdout, "%s%s", note->failed ? who : "", text_string(&out));
        free(name);
        text_free(&out);
    }
    fflush(stdout);
    notes_free(&notes);
}

/* Evaluates what was read so far; `last` when no more lines come. */
static void evaluate(struct batch *batch, bool last)
{
    struct chunk chunk = {.name = "input",
                          .first_line = batch->first_line,
                          .text = text_string(&batch->entry),
                          .length = batch->entry.length};
    struct session_watcher watcher = {.self = batch, .output = write_output, .stopping = is_stopping};
    if (batch->session == NULL)
        batch->session = session_new(&batch->options);
    struct outcome *outcome = session_evaluate(batch->session, &chunk, &watcher);
    if (outcome->kind != OUTCOME_INCOMPLETE) {
        show(batch, outcome);
        text_clear(&batch->entry);
    } else if (last) {
        fprintf(stderr, "sockrates: line %d: what begins here is not complete\n", batch->first_line);
    }
    batch->failed = batch->failed || went_wrong(outcome->kind) || (last && outcome->kind == OUTCOME_INCOMPLETE);
    show_notes(batch);
    if (!session_alive(batch->session)) {
        batch->noted = 0;
        session_free(batch->session);
        batch->session = NULL;
    }
    outcome_free(outcome);
}

static void take_line(struct batch *batch, const char *line, size_t length)
{
    batch->line++;
    if (batch->entry.length == 0) {
        batch->first_line = batch->line;
        if (strspn(line, " \t\r\n") == length)
            return;
    } else {
        text_add_char(&batch->entry, '\n');
    }
    text_add_bytes(&batch->entry, line, length - (length > 0 && line[length - 1] == '\n'));
    evaluate(batch, false);
}

/* Said once where there is none: everything that needs no packets works over loopback too. */
static bool lab_here(void)
{
    struct text why = TEXT_EMPTY;
    bool here = needs_missing(NEED_LAB) == 0;
    if (!here) {
        needs_explain(&why, NEED_LAB);
        command_line_tell(SUBCOMMAND_LEARN, "no private network, so this runs over loopback. %s", text_string(&why));
    }
    text_free(&why);
    return here;
}

int batch_run(bool network, bool lab)
{
    struct screen screen;
    screen_init(&screen, false, THEME_UNKNOWN);
    interrupts_install();
    struct batch batch = {.options = {.network = network, .lab = lab && lab_here(), .width = screen.look.width},
                          .out = screen.look};
    batch.errors = batch.out;
    batch.errors.colour = false;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while (!interrupts_pressed() && (length = getline(&line, &room, stdin)) >= 0)
        take_line(&batch, line, (size_t)length);
    if (batch.entry.length > 0)
        evaluate(&batch, true);
    session_free(batch.session);
    text_free(&batch.entry);
    free(line);
    return interrupts_pressed() ? 130 : batch.failed ? 1 : 0;
}
