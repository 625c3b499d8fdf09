#include "terminal/quiz.h"

#include "lesson/quiz.h"
#include "render/terminal_text.h"
#include "terminal/journal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void add_choice(struct text *out, const struct choice *choice, const char *first, const char *rest,
                       const struct look *look)
{
    cmark_node *answer = cmark_node_first_child(choice->item);
    terminal_markdown_within(out, answer, answer, first, rest, look);
}

void quiz_show(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    const struct look *look = &tutor->screen.look;
    struct text out = TEXT_EMPTY;
    text_add_char(&out, '\n');
    for (size_t i = 0; i < quiz->count; i++) {
        struct text first = TEXT_EMPTY;
        bool said = i < 64 && (chosen >> i & 1) != 0;
        char *number = text_make("%s%zu", said ? "> " : i < 9 ? "  " : " ", i + 1);
        look_add(&first, look, STYLE_PROMPT, number);
        text_add(&first, look->plain ? ". " : "  ");
        add_choice(&out, &quiz->choices[i], text_string(&first), "     ", look);
        text_free(&first);
        free(number);
    }
    screen_take(&tutor->screen, &out);
}

void quiz_ask(struct tutor *tutor, const struct quiz *quiz, size_t step)
{
    quiz_show(tutor, quiz, 0);
    tutor->reading.quiz = quiz;
    tutor->reading.quiz_step = step;
}

/*
 * One number or letter, as people write them: "2", "b", "2.", "b)", "(2)", "-1".  Its number, beyond the choices for a
 * wrong one; 0 when it is no answer.
 */
static size_t read_choice(const char **at, size_t count)
{
    const char *text = *at + (**at == '(');
    bool negative = text == *at && *text == '-' && isdigit((unsigned char)text[1]);
    size_t number = 0;
    text += negative;
    if (isdigit((unsigned char)*text)) {
        char *end;
        number = strtoul(text, &end, 10);
        if (negative || number == 0 || number > count)
            number = count + 1;
        text = end;
    } else if (isalpha((unsigned char)*text)) {
        number = (size_t)(tolower((unsigned char)*text++) - 'a') + 1;
        if (number > count)
            return 0; /* rather a variable's name */
    }
    text += **at == '(' ? *text == ')' : *text == '.' || *text == ')';
    *at = text;
    return *text == '\0' || isspace((unsigned char)*text) || *text == ',' ? number : 0;
}

/*
 * The choices that the line names, as a set of bits: "2", "1 3", "1,3", "b".  False when the line is no
 * answer; *wrong_number when it would be one, were there so many choices.
 */
static bool parse(const char *line, size_t count, uint64_t *chosen, bool *wrong_number)
{
    *chosen = 0;
    *wrong_number = false;
    while (*line != '\0') {
        if (isspace((unsigned char)*line) || *line == ',') {
            line++;
            continue;
        }
        size_t number = read_choice(&line, count);
        if (number == 0)
            return false;
        if (number > count || number > 64)
            *wrong_number = true;
        else
            *chosen |= UINT64_C(1) << (number - 1);
    }
    return *chosen != 0 || *wrong_number;
}

/* What stands below the answer's first paragraph. */
static void explain(struct tutor *tutor, const struct choice *choice)
{
    cmark_node *answer = cmark_node_first_child(choice->item);
    cmark_node *first = answer ? cmark_node_next(answer) : NULL;
    struct text out = TEXT_EMPTY;
    if (first != NULL)
        terminal_markdown_within(&out, first, NULL, "  ", "  ", &tutor->screen.look);
    screen_take(&tutor->screen, &out);
}

static void explain_chosen(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    for (size_t i = 0; i < quiz->count && i < 64; i++)
        if (chosen >> i & 1)
            explain(tutor, &quiz->choices[i]);
}

/* How far from right an answer to a quiz with several right ones is. */
static void say_how_many(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    int good = __builtin_popcountll(chosen & quiz_right(quiz)), bad = __builtin_popcountll(chosen & ~quiz_right(quiz));
    if (quiz->right > 1 && bad == 0)
        screen_say(&tutor->screen, STYLE_ADVICE, "%d of %zu found. There are more.", good, quiz->right);
    else if (quiz->right > 1)
        screen_say(&tutor->screen, STYLE_ADVICE, "%d right, %d wrong, of %zu to find.", good, bad, quiz->right);
}

/* A prediction that came out otherwise goes into the diary; the same question answered well leaves it. */
static void keep_diary(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    const char *name = tutor->reading.lesson->name;
    bool right = chosen == quiz_right(quiz);
    if (right && tutor->reading.recalled) {
        progress_learnt(tutor_progress(tutor), name, tutor->reading.quiz_step);
    } else if (!right) {
        char *said = quiz_words(quiz, chosen), *truth = quiz_words(quiz, quiz_right(quiz));
        progress_expected(tutor_progress(tutor), name, tutor->reading.quiz_step, said, truth);
        free(said);
        free(truth);
    }
}

/* True of a right answer. */
static bool keep_answer(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    bool right = chosen == quiz_right(quiz);
    progress_answer(tutor_progress(tutor), tutor->reading.lesson->name, tutor->reading.quiz_step, right);
    journal_answer(tutor, chosen);
    return right;
}

/* In an exam nobody hears what is right: whoever marks it has the answers. */
static enum quiz_result keep_unjudged(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    journal_answer(tutor, chosen);
    screen_say(&tutor->screen, STYLE_QUIET, "Kept. It is marked when you have handed it in.");
    return quiz->prediction ? QUIZ_PREDICTED : QUIZ_DONE;
}

static enum quiz_result judge(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    if (keep_answer(tutor, quiz, chosen)) {
        screen_say(&tutor->screen, STYLE_RIGHT, "Right.");
        explain_chosen(tutor, quiz, chosen);
        return QUIZ_DONE;
    }
    screen_say(&tutor->screen, STYLE_WRONG, "Not quite.");
    say_how_many(tutor, quiz, chosen);
    explain_chosen(tutor, quiz, chosen & ~quiz_right(quiz));
    screen_say(&tutor->screen, STYLE_QUIET, "Try again, or :next goes on.");
    return QUIZ_AGAIN;
}

enum quiz_result quiz_take_answer(struct tutor *tutor, const char *line)
{
    const struct quiz *quiz = tutor->reading.quiz;
    uint64_t chosen;
    bool wrong_number;
    if (!parse(line, quiz->count, &chosen, &wrong_number))
        return QUIZ_NO_ANSWER;
    bool exam = tutor->reading.lesson->exam, one = quiz->right == 1 && !exam;
    if (wrong_number || (one && __builtin_popcountll(chosen) != 1)) {
        screen_say(&tutor->screen, STYLE_ADVICE, "Choose %s1 to %zu.", one ? "one of " : "from ", quiz->count);
        return QUIZ_AGAIN;
    }
    if (exam)
        return keep_unjudged(tutor, quiz, chosen);
    if (quiz->prediction)
        keep_diary(tutor, quiz, chosen);
    if (!quiz->prediction || tutor->reading.recalled)
        return judge(tutor, quiz, chosen);
    keep_answer(tutor, quiz, chosen);
    tutor->reading.committed = quiz;
    tutor->reading.chosen = chosen;
    return QUIZ_PREDICTED;
}

/* "You said: wait for ever. It went otherwise." */
static void say_choices(struct tutor *tutor, enum style style, const char *who, uint64_t chosen, const char *then)
{
    char *said = quiz_words(tutor->reading.committed, chosen);
    bool ended = *said != '\0' && strchr(".!?", said[strlen(said) - 1]) != NULL;
    screen_say(&tutor->screen, style, "%s: %s%s%s", who, said, ended ? "" : ".", then);
    free(said);
    explain_chosen(tutor, tutor->reading.committed, chosen);
}

/* Whoever expected something else hears the right answer as well: its reason is often the next thing to know. */
void quiz_explain(struct tutor *tutor)
{
    uint64_t chosen = tutor->reading.chosen, right = quiz_right(tutor->reading.committed), missed = right & ~chosen;
    screen_write(&tutor->screen, "\n", 1);
    if (chosen == right)
        say_choices(tutor, STYLE_RIGHT, "You said", chosen, " So it is.");
    else
        say_choices(tutor, STYLE_WRONG, "You said", chosen, " It went otherwise.");
    if (missed != 0)
        say_choices(tutor, STYLE_RIGHT, "Right", missed, "");
    tutor->reading.committed = NULL;
}

void quiz_remind(struct tutor *tutor)
{
    static const char several[] = "Choose all that are right, such as 1 3. ? asks again, :next goes on without.";
    static const char one[] = "Choose a number; a guess is fine. ? asks again, :next goes on without.";
    static const char exam[] =
        "Choose a number, or all that are right, such as 1 3. ? asks again, :next goes on without.";
    tutor_remind(tutor, STYLE_ADVICE,
                 tutor->reading.lesson->exam      ? exam
                 : tutor->reading.quiz->right > 1 ? several
                                                  : one);
}

void quiz_reveal(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen)
{
    const struct look *look = &tutor->screen.look;
    for (size_t i = 0; i < quiz->count; i++) {
        struct text out = TEXT_EMPTY, first = TEXT_EMPTY;
        bool right = quiz->choices[i].right, said = i < 64 && (chosen >> i & 1) != 0;
        char *mark = text_make("%s%zu %s", said ? "> " : "  ", i + 1, right ? "yes" : "no ");
        look_add(&first, look, right ? STYLE_RIGHT : STYLE_WRONG, mark);
        text_add(&first, look->plain ? ": " : "  ");
        text_add_char(&out, '\n');
        add_choice(&out, &quiz->choices[i], text_string(&first), "         ", look);
        cmark_node *why = cmark_node_next(cmark_node_first_child(quiz->choices[i].item));
        if (why != NULL)
            terminal_markdown_within(&out, why, NULL, "         ", "         ", look);
        screen_take(&tutor->screen, &out);
        text_free(&first);
        free(mark);
    }
}
