/* Everything a learner can ask about is found under the names that people try. */
#include "lua/help.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void expect_found(const char *asked, const char *name, enum help_kind kind)
{
    struct help_entry entry;
    if (!help_find(asked, &entry))
        fail_msg("\"%s\" is not found", asked);
    if (strcmp(entry.name, name) != 0)
        fail_msg("\"%s\" finds %s instead of %s", asked, entry.name, name);
    assert_int_equal(entry.kind, kind);
}

static void test_names_people_try(void **state)
{
    (void)state;
    expect_found("socket", "socket", HELP_MODULE);
    expect_found("select", "select", HELP_MODULE);
    expect_found("signal", "signal", HELP_MODULE);
    expect_found("socket.socket", "socket.socket", HELP_FUNCTION);
    expect_found("socket.socket()", "socket.socket", HELP_FUNCTION);
    expect_found("connect", "s:connect", HELP_METHOD);
    expect_found("connect()", "s:connect", HELP_METHOD);
    expect_found("s:connect", "s:connect", HELP_METHOD);
    expect_found("s.connect?", "s:connect", HELP_METHOD);
    expect_found("mine:connect(\"127.0.0.1\", 80)", "s:connect", HELP_METHOD);
    expect_found("socket.connect", "s:connect", HELP_METHOD);
    expect_found("getaddrinfo", "socket.getaddrinfo", HELP_FUNCTION);
    expect_found("select.poll", "select.poll", HELP_FUNCTION);
    expect_found("ep:register", "ep:register", HELP_METHOD);
    expect_found("os.kill", "os.kill", HELP_FUNCTION);
    expect_found("TimeoutError", "TimeoutError", HELP_ERROR);
    expect_found("gaierror", "socket.gaierror", HELP_ERROR);
    expect_found("AF_INET", "socket.AF_INET", HELP_CONSTANT);
    expect_found("socket.AF_INET", "socket.AF_INET", HELP_CONSTANT);
    expect_found("SIGALRM", "signal.SIGALRM", HELP_CONSTANT);
    expect_found("POLLIN", "select.POLLIN", HELP_CONSTANT);
    expect_found("econnrefused", "errno.ECONNREFUSED", HELP_ERRNO);
    expect_found("errno.ETIMEDOUT", "errno.ETIMEDOUT", HELP_ERRNO);
    expect_found("EAI_NONAME", "socket.EAI_NONAME", HELP_CONSTANT);
}

static void test_values_and_classes(void **state)
{
    (void)state;
    struct help_entry entry;
    assert_true(help_find("AF_INET6", &entry));
    assert_int_equal(entry.value, 10);
    assert_string_equal(entry.class, "AddressFamily");
    assert_true(help_find("SO_REUSEADDR", &entry));
    assert_null(entry.class);
    assert_true(help_find("SIGALRM", &entry));
    assert_int_equal(entry.value, SIGALRM);
    assert_string_equal(entry.class, "Signals");
    assert_true(help_find("SIG_IGN", &entry));
    assert_string_equal(entry.class, "Handlers");
    assert_true(help_find("EAI_NONAME", &entry));
    assert_int_equal(entry.value, EAI_NONAME);
    assert_true(help_find("ECONNREFUSED", &entry));
    assert_int_equal(entry.value, ECONNREFUSED);
}

static void test_unknown_names(void **state)
{
    (void)state;
    struct help_entry entry;
    static const char *const unknown[] = {"", ".", ":", "s:", "nothing_like_it", "socket.", "s:socketpair"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (help_find(unknown[i], &entry))
            fail_msg("\"%s\" finds %s", unknown[i], entry.name);
    const char *near[3];
    assert_true(help_nearest("conect", near, 3) > 0);
    assert_string_equal(near[0], "connect");
    assert_true(help_nearest("SOCK_STRAEM", near, 3) > 0);
    assert_string_equal(near[0], "SOCK_STREAM");
    assert_int_equal(help_nearest("getsockopts", near, 3), 2);
    assert_string_equal(near[0], "getsockopt");
    assert_string_equal(near[1], "setsockopt");
    assert_true(help_nearest("ECONREFUSED", near, 3) > 0);
    assert_string_equal(near[0], "ECONNREFUSED");
    assert_true(help_nearest("s:recive", near, 3) > 0);
    assert_int_equal(help_nearest("zzzzzzzzzzzzzzzzzzzz", near, 3), 0);
}

static void expect_words(const char *asked, const char *words)
{
    struct help_entry entry;
    struct text markdown = TEXT_EMPTY;
    assert_true(help_find(asked, &entry));
    help_describe(&markdown, &entry);
    if (strstr(text_string(&markdown), words) == NULL)
        fail_msg("%s does not say \"%s\":\n%s", asked, words, text_string(&markdown));
    text_free(&markdown);
}

static void test_descriptions(void **state)
{
    (void)state;
    expect_words("connect", "**s:connect(host, port)**");
    expect_words("connect", "```lua");
    expect_words("socket.socket", "**socket.socket([family");
    expect_words("poll", "There is also `select.poll`");
    expect_words("socket", "`getaddrinfo`");
    expect_words("select", "Methods of `ep`: ");
    expect_words("AF_INET", "Its value is 2; it is a member of `socket.AddressFamily`.");
    expect_words("SO_TYPE", "Its value is 3.");
    expect_words("ECONNREFUSED",
                 "**errno.ECONNREFUSED** is 111: Connection refused. It is raised as `ConnectionRefusedError`.");
    expect_words("ECONNREFUSED", "nothing listens on that port");
    expect_words("EAI_NONAME", "\"Name or service not known\"");
    expect_words("BrokenPipeError", "a kind of `ConnectionError`");
}

struct count {
    size_t kinds[HELP_ERRNO + 1], unnamed;
};

static bool count_one(void *self, const struct help_entry *entry)
{
    struct count *count = self;
    size_t length = strlen(entry->name), bare = strlen(entry->bare);
    count->kinds[entry->kind]++;
    count->unnamed += bare == 0 || bare > length || strcmp(entry->name + length - bare, entry->bare) != 0;
    return true;
}

/* Every entry is found under its own whole name. */
static bool find_one(void *self, const struct help_entry *entry)
{
    struct help_entry found;
    (void)self;
    if (!help_find(entry->name, &found) || strcmp(found.name, entry->name) != 0)
        fail_msg("%s is not found under its own name", entry->name);
    return true;
}

static void test_every_entry(void **state)
{
    (void)state;
    struct count count = {{0}, 0};
    help_each(count_one, &count);
    assert_in_range(count.kinds[HELP_MODULE], 7, 20);
    assert_in_range(count.kinds[HELP_FUNCTION], 50, 500);
    assert_in_range(count.kinds[HELP_METHOD], 40, 500);
    assert_in_range(count.kinds[HELP_ERROR], 25, 50);
    assert_in_range(count.kinds[HELP_CONSTANT], 350, 900);
    assert_in_range(count.kinds[HELP_ERRNO], 130, 140);
    assert_int_equal(count.unnamed, 0);
    help_each(find_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_people_try), cmocka_unit_test(test_values_and_classes),
        cmocka_unit_test(test_unknown_names),    cmocka_unit_test(test_descriptions),
        cmocka_unit_test(test_every_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
