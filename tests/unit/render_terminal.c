/* Markdown and outcomes as terminal text, beside the texts in tests/golden/terminal.  ACCEPT=1 writes them.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/span.h"
#include "trace/address.h"
#include "render/advice.h"
#include "render/highlight.h"
#include "render/terminal_outcome.h"
#include "render/terminal_text.h"
#include "support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const struct {
    const char *name;
    struct look look;
} looks[] = {
    {"80", {.width = 80, .unicode = true}},
    {"40", {.width = 40, .unicode = true}},
    {"200", {.width = 200, .unicode = true}},
    {"ascii", {.width = 80}},
    {"plain", {.width = 80, .plain = true, .unicode = true}},
    {"dark", {.width = 60, .colour = true, .unicode = true}},
    {"light", {.width = 60, .colour = true, .unicode = true, .light = true}},
};
enum { LOOKS = sizeof looks / sizeof *looks };

/* No line may be wider than the window, and every style that begins must end on its line. */
static void assert_lines(const char *text, const struct look *look)
{
    for (struct span span; span_next_line(&text, &span);) {
        char *line = memory_copy_bytes(span.text, span.length);
        assert_true(look_columns(line) <= (size_t)look->width);
        bool on = false;
        for (const char *escape = line; (escape = strstr(escape, "\033[")) != NULL; escape++)
            on = escape[2] != '0';
        assert_false(on);
        free(line);
    }
}

static void page_in_every_look(void **state)
{
    (void)state;
    char *path = golden_path("terminal/page.md");
    struct text page = TEXT_EMPTY;
    assert_true(text_read_file(&page, path));
    cmark_node *tree = cmark_parse_document(page.bytes, page.length, CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < LOOKS; i++) {
        struct text out = TEXT_EMPTY;
        terminal_markdown(&out, cmark_node_first_child(tree), NULL, &looks[i].look);
        char *name = text_make("terminal/page.%s.txt", looks[i].name);
        assert_lines(text_string(&out), &looks[i].look);
        assert_golden(name, &out);
        free(name);
        text_free(&out);
    }
    cmark_node_free(tree);
    text_free(&page);
    free(path);
}

static void a_range_of_nodes(void **state)
{
    (void)state;
    const char *page = "one\n\ntwo\n\nthree\n";
    cmark_node *tree = cmark_parse_document(page, strlen(page), CMARK_OPT_DEFAULT);
    cmark_node *two = cmark_node_next(cmark_node_first_child(tree));
    struct text out = TEXT_EMPTY;
    terminal_markdown(&out, two, two, &looks[0].look);
    assert_string_equal(text_string(&out), "two\n");
    text_clear(&out);
    terminal_markdown(&out, NULL, NULL, &looks[0].look);
    assert_int_equal(out.length, 0);
    text_free(&out);
    cmark_node_free(tree);
}

static void deep_nesting_ends(void **state)
{
    (void)state;
    struct text page = TEXT_EMPTY, out = TEXT_EMPTY;
    text_add_repeat(&page, "> ", 5000);
    text_add(&page, "deep");
    cmark_node *tree = cmark_parse_document(page.bytes, page.length, CMARK_OPT_DEFAULT);
    terminal_markdown(&out, tree, tree, &looks[1].look);
    assert_non_null(strstr(text_string(&out), "deep"));
    assert_lines(text_string(&out), &looks[1].look);
    cmark_node_free(tree);
    text_free(&page);
    text_free(&out);
}

/* --- highlighting --------------------------------------------------------------------------------------- */

static char *spans(const char *language, const char *code)
{
    struct text out = TEXT_EMPTY;
    struct highlight highlight = highlight_begin(language, code, strlen(code));
    struct highlight_span span;
    while (highlight_next(&highlight, &span)) {
        static const char signs[STYLE_COUNT] = {
            [STYLE_KEYWORD] = 'k', [STYLE_STRING] = 's', [STYLE_NUMBER] = 'n',
            [STYLE_COMMENT] = 'c', [STYLE_NAME] = 'f',
        };
        if (signs[span.style])
            text_format(&out, "%c(%.*s)", signs[span.style], (int)span.length, span.text);
        else
            text_add_bytes(&out, span.text, span.length);
    }
    return text_steal(&out);
}

static void code_is_coloured(void **state)
{
    (void)state;
    static const struct {
        const char *language, *code, *expected;
    } rows[] = {
        {"lua", "local s = f(\"a\\\"b\", 0x1F) -- end", "k(local) s = f(f)(s(\"a\\\"b\"), n(0x1F)) c(-- end)"},
        {"lua", "x = [==[ ]] ]==] --[[ a\nb ]] y", "x = s([==[ ]] ]==]) c(--[[ a\nb ]]) y"},
        {"lua", "s = 'open", "s = s('open)"},
        {"python", "def f(): # no\n  '''a\nb''' if None", "k(def) f(f)(): c(# no)\n  s('''a\nb''') k(if) n(None)"},
        {"c", "#include <a.h>\nint main(void) /* x */", "k(#include) <a.h>\nk(int) f(main)(k(void)) c(/* x */)"},
        {"sh", "echo $HOME # x", "echo f($HOME) c(# x)"},
        {"c", "NULL auto uint8_t while vendor", "n(NULL) k(auto) k(uint8_t) k(while) vendor"},
        {"py", "False and yield yields", "n(False) k(and) k(yield) yields"},
        {"bash", "case while then untilted", "k(case) k(while) k(then) untilted"},
        {"nothing", "if x", "if x"},
        {"lua", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *actual = spans(rows[i].language, rows[i].code);
        assert_string_equal(actual, rows[i].expected);
        free(actual);
    }
}

/* --- outcomes ------------------------------------------------------------------------------------------- */

static struct event call(enum event_call name, int error, int64_t begin, int64_t end)
{
    return (struct event){.kind = EVENT_CALL,
                          .call = name,
                          .fd = 3,
                          .error = error,
                          .result = error ? -1 : 0,
                          .begin = begin,
                          .end = end};
}

static void set_address(struct event *event, const char *host, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    memcpy(event->payload, &address, sizeof address);
    event->address_length = sizeof address;
}

static char *shown(const struct outcome *outcome, const char *source)
{
    struct text out = TEXT_EMPTY;
    terminal_outcome(&out, outcome, source, &looks[0].look);
    return text_steal(&out);
}

static void assert_shown(const struct outcome *outcome, const char *source, const char *expected)
{
    char *actual = shown(outcome, source);
    assert_string_equal(actual, expected);
    free(actual);
}

static struct outcome failed(const char *class, const char *symbol, int code, const char *message)
{
    return (struct outcome){.kind = OUTCOME_ERROR,
                            .error = {.class = (char *)(uintptr_t) class,
                                      .symbol = (char *)(uintptr_t)symbol,
                                      .code = code,
                                      .message = (char *)(uintptr_t)message,
                                      .traceback = (char *)(uintptr_t) ""}};
}

static void a_refusal(void **state)
{
    (void)state;
    struct event events[] = {call(CALL_CONNECT, ECONNREFUSED, 1000, 61000), call(CALL_CLOSE, 0, 70000, 71000)};
    set_address(&events[0], "127.0.0.1", 9);
    struct outcome outcome = failed("ConnectionRefusedError", "ECONNREFUSED", 111, "[Errno 111] Connection refused");
    outcome.events = events;
    outcome.event_count = 2;
    assert_shown(&outcome, NULL,
                 "ConnectionRefusedError: [Errno 111] Connection refused\n"
                 "  The machine answered, and it said no: nothing listens on port 9 there.\n"
                 "  Start a server on that port, or check the number.\n");
}

static void a_timeout_counts_its_waits(void **state)
{
    (void)state;
    struct event events[] = {call(CALL_CONNECT, EINPROGRESS, 0, CLOCK_MILLISECOND),
                             call(CALL_POLL, 0, CLOCK_MILLISECOND, 501 * CLOCK_MILLISECOND)};
    set_address(&events[0], "10.0.0.2", 80);
    events[1].flags = EVENT_WAIT;
    struct outcome outcome = failed("TimeoutError", NULL, 0, "timed out");
    outcome.events = events;
    outcome.event_count = 2;
    assert_shown(&outcome, NULL,
                 "TimeoutError: timed out\n"
                 "  No answer from 10.0.0.2:80 within 501 ms. Nobody said no either.\n"
                 "  Give it longer with settimeout(), or check the address.\n");
}

static void a_refusal_after_a_wait(void **state)
{
    (void)state;
    struct event events[] = {call(CALL_CONNECT, EINPROGRESS, 0, 10), call(CALL_POLL, 0, 10, 20)};
    set_address(&events[0], "127.0.0.1", 7);
    events[1].flags = EVENT_WAIT;
    struct outcome outcome = failed("ConnectionRefusedError", "ECONNREFUSED", 111, "[Errno 111] Connection refused");
    outcome.events = events;
    outcome.event_count = 2;
    struct advice advice;
    assert_true(advice_of(&advice, &outcome, NULL));
    assert_non_null(strstr(advice.seen, "port 7"));
    assert_non_null(strstr(advice.who, "127.0.0.1:7"));
    advice_free(&advice);
}

static void a_unix_path(void **state)
{
    (void)state;
    struct event event = call(CALL_CONNECT, ENOENT, 0, 10);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/nobody"};
    memcpy(event.payload, &address, offsetof(struct sockaddr_un, sun_path) + 12);
    event.address_length = offsetof(struct sockaddr_un, sun_path) + 12;
    struct outcome outcome = failed("FileNotFoundError", "ENOENT", 2, "[Errno 2] No such file or directory");
    outcome.events = &event;
    outcome.event_count = 1;
    assert_shown(&outcome, NULL,
                 "FileNotFoundError: [Errno 2] No such file or directory\n"
                 "  There is no file /tmp/nobody, so nobody can be behind it.\n"
                 "  Start the server first, or check the path.\n");
}

static void errors_without_events_are_advised_too(void **state)
{
    (void)state;
    struct outcome outcome = failed("OSError", "EADDRINUSE", 98, "[Errno 98] Address already in use");
    char *text = shown(&outcome, NULL);
    assert_non_null(strstr(text, "That address is taken"));
    free(text);
}

static void habits_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *class, *message, *source, *attempt;
    } rows[] = {
        {"SyntaxError", "syntax error near 'socket'", "import socket", "Just use it: type socket. and press Tab."},
        {"SyntaxError", "')' expected near ','", "mysocket.connect((host, port))", "Type mysocket:connect(host, port)"},
        {"SyntaxError", "')' expected near ','", "s:sendto(data, (\"127.0.0.1\", 9))",
         "Type s:sendto(data, {\"127.0.0.1\", 9})"},
        {"SyntaxError", "'=' expected near '!'", "if err != nil then", "Type err ~= nil"},
        {"SyntaxError", "syntax error near 'socket'", "try:\n  x()\nexcept socket.timeout:",
         "Type ok, err = pcall(s.connect, s, host, port), then err:isa(socket.timeout)"},
        {"SyntaxError", "malformed number near '127.0.0.1'", "s:connect(127.0.0.1, 80)", "Type \"127.0.0.1\""},
        {"SyntaxError", "unfinished string near '\"abc)'", "print(\"abc)",
         "Close it with the same quote that opened it."},
        {"SyntaxError", "syntax error near '<\\194>'", "x\u00a0= 1", "Take it away, and type a space."},
        {"SyntaxError", "unexpected symbol near '<\\226>'", "\u200bx = 1", "Type the line anew."},
        {"TypeError", "connect: self must be a socket", "mine.connect(\"127.0.0.1\", 80)",
         "Type mine:connect(\"127.0.0.1\", 80)"},
        {"TypeError", "an integer is required, not NoneType", "s:settimeout(None)", "Type nil instead of None."},
        {"LuaError", "attempt to call a nil value (method 'conect')", "s:conect(1)",
         "Type s:connect if you meant that, or s: and Tab to see all."},
        {"LuaError", "attempt to call a nil value (method 'plugh')", "s:plugh(1)",
         "Type s: and press Tab to see what it has."},
        {"TypeError", "the type must be an integer, not nil", "socket.socket(socket.AF_INET, socket.SOCK_STREM)",
         "Did you mean socket.SOCK_STREAM?"},
        {"LuaError", "attempt to index a nil value (global 'mine')", "mine:connect(1)",
         "Did an earlier line fail? Set it first: mine = ..."},
        {"SyntaxError", "unexpected symbol near '#'", "# hello", "Type -- instead of #"},
        {"LuaError", "attempt to call a nil value (global 'len')", "len(data)", "Type #data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = failed(rows[i].class, NULL, 0, rows[i].message);
        struct advice advice;
        assert_true(advice_of(&advice, &outcome, rows[i].source));
        assert_string_equal(advice.attempt, rows[i].attempt);
        advice_free(&advice);
    }
}

static void a_refusal_is_no_habit(void **state)
{
    (void)state;
    struct event events[] = {call(CALL_CONNECT, ECONNREFUSED, 1000, 61000)};
    struct outcome outcome = failed("ConnectionRefusedError", "ECONNREFUSED", 111, "[Errno 111] Connection refused");
    outcome.events = events;
    outcome.event_count = 1;
    struct advice advice;
    assert_true(advice_of(&advice, &outcome, "x = None"));
    assert_null(strstr(advice.attempt, "None"));
    advice_free(&advice);
}

static struct event handler(int64_t result, int64_t begin, int64_t end)
{
    struct event event = call(CALL_NONE, 0, begin, end);
    event.kind = EVENT_HANDLER;
    event.arg[0] = SIGALRM;
    event.result = result;
    return event;
}

static void a_handler_decided(void **state)
{
    (void)state;
    struct event events[] = {call(CALL_RECV, EINTR, 0, 900), handler(-1, 300, 800)};
    struct outcome outcome = failed("TimeoutError", NULL, 0, "late");
    outcome.events = events;
    outcome.event_count = 2;
    struct advice advice;
    assert_true(advice_of(&advice, &outcome, NULL));
    assert_string_equal(advice.who, "Your own handler decided: it raised this error when SIGALRM came.");
    assert_null(strstr(advice.attempt, "settimeout"));
    advice_free(&advice);
    events[1] = handler(0, 300, 800);
    assert_false(advice_of(&advice, &outcome, NULL));
}

/* The learner's own error() may be of any class. */
static void nobody_but_the_code_decided(void **state)
{
    (void)state;
    const struct outcome_error errors[] = {
        failed("TimeoutError", NULL, 0, "x").error, failed("ConnectionRefusedError", "ECONNREFUSED", 111, "x").error,
        failed("ConnectionResetError", "ECONNRESET", 104, "x").error,
        failed("BlockingIOError", "EAGAIN", 11, "x").error, failed("KeyboardInterrupt", NULL, 0, "").error};
    struct event events[] = {call(CALL_RECV, 0, 0, 10), call(CALL_SLEEP, 0, 20, 30)};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct outcome outcome = {.kind = OUTCOME_ERROR, .error = errors[i], .events = events, .event_count = 2};
        struct advice advice;
        assert_false(advice_of(&advice, &outcome, NULL));
    }
}

static void a_peer_failed(void **state)
{
    (void)state;
    char *actors[] = {(char *)(uintptr_t) "you", (char *)(uintptr_t) "server"};
    struct event events[] = {call(CALL_BIND, 0, 0, 5), call(CALL_NONE, 0, 10, 20),
                             call(CALL_CONNECT, ECONNREFUSED, 1000, 61000)};
    static const char report[] = "prompt:1: no\nstack traceback:\n\t[C]: in function 'error'";
    set_address(&events[0], "127.0.0.1", 9);
    set_address(&events[2], "127.0.0.1", 9);
    events[0].actor = events[1].actor = 1;
    events[1].kind = EVENT_NOTE;
    events[1].flags = EVENT_FAILED;
    memcpy(events[1].payload, report, sizeof report);
    events[1].data_length = sizeof report - 1;
    struct outcome outcome = failed("ConnectionRefusedError", "ECONNREFUSED", 111, "[Errno 111] Connection refused");
    outcome.events = events;
    outcome.event_count = 3;
    outcome.actors = actors;
    outcome.actor_count = 2;
    struct advice advice;
    assert_true(advice_of(&advice, &outcome, NULL));
    assert_string_equal(advice.seen, "The peer \"server\" has failed: prompt:1: no");
    advice_free(&advice);
    set_address(&events[2], "127.0.0.1", 10);
    assert_true(advice_of(&advice, &outcome, NULL));
    assert_null(strstr(advice.seen, "server"));
    advice_free(&advice);
}

static void tables(void **state)
{
    (void)state;
    static const char *const cells[] = {"name",    "value", "meaning",      "AF_UNIX",  "1",  "this machine only",
                                        "AF_INET", "2",     "IPv4, dotted", "AF_INET6", "10", "IPv6"};
    struct outcome_value value = {.text = (char *)(uintptr_t) "{...}",
                                  .rows = 4,
                                  .columns = 3,
                                  .cells = (char **)(uintptr_t)cells,
                                  .heading = true};
    struct text out = TEXT_EMPTY;
    terminal_table(&out, &value, &looks[0].look);
    text_add(&out, "-- narrow\n");
    struct look narrow = {.width = 20};
    terminal_table(&out, &value, &narrow);
    assert_golden("terminal/table.txt", &out);
    text_free(&out);
}

static void the_end_of_a_session(void **state)
{
    (void)state;
    char reason[] = "The session has ended: the code called os.exit(0).";
    struct outcome outcome = {.kind = OUTCOME_ENDED, .reason = reason};
    assert_shown(&outcome, NULL, "The session has ended: the code called os.exit(0).\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_in_every_look),
        cmocka_unit_test(a_range_of_nodes),
        cmocka_unit_test(deep_nesting_ends),
        cmocka_unit_test(code_is_coloured),
        cmocka_unit_test(a_refusal),
        cmocka_unit_test(a_timeout_counts_its_waits),
        cmocka_unit_test(a_refusal_after_a_wait),
        cmocka_unit_test(a_unix_path),
        cmocka_unit_test(errors_without_events_are_advised_too),
        cmocka_unit_test(habits_are_recognised),
        cmocka_unit_test(a_refusal_is_no_habit),
        cmocka_unit_test(a_handler_decided),
        cmocka_unit_test(nobody_but_the_code_decided),
        cmocka_unit_test(a_peer_failed),
        cmocka_unit_test(tables),
        cmocka_unit_test(the_end_of_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
