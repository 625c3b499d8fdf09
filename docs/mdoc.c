#include "mdoc.h"

#include "base/manual.h"
#include "base/memory.h"
#include "base/span.h"
#include "lua/globals.h"
#include "render/command_rows.h"

#include <stdlib.h>
#include <string.h>

/* Words that roff takes as they are: a dot or a quote begins no request, a backslash stays one. */
static void add_roff(struct text *out, const char *words, size_t length)
{
    if (length > 0 && (words[0] == '.' || words[0] == '\''))
        text_add(out, "\\&");
    for (size_t i = 0; i < length; i++) {
        if (words[i] == '\\')
            text_add(out, "\\e");
        else if (words[i] == '\n')
            text_add_char(out, ' ');
        else if (words[i] != '`')
            text_add_char(out, words[i]);
    }
}

enum { ROFF_COLUMNS = 78 };

/* Lines that are not too long, broken at spaces. */
static void add_lines(struct text *out, const char *words, size_t length)
{
    while (length > 0) {
        size_t taken = length;
        if (taken > ROFF_COLUMNS)
            for (taken = ROFF_COLUMNS; taken > 1 && words[taken] != ' ' && words[taken] != '\n';)
                taken--;
        add_roff(out, words, taken);
        text_add_char(out, '\n');
        taken += taken < length;
        words += taken;
        length -= taken;
    }
}

/* Each sentence begins a line, as mdoc wants it. */
static void add_sentences(struct text *out, const char *words, size_t length)
{
    while (length > 0) {
        size_t end = 0;
        while (end < length && !(strchr(".?!:", words[end]) != NULL && end + 1 < length && words[end + 1] == ' '))
            end++;
        end += end < length;
        add_lines(out, words, end);
        while (end < length && words[end] == ' ')
            end++;
        words += end;
        length -= end;
    }
}

/* The first paragraph of what the manual says. */
static void add_section(struct text *out, struct manual *manual, const char *name)
{
    const struct manual_entry *section = manual_find(manual, name);
    const char *text = section ? section->text : "", *end = section ? text + section->length : text;
    const char *paragraph = memmem(text, (size_t)(end - text), "\n\n", 2);
    char *words = memory_copy_bytes(text, (size_t)((paragraph ? paragraph : end) - text));
    for (char *c = words; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c;
    add_sentences(out, words, strlen(words));
    free(words);
}

static void add_commands(struct text *out, struct manual *manual)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        char *name = text_make(":%s", command->name);
        text_format(out, ".It Ic \\&%s", name);
        if (*command->arguments != '\0') {
            text_add(out, " Ar ");
            add_roff(out, command->arguments, strlen(command->arguments));
        }
        text_add_char(out, '\n');
        add_section(out, manual, name);
        free(name);
    }
}

static void add_modules(struct text *out, struct manual *manual)
{
    for (size_t i = 0; modules[i] != NULL; i++) {
        text_format(out, ".It Va %s\n", modules[i]->name);
        add_section(out, manual, modules[i]->name);
    }
}

static const struct part {
    const char *line;
    void (*add)(struct text *out, struct manual *manual);
} parts[] = {
    {".\\\" commands", add_commands},
    {".\\\" modules", add_modules},
};

void mdoc_fill(struct text *out, const char *page)
{
    struct manual *manual = manual_new(NULL);
    for (struct span line; span_next_line(&page, &line);) {
        size_t part = 0;
        while (part < sizeof parts / sizeof *parts && !span_is(line, parts[part].line))
            part++;
        if (part < sizeof parts / sizeof *parts) {
            text_add(out, ".Bl -tag -width Ds\n");
            parts[part].add(out, manual);
            text_add(out, ".El\n");
        } else {
            text_add_bytes(out, line.text, (size_t)(page - line.text));
        }
    }
    manual_free(manual);
}
