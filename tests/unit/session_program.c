/* Programs in other languages in a session: built, run, followed, bounded. */
#include "lab/network.h"
#include "session/code_language.h"
#include "support/sessions.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct outcome *run(void **state, enum code_language language, const char *text)
{
    struct chunk chunk = {.name = "part/lesson.md",
                          .first_line = 10,
                          .text = text,
                          .length = strlen(text),
                          .time = 10 * CLOCK_SECOND,
                          .language = language};
    return session_evaluate(*state, &chunk, NULL);
}

static void give(void **state, const char *text)
{
    struct chunk chunk = {.name = "setup", .text = text, .length = strlen(text), .gives_arguments = true};
    struct outcome *outcome = session_evaluate(*state, &chunk, NULL);
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    outcome_free(outcome);
}

#define C_START "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <signal.h>\n"

static void test_arguments_output_and_status(void **state)
{
    if (!sessions_can_run(CODE_C))
        return;
    give(state, "return {'10.0.0.2', 8000}, 'x y', 2");
    struct outcome *outcome = run(state, CODE_C,
                                  C_START "int main(int argc, char **argv) {\n"
                                          "for (int i = 1; i < argc; i++) printf(\"%s|\", argv[i]);\nreturn 0; }");
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_string_equal(outcome->output, "10.0.0.2|8000|x y|2|");
    outcome_free(outcome);
    expect_check_text(state, "return language, result, failure, output", "\"c\"\n0\nnil\n\"10.0.0.2|8000|x y|2|\"\n");
    expect_error(run(state, CODE_C, "int main(void) { return 3; }"), "ExitStatus", "status 3");
    expect_check_text(state, "return result, failure", "3\n\"ExitStatus: the program ended with status 3\"\n");
    expect_error(run(state, CODE_C, C_START "int main(void) { abort(); }"), "Signal", "SIGABRT");
    expect_check_text(state, "return result, failure", "nil\n\"Signal: SIGABRT (Aborted) ended the program\"\n");
    expect_text(state, "1 + 1", "2\n");
    expect_check_text(state, "return language", "\"lua\"\n");
}

static void test_the_compiler_names_the_lesson_s_lines(void **state)
{
    if (!sessions_can_run(CODE_C))
        return;
    struct outcome *outcome = run(state, CODE_C, "int main(void)\n{\n    return x;\n}\n");
    assert_int_equal(outcome->error.line, 12);
    assert_non_null(strstr(outcome->compiler, "lesson.md:12:"));
    expect_error(outcome, "CompileError", "does not compile");
    outcome = run(state, CODE_C, "int main(void)\n{\n    int unused;\n    return 0;\n}\n");
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_non_null(strstr(outcome->compiler, "lesson.md:12:"));
    assert_string_equal(outcome->output, "");
    outcome_free(outcome);
}

static void test_python_names_the_lesson_s_lines(void **state)
{
    if (!sessions_can_run(CODE_PYTHON))
        return;
    struct outcome *outcome = run(state, CODE_PYTHON, "import sys\nprint('begun')\n1 / 0\n");
    assert_non_null(strstr(outcome->output, "begun\n"));
    assert_non_null(strstr(outcome->output, "File \"lesson.md\", line 12"));
    expect_error(outcome, "ExitStatus", "status 1");
}

/* Its calls are the learner's, and a check sees them. */
static void expect_exchange(void **state, enum code_language language, const char *text)
{
    if (!sessions_can_run(language))
        return;
    give(state, "echo = lab.echo() return echo.address");
    struct outcome *outcome = run(state, language, text);
    if (outcome->kind != OUTCOME_FINE)
        fail_msg("%s %s\n%s", outcome->error.message, outcome->output, outcome->compiler);
    outcome_free(outcome);
    expect_check_text(state,
                      "local sent, got, made, closed = '', '', 0, 0\n"
                      "for _, c in ipairs(calls) do if c.actor == 'you' then\n"
                      "sent, got = sent .. (c.sent or ''), got .. (c.received or '')\n"
                      "if c.call == 'connect' then made = c.errno or made + 1 end end end\n"
                      "return sent, got, made",
                      "\"ping\"\n\"ping\"\n1\n");
}

static void test_calls_of_python(void **state)
{
    expect_exchange(state, CODE_PYTHON,
                    "import socket, sys\n"
                    "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
                    "s.sendall(b'ping')\nprint(s.recv(100))\n");
}

static void test_calls_of_c(void **state)
{
    expect_exchange(state, CODE_C,
                    C_START "#include <arpa/inet.h>\n"
                            "int main(int argc, char **argv) {\n"
                            "struct sockaddr_in to = {.sin_family = AF_INET};\n"
                            "char bytes[100];\nif (argc < 3) return 1;\n"
                            "to.sin_port = htons((unsigned short)atoi(argv[2]));\n"
                            "inet_pton(AF_INET, argv[1], &to.sin_addr);\n"
                            "int s = socket(AF_INET, SOCK_STREAM, 0);\n"
                            "if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) return 2;\n"
                            "if (send(s, \"ping\", 4, 0) != 4) return 3;\n"
                            "return recv(s, bytes, sizeof bytes, 0) == 4 ? 0 : 4; }");
}

static void test_bounds(void **state)
{
    if (!sessions_can_run(CODE_C))
        return;
    expect_error(run(state, CODE_C,
                     C_START "int main(void) { static char many[60000];\n"
                             "for (int i = 0; i < 59999; i++) many[i] = 'x';\n"
                             "for (;;) puts(many); }"),
                 "Limit", "too much");
    expect_error(run(state, CODE_C, C_START "int main(void) { for (;;) fork(); }"), "Limit", "processes");
    expect_error(run(state, CODE_C,
                     C_START "int main(void) { for (;;) { char *m = malloc(1 << 20); if (!m) return 7;\n"
                             "for (int i = 0; i < 1 << 20; i += 512) m[i] = 1; } }"),
                 "ExitStatus", "7");
    expect_text(state, "1 + 1", "2\n");
}

static void test_endless_ends(void **state)
{
    if (!sessions_can_run(CODE_C))
        return;
    const char *text = C_START "int main(void) { signal(SIGINT, SIG_IGN); printf(\"here\\n\"); for (;;) pause(); }";
    struct chunk chunk = {.name = "endless.c",
                          .text = text,
                          .length = strlen(text),
                          .time = 1500 * CLOCK_MILLISECOND,
                          .language = CODE_C};
    struct outcome *outcome = session_evaluate(*state, &chunk, NULL);
    assert_string_equal(outcome->output, "here\n");
    expect_error(outcome, "TimeLimit", "stopped after 1.5 s");
    expect_text(state, "1 + 1", "2\n");
}

/* What the front, the worker and the bench are to it: out of reach.  So are files. */
static void test_the_room(void **state)
{
    if (!sessions_can_run(CODE_PYTHON))
        return;
    setenv("SECRET_OF_THE_FRONT", "1", 1);
    struct outcome *outcome = run(state, CODE_PYTHON,
                                  "import os, signal\n"
                                  "def tried(what, *arguments):\n"
                                  "    try:\n        what(*arguments)\n        return 'done'\n"
                                  "    except OSError as error:\n        return type(error).__name__\n"
                                  "print(tried(os.kill, os.getppid(), signal.SIGUSR1))\n"
                                  "print(tried(open, '/etc/passwd'), tried(open, '/root/x', 'w'))\n"
                                  "print(tried(os.listdir, '/home'), tried(os.mkdir, '/tmp/made-by-a-program'))\n"
                                  "print('SECRET_OF_THE_FRONT' in os.environ)\n"
                                  "open('own', 'w').write('fine')\n");
    assert_string_equal(outcome->output, "PermissionError\nPermissionError PermissionError\n"
                                         "PermissionError PermissionError\nFalse\n");
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    outcome_free(outcome);
}

static int with_programs(void **state)
{
    *state = session_new(&(struct session_options){.time = 10 * CLOCK_SECOND, .programs = true});
    return 0;
}

static int in_a_lab(void **state)
{
    *state = session_new(&(struct session_options){.time = 10 * CLOCK_SECOND, .programs = true, .lab = true});
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_arguments_output_and_status, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_the_compiler_names_the_lesson_s_lines, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_python_names_the_lesson_s_lines, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_calls_of_python, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_calls_of_c, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_bounds, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_endless_ends, with_programs, sessions_stop),
        cmocka_unit_test_setup_teardown(test_the_room, with_programs, sessions_stop),
    };
    const struct CMUnitTest in_labs[] = {
        cmocka_unit_test_setup_teardown(test_calls_of_python, in_a_lab, sessions_stop),
        cmocka_unit_test_setup_teardown(test_calls_of_c, in_a_lab, sessions_stop),
        cmocka_unit_test_setup_teardown(test_the_room, in_a_lab, sessions_stop),
        cmocka_unit_test_setup_teardown(test_bounds, in_a_lab, sessions_stop),
    };
    struct status lab = network_look();
    int failed = cmocka_run_group_tests_name("programs", tests, NULL, NULL);
    if (!status_fine(lab))
        print_message("skipped: no private network can be made here (%s)\n", lab.call);
    else
        failed += cmocka_run_group_tests_name("programs in a lab", in_labs, NULL, NULL);
    return failed;
}
