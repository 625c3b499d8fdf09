#include "trace/notes.h"

#include "base/array.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Of one note so much is kept. */
#define WORDS_MOST 4000

void note_record(struct ring *ring, int actor, uint32_t chunk, const char *note, size_t length, unsigned flags)
{
    do {
        struct event *event = ring_begin(ring, EVENT_NOTE, 0);
        size_t part = length < EVENT_ROOM ? length : EVENT_ROOM;
        event->actor = (uint16_t)actor;
        event->chunk = chunk;
        event->flags = (uint16_t)(flags | (part < length ? EVENT_CONTINUED : 0));
        event->data_length = (uint16_t)part;
        memcpy(event->payload, note, part);
        ring_publish(event);
        ring_end(event, 0, 0);
        note += part;
        length -= part;
    } while (length > 0);
}

static struct note *open_note(struct notes *notes, int actor)
{
    for (size_t i = notes->count; i-- > 0;)
        if (notes->list[i].actor == actor)
            return notes->list[i].open ? &notes->list[i] : NULL;
    return NULL;
}

void notes_add(struct notes *notes, const struct event *event)
{
    if (event->kind != EVENT_NOTE || event->flags & EVENT_ENDED)
        return;
    struct note *note = open_note(notes, event->actor);
    if (note == NULL) {
        note = ARRAY_MORE(notes->list, notes->count);
        *note = (struct note){.actor = event->actor, .failed = event->flags & EVENT_FAILED};
    }
    note->open = event->flags & EVENT_CONTINUED;
    if (note->words.length >= WORDS_MOST)
        return;
    text_add_bytes(&note->words, event_data(event), event->data_length);
    if (note->words.length >= WORDS_MOST)
        text_add(&note->words, "…");
}

/* What is not written yet is looked for again, unless its writer must be gone. */
void notes_read(struct notes *notes, const struct ring *ring, uint64_t *next)
{
    struct event event;
    for (uint64_t end = ring_next(ring); *next < end && ring_actor_count(ring) > 1; (*next)++) {
        if (ring_read(ring, *next, &event))
            notes_add(notes, &event);
        else if (end - *next < RING_ACTORS)
            return;
    }
}

void notes_limit(struct notes *notes, size_t most)
{
    size_t surplus = notes->count > most ? notes->count - most : 0;
    for (size_t i = 0; i < surplus; i++)
        text_free(&notes->list[i].words);
    notes->count -= surplus;
    if (surplus > 0)
        memmove((void *)notes->list, notes->list + surplus, notes->count * sizeof *notes->list);
}

void notes_free(struct notes *notes)
{
    notes_limit(notes, 0);
    free(notes->list);
    notes->list = NULL;
}

/* How long the name of a place is with its line, "one.md:4:", also as a function's, "<one.md:4>"; 0: it is no place. */
static size_t place_length(const char *word, size_t length)
{
    size_t end = length > 0 && strchr(":>", word[length - 1]) != NULL ? length - 1 : 0, digits = end;
    while (digits > 0 && isdigit((unsigned char)word[digits - 1]))
        digits--;
    return digits > 0 && digits < end && word[digits - 1] == ':' ? length : 0;
}

/* The folders of a place are nobody's business. */
static void add_line(struct text *out, const char *line, size_t length, bool failed)
{
    for (size_t at = 0, end; at < length; at = end) {
        for (end = at; end < length && strchr(" <", line[end]) == NULL;)
            end++;
        bool place = failed && place_length(line + at, end - at) > 0;
        const char *slash = place ? memrchr(line + at, '/', end - at) : NULL;
        size_t begin = slash != NULL ? (size_t)(slash + 1 - line) : at;
        end += end < length;
        utf8_add_visible(out, line + begin, end - begin);
    }
}

void note_write(struct text *out, const char *bytes, size_t length, bool failed)
{
    const char *line = bytes, *end = bytes + length;
    for (bool first = true; line < end; first = false) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t taken = next ? (size_t)(next - line) : (size_t)(end - line);
        bool ours = failed && (strncmp(line, "\t[C]:", 5) == 0 || strncmp(line, "stack traceback:", 16) == 0);
        bool inside = *line == '\t';
        if (!ours) {
            text_add(out, first ? "" : "\n");
            text_add(out, inside ? "  " : "");
            add_line(out, line + inside, taken - inside, failed);
        }
        line += taken + 1;
    }
}

void note_write_reason(struct text *out, const char *bytes, size_t length)
{
    size_t line = strcspn(bytes, "\n"), end = line < length ? line : length;
    size_t word = strcspn(bytes, " "), place = word < end ? place_length(bytes, word) : 0;
    size_t begin = place > 0 ? place + 1 : 0;
    utf8_add_visible(out, bytes + begin, end - begin);
}
