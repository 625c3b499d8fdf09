#include "terminal/views.h"

#include "base/file.h"
#include "base/path.h"
#include "base/span.h"
#include "base/utf8.h"
#include "lesson/picture.h"
#include "lesson/recorded.h"
#include "render/terminal_text.h"
#include "render/terminal_views.h"
#include "translate/translate.h"
#include "lab/pcapng.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool nothing_ran(struct tutor *tutor)
{
    tutor_catch_up(tutor);
    if (tutor->last != NULL)
        return false;
    screen_say(&tutor->screen, STYLE_ADVICE, "Nothing ran yet. Type something, or press Enter for the lesson.");
    return true;
}

void views_calls(struct tutor *tutor, const char *argument)
{
    if (nothing_ran(tutor))
        return;
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(tutor->last);
    const struct call_list_options options = {.everybody = strcmp(argument, "all") == 0};
    terminal_calls(&out, findings, &options, &tutor->screen.look);
    findings_free(findings);
    screen_take(&tutor->screen, &out);
}

/* The words behind :ladder; those about packets mean packets. */
static struct ladder_options read_options(const char *argument)
{
    struct ladder_options options = {.states = true, .packets = *argument != '\0'};
    options.acks = strstr(argument, "acks") != NULL;
    options.numbers = strstr(argument, "seq") != NULL;
    return options;
}

static bool sees_packets(struct tutor *tutor)
{
    if (tutor_uses_lab(tutor))
        return true;
    screen_say(&tutor->screen, STYLE_ADVICE,
               "Packets are seen in a private network only: sockrates --lab begins in one.");
    return false;
}

void views_ladder(struct tutor *tutor, const char *argument)
{
    const struct ladder_options options = read_options(argument);
    if (nothing_ran(tutor) || (options.packets && !sees_packets(tutor)))
        return;
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(tutor->last);
    terminal_ladder(&out, findings, &options, &tutor->screen.look);
    findings_free(findings);
    screen_take(&tutor->screen, &out);
}

static void say_charts(struct tutor *tutor)
{
    struct text commands = TEXT_EMPTY;
    chart_add_commands(&commands, " and ");
    screen_say(&tutor->screen, STYLE_ADVICE, "There are %s.", text_string(&commands));
    text_free(&commands);
}

/* The one that is named; without a name those that show anything. */
void views_chart(struct tutor *tutor, const char *argument)
{
    enum chart_kind named = chart_named(argument);
    if (*argument != '\0' && named == CHARTS) {
        say_charts(tutor);
        return;
    }
    if (nothing_ran(tutor))
        return;
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(tutor->last);
    for (int kind = 0; kind < CHARTS; kind++) {
        struct text one = TEXT_EMPTY;
        if ((named == CHARTS || (int)named == kind) &&
            (terminal_chart(&one, findings, (enum chart_kind)kind, &tutor->screen.look) || named != CHARTS))
            text_format(&out, "%s%s", out.length > 0 ? "\n" : "", text_string(&one));
        text_free(&one);
    }
    if (out.length == 0)
        text_add(&out, "The last step has nothing for a chart: no bytes, no wait, no select().\n");
    findings_free(findings);
    screen_take(&tutor->screen, &out);
}

static void save(struct tutor *tutor, const char *name, const struct text *program)
{
    char *path = path_home(name);
    if (file_create(path, text_string(program), program->length))
        screen_say(&tutor->screen, STYLE_ADVICE, "Saved in %s.", path);
    else
        tutor_say_unwritten(tutor, path);
    free(path);
}

/* The packets of the lesson so far, for Wireshark and its like. */
static void save_packets(struct tutor *tutor, const char *name)
{
    struct text capture = TEXT_EMPTY;
    struct findings *findings = outcome_findings(tutor->last);
    pcapng_write(&capture, &findings->timeline);
    findings_free(findings);
    save(tutor, name, &capture);
    text_free(&capture);
}

void views_packets(struct tutor *tutor, const char *argument)
{
    if (nothing_ran(tutor) || !sees_packets(tutor))
        return;
    if (*argument != '\0')
        save_packets(tutor, argument);
    else {
        struct text out = TEXT_EMPTY;
        struct findings *findings = outcome_findings(tutor->last);
        terminal_packets(&out, &findings->timeline, &tutor->screen.look);
        findings_free(findings);
        screen_take(&tutor->screen, &out);
    }
}

/* The word at the begin is taken off the argument. */
static bool take_word(const char **argument, const char *word)
{
    size_t length = strcspn(*argument, " \t");
    if (length != strlen(word) || strncmp(*argument, word, length) != 0)
        return false;
    *argument += length + strspn(*argument + length, " \t");
    return true;
}

/* The block of the lesson that ran last; NULL when it was something else. */
static const struct block *last_block(const struct tutor *tutor)
{
    const struct reading *reading = &tutor->reading;
    for (size_t i = reading->lesson != NULL ? reading->step : 0; i-- > 0;) {
        const struct block *block = reading->lesson->steps[i].block;
        if (block != NULL && tutor->last_source != NULL && strcmp(block->code, tutor->last_source) == 0)
            return block;
    }
    return NULL;
}

/* What the lesson's author wrote for the last step in that language; NULL for nothing. */
static const char *written_for(const struct tutor *tutor, const struct language *language)
{
    const struct block *block = last_block(tutor);
    enum code_language number;
    bool known = block != NULL && code_language_of(language->word, strlen(language->word), &number);
    return known && !block->twins[number].hidden ? block->twins[number].code : NULL;
}

/* The terminal breaks long lines itself: what is copied from there is a program still. */
static void show_program(struct tutor *tutor, const struct language *language, const char *program)
{
    struct text out = TEXT_EMPTY;
    struct look unbroken = tutor->screen.look;
    unbroken.width = INT_MAX;
    terminal_code(&out, language->word, program, "", "", &unbroken);
    screen_take(&tutor->screen, &out);
}

void views_program(struct tutor *tutor, const char *argument, const struct language *language)
{
    if (nothing_ran(tutor))
        return;
    const char *written = *argument == '\0' ? written_for(tutor, language) : NULL;
    if (written != NULL) {
        show_program(tutor, language, written);
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "So the lesson writes it. :%s calls shows a whole program that makes the same calls.",
                   language->word);
        return;
    }
    struct text program = TEXT_EMPTY;
    bool all = take_word(&argument, "all");
    if (!all)
        take_word(&argument, "calls");
    struct findings *findings = outcome_findings(tutor->last);
    if (timeline_has_calls(&findings->timeline) || all)
        translate(&program, language, findings, &(struct translate_options){.all = all});
    findings_free(findings);
    if (program.length == 0)
        screen_say(&tutor->screen, STYLE_ADVICE, "The last step made no system calls. :%s all shows the lesson so far.",
                   language->word);
    else if (*argument != '\0')
        save(tutor, argument, &program);
    else
        show_program(tutor, language, text_string(&program));
    text_free(&program);
}

static bool fits(const struct look *look, const char *picture)
{
    for (struct span line; span_next_line(&picture, &line);)
        if (utf8_columns(line.text, line.length) > (size_t)look->width)
            return false;
    return look->unicode && !look->plain;
}

/* With packets that cannot be seen here, the picture is the one of the lesson's file. */
static void add_picture(struct text *out, const struct tutor *tutor, const struct block *block,
                        const struct findings *findings)
{
    const struct look *look = &tutor->screen.look;
    const struct ladder_options options = {.states = block->show & PANE_STATE, .packets = block->show & PANE_PACKETS};
    const char *recorded = picture_is_whole(block, tutor->last) ? NULL : recorded_of(block).ladder;
    if (recorded == NULL || !fits(look, recorded)) {
        terminal_ladder(out, findings, &options, look);
        return;
    }
    struct text label = TEXT_EMPTY;
    recorded_packets_label(&label, tutor->reading.lesson);
    text_add(out, recorded);
    look_wrap(out, look, "", "", text_string(&label));
    text_free(&label);
}

void views_panes(struct tutor *tutor, const struct block *block)
{
    const struct look *look = &tutor->screen.look;
    struct findings *findings = outcome_findings(tutor->last);
    struct text out = TEXT_EMPTY;
    if (block->show & PANE_CALLS)
        terminal_calls(&out, findings, &(struct call_list_options){0}, look);
    for (int kind = 0; kind < CHARTS; kind++)
        if (picture_charts(block) & PANE_OF_CHART(kind))
            terminal_chart(&out, findings, (enum chart_kind)kind, look);
    if (block->show & (PANE_LADDER | PANE_PACKETS))
        add_picture(&out, tutor, block, findings);
    else if (block->show == 0 && picture_charts(block) == 0)
        terminal_small_ladder(&out, findings, look);
    else if (block->show & PANE_STATE)
        terminal_states(&out, &findings->timeline, look);
    findings_free(findings);
    if (out.length > 0)
        screen_write(&tutor->screen, "\n", 1);
    screen_take(&tutor->screen, &out);
}
