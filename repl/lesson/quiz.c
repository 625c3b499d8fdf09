#include "lesson/quiz.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The text node that begins the item's first paragraph, or NULL. */
static cmark_node *first_text(cmark_node *item)
{
    cmark_node *paragraph = cmark_node_first_child(item);
    if (paragraph == NULL || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH)
        return NULL;
    cmark_node *text = cmark_node_first_child(paragraph);
    return text != NULL && cmark_node_get_type(text) == CMARK_NODE_TEXT ? text : NULL;
}

/* 'x' or ' ' when the item begins with "[x]", "[X]" or "[ ]"; 0 when it has no marker. */
static char marker_of(cmark_node *item)
{
    cmark_node *node = first_text(item);
    const char *text = node != NULL ? cmark_node_get_literal(node) : "";
    bool marked = text[0] == '[' && text[1] != '\0' && strchr("xX ", text[1]) != NULL && text[2] == ']' &&
                  (text[3] == ' ' || text[3] == '\t' || text[3] == '\0');
    return !marked ? 0 : text[1] == ' ' ? ' ' : 'x';
}

static void unlink_and_free(cmark_node *node)
{
    cmark_node_unlink(node);
    cmark_node_free(node);
}

/* Removes "[x] "; false when nothing is left of the answer. */
static bool remove_marker(cmark_node *item)
{
    cmark_node *node = first_text(item), *paragraph = cmark_node_parent(node);
    const char *text = cmark_node_get_literal(node) + 3;
    char *rest = memory_copy(text + strspn(text, " \t"));
    cmark_node_set_literal(node, rest);
    if (*rest == '\0')
        unlink_and_free(node);
    free(rest);
    cmark_node *first = cmark_node_first_child(paragraph);
    if (first != NULL && cmark_node_get_type(first) == CMARK_NODE_SOFTBREAK)
        unlink_and_free(first);
    return cmark_node_first_child(paragraph) != NULL;
}

static void add_choice(struct quiz *quiz, cmark_node *item, const struct place *place)
{
    char marker = marker_of(item);
    struct place here = *place;
    here.line += cmark_node_get_start_line(item) - cmark_node_get_start_line(quiz->list);
    quiz->choices[quiz->count++] = (struct choice){.item = item, .right = marker == 'x'};
    quiz->right += marker == 'x';
    if (marker == 0)
        complain_at(&here, "Every answer of a quiz begins with [x] or [ ]; this one does not.");
    else if (!remove_marker(item))
        complain_at(&here, "This answer has no text.");
}

struct quiz *quiz_read(cmark_node *list, const struct place *place)
{
    size_t count = 0, marked = 0;
    for (cmark_node *item = cmark_node_first_child(list); item != NULL; item = cmark_node_next(item)) {
        count++;
        marked += marker_of(item) != 0;
    }
    if (marked == 0)
        return NULL;
    struct quiz *quiz = memory_new(1, sizeof *quiz);
    quiz->list = list;
    quiz->line = place->line;
    quiz->choices = memory_new(count, sizeof *quiz->choices);
    for (cmark_node *item = cmark_node_first_child(list); item != NULL; item = cmark_node_next(item))
        add_choice(quiz, item, place);
    if (quiz->count < 2)
        complaints_add(place->complaints, place->path, quiz->line, "A quiz needs at least two answers.");
    if (quiz->right == 0)
        complaints_add(place->complaints, place->path, quiz->line,
                       "No answer of this quiz is right. Mark the right one with [x].");
    return quiz;
}

void quiz_free(struct quiz *quiz)
{
    if (quiz != NULL)
        free(quiz->choices);
    free(quiz);
}
