/* What the small web server answers. */
#include "base/text.h"
#include "lab/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_answers(void **state)
{
    (void)state;
    static const struct {
        const char *request, *status, *body;
        bool stays;
    } rows[] = {
        {"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", "200", "Hello from", true},
        {"GET / HTTP/1.1\nhost:a\n\n", "200", "<!doctype", true},
        {"GET /?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", "200", "<!doctype", true},
        {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200", "", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200", "<!doctype", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close\r\n\r\n", "200", "<!doctype", false},
        {"GET / HTTP/1.0\r\n\r\n", "200", "<!doctype", false},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200", "<!doctype", true},
        {"GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "404", "There is no", true},
        {"HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n", "404", "", true},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "405", "Only GET", false},
        {"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405", "Only GET", true},
        {"GET / HTTP/1.1\r\n\r\n", "400", "That is no", false},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "400", "That is no", false},
        {"GET /\r\n\r\n", "400", "That is no", false},
        {"hello\r\n\r\n", "400", "That is no", false},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false},
        {"GET HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false},
        {" / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false},
        {"\r\n", "400", "That is no", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = TEXT_EMPTY;
        bool stays;
        size_t length = strlen(rows[i].request), head = web_answer(&out, rows[i].request, length, &stays);
        const char *text = text_string(&out), *body = strstr(text, "\r\n\r\n") + 4;
        assert_true(head > 0 && head <= length);
        assert_memory_equal(text + strlen("HTTP/1.1 "), rows[i].status, 3);
        assert_memory_equal(body, rows[i].body, strlen(rows[i].body));
        assert_int_equal(*rows[i].body == '\0', *body == '\0');
        assert_int_equal(stays, rows[i].stays);
        assert_int_equal(strstr(text, "Connection: close") == NULL, rows[i].stays);
        if (*body != '\0')
            assert_int_equal(strtol(strstr(text, "Content-Length: ") + 16, NULL, 10), strlen(body));
        /* Each byte sooner is too soon. */
        struct text none = TEXT_EMPTY;
        for (size_t shorter = 0; shorter < head; shorter++) {
            char *cut = strndup(rows[i].request, shorter);
            assert_int_equal(web_answer(&none, cut, shorter, &stays), 0);
            free(cut);
        }
        assert_int_equal(none.length, 0);
        text_free(&out);
    }
}

static void test_endless(void **state)
{
    (void)state;
    static char head[8193];
    struct text out = TEXT_EMPTY;
    bool stays;
    memset(head, 'x', sizeof head - 1);
    assert_int_equal(web_answer(&out, head, 8191, &stays), 0);
    assert_int_equal(web_answer(&out, head, 8192, &stays), 8192);
    assert_non_null(strstr(text_string(&out), "431"));
    assert_false(stays);
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_endless)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
