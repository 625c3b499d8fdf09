#include "terminal/journal.h"

#include "base/memory.h"
#include "lesson/chain.h"
#include "lesson/markdown.h"
#include "lesson/quiz.h"
#include "render/terminal_views.h"
#include "terminal/chosen.h"

#include <stdlib.h>
#include <string.h>

/* More code than anybody writes for an exercise: of such an attempt it is only said that it was made. */
#define CODE_MOST 262144

/* The picture in a record, for paper and pages. */
static const struct look paper = {.width = 100, .unicode = true};

static void note(struct tutor *tutor, json_t *entry)
{
    const char *lesson = tutor->reading.lesson->name;
    json_object_set_new(entry, "lesson", chain_string(lesson));
    progress_note(tutor_progress(tutor), lesson, entry);
}

void journal_opened(struct tutor *tutor)
{
    const struct lesson *lesson = tutor->reading.lesson;
    char version[CHAIN_ROOM];
    chain_digest(lesson->source, lesson->source_length, version);
    note(tutor, json_pack("{s:s, s:o, s:s, s:b}", "kind", "open", "title", chain_string(lesson->title), "version",
                          version, "exam", lesson->exam));
}

void journal_done(struct tutor *tutor)
{
    note(tutor, json_pack("{s:s}", "kind", "done"));
}

/* The paragraph before the answers; "" where none is. */
static char *question_of(const struct tutor *tutor)
{
    cmark_node *before = cmark_node_previous(tutor->reading.quiz->list);
    return before != NULL ? markdown_plain(before) : memory_copy("");
}

static json_t *numbers_of(uint64_t chosen)
{
    json_t *numbers = json_array();
    for (int i = 0; i < 64; i++)
        if (chosen >> i & 1)
            json_array_append_new(numbers, json_integer(i + 1));
    return numbers;
}

void journal_answer(struct tutor *tutor, uint64_t chosen)
{
    const struct quiz *quiz = tutor->reading.quiz;
    char *question = question_of(tutor), *said = quiz_words(quiz, chosen), *truth = quiz_words(quiz, quiz_right(quiz));
    json_t *entry =
        json_pack("{s:s, s:I, s:o, s:o, s:o}", "kind", "answer", "step", (json_int_t)tutor->reading.quiz_step + 1,
                  "question", chain_string(question), "said", chain_string(said), "chosen", numbers_of(chosen));
    if (!tutor->reading.lesson->exam) {
        json_object_set_new(entry, "truth", chain_string(truth));
        json_object_set_new(entry, "right", json_boolean(chosen == quiz_right(quiz)));
    }
    note(tutor, entry);
    free(question);
    free(said);
    free(truth);
}

const char *journal_slug(const struct lesson *lesson, const struct exercise *exercise)
{
    return exercise->section >= 0 ? lesson->sections[exercise->section].slug : "exercise";
}

static json_t *about_exercise(const struct tutor *tutor, const char *kind)
{
    const struct lesson *lesson = tutor->reading.lesson;
    int section = tutor->reading.exercise->section;
    return json_pack("{s:s, s:o, s:o, s:I}", "kind", kind, "exercise",
                     chain_string(journal_slug(lesson, tutor->reading.exercise)), "title",
                     chain_string(section >= 0 ? lesson->sections[section].title : lesson->title), "hints",
                     (json_int_t)tutor->reading.hints);
}

void journal_hint(struct tutor *tutor)
{
    note(tutor, about_exercise(tutor, "hint"));
}

void journal_solution(struct tutor *tutor)
{
    note(tutor, about_exercise(tutor, "solution"));
}

static void add_picture(json_t *attempt, const struct outcome *outcome)
{
    struct text picture = TEXT_EMPTY;
    struct findings *findings = outcome_findings(outcome);
    terminal_small_ladder(&picture, findings, &paper);
    if (picture.length > 0)
        json_object_set_new(attempt, "ladder", chain_string(text_string(&picture)));
    findings_free(findings);
    text_free(&picture);
}

/* Checks are given the bytes that ran; as text of an entry they mean the same to Lua. */
json_t *journal_attempt(struct tutor *tutor)
{
    json_t *attempt = about_exercise(tutor, "attempt"), *code = json_array();
    size_t count, length = 0;
    const char **entries = chosen_answer(tutor, &count);
    for (size_t i = 0; i < count; i++)
        length += strlen(entries[i]);
    for (size_t i = 0; i < count && length <= CODE_MOST; i++)
        json_array_append_new(code, chain_string(entries[i]));
    free(entries);
    json_object_set_new(attempt, "code", code);
    if (chosen_language(tutor) != CODE_LUA)
        json_object_set_new(attempt, "language", json_string(code_languages[chosen_language(tutor)].word));
    add_picture(attempt, tutor->last);
    return attempt;
}

void journal_kept(struct tutor *tutor, json_t *attempt)
{
    note(tutor, attempt);
}

void journal_judged(struct tutor *tutor, json_t *attempt, bool passed, const char *observed)
{
    json_object_set_new(attempt, "passed", json_boolean(passed));
    if (observed != NULL)
        json_object_set_new(attempt, "observed", chain_string(observed));
    note(tutor, attempt);
}
