#include "session/ending.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

static char *words_of_signal(int number)
{
    const char *name = sigabbrev_np(number);
    return name != NULL ? text_make("SIG%s (%s) ended the program", name, sigdescr_np(number))
                        : text_make("signal %d ended the program", number);
}

void ending_take(struct outcome *outcome, struct workshop_end *end)
{
    if (end->failed != NULL)
        outcome_fail(outcome, "OSError", end->failed);
    else if (end->stopped)
        outcome_fail(outcome, "KeyboardInterrupt", memory_copy(""));
    else if (end->why != NULL)
        outcome_fail(outcome, "Limit", text_make("the program was ended: %s", end->why));
    else if (end->signal != 0)
        outcome_fail(outcome, "Signal", words_of_signal(end->signal));
    else if (end->status != 0)
        outcome_fail(outcome, "ExitStatus", text_make("the program ended with status %d", end->status));
    if (end->stopped && end->failed == NULL)
        outcome->kind = OUTCOME_INTERRUPTED;
}

char *ending_failure(const struct outcome *outcome)
{
    const struct outcome_error *error = &outcome->error;
    if (outcome->kind == OUTCOME_INTERRUPTED)
        return memory_copy("It had not come to its end when its time was over.");
    return error->class != NULL ? text_make("%s: %s", error->class, error->message) : NULL;
}
