/* session.h: sessions from one mould share nothing but what they begin with. */
#include "session/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The text of the chunk's value. */
static char *value_of(struct session *session, const char *text)
{
    const struct chunk chunk = {.name = "test", .first_line = 1, .text = text, .length = strlen(text)};
    struct outcome *outcome = session_evaluate(session, &chunk, NULL);
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_true(outcome->value_count > 0);
    char *value = strdup(outcome->values[0].text);
    outcome_free(outcome);
    return value;
}

static void assert_value(struct session *session, const char *text, const char *expected)
{
    char *value = value_of(session, text);
    assert_string_equal(value, expected);
    free(value);
}

static void sessions_share_nothing(void **state)
{
    (void)state;
    struct session_options options = {.mould = session_mould_new()};
    assert_non_null(options.mould);
    struct session *one = session_new(&options), *two = session_new(&options);
    assert_value(one, "x = 5; return x", "5");
    assert_value(two, "type(x)", "\"nil\"");
    assert_value(one, "a = socket.socketpair(); return a:fileno()", "3");
    assert_value(two, "a = socket.socketpair(); return a:fileno()", "3");
    char *first = value_of(one, "math.random(0)"), *second = value_of(two, "math.random(0)");
    assert_string_not_equal(first, second);
    free(first);
    free(second);
    session_free(one);
    assert_value(two, "1 + 1", "2");
    session_free(two);
    struct session *three = session_new(&options);
    assert_value(three, "type(x)", "\"nil\"");
    session_free(three);
    session_mould_free(options.mould);
}

static void limits_are_each_ones_own(void **state)
{
    (void)state;
    struct session_options options = {.mould = session_mould_new(), .memory = (size_t)4 << 20};
    struct session *small = session_new(&options);
    options.memory = (size_t)64 << 20;
    struct session *large = session_new(&options);
    const char *text = "return pcall(string.rep, 'x', 16 << 20) and true or false";
    assert_value(small, text, "false");
    assert_value(large, text, "true");
    session_free(small);
    session_free(large);
    session_mould_free(options.mould);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_share_nothing),
        cmocka_unit_test(limits_are_each_ones_own),
    };
    return cmocka_run_group_tests_name("mould", tests, NULL, NULL);
}
