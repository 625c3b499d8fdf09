#include "lesson/front_matter.h"

#include "base/array.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/rows.h"
#include "base/utf8.h"
#include "lesson/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static bool is_mark(const struct source *source, int line, const char *mark)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    if (line == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    return length == strlen(mark) && memcmp(text, mark, length) == 0;
}

/* True for "name:" at the beginning of the line: what else stands between two rules is Markdown. */
static bool is_pair(const struct source *source, int line)
{
    size_t length, name = 0;
    const char *text = source_line(source, line, &length);
    while (name < length && (isalnum((unsigned char)text[name]) || text[name] == '-' || text[name] == '_'))
        name++;
    return name > 0 && name < length && text[name] == ':';
}

int front_matter_lines(const struct source *source)
{
    if (!is_mark(source, 1, "---") || !is_pair(source, 2))
        return 0;
    for (int line = 2; line <= source->lines; line++)
        if (is_mark(source, line, "---"))
            return line;
    return 0;
}

/* One value: a scalar, or the items of a list. */
struct value {
    const char *const *items;
    size_t count;
    bool list;
};

typedef void key_reader(struct lesson *lesson, const struct value *value, const struct place *place);

static void read_minutes(struct lesson *lesson, const struct value *value, const struct place *place)
{
    char *end;
    long minutes = strtol(value->items[0], &end, 10);
    if (*end != '\0' || minutes < 1 || minutes > 600)
        complain_at(place, "minutes: `%s` is no number from 1 to 600.", value->items[0]);
    else
        lesson->minutes = (int)minutes;
}

static void read_timeout(struct lesson *lesson, const struct value *value, const struct place *place)
{
    if (!duration_read_limit(value->items[0], &lesson->timeout))
        complain_at(place, "timeout: `%s` is no limit. Write it like 2s or 500ms.", value->items[0]);
}

static void read_sessions(struct lesson *lesson, const struct value *value, const struct place *place)
{
    lesson->apart = strcmp(value->items[0], "section") == 0;
    if (!lesson->apart && strcmp(value->items[0], "lesson") != 0)
        complaints_add(place->complaints, place->path, place->line,
                       "sessions: `%s` is neither lesson, one for all of it, nor section, one for each.",
                       value->items[0]);
}

static void read_exam(struct lesson *lesson, const struct value *value, const struct place *place)
{
    lesson->exam = strcmp(value->items[0], "true") == 0;
    if (!lesson->exam && strcmp(value->items[0], "false") != 0)
        complain_at(place, "exam: `%s` is neither true, without hints and solutions, nor false.", value->items[0]);
}

static void read_points(struct lesson *lesson, const struct value *value, const struct place *place)
{
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

static void read_network(struct lesson *lesson, const struct value *value, const struct place *place)
{
    lesson->lab = strcmp(value->items[0], "lab") == 0;
    if (!lesson->lab && strcmp(value->items[0], "loopback") != 0)
        complain_at(place, "network: `%s` is neither lab, a private network, nor loopback.", value->items[0]);
}

/* A tag of letters and digits, as BCP 47 has it: "de", "pt-BR", "zh-Hant". */
static void read_lang(struct lesson *lesson, const struct value *value, const struct place *place)
{
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

static void read_needs(struct lesson *lesson, const struct value *value, const struct place *place)
{
    for (size_t i = 0; i < value->count; i++)
        lesson->needs |= options_needs(value->items[i], place);
}

/* A key keeps a text, keeps words, or has a reader of its own. */
static const struct key {
    const char *name;
    bool list;          /* may have several values */
    size_t text, words; /* offset in struct lesson, or 0 */
    key_reader *read;
} keys[] = {
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

static void complain_unknown(const char *name, const struct place *place)
{
    const char *nearest = row_nearest(ROWS(keys), name);
    struct text known = TEXT_EMPTY;
    for (size_t i = 0; i < ROW_COUNT(keys); i++)
        text_format(&known, "%s%s", i == 0 ? "" : ", ", keys[i].name);
    if (nearest != NULL)
        complain_at(place, "Unknown key `%s`. Did you mean `%s`?", name, nearest);
    else
        complain_at(place, "Unknown key `%s`. The front matter of a lesson knows %s.", name, text_string(&known));
    text_free(&known);
}

static void keep_text(char **field, const char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n') /* a folded text keeps its last line end */
        length--;
    free(*field);
    *field = utf8_visible(text, length);
    for (char *c = *field; (c = strpbrk(c, "\n\t")) != NULL;) /* it is shown as one line, however it is written */
        *c = ' ';
}

static void keep_words(struct words *words, const struct value *value)
{
    for (size_t i = 0; i < value->count; i++)
        ARRAY_ADD(words->list, words->count, utf8_name(value->items[i]));
}

static void apply(struct lesson *lesson, const struct key *key, const struct value *value, const struct place *place)
{
    if (value->list && !key->list)
        complain_at(place, "%s: one value is wanted, not a list.", key->name);
    else if (value->count == 0)
        complain_at(place, "%s: nothing is said. Give it a value or leave it out.", key->name);
    else if (key->read != NULL)
        key->read(lesson, value, place);
    else if (key->text != 0)
        keep_text((char **)((char *)lesson + key->text), value->items[0]);
    else
        keep_words((struct words *)((char *)lesson + key->words), value);
}

static const char *scalar(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

/* The node's scalar, or the scalars in its list; false when it nests deeper.  The array is yours to free. */
static bool value_of(yaml_document_t *document, const yaml_node_t *node, struct value *value, const char ***array)
{
    size_t count = 1;
    if (node->type == YAML_SEQUENCE_NODE)
        count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    const char **items = *array = memory_new(count + 1, sizeof *items);
    *value = (struct value){.items = items, .list = node->type == YAML_SEQUENCE_NODE};
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *item = node;
        if (value->list)
            item = yaml_document_get_node(document, node->data.sequence.items.start[i]);
        const char *text = scalar(item);
        if (text == NULL)
            return false;
        if (*text != '\0')
            items[value->count++] = text;
    }
    return true;
}

static void read_pair(struct lesson *lesson, yaml_document_t *document, const yaml_node_t *name,
                      const yaml_node_t *node, const struct place *place)
{
    const char *word = scalar(name);
    const struct key *key = word != NULL ? row_named(ROWS(keys), word) : NULL;
    if (key == NULL) {
        complain_unknown(word != NULL ? word : "?", place);
        return;
    }
    struct value value;
    const char **array;
    if (value_of(document, node, &value, &array))
        apply(lesson, key, &value, place);
    else
        complain_at(place, "%s: front matter is flat. Write `%s: value` or `%s: [one, two]`.", key->name, key->name,
                    key->name);
    free(array);
}

/* True when an earlier pair of the mapping has the same key. */
static bool is_again(yaml_document_t *document, const yaml_node_pair_t *first, const yaml_node_pair_t *pair)
{
    const char *name = scalar(yaml_document_get_node(document, pair->key));
    for (; name != NULL && first < pair; first++) {
        const char *other = scalar(yaml_document_get_node(document, first->key));
        if (other != NULL && strcmp(name, other) == 0)
            return true;
    }
    return false;
}

/* The first line of the YAML is line 2 of the file. */
static void read_document(struct lesson *lesson, yaml_document_t *document, struct complaints *complaints)
{
    const yaml_node_t *root = yaml_document_get_root_node(document);
    if (root == NULL)
        return;
    if (root->type != YAML_MAPPING_NODE) {
        complaints_add(complaints, lesson->path, 2, "Front matter is lines like `title: What is a socket?`.");
        return;
    }
    const yaml_node_pair_t *first = root->data.mapping.pairs.start;
    for (const yaml_node_pair_t *pair = first; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(document, pair->key);
        struct place place = {complaints, lesson->path, (int)name->start_mark.line + 2};
        if (is_again(document, first, pair))
            complaints_add(complaints, lesson->path, place.line, "%s: said twice. Keep one.", scalar(name));
        else
            read_pair(lesson, document, name, yaml_document_get_node(document, pair->value), &place);
    }
}

void front_matter_read(struct lesson *lesson, const struct source *source, int lines, struct complaints *complaints)
{
    size_t begin = source_offset(source, 2), end = source_offset(source, lines);
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        abort(); /* only without memory */
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text + begin, end - begin);
    if (yaml_parser_load(&parser, &document)) {
        read_document(lesson, &document, complaints);
        yaml_document_delete(&document);
    } else {
        complaints_add(complaints, lesson->path, (int)parser.problem_mark.line + 2,
                       "The front matter is not YAML: %s. Values with a colon or a # stand in \"quotes\".",
                       parser.problem != NULL ? parser.problem : "it cannot be read");
    }
    yaml_parser_delete(&parser);
}
