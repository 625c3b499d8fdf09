#include "terminal/help.h"

#include "base/memory.h"
#include "lesson/github.h"
#include "render/terminal_text.h"
#include "render/command_rows.h"
#include "render/reference.h"
#include "render/command_line.h"

#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the list of commands: what a call takes, and a call with what it does. */
#define CALL_COLUMNS 17
#define CELL_COLUMNS 40

/* A cell of the list: the call, padded, and what it does; `room` columns are better kept than the arguments' names. */
static void add_cell(struct text *out, const struct look *look, const struct command *command, size_t room)
{
    size_t brief = look_columns(command->brief) + 1;
    bool fits = strlen(command->name) + strlen(command->arguments) + 2 + brief <= room;
    const char *arguments = fits ? command->arguments : "[...]";
    char *call = text_make(":%s%s%s", command->name, *arguments ? " " : "", arguments);
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
        add_cell(out, look, command, CELL_COLUMNS + 1);
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
        add_cell(out, look, command, SIZE_MAX);
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
    screen_take(&tutor->screen, &out);
}

/* The first fence of Lua in the help, yours to free; NULL without. */
static char *example_of(cmark_node *tree)
{
    for (cmark_node *node = cmark_node_first_child(tree); node != NULL; node = cmark_node_next(node))
        if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK)
            return memory_copy(cmark_node_get_literal(node));
    return NULL;
}

/* Links to other pages of the manual lead nowhere here: their words do, behind :help. */
static void cut_links(cmark_node *tree)
{
    cmark_iter *walk = cmark_iter_new(tree);
    while (cmark_iter_next(walk) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(walk);
        if (cmark_node_get_type(node) == CMARK_NODE_LINK && strchr(cmark_node_get_url(node), ':') == NULL)
            cmark_node_set_url(node, "");
    }
    cmark_iter_free(walk);
}

static bool add_help(struct text *out, char **example, const struct look *look, struct manual *manual, const char *name)
{
    struct text markdown = TEXT_EMPTY;
    bool known = reference_describe(&markdown, manual, name);
    *example = NULL;
    if (known) {
        cmark_node *tree =
            github_parse(text_string(&markdown), markdown.length, 0, true, cmark_get_default_mem_allocator());
        cut_links(tree);
        terminal_markdown(out, cmark_node_first_child(tree), NULL, look);
        *example = example_of(tree);
        cmark_node_free(tree);
    } else {
        struct text near = TEXT_EMPTY;
        reference_nearest(&near, manual, name);
        text_format(out, "Nothing is known as \"%s\".", name);
        if (near.length > 0)
            text_format(out, " Did you mean %s?", text_string(&near));
        text_free(&near);
    }
    text_free(&markdown);
    return known;
}

/* "a, b = ...", "local a = ..." and "function a(" give a value to the name. */
static bool code_sets(const char *code, const char *name)
{
    regex_t regex;
    char *pattern =
        text_make("^ *(local +)?(\\w+ *, *)*%s *(, *\\w+ *)*=[^=]|^ *(local +)?function +%s *\\(", name, name);
    bool sets = regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB) == 0;
    if (sets) {
        sets = regexec(&regex, code, 0, NULL, 0) == 0;
        regfree(&regex);
    }
    free(pattern);
    return sets;
}

/* What the learner has made and the example would make anew: "a, b"; "" for nothing. */
static char *names_at_stake(struct tutor *tutor, const char *example)
{
    struct text names = TEXT_EMPTY;
    json_t *variables = tutor->session ? session_ask(tutor->session, "variables", json_null()) : NULL, *variable;
    size_t i;
    json_array_foreach(variables, i, variable)
    {
        const char *name = json_string_value(json_object_get(variable, "name"));
        if (name != NULL && code_sets(example, name))
            text_format(&names, "%s%s", names.length > 0 ? ", " : "", name);
    }
    json_decref(variables);
    return text_steal(&names);
}

static void offer_example(struct tutor *tutor, const char *example)
{
    prompt_offer(tutor->prompt, example);
    if (example == NULL)
        return;
    char *names = names_at_stake(tutor, example);
    if (*names != '\0')
        screen_say(&tutor->screen, STYLE_ADVICE, "Tab runs the example. It gives a new value to what you have as %s.",
                   names);
    else
        screen_say(&tutor->screen, STYLE_QUIET, "Tab runs the example.");
    free(names);
}

void help_show(struct tutor *tutor, const char *name)
{
    struct text out = TEXT_EMPTY;
    char *example;
    if (*name == '\0') {
        show_commands(tutor);
    } else if (add_help(&out, &example, &tutor->screen.look, tutor_manual(tutor), name)) {
        screen_add(&tutor->screen, &out);
        offer_example(tutor, example);
        free(example);
    } else {
        bool near = text_string(&out)[out.length - 1] == '?';
        screen_say(&tutor->screen, STYLE_ADVICE, "%s%s", text_string(&out), near ? "" : " :help lists the commands.");
    }
    text_free(&out);
}

int help_print(const char *name)
{
    struct screen screen;
    struct text out = TEXT_EMPTY;
    struct manual *manual = manual_new(NULL);
    char *example;
    screen_init(&screen, false, THEME_UNKNOWN);
    bool known = add_help(&out, &example, &screen.look, manual, name);
    if (known)
        screen_add(&screen, &out);
    else
        command_line_tell(SUBCOMMAND_HELP, "%s", text_string(&out));
    free(example);
    manual_free(manual);
    text_free(&out);
    return known ? 0 : 2;
}
