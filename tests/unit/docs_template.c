/*
 * Templates: what is filled in, what is left out, and what a theme's author is told.
 */
#include "../../docs/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const names[] = {"title", "body", "next"};

static void check(const char *source, const char *wanted)
{
    struct complaints complaints = {0};
    struct template *template = template_parse("t.html", source, names, 3, &complaints);
    assert_non_null(template);
    struct text out = TEXT_EMPTY;
    template_write(template, &out, (const char *const[]){"<T>", "<b>", NULL});
    assert_string_equal(text_string(&out), wanted);
    text_free(&out);
    template_free(template);
}

static void fills_in(void **state)
{
    (void)state;
    check("", "");
    check("a {{title}} {{{body}}} {{ title }}", "a &lt;T&gt; <b> &lt;T&gt;");
    check("{{#title}}yes{{/title}}{{^title}}no{{/title}}", "yes");
    check("{{#next}}yes{{#title}}deep{{/title}}{{/next}}{{^next}}no{{/next}}!", "no!");
    check("{{#title}}[{{^next}}{{title}}{{/next}}]{{/title}}", "[&lt;T&gt;]");
    check("a{{! a note }}b {single} }} ", "ab {single} }} ");
}

static void complains(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        int line;
        const char *message;
    } rows[] = {
        {"\n\n{{titel}}", 3, "There is no value {{titel}}. Did you mean {{title}}?"},
        {"{{something}}", 1, "There is no value {{something}}."},
        {"a\n{{#title}}\nb", 2, "The section {{title}} is not closed."},
        {"{{#title}}{{#body}}{{/title}}{{/body}}", 1, "{{/title}} closes another section than the one that is open."},
        {"x{{/title}}", 1, "{{/title}} closes nothing."},
        {"x\n{{title", 2, "{{ has no end."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct complaints complaints = {0};
        assert_null(template_parse("t.html", rows[i].source, names, 3, &complaints));
        assert_true(complaints.count > 0);
        assert_int_equal(complaints.list[0].line, rows[i].line);
        assert_string_equal(complaints.list[0].message, rows[i].message);
        complaints_free(&complaints);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fills_in), cmocka_unit_test(complains)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
