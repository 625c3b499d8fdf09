/*
 * What varies from run to run has a name on a page, and nothing else is touched.
 */
#include "render/html_varying.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_behind_hosts_are_named),
        cmocka_unit_test(addresses_of_memory_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
