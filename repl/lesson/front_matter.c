#include "lesson/front_matter.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/rows.h"
#include "base/utf8.h"

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

bool front_flag(const char *key, const char *meaning, const struct front_value *value, const struct place *place)
{
    bool flag = strcmp(value->items[0], "true") == 0;
    if (!flag && strcmp(value->items[0], "false") != 0)
        complain_at(place, "%s: `%s` is neither true, %s, nor false.", key, value->items[0], meaning);
    return flag;
}

static void complain_unknown(const struct front_keys *keys, const char *name, const struct place *place)
{
    const char *nearest = row_nearest(keys->rows, keys->count, sizeof *keys->rows, name);
    struct text known = TEXT_EMPTY;
    for (size_t i = 0; i < keys->count; i++)
        text_format(&known, "%s%s", i == 0 ? "" : ", ", keys->rows[i].name);
    if (nearest != NULL)
        complain_at(place, "Unknown key `%s`. Did you mean `%s`?", name, nearest);
    else
        complain_at(place, "Unknown key `%s`. The front matter of a %s knows %s.", name, keys->whose,
                    text_string(&known));
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

static void keep_words(struct words *words, const struct front_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        ARRAY_ADD(words->list, words->count, utf8_name(value->items[i]));
}

static void apply(void *owner, const struct front_key *key, const struct front_value *value, const struct place *place)
{
    if (value->list && !key->list)
        complain_at(place, "%s: one value is wanted, not a list.", key->name);
    else if (value->count == 0)
        complain_at(place, "%s: nothing is said. Give it a value or leave it out.", key->name);
    else if (key->read != NULL)
        key->read(owner, value, place);
    else if (key->text != 0)
        keep_text((char **)((char *)owner + key->text), value->items[0]);
    else
        keep_words((struct words *)((char *)owner + key->words), value);
}

static const char *scalar(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

/* The node's scalar, or the scalars in its list; false when it nests deeper.  The array is yours to free. */
static bool value_of(yaml_document_t *document, const yaml_node_t *node, struct front_value *value, const char ***array)
{
    size_t count = 1;
    if (node->type == YAML_SEQUENCE_NODE)
        count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    const char **items = *array = memory_new(count + 1, sizeof *items);
    *value = (struct front_value){.items = items, .list = node->type == YAML_SEQUENCE_NODE};
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

static void read_pair(void *owner, const struct front_keys *keys, yaml_document_t *document, const yaml_node_t *name,
                      const yaml_node_t *node, const struct place *place)
{
    const char *word = scalar(name);
    const struct front_key *key = word != NULL ? row_named(keys->rows, keys->count, sizeof *keys->rows, word) : NULL;
    if (key == NULL) {
        complain_unknown(keys, word != NULL ? word : "?", place);
        return;
    }
    struct front_value value;
    const char **array;
    if (value_of(document, node, &value, &array))
        apply(owner, key, &value, place);
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

/* The YAML begins at line `first` of the file. */
static void read_document(void *owner, const struct front_keys *keys, yaml_document_t *document, const char *path,
                          int first, struct complaints *complaints)
{
    const yaml_node_t *root = yaml_document_get_root_node(document);
    if (root == NULL)
        return;
    if (root->type != YAML_MAPPING_NODE) {
        complaints_add(complaints, path, first, "Front matter is lines like `title: What is a socket?`.");
        return;
    }
    const yaml_node_pair_t *begin = root->data.mapping.pairs.start;
    for (const yaml_node_pair_t *pair = begin; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(document, pair->key);
        struct place place = {complaints, path, (int)name->start_mark.line + first};
        if (is_again(document, begin, pair))
            complaints_add(complaints, path, place.line, "%s: said twice. Keep one.", scalar(name));
        else
            read_pair(owner, keys, document, name, yaml_document_get_node(document, pair->value), &place);
    }
}

void front_matter_read_yaml(void *owner, const struct front_keys *keys, const char *path, const char *yaml,
                            size_t length, int first, struct complaints *complaints)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        abort(); /* only without memory */
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, length);
    if (yaml_parser_load(&parser, &document)) {
        read_document(owner, keys, &document, path, first, complaints);
        yaml_document_delete(&document);
    } else {
        complaints_add(complaints, path, (int)parser.problem_mark.line + first,
                       "The front matter is not YAML: %s. Values with a colon or a # stand in \"quotes\".",
                       parser.problem != NULL ? parser.problem : "it cannot be read");
    }
    yaml_parser_delete(&parser);
}

void front_matter_read(void *owner, const struct front_keys *keys, const char *path, const struct source *source,
                       int lines, struct complaints *complaints)
{
    size_t begin = source_offset(source, 2), end = source_offset(source, lines);
    front_matter_read_yaml(owner, keys, path, source->text + begin, end - begin, 2, complaints);
}
