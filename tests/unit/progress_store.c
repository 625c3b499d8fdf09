/* Progress survives what happens to files. */
#include "lesson/progress.h"

#include "base/text.h"
#include "lesson/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int make_path(void **state)
{
    const char *place = getenv("TMPDIR");
    char *folder = text_make("%s/progress-XXXXXX", place ? place : "/tmp");
    assert_non_null(mkdtemp(folder));
    *state = text_make("%s/a/b/progress.db", folder);
    free(folder);
    return 0;
}

static int remove_path(void **state)
{
    char *folder = *state;
    *strstr(folder, "/a/b/") = '\0';
    char *command = text_make("chmod -R u+w '%s' && rm -r '%s'", folder, folder);
    int status = system(command);
    free(command);
    free(folder);
    return status;
}

static struct progress *open_well(const char *path)
{
    char *notice;
    struct progress *progress = progress_open(path, "", &notice);
    assert_null(notice);
    return progress;
}

static size_t step_of(struct progress *progress, const char *name)
{
    struct progress_lesson lesson;
    if (!progress_find(progress, name, &lesson))
        return SIZE_MAX;
    size_t step = lesson.step;
    progress_lesson_free(&lesson);
    return step;
}

static void it_remembers(void **state)
{
    struct progress *progress = open_well(*state);
    struct progress_lesson lesson;
    assert_false(progress_last(progress, &lesson));
    progress_store(progress, "04-connect", "connect", 3, 11);
    progress_store(progress, "01-what", "What", 9, 9);
    progress_store(progress, "04-connect", "connect", 2, 11);
    progress_answer(progress, "04-connect", 1, false);
    progress_answer(progress, "04-connect", 1, true);
    progress_answer(progress, "04-connect", 5, true);
    progress_exercise(progress, "04-connect", "five", false);
    progress_exercise(progress, "04-connect", "five", true);
    progress_exercise(progress, "04-connect", "five", false);
    progress_close(progress);

    progress = open_well(*state);
    assert_true(progress_last(progress, &lesson));
    assert_string_equal(lesson.name, "04-connect");
    assert_string_equal(lesson.title, "connect");
    assert_int_equal(lesson.step, 2);
    assert_int_equal(lesson.furthest, 3);
    assert_int_equal(lesson.steps, 11);
    assert_int_equal(lesson.answers, 2);
    assert_int_equal(lesson.right_answers, 1);
    assert_int_equal(lesson.exercises, 1);
    assert_int_equal(lesson.solved, 1);
    progress_lesson_free(&lesson);
    bool solved;
    assert_int_equal(progress_attempts(progress, "04-connect", "five", &solved), 3);
    assert_true(solved);
    size_t count;
    struct progress_lesson *list = progress_list(progress, &count);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "01-what");
    for (size_t i = 0; i < count; i++)
        progress_lesson_free(&list[i]);
    free(list);
    progress_close(progress);
}

static void mistakes_are_counted(void **state)
{
    struct progress *progress = open_well(*state);
    struct mistake list[2];
    size_t step = 99;
    assert_int_equal(progress_mistakes(progress, "a", 7, list, 2), 0);
    assert_false(progress_hardest(progress, "a", &step));
    progress_expected(progress, "a", 3, "Refused", "no answer");
    progress_expected(progress, "a", 5, "refused", "No answer");
    progress_expected(progress, "b", 1, "refused", "no answer");
    progress_expected(progress, "a", 7, "other", "no answer");
    progress_expected(progress, "a", 7, "other", "no answer");
    assert_int_equal(progress_mistakes(progress, "a", 7, list, 2), 2);
    assert_int_equal(list[0].times, 3);
    assert_false(list[0].asked);
    assert_true(list[1].asked);
    assert_string_equal(list[1].said, "other");
    assert_int_equal(list[1].times, 2);
    for (size_t i = 0; i < 2; i++)
        progress_mistake_free(&list[i]);
    assert_true(progress_hardest(progress, "a", &step));
    assert_int_equal(step, 7);
    progress_learnt(progress, "a", 7);
    assert_true(progress_hardest(progress, "a", &step));
    assert_int_equal(step, 3);
    progress_reset(progress, "a");
    assert_false(progress_hardest(progress, "a", &step));
    assert_true(progress_hardest(progress, "b", &step));
    assert_null(progress_trouble(progress));
    progress_close(progress);
}

static void reset_forgets_one_or_all(void **state)
{
    struct progress *progress = open_well(*state);
    progress_store(progress, "a", "A", 1, 2);
    progress_store(progress, "b", "B", 1, 2);
    progress_answer(progress, "a", 1, true);
    progress_reset(progress, "a");
    assert_true(step_of(progress, "a") == SIZE_MAX);
    assert_int_equal(step_of(progress, "b"), 1);
    progress_reset(progress, NULL);
    assert_true(step_of(progress, "b") == SIZE_MAX);
    progress_close(progress);
}

static void note_answer(struct progress *progress, const char *lesson, const char *said)
{
    progress_note(progress, lesson, json_pack("{s:s, s:s, s:s}", "kind", "answer", "lesson", lesson, "said", said));
}

/* So many entries, whose chain holds. */
static void assert_record(struct progress *progress, size_t count)
{
    json_t *record = progress_record(progress, NULL, 0);
    assert_int_equal(json_array_size(record), count);
    assert_int_equal(chain_broken(record), count);
    json_decref(record);
}

/* Four processes write into one file, as several tutors of one learner do. */
static void a_record_of_several_tutors_is_one_chain(void **state)
{
    enum { TUTORS = 4, ENTRIES = 25 };
    progress_close(open_well(*state));
    for (int i = 0; i < TUTORS; i++)
        if (fork() == 0) {
            struct progress *progress = open_well(*state);
            for (int k = 0; k < ENTRIES; k++)
                note_answer(progress, "a", "2");
            _exit(progress_trouble(progress) != NULL);
        }
    for (int i = 0, status; i < TUTORS; i++) {
        wait(&status);
        assert_int_equal(status, 0);
    }
    struct progress *progress = open_well(*state);
    assert_record(progress, TUTORS * ENTRIES + 1);
    progress_close(progress);
}

static void a_record_that_was_changed_is_known(void **state)
{
    struct progress *progress = open_well(*state);
    note_answer(progress, "a", "eleven"); /* digits may stand in the time or the seed of an entry, too */
    note_answer(progress, "b", "2");
    progress_close(progress);
    sqlite3 *database;
    assert_int_equal(sqlite3_open(*state, &database), SQLITE_OK);
    sqlite3_exec(database, "UPDATE entry SET text = replace(text, 'eleven', '2')", NULL, NULL, NULL);
    sqlite3_close(database);
    progress = open_well(*state);
    json_t *record = progress_record(progress, NULL, 0);
    assert_int_equal(chain_broken(record), 1);
    json_decref(record);
    progress_close(progress);
}

static void what_a_record_forgets_leaves_its_chain(void **state)
{
    struct progress *progress = open_well(*state);
    assert_record(progress, 0);
    note_answer(progress, "a", "secret");
    note_answer(progress, "b", "2");
    progress_reset(progress, "a");
    note_answer(progress, "b", "3");
    assert_record(progress, 4);
    const char *const only[] = {"a"};
    json_t *record = progress_record(progress, only, 1);
    char *text = json_dumps(record, 0);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "answer"));
    assert_int_equal(chain_broken(record), 4);
    free(text);
    json_decref(record);
    progress_reset(progress, NULL);
    assert_record(progress, 0);
    progress_close(progress);
}

static void courses_are_kept_apart(void **state)
{
    char *notice;
    struct progress *one = open_well(*state);
    struct progress *other = progress_open(*state, "/elsewhere", &notice);
    progress_store(one, "a", "A", 1, 2);
    assert_true(step_of(other, "a") == SIZE_MAX);
    progress_close(one);
    progress_close(other);
}

static void write_file(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
}

static void assert_set_aside(const char *path, const char *word, const char *sentence)
{
    char *notice;
    struct progress *progress = progress_open(path, "", &notice);
    assert_non_null(notice);
    assert_non_null(strstr(notice, sentence));
    char *aside = text_make("%s.%s-1", path, word);
    assert_non_null(strstr(notice, aside));
    assert_int_equal(access(aside, R_OK), 0);
    free(aside);
    free(notice);
    progress_store(progress, "a", "A", 1, 2);
    progress_close(progress);
    progress = open_well(path);
    assert_int_equal(step_of(progress, "a"), 1);
    progress_close(progress);
}

static void a_damaged_file_is_set_aside(void **state)
{
    progress_close(open_well(*state));
    write_file(*state, "this is no database at all, but long enough to be looked at as one; it is only text");
    assert_set_aside(*state, "damaged", "could not be read");
}

static void an_alien_database_is_set_aside(void **state)
{
    progress_close(open_well(*state));
    sqlite3 *database;
    assert_int_equal(sqlite3_open(*state, &database), SQLITE_OK);
    sqlite3_exec(database, "DROP TABLE lesson; CREATE TABLE lesson (x)", NULL, NULL, NULL);
    sqlite3_close(database);
    assert_set_aside(*state, "damaged", "could not be read");
}

static void a_newer_database_is_set_aside(void **state)
{
    progress_close(open_well(*state));
    sqlite3 *database;
    assert_int_equal(sqlite3_open(*state, &database), SQLITE_OK);
    sqlite3_exec(database, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(database);
    assert_set_aside(*state, "newer", "newer Sockrates");
}

static void a_place_that_cannot_be_written(void **state)
{
    (void)state;
    char *notice;
    struct progress *progress = progress_open("/proc/none/progress.db", "", &notice);
    assert_non_null(strstr(notice, "cannot be written"));
    free(notice);
    progress_store(progress, "a", "A", 1, 2);
    assert_int_equal(step_of(progress, "a"), 1);
    progress_close(progress);
}

/* A process stores step after step and says each number once it is stored; it is killed in the midst. */
static void kill_loses_nothing(void **state)
{
    progress_close(open_well(*state));
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char *notice;
        struct progress *progress = progress_open(*state, "", &notice);
        for (size_t step = 0;; step++) {
            progress_store(progress, "a", "A", step, 1000000);
            if (write(ends[1], &step, sizeof step) < 0)
                _exit(1);
        }
    }
    close(ends[1]);
    size_t step = 0, said = 0;
    while (step < 200 && read(ends[0], &step, sizeof step) == sizeof step)
        continue;
    kill(child, SIGKILL);
    while (read(ends[0], &said, sizeof said) == sizeof said)
        step = said;
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ends[0]);
    struct progress *progress = open_well(*state);
    size_t stored = step_of(progress, "a");
    assert_true(stored == step || stored == step + 1);
    progress_close(progress);
}

static void two_at_once(void **state)
{
    progress_close(open_well(*state));
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            char *notice;
            struct progress *progress = progress_open(*state, "", &notice);
            for (size_t attempt = 0; attempt < 100; attempt++)
                progress_exercise(progress, "a", "e", false);
            progress_close(progress);
            _exit(notice != NULL);
        }
    }
    for (int i = 0; i < 2; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct progress *progress = open_well(*state);
    bool solved;
    assert_int_equal(progress_attempts(progress, "a", "e", &solved), 200);
    progress_close(progress);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_path, remove_path)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(it_remembers),
        IN_A_FOLDER(reset_forgets_one_or_all),
        IN_A_FOLDER(a_record_of_several_tutors_is_one_chain),
        IN_A_FOLDER(a_record_that_was_changed_is_known),
        IN_A_FOLDER(what_a_record_forgets_leaves_its_chain),
        IN_A_FOLDER(mistakes_are_counted),
        IN_A_FOLDER(courses_are_kept_apart),
        IN_A_FOLDER(a_damaged_file_is_set_aside),
        IN_A_FOLDER(an_alien_database_is_set_aside),
        IN_A_FOLDER(a_newer_database_is_set_aside),
        IN_A_FOLDER(a_place_that_cannot_be_written),
        IN_A_FOLDER(kill_loses_nothing),
        IN_A_FOLDER(two_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
