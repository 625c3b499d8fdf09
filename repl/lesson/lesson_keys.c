#include "lesson/lesson_keys.h"

#include "base/array.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/rows.h"
#include "lesson/complain.h"
#include "lesson/options.h"

#include <stdlib.h>
#include <string.h>

static void read_minutes(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    char *end;
    long minutes = strtol(value->items[0], &end, 10);
    if (*end != '\0' || minutes < 1 || minutes > 600)
        complain_at(place, "minutes: `%s` is no number from 1 to 600.", value->items[0]);
    else
        lesson->minutes = (int)minutes;
}

static void read_timeout(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    if (!duration_read_limit(value->items[0], &lesson->timeout))
        complain_at(place, "timeout: `%s` is no limit. Write it like 2s or 500ms.", value->items[0]);
}

static void read_sessions(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    lesson->apart = strcmp(value->items[0], "section") == 0;
    if (!lesson->apart && strcmp(value->items[0], "lesson") != 0)
        complain_at(place, "sessions: `%s` is neither lesson, one for all of it, nor section, one for each.",
                    value->items[0]);
}

static void read_exam(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    lesson->exam = front_flag("exam", "without hints and solutions", value, place);
}

static void read_points(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    lesson->points.line = place->line;
    for (size_t i = 0; i < value->count; i++) {
        char *end;
        long points = strtol(value->items[i], &end, 10);
        if (*end != '\0' || points < 1 || points > 1000)
            complain_at(place, "points: `%s` is no number from 1 to 1000.", value->items[i]);
        else
            ARRAY_ADD(lesson->points.list, lesson->points.count, (int)points);
    }
}

static void read_network(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    lesson->lab = strcmp(value->items[0], "lab") == 0;
    if (!lesson->lab && strcmp(value->items[0], "loopback") != 0)
        complain_at(place, "network: `%s` is neither lab, a private network, nor loopback.", value->items[0]);
}

/* A tag of letters and digits, as BCP 47 has it: "de", "pt-BR", "zh-Hant". */
static void read_lang(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    const char *tag = value->items[0];
    size_t first = strspn(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t rest = strspn(tag + first, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (first < 2 || first > 3 || tag[first + rest] != '\0' || (rest > 0 && tag[first] != '-')) {
        complain_at(place, "lang: `%s` is no language. Write it like de or pt-BR.", tag);
        return;
    }
    free(lesson->lang);
    lesson->lang = memory_copy(tag);
}

static void read_needs(void *owner, const struct front_value *value, const struct place *place)
{
    struct lesson *lesson = owner;
    for (size_t i = 0; i < value->count; i++)
        lesson->needs |= options_needs(value->items[i], place);
}

static const struct front_key rows[] = {
    {.name = "title", .text = offsetof(struct lesson, title)},
    {.name = "summary", .text = offsetof(struct lesson, summary)},
    {.name = "license", .text = offsetof(struct lesson, license)},
    {.name = "recorded", .text = offsetof(struct lesson, recorded)},
    {.name = "goals", .list = true, .words = offsetof(struct lesson, goals)},
    {.name = "requires", .list = true, .words = offsetof(struct lesson, requires)},
    {.name = "authors", .list = true, .words = offsetof(struct lesson, authors)},
    {.name = "needs", .list = true, .read = read_needs},
    {.name = "lang", .read = read_lang},
    {.name = "minutes", .read = read_minutes},
    {.name = "timeout", .read = read_timeout},
    {.name = "exam", .read = read_exam},
    {.name = "points", .list = true, .read = read_points},
    {.name = "network", .read = read_network},
    {.name = "sessions", .read = read_sessions},
};

const struct front_keys lesson_keys = {"lesson", rows, ROW_COUNT(rows)};
