#include "terminal/check_json.h"

#include "base/clock.h"
#include "lesson/trial.h"
#include "views/json_text.h"

#include <stdlib.h>

/* What a solution was tried with. */
static json_t *faults_to_json(const struct trial *trial)
{
    json_t *list = json_array();
    for (size_t i = 0; i < trial->count; i++) {
        const struct trial_row *row = &trial->rows[i];
        char name[FAULT_NAME_ROOM];
        struct text place = TEXT_EMPTY;
        fault_name(&row->wish, name);
        json_t *json = json_pack("{s:s, s:s, s:s, s:I}", "fault", name, "brief", row->wish.fault->brief, "verdict",
                                 trial_verdict_name(row->verdict), "runs", (json_int_t)row->done);
        if (row->verdict == TRIAL_FAILED) {
            fault_say_place(&place, &row->failed);
            json_object_set_new(json, "place", json_text(text_string(&place)));
            json_object_set_new(json, "message", json_text(row->observed));
        }
        json_array_append_new(list, json);
        text_free(&place);
    }
    return list;
}

static json_t *block_to_json(const struct block_result *block)
{
    static const char *const verdicts[] = {
        [VERDICT_PASSED] = "passed",
        [VERDICT_FAILED] = "failed",
        [VERDICT_SKIPPED] = "skipped",
        [VERDICT_NOT_RUN] = "not run",
    };
    static const char *const roles[] = {
        [BLOCK_PLAIN] = "plain", [BLOCK_STARTER] = "starter", [BLOCK_SOLUTION] = "solution",
        [BLOCK_CHECK] = "check", [BLOCK_SETUP] = "setup",     [BLOCK_WRONG] = "wrong",
    };
    json_t *json = json_pack("{s:i, s:i, s:s, s:s, s:I, s:I, s:o}", "block", block->block->line, "line",
                             block->verdict.line, "role", roles[block->block->role], "verdict",
                             verdicts[block->verdict.kind], "runs", (json_int_t)block->runs, "failures",
                             (json_int_t)block->failures, "elapsed", json_real(clock_seconds(block->elapsed)));
    if (block->trial != NULL)
        json_object_set_new(json, "faults", faults_to_json(block->trial));
    json_t *proved = json_array();
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        if (block->proved[i])
            json_array_append_new(proved, json_string(code_languages[i].word));
    if (json_array_size(proved) > 0)
        json_object_set(json, "proved", proved);
    json_decref(proved);
    if (block->block->id != NULL)
        json_object_set_new(json, "id", json_text(block->block->id));
    if (block->verdict.message != NULL)
        json_object_set_new(json, "message", json_text(block->verdict.message));
    return json;
}

static json_t *complaints_to_json(const struct complaints *complaints)
{
    json_t *list = json_array();
    for (size_t i = 0; i < complaints->count; i++)
        json_array_append_new(list,
                              json_pack("{s:o, s:i, s:o}", "path", json_text(complaints->list[i].path), "line",
                                        complaints->list[i].line, "message", json_text(complaints->list[i].message)));
    return list;
}

/* {"unproved": {"c": "why"}} */
static void add_unproved_json(json_t *lesson, const char *language, const char *why)
{
    if (json_object_get(lesson, "unproved") == NULL)
        json_object_set_new(lesson, "unproved", json_object());
    json_object_set_new(json_object_get(lesson, "unproved"), language, json_text(why));
}

static json_t *lesson_to_json(const struct lesson_result *result)
{
    json_t *blocks = json_array();
    for (size_t i = 0; i < lesson_result_blocks(result); i++)
        json_array_append_new(blocks, block_to_json(&result->blocks[i]));
    json_t *json = json_pack("{s:o, s:b, s:o, s:o, s:o}", "path", json_text(result->path), "fine",
                             lesson_result_fine(result), "elapsed", json_real(clock_seconds(result->elapsed)),
                             "complaints", complaints_to_json(&result->complaints), "blocks", blocks);
    if (result->lesson != NULL)
        json_object_set_new(json, "title", json_text(result->lesson->title));
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        if (result->unproved[i] != NULL)
            add_unproved_json(json, code_languages[i].word, result->unproved[i]);
    return json;
}

void check_json_add(struct text *out, const struct check_results *results)
{
    struct check_sums sums = check_results_sum(results);
    json_t *lessons = json_array();
    for (size_t i = 0; i < results->count; i++)
        json_array_append_new(lessons, lesson_to_json(&results->list[i]));
    json_t *json =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:o}", "passed", (json_int_t)sums.passed, "failed",
                  (json_int_t)sums.failed, "skipped", (json_int_t)sums.skipped, "complaints",
                  (json_int_t)sums.complaints, "accepted", (json_int_t)sums.accepted, "stopped", results->stopped,
                  "elapsed", json_real(clock_seconds(results->elapsed)), "lessons", lessons);
    char *document = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    text_format(out, "%s\n", document);
    free(document);
    json_decref(json);
}
