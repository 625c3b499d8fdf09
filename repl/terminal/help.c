#include "terminal/help.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "render/terminal_text.h"
#include "terminal/commands.h"
#include "terminal/reference.h"

#include <stdlib.h>
#include <string.h>

static void add_line(struct text *out, const struct look *look, const char *left, size_t indent,
                     const char *right)
{
    struct text first = TEXT_EMPTY, rest = TEXT_EMPTY;
    size_t columns = look_columns(left);
    text_add(&first, "  ");
    look_add(&first, look, STYLE_CODE, left);
    text_add_repeat(&first, " ", columns < indent ? indent - columns : 1);
    text_add_repeat(&rest, " ", indent + 2);
    look_wrap(out, look, text_string(&first), text_string(&rest), right);
    text_free(&first);
    text_free(&rest);
}

/* One line each: the whole list fits a screen of 24 lines. */
static void show_commands(struct tutor *tutor)
{
    const struct look *look = &tutor->screen.look;
    struct text out = TEXT_EMPTY;
    look_wrap(&out, look, "", "", "Enter goes on. Anything else you type is Lua, and runs. Tab completes.");
    for (const struct command *command = commands; command->name != NULL; command++) {
        char *call = text_make(":%s%s%s", command->name, *command->arguments ? " " : "", command->arguments);
        add_line(&out, look, call, 18, command->help);
        free(call);
    }
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
