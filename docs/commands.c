#include "commands.h"

#include "base/span.h"
#include "lua/globals.h"
#include "lua/module.h"
#include "render/command_rows.h"
#include "render/html.h"

#include <stdlib.h>
#include <string.h>

/* --- the page ------------------------------------------------------------------------------------------- */

static void begin_part(struct page_result *result, const char *id, const char *title, const char *words)
{
    struct text *out = &result->body;
    text_format(out, "<h2 id=\"%s\"><a class=\"anchor\" href=\"#%s\">", id, id);
    html_add(out, title);
    text_add(out, "</a></h2>\n<p>");
    html_add(out, words);
    text_add(out, "</p>\n<dl class=\"commands\">\n");
    text_format(&result->outline, "<li><a href=\"#%s\">%s</a></li>", id, title);
}

/* `before` is what a person types in front: ":" or "sockrates ". */
static void add_row(struct page_result *result, struct search_writer *search, const char *before, const char *name,
                    const char *arguments, const char *help)
{
    struct text *out = &result->body;
    char *call = text_make("%s%s%s%s", before, name, *arguments ? " " : "", arguments);
    char *id = text_make("%s-%s", *before == ':' ? "command" : "sockrates", name);
    text_format(out, "<dt id=\"%s\"><a class=\"anchor\" href=\"#%s\"><code>", id, id);
    html_add(out, call);
    text_add(out, "</code></a></dt>\n<dd>");
    html_add(out, help);
    text_add(out, "</dd>\n");
    if (search != NULL) {
        search_words(search, name, strlen(name), SEARCH_HEADING);
        search_words(search, help, strlen(help), SEARCH_TEXT);
        search_section(search, id, call);
    }
    free(call);
    free(id);
}

/* Help of a subcommand begins small, as a list has it. */
static char *sentence_of(const char *words)
{
    char *sentence = text_make("%s.", words);
    if (sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
    return sentence;
}

void commands_render(struct page_result *result, struct search_writer *search)
{
    text_add(&result->body, "<h1 id=\"commands\"><a class=\"anchor\" href=\"#commands\">Commands</a></h1>\n");
    text_add(&result->outline, "<ol>\n");
    begin_part(result, "prompt", "At the prompt",
               "Enter shows the next step. What begins with a colon is a command; its beginning is enough "
               "where only "
               "one command begins so. Anything else is Lua, and runs.");
    for (const struct command *command = commands; command->name != NULL; command++)
        add_row(result, search, ":", command->name, command->arguments, command->help);
    text_add(&result->body, "</dl>\n");
    begin_part(result, "shell", "In a shell", "Each says more about itself when given --help.");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        char *help = sentence_of(subcommand_rows[i].help);
        add_row(result, search, "sockrates ", subcommand_rows[i].name, subcommand_rows[i].arguments, help);
        free(help);
    }
    text_add(&result->body, "</dl>\n");
    text_add(&result->outline, "</ol>\n");
}

/* --- the manual page ------------------------------------------------------------------------------------ */

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

static void add_manual_commands(struct text *out)
{
    text_add(out, ".Bl -tag -width Ds\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        text_format(out, ".It Ic \\&:%s", command->name);
        if (*command->arguments != '\0') {
            text_add(out, " Ar ");
            add_roff(out, command->arguments, strlen(command->arguments));
        }
        text_add_char(out, '\n');
        add_sentences(out, command->help, strlen(command->help));
    }
    text_add(out, ".El\n");
}

/* A module with the first paragraph of its help, and the names of its functions. */
static void add_manual_modules(struct text *out)
{
    text_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; modules[i] != NULL; i++) {
        const char *help = modules[i]->help ? modules[i]->help : "", *end = strstr(help, "\n\n");
        text_format(out, ".It Va %s\n", modules[i]->name);
        add_sentences(out, help, end ? (size_t)(end - help) : strlen(help));
    }
    text_add(out, ".El\n");
}

static const struct part {
    const char *line;
    void (*add)(struct text *out);
} parts[] = {
    {".\\\" commands\n", add_manual_commands},
    {".\\\" modules\n", add_manual_modules},
};

void commands_manual(struct text *out, const char *page)
{
    for (struct span line; span_next_line(&page, &line);) {
        size_t part = 0;
        while (part < sizeof parts / sizeof *parts &&
               strncmp(line.text, parts[part].line, strlen(parts[part].line)) != 0)
            part++;
        if (part < sizeof parts / sizeof *parts)
            parts[part].add(out);
        else
            text_add_bytes(out, line.text, (size_t)(page - line.text));
    }
}
