/* course.h: reading a folder, and what a person means by a lesson's name. */
#include "base/text.h"
#include "lesson/course.h"
#include "lesson/course_find.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* A folder of its own for each test; removed with everything that was written into it. */
struct folder {
    char path[32];
    char *files[16];
    size_t count;
};

static int folder_new(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    strcpy(folder->path, "course-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) == NULL;
}

static int folder_free(void **state)
{
    struct folder *folder = *state;
    while (folder->count > 0) {
        remove(folder->files[--folder->count]);
        free(folder->files[folder->count]);
    }
    int failed = rmdir(folder->path);
    free(folder);
    return failed;
}

static const char *put(struct folder *folder, const char *name, const char *text)
{
    char *path = text_make("%s/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    folder->files[folder->count++] = path;
    return path;
}

static void put_lessons(struct folder *folder)
{
    put(folder, "01-what.md", "# What is a socket?\n");
    put(folder, "02-creating.md", "---\ntitle: Creating one\n---\n");
    put(folder, "04-connect.md", "text\n\n# connect and its outcomes\n");
    put(folder, "10-names.md", "no title\n");
    put(folder, "README.md", "# Not a lesson\n");
    put(folder, "notes.txt", "not a lesson");
}

static void files_in_the_order_of_their_names(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put_lessons(folder);
    struct course *course = course_read(folder->path, &complaints);
    assert_int_equal(complaints.count, 0);
    assert_int_equal(course->entry_count, 4);
    assert_string_equal(course->entries[0].title, "What is a socket?");
    assert_string_equal(course->entries[1].title, "Creating one");
    assert_string_equal(course->entries[2].title, "connect and its outcomes");
    assert_string_equal(course->entries[3].title, "10-names");
    assert_string_equal(course->entries[3].name, "10-names");
    assert_int_equal(course->entries[0].part, -1);
    course_free(course);
}

static void summary_gives_the_order(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put_lessons(folder);
    put(folder, "SUMMARY.md",
        "# The course\n\n[Names](10-names.md)\n\n## Part one\n\n- [A *socket*](01-what.md)\n"
        "  - [Nested](./04-connect.md#outcomes)\n- [To come]()\n- [Elsewhere](https://example.org/a.md)\n\n"
        "# Part two\n\n1. [Creating](02-creating.md)\n");
    struct course *course = course_read(folder->path, &complaints);
    assert_int_equal(complaints.count, 0);
    assert_string_equal(course->title, "The course");
    assert_int_equal(course->part_count, 2);
    assert_string_equal(course->parts[1], "Part two");
    assert_int_equal(course->entry_count, 4);
    assert_string_equal(course->entries[0].name, "10-names");
    assert_int_equal(course->entries[0].part, -1);
    assert_string_equal(course->entries[1].title, "A socket");
    assert_int_equal(course->entries[1].part, 0);
    assert_string_equal(course->entries[2].name, "04-connect");
    assert_int_equal(course->entries[3].part, 1);
    course_free(course);
}

static void missing_files_are_told(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put_lessons(folder);
    put(folder, "SUMMARY.md", "# C\n\n- [a](04-conect.md)\n- [b](banana.md)\n- [c](01-what.md)\n- [d](01-what.md)\n");
    struct course *course = course_read(folder->path, &complaints);
    assert_int_equal(course->entry_count, 1);
    assert_int_equal(complaints.count, 3);
    assert_int_equal(complaints.list[0].line, 3);
    assert_string_equal(complaints.list[0].message, "There is no file `04-conect.md`. Did you mean `04-connect.md`?");
    assert_string_equal(complaints.list[1].message, "There is no file `banana.md`. Write it or remove the link.");
    assert_int_equal(complaints.list[2].line, 6);
    assert_string_equal(complaints.list[2].message, "`01-what.md` is listed twice. Remove one of the two.");
    complaints_free(&complaints);
    course_free(course);
}

static void nothing_to_read_is_told(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    assert_null(course_read(folder->path, &complaints));
    assert_string_equal(complaints.list[0].message, "This folder has no lessons. A lesson is a file NAME.md.");
    assert_null(course_read("nowhere/at/all", &complaints));
    assert_string_equal(complaints.list[1].message, "Cannot read it: No such file or directory.");
    assert_int_equal(complaints.count, 2);
    complaints_free(&complaints);
}

static void one_file_is_a_course(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    const char *path = put(folder, "one.md", "# One\n");
    struct course *course = course_read(path, &complaints);
    assert_int_equal(course->entry_count, 1);
    assert_string_equal(course->entries[0].path, path);
    assert_string_equal(course->entries[0].title, "One");
    course_free(course);
}

static void lessons_are_found(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put_lessons(folder);
    struct course *course = course_read(folder->path, &complaints);
    static const struct {
        const char *word;
        int index;
    } rows[] = {
        {"1", 0},
        {"01", 0},
        {"4", 3},
        {"10", 3},
        {"3", 2},
        {"5", -1},
        {"0", -1},
        {"99999999999", -1},
        {"04-connect", 2},
        {"connect", 2},
        {"Connect", 2},
        {"con", 2},
        {"c", -1},
        {"cr", 1},
        {"04", 2},
        {"connect and its outcomes", 2},
        {"02-creating.md", 1},
        {"lessons/02-creating.md", 1},
        {"what", 0},
        {"", -1},
        {"banana", -1},
        {"wha", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (course_find(course, rows[i].word) != rows[i].index)
            fail_msg("`%s` is lesson %d", rows[i].word, course_find(course, rows[i].word));
    assert_string_equal(course_nearest(course, "conect"), "04-connect");
    assert_string_equal(course_nearest(course, "02-creatin"), "02-creating");
    assert_null(course_nearest(course, "banana"));
    course_free(course);
}

static void says_what_it_is(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put(folder, "a.md", "# A\n");
    put(folder, "SUMMARY.md",
        "---\nid: networks-1\ntitle: Networks\nversion: 2.1\nlicense: CC0-1.0\nauthors: [A, B]\nsockrates: 0.1\n---\n"
        "# Other\n\n## Part\n\n- [First](a.md)\n- [Gone](b.md)\n");
    struct course *course = course_read(folder->path, &complaints);
    assert_int_equal(complaints.count, 1);
    assert_int_equal(complaints.list[0].line, 14); /* of the file, front matter counted */
    assert_string_equal(course->title, "Networks");
    assert_string_equal(course->about.version, "2.1");
    assert_string_equal(course->about.license, "CC0-1.0");
    assert_int_equal(course->about.authors.count, 2);
    assert_int_equal(course->part_count, 1);
    char *identity = course_identity(folder->path);
    assert_string_equal(identity, "course:networks-1");
    free(identity);
    complaints_free(&complaints);
    course_free(course);
}

static void wants_a_newer_program(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put(folder, "a.md", "# A\n");
    put(folder, "SUMMARY.md", "---\nsockrates: 9999.1\nfuture: yes\n---\n- [First](a.md)\n- [Gone](b.md)\n");
    assert_null(course_read(folder->path, &complaints));
    assert_int_equal(complaints.count, 1);
    assert_non_null(strstr(complaints.list[0].message, "wants Sockrates 9999.1 or newer"));
    complaints_free(&complaints);
}

/* What a course says may stand in a file of its own, for one without SUMMARY.md too. */
static void says_what_it_is_in_a_file(void **state)
{
    static const char *const summaries[] = {NULL, "- [First](a.md)\n", "# Another title\n- [First](a.md)\n"};
    struct folder *folder = *state;
    put(folder, "a.md", "# A\n");
    put(folder, "course.yml", "# ours\nid: networks-1\ntitle: Networks\nversion: 2.1\nexam: true\n");
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++) {
        struct complaints complaints = {0};
        if (summaries[i] != NULL)
            put(folder, "SUMMARY.md", summaries[i]);
        struct course *course = course_read(folder->path, &complaints);
        assert_int_equal(complaints.count, 0);
        assert_int_equal(course->entry_count, 1);
        assert_string_equal(course->title, "Networks");
        assert_string_equal(course->about.version, "2.1");
        assert_true(course->about.exam);
        char *identity = course_identity(folder->path);
        assert_string_equal(identity, "course:networks-1");
        free(identity);
        course_free(course);
    }
}

static void wants_a_newer_program_in_a_file(void **state)
{
    struct folder *folder = *state;
    struct complaints complaints = {0};
    put(folder, "a.md", "# A\n");
    put(folder, "course.yml", "sockrates: 9999.1\nfuture: yes\n");
    assert_null(course_read(folder->path, &complaints));
    assert_int_equal(complaints.count, 1);
    assert_non_null(strstr(complaints.list[0].message, "wants Sockrates 9999.1 or newer"));
    complaints_free(&complaints);
}

/* It is told with its line, and what SUMMARY.md says besides is not dropped silently. */
static void wrong_files_about_a_course(void **state)
{
    static const struct {
        const char *name, *text, *summary, *path, *message;
        int line;
    } cases[] = {
        {"course.yml", "title: A\ntitel: A\n", "- [First](a.md)\n", "course.yml", "Did you mean `title`", 2},
        {"course.yml", "title: [A\n", "- [First](a.md)\n", "course.yml", "is not YAML", 2},
        {"course.yml", "just words\n", "- [First](a.md)\n", "course.yml", "is lines like", 1},
        {"course.yml", "title: \xff\n", "- [First](a.md)\n", "course.yml", "not UTF-8", 1},
        {"course.yml", "title: A\n", "---\nversion: 2\n---\n- [First](a.md)\n", "SUMMARY.md", "course.yml says", 1},
        {"course.yaml", "title: A\n", "- [First](a.md)\n", "course.yml", "Call it course.yml", 0},
    };
    struct folder *folder = *state;
    put(folder, "a.md", "# A\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct complaints complaints = {0};
        char *path = text_make("%s/%s", folder->path, cases[i].name);
        put(folder, cases[i].name, cases[i].text);
        put(folder, "SUMMARY.md", cases[i].summary);
        struct course *course = course_read(folder->path, &complaints);
        assert_non_null(course);
        assert_int_equal(complaints.count, 1);
        assert_non_null(strstr(complaints.list[0].path, cases[i].path));
        assert_non_null(strstr(complaints.list[0].message, cases[i].message));
        assert_int_equal(complaints.list[0].line, cases[i].line);
        course_free(course);
        complaints_free(&complaints);
        unlink(path);
        free(path);
    }
}

static void versions_are_compared_by_number(void **state)
{
    (void)state;
    assert_false(course_wants_newer(SOCKRATES_VERSION));
    assert_false(course_wants_newer("0"));
    assert_false(course_wants_newer("0.0.99999"));
    assert_false(course_wants_newer("0.1"));
    assert_true(course_wants_newer("0.1.0.1"));
    assert_true(course_wants_newer("0.10"));
    assert_true(course_wants_newer("99999999999999999999"));
}

/* Each wrong line is told, where it stands. */
static void wrong_words_of_a_course(void **state)
{
    static const char *const lines[] = {"id: Big Id",      "id: ../up",       "id: -",         "sockrates: new",
                                        "sockrates: 1.",   "sockrates: 1..2", "sockrates: .1", "titel: A",
                                        "version: [1, 2]", "exam: maybe",     "version:"};
    struct folder *folder = *state;
    put(folder, "a.md", "# A\n");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *summary = text_make("---\nlicense: x\n%s\n---\n- [First](a.md)\n", lines[i]);
        struct complaints complaints = {0};
        put(folder, "SUMMARY.md", summary);
        struct course *course = course_read(folder->path, &complaints);
        assert_int_equal(complaints.count, 1);
        assert_int_equal(complaints.list[0].line, 3);
        course_free(course);
        complaints_free(&complaints);
        free(summary);
    }
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_new, folder_free)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(files_in_the_order_of_their_names),
        IN_A_FOLDER(summary_gives_the_order),
        IN_A_FOLDER(missing_files_are_told),
        IN_A_FOLDER(nothing_to_read_is_told),
        IN_A_FOLDER(one_file_is_a_course),
        IN_A_FOLDER(lessons_are_found),
        IN_A_FOLDER(says_what_it_is),
        IN_A_FOLDER(wants_a_newer_program),
        IN_A_FOLDER(says_what_it_is_in_a_file),
        IN_A_FOLDER(wants_a_newer_program_in_a_file),
        IN_A_FOLDER(wrong_files_about_a_course),
        cmocka_unit_test(versions_are_compared_by_number),
        IN_A_FOLDER(wrong_words_of_a_course),
    };
    return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
