#include "sessions.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

int sessions_start(void **state)
{
    const struct session_options options = {.time = 20 * CLOCK_SECOND, .memory = 96 << 20, .output = 4096};
    *state = session_new(&options);
    return 0;
}

int sessions_stop(void **state)
{
    session_free(*state);
    return 0;
}

static struct outcome *watched(void **state, const char *code, int64_t time, const struct session_watcher *watcher)
{
    const struct chunk chunk = {.name = "test", .first_line = 1, .text = code, .length = strlen(code), .time = time};
    return session_evaluate(*state, &chunk, watcher);
}

struct outcome *sessions_evaluate_within(void **state, const char *code, int64_t time)
{
    return watched(state, code, time, NULL);
}

struct outcome *sessions_evaluate(void **state, const char *code)
{
    return sessions_evaluate_within(state, code, 0);
}

/* The outcome is freed. */
static void expect_outcome(struct outcome *outcome, const char *expected)
{
    char *text = outcome_text(outcome);
    assert_string_equal(text, expected);
    free(text);
    outcome_free(outcome);
}

void expect_text(void **state, const char *code, const char *expected)
{
    expect_outcome(sessions_evaluate(state, code), expected);
}

void expect_check_text(void **state, const char *code, const char *expected)
{
    const struct chunk chunk = {.name = "check", .text = code, .length = strlen(code), .check = true};
    expect_outcome(session_evaluate(*state, &chunk, NULL), expected);
}

void expect_error(struct outcome *outcome, const char *class, const char *part)
{
    if (outcome->kind != OUTCOME_ERROR || strcmp(outcome->error.class, class) != 0 ||
        strstr(outcome->error.message, part) == NULL)
        fail_msg("'%s: ...%s...' was expected:\n%s", class, part, outcome_text(outcome));
    outcome_free(outcome);
}

/* Asks to stop once the chunk has printed and gone on for a moment. */
static void on_output(void *self, const char *text, size_t length)
{
    (void)text, (void)length;
    *(int64_t *)self = clock_now();
}

static bool on_stopping(void *self)
{
    int64_t printed = *(int64_t *)self;
    return printed != 0 && clock_now() > printed + 20 * CLOCK_MILLISECOND;
}

struct outcome *sessions_interrupt(void **state, const char *code, int64_t *took)
{
    int64_t printed = 0;
    const struct session_watcher watcher = {.self = &printed, .output = on_output, .stopping = on_stopping};
    struct outcome *outcome = watched(state, code, 0, &watcher);
    if (took != NULL)
        *took = clock_now() - printed;
    return outcome;
}

bool sessions_can_run(enum code_language language)
{
    bool found = code_language_here(language);
    if (!found)
        print_message("skipped: %s is not there\n", code_languages[language].tool);
    return found;
}
