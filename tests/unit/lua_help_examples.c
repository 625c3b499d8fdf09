/*
 * Every row of every module tells what a learner needs: units, errors, the manual's page, and one example
 * that runs. An error of an example is fine only when the row tells of it.
 */
#include "base/clock.h"
#include "base/text.h"
#include "lua/globals.h"
#include "session/session.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text between ```lua and ```, yours to free; NULL when there is none. */
static char *example_of(const char *help)
{
    static const char begin[] = "```lua\n";
    const char *start = strstr(help, begin);
    const char *end = start ? strstr(start + sizeof begin - 1, "```") : NULL;
    if (end == NULL)
        return NULL;
    start += sizeof begin - 1;
    return strndup(start, (size_t)(end - start));
}

/* The row names the error's class, a class above it or its errno. */
static bool announced(const struct outcome *outcome, const char *help)
{
    const struct outcome_error *error = &outcome->error;
    return strstr(help, error->class) != NULL || (error->symbol != NULL && strstr(help, error->symbol) != NULL);
}

/* Each in a session of its own: examples must not lean on each other. */
static bool run(const char *name, const char *code, const char *help)
{
    const struct session_options options = {.time = 10 * CLOCK_SECOND};
    struct session *session = session_new(&options);
    const struct chunk chunk = {.name = "example", .first_line = 1, .text = code, .length = strlen(code)};
    struct outcome *outcome = session_evaluate(session, &chunk, NULL);
    bool fine = outcome->kind == OUTCOME_FINE || (outcome->kind == OUTCOME_ERROR && announced(outcome, help));
    if (!fine) {
        char *text = outcome_text(outcome);
        print_error("%s: kind %d: %s%s\n%s\n", name, outcome->kind, text, outcome->reason ? outcome->reason : "", code);
        free(text);
    }
    outcome_free(outcome);
    session_free(session);
    return fine;
}

static bool run_row(const struct module *module, const struct function_row *row, const char *receiver)
{
    struct text name = TEXT_EMPTY;
    text_format(&name, "%s%s%s", receiver ? receiver : module->name, receiver ? ":" : ".", row->name);
    char *code = example_of(row->help);
    bool fine = code != NULL && strncmp(row->signature, row->name, strlen(row->name)) == 0;
    if (!fine)
        print_error("%s: it needs a signature that begins with its name, and a ```lua example\n", text_string(&name));
    else
        fine = run(text_string(&name), code, row->help);
    free(code);
    text_free(&name);
    return fine;
}

static void test_examples_run(void **state)
{
    (void)state;
    size_t rows = 0, failures = 0;
    for (size_t i = 0; modules[i] != NULL; i++) {
        const struct function_row *row;
        const char *receiver;
        for (size_t k = 0; (row = module_row_at(modules[i], k, &receiver)) != NULL; k++, rows++)
            failures += !run_row(modules[i], row, receiver);
    }
    assert_in_range(rows, 100, 1000);
    assert_int_equal(failures, 0);
}

/* What is counted in what, wherever a parameter has this name. */
static const struct {
    const char *parameter, *unit;
} units[] = {
    {"seconds", "second"},     {"milliseconds", "millisecond"},
    {"size", "byte"},          {"ancillary_size", "byte"},
    {"length", "byte"},        {"limit", "byte"},
    {"hint", "byte"},          {"buffering", "byte"},
    {"count", "byte"},         {"interval", "second"},
    {"backlog", "connection"},
};

static bool has_parameter(const char *signature, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = signature; (at = strstr(at, name)) != NULL; at += length)
        if (at > signature && strchr("([ ,", at[-1]) != NULL && strchr("]), [", at[length]) != NULL)
            return true;
    return false;
}

static bool tells_units(const struct function_row *row)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (has_parameter(row->signature, units[i].parameter) && strcasestr(row->help, units[i].unit) == NULL)
            return print_error("%s: %s is counted in what? %s\n", row->name, units[i].parameter, units[i].unit), false;
    return true;
}

/* What takes arguments may be given wrong ones. */
static bool tells_errors(const struct function_row *row)
{
    return strstr(row->signature, "()") != NULL || strstr(row->help, "Raises ") != NULL ||
           strstr(row->help, "raises") != NULL;
}

/* Only what is no call of the system has no page in its manual. */
static bool tells_manual(const struct module *module, const struct function_row *row, const char *receiver)
{
    static const char *const own[] = {"socket.bytearray", "f.readable", "f.writable", "buffer.sub"};
    char name[64];
    snprintf(name, sizeof name, "%s.%s", receiver ? receiver : module->name, row->name);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    const char *page = strstr(row->help, "\n\nManual: ");
    return strcmp(module->name, "lab") == 0 || (page != NULL && strchr(page, '(') != NULL);
}

static bool complete(const struct module *module, const struct function_row *row, const char *receiver)
{
    bool errors = tells_errors(row), manual = tells_manual(module, row, receiver);
    if (!errors || !manual)
        print_error("%s %s: %s\n", module->name, row->signature, errors ? "which manual page?" : "what does it raise?");
    return tells_units(row) && errors && manual;
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t i = 0; modules[i] != NULL; i++) {
        const struct function_row *row, *other;
        const char *receiver, *others;
        for (size_t k = 0; (row = module_row_at(modules[i], k, &receiver)) != NULL; k++) {
            failures += !complete(modules[i], row, receiver);
            for (size_t n = 0; n < k && (other = module_row_at(modules[i], n, &others)) != NULL; n++)
                if (others == receiver && strcmp(other->name, row->name) == 0)
                    print_error("%s has two rows\n", row->signature), failures++;
        }
    }
    assert_int_equal(failures, 0);
}

static void test_an_incomplete_row_is_seen(void **state)
{
    (void)state;
    const struct module module = {.name = "socket"};
    const struct function_row row = {"f", "f(size)", "Takes it.", NULL};
    assert_false(tells_units(&row));
    assert_false(tells_errors(&row));
    assert_false(tells_manual(&module, &row, NULL));
    assert_false(complete(&module, &row, NULL));
    assert_true(has_parameter("f([a[, size]])", "size"));
    assert_false(has_parameter("f(sizehint)", "size"));
}

/* The test itself can fail. */
static void test_a_bad_example_is_seen(void **state)
{
    (void)state;
    assert_true(run("fine", "1 + 1", ""));
    assert_true(run("announced", "errno.NOTHING.x = 1", "Raises `LuaError`."));
    static const char unannounced[] = "socket.socket():connect(lab.refused().address)";
    assert_true(run("announced", unannounced, "Raises `ConnectionRefusedError`."));
    const struct session_options options = {0};
    struct session *session = session_new(&options);
    const struct chunk chunk = {.name = "x", .first_line = 1, .text = unannounced, .length = sizeof unannounced - 1};
    struct outcome *outcome = session_evaluate(session, &chunk, NULL);
    assert_int_equal(outcome->kind, OUTCOME_ERROR);
    assert_false(announced(outcome, "Connects."));
    outcome_free(outcome);
    session_free(session);
    assert_null(example_of("no fence"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_run),
        cmocka_unit_test(test_a_bad_example_is_seen),
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_an_incomplete_row_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
