#include "lesson/progress.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/rows.h"
#include "base/text.h"
#include "lesson/chain.h"
#include "lesson/moved.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define VERSION 1

/* How long to wait for another tutor that is writing. */
#define PATIENCE_MS 3000

struct progress {
    sqlite3 *database;
    char *course;
    bool lasting; /* in a file, not in memory */
    int failed;   /* the last write did: SQLite's code */
};

/*
 * A write-ahead log never loses what was committed when the process dies, and with `synchronous` at NORMAL
 * it needs no fsync for each step; a power cut may cost the last steps, never the database.
 */
static const char setup[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF;";

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS lesson (course TEXT, name TEXT, title TEXT, step INTEGER, furthest INTEGER,"
    "  steps INTEGER, touched INTEGER, PRIMARY KEY (course, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS answer (course TEXT, name TEXT, step INTEGER, is_right INTEGER,"
    "  PRIMARY KEY (course, name, step)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS exercise (course TEXT, name TEXT, slug TEXT, attempts INTEGER, solved "
    "INTEGER,"
    "  PRIMARY KEY (course, name, slug)) WITHOUT ROWID;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

/*
 * Tables that came later.  Each is made when it is first written to: older databases are without it, and older programs
 * leave it alone.  Of what was forgotten the text of an entry is NULL, and the chain holds.
 */
enum late_table { TABLE_MISTAKES, TABLE_RECORD, TABLE_SHAPES };

static const char *const late_tables[] = {
    [TABLE_MISTAKES] =
        "CREATE TABLE IF NOT EXISTS mistake (course TEXT, name TEXT, step INTEGER, said TEXT COLLATE NOCASE,"
        "  right TEXT COLLATE NOCASE, times INTEGER, PRIMARY KEY (course, name, step, said)) WITHOUT ROWID",
    [TABLE_RECORD] =
        "CREATE TABLE IF NOT EXISTS entry (course TEXT, number INTEGER, lesson TEXT, text TEXT, digest TEXT,"
        "  link TEXT, PRIMARY KEY (course, number)) WITHOUT ROWID",
    [TABLE_SHAPES] = "CREATE TABLE IF NOT EXISTS shape (course TEXT, name TEXT, marks TEXT, PRIMARY KEY (course, name))"
                     " WITHOUT ROWID",
};

const char *progress_library(void)
{
    return "SQLite " SQLITE_VERSION;
}

char *progress_path(void)
{
    return place_user("XDG_DATA_HOME", ".local/share", "progress.db");
}

static int user_version(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

enum opened { OPENED, OPENED_DAMAGED, OPENED_NEWER, OPENED_NOT };

static bool is_damage(int code)
{
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* True when the tables are the ones this program reads; somebody else's database has others. */
static bool has_tables(sqlite3 *database)
{
    static const char *const probes[] = {
        "SELECT course, name, title, step, furthest, steps, touched FROM lesson LIMIT 1",
        "SELECT course, name, step, is_right FROM answer LIMIT 1",
        "SELECT course, name, slug, attempts, solved FROM exercise LIMIT 1",
    };
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        int code = sqlite3_exec(database, probes[i], NULL, NULL, NULL);
        if (code != SQLITE_OK && code != SQLITE_BUSY)
            return false;
    }
    return true;
}

/* On anything but OPENED, *database is closed and NULL. */
static enum opened open_database(const char *path, sqlite3 **database)
{
    enum opened opened = OPENED_NOT;
    int code = sqlite3_open_v2(path, database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(*database, PATIENCE_MS);
        int version = user_version(*database);
        code = sqlite3_errcode(*database);
        if (version > VERSION)
            opened = OPENED_NEWER;
        else if (version >= 0 && (code = sqlite3_exec(*database, setup, NULL, NULL, NULL)) == SQLITE_OK &&
                 (version == VERSION || (code = sqlite3_exec(*database, schema, NULL, NULL, NULL)) == SQLITE_OK))
            opened = has_tables(*database) ? OPENED : OPENED_DAMAGED;
    }
    if (opened == OPENED_NOT && is_damage(code))
        opened = OPENED_DAMAGED;
    if (opened != OPENED) {
        sqlite3_close(*database);
        *database = NULL;
    }
    return opened;
}

/* Renames the database and what belongs to it; yours to free: the new name, NULL when that failed. */
static char *set_aside(const char *path, const char *why)
{
    for (int number = 1; number < 1000; number++) {
        char *aside = text_make("%s.%s-%d", path, why, number);
        if (access(aside, F_OK) == 0) {
            free(aside);
            continue;
        }
        if (rename(path, aside) != 0) {
            free(aside);
            return NULL;
        }
        static const char *const others[] = {"-wal", "-shm", "-journal"};
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            char *from = text_make("%s%s", path, others[i]), *to = text_make("%s%s", aside, others[i]);
            rename(from, to);
            free(from);
            free(to);
        }
        return aside;
    }
    return NULL;
}

static char *replace(const char *path, enum opened opened, sqlite3 **database)
{
    static const struct {
        const char *word, *sentence;
    } reasons[] = {
        [OPENED_DAMAGED] = {"damaged", "Your progress file could not be read."},
        [OPENED_NEWER] = {"newer", "Your progress file was written by a newer Sockrates."},
    };
    char *aside = set_aside(path, reasons[opened].word);
    if (aside == NULL || open_database(path, database) != OPENED) {
        free(aside);
        return NULL;
    }
    char *notice = text_make("%s It is kept as %s; a new one begins.", reasons[opened].sentence, aside);
    free(aside);
    return notice;
}

struct progress *progress_open(const char *path, const char *course, char **notice)
{
    struct progress *progress = memory_new(1, sizeof *progress);
    progress->course = memory_copy(course);
    *notice = NULL;
    file_make_folders(path);
    enum opened opened = open_database(path, &progress->database);
    if (opened == OPENED_DAMAGED || opened == OPENED_NEWER)
        *notice = replace(path, opened, &progress->database);
    progress->lasting = progress->database != NULL;
    if (!progress->lasting) {
        *notice = text_make("Progress cannot be written to %s: it lasts until you leave.", path);
        open_database(":memory:", &progress->database);
    }
    return progress;
}

void progress_close(struct progress *progress)
{
    if (progress == NULL)
        return;
    sqlite3_close(progress->database);
    free(progress->course);
    free(progress);
}

/* --- statements ----------------------------------------------------------------------------------------- */

/*
 * Prepares with ?1 the course and then one value for each type: t a text, which may be NULL, i a size_t.  NULL when
 * the database is of no use any more.
 */
static sqlite3_stmt *prepare(struct progress *progress, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(progress->database, sql, -1, &statement, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(statement, 1, progress->course, -1, SQLITE_TRANSIENT);
    va_list list;
    va_start(list, types);
    for (int i = 0; types[i] != '\0'; i++)
        if (types[i] == 't')
            sqlite3_bind_text(statement, i + 2, va_arg(list, const char *), -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_int64(statement, i + 2, (sqlite3_int64)va_arg(list, size_t));
    va_end(list);
    return statement;
}

static void run(struct progress *progress, sqlite3_stmt *statement)
{
    int code = statement != NULL ? sqlite3_step(statement) : sqlite3_errcode(progress->database);
    progress->failed = code == SQLITE_DONE || code == SQLITE_ROW ? 0 : code;
    sqlite3_finalize(statement);
}

static void make_table(struct progress *progress, enum late_table table)
{
    sqlite3_exec(progress->database, late_tables[table], NULL, NULL, NULL);
}

const char *progress_trouble(struct progress *progress)
{
    int moved = 0;
    if (!progress->lasting)
        return "its file cannot be written";
    if (progress->failed != 0)
        return sqlite3_errstr(progress->failed);
    sqlite3_file_control(progress->database, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved ? "its file is no longer there" : NULL;
}

#define LESSON_COLUMNS                                                                             \
    "SELECT name, title, step, furthest, steps, touched,"                                          \
    " (SELECT count(*) FROM answer a WHERE a.course = l.course AND a.name = l.name),"              \
    " (SELECT count(*) FROM answer a WHERE a.course = l.course AND a.name = l.name AND is_right)," \
    " (SELECT count(*) FROM exercise e WHERE e.course = l.course AND e.name = l.name),"            \
    " (SELECT count(*) FROM exercise e WHERE e.course = l.course AND e.name = l.name AND solved)"  \
    " FROM lesson l WHERE course = ?1"

static size_t column_size(sqlite3_stmt *statement, int column)
{
    sqlite3_int64 value = sqlite3_column_int64(statement, column);
    return value > 0 ? (size_t)value : 0;
}

static char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return memory_copy(text ? (const char *)text : "");
}

static bool next_lesson(sqlite3_stmt *statement, struct progress_lesson *lesson)
{
    if (statement == NULL || sqlite3_step(statement) != SQLITE_ROW)
        return false;
    *lesson = (struct progress_lesson){
        .name = column_text(statement, 0),
        .title = column_text(statement, 1),
        .step = column_size(statement, 2),
        .furthest = column_size(statement, 3),
        .steps = column_size(statement, 4),
        .touched = sqlite3_column_int64(statement, 5),
        .answers = column_size(statement, 6),
        .right_answers = column_size(statement, 7),
        .exercises = column_size(statement, 8),
        .solved = column_size(statement, 9),
    };
    return true;
}

void progress_lesson_free(struct progress_lesson *lesson)
{
    free(lesson->name);
    free(lesson->title);
}

static bool first_lesson(sqlite3_stmt *statement, struct progress_lesson *lesson)
{
    bool found = next_lesson(statement, lesson);
    sqlite3_finalize(statement);
    return found;
}

bool progress_last(struct progress *progress, struct progress_lesson *lesson)
{
    return first_lesson(prepare(progress, LESSON_COLUMNS " ORDER BY touched DESC LIMIT 1", ""), lesson);
}

bool progress_find(struct progress *progress, const char *name, struct progress_lesson *lesson)
{
    return first_lesson(prepare(progress, LESSON_COLUMNS " AND name = ?2", "t", name), lesson);
}

struct progress_lesson *progress_list(struct progress *progress, size_t *count)
{
    struct progress_lesson *list = NULL, lesson;
    *count = 0;
    sqlite3_stmt *statement = prepare(progress, LESSON_COLUMNS " ORDER BY name", "");
    while (next_lesson(statement, &lesson))
        ARRAY_ADD(list, *count, lesson);
    sqlite3_finalize(statement);
    return list;
}

void progress_store(struct progress *progress, const char *name, const char *title, size_t step, size_t steps)
{
    /* `touched` must order two lessons of the same second too. */
    run(progress, prepare(progress,
                          "INSERT INTO lesson VALUES (?1, ?2, ?3, ?4, ?4, ?5,"
                          "  max(CAST(strftime('%s') AS INTEGER), (SELECT coalesce(max(touched), 0) + 1 FROM lesson "
                          "WHERE name <> ?2)))"
                          " ON CONFLICT DO UPDATE SET title = ?3, step = ?4, furthest = max(furthest, ?4), steps = ?5,"
                          " touched = excluded.touched",
                          "ttii", name, title, step, steps));
}

void progress_answer(struct progress *progress, const char *name, size_t step, bool right)
{
    run(progress,
        prepare(progress, "INSERT OR IGNORE INTO answer VALUES (?1, ?2, ?3, ?4)", "tii", name, step, (size_t)right));
}

void progress_expected(struct progress *progress, const char *name, size_t step, const char *said, const char *right)
{
    make_table(progress, TABLE_MISTAKES);
    run(progress, prepare(progress,
                          "INSERT INTO mistake VALUES (?1, ?2, ?3, ?4, ?5, 1)"
                          " ON CONFLICT DO UPDATE SET times = times + 1, right = ?5",
                          "titt", name, step, said, right));
}

void progress_learnt(struct progress *progress, const char *name, size_t step)
{
    make_table(progress, TABLE_MISTAKES);
    run(progress,
        prepare(progress, "DELETE FROM mistake WHERE course = ?1 AND name = ?2 AND step = ?3", "ti", name, step));
}

size_t progress_mistakes(struct progress *progress, const char *name, size_t asked, struct mistake *list, size_t room)
{
    size_t count = 0;
    sqlite3_stmt *statement =
        prepare(progress,
                "SELECT said, right, (SELECT sum(times) FROM mistake o"
                "  WHERE o.course = ?1 AND o.said = m.said AND o.right = m.right) AS total, max(step = ?3)"
                " FROM mistake m WHERE course = ?1 AND name = ?2 GROUP BY said, right ORDER BY total DESC, min(step)",
                "ti", name, asked);
    while (count < room && statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
        list[count++] = (struct mistake){.said = column_text(statement, 0),
                                         .right = column_text(statement, 1),
                                         .times = column_size(statement, 2),
                                         .asked = sqlite3_column_int(statement, 3) != 0};
    sqlite3_finalize(statement);
    return count;
}

void progress_mistake_free(struct mistake *mistake)
{
    free(mistake->said);
    free(mistake->right);
}

bool progress_hardest(struct progress *progress, const char *name, size_t *step)
{
    sqlite3_stmt *statement = prepare(progress,
                                      "SELECT step FROM mistake WHERE course = ?1 AND name = ?2"
                                      " GROUP BY step ORDER BY sum(times) DESC, step LIMIT 1",
                                      "t", name);
    bool found = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    if (found)
        *step = column_size(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

void progress_exercise(struct progress *progress, const char *name, const char *exercise, bool solved)
{
    run(progress, prepare(progress,
                          "INSERT INTO exercise VALUES (?1, ?2, ?3, 1, ?4)"
                          " ON CONFLICT DO UPDATE SET attempts = attempts + 1, solved = max(solved, ?4)",
                          "tti", name, exercise, (size_t)solved));
}

size_t progress_attempts(struct progress *progress, const char *name, const char *exercise, bool *solved)
{
    size_t attempts = 0;
    *solved = false;
    sqlite3_stmt *statement =
        prepare(progress, "SELECT attempts, solved FROM exercise WHERE course = ?1 AND name = ?2 AND slug = ?3", "tt",
                name, exercise);
    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
        attempts = column_size(statement, 0);
        *solved = sqlite3_column_int(statement, 1) != 0;
    }
    sqlite3_finalize(statement);
    return attempts;
}

/* --- the record ----------------------------------------------------------------------------------------- */

/* The number of the newest entry, and its link; 0 and "" before the first. */
static size_t newest_entry(struct progress *progress, char link[CHAIN_ROOM])
{
    size_t number = 0;
    sqlite3_stmt *statement =
        prepare(progress, "SELECT number, link FROM entry WHERE course = ?1 ORDER BY number DESC LIMIT 1", "");
    *link = '\0';
    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
        number = column_size(statement, 0);
        snprintf(link, CHAIN_ROOM, "%s", (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    return number;
}

static void add_entry(struct progress *progress, const char *lesson, json_t *entry)
{
    char link[CHAIN_ROOM], digest[CHAIN_ROOM];
    size_t number = newest_entry(progress, link) + 1;
    json_object_set_new(entry, "at", json_integer(time(NULL)));
    char *text = chain_text(entry);
    chain_digest(text, strlen(text), digest);
    chain_link(link, digest, link);
    run(progress, prepare(progress, "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "itttt", number, lesson, text,
                          digest, link));
    free(text);
}

/* Nobody else's record begins so. */
static void begin_record(struct progress *progress)
{
    unsigned char bytes[16] = {0};
    char link[CHAIN_ROOM], seed[2 * sizeof bytes + 1];
    if (newest_entry(progress, link) > 0)
        return;
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        memcpy(bytes, &(int64_t){time(NULL)}, sizeof(int64_t));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(seed + 2 * i, 3, "%02x", bytes[i]);
    json_t *entry = json_pack("{s:s, s:s, s:s}", "kind", "begin", "seed", seed, "program", SOCKRATES_VERSION);
    add_entry(progress, NULL, entry);
    json_decref(entry);
}

void progress_note(struct progress *progress, const char *lesson, json_t *entry)
{
    make_table(progress, TABLE_RECORD);
    bool alone = sqlite3_exec(progress->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    if (!alone) {
        progress->failed = sqlite3_errcode(progress->database);
    } else {
        begin_record(progress);
        add_entry(progress, lesson, entry);
        sqlite3_exec(progress->database, progress->failed ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL);
    }
    json_decref(entry);
}

static bool is_wanted(const char *lesson, const char *const *lessons, size_t count)
{
    bool wanted = lesson == NULL || count == 0;
    for (size_t i = 0; !wanted && i < count; i++)
        wanted = strcmp(lesson, lessons[i]) == 0;
    return wanted;
}

json_t *progress_record(struct progress *progress, const char *const *lessons, size_t count)
{
    json_t *list = json_array();
    sqlite3_stmt *statement =
        prepare(progress, "SELECT lesson, text, digest, link FROM entry WHERE course = ?1 ORDER BY number", "");
    while (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 1);
        bool wanted = is_wanted((const char *)sqlite3_column_text(statement, 0), lessons, count);
        json_t *entry = text != NULL && wanted ? json_loads(text, 0, NULL) : NULL;
        json_t *item = entry != NULL ? json_pack("{s:o}", "entry", entry)
                                     : json_pack("{s:s}", "digest", (const char *)sqlite3_column_text(statement, 2));
        json_object_set_new(item, "link", json_string((const char *)sqlite3_column_text(statement, 3)));
        json_array_append_new(list, item);
    }
    sqlite3_finalize(statement);
    return list;
}

/* --- another version of a lesson -------------------------------------------------------------------------- */

/* The steps as they were when it was opened last; NULL: not known. */
static json_t *old_marks(struct progress *progress, const char *name)
{
    json_t *marks = NULL;
    sqlite3_stmt *statement = prepare(progress, "SELECT marks FROM shape WHERE course = ?1 AND name = ?2", "t", name);
    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
        marks = json_loads((const char *)sqlite3_column_text(statement, 0), 0, NULL);
    sqlite3_finalize(statement);
    return marks;
}

/* Numbers below zero are those that have not moved yet, so none meets another on its way. */
static void move_steps(struct progress *progress, const char *name, const size_t *map, size_t count)
{
    static const char *const tables[][3] = {
#define MOVES(table)                                                                      \
    {"UPDATE " table " SET step = -1 - step WHERE course = ?1 AND name = ?2",             \
     "UPDATE " table " SET step = ?4 WHERE course = ?1 AND name = ?2 AND step = -1 - ?3", \
     "DELETE FROM " table " WHERE course = ?1 AND name = ?2 AND step < 0"}
        MOVES("answer"),
        MOVES("mistake"),
#undef MOVES
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        run(progress, prepare(progress, tables[i][0], "t", name));
        for (size_t step = 0; step < count; step++)
            if (map[step] != MOVED_AWAY)
                run(progress, prepare(progress, tables[i][1], "tii", name, step, map[step]));
        run(progress, prepare(progress, tables[i][2], "t", name));
    }
}

static void move_place(struct progress *progress, const char *name, const size_t *map, size_t count, size_t count_now)
{
    struct progress_lesson lesson;
    if (!progress_find(progress, name, &lesson))
        return;
    run(progress,
        prepare(progress, "UPDATE lesson SET step = ?3, furthest = ?4, steps = ?5 WHERE course = ?1 AND name = ?2",
                "tiii", name, moved_place(map, count, lesson.step, count_now),
                moved_place(map, count, lesson.furthest, count_now), count_now));
    progress_lesson_free(&lesson);
}

static void follow_marks(struct progress *progress, const char *name, const json_t *old, const json_t *marks)
{
    size_t count = json_array_size(old), *map = moved_map(old, marks);
    move_steps(progress, name, map, count);
    move_place(progress, name, map, count, json_array_size(marks));
    free(map);
}

void progress_opened(struct progress *progress, const char *name, const json_t *marks)
{
    make_table(progress, TABLE_SHAPES);
    json_t *old = old_marks(progress, name);
    if (old == NULL || !json_equal(old, marks)) {
        char *text = json_dumps(marks, JSON_COMPACT);
        make_table(progress, TABLE_MISTAKES);
        bool alone = sqlite3_exec(progress->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
        if (alone && old != NULL)
            follow_marks(progress, name, old, marks);
        if (alone) {
            run(progress, prepare(progress, "INSERT OR REPLACE INTO shape VALUES (?1, ?2, ?3)", "tt", name, text));
            sqlite3_exec(progress->database, progress->failed ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL);
        }
        free(text);
    }
    json_decref(old);
}

/* What is kept of each lesson, by its name. */
#define TABLES_OF_LESSONS(row) row("lesson") row("answer") row("exercise") row("mistake") row("shape")

/* All of them in one transaction; `now` is for those that need two names. */
static void run_all(struct progress *progress, const char *const *statements, size_t count, const char *name,
                    const char *now)
{
    make_table(progress, TABLE_MISTAKES);
    make_table(progress, TABLE_SHAPES);
    make_table(progress, TABLE_RECORD);
    sqlite3_exec(progress->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        run(progress, prepare(progress, statements[i], now != NULL ? "tt" : "t", name, now));
    sqlite3_exec(progress->database, "COMMIT", NULL, NULL, NULL);
}

/* The record is left as it is: it says what the lesson was called then. */
void progress_rename(struct progress *progress, const char *name, const char *now)
{
#define RENAME(table) "UPDATE OR REPLACE " table " SET name = ?3 WHERE course = ?1 AND name = ?2",
    static const char *const statements[] = {TABLES_OF_LESSONS(RENAME)};
#undef RENAME
    run_all(progress, statements, ROW_COUNT(statements), name, now);
}

static bool is_begun(struct progress *progress, const char *course)
{
    sqlite3_stmt *statement =
        prepare(progress, "SELECT 1 FROM lesson WHERE course = coalesce(?2, ?1) LIMIT 1", "t", course);
    bool begun = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return begun;
}

void progress_adopt(struct progress *progress, const char *before)
{
#define ADOPT(table) "UPDATE OR IGNORE " table " SET course = ?1 WHERE course = ?2",
    static const char *const statements[] = {TABLES_OF_LESSONS(ADOPT) ADOPT("entry")};
#undef ADOPT
    if (strcmp(progress->course, before) != 0 && !is_begun(progress, NULL) && is_begun(progress, before))
        run_all(progress, statements, ROW_COUNT(statements), before, NULL);
}

void progress_reset(struct progress *progress, const char *name)
{
#define FORGET(table) "DELETE FROM " table " WHERE course = ?1 AND (?2 IS NULL OR name = ?2)",
    static const char *const statements[] = {
        TABLES_OF_LESSONS(FORGET) "DELETE FROM entry WHERE course = ?1 AND ?2 IS NULL",
        "UPDATE entry SET text = NULL WHERE course = ?1 AND lesson = ?2",
    };
#undef FORGET
    run_all(progress, statements, ROW_COUNT(statements), name, NULL);
}
