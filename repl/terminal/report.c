#include "terminal/report.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "render/command_line.h"
#include "render/terminal_outcome.h"
#include "terminal/named.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS = 5 };
static const char *const heading[COLUMNS] = {"lesson", "steps", "answers", "exercises", "last"};

static void day_of(char *room, size_t size, int64_t seconds)
{
    time_t moment = (time_t)seconds;
    struct tm parts;
    if (localtime_r(&moment, &parts) == NULL || strftime(room, size, "%Y-%m-%d", &parts) == 0)
        *room = '\0';
}

/* "3 of 11", or nothing where there is nothing to count. */
static char *share(size_t part, size_t whole)
{
    return whole > 0 ? text_make("%zu of %zu", part, whole) : memory_copy("");
}

static void fill_row(char **cells, const struct progress_lesson *lesson)
{
    char day[16];
    day_of(day, sizeof day, lesson->touched);
    cells[0] = memory_copy(lesson->title);
    cells[1] = lesson->furthest >= lesson->steps ? memory_copy("all") : share(lesson->furthest, lesson->steps);
    cells[2] =
        lesson->answers > 0 ? text_make("%zu of %zu right", lesson->right_answers, lesson->answers) : memory_copy("");
    cells[3] = lesson->exercises > 0 ? text_make("%zu solved", lesson->solved) : memory_copy("");
    cells[4] = memory_copy(day);
}

static void add_table(struct text *out, const struct progress_lesson *list, size_t count, const struct look *look)
{
    struct outcome_value table = {.rows = count + 1, .columns = COLUMNS, .heading = true};
    table.cells = memory_new(table.rows * COLUMNS, sizeof *table.cells);
    for (size_t c = 0; c < COLUMNS; c++)
        table.cells[c] = memory_copy(heading[c]);
    for (size_t i = 0; i < count; i++)
        fill_row(table.cells + (i + 1) * COLUMNS, &list[i]);
    terminal_table(out, &table, look);
    array_free_strings(table.cells, table.rows * COLUMNS);
}

static void free_list(struct progress_lesson *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        progress_lesson_free(&list[i]);
    free(list);
}

void report_show(struct tutor *tutor)
{
    size_t count;
    struct progress_lesson *list = progress_list(tutor_progress(tutor), &count);
    struct text out = TEXT_EMPTY;
    if (count == 0)
        text_add(&out, "No lesson was begun yet. Enter begins the first.\n");
    else
        add_table(&out, list, count, &tutor->screen.look);
    screen_take(&tutor->screen, &out);
    free_list(list, count);
}

static json_t *json_of(const struct progress_lesson *lesson)
{
    char *name = utf8_name(lesson->name), *title = utf8_name(lesson->title);
    json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "name", name, "title", title, "step",
                             (json_int_t)lesson->step, "furthest", (json_int_t)lesson->furthest, "steps",
                             (json_int_t)lesson->steps, "answers", (json_int_t)lesson->answers, "right_answers",
                             (json_int_t)lesson->right_answers, "exercises", (json_int_t)lesson->exercises, "solved",
                             (json_int_t)lesson->solved, "touched", (json_int_t)lesson->touched);
    free(name);
    free(title);
    return json;
}

static void print_json(const struct progress_lesson *list, size_t count)
{
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, json_of(&list[i]));
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

static int report(bool json, const char *lessons)
{
    struct tutor tutor = {.reading = {.index = -1}, .options = {.lessons = lessons}};
    screen_init(&tutor.screen, false, THEME_UNKNOWN);
    if (json) {
        size_t count;
        struct progress_lesson *list = progress_list(tutor_progress(&tutor), &count);
        print_json(list, count);
        free_list(list, count);
    } else {
        report_show(&tutor);
    }
    progress_close(tutor.progress);
    return 0;
}

int progress_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_PROGRESS, argc, argv, &status))
        return status;
    const char *lessons = line.said[SETTING_LESSONS].word;
    char *own = lessons != NULL ? named_own(SUBCOMMAND_PROGRESS, lessons) : NULL;
    status = lessons != NULL && own == NULL ? 2 : report(line.said[SETTING_JSON].number, own);
    free(own);
    return status;
}
