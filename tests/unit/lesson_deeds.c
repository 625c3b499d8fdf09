/* deeds.h: the same words for what Lua, Python and C do, from made calls. */
#include "base/text.h"
#include "lesson/deeds.h"
#include "support/made_events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SOCKET "0.1 0.2 you socket family=2 type=1 = 3\n"

struct row {
    const char *events, *deeds;
    bool python;
};

static const struct row rows[] = {
    /* Protocol and flags that change nothing are not told. */
    {"0.1 0.2 you socket family=2 type=526337 protocol=6 = 5\n", "socket(AF_INET, SOCK_STREAM) = s1\n", false},
    {"0.1 0.2 you socket family=2 type=3 protocol=1 = 5\n", "socket(AF_INET, SOCK_RAW, 1) = s1\n", false},
    /* Peers have names, other chosen ports numbers, ports that were written are themselves. */
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40001 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, echo) = 0\n", false},
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40002 = -1 ECONNREFUSED\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, 10.0.0.2:port1) = ECONNREFUSED\n", false},
    {SOCKET "0.3 0.4 you bind fd=3 address=127.0.0.1:80 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nbind(s1, 127.0.0.1:80) = 0\n", false},
    /* A connect with a timeout: as Lua waits, as a program does. */
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40001 = -1 EINPROGRESS\n"
            "0.5 0.6 you poll fd=3 flags=wait events=4 timeout_ms=200 revents=4 = 1\n"
            "0.7 0.8 you getsockopt fd=3 level=1 option=4 length=4 value=111 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, echo) = ECONNREFUSED\n", false},
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40001 = -1 EINPROGRESS\n"
            "0.5 0.6 you poll fd=3 events=4 timeout_ms=200 revents=4 = 1\n"
            "0.7 0.8 you getsockopt fd=3 level=1 option=4 length=4 value=111 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, echo) = ECONNREFUSED\n", false},
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40001 = -1 EINPROGRESS\n"
            "0.5 200.6 you poll fd=3 events=4 timeout_ms=200 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, echo): timed out\n", false},
    /* One that goes on alone, and nobody waits. */
    {SOCKET "0.3 0.4 you connect fd=3 address=10.0.0.2:40001 = -1 EINPROGRESS\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nconnect(s1, echo) = EINPROGRESS\n", false},
    /* Receiving: tried first, waited for first, in vain, after a signal. */
    {SOCKET "0.3 0.4 you recv fd=3 length=9 = -1 EAGAIN\n0.5 0.6 you poll fd=3 events=1 timeout_ms=200 revents=1 = 1\n"
            "0.7 0.8 you recv fd=3 length=9 data=hello = 5\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nrecv(s1, 9) = 5 \"hello\"\n", false},
    {SOCKET
     "0.5 0.6 you poll fd=3 events=1 timeout_ms=200 revents=1 = 1\n0.7 0.8 you read fd=3 length=9 data=hello = 5\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nrecv(s1, 9) = 5 \"hello\"\n", false},
    {SOCKET "0.5 99.6 you poll fd=3 events=1 timeout_ms=99 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nwait(s1, to receive): timed out\n", false},
    {SOCKET
     "0.3 0.4 you recv fd=3 length=9 = -1 EAGAIN\n0.5 99.6 you poll fd=3 flags=wait events=1 timeout_ms=99 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nwait(s1, to receive): timed out\n", false},
    {SOCKET "0.3 0.4 you recv fd=3 length=9 = -1 EINTR\n0.7 0.8 you recv fd=3 length=9 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nrecv(s1, 9) = 0 \"\"\n", false},
    /* A program that only looks. */
    {SOCKET "0.5 0.6 you poll fd=3 events=1 timeout_ms=99 revents=1 = 1\n0.7 0.8 you close fd=3 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nwait(s1, to receive) = 1\nclose(s1) = 0\n", false},
    /* Nobody is asked to send no signal. */
    {SOCKET "0.3 0.4 you send fd=3 length=2 flags=16384 data=hi = 2\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nsend(s1, \"hi\") = 2\n", false},
    /* Made and closed. */
    {SOCKET "0.3 0.4 you close fd=3 = 0\n", "", false},
    {SOCKET "0.3 0.4 you listen fd=3 backlog=5 = 0\n0.5 0.6 you close fd=3 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nlisten(s1, 5) = 0\nclose(s1) = 0\n", false},
    {SOCKET
     "0.3 0.4 you close fd=3 = 0\n0.5 0.6 you socket family=2 type=1 = 3\n0.7 0.8 you listen fd=3 backlog=5 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\nlisten(s1, 5) = 0\n", false},
    /* CPython asks once of what it accepted; anybody who asks again is told. */
    {SOCKET "0.3 0.4 you accept fd=3 = 4\n0.5 0.6 you getsockname fd=4 address=127.0.0.1:80 = 0\n"
            "0.7 0.8 you getsockname fd=4 address=127.0.0.1:80 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\naccept(s1) = s2\ngetsockname(s2) = 127.0.0.1:80\n", true},
    {SOCKET "0.3 0.4 you accept fd=3 = 4\n0.5 0.6 you getsockname fd=4 address=127.0.0.1:80 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\naccept(s1) = s2\ngetsockname(s2) = 127.0.0.1:80\n", false},
    {SOCKET "0.3 0.4 you getsockname fd=3 address=127.0.0.1:80 = 0\n",
     "socket(AF_INET, SOCK_STREAM) = s1\ngetsockname(s1) = 127.0.0.1:80\n", true},
    /* What others do, and what was tried on nothing. */
    {"0.1 0.2 echo socket family=2 type=1 = 3\n0.3 0.4 you send fd=9 length=1 data=x = -1 EBADF\n", "", false},
    /* It did not come back. */
    {SOCKET "0.3 - you recv fd=3 length=9\n", "socket(AF_INET, SOCK_STREAM) = s1\nrecv(s1, 9) = ...\n", false},
};

static void test_words(void **state)
{
    (void)state;
    struct deeds_place place = {"echo", {.length = sizeof(struct sockaddr_in)}};
    place.address.in =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(40001), .sin_addr = {htonl(0x0a000002)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome *outcome = made_events(rows[i].events);
        struct findings *findings = outcome_findings(outcome);
        struct deeds *deeds = deeds_new(&(struct deeds_options){&place, 1, rows[i].python});
        struct text out = TEXT_EMPTY;
        deeds_add(deeds, &out, findings, INT64_MIN, INT64_MAX);
        assert_string_equal(text_string(&out), rows[i].deeds);
        text_free(&out);
        deeds_free(deeds);
        findings_free(findings);
        outcome_free(outcome);
    }
}

/* Sockets and ports keep their names from one step to the next. */
static void test_steps(void **state)
{
    (void)state;
    struct outcome *outcome =
        made_events("1 2 you socket family=2 type=1 = 3\n3 4 you bind fd=3 address=127.0.0.1:50001 = 0\n"
                    "11 12 you socket family=2 type=1 = 4\n13 14 you connect fd=4 address=127.0.0.1:50001 = 0\n");
    struct findings *findings = outcome_findings(outcome);
    struct deeds *deeds = deeds_new(&(struct deeds_options){0});
    struct text out = TEXT_EMPTY;
    int64_t half = outcome->events[2].begin;
    deeds_add(deeds, &out, findings, INT64_MIN, half);
    text_add(&out, "--\n");
    deeds_add(deeds, &out, findings, half, INT64_MAX);
    assert_string_equal(text_string(&out), "socket(AF_INET, SOCK_STREAM) = s1\nbind(s1, 127.0.0.1:port1) = 0\n--\n"
                                           "socket(AF_INET, SOCK_STREAM) = s2\nconnect(s2, 127.0.0.1:port1) = 0\n");
    text_free(&out);
    deeds_free(deeds);
    findings_free(findings);
    outcome_free(outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_steps),
    };
    return cmocka_run_group_tests_name("deeds", tests, NULL, NULL);
}
