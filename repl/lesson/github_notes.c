/*
 * github_notes.c: footnotes.
 *
 * "[^name]: words" explains what "[^name]" points to.  Explanations leave the text; those that something points to
 * become the document's last child, numbered as the text comes to them.
 */
#include "lesson/github_notes.h"

#include "base/array.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct note {
    char *name;
    cmark_node *node;
    int number, times; /* 0: nothing points to it yet */
};

struct notes {
    struct github *github;
    struct note *list;
    size_t count;
    size_t *order; /* of those that something points to */
    size_t numbered;
};

/* The length of the name of a sign, GITHUB_BRACKET "^name]", at the beginning; 0 when there is none. */
static size_t name_length(const char *text)
{
    size_t bracket = strlen(GITHUB_BRACKET);
    if (strncmp(text, GITHUB_BRACKET "^", bracket + 1) != 0)
        return 0;
    size_t length = strcspn(text + bracket + 1, "]");
    return text[bracket + 1 + length] == ']' ? length : 0;
}

static const char *name_begin(const char *text)
{
    return text + strlen(GITHUB_BRACKET "^");
}

/* True when the text node begins an explanation: at the beginning of a line, "[^name]:". */
static bool begins_note(cmark_node *node)
{
    cmark_node *before = cmark_node_previous(node);
    if (cmark_node_get_type(node) != CMARK_NODE_TEXT ||
        (before != NULL && cmark_node_get_type(before) != CMARK_NODE_SOFTBREAK &&
         cmark_node_get_type(before) != CMARK_NODE_LINEBREAK))
        return false;
    const char *text = cmark_node_get_literal(node);
    size_t length = name_length(text);
    return length > 0 && name_begin(text)[length + 1] == ':';
}

static struct note *find(struct notes *notes, const char *name, size_t length)
{
    for (size_t i = 0; i < notes->count; i++)
        if (strlen(notes->list[i].name) == length && strncmp(notes->list[i].name, name, length) == 0)
            return &notes->list[i];
    return NULL;
}

static char *copy(const char *bytes, size_t length)
{
    struct text text = TEXT_EMPTY;
    text_add_bytes(&text, bytes, length);
    return text_steal(&text);
}

/* True of the line break before the next explanation. */
static bool ends_note(cmark_node *node)
{
    cmark_node *next = cmark_node_next(node);
    return next != NULL && begins_note(next);
}

/* Moves what follows the name, up to the next explanation, into a paragraph of a new note. */
static cmark_node *take_note(struct notes *notes, cmark_node *first)
{
    const char *text = cmark_node_get_literal(first), *name = name_begin(text);
    size_t length = name_length(text);
    cmark_node *node = github_node(notes->github, GITHUB_NOTE, "");
    cmark_node *paragraph = cmark_node_new_with_mem(CMARK_NODE_PARAGRAPH, notes->github->memory);
    cmark_node_append_child(node, paragraph);
    ARRAY_ADD(notes->list, notes->count, (struct note){copy(name, length), node, 0, 0});
    const char *words = name + length + 2 + strspn(name + length + 2, " \t");
    char *rest = copy(words, strlen(words));
    cmark_node_set_literal(first, rest);
    free(rest);
    cmark_node *before = cmark_node_previous(first);
    for (cmark_node *at = first, *next; at != NULL && (at == first || !ends_note(at)); at = next) {
        next = cmark_node_next(at);
        cmark_node_append_child(paragraph, at);
    }
    if (before != NULL)
        github_drop(before);
    return node;
}

static bool is_indented_code(const struct github *github, cmark_node *node)
{
    struct fence fence;
    return node != NULL && cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK &&
           !source_fence(&github->source, cmark_node_get_start_line(node) - github->skip, &fence);
}

/* What is indented below an explanation belongs to it: cmark took it for code. */
static void take_indented(const struct github *github, cmark_node *note, cmark_node *after)
{
    for (cmark_node *next; is_indented_code(github, next = cmark_node_next(after));) {
        const char *text = cmark_node_get_literal(next);
        cmark_node *piece = github_piece(github, text, strlen(text));
        github_move(note, piece);
        github_drop(next);
    }
}

/* Takes the notes out of a paragraph, which goes when nothing is left of it. */
static void take_notes(struct notes *notes, cmark_node *paragraph)
{
    cmark_node *note = NULL;
    for (cmark_node *node = cmark_node_first_child(paragraph), *next; node != NULL; node = next) {
        next = cmark_node_next(node);
        if (!begins_note(node))
            continue;
        note = take_note(notes, node);
        for (next = cmark_node_first_child(paragraph); next != NULL && !begins_note(next);)
            next = cmark_node_next(next);
    }
    if (note == NULL)
        return;
    take_indented(notes->github, note, paragraph);
    if (cmark_node_first_child(paragraph) == NULL)
        github_drop(paragraph);
}

static void set_numbers(cmark_node *node, int number, int times)
{
    char value[32];
    snprintf(value, sizeof value, "%d %d", number, times);
    cmark_node_set_on_exit(node, value);
}

static cmark_node *make_sign(struct notes *notes, struct note *note)
{
    if (note->number == 0) {
        ARRAY_ADD(notes->order, notes->numbered, (size_t)(note - notes->list));
        note->number = (int)notes->numbered;
    }
    cmark_node *sign = github_node(notes->github, GITHUB_SIGN, "");
    set_numbers(sign, note->number, ++note->times);
    set_numbers(note->node, note->number, note->times);
    cmark_node_set_user_data(sign, note->node);
    return sign;
}

static void add_text(struct notes *notes, cmark_node *before, const char *begin, const char *end)
{
    if (end > begin)
        cmark_node_insert_before(before, github_text(notes->github, begin, (size_t)(end - begin)));
}

/* Makes signs of what points to notes in this text. */
static void sign_text(struct notes *notes, cmark_node *node)
{
    const char *text = cmark_node_get_literal(node), *done = text;
    for (const char *at = text; (at = strstr(at, GITHUB_BRACKET)) != NULL;) {
        size_t length = name_length(at);
        struct note *note = length > 0 ? find(notes, name_begin(at), length) : NULL;
        const char *end = at + strlen(GITHUB_BRACKET);
        if (note != NULL) {
            add_text(notes, node, done, at);
            cmark_node_insert_before(node, make_sign(notes, note));
            done = end = name_begin(at) + length + 1;
        }
        at = end;
    }
    if (done == text)
        return;
    add_text(notes, node, done, done + strlen(done));
    github_drop(node);
}

static void sign_all(struct notes *notes, cmark_node *tree)
{
    struct github_list texts = github_all(tree, CMARK_NODE_TEXT);
    for (size_t i = 0; i < texts.count; i++)
        sign_text(notes, texts.nodes[i]);
    free(texts.nodes);
}

/* Notes may point to notes: the list grows while it is read. */
static void add_notes(struct notes *notes)
{
    cmark_node *all = github_node(notes->github, GITHUB_NOTES, "");
    for (size_t i = 0; i < notes->numbered; i++) {
        cmark_node *node = notes->list[notes->order[i]].node;
        sign_all(notes, node);
        cmark_node_append_child(all, node);
    }
    if (cmark_node_first_child(all) != NULL)
        cmark_node_append_child(notes->github->tree, all);
    else
        cmark_node_free(all);
}

void github_notes(struct github *github)
{
    struct notes notes = {.github = github};
    struct github_list paragraphs = github_all(github->tree, CMARK_NODE_PARAGRAPH);
    for (size_t i = 0; i < paragraphs.count; i++)
        take_notes(&notes, paragraphs.nodes[i]);
    free(paragraphs.nodes);
    sign_all(&notes, github->tree);
    add_notes(&notes);
    for (size_t i = 0; i < notes.count; i++) {
        if (notes.list[i].number == 0)
            cmark_node_free(notes.list[i].node);
        free(notes.list[i].name);
    }
    free(notes.list);
    free(notes.order);
}
