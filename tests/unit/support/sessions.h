/* Sessions as a cmocka state: code in, text or error out; and Ctrl-C while a chunk runs. */
#ifndef TESTS_SESSIONS_H
#define TESTS_SESSIONS_H

#include "session/code_language.h"
#include "session/session.h"

/* Setup and teardown of a test with a session: 20 seconds, 96 MiB, 4096 bytes of output. */
int sessions_start(void **state);
int sessions_stop(void **state);

/* `test` with both. */
#define SESSION_TEST(test) cmocka_unit_test_setup_teardown(test, sessions_start, sessions_stop)

/* Free with outcome_free(). */
struct outcome *sessions_evaluate_within(void **state, const char *code, int64_t time);
struct outcome *sessions_evaluate(void **state, const char *code);

/* The chunk's text is what an output fence would hold. */
void expect_text(void **state, const char *code, const char *expected);

/* The same of a check. */
void expect_check_text(void **state, const char *code, const char *expected);

/* It ended in an error of this class, whose message holds that part; the outcome is freed. */
void expect_error(struct outcome *outcome, const char *class, const char *part);

/* Ctrl-C, a moment after the chunk has printed; *took is how long it was then until the outcome came, or NULL. */
struct outcome *sessions_interrupt(void **state, const char *code, int64_t *took);

/* Whether programs in this language can be run here; says so when not. */
bool sessions_can_run(enum code_language language);

#endif
