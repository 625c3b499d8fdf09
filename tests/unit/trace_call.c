/* What is known of each call. */
#include "trace/call.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>

static bool holds(const struct call *call, unsigned argument)
{
    return memchr(call->holds, (int)argument, sizeof call->holds) != NULL;
}

/* A number that is written, or asked for, is one that is kept. */
static void rows_are_whole(void **state)
{
    (void)state;
    for (unsigned i = CALL_NONE + 1; i < CALL_COUNT; i++) {
        const struct call *call = call_row(i);
        assert_non_null(call->name);
        assert_int_not_equal(call->act, ACT_NONE);
        for (size_t k = 0; k < CALL_ARGUMENTS; k++)
            if (call_argument_name(call->arguments[k]) != NULL)
                assert_true(holds(call, call->arguments[k]));
        assert_true(call->asked == ARG_NONE || holds(call, call->asked));
        assert_true(call_argument_name(call->salient) == NULL || holds(call, call->salient));
        assert_true(call->missing == NULL || call->waiting != NULL);
    }
}

static void arguments_by_kind(void **state)
{
    (void)state;
    const struct event event = {.kind = EVENT_CALL, .call = CALL_SENDFILE, .arg = {7, 100, 4096}};
    assert_int_equal(event_argument(&event, ARG_FILE), 7);
    assert_int_equal(event_argument(&event, ARG_LENGTH), 4096);
    assert_int_equal(event_argument(&event, ARG_BACKLOG), 0);
    assert_int_equal(call_argument_named(call_of(&event), "length"), ARG_LENGTH);
    assert_int_equal(call_argument_named(call_of(&event), "backlog"), ARG_NONE);
    const struct event error = {.kind = EVENT_CALL, .call = CALL_GETSOCKOPT, .arg = {SOL_SOCKET, SO_ERROR}};
    assert_true(event_asks_for_error(&error));
    assert_false(event_asks_for_error(&event));
    const struct event unknown = {.kind = EVENT_CALL, .call = CALL_COUNT + 7, .arg = {1, 2, 3, 4}};
    assert_int_equal(event_act(&unknown), ACT_NONE);
    assert_int_equal(event_argument(&unknown, ARG_FAMILY), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(arguments_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
