/*
 * quiz.c: a task list as a quiz.
 *
 * Radio buttons (or boxes, where several answers are right) and a style sheet do it all: what explains an
 * answer shows once that answer is chosen.  Without the style sheet everything shows.
 */
#include "page.h"

static const char *legend_of(const struct quiz *quiz)
{
    if (quiz->prediction)
        return quiz->right > 1 ? "Your prediction: choose all that hold" : "Your prediction";
    return quiz->right > 1 ? "Choose all that hold" : "Choose one";
}

static cmark_node *first_paragraph(const struct choice *choice)
{
    cmark_node *first = cmark_node_first_child(choice->item);
    bool paragraph = first != NULL && cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH;
    return paragraph ? first : NULL;
}

static void add_reason(struct text *out, struct html *html, const struct choice *choice, cmark_node *answer)
{
    cmark_node *first = answer ? cmark_node_next(answer) : cmark_node_first_child(choice->item);
    text_format(out, "<div class=\"why %s\">\n<p class=\"verdict\">%s</p>\n", choice->right ? "right" : "wrong",
                choice->right ? "Right." : "Not so.");
    html_nodes(html, out, first, first ? cmark_node_last_child(choice->item) : NULL);
    text_add(out, "</div>\n");
}

static void add_choice(struct text *out, struct html *html, const struct quiz *quiz, size_t number, size_t index)
{
    const struct choice *choice = &quiz->choices[index];
    cmark_node *answer = first_paragraph(choice);
    text_format(out,
                "<div class=\"choice\">\n<input type=\"%s\" name=\"quiz-%zu\" id=\"quiz-%zu-%zu\" "
                "autocomplete=\"off\" />\n<label for=\"quiz-%zu-%zu\">",
                quiz->right > 1 ? "checkbox" : "radio", number, number, index + 1, number, index + 1);
    if (answer != NULL)
        html_nodes(html, out, cmark_node_first_child(answer), cmark_node_last_child(answer));
    text_add(out, "</label>\n");
    add_reason(out, html, choice, answer);
    text_add(out, "</div>\n");
}

/* Of an exam nobody is told here what is right, so nothing can be chosen. */
static void add_unanswered(struct text *out, struct html *html, const struct quiz *quiz)
{
    text_add(out, "<ol>\n");
    for (size_t i = 0; i < quiz->count; i++) {
        cmark_node *answer = first_paragraph(&quiz->choices[i]);
        text_add(out, "<li>");
        if (answer != NULL)
            html_nodes(html, out, cmark_node_first_child(answer), cmark_node_last_child(answer));
        text_add(out, "</li>\n");
    }
    text_add(out, "</ol>\n<p class=\"skipped\">The tutor asks this, and keeps what you answer.</p>\n");
}

void page_quiz(struct text *out, struct html *html, const struct quiz *quiz, size_t number)
{
    if (quiz->right == 0) {
        add_unanswered(out, html, quiz);
        return;
    }
    text_format(out, "<fieldset class=\"quiz%s\">\n<legend>%s</legend>\n", quiz->prediction ? " prediction" : "",
                legend_of(quiz));
    for (size_t i = 0; i < quiz->count; i++)
        add_choice(out, html, quiz, number, i);
    text_add(out, "</fieldset>\n");
}
