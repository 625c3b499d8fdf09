#include "base/place.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Made in the order written, removed in the other. */
static const char *const folders[] = {
    "", "/bin", "/libexec", "/libexec/sockrates", "/share", "/share/sockrates", "/share/sockrates/lessons",
};
enum { FOLDERS = sizeof folders / sizeof folders[0] };

static int make_prefix(void **state)
{
    const char *place = getenv("TMPDIR");
    char *prefix = text_make("%s/place-XXXXXX", place ? place : "/tmp");
    *state = mkdtemp(prefix);
    for (size_t i = 1; i < FOLDERS; i++) {
        char *path = text_make("%s%s", prefix, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    return *state == NULL;
}

static int remove_prefix(void **state)
{
    for (size_t i = FOLDERS; i-- > 0;) {
        char *path = text_make("%s%s", (char *)*state, folders[i]);
        assert_int_equal(rmdir(path), 0);
        free(path);
    }
    free(*state);
    return 0;
}

/* What place_find() says for an executable under the prefix, the prefix cut off again. */
static void assert_found(const char *prefix, const char *executable, const char *wanted, const char *expected)
{
    char *path = text_make("%s/%s", prefix, executable);
    char *found = place_find(path, wanted);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_memory_equal(found, prefix, strlen(prefix));
        assert_string_equal(found + strlen(prefix), expected);
    }
    free(found);
    free(path);
}

static void finds_from_bin_and_libexec(void **state)
{
    assert_found(*state, "bin/sockrates", "share/sockrates/lessons", "/share/sockrates/lessons");
    assert_found(*state, "libexec/sockrates/sockrates-docs", "share/sockrates/lessons", "/share/sockrates/lessons");
    assert_found(*state, "bin/sockrates (deleted)", "share/sockrates/lessons", "/share/sockrates/lessons");
}

static void says_so_when_there_is_nothing(void **state)
{
    assert_found(*state, "bin/sockrates", "share/sockrates/theme", NULL);
    assert_found(*state, "a/b/c/d/e/f/sockrates", "share/sockrates/lessons", NULL);
    assert_null(place_find("sockrates", "share"));
    assert_null(place_find("", "share"));
}

static void finds_the_lessons_of_this_build(void **state)
{
    (void)state;
    char *lessons = place_lessons();
    assert_non_null(lessons);
    struct stat facts;
    assert_int_equal(stat(lessons, &facts), 0);
    assert_true(S_ISDIR(facts.st_mode));
    free(lessons);
    char *helper = place_helper("sockrates-no-such-helper");
    assert_string_equal(helper, "sockrates-no-such-helper");
    free(helper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_from_bin_and_libexec, make_prefix, remove_prefix),
        cmocka_unit_test_setup_teardown(says_so_when_there_is_nothing, make_prefix, remove_prefix),
        cmocka_unit_test(finds_the_lessons_of_this_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
