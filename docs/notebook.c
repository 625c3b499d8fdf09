#include "notebook.h"

#include "answer_cell.h"
#include "cells.h"
#include "cuts.h"
#include "prose.h"

#include "base/span.h"
#include "lesson/exercise.h"
#include "lesson/picture.h"
#include "lesson/recorded.h"
#include "render/bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    const struct lesson *lesson;
    const struct lesson_run *run;
    bool graded;
    struct source source;
    struct cells cells;
    int from;                        /* the first line that no cell holds yet */
    const char *place;               /* the section's */
    const struct exercise *exercise; /* whose checks are still to come */
    bool exercised;                  /* what follows may build on an answer that is not there yet */
    const struct quiz *asked;        /* it is answered by the next block */
    bool networked;                  /* the cell that begins a private network is there */
    unsigned pictures;
};

/* --- cells ---------------------------------------------------------------------------------------------- */

static void add_prose(struct maker *maker, struct text *prose, const char *kind)
{
    if (prose->length > 0)
        cells_add_markdown(&maker->cells, cells_id(&maker->cells, maker->place, kind), prose);
    else
        text_free(prose);
}

static void add_words(struct maker *maker, const char *kind, const char *words)
{
    struct text text = TEXT_EMPTY;
    text_add(&text, words);
    add_prose(maker, &text, kind);
}

/* What stands before the line. */
static void flush(struct maker *maker, int line)
{
    struct text prose = TEXT_EMPTY;
    prose_add(&prose, maker->lesson, &maker->source, maker->from, line - 1);
    add_prose(maker, &prose, "text");
}

static json_t *add_code(struct maker *maker, char *id, const char *code)
{
    struct text source = TEXT_EMPTY;
    if (maker->lesson->lab && !maker->networked) {
        maker->networked = true;
        text_add(&source, "lab.on()");
        cell_add_tag(cells_add_code(&maker->cells, cells_id(&maker->cells, "lesson", "network"), &source),
                     "raises-exception");
    }
    text_add(&source, code);
    return cells_add_code(&maker->cells, id, &source);
}

/* --- results -------------------------------------------------------------------------------------------- */

static void add_output(struct maker *maker, json_t *cell, const char *type, const char *key, json_t *value)
{
    json_t *output = json_pack("{s:s, s:o}", "output_type", type, key, value);
    if (strcmp(key, "data") == 0)
        json_object_set_new(output, "metadata", json_object());
    cells_add_output(&maker->cells, cell, output);
}

static void add_printed(struct maker *maker, json_t *cell, const struct outcome *outcome)
{
    struct text printed = TEXT_EMPTY;
    text_add(&printed, outcome->output ? outcome->output : "");
    bundle_add_notes(&printed, outcome);
    if (printed.length > 0) {
        add_output(maker, cell, "stream", "text", cell_lines(text_string(&printed), printed.length));
        json_t *outputs = json_object_get(cell, "outputs");
        json_object_set_new(json_array_get(outputs, json_array_size(outputs) - 1), "name", json_string("stdout"));
    }
    text_free(&printed);
}

static void add_panes(struct maker *maker, json_t *cell, const struct outcome *outcome, const struct block *block)
{
    const struct call_list_options options = {.before = block->line - 1};
    bool shown = block->role == BLOCK_PLAIN;
    json_t *calls = shown && (block->show & PANE_CALLS) != 0 ? bundle_calls(outcome, &options) : NULL;
    json_t *packets = shown && (block->show & PANE_PACKETS) != 0 && maker->run->lab ? bundle_packets(outcome) : NULL;
    if (calls != NULL)
        add_output(maker, cell, "display_data", "data", calls);
    if (packets != NULL)
        add_output(maker, cell, "display_data", "data", packets);
    for (int kind = 0; shown && kind < CHARTS; kind++)
        if (picture_charts(block) & PANE_OF_CHART(kind))
            add_output(maker, cell, "display_data", "data",
                       bundle_chart(outcome, (enum chart_kind)kind, ++maker->pictures));
}

/* As the kernel sends them, in its order; lines are those of the cell. */
static void add_outcome(struct maker *maker, json_t *cell, const struct outcome *outcome, const struct block *block)
{
    const struct ladder_options options = {.states = true, .busy = true};
    json_t *values = bundle_values(outcome), *picture = NULL;
    cells_count(&maker->cells, cell);
    add_printed(maker, cell, outcome);
    if (values != NULL)
        add_output(maker, cell, "execute_result", "data", values);
    if (outcome_has_peers(outcome))
        picture = bundle_ladder(outcome, &options, ++maker->pictures, false);
    if (picture != NULL)
        add_output(maker, cell, "display_data", "data", picture);
    add_panes(maker, cell, outcome, block);
    if (outcome->kind != OUTCOME_FINE) {
        struct outcome shown = *outcome;
        shown.error.line -= outcome->error.line >= block->line ? block->line - 1 : 0;
        json_t *error = bundle_error(&shown, block->code);
        json_object_set_new(error, "output_type", json_string("error"));
        cells_add_output(&maker->cells, cell, error);
    }
}

/* What the lesson itself holds, where it did not run. */
static void add_recorded(struct maker *maker, json_t *cell, const struct block *block)
{
    const struct recorded recorded = recorded_of(block);
    struct text text = TEXT_EMPTY;
    if (recorded.text == NULL && recorded.ladder == NULL)
        return;
    text_format(&text, "%s%s", recorded.text ? recorded.text : "", recorded.ladder ? recorded.ladder : "");
    recorded_label(&text, maker->lesson);
    add_output(maker, cell, "display_data", "data", bundle_text(&text));
}

static void add_result(struct maker *maker, json_t *cell, const struct block *block)
{
    const struct block_run *run = lesson_run_block(maker->run, block);
    if (run != NULL && run->outcome != NULL && run->verdict.kind != VERDICT_SKIPPED)
        add_outcome(maker, cell, run->outcome, block);
    else
        add_recorded(maker, cell, block);
}

/* --- blocks --------------------------------------------------------------------------------------------- */

static char *id_of(struct maker *maker, const struct block *block, const char *kind)
{
    return block->id ? cells_id_named(&maker->cells, block->id) : cells_id(&maker->cells, maker->place, kind);
}

/* What may fail does not keep the cells behind it from running: on a machine that lacks what it needs, or where an
 * exercise is not solved. */
static void tag_failing(const struct maker *maker, json_t *cell, const struct block *block)
{
    if (block->error != NULL || maker->exercised || (block->needs | maker->lesson->needs) != 0)
        cell_add_tag(cell, "raises-exception");
}

/* What a cell shows besides its values, and the picture where it spoke to a peer: commands in it. */
static const struct pane {
    unsigned pane;
    const char *command;
} panes[] = {{PANE_CALLS, ":calls"},
             {PANE_PACKETS, ":packets"},
#define PANE(symbol, word, nothing) {PANE_OF_CHART(CHART_##symbol), ":chart " #word},
             CHART_ROWS(PANE)
#undef PANE
};

static char *code_with_panes(const struct block *block)
{
    struct text code = TEXT_EMPTY;
    const struct span lua = span_trim_end((struct span){block->code, strlen(block->code)});
    text_add_bytes(&code, lua.text, lua.length);
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++)
        if (((block->show | picture_charts(block)) & panes[i].pane) != 0)
            text_format(&code, "\n%s", panes[i].command);
    return text_steal(&code);
}

static void add_plain(struct maker *maker, const struct block *block)
{
    char *code = code_with_panes(block);
    json_t *cell = add_code(maker, id_of(maker, block, "code"), code);
    free(code);
    tag_failing(maker, cell, block);
    if (block->hidden) {
        cell_add_tag(cell, "hide-input");
        cell_fold(cell, "source_hidden");
    }
    add_result(maker, cell, block);
    if (maker->asked != NULL && maker->asked->prediction && !block->hidden)
        cell_fold(cell, "outputs_hidden");
}

/* Who was asked is told after the run. */
static void answer(struct maker *maker)
{
    struct text reasons = TEXT_EMPTY;
    if (maker->asked == NULL)
        return;
    if (!maker->lesson->exam)
        prose_add_reasons(&reasons, maker->lesson, &maker->source, maker->asked);
    add_prose(maker, &reasons, "reasons");
    maker->asked = NULL;
}

static void ask(struct maker *maker, const struct quiz *quiz)
{
    struct text question = TEXT_EMPTY;
    prose_add(&question, maker->lesson, &maker->source, maker->from, quiz->line - 1);
    text_add(&question, question.length > 0 ? "\n" : "");
    prose_add_answers(&question, maker->lesson, &maker->source, quiz);
    add_prose(maker, &question, "question");
    add_words(maker, "answer",
              quiz->right > 1 && !maker->lesson->exam ? "**Your answer** (all that hold): " : "**Your answer:** ");
    maker->asked = quiz;
    if (!quiz->prediction)
        answer(maker);
}

/* --- exercises ------------------------------------------------------------------------------------------ */

static void add_setup(struct maker *maker, const struct block *block)
{
    json_t *cell = add_code(maker, id_of(maker, block, "setup"), block->code);
    tag_failing(maker, cell, block);
    cell_fold(cell, "source_hidden");
    add_result(maker, cell, block);
    if (maker->graded)
        cell_grade(cell, CELL_LOCKED, 0);
}

static void add_starter(struct maker *maker, const struct block *block)
{
    const struct exercise *exercise = exercise_begun_by(maker->lesson, block);
    const struct block *solution = exercise && maker->graded ? exercise->solution : NULL;
    struct text code = TEXT_EMPTY;
    if (maker->graded)
        answer_cell(&code, block->code, solution != NULL ? solution->code : block->code);
    else
        text_add(&code, block->code);
    json_t *cell = add_code(maker, id_of(maker, block, "task"), text_string(&code));
    cell_add_tag(cell, "raises-exception");
    if (solution != NULL)
        add_result(maker, cell, solution);
    if (maker->graded)
        cell_grade(cell, CELL_ANSWER, 0);
    text_free(&code);
    maker->exercise = exercise;
    maker->exercised = true;
}

static void add_check(struct maker *maker, const char *kind, const char *code, double points)
{
    json_t *cell = add_code(maker, cells_id(&maker->cells, maker->place, kind), code);
    cell_add_tag(cell, "raises-exception");
    if (maker->graded)
        cell_grade(cell, CELL_TEST, points);
}

static void add_bad_days(struct text *note, const struct block *check)
{
    text_add(note, "> In the tutor, and where hand-ins are marked, the answer is tried on bad days, too: ");
    for (size_t i = 0; i < check->fault_count; i++) {
        char name[FAULT_NAME_ROOM];
        fault_name(&check->faults[i], name);
        text_format(note, "%s`%s`", i == 0 ? "" : ", ", name);
    }
    text_add(note, ". This notebook's check looks at a good day only.\n");
}

static void add_languages(struct text *note, const struct lesson *lesson, const struct exercise *exercise)
{
    bool any = false;
    for (int i = CODE_LUA + 1; i < CODE_LANGUAGES; i++) {
        if (!exercise_offers(exercise, (enum code_language)i))
            continue;
        text_format(note, "%s%s",
                    any                ? " and "
                    : note->length > 0 ? ">\n> It can be solved in "
                                       : "> It can be solved in ",
                    code_languages[i].name);
        any = true;
    }
    if (any)
        text_format(note, ", too, but not in a notebook: `sockrates learn %s` offers it.\n", lesson->name);
}

/* What a notebook cannot do is said in it. */
static void add_limits(struct maker *maker, const struct exercise *exercise)
{
    struct text note = TEXT_EMPTY;
    if (exercise_has_faults(exercise))
        add_bad_days(&note, exercise->check);
    add_languages(&note, maker->lesson, exercise);
    add_prose(maker, &note, "limits");
}

/* Behind all else of the exercise.  Where there are two checks, each gives half of its points. */
static void end_exercise(struct maker *maker)
{
    const struct exercise *exercise = maker->exercise;
    struct text code = TEXT_EMPTY;
    if (exercise == NULL)
        return;
    bool hidden = exercise->hidden_check != NULL && maker->graded;
    double points = hidden && exercise->check != NULL ? exercise->points / 2.0 : exercise->points;
    if (exercise->check != NULL) {
        text_format(&code, ":check\n%s", exercise->check->code);
        add_check(maker, "check", text_string(&code), points);
        text_clear(&code);
    }
    if (hidden) {
        const struct span lua = span_trim_end((struct span){exercise->hidden_check, strlen(exercise->hidden_check)});
        text_format(&code, ":check hidden\n-- BEGIN HIDDEN TESTS\n%.*s\n-- END HIDDEN TESTS", (int)lua.length,
                    lua.text);
        add_check(maker, "hidden", text_string(&code), points);
    }
    add_limits(maker, exercise);
    text_free(&code);
    maker->exercise = NULL;
}

static void add_nothing(struct maker *maker, const struct block *block)
{
    (void)maker;
    (void)block;
}

static void (*const by_role[])(struct maker *maker, const struct block *block) = {
    [BLOCK_PLAIN] = add_plain,      [BLOCK_STARTER] = add_starter, [BLOCK_SETUP] = add_setup,
    [BLOCK_SOLUTION] = add_nothing, [BLOCK_CHECK] = add_nothing,   [BLOCK_WRONG] = add_nothing,
};

/* --- the whole ------------------------------------------------------------------------------------------ */

/* Folded, for those who know that language. */
static void add_twin(struct maker *maker, const struct cut *cut)
{
    const struct code_language_row *language = &code_languages[cut->language];
    struct text text = TEXT_EMPTY;
    text_format(&text, "<details><summary>In %s</summary>\n\n", language->name);
    prose_add(&text, maker->lesson, &maker->source, cut->first, cut->last);
    text_add(&text, "\n</details>\n");
    add_prose(maker, &text, language->word);
}

static void take_cut(struct maker *maker, const struct cut *cut)
{
    if (cut->first < maker->from)
        return; /* within what was cut already */
    if (cut->quiz == NULL)
        flush(maker, cut->first);
    if (cut->block == NULL || cut->block->role != BLOCK_PLAIN)
        answer(maker);
    if (cut->section != NULL) {
        end_exercise(maker);
        maker->place = cut->section->slug;
    } else if (cut->block != NULL && cut->block->language == CODE_LUA) {
        by_role[cut->block->role](maker, cut->block);
        answer(maker);
    } else if (cut->quiz != NULL) {
        ask(maker, cut->quiz);
    } else if (cut->twin) {
        add_twin(maker, cut);
    }
    maker->from = cut->last + 1;
}

/* The title, how long it takes, what it is good for. */
static void add_top(struct maker *maker)
{
    const struct lesson *lesson = maker->lesson;
    struct text top = TEXT_EMPTY;
    cmark_node *first = cmark_node_first_child(lesson->tree);
    bool titled =
        first != NULL && cmark_node_get_type(first) == CMARK_NODE_HEADING && cmark_node_get_heading_level(first) == 1;
    maker->from = first ? cmark_node_get_start_line(first) : 1;
    if (titled) {
        int last = cmark_node_get_end_line(first);
        prose_add(&top, lesson, &maker->source, maker->from, last);
        maker->from = last + 1;
    } else {
        text_format(&top, "# %s\n", lesson->title);
    }
    if (lesson->minutes > 0)
        text_format(&top, "\nAbout %d minutes.\n", lesson->minutes);
    if (lesson->goals.count > 0)
        text_add(&top, "\nAfterwards you can\n\n");
    for (size_t i = 0; i < lesson->goals.count; i++)
        text_format(&top, "- %s\n", lesson->goals.list[i]);
    add_prose(maker, &top, "title");
}

/* A block has a limit of its own. */
static bool has_limits(const struct lesson *lesson)
{
    bool any = false;
    for (size_t i = 0; i < lesson->block_count; i++)
        any = any || (lesson->blocks[i]->role == BLOCK_PLAIN && lesson->blocks[i]->timeout != lesson->timeout);
    return any;
}

static void add_end(struct maker *maker)
{
    const struct lesson *lesson = maker->lesson;
    struct text end = TEXT_EMPTY;
    if (has_limits(lesson))
        text_add(&end, "A cell of this notebook runs until it ends or is interrupted, also where the lesson would stop "
                       "it.\n\n");
    for (size_t i = 0; i < lesson->authors.count; i++)
        text_format(&end, "%s%s", i == 0 ? "By " : ", ", lesson->authors.list[i]);
    text_add(&end, lesson->authors.count > 0 ? ".\n" : "");
    if (lesson->license != NULL)
        text_format(&end, "Licence: %s.\n", lesson->license);
    maker->place = "lesson";
    add_prose(maker, &end, "end");
}

static json_t *wrap(const struct maker *maker, json_t *cells)
{
    char digest[17];
    snprintf(digest, sizeof digest, "%016" PRIx64, cells_digest(cells));
    return json_pack("{s:o, s:{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}, s:i, s:i}", "cells", cells,
                     "metadata", "kernelspec", "display_name", "Sockrates (Lua)", "language", "lua", "name",
                     "sockrates", "language_info", "file_extension", ".lua", "mimetype", "text/x-lua", "name", "lua",
                     "sockrates", "lesson", maker->lesson->name, "for", maker->graded ? "nbgrader" : "learners",
                     "digest", digest, "nbformat", 4, "nbformat_minor", 5);
}

json_t *notebook_of(const struct lesson *lesson, const struct lesson_run *run, bool graded)
{
    struct maker maker = {.lesson = lesson,
                          .run = run,
                          .graded = graded,
                          .source = source_of(lesson->source, lesson->source_length),
                          .cells = cells_new(),
                          .place = "lesson"};
    size_t count;
    struct cut *cuts = cuts_find(lesson, &maker.source, graded, &count);
    add_top(&maker);
    for (size_t i = 0; i < count; i++)
        take_cut(&maker, &cuts[i]);
    flush(&maker, maker.source.lines + 1);
    answer(&maker);
    end_exercise(&maker);
    add_end(&maker);
    source_free(&maker.source);
    free(cuts);
    return wrap(&maker, cells_end(&maker.cells));
}

bool notebook_is_untouched(const json_t *notebook)
{
    char digest[17];
    const json_t *ours = json_object_get(json_object_get(notebook, "metadata"), "sockrates");
    const char *said = json_string_value(json_object_get(ours, "digest"));
    snprintf(digest, sizeof digest, "%016" PRIx64, cells_digest(json_object_get(notebook, "cells")));
    return said != NULL && strcmp(said, digest) == 0;
}
