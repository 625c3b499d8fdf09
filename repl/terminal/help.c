#include "terminal/help.h"

#include "base/memory.h"
#include "render/terminal_text.h"
#include "render/command_rows.h"
#include "terminal/reference.h"

#include <stdlib.h>
#include <string.h>

/* Of the list of commands: what a call takes, and a call with what it does. */
#define CALL_COLUMNS 17
#define CELL_COLUMNS 40

/* A cell of the list: the call, padded, and what it does. */
static void add_cell(struct text *out, const struct look *look, const struct command *command)
{
    char *call = text_make(":%s%s%s", command->name, *command->arguments ? " " : "", command->arguments);
    size_t columns = look_columns(call);
    look_add(out, look, STYLE_CODE, call);
    text_add_repeat(out, " ", columns < CALL_COLUMNS ? CALL_COLUMNS - columns : 1);
    text_add(out, command->brief);
    free(call);
}

/* Two commands a line, a group after another. */
static void add_wide_list(struct text *out, const struct look *look)
{
    bool second = false;
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command->begins_group) {
            text_add(out, second ? "\n\n" : "\n");
            second = false;
        }
        size_t before = out->length;
        add_cell(out, look, command);
        size_t columns = look_columns(out->bytes + before);
        bool more = !second && command[1].name != NULL;
        text_add_repeat(out, more ? " " : "\n", more && columns < CELL_COLUMNS ? CELL_COLUMNS - columns : 1);
        second = more;
    }
    text_add(out, second ? "\n" : "");
}

/* The names alone, a group after another. */
static void add_narrow_list(struct text *out, const struct look *look)
{
    struct text line = TEXT_EMPTY;
    for (const struct command *command = commands; command->name != NULL; command++) {
        text_add(&line, line.length > 0 ? "  " : "");
        char *name = text_make(":%s", command->name);
        look_add(&line, look, STYLE_CODE, name);
        free(name);
        if (command[1].name == NULL || command[1].begins_group) {
            look_wrap(out, look, "", "  ", text_string(&line));
            text_clear(&line);
        }
    }
    look_wrap(out, look, "", "", ":help NAME says more of one.");
    text_free(&line);
}

static void add_list(struct text *out, const struct look *look)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        add_cell(out, look, command);
        text_add_char(out, '\n');
    }
}

/* In a form that fits on one screen of 24 lines; a screen reader has no screen, and reads a command a line.
 */
static void show_commands(struct tutor *tutor)
{
    const struct look *look = &tutor->screen.look;
    struct text out = TEXT_EMPTY;
    look_wrap(&out, look, "", "", "Enter goes on. Anything else you type is Lua, and runs. Tab completes.");
    if (look->plain)
        add_list(&out, look);
    else if (look->width >= 2 * CELL_COLUMNS)
        add_wide_list(&out, look);
    else
        add_narrow_list(&out, look);
    screen_add(&tutor->screen, &out);
    text_free(&out);
}

static const struct command *find_command(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

/* The first fence of Lua in the help, yours to free; NULL without. */
static char *example_of(cmark_node *tree)
{
    for (cmark_node *node = cmark_node_first_child(tree); node != NULL; node = cmark_node_next(node))
        if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK)
            return memory_copy(cmark_node_get_literal(node));
    return NULL;
}

static void show_markdown(struct tutor *tutor, const struct text *markdown)
{
    cmark_node *tree = cmark_parse_document(text_string(markdown), markdown->length, CMARK_OPT_DEFAULT);
    struct text out = TEXT_EMPTY;
    terminal_markdown(&out, cmark_node_first_child(tree), NULL, &tutor->screen.look);
    screen_add(&tutor->screen, &out);
    char *example = example_of(tree);
    prompt_offer(tutor->prompt, example);
    if (example != NULL)
        screen_say(&tutor->screen, STYLE_QUIET, "Tab runs the example.");
    free(example);
    text_free(&out);
    cmark_node_free(tree);
}

void help_show(struct tutor *tutor, const char *name)
{
    const struct command *command = find_command(*name == ':' ? name + 1 : name);
    struct text markdown = TEXT_EMPTY, near = TEXT_EMPTY;
    if (*name == '\0') {
        show_commands(tutor);
    } else if (*name != ':' && reference_describe(&markdown, name)) {
        show_markdown(tutor, &markdown);
    } else if (command != NULL) {
        text_format(&markdown, "**:%s %s**\n\n%s\n", command->name, command->arguments, command->help);
        show_markdown(tutor, &markdown);
    } else {
        reference_nearest(&near, name);
        screen_say(&tutor->screen, STYLE_ADVICE, "Nothing is known as \"%s\".%s%s%s", name,
                   near.length ? " Did you mean " : " :help lists the commands.", text_string(&near),
                   near.length ? "?" : "");
    }
    text_free(&markdown);
    text_free(&near);
}
