#include "terminal/status_line.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "trace/address.h"
#include "trace/call.h"

#include <string.h>

#define APPEARS_AFTER (300 * CLOCK_MILLISECOND)

/* A window narrower than this has no room to say what the key does. */
#define NARROW 40

/* How far back to look for the call that waits: a call and the polls that serve it. */
#define LOOK_BACK 16

/* The learner's call that has not returned; for a poll that serves a timeout, the call it serves. */
static bool waiting_call(const struct ring *ring, struct event *found)
{
    uint64_t next = ring_next(ring);
    bool serving = false;
    for (uint64_t back = 1; back <= LOOK_BACK && back <= next; back++) {
        struct event event;
        if (!ring_read(ring, next - back, &event) || event.kind != EVENT_CALL || event.actor != 0)
            continue;
        bool served = serving && event.fd == found->fd && !(event.flags & EVENT_WAIT);
        if (!served && (serving || event.end != 0))
            continue;
        int64_t begin = event.begin;
        *found = event;
        if (served || !(event.flags & EVENT_WAIT))
            return true;
        found->begin = begin;
        serving = true;
    }
    return serving;
}

/* What the learner's process waits for: "connect to 10.0.0.2:80, 1.2 s, no answer yet". */
static void add_waiting(struct text *out, const struct ring *ring, int64_t elapsed)
{
    struct event event;
    const struct call *call = ring != NULL && waiting_call(ring, &event) ? call_of(&event) : call_row(CALL_NONE);
    bool waits = call->waiting != NULL;
    text_add(out, waits ? call->waiting : "Lua is running");
    if (waits && event.address_length > 0 && call->act == ACT_CONNECT) {
        const struct address address = event_address(&event);
        text_add_char(out, ' ');
        address_write(out, &address);
    }
    int64_t since = waits ? clock_now() - event.begin : elapsed;
    text_add(out, ", ");
    duration_write(out, since, DURATION_WAITED);
    if (call->missing != NULL)
        text_format(out, ", %s", call->missing);
}

/* Shortens it to so many columns, and says so: a status line that wraps could not be taken back. */
static void fit(struct text *text, const struct look *look, size_t room)
{
    const char *more = look->unicode ? "…" : "...";
    size_t columns = 0;
    if (utf8_columns(text->bytes, text->length) <= room)
        return;
    room -= utf8_columns(more, strlen(more));
    for (size_t i = 0; i < text->length;) {
        int32_t point;
        size_t taken = utf8_decode(text->bytes + i, text->length - i, &point);
        columns += utf8_columns(text->bytes + i, taken);
        if (columns > room) {
            text_cut(text, i);
            break;
        }
        i += taken;
    }
    text_add(text, more);
}

static void draw(struct status_line *line, const struct text *text)
{
    struct screen *screen = line->screen;
    size_t column = screen->column;
    struct text out = TEXT_EMPTY;
    if (line->shown)
        text_add(&out, "\r\033[J");
    else if (column > 0)
        text_add(&out, "\n");
    line->below = line->shown ? line->below : column > 0;
    look_add(&out, &screen->look, STYLE_QUIET, text_string(text));
    /* The cursor waits at its beginning: when a narrower window wraps the line, all of it is below the
     * cursor. */
    text_add(&out, "\r");
    screen_write(screen, text_string(&out), out.length);
    screen->column = column; /* as if it were not there */
    line->shown = true;
    text_free(&out);
}

/* What to press is the last that a narrow window leaves out. */
static void add_hint(struct text *text, const struct look *look)
{
    const char *hint = look->width < NARROW ? "; Ctrl-C" : "; Ctrl-C stops it";
    fit(text, look, (size_t)look->width - 1 - strlen(hint));
    text_add(text, hint);
}

/* Where a line cannot be taken back, it is said once. */
static void show(struct status_line *line, const struct text *text)
{
    if (line->screen->muted || (!line->screen->cursor && line->said))
        return;
    if (line->screen->cursor) {
        screen_measure(line->screen);
        struct text shown = TEXT_EMPTY;
        look_add_name(&shown, &line->screen->look, text_string(text));
        add_hint(&shown, &line->screen->look);
        draw(line, &shown);
        text_free(&shown);
    } else if (line->screen->column == 0) {
        screen_say(line->screen, STYLE_TEXT, "(%s; Ctrl-C stops it)", text_string(text));
        line->said = true;
    }
}

void status_line_show(struct status_line *line, const struct ring *ring, int64_t elapsed)
{
    if (elapsed < APPEARS_AFTER)
        return;
    struct text text = TEXT_EMPTY;
    if (line->doing != NULL)
        text_format(&text, "%s: ", line->doing);
    add_waiting(&text, ring, elapsed);
    show(line, &text);
    text_free(&text);
}

void status_line_say(struct status_line *line, const char *doing)
{
    struct text text = TEXT_EMPTY;
    text_add(&text, doing);
    show(line, &text);
    text_free(&text);
}

void status_line_clear(struct status_line *line)
{
    if (line->shown) {
        size_t column = line->screen->column;
        struct text out = TEXT_EMPTY;
        text_add(&out, "\r\033[J");
        if (line->below) {
            text_add(&out, "\033[A");
            size_t width = (size_t)line->screen->look.width;
            if (column % width > 0)
                text_format(&out, "\033[%zuC", column % width);
        }
        screen_write(line->screen, text_string(&out), out.length);
        line->screen->column = column;
        text_free(&out);
    }
    line->shown = false;
}
