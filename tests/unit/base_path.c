/* path.h: names, folders, endings, and what a URL writes with percent signs. */
#include "base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void paths_have_parts(void **state)
{
    static const struct {
        const char *path, *folder, *name;
        size_t stem;
    } rows[] = {
        {"a.md", "", "a.md", 1}, {"part/a.md", "part/", "a.md", 6}, {"/a", "/", "a", 2}, {"a/b/", "a/b/", "", 4},
        {".md", "", ".md", 3},   {"a.MD", "", "a.MD", 4},           {"", "", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *folder = path_folder(rows[i].path);
        assert_string_equal(folder, rows[i].folder);
        assert_string_equal(path_name(rows[i].path), rows[i].name);
        assert_int_equal(path_stem(rows[i].path), rows[i].stem);
        assert_int_equal(path_is_markdown(rows[i].path), rows[i].stem < strlen(rows[i].path));
        free(folder);
    }
    assert_true(path_ends("a.check.lua", ".check.lua"));
    assert_false(path_ends(".check.lua", ".check.lua"));
}

static void urls_are_read(void **state)
{
    static const char *const rows[][2] = {
        {"a%20b.md", "a b.md"}, {"%C3%a4", "ä"}, {"100%", "100%"}, {"%2", "%2"}, {"%zz%00", "%zz%00"}, {"%2525", "%25"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = path_unescape(rows[i][0], strlen(rows[i][0]));
        assert_string_equal(text, rows[i][1]);
        free(text);
    }
    char *cut = path_unescape("a%20b", 3);
    assert_string_equal(cut, "a%2");
    free(cut);
}

static void paths_stay_within(void **state)
{
    static const char *const rows[][3] = {
        {"a.md", "b", "b"},      {"a/b.md", "c.md", "a/c.md"}, {"a/b.md", "../c", "c"}, {"a/b.md", "../../c", NULL},
        {"a.md", "../c", NULL},  {"a.md", "./c/./d", "c/d"},   {"a.md", "c/../d", "d"}, {"a.md", "", ""},
        {"a.md", "c//d", "c/d"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *path = path_within(rows[i][0], rows[i][1]);
        if (rows[i][2] == NULL)
            assert_null(path);
        else
            assert_string_equal(path, rows[i][2]);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_have_parts),
        cmocka_unit_test(urls_are_read),
        cmocka_unit_test(paths_stay_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
