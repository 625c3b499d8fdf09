#include "terminal/diary.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* So many kinds of mistakes are told: what is to be remembered is short. */
#define MOST_TOLD 2

/* Answers stand in a sentence here: without the sign that ends their own. Yours to free. */
static char *bare(const char *answer)
{
    size_t length = strlen(answer);
    return memory_copy_bytes(answer, length > 0 && strchr(".!?", answer[length - 1]) != NULL ? length - 1 : length);
}

static char *times_in_words(size_t times)
{
    static const char *const words[] = {"", "Once", "Twice", "Three times", "Four times", "Five times"};
    return times < sizeof words / sizeof *words ? memory_copy(words[times]) : text_make("%zu times", times);
}

/* What was right is not told where it is about to be asked. */
static void tell(struct tutor *tutor, const struct mistake *mistake)
{
    char *times = times_in_words(mistake->times), *said = bare(mistake->said), *right = bare(mistake->right);
    if (mistake->asked)
        screen_say(&tutor->screen, STYLE_ADVICE, "%s you expected \"%s\", and it went otherwise.", times, said);
    else
        screen_say(&tutor->screen, STYLE_ADVICE, "%s you expected \"%s\" where it was \"%s\".", times, said, right);
    free(times);
    free(said);
    free(right);
}

bool diary_show(struct tutor *tutor, size_t *step)
{
    const struct lesson *lesson = tutor->reading.lesson;
    struct mistake list[MOST_TOLD];
    /* The lesson may be another one since. */
    if (!progress_hardest(tutor_progress(tutor), lesson->name, step) || *step >= lesson->step_count ||
        lesson->steps[*step].quiz == NULL || !lesson->steps[*step].quiz->prediction)
        return false;
    size_t count = progress_mistakes(tutor_progress(tutor), lesson->name, *step, list, MOST_TOLD);
    screen_write(&tutor->screen, "\n", 1);
    for (size_t i = 0; i < count; i++) {
        tell(tutor, &list[i]);
        progress_mistake_free(&list[i]);
    }
    screen_say(&tutor->screen, STYLE_QUIET, "Now that you have seen it run, once more:");
    return true;
}
