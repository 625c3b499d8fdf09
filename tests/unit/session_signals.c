/* Signals in a session: what stays from chunk to chunk, and whose Ctrl-C is. */
#include "base/clock.h"
#include "support/sessions.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

/* The timer was set for 20 ms when this is called: it has rung when it returns. */
static void let_it_ring(void)
{
    int64_t until = clock_after(60 * CLOCK_MILLISECOND);
    while (clock_now() < until)
        poll(NULL, 0, clock_poll_timeout(until));
}

static void test_handlers_stay(void **state)
{
    expect_text(state, "signal.signal(signal.SIGUSR1, function(n) print('got ' .. n) end)", "<Handlers.SIG_DFL: 0>\n");
    expect_text(state, "os.kill(os.getpid(), signal.SIGUSR1)", "got 10\n");
    expect_text(state, "signal.raise_signal(signal.SIGUSR1)", "got 10\n");
}

static void test_a_timer_between_chunks_rings_in_the_next(void **state)
{
    expect_text(state,
                "signal.signal(signal.SIGALRM, function() print('ring') end)\n"
                "signal.setitimer(signal.ITIMER_REAL, 0.02); nil",
                "nil\n");
    let_it_ring();
    /* Asking the idle worker something runs no handler. */
    json_t *answer = session_ask(*state, "complete", json_string("signal.SIGAL"));
    assert_non_null(answer);
    json_decref(answer);
    expect_text(state, "print('next')", "ring\nnext\n");
    expect_text(state, "print('after')", "after\n");
}

static void test_its_error_leaves_that_chunk(void **state)
{
    expect_text(state,
                "signal.signal(signal.SIGALRM, function() error(TimeoutError('too late')) end)\n"
                "signal.setitimer(signal.ITIMER_REAL, 0.02); nil",
                "nil\n");
    let_it_ring();
    expect_error(sessions_evaluate(state, "local n = 0; for i = 1, 1000 do n = n + i end return n"), "TimeoutError",
                 "too late");
    expect_text(state, "1", "1\n");
}

/* As in Python, SIGALRM without a handler ends the process: not while nobody evaluates, and with a reason. */
static void test_a_timer_without_a_handler(void **state)
{
    expect_text(state, "signal.setitimer(signal.ITIMER_REAL, 0.02); nil", "nil\n");
    let_it_ring();
    json_t *answer = session_ask(*state, "complete", json_string("sock"));
    assert_non_null(answer);
    json_decref(answer);
    struct outcome *outcome = sessions_evaluate(state, "while true do end");
    assert_int_equal(outcome->kind, OUTCOME_ENDED);
    assert_non_null(strstr(outcome->reason, "SIGALRM"));
    assert_non_null(strstr(outcome->reason, "no handler"));
    assert_null(strstr(outcome->reason, "crashed"));
    outcome_free(outcome);
}

/* Ctrl-C while the chunk runs; how long it took to be heard. */
static int64_t interrupt(void **state, const char *code)
{
    int64_t took;
    struct outcome *outcome = sessions_interrupt(state, code, &took);
    if (outcome->kind != OUTCOME_INTERRUPTED)
        fail_msg("%s: kind %d, %s", code, outcome->kind, outcome->error.message);
    outcome_free(outcome);
    return took;
}

static void test_ctrl_c_stays_the_tutors(void **state)
{
    expect_text(state,
                "count = 0\n"
                "signal.signal(signal.SIGINT, function() count = count + 1 end) == signal.default_int_handler",
                "true\n");
    /* Sent by itself, it is the learner's. */
    expect_text(state, "signal.raise_signal(signal.SIGINT) os.kill(os.getpid(), signal.SIGINT) return count", "2\n");
    static const char *const endless[] = {
        "print(1) while true do end",
        "print(1) time.sleep(1000)",
        "print(1) a, b = socket.socketpair() a:recv(1)",
        "print(1) select.select({a}, {}, {})",
        "print(1) p = select.poll() p:register(a, select.POLLIN) p:poll()",
        "print(1) ep = select.epoll() ep:register(a, select.EPOLLIN) ep:poll()",
        "print(1) signal.pause()",
        /* In a handler, and in one that runs between two instructions. */
        "signal.signal(signal.SIGUSR1, function() print(1) while true do end end) "
        "signal.raise_signal(signal.SIGUSR1)",
        "signal.signal(signal.SIGALRM, function() print(1) while true do end end)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01) while true do end",
        "signal.signal(signal.SIGALRM, function() print(1) while true do pcall(time.sleep, 1000) end end)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01) while true do pcall(time.sleep, 1000) end",
        "signal.signal(signal.SIGALRM, function() print(1) while true do end end)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
        "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
        /* A storm of signals does not drown it. */
        "signal.signal(signal.SIGALRM, function() end) signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)\n"
        "print(1) while true do pcall(time.sleep, 0.01) end",
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        /* A machine with much else to do may once be late; what is slow by itself is slow each time. */
        int64_t took = interrupt(state, endless[i]);
        for (int again = 0; again < 4 && took > 150 * CLOCK_MILLISECOND; again++)
            took = interrupt(state, endless[i]);
        if (took > 150 * CLOCK_MILLISECOND)
            fail_msg("%s: took %d ms", endless[i], (int)(took / CLOCK_MILLISECOND));
        expect_text(state, "signal.setitimer(signal.ITIMER_REAL, 0); 1", "1\n");
    }
    expect_text(state, "count", "2\n");
}

static void test_runs_of_handlers_are_recorded(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "signal.signal(signal.SIGALRM, function() end)\n"
                                                       "signal.setitimer(signal.ITIMER_REAL, 0.02)\n"
                                                       "a, b = socket.socketpair() a:settimeout(0.05)\n"
                                                       "pcall(a.recv, a, 1)\n"
                                                       "signal.signal(signal.SIGALRM, function() error('x') end)\n"
                                                       "signal.alarm(0) pcall(signal.raise_signal, signal.SIGALRM)\n"
                                                       "os.kill(os.getpid(), 0)");
    int handlers = 0, raised = 0;
    bool seen[CALL_COUNT] = {false};
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct event *event = &outcome->events[i];
        if (event->kind == EVENT_HANDLER) {
            assert_int_equal(event->arg[0], SIGALRM);
            assert_true(event->end >= event->begin);
            handlers++;
            raised += event->result == -1;
        }
        if (event->kind == EVENT_CALL)
            seen[event->call] = true;
    }
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_int_equal(handlers, 2);
    assert_int_equal(raised, 1);
    assert_true(seen[CALL_SIGACTION] && seen[CALL_SETITIMER] && seen[CALL_ALARM] && seen[CALL_RAISE] &&
                seen[CALL_KILL]);
    outcome_free(outcome);
}

static void test_what_a_session_may_signal(void **state)
{
    expect_error(sessions_evaluate(state, "os.kill(1, 0)"), "PermissionError", "only itself and its peers");
    expect_error(sessions_evaluate(state, "os.kill(os.getppid(), 0)"), "PermissionError", "only itself");
    expect_error(sessions_evaluate(state, "os.kill(0, signal.SIGTERM)"), "PermissionError", "only itself");
    expect_error(sessions_evaluate(state, "os.kill(-1, signal.SIGTERM)"), "PermissionError", "only itself");
    expect_error(sessions_evaluate(state, "os.kill(os.getpid(), signal.SIGSTOP)"), "PermissionError", "freeze");
    expect_error(sessions_evaluate(state, "signal.raise_signal(signal.SIGSTOP)"), "PermissionError", "freeze");
    expect_text(state, "p = lab.echo() os.kill(p.pid, signal.SIGKILL) p:stop() return p:alive()", "false\n");
    /* A peer may signal the one who started it. */
    expect_text(state,
                "signal.signal(signal.SIGUSR1, function() heard = true end)\n"
                "p = lab.peer(function() os.kill(os.getppid(), signal.SIGUSR1) time.sleep(100) end)\n"
                "while not heard do time.sleep(0.01) end p:stop() return heard",
                "true\n");
}

/* Names that only a name server would know are not asked for. */
static void test_names_stay_inside(void **state)
{
    expect_text(state, "socket.gethostbyname('localhost')", "\"127.0.0.1\"\n");
    expect_text(state, "socket.getaddrinfo('127.0.0.1', 80)[1][5][2]", "80\n");
    expect_error(sessions_evaluate(state, "socket.gethostbyname('name.invalid')"), "gaierror", "--network");
    expect_error(sessions_evaluate(state, "local s <close> = socket.socket() s:connect('name.invalid', 80)"),
                 "gaierror", "--network");
    expect_text(state, "select(2, pcall(socket.gethostbyname, 'name.invalid')).strerror",
                "\"Name or service not known\"\n");
    expect_text(state, "socket.getfqdn('name.invalid')", "\"name.invalid\"\n");
    /* Nobody's SIGCHLD, and no descriptor left. */
    expect_text(state,
                "n = 0 signal.signal(signal.SIGCHLD, function() n = n + 1 end)\n"
                "local function lowest() local s <close> = socket.socket() return s:fileno() end\n"
                "before = lowest()\n"
                "for i = 1, 5 do pcall(socket.gethostbyname, 'localhost') end\n"
                "return n, lowest() == before",
                "0\ntrue\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(test_handlers_stay),
        SESSION_TEST(test_a_timer_between_chunks_rings_in_the_next),
        SESSION_TEST(test_its_error_leaves_that_chunk),
        SESSION_TEST(test_a_timer_without_a_handler),
        SESSION_TEST(test_ctrl_c_stays_the_tutors),
        SESSION_TEST(test_runs_of_handlers_are_recorded),
        SESSION_TEST(test_what_a_session_may_signal),
        SESSION_TEST(test_names_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
