/* What the learner wrote, called and started by a check: a function and a program look the same. */
#include "lab/network.h"
#include "session/code_language.h"
#include "support/sessions.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void run(void **state, enum code_language language, const char *text)
{
    struct chunk chunk = {.name = "answer", .text = text, .length = strlen(text), .language = language};
    struct outcome *outcome = session_evaluate(*state, &chunk, NULL);
    if (outcome->kind != OUTCOME_FINE)
        fail_msg("%s: %s\n%s", outcome->error.class, outcome->error.message, outcome->compiler);
    outcome_free(outcome);
}

static void keep_for_the_check(void **state)
{
    const char *text = "return false";
    struct chunk chunk = {.name = "setup", .text = text, .length = strlen(text), .gives_arguments = true};
    outcome_free(session_evaluate(*state, &chunk, NULL));
}

/* --- called --------------------------------------------------------------------------------------------- */

#define THE_SUM                                                                                            \
    "local run = answer.sum(2, {3, 4})\n"                                                                  \
    "local calls = 0 for _, c in ipairs(run.calls) do calls = calls + (c.actor == 'you' and 1 or 0) end\n" \
    "return #run.results, run.result, run.output, run.failure, run.open, calls > 0, run.waited <= run.elapsed"

static void test_a_function_is_called(void **state)
{
    run(state, CODE_LUA,
        "function sum(a, list) print('sum') socket.socket():close() return tostring(a + list[1] + list[2]) end");
    expect_check_text(state, THE_SUM, "1\n\"9\"\n\"sum\\n\"\nnil\n0\ntrue\ntrue\n");
    expect_check_text(state, "return answer.difference", "nil\n");
    expect_check_text(state, "return output", "\"\"\n");
}

static void test_a_program_is_called(void **state)
{
    keep_for_the_check(state);
    if (sessions_can_run(CODE_C))
        run(state, CODE_C,
            "#include <stdio.h>\n#include <stdlib.h>\n#include <sys/socket.h>\nint main(int argc, char **argv) {\n"
            "int sum = 0; for (int i = 1; i < argc; i++) sum += atoi(argv[i]);\n"
            "socket(AF_INET, SOCK_STREAM, 0); printf(\"%d\\n\", sum); return 0; }");
    if (sessions_can_run(CODE_C))
        expect_check_text(state, THE_SUM, "1\n\"9\"\n\"9\\n\"\nnil\n0\ntrue\ntrue\n");
    if (!sessions_can_run(CODE_PYTHON))
        return;
    run(state, CODE_PYTHON, "import sys\nprint(*sys.argv[1:], sep='\\n')\nsys.exit(len(sys.argv))");
    expect_check_text(state,
                      "local run = answer.any('a b', {'10.0.0.1', 80}) return run.status, run.failure, run.results",
                      "4\n\"ExitStatus: the program ended with status 4\"\n{\"a b\", \"10.0.0.1\", \"80\"}\n");
    expect_check_text(state, "return answer.any().result, answer.any(1).result", "\"\"\n\"1\"\n");
}

static void test_a_program_that_ends_in_the_middle_of_a_call(void **state)
{
    if (!sessions_can_run(CODE_C))
        return;
    run(state, CODE_C,
        "#include <signal.h>\n#include <sys/socket.h>\n#include <sys/time.h>\n#include <unistd.h>\n"
        "static void late(int number) { (void)number; _exit(0); }\n"
        "int main(void) { int pair[2]; char byte; struct itimerval timer = {.it_value.tv_usec = 300000};\n"
        "socketpair(AF_UNIX, SOCK_STREAM, 0, pair); signal(SIGALRM, late); setitimer(ITIMER_REAL, &timer, NULL);\n"
        "return (int)recv(pair[0], &byte, 1, 0); }");
    expect_check_text(state, "local run = answer.any() return run.status, run.waited > 0.2", "0\ntrue\n");
}

static void test_a_function_s_errors_and_sockets(void **state)
{
    run(state, CODE_LUA,
        "function bad() error(TimeoutError('late')) end\n"
        "function lazy() local s = socket.socket() s = nil collectgarbage() end\n"
        "function giving() return socket.socket(), {socket.socket()} end");
    expect_check_text(state, "local run = answer.bad() return run.failure.class, run.result, run.open",
                      "\"TimeoutError\"\nnil\n0\n");
    expect_check_text(state, "return answer.lazy().open, answer.giving().open", "1\n0\n");
    expect_text(state, "collectgarbage('count') > 0", "true\n");
}

static void test_a_check_s_locals_are_its_own(void **state)
{
    run(state, CODE_LUA, "port = 7");
    expect_check_text(state, "local port, other\nother = port\nreturn port, other, _G.port", "nil\nnil\n7\n");
}

/* --- started -------------------------------------------------------------------------------------------- */

#define A_CONVERSATION                                                \
    "local server, why = answer.serve:start()\n"                      \
    "if not server then return why end\n"                             \
    "local s <close> = socket.create_connection(server.address, 5)\n" \
    "s:sendall('ping')\n"                                             \
    "local got, alive = s:recv(10), server:alive()\n"                 \
    "server:signal(signal.SIGTERM)\n"                                 \
    "return got, alive, server:wait(5), server:alive(), server:worked() >= 0, server:output()"

static void test_a_function_serves(void **state)
{
    run(state, CODE_LUA,
        "function serve(listener) print('begun') local conn = listener:accept() conn:sendall(conn:recv(10)) "
        "signal.pause() end");
    expect_check_text(state, A_CONVERSATION, "\"ping\"\ntrue\n-15\nfalse\ntrue\n\"begun\\n\"\n");
}

#define SERVER                                                           \
    "import signal, socket, sys\n"                                       \
    "signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(7))\n" \
    "print('begun')\n"                                                   \
    "listener = socket.create_server((sys.argv[1], int(sys.argv[2])))\n" \
    "conn, _ = listener.accept()\nconn.sendall(conn.recv(10))\nsignal.pause()\n"

static void test_a_program_serves(void **state)
{
    if (!sessions_can_run(CODE_PYTHON))
        return;
    keep_for_the_check(state);
    run(state, CODE_PYTHON, SERVER);
    expect_check_text(state, A_CONVERSATION, "\"ping\"\ntrue\n7\nfalse\ntrue\n\"begun\\n\"\n");
    /* One at a time, and none is left behind. */
    expect_check_text(state,
                      "local one, two = answer.serve:start(), answer.serve:start()\n"
                      "return one:wait(0), two:alive(), one.port ~= two.port",
                      "-9\ntrue\ntrue\n");
    expect_check_text(state, A_CONVERSATION, "\"ping\"\ntrue\n7\nfalse\ntrue\n\"begun\\n\"\n");
}

static void test_a_program_that_does_not_serve(void **state)
{
    if (!sessions_can_run(CODE_PYTHON))
        return;
    keep_for_the_check(state);
    run(state, CODE_PYTHON, "import sys\nprint('no')\nsys.exit(3)");
    expect_check_text(state, "return answer.serve:start()",
                      "nil\n\"The program does not listen: it has ended, with status 3. It said:\\nno\\n\"\n");
}

/* --- which ---------------------------------------------------------------------------------------------- */

static int begin(void **state)
{
    bool lab = status_fine(network_look());
    *state = session_new(&(struct session_options){.time = 20 * CLOCK_SECOND, .programs = true, .lab = lab});
    return 0;
}

#define ANSWER_TEST(test) cmocka_unit_test_setup_teardown(test, begin, sessions_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANSWER_TEST(test_a_function_is_called),
        ANSWER_TEST(test_a_program_is_called),
        ANSWER_TEST(test_a_program_that_ends_in_the_middle_of_a_call),
        ANSWER_TEST(test_a_function_s_errors_and_sockets),
        ANSWER_TEST(test_a_check_s_locals_are_its_own),
        ANSWER_TEST(test_a_function_serves),
        ANSWER_TEST(test_a_program_serves),
        ANSWER_TEST(test_a_program_that_does_not_serve),
    };
    return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
