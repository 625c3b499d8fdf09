/* What stands in the place of a file: a file is replaced, a link stays one, a device or a pipe is written to. */
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/sockrates-file-XXXXXX";

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int end(void **state)
{
    (void)state;
    file_remove_at(AT_FDCWD, folder);
    return 0;
}

static void holds(const char *path, const char *bytes)
{
    struct text text = TEXT_EMPTY;
    assert_true(text_read_file(&text, path));
    assert_string_equal(text_string(&text), bytes);
    text_free(&text);
}

static void a_file_is_replaced(void **state)
{
    (void)state;
    struct stat status;
    assert_false(file_replace("new", "x", 1));
    assert_int_equal(errno, ENOENT);
    assert_true(file_create("new", "old", 3));
    assert_false(file_create("new", "x", 1));
    assert_int_equal(errno, EEXIST);
    assert_int_equal(chmod("new", 0640), 0);
    assert_int_equal(symlink("new", "link"), 0);
    assert_true(file_replace("link", "later", 5));
    holds("new", "later");
    assert_int_equal(stat("new", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void a_pipe_is_written_to(void **state)
{
    (void)state;
    struct stat status;
    char bytes[8] = "";
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int fd = open("pipe", O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(file_replace("pipe", "told", 4));
    assert_int_equal(read(fd, bytes, sizeof bytes), 4);
    assert_string_equal(bytes, "told");
    close(fd);
    assert_int_equal(stat("pipe", &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    assert_false(file_replace(".", "x", 1));
    assert_int_equal(errno, EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_replaced),
        cmocka_unit_test(a_pipe_is_written_to),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
