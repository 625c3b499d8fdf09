#include "lesson/exercise.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "lesson/source.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char prefix[] = "Exercise:";

bool exercise_title(const char *title)
{
    return strncasecmp(title, prefix, sizeof prefix - 1) == 0;
}

static const struct {
    const char *name;
    size_t field; /* in struct exercise */
} roles[] = {
    [BLOCK_STARTER] = {".starter", offsetof(struct exercise, starter)},
    [BLOCK_SOLUTION] = {".solution", offsetof(struct exercise, solution)},
    [BLOCK_CHECK] = {".check", offsetof(struct exercise, check)},
    [BLOCK_SETUP] = {".setup", offsetof(struct exercise, setup)},
    [BLOCK_WRONG] = {".wrong", 0},
};

/* Whoever reads it should learn something from it. */
static void take_wrong(struct exercise *exercise, struct block *block, const struct place *place)
{
    cmark_node *before = cmark_node_previous(block->node);
    if (before == NULL || cmark_node_get_type(before) != CMARK_NODE_PARAGRAPH)
        complain_at(place, "Say in a sentence before this wrong answer what its mistake is.");
    if (block->language == CODE_LUA)
        ARRAY_ADD(exercise->wrong, exercise->wrong_count, block);
    else
        ARRAY_ADD(exercise->programs[block->language].wrong, exercise->programs[block->language].wrong_count, block);
}

/* Where the block's place is; NULL: programs have no such part. */
static struct block **field_of(struct exercise *exercise, const struct block *block)
{
    struct programs *programs = &exercise->programs[block->language];
    if (block->language == CODE_LUA)
        return (struct block **)((char *)exercise + roles[block->role].field);
    return block->role == BLOCK_STARTER    ? &programs->starter
           : block->role == BLOCK_SOLUTION ? &programs->solution
                                           : NULL;
}

void exercise_take(struct exercise *exercise, struct block *block, const struct place *place)
{
    if (block->role == BLOCK_PLAIN)
        return;
    const char *name = roles[block->role].name;
    if (exercise == NULL) {
        complain_at(place, "A %s block belongs in a section `## Exercise: …`.", name);
        return;
    }
    if (block->role == BLOCK_WRONG && !block->ignored) {
        take_wrong(exercise, block, place);
        return;
    }
    struct block **field = field_of(exercise, block);
    if (field == NULL)
        complain_at(place, "A %s block is Lua, whatever language the exercise is solved in.", name);
    else if (block->ignored)
        complain_at(place, "A %s block runs; leave .ignore out.", name);
    else if (*field != NULL)
        complain_at(place, "This exercise has a %s block already, on line %d.", name, (*field)->line - 1);
    else if (block->role == BLOCK_SETUP && exercise->starter != NULL)
        complain_at(place, "The .setup block stands before the starter.");
    else
        *field = block;
}

const struct exercise *exercise_begun_by(const struct lesson *lesson, const struct block *starter)
{
    for (size_t i = 0; i < lesson->exercise_count; i++)
        if (lesson->exercises[i].starter == starter)
            return &lesson->exercises[i];
    return NULL;
}

bool exercise_offers(const struct exercise *exercise, enum code_language language)
{
    return exercise_starter_in(exercise, language) != NULL &&
           (exercise->exam || exercise_solution_in(exercise, language) != NULL);
}

bool exercise_is_judged(const struct exercise *exercise)
{
    return exercise->check != NULL || exercise->hidden_check != NULL;
}

bool exercise_has_faults(const struct exercise *exercise)
{
    return exercise != NULL && exercise->check != NULL && exercise->check->fault_count > 0;
}

const struct block *exercise_starter_in(const struct exercise *exercise, enum code_language language)
{
    return language == CODE_LUA ? exercise->starter : exercise->programs[language].starter;
}

const struct block *exercise_solution_in(const struct exercise *exercise, enum code_language language)
{
    return language == CODE_LUA ? exercise->solution : exercise->programs[language].solution;
}

/* Who begins in a language must be able to come to an end in it. */
static void complain_programs(const struct lesson *lesson, const struct exercise *exercise,
                              struct complaints *complaints)
{
    for (int language = CODE_LUA + 1; language < CODE_LANGUAGES; language++) {
        const struct programs *programs = &exercise->programs[language];
        const struct block *there = programs->starter != NULL    ? programs->starter
                                    : programs->solution != NULL ? programs->solution
                                    : programs->wrong_count > 0  ? programs->wrong[0]
                                                                 : NULL;
        if (there != NULL && (programs->starter == NULL || (programs->solution == NULL && !exercise->exam)))
            complaints_add(complaints, lesson->path, there->line - 1,
                           "In %s this exercise needs a ```%s {%s} block, too.", code_languages[language].name,
                           code_languages[language].word, programs->starter == NULL ? ".starter" : ".solution");
    }
}

/* Learners' copies of an exam have neither solution nor, as an author likes, check. */
void exercise_complain(const struct lesson *lesson, struct complaints *complaints)
{
    for (size_t i = 0; i < lesson->exercise_count; i++) {
        const struct exercise *exercise = &lesson->exercises[i];
        bool copy = exercise->exam && exercise->solution == NULL;
        const char *missing = exercise->starter == NULL             ? "a ```lua {.starter} block to begin with"
                              : exercise->solution == NULL && !copy ? "a ```lua {.solution} block that passes the check"
                              : !exercise_is_judged(exercise) && !copy
                                  ? "a ```lua {.check} block, or a .check.lua file beside the lesson"
                                  : NULL;
        if (missing != NULL)
            complaints_add(complaints, lesson->path, exercise->line, "This exercise needs %s.", missing);
        complain_programs(lesson, exercise, complaints);
    }
}

void exercise_share_points(struct lesson *lesson, struct complaints *complaints)
{
    const struct points *points = &lesson->points;
    if (points->count > 1 && points->count != lesson->exercise_count)
        complaints_add(complaints, lesson->path, points->line,
                       "points: %zu numbers for %zu exercises. Write one for each, or one for all.", points->count,
                       lesson->exercise_count);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        lesson->exercises[i].points = points->count == 0  ? 1
                                      : points->count > i ? points->list[i]
                                                          : points->list[points->count - 1];
}

void exercise_free(struct exercise *exercise)
{
    for (size_t i = 0; i < exercise->hint_count; i++)
        free(exercise->hints[i].summary);
    free(exercise->hints);
    free(exercise->wrong);
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        free(exercise->programs[i].wrong);
    free(exercise->hidden_check);
}

/* The title that a line `-- Exercise: title` names, yours to free; NULL for other lines. */
static char *title_on(const char *line, size_t length)
{
    size_t at = 0;
    while (at < length && (line[at] == '-' || line[at] == ' '))
        at++;
    if (length < 2 || strncmp(line, "--", 2) != 0 || length - at < sizeof prefix ||
        strncasecmp(line + at, prefix, sizeof prefix - 1) != 0)
        return NULL;
    while (length > at && isspace((unsigned char)line[length - 1]))
        length--;
    return memory_copy_bytes(line + at, length - at);
}

static const char *title_of(const struct lesson *lesson, const struct exercise *exercise)
{
    return lesson->sections[exercise->section].title;
}

static struct exercise *exercise_titled(const struct lesson *lesson, const char *title, const struct place *place)
{
    struct nearest nearest = nearest_to(title);
    for (size_t i = 0; i < lesson->exercise_count; i++) {
        if (strcasecmp(title, title_of(lesson, &lesson->exercises[i])) == 0)
            return &lesson->exercises[i];
        nearest_try(&nearest, title_of(lesson, &lesson->exercises[i]));
    }
    complain_at(place, "The lesson has no `%s`.%s%s%s", title, nearest.name ? " Did you mean `" : "",
                nearest.name ? nearest.name : "", nearest.name ? "`?" : "");
    return NULL;
}

/* Gives the lines [first, last) to the exercise. */
static void hide_lines(struct exercise *exercise, const struct source *source, int first, int last)
{
    if (exercise == NULL || first >= last)
        return;
    size_t begin = source_offset(source, first), end = source_offset(source, last);
    free(exercise->hidden_check);
    exercise->hidden_check = memory_copy_bytes(source->text + begin, end - begin);
    exercise->hidden_check_line = first;
}

void exercise_hide_checks(struct lesson *lesson, const char *path, const char *text, size_t length,
                          struct complaints *complaints)
{
    struct source source = source_of(text, length);
    struct exercise *exercise = lesson->exercise_count == 1 ? &lesson->exercises[0] : NULL;
    int first = 1, titles = 0;
    for (int line = 1; line <= source.lines; line++) {
        size_t line_length;
        const char *start = source_line(&source, line, &line_length);
        char *title = title_on(start, line_length);
        if (title == NULL)
            continue;
        if (titles++ > 0)
            hide_lines(exercise, &source, first, line);
        exercise = exercise_titled(lesson, title, &(struct place){complaints, path, line});
        first = line;
        free(title);
    }
    hide_lines(exercise, &source, first, source.lines + 1);
    if (titles == 0 && lesson->exercise_count > 1)
        complaints_add(complaints, path, 1,
                       "The lesson has several exercises. Begin each check with a line `-- Exercise: title`.");
    source_free(&source);
}
