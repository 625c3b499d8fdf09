#include "lesson/judging.h"

#include "base/memory.h"
#include "base/text.h"
#include "lesson/needs.h"
#include "lesson/trial.h"

#include <stdlib.h>
#include <string.h>

/* Columns of a picture in a report. */
#define PICTURE_WIDTH 76

void judging_fail(struct block_run *run, int line, char *message)
{
    if (run->verdict.kind == VERDICT_FAILED) {
        free(message); /* what failed first says more */
        return;
    }
    free(run->verdict.message);
    run->verdict = (struct verdict){.kind = VERDICT_FAILED, .line = line, .message = message};
}

void judging_compiler(struct block_run *run, const struct outcome *outcome)
{
    const char *said = outcome->compiler != NULL ? outcome->compiler : "";
    int line = outcome->error.line > run->block->line ? outcome->error.line : run->block->line;
    size_t length = strlen(said);
    while (length > 0 && said[length - 1] == '\n')
        length--;
    if (outcome_error_is(outcome, "CompileError"))
        judging_fail(run, line, text_make("It does not compile:\n%.*s", (int)length, said));
    else if (length > 0 && run->block->role == BLOCK_SOLUTION)
        judging_fail(run, line, text_make("It compiles, but not without a warning:\n%.*s", (int)length, said));
}

/* A fault that the solution never meets shows nothing. */
static void solution_must_meet(struct block_run *run, const struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++) {
        char name[FAULT_NAME_ROOM];
        if (trial->rows[i].verdict != TRIAL_NOTHING)
            continue;
        fault_name(&trial->rows[i].wish, name);
        judging_fail(
            run, run->block->line,
            text_make("The solution never meets the fault %s: nothing that it could disturb comes through a peer of "
                      "lab. Leave it out, or let a peer send.",
                      name));
    }
}

void judging_faults(struct block_run *run, const struct trial *trial)
{
    struct text message = TEXT_EMPTY;
    const struct trial_row *row = trial_failure(trial);
    trial_tell(&message, trial);
    if (message.length > 0) {
        struct text whole = TEXT_EMPTY;
        text_format(&whole, "The solution does not pass this check on a bad day. %s\n", text_string(&message));
        if (row != NULL)
            trial_draw(&whole, row, PICTURE_WIDTH);
        text_cut(&whole, whole.length - 1);
        judging_fail(run, run->block->line, text_steal(&whole));
    }
    text_free(&message);
    solution_must_meet(run, trial);
}

static void skip(struct block_run *run, unsigned missing)
{
    struct text why = TEXT_EMPTY;
    needs_explain(&why, missing);
    run->verdict.kind = VERDICT_SKIPPED;
    run->verdict.message = text_steal(&why);
}

static void skip_program(struct block_run *run)
{
    enum code_language language = run->block->language;
    unsigned missing = language != CODE_LUA ? needs_missing(NEED_LAB) : 0;
    if (!code_language_here(language)) {
        run->verdict.kind = VERDICT_SKIPPED;
        run->verdict.message = text_make("Needs %s, which is not installed here: programs in %s cannot be run.",
                                         code_languages[language].tool, code_languages[language].name);
    } else if (missing != 0) {
        skip(run, missing);
    }
}

struct block_run *judging_begin(const struct lesson *lesson, unsigned missing)
{
    struct block_run *runs = memory_new(lesson->block_count + 1, sizeof *runs);
    for (size_t i = 0; i < lesson->block_count; i++) {
        const struct block *block = lesson->blocks[i];
        runs[i] = (struct block_run){.block = block, .verdict = {.kind = VERDICT_NOT_RUN, .line = block->line}};
        for (size_t k = 0; k < CODE_LANGUAGES; k++)
            runs[i].twins[k].kind = VERDICT_NOT_RUN;
        unsigned lacks = (lesson->needs | block->needs) & missing;
        if (lacks != 0 && !block->ignored)
            skip(&runs[i], lacks);
        else if (!block->ignored)
            skip_program(&runs[i]);
    }
    return runs;
}

char *judging_unproved(enum code_language language, unsigned lacks)
{
    const struct code_language_row *row = &code_languages[language];
    struct text why = TEXT_EMPTY;
    text_format(&why, "Its steps in %s were not tried. ", row->name);
    if (lacks != 0)
        needs_explain(&why, lacks);
    else
        text_format(&why, "%s is not here.", row->tool);
    return text_steal(&why);
}
