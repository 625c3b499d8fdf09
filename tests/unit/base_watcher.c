/* watcher.h: what people do in a folder is told, what editors do there for a while is not. */
#include "base/watcher.h"

#include "base/scratch.h"
#include "base/text.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void note(void *self, const char *path)
{
    text_format(self, "%s\n", path);
}

/* What is told, now or soon; the paths below the folder. */
static void expect_told(struct watcher *watcher, const char *wanted)
{
    struct text told = TEXT_EMPTY;
    struct pollfd ready = {.fd = watcher_descriptor(watcher), .events = POLLIN};
    while (told.length < strlen(wanted) && poll(&ready, 1, 5000) > 0)
        watcher_take(watcher, note, &told);
    watcher_take(watcher, note, &told);
    assert_string_equal(text_string(&told), wanted);
    text_free(&told);
}

static void write_file(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(file, "x", 1), 1);
    close(file);
}

static void files_of_a_folder(void **state)
{
    (void)state;
    struct watcher *watcher = watcher_new();
    assert_true(watcher_folder(watcher, ""));
    assert_true(watcher_folder(watcher, "")); /* once more is as good as once */
    assert_false(watcher_folder(watcher, "missing"));
    expect_told(watcher, "");
    int file = open("slow.md", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    expect_told(watcher, ""); /* nothing is in it yet */
    close(file);
    expect_told(watcher, "slow.md\n");
    write_file("a.md~");
    write_file(".a.md.swp");
    assert_int_equal(symlink("slow.md", "link.md"), 0);
    assert_int_equal(rename("slow.md", "quick.md"), 0);
    expect_told(watcher, "link.md\nslow.md\nquick.md\n");
    assert_int_equal(mkdir("below", 0700), 0);
    write_file("below/b.md");
    expect_told(watcher, "below\n");
    watcher_free(watcher);
}

static void folders_below(void **state)
{
    (void)state;
    struct watcher *watcher = watcher_new();
    assert_int_equal(mkdir("deep", 0700) + mkdir("deep/old", 0700), 0);
    assert_true(watcher_folders(watcher, "deep/"));
    write_file("deep/old/a.md");
    expect_told(watcher, "deep/old/a.md\n");
    assert_int_equal(mkdir("deep/new", 0700), 0);
    expect_told(watcher, "deep/new\n");
    write_file("deep/new/b.md");
    expect_told(watcher, "deep/new/b.md\n");
    assert_int_equal(unlink("deep/new/b.md") + rmdir("deep/new"), 0);
    expect_told(watcher, "deep/new/b.md\n\ndeep/new\n");
    watcher_free(watcher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_a_folder),
        cmocka_unit_test(folders_below),
    };
    struct scratch *scratch = scratch_new(getenv("TMPDIR"));
    if (scratch == NULL || chdir(scratch_path(scratch)) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    int back = chdir("/");
    scratch_free(scratch);
    return failed + back;
}
