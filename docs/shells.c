#include "shells.h"

#include "render/command_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Rows one after another whose names begin with the same word. */
struct group {
    char word[32];
    size_t begin, end;
    bool two; /* a second word follows */
};

static const char *second_word(const struct subcommand *row)
{
    const char *space = strchr(row->name, ' ');
    return space != NULL ? space + 1 : "";
}

/* The next group, the first one at first; false after the last. */
static bool next_group(struct group *group)
{
    if (group->end >= SUBCOMMAND_COUNT)
        return false;
    const char *name = subcommand_rows[group->end].name;
    size_t length = strcspn(name, " ");
    snprintf(group->word, sizeof group->word, "%.*s", (int)length, name);
    group->begin = group->end;
    group->two = name[length] == ' ';
    while (group->end < SUBCOMMAND_COUNT && strncmp(subcommand_rows[group->end].name, name, length) == 0 &&
           strchr(" ", subcommand_rows[group->end].name[length]) != NULL)
        group->end++;
    return true;
}

static void each_option(struct text *out, const struct subcommand *row,
                        void (*add)(struct text *out, const struct subcommand *row, const struct option_row *option))
{
    for (const struct option_row *option = row->options; option != NULL && option->name != NULL; option++)
        add(out, row, option);
    for (const struct option_row *option = common_options; option->name != NULL; option++)
        add(out, row, option);
}

static void add_words(struct text *out, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        text_format(out, "%s%s", i == 0 ? "" : " ", words[i]);
}

/* --- bash ----------------------------------------------------------------------------------------------- */

void bash_first_words(struct text *out)
{
    text_add(out, "        words='");
    for (struct group group = {.end = 0}; next_group(&group);)
        text_format(out, " %s", group.word);
    text_add(out, "'\n");
}

/* The words before the cursor, as the template joins them: "docs build", and of one word "check ANYTHING". */
static void bash_pattern(struct text *out, const struct subcommand *row)
{
    text_format(out, strchr(row->name, ' ') != NULL ? "'%s'" : "'%s '*", row->name);
}

static void bash_value(struct text *out, const struct subcommand *row, const struct option_row *option)
{
    if (option->kind == OPTION_FLAG)
        return;
    text_add(out, "        ");
    bash_pattern(out, row);
    text_format(out, "'|--%s'", option->name);
    if (option->letter != '\0') {
        text_add(out, " | ");
        bash_pattern(out, row);
        text_format(out, "'|-%c'", option->letter);
    }
    text_add(out, ") value=yes");
    if (option->kind == OPTION_WORD) {
        text_add(out, " words='");
        add_words(out, option->words);
        text_add(out, "'");
    } else if (option->kind == OPTION_PATH || option->kind == OPTION_FOLDER) {
        text_format(out, " files='%s'", option->kind == OPTION_FOLDER ? "/" : "*.md");
    }
    text_add(out, " ;;\n");
}

void bash_values(struct text *out)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        each_option(out, &subcommand_rows[i], bash_value);
}

static void bash_option(struct text *out, const struct subcommand *row, const struct option_row *option)
{
    (void)row;
    text_format(out, " --%s", option->name);
}

void bash_commands(struct text *out)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *row = &subcommand_rows[i];
        text_add(out, "            ");
        bash_pattern(out, row);
        text_add(out, ") options='");
        each_option(out, row, bash_option);
        text_format(out, "' files='%s' ;;\n", row->files ? row->files : "");
    }
    for (struct group group = {.end = 0}; next_group(&group);) {
        if (!group.two)
            continue;
        text_format(out, "            '%s ') words='", group.word);
        for (size_t i = group.begin; i < group.end; i++)
            text_format(out, " %s", second_word(&subcommand_rows[i]));
        text_add(out, "' ;;\n");
    }
}

/* --- zsh ------------------------------------------------------------------------------------------------ */

/* Words within single quotes and brackets. */
static void zsh_help(struct text *out, const char *help)
{
    for (; *help != '\0'; help++)
        if (*help == '\'')
            text_add(out, "'\\''");
        else
            text_format(out, strchr("[]:\\", *help) != NULL ? "\\%c" : "%c", *help);
}

static void zsh_files(struct text *out, const char *files)
{
    if (*files == '/')
        text_add(out, "_files -/");
    else
        text_format(out, "_files -g \"%s(-.) *(-/)\"", files);
}

/* 'word:what it does' */
static void zsh_described(struct text *out, const char *word, const char *help)
{
    text_format(out, "'%s:", word);
    zsh_help(out, help);
    text_add(out, "'");
}

void zsh_first_words(struct text *out)
{
    for (struct group group = {.end = 0}; next_group(&group);) {
        struct text seconds = TEXT_EMPTY;
        for (size_t i = group.begin; i < group.end; i++)
            text_format(&seconds, "%s%s", i > group.begin ? ", " : "", second_word(&subcommand_rows[i]));
        text_add(out, "        ");
        zsh_described(out, group.word, group.two ? text_string(&seconds) : subcommand_rows[group.begin].help);
        text_add(out, "\n");
        text_free(&seconds);
    }
}

void zsh_second_words(struct text *out)
{
    for (struct group group = {.end = 0}; next_group(&group);) {
        if (!group.two)
            continue;
        text_format(out, "        %s) parts=(", group.word);
        for (size_t i = group.begin; i < group.end; i++) {
            zsh_described(out, second_word(&subcommand_rows[i]), subcommand_rows[i].help);
            text_add(out, i + 1 < group.end ? " " : ") ;;\n");
        }
    }
}

static void zsh_option(struct text *out, const struct subcommand *row, const struct option_row *option)
{
    (void)row;
    if (option->letter != '\0')
        text_format(out, " \\\n                {-%c,--%s}'[", option->letter, option->name);
    else
        text_format(out, " \\\n                '--%s[", option->name);
    zsh_help(out, option->help);
    text_add(out, "]");
    if (option->kind == OPTION_WORD) {
        text_format(out, ":%s:(", option->name);
        add_words(out, option->words);
        text_add(out, ")");
    } else if (option->kind != OPTION_FLAG) {
        text_format(out, ":%s: ", option->value);
        if (option->kind == OPTION_PATH || option->kind == OPTION_FOLDER)
            zsh_files(out, option->kind == OPTION_FOLDER ? "/" : "*.md");
    }
    text_add(out, "'");
}

void zsh_commands(struct text *out)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *row = &subcommand_rows[i];
        text_format(out, "        '%s')\n            _arguments", row->name);
        each_option(out, row, zsh_option);
        if (row->files != NULL) {
            text_format(out, " \\\n                '%s:argument:", row->passes ? "1" : "*");
            zsh_files(out, row->files);
            text_add(out, "'");
        }
        text_add(out, row->passes ? " '*:argument:_files'\n            ;;\n" : "\n            ;;\n");
    }
}
