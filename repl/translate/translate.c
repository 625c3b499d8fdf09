#include "translate/translate.h"

#include "base/memory.h"
#include "translate/c.h"
#include "translate/languages.h"
#include "translate/python.h"
#include "translate/walk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LANGUAGE(symbol, word, name) &language_##word,
const struct language *const languages[] = {LANGUAGES(LANGUAGE) NULL};

const struct language *language_named(const char *word)
{
    const struct language *const *language = languages;
    while (*language != NULL && strcmp((*language)->word, word) != 0)
        language++;
    return *language;
}

/* --- the same every time -------------------------------------------------------------------------------- */

/* More often, and it went on for as long as there was time. */
#define LOOP_MOST 100

/* Of several sockets that a peer serves at once, chance says whose turn it is. */
static bool serves_several(const struct recording *recording, int actor)
{
    int served = -1;
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        const struct event *event = recording_first(recording, operation);
        int s = recording->sockets->of_event[operation->first];
        if (!recording->needed[i] || event->actor != actor || !(event->flags & EVENT_APART))
            continue;
        if (s < 0 || !recording->sockets->list[s].accepted)
            continue;
        if (served >= 0 && served != s)
            return true;
        served = s;
    }
    return false;
}

/* How much of something large the kernel takes at once is another number in every run. */
static bool sends_in_parts(const struct recording *recording)
{
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        if (!recording->needed[i] || operation->kind != EVENT_CALL || operation->call != CALL_SEND)
            continue;
        if (operation->error == 0 && operation->result < recording_first(recording, operation)->arg[0])
            return true;
    }
    return false;
}

static bool ends_at_border(const struct recording *recording, int other, int64_t received)
{
    int64_t sent = 0;
    for (size_t i = 0; i < recording->operations->count && sent < received; i++) {
        const struct operation *operation = &recording->operations->list[i];
        if (recording->sockets->of_event[operation->first] == other && operation_act(operation) == ACT_SEND &&
            operation->result > 0)
            sent += operation->result;
    }
    return sent <= received;
}

/* Somebody asked for more, and got a part of what another call sent: how much had come just then is chance. */
static bool receives_in_parts(const struct recording *recording)
{
    const struct operations *operations = recording->operations;
    int64_t *received = memory_new(recording->sockets->count, sizeof *received);
    bool parts = false;
    for (size_t i = 0; i < operations->count && !parts; i++) {
        const struct operation *operation = &operations->list[i];
        int s = recording->sockets->of_event[operation->first];
        const struct event *last = recording_last(recording, operation);
        if (s < 0 || operation_act(operation) != ACT_RECEIVE || operation->result <= 0 ||
            event_argument(last, ARG_FLAGS) & MSG_PEEK)
            continue;
        const struct traced_socket *receiver = &recording->sockets->list[s];
        received[s] += operation->result;
        bool asked_more = event_argument(last, ARG_LENGTH) > operation->result;
        parts = recording->needed[i] && receiver->type == SOCK_STREAM && receiver->other >= 0 && asked_more &&
                !ends_at_border(recording, receiver->other, received[s]);
    }
    free(received);
    return parts;
}

static bool is_same_every_time(const struct program *program)
{
    if (sends_in_parts(&program->recording) || receives_in_parts(&program->recording))
        return false;
    for (size_t i = 0; i < program->part_count; i++)
        if (serves_several(&program->recording, program->parts[i].actor))
            return false;
    return program->longest_loop <= LOOP_MOST;
}

struct translation translate(struct text *out, const struct language *language, const struct findings *findings,
                             const struct translate_options *options)
{
    struct program *program = walk(findings, language, options);
    bool same = !options->normal || is_same_every_time(program);
    bool as_it_was = !program->paced && !program->crowded && program->computed_times == 0;
    bool complete = program->left_out == 0 && as_it_was && findings->timeline.forgotten == 0;
    struct translation translation = {.whole = complete && same, .step = language->file(program, out)};
    program_free(program);
    return translation;
}
