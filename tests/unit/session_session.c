/* The worker process behind a session: what it shows, what it withstands. */
#include "base/clock.h"
#include "support/sessions.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_expressions_show_their_value(void **state)
{
    expect_text(state, "1 + 1", "2\n");
    expect_text(state, "'a\\n'", "\"a\\n\"\n");
    expect_text(state, "nil", "nil\n");
    expect_text(state, "print('x') return 1, 2", "x\n1\n2\n");
    expect_text(state, "a = 5\na", "5\n");
    expect_text(state, "a = 5; a * 2", "10\n");
    expect_text(state, "x = 1 +\n2", "");
    expect_text(state, "function g() return 1 end\n{\n  'a', g()\n}", "{\"a\", 1}\n");
    expect_text(state, "local function h(t) return t end\nx = h\n{7}\nx[1]", "7\n");
    expect_text(state, "f = function()\n  return 3\nend\nf()", "3\n");
}

/* Letters that nobody sees come from anywhere, the mark at the begin of a file among them; the session shows and
 * outlives them. */
static void test_hidden_letters_are_shown(void **state)
{
    static const struct {
        const char *code, *value;
    } cases[] = {
        {"'\\u{feff}hello'", "\"\\u{feff}hello\""},
        {"'\\u{202e}x\\u{ffff}'", "\"\\u{202e}x\\u{ffff}\""},
        {"{['\\u{200b}'] = {'\\u{fe0f}'}}", "{[\"\\u{200b}\"] = {\"\\u{fe0f}\"}}"},
        {"{setmetatable({}, {__tostring = function() return '\\u{fe0f}' end})}", "{\\u{fe0f}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome *outcome = sessions_evaluate(state, cases[i].code);
        assert_int_equal(outcome->kind, OUTCOME_FINE);
        assert_string_equal(outcome->values[0].text, cases[i].value);
        outcome_free(outcome);
    }
}

static void test_top_level_locals_stay(void **state)
{
    expect_text(state, "local a, b <const> = 1, 2", "");
    expect_text(state, "a + b", "3\n");
    expect_text(state, "local n\nlocal function add() n = (n or 0) + 1 end add() add()", "");
    expect_text(state, "n", "2\n");
    expect_text(state, "do local hidden = 1 end\nhidden", "nil\n");
    expect_text(state, "local s <close> = socket.socket() return s:fileno() > 0", "true\n");
}

static void test_incomplete_input(void **state)
{
    static const char *const open[] = {"for i = 1, 3 do", "f(", "x = {", "s = [[abc", "function f()", "x ="};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        struct outcome *outcome = sessions_evaluate(state, open[i]);
        assert_int_equal(outcome->kind, OUTCOME_INCOMPLETE);
        outcome_free(outcome);
    }
}

static void test_errors_have_a_place(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "\n\nsocket.socket():connect(lab.refused().address)");
    assert_int_equal(outcome->kind, OUTCOME_ERROR);
    assert_string_equal(outcome->error.class, "ConnectionRefusedError");
    assert_string_equal(outcome->error.symbol, "ECONNREFUSED");
    assert_int_equal(outcome->error.line, 3);
    assert_true(outcome_error_is(outcome, "OSError"));
    assert_true(outcome_error_is(outcome, "ConnectionError"));
    assert_false(outcome_error_is(outcome, "TimeoutError"));
    outcome_free(outcome);

    outcome = sessions_evaluate(state, "\nlocal t = nil; t.x = 1");
    assert_string_equal(outcome->error.class, "LuaError");
    assert_int_equal(outcome->error.line, 2);
    outcome_free(outcome);

    outcome = sessions_evaluate(state, "x = = 1");
    assert_string_equal(outcome->error.class, "SyntaxError");
    assert_int_equal(outcome->error.line, 1);
    assert_true(outcome->begin > 0); /* what peers do meanwhile is counted from there */
    outcome_free(outcome);
}

static void test_events_of_both_sides(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "p = lab.echo(); s = socket.socket(); s:connect(p.address)\n"
                                                       "s:sendall('hello'); s:recv(5)");
    bool sent = false, echoed = false;
    assert_string_equal(outcome->values[0].text, "\"hello\"");
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct event *event = &outcome->events[i];
        bool send = event->kind == EVENT_CALL && event->call == CALL_SEND;
        sent = sent || (send && event->actor == 0 && event->line == 2);
        echoed = echoed || (send && event->actor != 0 && strcmp(outcome->actors[event->actor], "echo") == 0);
    }
    assert_true(sent);
    assert_true(echoed);
    outcome_free(outcome);
}

static void test_interrupts(void **state)
{
    static const char *const endless[] = {
        "print(1) while true do end",
        "print(1) while true do pcall(function() while true do end end) end",
        "print(1) coroutine.wrap(function() while true do end end)()",
        "print(1) time.sleep(1000)",
        "print(1) s = socket.socket() s:connect(lab.silent().address)",
        "print(1) a, b = socket.socketpair() a:recv(1)",
        "print(1) a, b = socket.socketpair() a:settimeout(1000) while true do pcall(a.recv, a, 1) end",
        "print(1) l = socket.socket() l:listen() l:accept()",
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        struct outcome *outcome = sessions_interrupt(state, endless[i], NULL);
        if (outcome->kind != OUTCOME_INTERRUPTED)
            fail_msg("%s: kind %d, %s", endless[i], outcome->kind, outcome->error.message);
        outcome_free(outcome);
        expect_text(state, "1", "1\n");
    }
}

static void test_time_limit(void **state)
{
    expect_error(sessions_evaluate_within(state, "while true do end", 100 * CLOCK_MILLISECOND), "TimeLimit", "");
    expect_text(state, "1", "1\n");
}

static void test_memory_and_recursion(void **state)
{
    expect_error(sessions_evaluate(state, "t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end"), "MemoryError",
                 "");
    expect_text(state, "t = nil; 1", "1\n");
    expect_error(sessions_evaluate(state, "function f() return 1 + f() end f()"), "LuaError", "stack overflow");
    expect_text(state, "1", "1\n");
}

static void test_output_is_bounded(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "for i = 1, 100 do print(('x'):rep(1e6)) end");
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_true(outcome->output_cut);
    assert_int_equal(strlen(outcome->output), 4096);
    outcome_free(outcome);
    expect_text(state, "print('\\27[31m\\xff')", "\\x1b[31m\\xff\n");
}

static void expect_end(void **state, const char *code, const char *reason)
{
    struct outcome *outcome = sessions_evaluate(state, code);
    assert_int_equal(outcome->kind, OUTCOME_ENDED);
    assert_non_null(strstr(outcome->reason, reason));
    outcome_free(outcome);
    assert_false(session_alive(*state));
    outcome = sessions_evaluate(state, "1");
    assert_int_equal(outcome->kind, OUTCOME_ENDED);
    outcome_free(outcome);
    sessions_stop(state);
    sessions_start(state);
}

static void test_the_session_may_end(void **state)
{
    expect_end(state, "print('x') os.exit(3)", "os.exit(3)");
    expect_end(state, "os.exit(true)", "os.exit(0)");
}

/* Hooks are off in a finalizer, and this one came behind our back. */
static void test_deaf_worker_is_killed(void **state)
{
    static const char code[] = "print(1) local late = {__gc = true} setmetatable({}, late) "
                               "late.__gc = function() while true do end end collectgarbage()";
    struct outcome *outcome = sessions_interrupt(state, code, NULL);
    assert_int_equal(outcome->kind, OUTCOME_ENDED);
    assert_non_null(strstr(outcome->reason, "did not stop"));
    outcome_free(outcome);
}

static void test_no_files_and_no_programs(void **state)
{
    static const char *const forbidden[] = {
        "io.open('/etc/passwd')", "io.popen('true')", "os.execute('true')", "dofile('/etc/passwd')",
        "loadfile('x')",          "os.remove('x')",   "os.getenv('HOME')",
    };
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        struct outcome *outcome = sessions_evaluate(state, forbidden[i]);
        assert_string_equal(outcome->error.class, "PermissionError");
        outcome_free(outcome);
    }
    expect_text(state, "load('\\27Lua') == nil", "true\n");
    expect_text(state, "package.loadlib, debug.setmetatable, string.dump and 1", "nil\nnil\n1\n");
    expect_text(state, "pcall(require, 'os') and require 'socket' == socket", "true\n");
}

static void test_other_machines_are_out_of_reach(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "socket.socket():connect('192.0.2.1', 80)");
    assert_string_equal(outcome->error.class, "PermissionError");
    assert_non_null(strstr(outcome->error.message, "--network"));
    outcome_free(outcome);
}

static void test_the_first_socket_is_3(void **state)
{
    expect_text(state, "socket.socket():fileno()", "3\n");
}

static void test_peers_end_with_the_session(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, "lab.echo().pid");
    pid_t peer = atoi(outcome->values[0].text);
    outcome_free(outcome);
    assert_int_equal(kill(peer, 0), 0);
    session_free(*state);
    *state = NULL;
    /* Gone, or a zombie that whoever adopted it has not collected yet. */
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", peer);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        assert_int_equal(fgetc(file), EOF);
        fclose(file);
    }
    sessions_start(state);
}

static void test_checks_see_the_chunk_before(void **state)
{
    expect_text(state, "output = 'mine'; print('hi') return 42, 'x'", "hi\n42\n\"x\"\n");
    static const char code[] = "return result, #results, output, failure, #calls, elapsed < 5";
    const struct chunk chunk = {
        .name = "check", .first_line = 1, .text = code, .length = sizeof code - 1, .check = true};
    for (int i = 0; i < 2; i++) {
        struct outcome *outcome = session_evaluate(*state, &chunk, NULL);
        char *text = outcome_text(outcome);
        assert_string_equal(text, "42\n2\n\"hi\\n\"\nnil\n0\ntrue\n");
        free(text);
        outcome_free(outcome);
    }
    expect_text(state, "output", "\"mine\"\n");
}

static void test_completion(void **state)
{
    json_t *answer = session_ask(*state, "complete", json_string("socket.AF_INE"));
    assert_int_equal(json_integer_value(json_object_get(answer, "start")), 7);
    char *names = json_dumps(json_object_get(answer, "names"), JSON_COMPACT);
    assert_string_equal(names, "[\"AF_INET\",\"AF_INET6\"]");
    free(names);
    json_decref(answer);
    expect_text(state, "s = socket.socket()", "");
    answer = session_ask(*state, "complete", json_string("x = s:conn"));
    names = json_dumps(json_object_get(answer, "names"), JSON_COMPACT);
    assert_string_equal(names, "[\"connect\",\"connect_ex\"]");
    free(names);
    json_decref(answer);
    assert_null(session_ask(*state, "no such verb", NULL));
}

/* Neither what the collector says nor a __tostring without end may come between question and answer. */
static void test_questions_are_answered(void **state)
{
    expect_text(state, "warn('@on') x = socket.socket() x = nil", "");
    for (int i = 0; i < 200; i++)
        json_decref(session_ask(*state, "variables", NULL));
    expect_text(state, "collectgarbage() return 1",
                "ResourceWarning: unclosed <socket.socket fd=3, family=2, type=1, proto=0, laddr=('0.0.0.0', 0)>\n1\n");
    expect_text(state, "warn('@off') x = socket.socket() x = nil collectgarbage() return 1", "1\n");
    expect_text(state, "t = setmetatable({}, {__tostring = function() while true do end end}) u = 2 return u", "2\n");
    json_decref(session_ask(*state, "variables", NULL));
    expect_text(state, "u", "2\n");
}

/* Waits until the peers have said so much in all. */
static void await_notes(void **state, size_t count)
{
    struct notes notes = {.count = 0};
    uint64_t next = 0;
    for (int64_t limit = clock_after(10 * CLOCK_SECOND); notes.count < count && clock_now() < limit;) {
        poll(NULL, 0, 1);
        notes_read(&notes, session_ring(*state), &next);
    }
    assert_true(notes.count >= count);
    notes_free(&notes);
}

static size_t said(const struct outcome *outcome)
{
    struct notes notes = outcome_notes(outcome, false);
    size_t count = notes.count;
    notes_free(&notes);
    return count;
}

static const char late[] =
    "p = lab.peer(function() time.sleep(0.05) print('late') time.sleep(0.05) print('later') end)";

/* A peer that has its say when nobody evaluates: what it did is in the picture that is drawn next. */
static void test_what_peers_do_between_chunks(void **state)
{
    outcome_free(sessions_evaluate(state, late));
    await_notes(state, 2);
    outcome_free(sessions_evaluate(state, "x = {")); /* it is not whole: it shows nothing */
    struct outcome *outcome = sessions_evaluate(state, "s = socket.socket()");
    assert_int_equal(said(outcome), 2);
    for (size_t i = 0; i < outcome->event_count; i++)
        assert_true(outcome->events[i].actor != 0 || outcome->events[i].begin >= outcome->begin);
    outcome_free(outcome);
    outcome = sessions_evaluate(state, "1");
    assert_int_equal(said(outcome), 0);
    outcome_free(outcome);
}

static void test_an_outcome_catches_up(void **state)
{
    struct outcome *outcome = sessions_evaluate(state, late), *next;
    await_notes(state, 2);
    session_catch_up(*state, outcome);
    assert_int_equal(said(outcome), 2);
    next = sessions_evaluate(state, "1");
    assert_int_equal(said(next), 0);
    size_t count = outcome->event_count;
    session_catch_up(*state, outcome);
    assert_int_equal(outcome->event_count, count);
    outcome_free(outcome);
    outcome_free(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(test_expressions_show_their_value),
        SESSION_TEST(test_hidden_letters_are_shown),
        SESSION_TEST(test_top_level_locals_stay),
        SESSION_TEST(test_incomplete_input),
        SESSION_TEST(test_errors_have_a_place),
        SESSION_TEST(test_events_of_both_sides),
        SESSION_TEST(test_interrupts),
        SESSION_TEST(test_time_limit),
        SESSION_TEST(test_memory_and_recursion),
        SESSION_TEST(test_output_is_bounded),
        SESSION_TEST(test_the_session_may_end),
        SESSION_TEST(test_deaf_worker_is_killed),
        SESSION_TEST(test_no_files_and_no_programs),
        SESSION_TEST(test_other_machines_are_out_of_reach),
        SESSION_TEST(test_the_first_socket_is_3),
        SESSION_TEST(test_peers_end_with_the_session),
        SESSION_TEST(test_checks_see_the_chunk_before),
        SESSION_TEST(test_completion),
        SESSION_TEST(test_questions_are_answered),
        SESSION_TEST(test_what_peers_do_between_chunks),
        SESSION_TEST(test_an_outcome_catches_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
