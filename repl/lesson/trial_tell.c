/*
 * trial_tell.c: what came of an answer's bad days, in words and as a picture.
 */
#include "lesson/trial.h"

#include "base/memory.h"
#include "views/ladder_text.h"

#include <stdlib.h>

void trial_free(struct trial *trial)
{
    if (trial == NULL)
        return;
    for (size_t i = 0; i < trial->count; i++) {
        outcome_free(trial->rows[i].outcome);
        free(trial->rows[i].observed);
    }
    free(trial->rows);
    free(trial->again);
    free(trial);
}

struct trial *trial_copy(const struct trial *trial)
{
    if (trial == NULL)
        return NULL;
    struct trial *copy = memory_new(1, sizeof *copy);
    *copy = *trial;
    copy->again = memory_copy(trial->again);
    copy->rows = memory_new(trial->count + 1, sizeof *copy->rows);
    for (size_t i = 0; i < trial->count; i++) {
        copy->rows[i] = trial->rows[i];
        copy->rows[i].observed = memory_copy(trial->rows[i].observed);
        copy->rows[i].outcome = NULL;
    }
    return copy;
}

/* --- telling -------------------------------------------------------------------------------------------- */

const struct trial_row *trial_failure(const struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++)
        if (trial->rows[i].verdict == TRIAL_FAILED)
            return &trial->rows[i];
    return NULL;
}

bool trial_passed(const struct trial *trial)
{
    return trial->again == NULL && !trial->stopped && !trial->late && trial_failure(trial) == NULL;
}

void trial_tell(struct text *text, const struct trial *trial)
{
    const struct trial_row *row = trial_failure(trial);
    char name[FAULT_NAME_ROOM];
    struct text place = TEXT_EMPTY;
    if (trial->again != NULL) {
        text_format(text, "It passed once, but not when it ran again in a fresh session: %s", trial->again);
    } else if (row != NULL) {
        fault_name(&row->wish, name);
        fault_say_place(&place, &row->failed);
        text_format(text, "%s%s%s: %s", name, place.length > 0 ? ", " : "", text_string(&place), row->observed);
    } else if (trial->late) {
        text_add(text, "The runs with faults took too long: more than a minute in all.");
    }
    text_free(&place);
}

/* So many rows of the picture. */
#define PICTURE_MOST 24

void trial_draw(struct text *text, const struct trial_row *row, int width)
{
    if (row->outcome == NULL)
        return;
    struct findings *findings = outcome_findings(row->outcome);
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.most = PICTURE_MOST});
    if (ladder_has_arrows(ladder))
        ladder_text(text, ladder, &(struct ladder_paper){.width = width});
    ladder_free(ladder);
    findings_free(findings);
}

const char *trial_verdict_name(enum trial_verdict verdict)
{
    static const char *const names[] = {[TRIAL_PASSED] = "passed",
                                        [TRIAL_FAILED] = "failed",
                                        [TRIAL_NOTHING] = "nothing to disturb",
                                        [TRIAL_SKIPPED] = "skipped",
                                        [TRIAL_NOT_TRIED] = "not tried"};
    return names[verdict];
}
