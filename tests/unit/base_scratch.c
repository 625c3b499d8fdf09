#include "base/scratch.h"

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *folder, const char *name)
{
    char *path = text_make("%s/%s", folder, name);
    assert_true(file_create(path, "kept", 4));
    free(path);
}

static bool exists(const char *folder, const char *name)
{
    struct stat about;
    char *path = text_make("%s/%s", folder, name);
    bool there = lstat(path, &about) == 0;
    free(path);
    return there;
}

/* Makes a scratch folder with something in it, says which, and waits to be killed. */
static void live(const char *place, int out)
{
    const char *path = scratch_path(scratch_new(place));
    char *inner = text_make("%s/inner", path), *link = text_make("%s/link", path);
    mkdir(inner, 0700);
    write_file(inner, "file");
    if (symlink(place, link) != 0 || write(out, path, strlen(path) + 1) < 0)
        _exit(1);
    for (;;)
        pause();
}

static pid_t start(const char *place, char *path, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        live(place, ends[1]);
    close(ends[1]);
    assert_true(read(ends[0], path, size) > 0);
    close(ends[0]);
    return child;
}

static void kill_it(pid_t child)
{
    int status;
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
}

/* Of one process the first one sweeps. */
static void test_the_dead_are_swept(void **state)
{
    (void)state;
    char *place = text_make("%s/place-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(place));
    char living[4096], dead[4096];
    pid_t first = start(place, living, sizeof living), second = start(place, dead, sizeof dead);
    kill_it(second);
    char *target = text_make("%s/target", place), *link = text_make("%s/sockrates-AbCdEf", place);
    assert_int_equal(mkdir(target, 0700), 0);
    write_file(target, "file");
    assert_int_equal(symlink("target", link), 0);
    write_file(place, "sockrates-012345");
    write_file(place, "sockrates-other");
    write_file(place, "kept");

    struct scratch *scratch = scratch_new(place);
    assert_true(exists(scratch_path(scratch), "."));
    assert_true(exists(living, "inner/file"));
    assert_false(exists(dead, "."));
    assert_true(exists(place, "kept") && exists(place, "sockrates-other") && exists(place, "sockrates-012345"));
    assert_true(exists(place, "sockrates-AbCdEf") && exists(place, "target/file"));
    char *own = text_make("%s", scratch_path(scratch));
    scratch_free(scratch);
    assert_false(exists(own, "."));

    kill_it(first);
    file_remove_at(AT_FDCWD, place);
    assert_false(exists(place, "."));
    free(own);
    free(target);
    free(link);
    free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_dead_are_swept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
