#include "render/command_line.h"

#include "base/manual.h"
#include "base/nearest.h"
#include "base/outlet.h"
#include "render/terminal_text.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FINE = 0, WRONG_USAGE = 2 };
enum { OPTIONS_MOST = 32, CALL_COLUMNS = 28, LIST_COLUMNS = 29 };

/* Help is for everybody's terminal, and for pipes. */
static const struct look look = {.width = 80};

/* The command's own options, then those of all; NULL after the last. */
static const struct option_row *option_at(enum subcommand_name name, size_t index)
{
    const struct option_row *rows = subcommand_rows[name].options;
    size_t own = 0;
    while (rows != NULL && rows[own].name != NULL)
        own++;
    const struct option_row *row = index < own ? &rows[index] : &common_options[index - own];
    return row->name != NULL ? row : NULL;
}

static void add_words(struct text *out, const char *const *words, const char *between, const char *last)
{
    for (size_t i = 0; words[i] != NULL; i++)
        text_format(out, "%s%s", i == 0 ? "" : words[i + 1] == NULL ? last : between, words[i]);
}

void option_add_value(struct text *out, const struct option_row *row)
{
    if (row->kind == OPTION_WORD)
        add_words(out, row->words, "|", "|");
    else
        text_add(out, row->value ? row->value : "");
}

/* --- help ----------------------------------------------------------------------------------------------- */

static void add_usage(struct text *out, enum subcommand_name name)
{
    const struct subcommand *row = &subcommand_rows[name];
    text_format(out, "usage: sockrates %s%s%s%s\n", row->name, row->options ? " [OPTION ...]" : "",
                *row->arguments ? " " : "", row->arguments);
}

/* What the manual says of the command. */
static void add_about(struct text *out, enum subcommand_name name)
{
    struct manual *manual = manual_new(NULL);
    char *title = text_make("sockrates %s", subcommand_rows[name].name);
    const struct manual_entry *section = manual_find(manual, title);
    if (section != NULL && strcmp(section->name, title) == 0) {
        cmark_node *tree = cmark_parse_document(section->text, section->length, CMARK_OPT_DEFAULT);
        terminal_markdown(out, cmark_node_first_child(tree), NULL, &look);
        cmark_node_free(tree);
    }
    free(title);
    manual_free(manual);
}

/* The call in its column, and what it does beside it, or below it when it is too long. */
static void add_beside(struct text *out, const char *call, size_t columns, const char *help)
{
    size_t length = strlen(call);
    bool fits = length < columns - 1;
    char *margin = text_make("%*s", (int)columns, ""), *first = text_make("%-*s", (int)columns, call);
    if (!fits)
        text_format(out, "%s\n", call);
    look_wrap(out, &look, fits ? first : margin, margin, help);
    free(first);
    free(margin);
}

static void add_option(struct text *out, const struct option_row *row)
{
    struct text call = TEXT_EMPTY;
    const char letter[] = {'-', row->letter, ',', '\0'};
    text_format(&call, "  %3s --%s%s", row->letter ? letter : "", row->name, row->kind == OPTION_FLAG ? "" : " ");
    option_add_value(&call, row);
    add_beside(out, text_string(&call), CALL_COLUMNS, row->help);
    text_free(&call);
}

static void print_help(enum subcommand_name name)
{
    struct text out = TEXT_EMPTY;
    const struct option_row *row;
    add_usage(&out, name);
    text_add_char(&out, '\n');
    add_about(&out, name);
    text_add_char(&out, '\n');
    for (size_t i = 0; (row = option_at(name, i)) != NULL; i++)
        add_option(&out, row);
    const char *ends = subcommand_rows[name].ends;
    text_add_char(&out, '\n');
    look_wrap(&out, &look, "", "", ends != NULL ? ends : "Exit status: 0 fine, 1 what was run failed, 2 wrong usage.");
    fputs(text_string(&out), stdout);
    text_free(&out);
}

/* True of "docs build" for "docs". */
static bool begins_with(const char *name, const char *first)
{
    size_t length = strlen(first);
    return strncmp(name, first, length) == 0 && (name[length] == ' ' || name[length] == '\0');
}

void command_line_list(FILE *file, const char *first)
{
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *row = &subcommand_rows[i];
        if (first != NULL && !begins_with(row->name, first))
            continue;
        char *call = text_make("  %s %s", row->name, row->arguments);
        add_beside(&out, call, LIST_COLUMNS + 2, row->help);
        free(call);
    }
    fputs(text_string(&out), file);
    text_free(&out);
}

/* --- faults --------------------------------------------------------------------------------------------- */

/* Words of the command line may be anybody's: a script's own output is not guarded, but what we say of them is. */
static void tell(const char *name, const char *words)
{
    outlet_guard(&stderr);
    fprintf(stderr, "sockrates%s%s: %s\n", name != NULL ? " " : "", name != NULL ? name : "", words);
}

static void tell_list(enum subcommand_name name, const char *format, va_list list)
{
    struct text words = TEXT_EMPTY;
    text_format_list(&words, format, list);
    tell(subcommand_rows[name].name, text_string(&words));
    text_free(&words);
}

void command_line_tell(enum subcommand_name name, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    tell_list(name, format, list);
    va_end(list);
}

int command_line_unreadable(enum subcommand_name name, const char *path)
{
    command_line_tell(name, "cannot read %s: %s", path, strerror(errno));
    return WRONG_USAGE;
}

int command_line_wrong(enum subcommand_name name, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    tell_list(name, format, list);
    va_end(list);
    command_line_tell(name, "`sockrates %s%s` says how to use it", subcommand_rows[name].name,
                      name == SUBCOMMAND_HELP ? "" : " --help");
    return WRONG_USAGE;
}

/* `word` behind `first`, or alone. */
static int unknown_command(const char *first, const char *word)
{
    struct nearest nearest = nearest_to(word);
    struct text fault = TEXT_EMPTY, advice = TEXT_EMPTY;
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (first == NULL)
            nearest_try(&nearest, subcommand_rows[i].name);
        else if (begins_with(subcommand_rows[i].name, first))
            nearest_try(&nearest, subcommand_rows[i].name + strlen(first) + 1);
    text_format(&fault, "there is no command '%s'", word);
    if (nearest.name != NULL)
        text_format(&fault, "; did you mean '%s'?", nearest.name);
    text_format(&advice, "`sockrates %s` lists them", first ? first : "help");
    tell(first, text_string(&fault));
    tell(first, text_string(&advice));
    text_free(&fault);
    text_free(&advice);
    return WRONG_USAGE;
}

static int unknown_option(enum subcommand_name name, const char *word)
{
    const struct option_row *row;
    int length = (int)strcspn(word, "=");
    char *bare = text_make("%.*s", length - (int)strspn(word, "-"), word + strspn(word, "-"));
    struct nearest nearest = nearest_to(bare);
    for (size_t i = 0; (row = option_at(name, i)) != NULL; i++)
        nearest_try(&nearest, row->name);
    int status = nearest.name != NULL ? command_line_wrong(name, "there is no option '%.*s'; did you mean '--%s'?",
                                                           length, word, nearest.name)
                                      : command_line_wrong(name, "there is no option '%.*s'", length, word);
    free(bare);
    return status;
}

/* --- values --------------------------------------------------------------------------------------------- */

/* A link that everybody follows leads to the web and nowhere else. */
static bool is_address(const char *word)
{
    size_t scheme = strncasecmp(word, "https://", 8) == 0 ? 8 : strncasecmp(word, "http://", 7) == 0 ? 7 : 0;
    bool fine = scheme > 0 && isalnum((unsigned char)word[scheme]);
    for (const char *c = word; *c != '\0'; c++)
        fine = fine && *c > ' ' && *c < 0x7f && strchr("\"<>\\^`{|}", *c) == NULL;
    return fine;
}

/* The number of a value that is a word; -1: it is none of them. */
static int number_of_word(const struct option_row *row, const char *word)
{
    for (int i = 0; row->words[i] != NULL; i++)
        if (strcmp(row->words[i], word) == 0)
            return row->number + i;
    return -1;
}

static int number_within(const struct option_row *row, const char *word)
{
    char *end;
    long number = isdigit((unsigned char)*word) ? strtol(word, &end, 10) : 0;
    return number < 1 || number > row->number || *end != '\0' ? -1 : (int)number;
}

static int wrong_value(enum subcommand_name name, const struct option_row *row, const char *word)
{
    if (row->kind == OPTION_ADDRESS)
        return command_line_wrong(name, "--%s is an address like https://example.org/course, not '%s'", row->name,
                                  word);
    if (row->kind == OPTION_NUMBER)
        return command_line_wrong(name, "'%s' is not a number from 1 to %d", word, row->number);
    if (row->kind == OPTION_MANY)
        return command_line_wrong(name, "--%s may be said %d times at most", row->name, COMMAND_LINE_MANY);
    struct text words = TEXT_EMPTY;
    add_words(&words, row->words, ", ", " or ");
    int status = command_line_wrong(name, "'%s' is not %s", word, text_string(&words));
    text_free(&words);
    return status;
}

static int take(struct command_line *line, enum subcommand_name name, const struct option_row *row, const char *word)
{
    struct said said = {word ? word : "", row->number};
    bool fine = true;
    if (row->kind == OPTION_NUMBER || row->kind == OPTION_WORD) {
        said.number = row->kind == OPTION_NUMBER ? number_within(row, word) : number_of_word(row, word);
        fine = said.number >= 0;
    } else if (row->kind == OPTION_ADDRESS) {
        fine = is_address(word);
    } else if (row->kind == OPTION_MANY) {
        fine = line->many_count < COMMAND_LINE_MANY;
        if (fine)
            line->many[line->many_count++] = (struct again){row->setting, word};
    }
    line->said[row->setting] = said;
    return fine ? FINE : wrong_value(name, row, word);
}

/* --- reading -------------------------------------------------------------------------------------------- */

/* The rows as getopt_long() takes them; `letters` has room for all. */
static void fill_table(enum subcommand_name name, struct option *table, char *letters)
{
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(name, i)) != NULL; i++) {
        table[i] = (struct option){.name = row->name, .has_arg = row->kind != OPTION_FLAG, .val = (int)i + 1};
        if (row->letter != '\0')
            *letters++ = row->letter;
        if (row->letter != '\0' && row->kind != OPTION_FLAG)
            *letters++ = ':';
    }
    *letters = '\0';
}

/* getopt_long() gives an option's place, or its letter. */
static const struct option_row *option_of(enum subcommand_name name, int found)
{
    const struct option_row *row;
    for (size_t i = 0; (row = option_at(name, i)) != NULL; i++)
        if (found == (int)i + 1 || (row->letter != '\0' && found == row->letter))
            return row;
    return NULL;
}

static int fault_of(enum subcommand_name name, int found, char **argv)
{
    const char letter[] = {'-', (char)optopt, '\0'}, *word = optopt >= ' ' && optopt < 0x7f ? letter : argv[optind - 1];
    if (found == ':')
        return command_line_wrong(name, "'%s' needs a value", word);
    if (optopt > 0 && option_of(name, optopt) != NULL)
        return command_line_wrong(name, "'%s' takes no value", word);
    return unknown_option(name, word);
}

static int read_options(struct command_line *line, enum subcommand_name name, int argc, char **argv)
{
    struct option table[OPTIONS_MOST] = {0};
    char letters[2 * OPTIONS_MOST + 3] = "+:";
    char *begin = subcommand_rows[name].passes ? letters : letters + 1;
    fill_table(name, table, letters + 2);
    opterr = 0;
    optind = 0; /* all of getopt's memory is gone: it may be used again */
    for (int found, status; (found = getopt_long(argc, argv, begin, table, NULL)) != -1;) {
        const struct option_row *row = found == ':' || found == '?' ? NULL : option_of(name, found);
        status = row != NULL ? take(line, name, row, optarg) : fault_of(name, found, argv);
        if (status != FINE)
            return status;
    }
    line->arguments = argv + optind;
    line->count = argc - optind;
    return FINE;
}

/* A file or folder that has to be there, and can be read; "-" is standard input.  A script may come through a pipe. */
int command_line_readable(enum subcommand_name name, const char *path)
{
    struct stat about;
    bool input = strcmp(path, "-") == 0;
    if (!input && (stat(path, &about) != 0 || access(path, R_OK) != 0))
        return command_line_unreadable(name, path);
    if (input || name == SUBCOMMAND_RUN || S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))
        return FINE;
    command_line_tell(name, "cannot read %s: it is neither a file nor a folder", path);
    return WRONG_USAGE;
}

/* What is named and has to be there: a fault of the command line like any other. */
static int look_at_paths(const struct command_line *line, enum subcommand_name name)
{
    const struct option_row *row;
    int status = FINE;
    for (size_t i = 0; status == FINE && (row = option_at(name, i)) != NULL; i++)
        if (row->there && line->said[row->setting].word != NULL)
            status = command_line_readable(name, line->said[row->setting].word);
    for (int i = 0; status == FINE && i < line->count && i < subcommand_rows[name].there; i++)
        status = command_line_readable(name, line->arguments[i]);
    return status;
}

bool command_line_read(struct command_line *line, enum subcommand_name name, int argc, char **argv, int *status)
{
    const struct subcommand *row = &subcommand_rows[name];
    *line = (struct command_line){.count = 0};
    *status = read_options(line, name, argc, argv);
    if (*status != FINE)
        return false;
    if (line->said[SETTING_HELP].word != NULL)
        return print_help(name), false;
    if (line->count < row->least)
        *status = command_line_wrong(name, "%s", row->lacks);
    else if (line->count > row->most)
        *status = command_line_wrong(name, "'%s' is one word too many", line->arguments[row->most]);
    else
        *status = look_at_paths(line, name);
    return *status == FINE;
}

const char *command_line_next(const struct command_line *line, enum setting setting, int *from)
{
    while (*from < line->many_count && line->many[*from].setting != setting)
        ++*from;
    return *from < line->many_count ? line->many[(*from)++].word : NULL;
}

/* --- commands ------------------------------------------------------------------------------------------- */

/* The command that these words begin with, and how many of them are its name; SUBCOMMAND_COUNT: none. */
static size_t command_of(const char *first, const char *second, int *words)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const char *name = subcommand_rows[i].name, *rest = name + strlen(first);
        *words = begins_with(name, first) && *rest == ' ' ? 2 : 1;
        if (*words == 2 ? second != NULL && strcmp(rest + 1, second) == 0 : strcmp(name, first) == 0)
            return i;
    }
    return SUBCOMMAND_COUNT;
}

/* True of the first of two words. */
static bool is_half(const char *word)
{
    size_t i = 0;
    while (i < SUBCOMMAND_COUNT && !begins_with(subcommand_rows[i].name, word))
        i++;
    return i < SUBCOMMAND_COUNT;
}

bool command_line_knows(const char *first, const char *second)
{
    int words;
    return command_of(first, second, &words) < SUBCOMMAND_COUNT ? (words == 2) == (second != NULL)
                                                                : second == NULL && is_half(first);
}

static int list_half(const char *word, bool asked)
{
    FILE *file = asked ? stdout : stderr;
    fprintf(file, "usage: sockrates %s COMMAND ...\n\n", word);
    command_line_list(file, word);
    fprintf(file, "\n`sockrates %s COMMAND --help` says more about each.\n", word);
    return asked ? FINE : WRONG_USAGE;
}

int command_line_run(int (*const commands[SUBCOMMAND_COUNT])(int argc, char **argv), int argc, char **argv)
{
    int words;
    const char *second = argv[1];
    size_t name = command_of(argv[0], second, &words);
    if (name < SUBCOMMAND_COUNT)
        return commands[name](argc - words + 1, argv + words - 1);
    if (!is_half(argv[0]))
        return unknown_command(NULL, argv[0]);
    bool asked = second != NULL && (strcmp(second, "--help") == 0 || strcmp(second, "-h") == 0);
    return second == NULL || asked ? list_half(argv[0], asked) : unknown_command(argv[0], second);
}
