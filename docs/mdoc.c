#include "mdoc.h"

#include "base/manual.h"
#include "base/memory.h"
#include "lua/globals.h"
#include "render/command_line.h"
#include "render/command_rows.h"

#include <ctype.h>
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

/* What the manual says of the name, up to a list or an example: each paragraph, or only the first. */
static void add_section(struct text *out, struct manual *manual, const char *name, bool all)
{
    const struct manual_entry *section = manual_find(manual, name);
    const char *at = section ? section->text : "", *end = section ? at + section->length : at;
    for (bool first = true; at < end && (first || all) && strchr("`-|", *at) == NULL; first = false) {
        const char *blank = memmem(at, (size_t)(end - at), "\n\n", 2);
        char *words = memory_copy_bytes(at, (size_t)((blank ? blank : end) - at));
        for (char *c = words; *c != '\0'; c++)
            *c = *c == '\n' ? ' ' : *c;
        text_add(out, first ? "" : ".Pp\n");
        add_sentences(out, words, strlen(words));
        free(words);
        at = blank ? blank + 2 : end;
    }
}

/* --- subcommands ---------------------------------------------------------------------------------------- */

/* A word of "PATH ... -o SITE|-". */
static void add_word(struct text *out, const char *word, size_t length)
{
    if (*word == '-')
        text_format(out, length > 1 ? " Fl %.*s" : " Cm %.*s\\-", (int)length - 1, word + 1);
    else
        text_format(out, "%s%.*s",
                    isupper((unsigned char)*word) ? " Ar "
                    : *word == '.'                ? " "
                                                  : " Cm ",
                    (int)length, word);
}

/* What a command or an option takes, in the macros of mdoc. */
static void add_arguments(struct text *out, const char *arguments)
{
    while (*arguments != '\0') {
        size_t length = strcspn(arguments, " []|");
        if (length > 0)
            add_word(out, arguments, length);
        arguments += length;
        if (*arguments == '|')
            text_add(out, " |");
        else if (*arguments == '[' || *arguments == ']')
            text_add(out, *arguments == '[' ? " Oo" : " Oc");
        arguments += *arguments != '\0';
    }
}

static void add_call(struct text *out, const struct subcommand *row)
{
    if (row->options != NULL)
        add_arguments(out, "[OPTION ...]");
    add_arguments(out, row->arguments);
}

void mdoc_synopsis(struct text *out)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        struct text call = TEXT_EMPTY;
        add_call(&call, &subcommand_rows[i]);
        text_format(out, ".Nm\n.Cm %s\n", subcommand_rows[i].name);
        if (call.length > 0)
            text_format(out, ".%s\n", text_string(&call) + 1);
        text_free(&call);
    }
}

static void add_option(struct text *out, const struct option_row *row)
{
    struct text value = TEXT_EMPTY;
    option_add_value(&value, row);
    text_add(out, ".It");
    if (row->letter != '\0')
        text_format(out, " Fl %c ,", row->letter);
    text_format(out, " Fl -%s", row->name);
    add_arguments(out, text_string(&value));
    char *sentence = text_make("%c%s.", toupper((unsigned char)*row->help), row->help + 1);
    text_add_char(out, '\n');
    add_sentences(out, sentence, strlen(sentence));
    free(sentence);
    text_free(&value);
}

void mdoc_subcommands(struct text *out)
{
    struct manual *manual = manual_new(NULL);
    text_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *row = &subcommand_rows[i];
        char *name = text_make("sockrates %s", row->name);
        text_format(out, ".It Cm %s", row->name);
        add_call(out, row);
        text_add_char(out, '\n');
        add_section(out, manual, name, true);
        if (row->options != NULL)
            text_add(out, ".Bl -tag -width Ds\n");
        for (const struct option_row *option = row->options; option != NULL && option->name != NULL; option++)
            add_option(out, option);
        text_add(out, row->options != NULL ? ".El\n" : "");
        free(name);
    }
    text_add(out, ".El\n");
    manual_free(manual);
}

/* --- the tutor's commands, and modules ------------------------------------------------------------------ */

void mdoc_commands(struct text *out)
{
    struct manual *manual = manual_new(NULL);
    text_add(out, ".Bl -tag -width Ds\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        char *name = text_make(":%s", command->name);
        text_format(out, ".It Ic \\&%s", name);
        if (*command->arguments != '\0') {
            text_add(out, " Ar ");
            add_roff(out, command->arguments, strlen(command->arguments));
        }
        text_add_char(out, '\n');
        add_section(out, manual, name, false);
        free(name);
    }
    text_add(out, ".El\n");
    manual_free(manual);
}

void mdoc_modules(struct text *out)
{
    struct manual *manual = manual_new(NULL);
    text_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; modules[i] != NULL; i++) {
        text_format(out, ".It Va %s\n", modules[i]->name);
        add_section(out, manual, modules[i]->name, false);
    }
    text_add(out, ".El\n");
    manual_free(manual);
}
