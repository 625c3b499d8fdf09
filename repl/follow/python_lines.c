#include "follow/python_lines.h"

#include "follow/tracee.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* So deep a stack is looked into, and so many threads are asked. */
enum { FRAMES_MOST = 64, THREADS_MOST = 1000, TABLE_MOST = 1 << 16 };

/* Where things lie, as offsetof() says with the headers of that version. */
struct python_layout {
    uint32_t version;                 /* major, minor */
    uint16_t interpreters, threads;   /* the first of them: in the runtime, in an interpreter */
    uint16_t next, native_id, frames; /* in a thread; frames: of its frame, or of what has it */
    bool indirect;                    /* there is a structure between a thread and its frame, where it is at `frame` */
    uint16_t frame;
    uint16_t code, previous, instruction; /* in a frame */
    uint16_t first_line;                  /* in a code object; its file's name and its table of lines are the same */
    uint16_t instructions;
    uint16_t text; /* in a string of ASCII */
};

enum { FILENAME = 112, LINE_TABLE = 136, SIZE = 16, BYTES = 32 };

static const struct python_layout layouts[] = {
    {0x030b, 40, 16, 8, 160, 56, true, 8, 32, 48, 56, 72, 184, 48},
    {0x030c, 40, 72, 8, 144, 56, true, 0, 0, 8, 56, 68, 192, 40},
    {0x030d, 632, 7344, 8, 160, 72, false, 0, 0, 8, 56, 68, 200, 40},
};

const struct python_layout *python_layout_of(uint64_t version)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (layouts[i].version == (version >> 16 & 0xffff))
            return &layouts[i];
    return NULL;
}

static uint64_t pointer_at(pid_t thread, uint64_t address)
{
    uint64_t pointer;
    return tracee_take(thread, address, &pointer, sizeof pointer) ? pointer : 0;
}

/* The innermost frame of the thread; 0 for none. */
static uint64_t first_frame(const struct python_layout *layout, uint64_t runtime, pid_t thread)
{
    uint64_t interpreter = pointer_at(thread, runtime + layout->interpreters);
    uint64_t state = interpreter != 0 ? pointer_at(thread, interpreter + layout->threads) : 0;
    for (int i = 0; i < THREADS_MOST && state != 0; i++) {
        if ((pid_t)pointer_at(thread, state + layout->native_id) == thread) {
            uint64_t frames = pointer_at(thread, state + layout->frames);
            return layout->indirect && frames != 0 ? pointer_at(thread, frames + layout->frame) : frames;
        }
        state = pointer_at(thread, state + layout->next);
    }
    return 0;
}

/* A file that people wrote: not a part of the standard library, not <frozen importlib>. */
static bool is_own_file(const struct python_layout *layout, uint64_t code, pid_t thread)
{
    char name[256];
    uint64_t text = pointer_at(thread, code + FILENAME), length = text != 0 ? pointer_at(thread, text + SIZE) : 0;
    size_t kept = length < sizeof name ? (size_t)length : sizeof name - 1;
    kept = tracee_read(thread, text + layout->text, name, kept);
    name[kept] = '\0';
    return kept > 0 && strstr(name, "/lib/python3") == NULL &&
           (*name != '<' || strcmp(name, "<string>") == 0 || strcmp(name, "<stdin>") == 0);
}

/* --- the table of lines --------------------------------------------------------------------------------- */

struct table {
    uint8_t bytes[1 << 14];
    size_t length, at;
};

/* Six bits a byte, the lowest first; the lowest bit of all is the sign. */
static int signed_number(struct table *table)
{
    unsigned value = 0, shift = 0;
    uint8_t byte = 0x40;
    for (; byte & 0x40 && table->at < table->length && shift < 30; shift += 6) {
        byte = table->bytes[table->at++];
        value |= (byte & 0x3fu) << shift;
    }
    return value & 1 ? -(int)(value >> 1) : (int)(value >> 1);
}

enum { KIND_ONE_LINE = 10, KIND_NO_COLUMNS = 13, KIND_LONG = 14, KIND_NONE = 15 };

/* By how much an entry of this kind goes on; what else it says is passed over: it has no byte with the highest bit. */
static int line_delta(struct table *table, unsigned kind)
{
    int delta = 0;
    if (kind == KIND_NO_COLUMNS || kind == KIND_LONG)
        delta = signed_number(table);
    else if (kind >= KIND_ONE_LINE && kind < KIND_NO_COLUMNS)
        delta = (int)(kind - KIND_ONE_LINE);
    while (table->at < table->length && !(table->bytes[table->at] & 0x80))
        table->at++;
    return delta;
}

/* The line of the code unit with this number; 0 for none. */
static int find_line(struct table *table, int line, uint64_t unit)
{
    for (uint64_t end = 0; table->at < table->length;) {
        uint8_t entry = table->bytes[table->at++];
        unsigned kind = entry >> 3 & 15;
        line += line_delta(table, kind);
        end += (entry & 7u) + 1;
        if (unit < end)
            return kind == KIND_NONE ? 0 : line;
    }
    return 0;
}

/* --- frames --------------------------------------------------------------------------------------------- */

static int line_in(const struct python_layout *layout, uint64_t frame, uint64_t code, pid_t thread)
{
    struct table table = {.at = 0};
    int first = 0;
    uint64_t instruction = pointer_at(thread, frame + layout->instruction),
             bytes = pointer_at(thread, code + LINE_TABLE);
    uint64_t length = bytes != 0 ? pointer_at(thread, bytes + SIZE) : 0;
    if (instruction < code + layout->instructions || length == 0 || length > TABLE_MOST ||
        !tracee_take(thread, code + layout->first_line, &first, sizeof first))
        return 0;
    table.length = tracee_read(thread, bytes + BYTES, table.bytes,
                               length < sizeof table.bytes ? (size_t)length : sizeof table.bytes);
    return find_line(&table, first, (instruction - code - layout->instructions) / 2);
}

int python_line(const struct python_layout *layout, uint64_t runtime, pid_t thread)
{
    uint64_t frame = first_frame(layout, runtime, thread);
    for (int i = 0; i < FRAMES_MOST && frame != 0; i++) {
        uint64_t code = pointer_at(thread, frame + layout->code);
        if (code != 0 && is_own_file(layout, code, thread))
            return line_in(layout, frame, code, thread);
        frame = pointer_at(thread, frame + layout->previous);
    }
    return 0;
}
