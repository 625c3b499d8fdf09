#include "terminal/program.h"

#include "terminal/chosen.h"
#include "terminal/editor.h"
#include "terminal/exercise.h"
#include "terminal/play.h"
#include "terminal/standing.h"
#include "terminal/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the compiler says, as it says it. */
static void show_compiler(struct tutor *tutor, const struct outcome *outcome)
{
    struct text out = TEXT_EMPTY;
    if (outcome->compiler == NULL || *outcome->compiler == '\0')
        return;
    text_add(&out, outcome->compiler);
    screen_take(&tutor->screen, &out);
}

/* A fresh session has run nothing but the setup; the lesson is replayed before it goes on. */
static bool set_up(struct tutor *tutor)
{
    const struct block *setup = tutor->reading.exercise->setup;
    standing_begin_anew(tutor);
    play_lost(tutor);
    return setup == NULL || standing_run_unseen(tutor, setup, "Setting up");
}

static void run(struct tutor *tutor, const char *path, const struct text *code)
{
    struct reading *reading = &tutor->reading;
    struct chunk chunk = {.name = path,
                          .first_line = 1,
                          .text = text_string(code),
                          .length = code->length,
                          .time = reading->lesson->timeout,
                          .language = chosen_language(tutor)};
    reading->whole = reading->attempted = true;
    if (!set_up(tutor))
        return;
    const struct outcome *outcome = tutor_evaluate(tutor, &chunk);
    reading->begun = tutor->session != NULL;
    show_compiler(tutor, outcome);
    tutor_show_outcome(tutor);
    if (outcome_has_peers(tutor->last))
        views_ladder(tutor, "");
    exercise_judge(tutor);
}

void program_edit(struct tutor *tutor)
{
    if (tutor->reading.exercise == NULL || chosen_language(tutor) == CODE_LUA) {
        editor_open(tutor);
        return;
    }
    char *path = chosen_file(tutor, chosen_language(tutor));
    struct text code = TEXT_EMPTY;
    if (chosen_write(tutor, path, chosen_starter(tutor)->code, false) && editor_run(tutor, path)) {
        if (text_read_file(&code, path))
            run(tutor, path, &code);
        else
            screen_say(&tutor->screen, STYLE_ADVICE, "%s cannot be read: %s.", path, strerror(errno));
    }
    text_free(&code);
    free(path);
}
