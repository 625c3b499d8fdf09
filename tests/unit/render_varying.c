/*
 * What varies from run to run has a name on a page, and nothing else is touched.
 */
#include "render/html_outcome.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void check(const char *text, const char *wanted)
{
    struct html_varying *varying = html_varying_new();
    struct text out = TEXT_EMPTY;
    html_varying_add(&out, varying, text, strlen(text));
    assert_string_equal(text_string(&out), wanted);
    text_free(&out);
    html_varying_free(varying);
}

static void ports_behind_hosts_are_named(void **state)
{
    (void)state;
    check("('127.0.0.1', 40123) {\"::1\", 50000} ('127.0.0.1', 40123)",
          "('127.0.0.1', <var>port a</var>) {&quot;::1&quot;, <var>port b</var>} ('127.0.0.1', <var>port a</var>)");
    check("('127.0.0.1', 8080) 40123 x, 40123 ('h', 99999)", "('127.0.0.1', 8080) 40123 x, 40123 ('h', 99999)");
}

static void addresses_of_memory_are_named(void **state)
{
    (void)state;
    check("table: 0x55d0c8a0 0x1F 0xdeadbeefs <&>", "table: <var>address</var> 0x1F 0xdeadbeefs &lt;&amp;&gt;");
    check("", "");
}

/* An outcome that printed the port which the kernel had picked. */
static struct outcome *bound_to(uint16_t port, const char *output)
{
    struct outcome *outcome = outcome_new();
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    outcome->output = strdup(output);
    outcome->events = calloc(1, sizeof *outcome->events);
    outcome->event_count = 1;
    outcome->events[0].address_length = sizeof address;
    memcpy(outcome->events[0].payload, &address, sizeof address);
    return outcome;
}

static void check_outcome(const char *output, const char *expected, const char *wanted)
{
    struct outcome *outcome = bound_to(36895, output);
    struct html_varying *varying = html_varying_new();
    struct text out = TEXT_EMPTY;
    html_varying_learn(varying, outcome);
    html_outcome(&out, outcome, expected, varying);
    assert_string_equal(text_string(&out), wanted);
    text_free(&out);
    html_varying_free(varying);
    outcome_free(outcome);
}

/* 36895 is htons(8080), and one day the kernel picks that port. */
static void what_is_expected_word_for_word_is_no_port(void **state)
{
    (void)state;
    check_outcome("36895\n", "36895\n", "<pre><samp class=\"output\">36895\n</samp></pre>\n");
    check_outcome("36895\n", NULL, "<pre><samp class=\"output\"><var>port a</var>\n</samp></pre>\n");
    check_outcome("36895\nat 36895\n", "36895\nat <port>\n",
                  "<pre><samp class=\"output\">36895\nat <var>port</var>\n</samp></pre>\n");
    check_outcome("at 36895\n", "at 8000\n", "<pre><samp class=\"output\">at <var>port a</var>\n</samp></pre>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_behind_hosts_are_named),
        cmocka_unit_test(addresses_of_memory_are_named),
        cmocka_unit_test(what_is_expected_word_for_word_is_no_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
