#include "terminal/standing.h"

#include "lesson/needs.h"
#include "terminal/play.h"

#include <stdlib.h>
#include <string.h>

size_t standing_total(const struct tutor *tutor)
{
    return tutor->course ? tutor->course->entry_count : 1;
}

void standing_say(struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    if (reading->lesson == NULL)
        return;
    struct text line = TEXT_EMPTY;
    const char *of = tutor->screen.look.width < 60 ? "/" : " of ";
    text_format(&line, "Lesson %d%s%zu, step %zu%s%zu. ", reading->index + 1, of, standing_total(tutor), reading->step,
                of, reading->lesson->step_count);
    bool last = reading->step >= reading->lesson->step_count;
    const struct course *course = tutor->course;
    size_t next = (size_t)reading->index + 1;
    if (reading->quiz != NULL)
        text_add(&line, reading->lesson->exam      ? "Answer with a number, or several, such as 1 3."
                        : reading->quiz->right > 1 ? "Answer with numbers, such as 1 3."
                                                   : "Answer with a number.");
    else if (reading->exercise != NULL)
        text_format(&line, "Your turn. %s:next leaves it.", reading->lesson->exam ? "" : ":hint helps, ");
    else if (last && course != NULL && next < course->entry_count)
        text_format(&line, "Enter goes on with lesson %zu: %s.", next + 1, course->entries[next].title);
    else if (last)
        text_add(&line, "That was the last lesson.");
    else
        text_add(&line, "Enter goes on.");
    screen_write(&tutor->screen, "\n", 1);
    screen_say(&tutor->screen, STYLE_QUIET, "%s", text_string(&line));
    text_free(&line);
}

void standing_explain(struct tutor *tutor, unsigned missing, const char *first)
{
    struct text why = TEXT_EMPTY;
    needs_explain(&why, needs_missing(missing & ~tutor->explained));
    if (why.length == 0)
        text_add(&why, tutor->options.lab == LAB_OFF ? "You have left the private network; :lab on leads back."
                                                     : ":doctor says why.");
    screen_say(&tutor->screen, STYLE_ADVICE, "%s %s", first, text_string(&why));
    tutor->explained |= missing;
    text_free(&why);
}

void standing_say_network(struct tutor *tutor)
{
    const struct lesson *lesson = tutor->reading.lesson;
    bool wanted = tutor->options.lab == LAB_ON ||
                  (tutor->options.lab == LAB_AS_LESSONS_ASK && lesson != NULL && needs_want_lab(lesson));
    if (!wanted || tutor_uses_lab(tutor) || (tutor->explained & NEED_LAB) != 0)
        return;
    standing_explain(tutor, NEED_LAB,
                     "This runs over loopback, and what needs packets shows a result recorded elsewhere.");
}

static bool runs_between(const struct tutor *tutor, const struct block *block, int from, int to)
{
    bool role = block->role == BLOCK_PLAIN || block->role == BLOCK_SETUP || block->role == BLOCK_SOLUTION;
    return role && block->language == CODE_LUA && !block->ignored && block->line >= from && block->line < to &&
           tutor_missing(tutor, block->needs) == 0;
}

void standing_begin_anew(struct tutor *tutor)
{
    bool lesson = tutor->reading.lesson != NULL;
    char *made = play_made(tutor);
    tutor_forget_session(tutor);
    play_begin(tutor);
    if (made != NULL)
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "%s in a fresh session. What you have made is gone with the old one: %s. "
                   "The arrow keys still have what you typed.",
                   lesson ? "The lesson goes on" : "You go on", made);
    else if (!lesson)
        screen_say(&tutor->screen, STYLE_ADVICE, "You go on in a fresh session.");
    free(made);
}

void standing_offer_anew(struct tutor *tutor)
{
    const struct outcome *last = tutor->last;
    if (tutor->session == NULL || last->kind != OUTCOME_ERROR || strcmp(last->error.class, "MemoryError") != 0)
        return;
    char *made = play_made(tutor);
    screen_say(&tutor->screen, STYLE_ADVICE, "What is big can be set to nil. Or :back begins a fresh session%s%s%s.",
               tutor->reading.lesson != NULL ? " and replays the lesson up to here" : "",
               made != NULL ? "; gone with this one would be: " : "", made != NULL ? made : "");
    free(made);
}

static int line_of(const struct lesson *lesson, size_t step)
{
    return step < lesson->step_count ? lesson->steps[step].line : INT32_MAX;
}

bool standing_run_unseen(struct tutor *tutor, const struct block *block, const char *doing)
{
    tutor->status.doing = doing;
    tutor->quiet = true;
    enum outcome_kind kind = tutor_evaluate_block(tutor, block)->kind;
    tutor->quiet = false;
    tutor->status.doing = NULL;
    return kind != OUTCOME_ENDED && kind != OUTCOME_INTERRUPTED;
}

static bool replay(struct tutor *tutor, const struct block *block, size_t number, size_t total)
{
    char *doing = text_make("Replaying the lesson, %zu of %zu", number, total);
    bool whole = standing_run_unseen(tutor, block, doing);
    free(doing);
    return whole;
}

bool standing_advance(struct tutor *tutor, size_t from, size_t to, size_t *total)
{
    const struct lesson *lesson = tutor->reading.lesson;
    int begin = from == 0 ? 0 : line_of(lesson, from), end = line_of(lesson, to);
    size_t done = 0;
    *total = 0;
    for (size_t i = 0; i < lesson->block_count; i++)
        *total += runs_between(tutor, lesson->blocks[i], begin, end);
    bool whole = true;
    for (size_t i = 0; i < lesson->block_count && whole; i++)
        if (runs_between(tutor, lesson->blocks[i], begin, end))
            whole = replay(tutor, lesson->blocks[i], ++done, *total);
    if (!whole) {
        screen_say(&tutor->screen, STYLE_ADVICE, "The replay stopped at block %zu of %zu. %s tries again.", done,
                   *total, tutor->options.present ? "r" : ":back");
        play_lost(tutor);
    }
    return whole;
}

bool standing_restore(struct tutor *tutor, size_t step)
{
    size_t total;
    standing_begin_anew(tutor);
    bool whole = standing_advance(tutor, 0, step, &total);
    if (whole && total > 0)
        screen_say(&tutor->screen, STYLE_QUIET, "Replayed %zu block%s in a fresh session.", total,
                   total == 1 ? "" : "s");
    return whole;
}
