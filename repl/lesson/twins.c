#include "lesson/twins.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/span.h"
#include "lesson/deeds.h"
#include "lesson/twin_program.h"
#include "session/session.h"
#include "trace/symbols.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* So much of what a program printed is told when it ended before its time. */
#define PRINTED_MOST 1000

/* Of one block that has a twin. */
struct pair {
    size_t block;
    struct outcome *outcome; /* of its Lua; NULL: it has not run */
    struct twin_peer *peers;
    size_t peer_count;
    struct verdict verdict;
};

struct twins {
    const struct lesson *lesson;
    enum code_language language;
    struct pair *pairs;
    size_t count;
    char *program;
};

/* What its judges look at. */
struct trial_of_twins {
    struct twins *twins;
    const struct outcome *outcome; /* of the program */
    struct findings *findings;     /* the same */
    struct twin_mark *marks;
    struct deeds *lua, *program;
};

static const struct block *block_of(const struct twins *twins, const struct pair *pair)
{
    return twins->lesson->blocks[pair->block];
}

static const struct twin *twin_of(const struct twins *twins, const struct pair *pair)
{
    return &block_of(twins, pair)->twins[twins->language];
}

static const char *language_name(const struct twins *twins)
{
    return code_languages[twins->language].name;
}

struct twins *twins_new(const struct lesson *lesson, enum code_language language, const size_t *blocks, size_t count)
{
    struct twins *twins = memory_new(1, sizeof *twins);
    *twins = (struct twins){.lesson = lesson, .language = language};
    twins->pairs = memory_new(count + 1, sizeof *twins->pairs);
    for (size_t i = 0; i < count; i++) {
        const struct twin *twin = &lesson->blocks[blocks[i]]->twins[language];
        if (twin->node != NULL && !twin->ignored)
            twins->pairs[twins->count++] = (struct pair){.block = blocks[i]};
    }
    return twins;
}

void twins_free(struct twins *twins)
{
    if (twins == NULL)
        return;
    for (size_t i = 0; i < twins->count; i++) {
        struct pair *pair = &twins->pairs[i];
        outcome_free(pair->outcome);
        for (size_t k = 0; k < pair->peer_count; k++)
            free(pair->peers[k].name);
        free(pair->peers);
    }
    free(twins->pairs);
    free(twins->program);
    free(twins);
}

/* --- what the Lua did ----------------------------------------------------------------------------------- */

static struct address address_of_hex(const char *hex)
{
    char bytes[sizeof(struct sockaddr_storage)];
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length && i < sizeof bytes; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (char)strtol(digits, NULL, 16);
    }
    return address_copy(bytes, length);
}

static void take_peers(struct pair *pair, const json_t *addresses)
{
    const char *name;
    json_t *both;
    json_object_foreach((json_t *)addresses, name, both)
    {
        struct twin_peer peer = {memory_copy(name), address_of_hex(json_string_value(json_array_get(both, 1))),
                                 address_of_hex(json_string_value(json_array_get(both, 0)))};
        ARRAY_ADD(pair->peers, pair->peer_count, peer);
    }
}

void twins_take(struct twins *twins, size_t block, struct outcome *outcome, const json_t *addresses)
{
    struct pair *pair = twins->pairs;
    while (pair < twins->pairs + twins->count && pair->block != block)
        pair++;
    if (pair == twins->pairs + twins->count || pair->outcome != NULL) {
        outcome_free(outcome);
        return;
    }
    pair->outcome = outcome;
    take_peers(pair, addresses);
}

struct chunk twins_chunk(struct twins *twins)
{
    struct twin_step *steps = memory_new(twins->count + 1, sizeof *steps);
    int64_t time = 0;
    for (size_t i = 0; i < twins->count; i++) {
        const struct pair *pair = &twins->pairs[i];
        steps[i] = (struct twin_step){twin_of(twins, pair), pair->peers, pair->peer_count};
        time += block_of(twins, pair)->timeout;
    }
    twins->program = twin_program(twins->language, path_name(twins->lesson->path), steps, twins->count);
    free(steps);
    return (struct chunk){.name = twins->lesson->path,
                          .first_line = 1,
                          .text = twins->program,
                          .length = strlen(twins->program),
                          .time = time,
                          .language = twins->language};
}

/* --- what the compiler says ----------------------------------------------------------------------------- */

/* The piece that the line of the lesson's file is in; NULL for none. */
static struct pair *pair_at(const struct twins *twins, int line)
{
    for (size_t i = 0; i < twins->count; i++) {
        const struct twin *twin = twin_of(twins, &twins->pairs[i]);
        if (line >= twin->line && line < cmark_node_get_end_line(twin->node))
            return &twins->pairs[i];
    }
    return NULL;
}

static void fail(struct pair *pair, int line, char *message)
{
    pair->verdict = (struct verdict){VERDICT_FAILED, line, message};
}

/* "lesson.md:45:12: warning: …": the line, 0 for another text; *what is what stands behind the numbers. */
static int line_of_message(struct span line, const char *file, const char **what)
{
    size_t length = strlen(file);
    char *end;
    if (line.length < length || strncmp(line.text, file, length) != 0 || line.text[length] != ':')
        return 0;
    long number = strtol(line.text + length + 1, &end, 10);
    *what = end + strcspn(end, " \n");
    return number > 0 && number < INT_MAX ? (int)number : 0;
}

/* Errors, and warnings too: who learns from a page shall not learn those.  False when there are any. */
static bool judge_compiler(struct twins *twins, const struct outcome *outcome)
{
    const char *rest = outcome->compiler != NULL ? outcome->compiler : "", *what = "";
    bool fine = true;
    for (struct span line; span_next_line(&rest, &line);) {
        int number = line_of_message(line, path_name(twins->lesson->path), &what);
        struct pair *pair = number > 0 ? pair_at(twins, number) : NULL;
        bool bad = strncmp(what, " error:", 7) == 0 || strncmp(what, " warning:", 9) == 0;
        if (pair == NULL || !bad)
            continue;
        fine = false;
        if (pair->verdict.message == NULL)
            fail(pair, number,
                 text_make("The %s does not compile cleanly:%.*s", language_name(twins),
                           (int)(line.text + line.length - what), what));
    }
    return fine;
}

/* --- what the program did ------------------------------------------------------------------------------- */

static bool is_error(const struct twin_mark *mark, const char *name)
{
    char *listed = text_make(",%s,", name);
    const char *symbol = error_symbol(mark->code);
    bool is = strstr(mark->kinds, listed) != NULL || (symbol != NULL && strcmp(symbol, name) == 0);
    free(listed);
    return is;
}

/* Lua's own errors are other ones elsewhere. */
static bool is_own_of_lua(const char *name)
{
    return strcmp(name, "LuaError") == 0 || strcmp(name, "SyntaxError") == 0;
}

static bool judge_error(struct twins *twins, struct pair *pair, const struct twin_mark *mark)
{
    const char *wanted = block_of(twins, pair)->error;
    int line = mark->line > 0 ? mark->line : twin_of(twins, pair)->line;
    if (mark->error == NULL || (wanted != NULL && (is_own_of_lua(wanted) || is_error(mark, wanted))))
        return true;
    if (wanted != NULL)
        fail(pair, line,
             text_make("The %s ends in another error than the Lua: expected %s, observed %s", language_name(twins),
                       wanted, mark->error));
    else
        fail(pair, line, text_make("The %s ends in an error, the Lua does not: %s", language_name(twins), mark->error));
    return false;
}

/* Adds what the Lua did and the program did not, or the other way round; false when they did the same. */
static bool add_difference(struct text *message, struct trial_of_twins *trial, struct pair *pair,
                           const struct twin_mark *mark)
{
    struct text expected = TEXT_EMPTY, observed = TEXT_EMPTY;
    struct findings *findings = outcome_findings(pair->outcome);
    const char *name = language_name(trial->twins);
    deeds_add(trial->lua, &expected, findings, INT64_MIN, INT64_MAX);
    deeds_add(trial->program, &observed, trial->findings, mark->begin, mark->end != 0 ? mark->end : INT64_MAX);
    bool differ = strcmp(text_string(&expected), text_string(&observed)) != 0;
    if (differ) {
        text_format(message, "The %s makes other calls than the Lua (- Lua, + %s):\n", name, name);
        expect_diff(message, text_string(&expected), text_string(&observed), NULL);
        text_cut(message, message->length - 1);
    }
    findings_free(findings);
    text_free(&expected);
    text_free(&observed);
    return differ;
}

static void judge_deeds(struct trial_of_twins *trial, struct pair *pair, const struct twin_mark *mark)
{
    struct text message = TEXT_EMPTY;
    if (add_difference(&message, trial, pair, mark))
        fail(pair, twin_of(trial->twins, pair)->line, text_steal(&message));
    text_free(&message);
}

/* The last words of a program, without our own. */
static void add_printed(struct text *out, const char *output)
{
    struct text printed = TEXT_EMPTY;
    for (struct span line; span_next_line(&output, &line);)
        if (line.length > 0 && strncmp(line.text, "@twin ", 6) != 0)
            text_format(&printed, "\n    %.*s", (int)line.length, line.text);
    size_t from = printed.length > PRINTED_MOST ? printed.length - PRINTED_MOST : 0;
    const char *begin = text_string(&printed) + from;
    begin += from > 0 ? strcspn(begin, "\n") : 0;
    text_add(out, begin);
    text_free(&printed);
}

static const char *why(const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_ENDED)
        return outcome->reason;
    return outcome->error.message != NULL ? outcome->error.message : "it ended by itself";
}

/* It ended in the middle of the piece, or before it. */
static void judge_end(struct trial_of_twins *trial, struct pair *pair, const struct twin_mark *mark)
{
    bool began = mark->begin != 0;
    struct text message = TEXT_EMPTY;
    text_format(&message, "The %s program %s: %s.", language_name(trial->twins),
                began ? "ended in this step" : "never came to this step", why(trial->outcome));
    if (began && trial->outcome->output != NULL)
        add_printed(&message, trial->outcome->output);
    if (began && trial->twins->language == CODE_C) {
        text_add(&message, "\n"); /* CPython tidies up when it ends: that is not the step's */
        if (!add_difference(&message, trial, pair, mark))
            text_cut(&message, message.length - 1);
    }
    fail(pair, twin_of(trial->twins, pair)->line, text_steal(&message));
}

static void judge_pair(struct trial_of_twins *trial, size_t index)
{
    struct pair *pair = &trial->twins->pairs[index];
    const struct twin_mark *mark = &trial->marks[index];
    pair->verdict = (struct verdict){VERDICT_PASSED, twin_of(trial->twins, pair)->line, NULL};
    if (mark->begin == 0 || mark->end == 0) {
        bool first = mark->begin != 0 || index == 0 || trial->marks[index - 1].end != 0;
        if (first)
            judge_end(trial, pair, mark);
        else
            pair->verdict = (struct verdict){.kind = VERDICT_NOT_RUN};
        return;
    }
    if (judge_error(trial->twins, pair, mark))
        judge_deeds(trial, pair, mark);
}

static struct deeds_place *add_places(struct deeds_place *place, const struct pair *pair)
{
    for (size_t i = 0; i < pair->peer_count; i++) {
        const struct twin_peer *peer = &pair->peers[i];
        *place++ = (struct deeds_place){peer->name, peer->address};
        *place++ = (struct deeds_place){peer->name, peer->own};
    }
    return place;
}

/*
 * Every peer by its name: those that this pair knows, then the newest.  A port of a peer that has ended may be
 * another's later, so what an address is called depends on the step.
 */
static void name_places(struct deeds_place *places, const struct twins *twins, size_t own)
{
    places = add_places(places, &twins->pairs[own]);
    for (size_t i = twins->count; i-- > 0;)
        if (i != own)
            places = add_places(places, &twins->pairs[i]);
}

static size_t count_places(const struct twins *twins)
{
    size_t count = 0;
    for (size_t i = 0; i < twins->count; i++)
        count += 2 * twins->pairs[i].peer_count;
    return count;
}

static void judge_program(struct twins *twins, const struct outcome *outcome)
{
    size_t place_count = count_places(twins);
    struct deeds_place *places = memory_new(place_count, sizeof *places);
    struct deeds_options options = {.places = places, .place_count = place_count};
    struct trial_of_twins trial = {.twins = twins,
                                   .outcome = outcome,
                                   .findings = outcome_findings(outcome),
                                   .marks = twin_marks_read(outcome->output ? outcome->output : "", twins->count),
                                   .lua = deeds_new(&options)};
    options.python = twins->language == CODE_PYTHON;
    trial.program = deeds_new(&options);
    for (size_t i = 0; i < twins->count; i++) {
        name_places(places, twins, i);
        judge_pair(&trial, i);
    }
    deeds_free(trial.lua);
    deeds_free(trial.program);
    twin_marks_free(trial.marks, twins->count);
    findings_free(trial.findings);
    free(places);
}

struct twin_verdict *twins_judge(struct twins *twins, const struct outcome *outcome, size_t *count)
{
    struct twin_verdict *verdicts = memory_new(twins->count + 1, sizeof *verdicts);
    for (size_t i = 0; i < twins->count; i++)
        twins->pairs[i].verdict = (struct verdict){.kind = VERDICT_NOT_RUN};
    if (judge_compiler(twins, outcome))
        judge_program(twins, outcome);
    *count = twins->count;
    for (size_t i = 0; i < twins->count; i++)
        verdicts[i] = (struct twin_verdict){twins->pairs[i].block, twins->pairs[i].verdict};
    return verdicts;
}
