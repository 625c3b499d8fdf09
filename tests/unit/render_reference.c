/*
 * Everything a learner can ask about is found under the names that people try; what the program has and what the
 * manual tells of are the same; and a section tells what a learner needs: units, errors, the system's manual.
 */
#include "render/reference.h"

#include "base/memory.h"
#include "lua/help.h"
#include "render/command_line.h"
#include "render/command_rows.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct manual *manual;

/* --- finding -------------------------------------------------------------------------------------------- */

static void expect_found(const char *asked, const char *name)
{
    const struct manual_entry *entry = manual_find(manual, asked);
    if (entry == NULL)
        fail_msg("\"%s\" is not found", asked);
    if (strcmp(entry->name, name) != 0)
        fail_msg("\"%s\" finds %s instead of %s", asked, entry->name, name);
}

static void expect_described(const char *asked, const char *begin)
{
    struct text markdown = TEXT_EMPTY;
    bool known = reference_describe(&markdown, manual, asked);
    if (known != (begin != NULL))
        fail_msg("\"%s\" is %sknown", asked, known ? "" : "not ");
    if (known && strncmp(text_string(&markdown), begin, strlen(begin)) != 0)
        fail_msg("\"%s\" gives %s", asked, text_string(&markdown));
    text_free(&markdown);
}

static void test_numbers_states_and_keys(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *begin;
    } rows[] = {
        {"111", "**errno.ECONNREFUSED** is 111"},
        {"errno 104", "**errno.ECONNRESET** is 104"},
        {"[Errno 111] Connection refused", "**errno.ECONNREFUSED** is 111"},
        {"-2", "**socket.EAI_NONAME**"},
        {"99999", NULL},
        {"11th", NULL},
        {"syn-sent", "**SYN_SENT**"},
        {"SYN-RECEIVED", "**SYN_RECV**"},
        {"FIN-WAIT-1", "**FIN_WAIT1**"},
        {"TCP_TIME_WAIT", "**TIME_WAIT**"},
        {"^C", "**Ctrl-C**"},
        {"C-r", "**Ctrl-R**"},
        {"ctrl+d", "**Ctrl-D**"},
        {"Ctrl-A", "**Moving and deleting**"},
        {"Home", "**Moving and deleting**"},
        {"up", "**Up and Down**"},
        {"Page Up", "**Page Up and Page Down**"},
        {"Escape", "**Keys**"},
        {"<close>", "**\\<close>**"},
        {"end", "**end**"},
        {":exit", "**:quit**"},
        {"true", "**true**"},
        {"->", "**->**"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_described(rows[i].asked, rows[i].begin);
}

/* Lua's own words. */
static void test_words_of_lua(void **state)
{
    (void)state;
    static const char *const words[] = {"and", "break",    "do",     "else", "elseif", "end",   "false",
                                        "for", "function", "if",     "in",   "local",  "nil",   "not",
                                        "or",  "repeat",   "return", "then", "true",   "until", "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        expect_found(words[i], words[i]);
}

static void test_names_people_try(void **state)
{
    (void)state;
    expect_found("socket", "socket");
    expect_found("select", "select");
    expect_found("signal", "signal");
    expect_found("socket.socket", "socket.socket");
    expect_found("socket.socket()", "socket.socket");
    expect_found("connect", "s:connect");
    expect_found("connect()", "s:connect");
    expect_found("s:connect", "s:connect");
    expect_found("s.connect?", "s:connect");
    expect_found("mine:connect(\"127.0.0.1\", 80)", "s:connect");
    expect_found("socket.connect", "s:connect");
    expect_found("getaddrinfo", "socket.getaddrinfo");
    expect_found("select.poll", "select.poll");
    expect_found("ep:register", "ep:register");
    expect_found("os.kill", "os.kill");
    expect_found("TimeoutError", "TimeoutError");
    expect_found("gaierror", "gaierror");
    expect_found("AF_INET", "AF_INET");
    expect_found("socket.AF_INET", "AF_INET");
    expect_found("SIGALRM", "SIGALRM");
    expect_found("POLLIN", "POLLIN");
    expect_found("econnrefused", "ECONNREFUSED");
    expect_found("errno.ETIMEDOUT", "ETIMEDOUT");
    expect_found("EAI_NONAME", "EAI_NONAME");
    expect_found("next", ":next");
    expect_found("goto", ":goto");
    expect_found("close", "s:close");
    expect_found("fileno", "s:fileno");
    expect_found(":next", ":next");
    expect_found("c", ":c");
    expect_found("sockrates run", "sockrates run");
    expect_found("time", "time");
    expect_found("timeout", "timeout");
    expect_found("needs", "needs");
    expect_found(".hidden", ".hidden");
    expect_found("hidden", ".hidden");
    expect_found("local", "local");
    expect_found("..", "..");
    expect_found("Byte Order", "byte order");
    expect_found("syn", "SYN");
    expect_found("Address already in use", "Address already in use");
}

static void expect_words(const char *asked, const char *words)
{
    struct text markdown = TEXT_EMPTY;
    if (!reference_describe(&markdown, manual, asked))
        fail_msg("nothing is known as \"%s\"", asked);
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
    expect_words("AF_INET", "**socket.AF_INET**");
    expect_words("AF_INET", "Its value is 2; it is a member of `socket.AddressFamily`.");
    expect_words("AF_INET6", "Its value is 10;");
    expect_words("SO_TYPE", "Its value is 3.");
    expect_words("SIGALRM", "Its value is 14; it is a member of `signal.Signals`.");
    expect_words("SIG_IGN", "it is a member of `signal.Handlers`.");
    expect_words("AF_NETROM", "Its value is 6;");
    expect_words("so_peersec", "**socket.SO_PEERSEC**");
    expect_words("ECONNREFUSED",
                 "**errno.ECONNREFUSED** is 111: Connection refused. It is raised as `ConnectionRefusedError`.");
    expect_words("ECONNREFUSED", "listen");
    expect_words("EAGAIN", "- `accept`: Nobody waits to be accepted right now");
    expect_words("EAGAIN", "- other calls: Nothing is there right now");
    expect_words("EINTR", "A signal came while the call waited.\n\nFor connect: wait");
    expect_words("errno.EADV", "**errno.EADV** is 68: Advertise error. It is raised as `OSError`.");
    expect_words("EAI_NONAME", "\"Name or service not known\"");
    expect_words("BrokenPipeError", "a kind of `ConnectionError`");
    expect_words("calls", "**:calls [all]**\n\nShows every system call");
    expect_words("backlog", "**backlog**");
    expect_words("timeout", "`timeout=TIME`");
    expect_words("timeout=", "**timeout=TIME**");
    expect_words("timeout:", "**timeout:**");
    expect_words("error", "**error");
}

static void test_unknown_names(void **state)
{
    (void)state;
    static const char *const unknown[] = {"", ".", "s:", "nothing_like_it", "socket.", "s:socketpair"};
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (reference_describe(&text, manual, unknown[i]))
            fail_msg("\"%s\" finds %s", unknown[i], text_string(&text));
    text_free(&text);
}

static void expect_near(const char *asked, const char *names)
{
    struct text near = TEXT_EMPTY;
    reference_nearest(&near, manual, asked);
    if (strncmp(text_string(&near), names, strlen(names)) != 0 || (*names == '\0' && near.length > 0))
        fail_msg("near \"%s\" is \"%s\", not \"%s\"", asked, text_string(&near), names);
    text_free(&near);
}

static void test_nearest(void **state)
{
    (void)state;
    expect_near("conect", "connect");
    expect_near("SOCK_STRAEM", "SOCK_STREAM");
    expect_near("getsockopts", "getsockopt, setsockopt");
    expect_near("ECONREFUSED", "ECONNREFUSED");
    expect_near("s:recive", "rec");
    expect_near("bakclog", "backlog");
    expect_near("ready in use", "Address already in use");
    expect_near("hangs in re", "It hangs in recv");
    expect_near("zzzzzzzzzzzzzzzzzzzz", "");
}

static void test_signatures(void **state)
{
    (void)state;
    assert_string_equal(reference_signature(manual, "s:conn", 2, "connect"), "connect(host, port)");
    assert_string_equal(reference_signature(manual, "x = time.sl", 9, "sleep"), "sleep(seconds)");
    assert_null(reference_signature(manual, "socket.connect", 7, "connect"));
    assert_null(reference_signature(manual, "connect", 0, "connect"));
    assert_null(reference_signature(manual, "s:nothing", 2, "nothing"));
}

/* --- the manual and the program ------------------------------------------------------------------------- */

static size_t failures;

static const struct manual_entry *section_of(const char *name)
{
    const struct manual_entry *entry;
    for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++)
        if (!entry->term && strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}

/* The section of all names that begin so; of constants it lists those that have none of their own. */
static bool has_family(const struct help_entry *entry)
{
    const struct manual_entry *family = manual_family(manual, entry->bare);
    char *code = text_make("`%s`", entry->bare);
    bool told =
        family != NULL && (entry->kind == HELP_ERRNO ||
                           (entry->kind == HELP_CONSTANT && memmem(family->text, family->length, code, strlen(code))));
    free(code);
    return told;
}

static bool has_section(void *self, const struct help_entry *entry)
{
    (void)self;
    bool words = section_of(entry->name) || section_of(entry->bare) || has_family(entry);
    if (!words)
        print_error("%s has no section in the manual\n", entry->name), failures++;
    return true;
}

/* A command has a section, whose heading says what the command takes. */
static void expect_call(const char *before, const char *name, const char *arguments)
{
    char *whole = text_make("%s%s", before, name);
    char *call = text_make("%s%s%s", whole, *arguments ? " " : "", arguments);
    const struct manual_entry *section = section_of(whole);
    if (section == NULL || strcmp(section->signature, call) != 0)
        print_error("%s has no section in the manual\n", call), failures++;
    free(whole);
    free(call);
}

static void test_every_name_has_a_section(void **state)
{
    (void)state;
    failures = 0;
    help_each(has_section, NULL);
    for (const struct command *command = commands; command->name != NULL; command++)
        expect_call(":", command->name, command->arguments);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        expect_call("sockrates ", subcommand_rows[i].name, subcommand_rows[i].arguments);
    assert_int_equal(failures, 0);
}

struct wanted {
    const struct manual_entry *section;
    bool found;
};

static bool is_told_of(void *self, const struct help_entry *entry)
{
    struct wanted *wanted = self;
    const char *name = wanted->section->name;
    size_t length = strlen(name), begin = name[length - 1] == '*' ? length - 1 : 0;
    wanted->found = strcmp(name, entry->name) == 0 || strcmp(name, entry->bare) == 0 ||
                    (begin > 0 && strncmp(name, entry->bare, begin) == 0);
    return !wanted->found;
}

static bool is_command(const char *name)
{
    bool found = false;
    for (const struct command *command = commands; *name == ':' && command->name != NULL; command++)
        found = found || strcmp(command->name, name + 1) == 0;
    for (size_t i = 0; strncmp(name, "sockrates ", 10) == 0 && i < SUBCOMMAND_COUNT; i++)
        found = found || strcmp(subcommand_rows[i].name, name + 10) == 0;
    return found;
}

/* Pages about what is not among the rows. */
static bool is_elsewhere(const char *page)
{
    static const char *const pages[] = {"glossary", "keys", "lesson-format", "lua", "programs", "symptoms"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i], page) == 0)
            return true;
    return false;
}

static void test_every_section_has_a_name(void **state)
{
    (void)state;
    const struct manual_entry *entry;
    size_t count = 0;
    failures = 0;
    for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++) {
        struct wanted wanted = {entry, false};
        if (entry->term || is_elsewhere(entry->page))
            continue;
        count++;
        help_each(is_told_of, &wanted);
        if (!wanted.found && !is_command(entry->name))
            print_error("%s.md tells of %s, which nothing is called\n", entry->page, entry->name), failures++;
        if (entry->length == 0)
            print_error("%s.md says nothing of %s\n", entry->page, entry->name), failures++;
    }
    assert_in_range(count, 300, 2000);
    assert_int_equal(failures, 0);
}

/* --- completeness --------------------------------------------------------------------------------------- */

/* What is counted in what, wherever a parameter has this name. */
static const struct {
    const char *parameter, *unit;
} units[] = {
    {"seconds", "second"},     {"milliseconds", "millisecond"},
    {"size", "byte"},          {"ancillary_size", "byte"},
    {"length", "byte"},        {"limit", "byte"},
    {"hint", "byte"},          {"buffering", "byte"},
    {"count", "byte"},         {"interval", "second"},
    {"backlog", "connection"},
};

static bool has_parameter(const char *signature, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = signature; (at = strstr(at, name)) != NULL; at += length)
        if (at > signature && strchr("([ ,", at[-1]) != NULL && strchr("]), [", at[length]) != NULL)
            return true;
    return false;
}

static bool tells_units(const char *signature, const char *text)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (has_parameter(signature, units[i].parameter) && strcasestr(text, units[i].unit) == NULL)
            return print_error("%s: %s is counted in what? %s\n", signature, units[i].parameter, units[i].unit), false;
    return true;
}

/* What takes arguments may be given wrong ones. */
static bool tells_errors(const char *signature, const char *text)
{
    return strstr(signature, "()") != NULL || strstr(text, "Raises ") != NULL || strstr(text, "raises") != NULL;
}

/* Only what is no call of the system has no page in its manual. */
static bool tells_manual(const char *signature, const char *text)
{
    static const char *const own[] = {"socket.bytearray(", "f:readable(", "f:writable(", "buffer:sub(", "lab.",
                                      "p:stop(",           "p:alive(",    "rule:"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncmp(own[i], signature, strlen(own[i])) == 0)
            return true;
    const char *page = strstr(text, "\n\nManual: ");
    return page != NULL && strchr(page, '(') != NULL;
}

static bool complete(const char *signature, const char *text)
{
    bool errors = tells_errors(signature, text), system = tells_manual(signature, text);
    bool example = strstr(text, "```lua\n") != NULL || strstr(text, "```lua {needs=") != NULL;
    if (!errors || !system || !example)
        print_error("%s: %s\n", signature,
                    !errors   ? "what does it raise?"
                    : !system ? "which manual page?"
                              : "it needs an example");
    return tells_units(signature, text) && errors && system && example;
}

static bool is_complete(void *self, const struct help_entry *entry)
{
    size_t *count = self;
    const struct manual_entry *section = section_of(entry->name);
    if (section == NULL || (entry->kind != HELP_FUNCTION && entry->kind != HELP_METHOD))
        return true;
    char *text = memory_copy_bytes(section->text, section->length);
    failures += !complete(section->signature, text);
    free(text);
    ++*count;
    return true;
}

static void test_sections_are_complete(void **state)
{
    (void)state;
    size_t count = 0;
    failures = 0;
    help_each(is_complete, &count);
    assert_in_range(count, 100, 1000);
    assert_int_equal(failures, 0);
}

static void test_what_is_incomplete_is_seen(void **state)
{
    (void)state;
    assert_false(tells_units("socket.f(size)", "Takes it."));
    assert_false(tells_errors("socket.f(size)", "Takes it."));
    assert_false(tells_manual("socket.f(size)", "Takes it."));
    assert_false(complete("socket.f(n)", "Raises it.\n\nManual: f(2)"));
    assert_true(complete("socket.f(n)", "Raises it.\n\n```lua\n```\n\nManual: f(2)"));
    assert_true(has_parameter("f([a[, size]])", "size"));
    assert_false(has_parameter("f(sizehint)", "size"));
}

static int setup(void **state)
{
    (void)state;
    manual = manual_new(NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    manual_free(manual);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_people_try),
        cmocka_unit_test(test_numbers_states_and_keys),
        cmocka_unit_test(test_words_of_lua),
        cmocka_unit_test(test_descriptions),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_every_name_has_a_section),
        cmocka_unit_test(test_every_section_has_a_name),
        cmocka_unit_test(test_sections_are_complete),
        cmocka_unit_test(test_what_is_incomplete_is_seen),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
