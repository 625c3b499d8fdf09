/* command_line.h: rows are whole, and what was said on a command line is found where the row says. */
#include "render/command_line.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void expect_whole(const struct option_row *row, const struct option_row *others)
{
    assert_true(islower((unsigned char)*row->help) && row->help[strlen(row->help) - 1] != '.');
    assert_int_equal(row->kind == OPTION_WORD, row->words != NULL);
    assert_int_equal(row->kind == OPTION_FLAG || row->kind == OPTION_WORD, row->value == NULL);
    assert_true(row->kind != OPTION_NUMBER || row->number > 1);
    for (const struct option_row *other = others; other->name != NULL; other++)
        if (other != row) {
            assert_string_not_equal(other->name, row->name);
            assert_true(row->letter == '\0' || other->letter != row->letter);
        }
}

static void rows_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        const struct subcommand *command = &subcommand_rows[i];
        assert_non_null(command->name);
        assert_true(command->least <= command->most);
        assert_int_equal(command->least > 0, command->lacks != NULL);
        for (const struct option_row *row = command->options; row != NULL && row->name != NULL; row++) {
            expect_whole(row, command->options);
            expect_whole(row, common_options);
        }
    }
}

/* The words behind the command's name, ended by NULL. */
static struct command_line read_line(enum subcommand_name name, char **words)
{
    struct command_line line;
    int count = 0, status = 7;
    while (words[count] != NULL)
        count++;
    assert_true(command_line_read(&line, name, count, words, &status));
    assert_int_equal(status, 0);
    return line;
}

/* Files that are there, wherever this runs. */
static char name[] = "name", path[] = "/etc/passwd", other[] = "/proc/self/exe", dashes[] = "--";

static void options_stand_anywhere(void **state)
{
    char number[] = "-j3", format[] = "--format=junit", accept[] = "--acc";
    (void)state;
    struct command_line line =
        read_line(SUBCOMMAND_CHECK, (char *[]){name, number, path, format, accept, dashes, other, NULL});
    assert_int_equal(line.said[SETTING_JOBS].number, 3);
    assert_int_equal(line.said[SETTING_FORMAT].number, FORMAT_JUNIT);
    assert_int_equal(line.said[SETTING_ACCEPT].number, 1);
    assert_null(line.said[SETTING_REPEAT].word);
    assert_int_equal(line.count, 2);
    assert_string_equal(line.arguments[0], path);
    assert_string_equal(line.arguments[1], other);
    assert_null(line.arguments[2]);
}

static void the_last_one_counts(void **state)
{
    char json[] = "--json", format[] = "--format", tap[] = "tap", with[] = "--reference", without[] = "--no-reference";
    (void)state;
    struct command_line line = read_line(SUBCOMMAND_CHECK, (char *[]){name, json, format, tap, path, NULL});
    assert_int_equal(line.said[SETTING_FORMAT].number, FORMAT_TAP);
    line = read_line(SUBCOMMAND_DOCS_SERVE, (char *[]){name, with, path, without, NULL});
    assert_int_equal(line.said[SETTING_REFERENCE].number, REFERENCE_NEVER);
}

/* What stands behind a script's name is the script's. */
static void scripts_have_their_own(void **state)
{
    char trace[] = "--trace", ladder[] = "--ladder", standard[] = "-";
    (void)state;
    struct command_line line = read_line(SUBCOMMAND_RUN, (char *[]){name, trace, standard, ladder, NULL});
    assert_int_equal(line.said[SETTING_VIEW].number, VIEW_TRACE);
    assert_int_equal(line.count, 2);
    assert_string_equal(line.arguments[1], ladder);
}

static void names_of_commands(void **state)
{
    (void)state;
    assert_true(command_line_knows("docs", "build") && command_line_knows("docs", NULL));
    assert_true(command_line_knows("run", NULL));
    assert_false(command_line_knows("run", "build") || command_line_knows("docs", "biuld"));
    assert_false(command_line_knows("doc", NULL) || command_line_knows("", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),      cmocka_unit_test(options_stand_anywhere),
        cmocka_unit_test(the_last_one_counts), cmocka_unit_test(scripts_have_their_own),
        cmocka_unit_test(names_of_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
