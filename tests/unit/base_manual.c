/* The manual is read as it is written: headings outside of fences, several names, stars, terms. */
#include "base/manual.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char page[] = "---\n"
                           "title: One\n"
                           "---\n"
                           "# `one`\n"
                           "\n"
                           "About the module.\n"
                           "\n"
                           "## `one.first(a, b)`, `one.second()`\n"
                           "\n"
                           "Both.\n"
                           "\n"
                           "```lua\n"
                           "# no heading\n"
                           "```\n"
                           "\n"
                           "#### Deeper\n"
                           "\n"
                           "Still both.\n"
                           "\n"
                           "## `A_*`\n"
                           "Any.\n"
                           "### `A_B_*`\n"
                           "Narrower.\n"
                           "### `A_ONE`\n"
                           "This one.\n"
                           "## Empty\n"
                           "## half a word\n"
                           "\n"
                           "````markdown\n"
                           "```lua\n"
                           "## `not.this()`\n"
                           "```\n"
                           "````\n"
                           "The end.";

static struct manual *manual;

static bool put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

static int setup(void **state)
{
    (void)state;
    static const char summary[] = "# Pages\n\n- [Two](two.md)\n- [One](one.md)\n";
    manual = manual_new("pages");
    return mkdir("pages", 0777) == 0 && put("pages/SUMMARY.md", summary) && put("pages/one.md", page) &&
                   put("pages/three.md", "# `three`\n\nNot in the course.\n")
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    manual_free(manual);
    bool gone = unlink("pages/one.md") == 0 && unlink("pages/three.md") == 0 && unlink("pages/SUMMARY.md") == 0;
    return gone && rmdir("pages") == 0 ? 0 : -1;
}

static void expect(const struct manual_entry *entry, const char *signature, const char *text)
{
    assert_non_null(entry);
    assert_string_equal(entry->signature, signature);
    assert_string_equal(entry->page, "one");
    assert_int_equal(entry->length, strlen(text));
    assert_memory_equal(entry->text, text, entry->length);
}

static void test_sections(void **state)
{
    (void)state;
    static const char both[] = "Both.\n\n```lua\n# no heading\n```\n\n#### Deeper\n\nStill both.";
    expect(manual_find(manual, "one"), "one", "About the module.");
    expect(manual_find(manual, "first"), "one.first(a, b)", both);
    expect(manual_find(manual, "one.second"), "one.second()", both);
    expect(manual_find(manual, "A_ONE"), "A_ONE", "This one.");
    expect(manual_find(manual, "Half a Word?"), "half a word",
           "````markdown\n```lua\n## `not.this()`\n```\n````\nThe end.");
    assert_null(manual_find(manual, "not.this"));
    assert_null(manual_find(manual, "Empty"));
    assert_null(manual_find(manual, "title"));
    assert_null(manual_find(manual, "three"));
}

static void test_families(void **state)
{
    (void)state;
    expect(manual_family(manual, "A_TWO"), "A_*", "Any.");
    expect(manual_family(manual, "A_B_TWO"), "A_B_*", "Narrower.");
    assert_null(manual_family(manual, "B_TWO"));
}

static void test_no_manual(void **state)
{
    (void)state;
    struct manual *none = manual_new("nowhere");
    assert_null(manual_at(none, 0));
    assert_null(manual_find(none, "one"));
    manual_free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_no_manual),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
