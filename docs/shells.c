#include "shells.h"

#include "base/memory.h"
#include "render/command_line.h"

#include <stdlib.h>
#include <string.h>

/* The first word of the row's name, yours to free; *second is the other one, "" without. */
static char *first_word(const struct subcommand *row, const char **second)
{
    size_t length = strcspn(row->name, " ");
    *second = row->name + length + (row->name[length] == ' ');
    return memory_copy_bytes(row->name, length);
}

/* Calls `add` with each first word, and whether a second one follows. */
static void each_first_word(struct text *out, void (*add)(struct text *out, const char *word, bool more))
{
    char *last = memory_copy("");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const char *second;
        char *word = first_word(&subcommand_rows[i], &second);
        if (strcmp(word, last) != 0)
            add(out, word, *second != '\0');
        free(last);
        last = word;
    }
    free(last);
}

/* Calls `add` with each row whose name begins with the word and has a second one, and with that. */
static void each_second_word(struct text *out, const char *word,
                             void (*add)(struct text *out, const struct subcommand *row, const char *second))
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const char *second;
        char *first = first_word(&subcommand_rows[i], &second);
        if (strcmp(first, word) == 0 && *second != '\0')
            add(out, &subcommand_rows[i], second);
        free(first);
    }
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

static void bash_first(struct text *out, const char *word, bool more)
{
    (void)more;
    text_format(out, " %s", word);
}

void bash_first_words(struct text *out)
{
    text_add(out, "        words='");
    each_first_word(out, bash_first);
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

static void bash_second(struct text *out, const struct subcommand *row, const char *second)
{
    (void)row;
    text_format(out, " %s", second);
}

static void bash_half(struct text *out, const char *word, bool more)
{
    if (!more)
        return;
    text_format(out, "            '%s ') words='", word);
    each_second_word(out, word, bash_second);
    text_add(out, "' ;;\n");
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
    each_first_word(out, bash_half);
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

static void zsh_second(struct text *out, const struct subcommand *row, const char *second)
{
    text_format(out, " '%s:", second);
    zsh_help(out, row->help);
    text_add(out, "'");
}

static void zsh_first(struct text *out, const char *word, bool more)
{
    const char *second;
    text_format(out, "        '%s:", word);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        char *first = first_word(&subcommand_rows[i], &second);
        if (strcmp(first, word) == 0) {
            zsh_help(out, more ? second : subcommand_rows[i].help);
            text_add(out, more ? " " : "");
        }
        free(first);
    }
    text_add(out, "'\n");
}

void zsh_first_words(struct text *out)
{
    each_first_word(out, zsh_first);
}

static void zsh_half(struct text *out, const char *word, bool more)
{
    if (!more)
        return;
    text_format(out, "        %s) parts=(", word);
    each_second_word(out, word, zsh_second);
    text_add(out, ") ;;\n");
}

void zsh_second_words(struct text *out)
{
    each_first_word(out, zsh_half);
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
