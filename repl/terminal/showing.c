#include "terminal/showing.h"

#include "lesson/output.h"
#include "lesson/recorded.h"
#include "render/terminal_text.h"
#include "terminal/standing.h"
#include "terminal/views.h"

/* Nodes that are shown in their own way, or that would give away what comes. */
static bool is_special(const struct step *step, cmark_node *node)
{
    const struct block *block = step->block;
    return (block != NULL && (node == block->node || output_is_of(block, node))) ||
           (step->quiz != NULL && node == step->quiz->list);
}

void showing_prose(struct tutor *tutor, const struct step *step, const cmark_node *without)
{
    struct text out = TEXT_EMPTY;
    for (cmark_node *node = step->first; node != NULL; node = cmark_node_next(node)) {
        if (node != without && !is_special(step, node)) {
            text_add_char(&out, '\n');
            size_t before = out.length;
            terminal_markdown(&out, node, node, &tutor->screen.look);
            if (out.length == before)
                text_cut(&out, before - 1);
        }
        if (node == step->last)
            break;
    }
    screen_take(&tutor->screen, &out);
}

const char *showing_more(const struct look *look)
{
    return look->unicode && !look->plain ? "\u00b7 " : ". ";
}

void showing_code(struct tutor *tutor, const char *code)
{
    const struct look *look = &tutor->screen.look;
    struct text out = TEXT_EMPTY, first = TEXT_EMPTY, rest = TEXT_EMPTY;
    look_add(&first, look, STYLE_PROMPT, "> ");
    look_add(&rest, look, STYLE_PROMPT, showing_more(look));
    text_add_char(&out, '\n');
    terminal_code(&out, "lua", code, text_string(&first), text_string(&rest), look);
    screen_take(&tutor->screen, &out);
    text_free(&first);
    text_free(&rest);
}

void showing_recorded(struct tutor *tutor, const struct block *block, unsigned missing)
{
    struct text out = TEXT_EMPTY, label = TEXT_EMPTY;
    struct recorded parts = recorded_of(block);
    bool recorded = parts.text != NULL || parts.ladder != NULL;
    if (block->hidden)
        return;
    if (!recorded || (missing & ~tutor->explained) != 0)
        standing_explain(tutor, missing, "This block was not run.");
    if (recorded) {
        if (parts.text != NULL)
            terminal_markdown(&out, block->expected, block->expected, &tutor->screen.look);
        if (parts.ladder != NULL)
            terminal_markdown(&out, block->ladder, block->ladder, &tutor->screen.look);
        recorded_label(&label, tutor->reading.lesson);
        screen_take(&tutor->screen, &out);
        screen_say(&tutor->screen, STYLE_QUIET, "%s", text_string(&label));
        text_free(&label);
    }
}

void showing_result(struct tutor *tutor, const struct block *block)
{
    tutor_show_outcome(tutor);
    if (tutor->last->kind != OUTCOME_ENDED)
        views_panes(tutor, block);
}

bool showing_asks_next(const struct lesson *lesson, size_t step)
{
    while (step < lesson->step_count && lesson->steps[step].quiz == NULL &&
           (lesson->steps[step].block == NULL || lesson->steps[step].block->hidden))
        step++;
    return step < lesson->step_count && lesson->steps[step].quiz != NULL && lesson->steps[step].quiz->prediction;
}
