#include "lesson/quiz.h"

#include "base/memory.h"
#include "base/text.h"
#include "lesson/markdown.h"

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
    return quiz;
}

void quiz_free(struct quiz *quiz)
{
    if (quiz != NULL)
        free(quiz->choices);
    free(quiz);
}

/* True for a learner's copy of an exam: nothing in it says what is right. */
static bool is_copy(const struct lesson *lesson)
{
    bool tells = !lesson->exam;
    for (size_t i = 0; i < lesson->step_count; i++)
        tells = tells || (lesson->steps[i].quiz != NULL && lesson->steps[i].quiz->right > 0);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        tells = tells || lesson->exercises[i].solution != NULL;
    return !tells;
}

void quiz_complain(const struct lesson *lesson, struct complaints *complaints)
{
    bool copy = is_copy(lesson);
    for (size_t i = 0; i < lesson->step_count; i++) {
        const struct quiz *quiz = lesson->steps[i].quiz;
        if (quiz != NULL && quiz->right == 0 && !copy)
            complaints_add(complaints, lesson->path, quiz->line,
                           "No answer of this quiz is right. Mark the right one with [x].");
    }
}

/* --- answers -------------------------------------------------------------------------------------------- */

static size_t countable(const struct quiz *quiz)
{
    return quiz->count < 64 ? quiz->count : 64;
}

uint64_t quiz_right(const struct quiz *quiz)
{
    uint64_t right = 0;
    for (size_t i = 0; i < countable(quiz); i++)
        right |= quiz->choices[i].right ? UINT64_C(1) << i : 0;
    return right;
}

static char *words_of(const struct choice *choice)
{
    cmark_node *answer = cmark_node_first_child(choice->item);
    return answer != NULL ? markdown_plain(answer) : memory_copy("");
}

char *quiz_words(const struct quiz *quiz, uint64_t chosen)
{
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; i < countable(quiz); i++) {
        if (!(chosen >> i & 1))
            continue;
        char *answer = words_of(&quiz->choices[i]);
        text_format(&words, "%s%s", words.length ? "; " : "", answer);
        free(answer);
    }
    return text_steal(&words);
}

/* The set that reads so; 0 when none does. */
static uint64_t set_of(const struct quiz *quiz, const char *words)
{
    uint64_t set = 0;
    for (size_t i = 0; i < countable(quiz); i++) {
        uint64_t more = set | UINT64_C(1) << i;
        char *so_far = quiz_words(quiz, more);
        size_t length = strlen(so_far);
        if (strncmp(words, so_far, length) == 0 && (words[length] == '\0' || strncmp(words + length, "; ", 2) == 0))
            set = more;
        free(so_far);
    }
    char *all = quiz_words(quiz, set);
    bool same = strcmp(all, words) == 0;
    free(all);
    return same ? set : 0;
}

bool quiz_knows(const struct quiz *quiz, const char *words)
{
    return set_of(quiz, words) != 0;
}

bool quiz_accepts(const struct quiz *quiz, const char *words, uint64_t chosen)
{
    uint64_t set = set_of(quiz, words);
    return (set != 0 ? set : chosen) == quiz_right(quiz);
}

/* --- lines ---------------------------------------------------------------------------------------------- */

/* Lines of the list in the tree, as lines of the file. */
static int line_of(const struct quiz *quiz, int line)
{
    return quiz->line + line - cmark_node_get_start_line(quiz->list);
}

int quiz_marker_line(const struct quiz *quiz, const struct choice *choice)
{
    cmark_node *first = cmark_node_first_child(choice->item);
    return line_of(quiz, cmark_node_get_start_line(first != NULL ? first : choice->item));
}

/* The first paragraph is the answer, what follows says why it is right or wrong. */
int quiz_answer_end(const struct quiz *quiz, const struct choice *choice)
{
    cmark_node *first = cmark_node_first_child(choice->item);
    bool paragraph = first != NULL && cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH;
    return line_of(quiz, paragraph ? cmark_node_get_end_line(first) : cmark_node_get_start_line(choice->item));
}

int quiz_reason_end(const struct quiz *quiz, const struct choice *choice)
{
    cmark_node *node = choice->item;
    while (cmark_node_last_child(node) != NULL && cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
        node = cmark_node_last_child(node);
    return line_of(quiz, cmark_node_get_end_line(node));
}
