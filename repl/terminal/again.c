#include "terminal/again.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/span.h"
#include "lab/bodies.h"
#include "render/terminal_outcome.h"
#include "render/terminal_views.h"
#include "terminal/showing.h"

#include <stdlib.h>
#include <string.h>

/* A chunk may take so much longer than the whole seconds that it took: what a peer never answers must end. */
#define PATIENCE (3 * CLOCK_SECOND)

/* From here on each of two ladders has room beside the other. */
#define WIDE 130

/* What ran before, and what becomes of it now. */
struct rerun {
    struct tutor *tutor;
    struct stand_in stand_in;
    size_t entry;            /* of the record: the last one that ran */
    struct outcome *outcome; /* of it */
};

/* --- running -------------------------------------------------------------------------------------------- */

static struct outcome *run_entry(struct rerun *rerun, struct session *session)
{
    struct tutor *tutor = rerun->tutor;
    const struct record_entry *entry = &tutor->record.entries[rerun->entry];
    const struct chunk chunk = {.name = "prompt",
                                .first_line = 1,
                                .text = entry->code,
                                .length = strlen(entry->code),
                                .time = PATIENCE + (entry->stopped ? 0 : entry->elapsed / CLOCK_SECOND * CLOCK_SECOND)};
    bool last = rerun->entry == tutor->spoken_entry;
    char *doing =
        text_make("%s, %zu of %zu", last ? "Running again" : "Replaying", rerun->entry + 1, tutor->spoken_entry + 1);
    tutor->status.doing = doing;
    tutor->quiet = true; /* what it prints is shown with its outcome */
    struct outcome *outcome = tutor_evaluate_aside(tutor, session, &chunk);
    tutor->quiet = false;
    tutor->status.doing = NULL;
    free(doing);
    return outcome;
}

static bool went_as_before(const struct record_entry *entry, const struct outcome *outcome)
{
    if (outcome->kind != OUTCOME_FINE && outcome->kind != OUTCOME_ERROR)
        return false;
    return entry->error != NULL ? outcome_error_is(outcome, entry->error) : outcome->kind == OUTCOME_FINE;
}

/* Up to the chunk that spoke to the peer, or to an earlier one that goes otherwise already. */
static void run_all(struct rerun *rerun)
{
    struct tutor *tutor = rerun->tutor;
    struct session_options options = tutor_session_options(tutor);
    options.stand_in = rerun->stand_in;
    struct session *session = session_new(&options);
    bool over = false;
    for (rerun->entry = 0; !over; rerun->entry++) {
        const struct record_entry *entry = &tutor->record.entries[rerun->entry];
        bool last = rerun->entry == tutor->spoken_entry;
        if (entry->stopped && !last)
            continue;
        outcome_free(rerun->outcome);
        rerun->outcome = run_entry(rerun, session);
        over = last || !went_as_before(entry, rerun->outcome);
    }
    rerun->entry--;
    session_free(session);
}

/* --- showing -------------------------------------------------------------------------------------------- */

static void add_ladder(struct text *out, const struct outcome *outcome, const char *title, const struct look *look)
{
    struct findings *findings = outcome_findings(outcome);
    look_add(out, look, STYLE_HEADING, title);
    text_add_char(out, '\n');
    terminal_ladder(out, findings, &(struct ladder_options){.states = true}, look);
    findings_free(findings);
}

/* Two texts as two columns. */
static void add_beside(struct text *out, const char *left, const char *right, size_t width)
{
    struct span line, other;
    bool more = true;
    while (more) {
        bool any = span_next_line(&left, &line), also = span_next_line(&right, &other);
        more = any || also;
        if (!more)
            break;
        char *text = memory_copy_bytes(any ? line.text : "", any ? line.length : 0);
        size_t columns = look_columns(text);
        text_add(out, text);
        if (also && other.length > 0) {
            text_add_repeat(out, " ", columns < width ? width - columns : 1);
            text_add_bytes(out, other.text, other.length);
        }
        text_add_char(out, '\n');
        free(text);
    }
}

static void show_ladders(struct rerun *rerun)
{
    struct tutor *tutor = rerun->tutor;
    struct look look = tutor->screen.look;
    bool beside = look.width >= WIDE && !look.plain;
    struct text out = TEXT_EMPTY, before = TEXT_EMPTY, now = TEXT_EMPTY;
    bool earlier = rerun->entry < tutor->spoken_entry;
    char *was = text_make("With %s, %s:", tutor->spoken->actors[rerun->stand_in.actor],
                          earlier ? "the later step" : "as it was");
    char *is = text_make("With %s%s:", rerun->stand_in.kind->name, earlier ? ", this step" : "");
    if (beside)
        look.width = look.width / 2 - 2;
    add_ladder(&before, tutor->spoken, was, &look);
    add_ladder(&now, rerun->outcome, is, &look);
    text_add_char(&out, '\n');
    if (beside)
        add_beside(&out, text_string(&before), text_string(&now), (size_t)look.width + 4);
    else
        text_format(&out, "%s\n%s", text_string(&before), text_string(&now));
    text_add_char(&out, '\n');
    screen_take(&tutor->screen, &out);
    text_free(&before);
    text_free(&now);
    free(was);
    free(is);
}

static void show_outcome(struct rerun *rerun)
{
    struct tutor *tutor = rerun->tutor;
    const struct outcome *outcome = rerun->outcome;
    struct text out = TEXT_EMPTY;
    look_add_visible(&out, &tutor->screen.look, outcome->output, strlen(outcome->output));
    screen_take(&tutor->screen, &out);
    screen_fresh_line(&tutor->screen);
    terminal_outcome(&out, outcome, tutor->record.entries[rerun->entry].code, &tutor->screen.look);
    screen_take(&tutor->screen, &out);
}

/* What the learner must know to read the two pictures. */
static void say_about(struct rerun *rerun)
{
    struct screen *screen = &rerun->tutor->screen;
    const struct outcome *outcome = rerun->outcome;
    int type;
    if (outcome->kind == OUTCOME_ERROR && strcmp(outcome->error.class, "TimeLimit") == 0)
        screen_say(screen, STYLE_ADVICE, "Without that limit it would go on waiting.");
    if (outcome->kind == OUTCOME_ERROR && outcome_error_is(outcome, "EADDRINUSE"))
        screen_say(
            screen, STYLE_ADVICE,
            "Your own session has that address still, so the fresh one cannot have it. Port 0 takes a free one.");
    else if (rerun->entry < rerun->tutor->spoken_entry)
        screen_say(screen, STYLE_ADVICE, "This earlier step goes otherwise already: the later one was not reached.");
    else if (outcome_peer(outcome, &type) != rerun->stand_in.actor)
        screen_say(screen, STYLE_ADVICE,
                   "It did not speak to that peer. Is an address in the code written as a number? Ports are others in "
                   "each session; server.address says the one of this.");
    screen_say(screen, STYLE_QUIET, "This ran in a fresh session. Yours is as it was.");
}

static void show(struct rerun *rerun)
{
    struct tutor *tutor = rerun->tutor;
    screen_measure(&tutor->screen);
    showing_code(tutor, tutor->record.entries[rerun->entry].code);
    show_ladders(rerun);
    show_outcome(rerun);
    say_about(rerun);
}

/* --- asking --------------------------------------------------------------------------------------------- */

static void say_kinds(struct tutor *tutor)
{
    struct text list = TEXT_EMPTY;
    size_t count = 0;
    while (peer_kinds[count].name != NULL)
        count++;
    for (size_t i = 0; i < count; i++)
        text_format(&list, "%s%s", text_joint(i, count, " or "), peer_kinds[i].name);
    screen_say(&tutor->screen, STYLE_ADVICE, "Say which peer it shall be: %s. As in :again refused",
               text_string(&list));
    text_free(&list);
}

void again_run(struct tutor *tutor, const char *argument)
{
    const struct peer_kind *kind = peer_kind_named(argument);
    struct rerun rerun = {.tutor = tutor};
    int type = 0;
    if (kind == NULL) {
        say_kinds(tutor);
        return;
    }
    rerun.stand_in = (struct stand_in){tutor->spoken ? outcome_peer(tutor->spoken, &type) : 0, kind};
    if (rerun.stand_in.actor == 0 || rerun.stand_in.actor >= RING_ACTORS - 1) {
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "Nothing you ran in this session spoke to a peer of lab yet, and only such a peer can be replaced. "
                   "Try: server = lab.echo() s = socket.socket() s:connect(server.address)");
    } else if (type == SOCK_DGRAM && !kind->datagrams) {
        screen_say(
            &tutor->screen, STYLE_ADVICE,
            "Datagrams need no connection, so there is nothing to be %s. Try :again silent, :again slow or :again refused.",
            kind->name);
    } else {
        run_all(&rerun);
        show(&rerun);
        outcome_free(rerun.outcome);
    }
}
