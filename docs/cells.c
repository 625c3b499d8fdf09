#include "cells.h"

#include "site.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* An id has at most 64 letters, digits, hyphens and underscores; this leaves room for a number. */
enum { NAME_LONGEST = 48 };

struct cells cells_new(void)
{
    return (struct cells){.list = json_array(), .taken = json_object()};
}

json_t *cells_end(struct cells *cells)
{
    json_t *list = cells->list;
    json_decref(cells->taken);
    *cells = (struct cells){.list = NULL};
    return list;
}

/* --- ids ------------------------------------------------------------------------------------------------ */

/* What an id may not have is left out; then, or when it is too long, a hash tells it from others. */
static char *plain_name(const char *name)
{
    struct text plain = TEXT_EMPTY;
    size_t length = strlen(name);
    for (const char *c = name; *c != '\0'; c++)
        if (isalnum((unsigned char)*c) || *c == '-' || *c == '_')
            text_add_char(&plain, *c);
    if (plain.length < length || length > NAME_LONGEST) {
        text_cut(&plain, plain.length < NAME_LONGEST - 9 ? plain.length : NAME_LONGEST - 9);
        while (plain.length > 0 && plain.bytes[plain.length - 1] == '-')
            text_cut(&plain, plain.length - 1);
        text_format(&plain, "%s%08x", plain.length > 0 ? "-" : "", (unsigned)site_hash(name, length));
    }
    return text_steal(&plain);
}

static bool take(struct cells *cells, const char *id)
{
    bool fresh = json_object_get(cells->taken, id) == NULL;
    if (fresh)
        json_object_set_new(cells->taken, id, json_true());
    return fresh;
}

char *cells_id_named(struct cells *cells, const char *name)
{
    char *plain = plain_name(name), *id = memory_copy(plain);
    for (int again = 2; !take(cells, id); again++) {
        free(id);
        id = text_make("%s-%d", plain, again);
    }
    free(plain);
    return id;
}

char *cells_id(struct cells *cells, const char *place, const char *kind)
{
    char *plain = plain_name(place), *name = text_make("%s-%s", plain, kind);
    char *id = cells_id_named(cells, name);
    free(plain);
    free(name);
    return id;
}

/* --- cells ---------------------------------------------------------------------------------------------- */

json_t *cell_lines(const char *text, size_t length)
{
    json_t *lines = json_array();
    for (size_t at = 0, end; at < length; at = end) {
        const char *newline = memchr(text + at, '\n', length - at);
        end = newline ? (size_t)(newline + 1 - text) : length;
        json_array_append_new(lines, json_stringn(text + at, end - at));
    }
    return lines;
}

static json_t *add(struct cells *cells, const char *type, char *id, struct text *source)
{
    size_t length = source->length;
    while (length > 0 && source->bytes[length - 1] == '\n')
        length--;
    json_t *cell = json_pack("{s:s, s:s, s:{}, s:o}", "cell_type", type, "id", id, "metadata", "source",
                             cell_lines(text_string(source), length));
    json_array_append_new(cells->list, cell);
    text_free(source);
    free(id);
    return cell;
}

json_t *cells_add_markdown(struct cells *cells, char *id, struct text *source)
{
    return add(cells, "markdown", id, source);
}

json_t *cells_add_code(struct cells *cells, char *id, struct text *source)
{
    json_t *cell = add(cells, "code", id, source);
    json_object_set_new(cell, "execution_count", json_null());
    json_object_set_new(cell, "outputs", json_array());
    cells->codes++;
    return cell;
}

void cells_count(struct cells *cells, json_t *cell)
{
    json_object_set_new(cell, "execution_count", json_integer(cells->codes));
}

/* The forms of a result are kept as lines, too. */
static void split_forms(json_t *data)
{
    const char *form;
    json_t *value;
    void *next;
    json_object_foreach_safe(data, next, form, value)
    {
        if (json_is_string(value))
            json_object_set_new(data, form, cell_lines(json_string_value(value), json_string_length(value)));
    }
}

void cells_add_output(struct cells *cells, json_t *cell, json_t *output)
{
    split_forms(json_object_get(output, "data"));
    if (strcmp(json_string_value(json_object_get(output, "output_type")), "execute_result") == 0)
        json_object_set_new(output, "execution_count", json_integer(cells->codes));
    json_array_append_new(json_object_get(cell, "outputs"), output);
}

/* --- what is said of a cell ----------------------------------------------------------------------------- */

static json_t *metadata_of(json_t *cell, const char *key, json_t *otherwise)
{
    json_t *metadata = json_object_get(cell, "metadata");
    if (json_object_get(metadata, key) == NULL)
        json_object_set(metadata, key, otherwise);
    json_decref(otherwise);
    return json_object_get(metadata, key);
}

void cell_add_tag(json_t *cell, const char *tag)
{
    json_array_append_new(metadata_of(cell, "tags", json_array()), json_string(tag));
}

void cell_fold(json_t *cell, const char *part)
{
    json_object_set_new(metadata_of(cell, "jupyter", json_object()), part, json_true());
}

static const struct {
    bool grade, locked, solution;
} parts[] = {
    [CELL_ANSWER] = {.solution = true},
    [CELL_TEST] = {.grade = true, .locked = true},
    [CELL_LOCKED] = {.locked = true},
};

void cell_grade(json_t *cell, enum cell_part part, double points)
{
    json_t *said = metadata_of(cell, "nbgrader", json_object());
    json_object_update_new(said, json_pack("{s:b, s:b, s:b, s:b, s:i, s:O, s:O}", "grade", parts[part].grade, "locked",
                                           parts[part].locked, "solution", parts[part].solution, "task", false,
                                           "schema_version", 3, "grade_id", json_object_get(cell, "id"), "cell_type",
                                           json_object_get(cell, "cell_type")));
    if (parts[part].grade)
        json_object_set_new(said, "points", json_real(points));
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static void add_source(struct text *text, const json_t *source)
{
    size_t index;
    json_t *line;
    if (json_is_string(source))
        text_add(text, json_string_value(source));
    json_array_foreach(source, index, line) text_add(text, json_is_string(line) ? json_string_value(line) : "");
}

uint64_t cells_digest(const json_t *list)
{
    struct text text = TEXT_EMPTY;
    size_t index;
    json_t *cell;
    json_array_foreach(list, index, cell)
    {
        const char *type = json_string_value(json_object_get(cell, "cell_type"));
        text_add(&text, type ? type : "");
        text_add_char(&text, '\n');
        add_source(&text, json_object_get(cell, "source"));
        text_add_char(&text, '\0');
    }
    uint64_t digest = site_hash(text_string(&text), text.length);
    text_free(&text);
    return digest;
}
