#include "terminal/tutor.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "lesson/needs.h"
#include "render/terminal_outcome.h"
#include "terminal/interrupts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* From here on it is worth saying how long a chunk took. */
#define WORTH_SAYING (50 * CLOCK_MILLISECOND)

/* --- what is got when it is needed ---------------------------------------------------------------------- */

bool tutor_uses_lab(const struct tutor *tutor)
{
    switch (tutor->options.lab) {
    case LAB_ON:
        return needs_missing(NEED_LAB) == 0;
    case LAB_OFF:
        return false;
    default:
        return tutor->reading.lesson != NULL && needs_use_lab(tutor->reading.lesson);
    }
}

unsigned tutor_missing(const struct tutor *tutor, unsigned needs)
{
    return needs_missing(needs) | (tutor->options.lab == LAB_OFF ? needs & (NEED_LAB | NEED_RAW) : 0);
}

struct session_options tutor_session_options(const struct tutor *tutor)
{
    return (struct session_options){.network = tutor->options.network,
                                    .lab = tutor_uses_lab(tutor),
                                    .width = tutor->screen.look.width,
                                    .programs = tutor->language_read && tutor->language != CODE_LUA};
}

static void keep_spoken(struct tutor *tutor, struct outcome *spoken)
{
    if (tutor->spoken != tutor->last)
        outcome_free(tutor->spoken);
    tutor->spoken = spoken;
}

void tutor_forget_record(struct tutor *tutor)
{
    keep_spoken(tutor, NULL);
    record_clear(&tutor->record);
}

struct session *tutor_session(struct tutor *tutor)
{
    if (tutor->session == NULL) {
        struct session_options options = tutor_session_options(tutor);
        tutor_forget_record(tutor);
        tutor->session = session_new(&options);
    }
    return tutor->session;
}

void tutor_forget_session(struct tutor *tutor)
{
    session_free(tutor->session);
    tutor->session = NULL;
    notes_free(&tutor->notes);
    tutor->noted = 0;
    tutor->reading.begun = false;
    json_decref(tutor->made);
    tutor->made = NULL;
}

/* What keeps courses apart in the database: "" for the program's own. */
static char *course_key(const struct tutor *tutor)
{
    return tutor->options.lessons ? course_identity(tutor->options.lessons) : memory_copy("");
}

/* A course that had no name of its own was known by its folder. */
static void adopt_earlier(const struct tutor *tutor)
{
    char *folder = tutor->options.lessons ? realpath(tutor->options.lessons, NULL) : NULL;
    if (folder != NULL)
        progress_adopt(tutor->progress, folder);
    free(folder);
}

struct progress *tutor_progress(struct tutor *tutor)
{
    if (tutor->progress == NULL) {
        char *path = tutor->options.present ? memory_copy(PROGRESS_NOWHERE) : progress_path(), *key = course_key(tutor),
             *notice;
        tutor->progress = progress_open(path, key, &notice);
        tutor->warned = progress_trouble(tutor->progress) != NULL; /* the notice says so */
        adopt_earlier(tutor);
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
            screen_say(&tutor->screen, STYLE_TEXT, "%s:%d: %s", complaint->path, complaint->line, complaint->message);
        else
            screen_say(&tutor->screen, STYLE_TEXT, "%s: %s", complaint->path, complaint->message);
    }
}

static bool is_newer(const char *home)
{
    struct course_about about;
    course_about_read(&about, home);
    bool newer = about.sockrates != NULL && course_wants_newer(about.sockrates);
    course_about_free(&about);
    return newer;
}

const struct course *tutor_course(struct tutor *tutor)
{
    if (tutor->course != NULL)
        return tutor->course;
    struct complaints complaints = {NULL, 0};
    char *home = tutor->options.lessons ? memory_copy(tutor->options.lessons) : course_home();
    tutor->course = home ? course_read(home, &complaints) : NULL;
    if (tutor->course == NULL) {
        char *words = text_make("There are no lessons%s%s%s. Lua and sockets work all the same: type away.",
                                home ? " in " : "", home ? home : "", is_newer(home) ? " for this Sockrates" : "");
        if (tutor_remind(tutor, STYLE_ADVICE, words))
            say_complaints(tutor, &complaints);
        free(words);
    }
    complaints_free(&complaints);
    free(home);
    return tutor->course;
}

struct manual *tutor_manual(struct tutor *tutor)
{
    if (tutor->manual == NULL)
        tutor->manual = manual_new(NULL);
    return tutor->manual;
}

/* --- evaluating ----------------------------------------------------------------------------------------- */

/* A chunk while it runs. */
struct running {
    struct tutor *tutor;
    struct session *session;
};

static void show_output(void *self, const char *text, size_t length)
{
    struct tutor *tutor = ((struct running *)self)->tutor;
    if (tutor->quiet)
        return;
    status_line_clear(&tutor->status);
    struct text out = TEXT_EMPTY;
    look_add_visible(&out, &tutor->screen.look, text, length);
    screen_take(&tutor->screen, &out);
}

static void show_waiting(void *self, int64_t elapsed)
{
    struct running *running = self;
    status_line_show(&running->tutor->status, session_ring(running->session), elapsed);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

void tutor_forget_last(struct tutor *tutor)
{
    if (tutor->last != tutor->spoken)
        outcome_free(tutor->last);
    free(tutor->last_source);
    tutor->last = NULL;
    tutor->last_source = NULL;
}

struct outcome *tutor_evaluate_aside(struct tutor *tutor, struct session *session, const struct chunk *chunk)
{
    struct running running = {tutor, session};
    struct session_watcher watcher = {
        .self = &running, .output = show_output, .waiting = show_waiting, .stopping = is_stopping};
    tutor->status.said = false;
    prompt_hush(tutor->prompt);
    struct outcome *outcome = session_evaluate(session, chunk, &watcher);
    status_line_clear(&tutor->status);
    prompt_unhush(tutor->prompt);
    return outcome;
}

/* What ran is kept, to be saved and to be run again. */
static void note_chunk(struct tutor *tutor, const char *source)
{
    int type;
    record_add(&tutor->record, source, tutor->last);
    if (outcome_peer(tutor->last, &type) == 0)
        return;
    keep_spoken(tutor, tutor->last);
    tutor->spoken_entry = tutor->record.count - 1;
}

const struct outcome *tutor_evaluate(struct tutor *tutor, const struct chunk *chunk)
{
    char *source = memory_copy_bytes(chunk->text, chunk->length);
    tutor_forget_last(tutor);
    tutor->last_source = source;
    tutor->last = tutor_evaluate_aside(tutor, tutor_session(tutor), chunk);
    if (!chunk->check && chunk->language == CODE_LUA && tutor->last->kind != OUTCOME_INCOMPLETE)
        note_chunk(tutor, source);
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
                          .time = block->timeout,
                          .gives_arguments = block->role == BLOCK_SETUP};
    return tutor_evaluate(tutor, &chunk);
}

const struct outcome *tutor_evaluate_entry(struct tutor *tutor, const char *code)
{
    struct reading *reading = &tutor->reading;
    struct chunk chunk = {.name = "prompt",
                          .first_line = 1,
                          .text = code,
                          .length = strlen(code),
                          .continues = reading->exercise != NULL && reading->begun};
    const struct outcome *outcome = tutor_evaluate(tutor, &chunk);
    if (outcome->kind != OUTCOME_INCOMPLETE) {
        reading->begun = tutor->session != NULL;
        if (!chunk.continues && tutor->record.count > 0)
            reading->first_entry = tutor->record.count - 1;
    }
    return outcome;
}

/* So many notes are kept, and so many shown at once; of more the last ones. */
#define NOTES_KEPT  200
#define NOTES_SHOWN 20

void tutor_show_note(struct tutor *tutor, const struct note *note)
{
    struct text out = TEXT_EMPTY;
    char *name = ring_actor_copy(session_ring(tutor->session), note->actor);
    terminal_note(&out, note, name, &tutor->screen.look);
    screen_take(&tutor->screen, &out);
    free(name);
}

void tutor_catch_up(struct tutor *tutor)
{
    if (tutor->session != NULL && tutor->last != NULL)
        session_catch_up(tutor->session, tutor->last);
}

void tutor_show_notes(struct tutor *tutor)
{
    size_t before = tutor->notes.count;
    if (tutor->session == NULL)
        return;
    notes_read(&tutor->notes, session_ring(tutor->session), &tutor->noted);
    size_t more = tutor->notes.count - before, shown = more < NOTES_SHOWN ? more : NOTES_SHOWN;
    if (more > 0)
        screen_fresh_line(&tutor->screen);
    if (more > shown)
        screen_say(&tutor->screen, STYLE_QUIET, "(Peers said more before this. :peers shows it.)");
    for (size_t i = tutor->notes.count - shown; i < tutor->notes.count; i++)
        tutor_show_note(tutor, &tutor->notes.list[i]);
    notes_limit(&tutor->notes, NOTES_KEPT);
}

bool tutor_remind(struct tutor *tutor, enum style style, const char *words)
{
    if (tutor->screen.muted || (tutor->reminded != NULL && strcmp(tutor->reminded, words) == 0))
        return false;
    tutor_forget_reminder(tutor);
    tutor->reminded = memory_copy(words);
    screen_say(&tutor->screen, style, "%s", words);
    return true;
}

void tutor_forget_reminder(struct tutor *tutor)
{
    free(tutor->reminded);
    tutor->reminded = NULL;
}

static void add_elapsed(struct text *out, const struct look *look, int64_t elapsed)
{
    struct text line = TEXT_EMPTY;
    text_add(&line, "took ");
    duration_write(&line, elapsed, DURATION_TOOK);
    look_add(out, look, STYLE_QUIET, text_string(&line));
    text_add_char(out, '\n');
    text_free(&line);
}

void tutor_show_outcome(struct tutor *tutor)
{
    struct text out = TEXT_EMPTY;
    screen_measure(&tutor->screen);
    screen_fresh_line(&tutor->screen);
    if (tutor->reading.asks_next)
        terminal_result(&out, tutor->last, &tutor->screen.look);
    else
        terminal_outcome(&out, tutor->last, tutor->last_source, &tutor->screen.look);
    if (tutor->last->elapsed >= WORTH_SAYING && tutor->last->kind != OUTCOME_INCOMPLETE)
        add_elapsed(&out, &tutor->screen.look, tutor->last->elapsed);
    screen_take(&tutor->screen, &out);
    if (tutor->last->kind != OUTCOME_ENDED)
        return;
    /* What the lesson left is gone with it. */
    tutor->play.happened = tutor->play.touched = tutor->reading.lesson != NULL;
    screen_say(&tutor->screen, STYLE_ADVICE, "A new one begins; what it knew is gone.%s",
               tutor->reading.lesson && !tutor->options.present ? " :back replays the lesson up to here." : "");
}

void tutor_say_unwritten(struct tutor *tutor, const char *path)
{
    if (errno == EEXIST)
        screen_say(&tutor->screen, STYLE_ADVICE, "%s is there already. Choose another name.", path);
    else
        screen_say(&tutor->screen, STYLE_ADVICE, "%s cannot be written: %s.", path, strerror(errno));
}
