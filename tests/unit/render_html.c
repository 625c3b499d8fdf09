/*
 * Markdown as HTML: cmark's own words, what is added to them, and what never gets through.
 */
#include "render/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *render_with(const char *markdown, const struct html_options *options)
{
    struct text out = TEXT_EMPTY;
    cmark_node *tree = cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_DEFAULT);
    struct html *html = html_new(options);
    html_nodes(html, &out, cmark_node_first_child(tree), cmark_node_last_child(tree));
    html_free(html);
    cmark_node_free(tree);
    return text_steal(&out);
}

static void check(const char *markdown, const char *wanted)
{
    char *got = render_with(markdown, &(struct html_options){.unsafe = false});
    assert_string_equal(got, wanted);
    free(got);
}

/* What we write is what cmark writes, as long as nothing of ours is in it. */
static void agrees_with_cmark(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "plain *em* **strong** `a<b` <http://x.org/?a&b> ![alt *in* `c`](i.png \"t\") line\\\nbreak\n",
        "1. a\n2. b\n\n   c\n\n7) x\n\n- t\n  - u\n\n> q\n>> r\n\n***\n",
        "    indented & <code>\n\n```weird\"lang x\n<>&\"\n```\n",
        "<div>raw</div>\n\nin <b>line</b>\n",
        "[a](javascript:alert(1)) [b](<x y> 'q\"r') [c](data:text/html,x) ![d](data:image/png,x)\n",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *theirs = cmark_markdown_to_html(texts[i], strlen(texts[i]), CMARK_OPT_DEFAULT);
        check(texts[i], theirs);
        free(theirs);
    }
}

static void escapes_every_byte_of_an_address(void **state)
{
    (void)state;
    char markdown[64], wanted[64];
    for (int byte = 1; byte < 256; byte++) {
        char url[] = {'x', (char)byte, 'y', '\0'};
        struct text ours = TEXT_EMPTY;
        html_add_address(&ours, url);
        cmark_node *link = cmark_node_new(CMARK_NODE_LINK), *paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
        cmark_node_set_url(link, url);
        cmark_node_append_child(paragraph, link);
        char *theirs = cmark_render_html(paragraph, CMARK_OPT_UNSAFE);
        snprintf(wanted, sizeof wanted, "<p><a href=\"%s\"></a></p>\n", text_string(&ours));
        snprintf(markdown, sizeof markdown, "byte %d", byte);
        assert_string_equal(theirs, wanted);
        free(theirs);
        text_free(&ours);
        cmark_node_free(paragraph);
    }
}

/* Wherever it stands among others, as it does alone. */
static void escapes_every_byte_of_text(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++)
        for (size_t place = 0; place < 20; place++) {
            struct text whole = TEXT_EMPTY, parts = TEXT_EMPTY;
            char around[] = "01234567890123456789";
            around[place] = (char)byte;
            html_escape(&whole, around, strlen(around));
            html_escape(&parts, around, place);
            html_escape(&parts, around + place, 1);
            html_escape(&parts, around + place + 1, strlen(around) - place - 1);
            assert_string_equal(text_string(&whole), text_string(&parts));
            assert_true(
                (whole.length > strlen(around)) ==
                (strchr("&<>\"", byte) != NULL || (byte < ' ' && strchr("\n\t", byte) == NULL) || byte >= 0x7f));
            text_free(&whole);
            text_free(&parts);
        }
}

static void headings_have_ids_of_their_own(void **state)
{
    (void)state;
    check("# Two Ends, `one` *socket*!\n## Same\n## Same\n## Same-1\n",
          "<h1 id=\"two-ends-one-socket\">Two Ends, <code>one</code> <em>socket</em>!</h1>\n"
          "<h2 id=\"same\">Same</h2>\n<h2 id=\"same-1\">Same</h2>\n<h2 id=\"same-1-1\">Same-1</h2>\n");
    char *got = render_with("## A\n## [B](x)\n", &(struct html_options){.anchors = true});
    assert_string_equal(got, "<h2 id=\"a\"><a class=\"anchor\" href=\"#a\">A</a></h2>\n"
                             "<h2 id=\"b\"><a href=\"x\">B</a></h2>\n");
    free(got);
}

static void alerts_are_notes(void **state)
{
    (void)state;
    check("> [!TIP]\n> Look *twice*.\n>\n> More.\n",
          "<div class=\"alert tip\" role=\"note\">\n<p class=\"alert-title\">Tip</p>\n"
          "<p>Look <em>twice</em>.</p>\n<p>More.</p>\n</div>\n");
    check("> [!NOTE]\n\n> [!NOTHING]\n> x\n",
          "<div class=\"alert note\" role=\"note\">\n<p class=\"alert-title\">Note</p>\n</div>\n"
          "<blockquote>\n<p>[!NOTHING]\nx</p>\n</blockquote>\n");
}

static void folds_are_understood_and_balanced(void **state)
{
    (void)state;
    check("<details><summary>Hint &amp; <b>more</b> <script>x</script></summary>\n\n*in*\n\n</details>\n",
          "<details>\n<summary>Hint &amp; more x</summary>\n<p><em>in</em></p>\n</details>\n");
    check("> <details>\n> <summary>a & b</summary>\n\nafter\n\n</details>\n",
          "<blockquote>\n<details>\n<summary>a &amp; b</summary>\n</details>\n</blockquote>\n<p>after</p>\n");
    check("<details onclick=\"x()\" open>\n\n<div>\n", "<details>\n<!-- raw HTML omitted -->\n</details>\n");
}

static void dangerous_addresses_are_left_out(void **state)
{
    (void)state;
    static const char *const bad[] = {"javascript:x",     "JAVASCRIPT:x",   "vbscript:x", "file:///etc/passwd",
                                      "data:text/html,x", "java\nscript:x", ":x",         "blob:x",
                                      "view-source:x"};
    static const char *const good[] = {"https://x.org", "HTTP://x", "mailto:a@b", "a/b.md#c", "#x",
                                       "?q=a:b",        "//host/x", "",           "./a:b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(html_address_safe(bad[i], false) || html_address_safe(bad[i], true));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(html_address_safe(good[i], false));
    assert_true(html_address_safe("data:image/png;base64,AA", true));
    assert_false(html_address_safe("data:image/png;base64,AA", false));
    assert_false(html_address_safe("data:image/svg+xml,<svg/>", true));
}

static void code_is_coloured_and_whole(void **state)
{
    (void)state;
    check("```lua\nlocal x = \"<\" -- &\n```\n", "<pre><code class=\"language-lua\"><c-k>local</c-k> x = "
                                                 "<c-s>\"&lt;\"</c-s> <c-c>-- &amp;</c-c>\n</code></pre>\n");
}

static void tell(void *self, cmark_node *node)
{
    (void)node;
    ++*(int *)self;
}

static void tells_what_it_left_out(void **state)
{
    (void)state;
    int count = 0;
    free(render_with("<div>\n\na <b>b</b>\n", &(struct html_options){.self = &count, .dropped = tell}));
    assert_int_equal(count, 3);
}

static void withstands_depth(void **state)
{
    (void)state;
    struct text deep = TEXT_EMPTY;
    text_add_repeat(&deep, "> ", 20000);
    text_add(&deep, "x\n");
    char *theirs = cmark_markdown_to_html(text_string(&deep), deep.length, CMARK_OPT_DEFAULT);
    check(text_string(&deep), theirs);
    free(theirs);
    text_free(&deep);
}

static void html_is_written_as_it_will_stand(void **state)
{
    (void)state;
    struct text out = TEXT_EMPTY;
    html_format(&out, "<li value=\"%n\"><a%s href=\"%a\">%t</a>", (size_t)1230, " rel=\"prev\"", "a b.html?x&y",
                "<a & \"b\">");
    html_format(&out, "%n", (size_t)0);
    html_format(&out, "</li>");
    assert_string_equal(text_string(&out), "<li value=\"1230\"><a rel=\"prev\" href=\"a%20b.html?x&amp;y\">"
                                           "&lt;a &amp; &quot;b&quot;&gt;</a>0</li>");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_cmark),
        cmocka_unit_test(escapes_every_byte_of_an_address),
        cmocka_unit_test(html_is_written_as_it_will_stand),
        cmocka_unit_test(escapes_every_byte_of_text),
        cmocka_unit_test(headings_have_ids_of_their_own),
        cmocka_unit_test(alerts_are_notes),
        cmocka_unit_test(folds_are_understood_and_balanced),
        cmocka_unit_test(dangerous_addresses_are_left_out),
        cmocka_unit_test(code_is_coloured_and_whole),
        cmocka_unit_test(tells_what_it_left_out),
        cmocka_unit_test(withstands_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
