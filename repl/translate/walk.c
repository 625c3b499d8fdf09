#include "translate/walk.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "translate/handlers.h"
#include "translate/writing.h"
#include "views/call_text.h"
#include "views/fold.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More statements than this are nobody's program. */
#define STATEMENTS_MOST 400
/* So often the same, and it is a loop. */
#define LOOP_LEAST 3

/* --- statements ----------------------------------------------------------------------------------------- */

struct statements {
    struct code *list;
    size_t count;
};

static struct code *add_statement(struct statements *statements)
{
    struct code *statement = ARRAY_MORE(statements->list, statements->count);
    *statement = CODE_EMPTY;
    return statement;
}

static void free_statements(struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++)
        code_free(&statements->list[i]);
    free(statements->list);
    *statements = (struct statements){NULL, 0};
}

static uint64_t key_of(const struct text *text)
{
    uint64_t key = fold_key(0, text->length);
    for (size_t i = 0; i < text->length; i++)
        key = fold_key(key, (unsigned char)text->bytes[i]);
    return key;
}

static void say_cut(struct part *part, size_t rest)
{
    char *words = text_make("%zu more calls were made; they are left out, the program would be too long.", rest);
    part->program->language->comment(&part->body, words);
    part->program->left_out += rest;
    free(words);
}

/* So many statements of the list, once or in a loop. */
static void write_fold(struct part *part, const struct code *list, size_t length, size_t times)
{
    struct code body = CODE_EMPTY;
    for (size_t i = 0; i < length; i++)
        code_join(&body, &list[i]);
    if (times > part->program->longest_loop)
        part->program->longest_loop = times;
    if (times > 1)
        part->program->language->loop(&part->body, times, &body);
    else
        code_join(&part->body, &body);
    code_free(&body);
}

/*
 * Adds the statements and forgets them.  What stands there again and again becomes a loop; the rest of a program that
 * is too long is left out.
 */
static void write_statements(struct part *part, struct statements *statements)
{
    uint64_t *keys = memory_new(statements->count, sizeof *keys);
    size_t folds;
    for (size_t i = 0; i < statements->count; i++)
        keys[i] = key_of(&statements->list[i].text);
    struct fold *list = fold_find(keys, statements->count, LOOP_LEAST, &folds);
    for (size_t i = 0; i < folds; i++) {
        size_t length = list[i].period;
        bool cut = list[i].times == 1 && part->written + length > STATEMENTS_MOST;
        if (cut)
            length = part->written < STATEMENTS_MOST ? STATEMENTS_MOST - part->written : 0;
        write_fold(part, statements->list + list[i].start, length, list[i].times);
        part->written += length;
        if (cut) {
            say_cut(part, statements->count - list[i].start - length);
            break;
        }
    }
    free(list);
    free(keys);
    free_statements(statements);
}

/* --- walking -------------------------------------------------------------------------------------------- */

struct walk {
    struct part *part;
    const struct recording *recording;
    const struct language *language;
    struct statements statements;
    bool *told; /* by operation: it was part of what is written */
    bool in_step;
};

/* The function that the call was made for, where the language has it. */
static bool write_function(struct walk *walk, const struct operation *operation, struct code *out)
{
    const struct operation *last;
    enum event_function function = recording_function(walk->recording, operation);
    if (!writing_function(walk->part, operation, out, &last)) {
        code_free(out);
        return false;
    }
    for (const struct operation *one = operation; one <= last; one++)
        if (one->actor == operation->actor && recording_function(walk->recording, one) == function)
            walk->told[recording_index(walk->recording, one)] = true;
    return true;
}

static bool sets_computed_timeout(const struct walk *walk, const struct operation *operation)
{
    const struct event *event = recording_first(walk->recording, operation);
    return operation->call == CALL_NONBLOCK && event->arg[0] && program_time_is_computed(event->arg[1]);
}

/* What fills the descriptors is left out where a step does not need it. */
static bool lacked_descriptor(const struct walk *walk, const struct operation *operation)
{
    bool none = operation->error == EMFILE || operation->error == ENFILE;
    return none && recording_is_earlier(walk->recording, operation);
}

static void write_call(struct walk *walk, const struct operation *operation)
{
    struct part *part = walk->part;
    struct code *handler = handlers_code(part, operation), call = CODE_EMPTY;
    bool endless = recording_never_ends(walk->recording, operation);
    if (walk->told[recording_index(walk->recording, operation)])
        return;
    part->in_handler = handler != NULL;
    part->printed = NULL;
    part->program->computed_times += sets_computed_timeout(walk, operation);
    part->program->crowded |= lacked_descriptor(walk, operation);
    if (!endless && write_function(walk, operation, &call)) {
        /* Told with all that it made. */
    } else if (endless || !writing_call(part, operation, &call)) {
        struct text words = TEXT_EMPTY;
        code_free(&call);
        text_format(&words, "Left out, because %s: ",
                    endless   ? "nothing here would end it"
                    : handler ? "no handler may do it"
                              : "it cannot be told how");
        call_text(&words, recording_first(walk->recording, operation), 24, false);
        walk->language->comment(&call, text_string(&words));
        part->program->left_out++;
        text_free(&words);
    }
    if (part->printed != NULL)
        walk->told[recording_index(walk->recording, part->printed)] = true;
    part->in_handler = false;
    code_join(handler ? handler : add_statement(&walk->statements), &call);
    code_free(&call);
}

/* A number that long is a port, a time or a place in memory: another one each time. */
#define DIGITS_MOST 4

/* "250 ms": how long something took. */
static bool ends_a_time(const char *text)
{
    static const char *const units[] = {"s", "ms", "us", "µs", "ns", "seconds", "milliseconds"};
    text += *text == ' ';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i]);
        if (strncmp(text, units[i], length) == 0 && !isalnum((unsigned char)text[length]))
            return true;
    }
    return false;
}

/* True when it is text, the same in every run. */
static bool is_plain(const char *text, size_t length)
{
    struct text visible = TEXT_EMPTY;
    size_t digits = 0, most = 0;
    utf8_add_visible(&visible, text, length);
    bool plain = visible.length == length && memcmp(text_string(&visible), text, length) == 0 &&
                 strstr(text_string(&visible), "0x") == NULL;
    for (size_t i = 0; plain && i < length; i++) {
        if (digits > 0 && !isdigit((unsigned char)text[i]) && ends_a_time(text_string(&visible) + i))
            plain = false;
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
        most = digits > most ? digits : most;
    }
    text_free(&visible);
    return plain && most <= DIGITS_MOST;
}

/* What the chunk printed by itself, as far as it is known and would be the same again. */
static void write_print(struct walk *walk, const struct operation *operation)
{
    const struct event *event = recording_first(walk->recording, operation);
    size_t length = event->data_length;
    bool told = walk->told[recording_index(walk->recording, operation)] || operation->handler != OPERATION_NONE;
    if (told || event->arg[0] != (int64_t)length || !is_plain(event_data(event), length))
        return;
    bool line = length > 0 && event_data(event)[length - 1] == '\n';
    walk->language->print(add_statement(&walk->statements), event_data(event), length - line, line);
}

static void write_note(struct walk *walk, const struct operation *operation)
{
    const struct event *event = recording_first(walk->recording, operation);
    struct text words = TEXT_EMPTY;
    size_t length = event->data_length;
    bool failed = event->flags & EVENT_FAILED;
    const char *end = memchr(event_data(event), '\n', length);
    if (failed && end != NULL)
        length = (size_t)(end - event_data(event));
    text_add(&words, failed ? "Here it failed: " : "It said: ");
    utf8_add_visible(&words, event_data(event), length);
    walk->language->comment(add_statement(&walk->statements), text_string(&words));
    text_free(&words);
}

/* The last thing done to make this peer ready. */
static bool is_last_setup(const struct recording *recording, const struct operation *operation)
{
    const struct operations *operations = recording->operations;
    for (size_t i = recording_index(recording, operation) + 1; i < operations->count; i++)
        if (operations->list[i].actor == operation->actor)
            return !(recording_first(recording, &operations->list[i])->flags & EVENT_SETUP);
    return true;
}

/* The step itself begins where the earlier ones end. */
static void mark_step(struct walk *walk, const struct operation *operation)
{
    if (walk->in_step || recording_is_earlier(walk->recording, operation))
        return;
    walk->in_step = true;
    if (walk->statements.count == 0)
        return;
    write_statements(walk->part, &walk->statements);
    walk->part->step = walk->part->body.text.length;
    walk->language->comment(add_statement(&walk->statements), "The step itself:");
}

/* What the main program does: the learner's calls, and making its peers ready. */
static void walk_main(struct walk *walk, const struct operation *operation)
{
    const struct event *event = recording_first(walk->recording, operation);
    struct part *peer = operation->actor != 0 ? program_part(walk->part->program, operation->actor) : NULL;
    bool setup = event->flags & EVENT_SETUP, stop = event->kind == EVENT_NOTE && event->flags & EVENT_ENDED;
    /* What a peer that runs does for itself is in neither program. */
    if (peer != NULL && !stop && (!setup || peer->started))
        return;
    mark_step(walk, operation);
    if (stop && peer != NULL && peer->started)
        walk->language->stop(walk->part, peer, add_statement(&walk->statements));
    if (operation->kind == EVENT_CALL)
        write_call(walk, operation);
    if (operation->kind == EVENT_PRINT)
        write_print(walk, operation);
    if (setup && peer != NULL && is_last_setup(walk->recording, operation)) {
        peer->started = true;
        walk->language->start(walk->part, peer, add_statement(&walk->statements));
    }
}

/* What a peer does; a call that never came back is where it stays. */
static void walk_peer(struct walk *walk, const struct operation *operation)
{
    const struct event *event = recording_first(walk->recording, operation);
    if (operation->actor != walk->part->actor || event->flags & (EVENT_SETUP | EVENT_ENDED))
        return;
    if (operation->kind == EVENT_NOTE)
        write_note(walk, operation);
    else if (operation->kind == EVENT_CALL && operation->end != 0)
        write_call(walk, operation);
    walk->part->program->paced |= (event->flags & EVENT_PACED) != 0;
}

/* --- parts ---------------------------------------------------------------------------------------------- */

/* Room for all at once: parts are pointed at. */
static void find_parts(struct program *program)
{
    const struct recording *recording = &program->recording;
    const struct timeline *timeline = recording->timeline;
    program->parts = memory_new(timeline->actor_count + 1, sizeof *program->parts);
    program_part_new(program, 0, "main");
    for (size_t i = 0; i < recording->operations->count; i++) {
        int actor = recording->operations->list[i].actor;
        if (recording->needed[i] && program_part(program, actor) == NULL &&
            program->part_count <= timeline->actor_count)
            program_part_new(program, actor, timeline_actor(timeline, actor));
    }
}

/* The sockets that the main program opened for the peer have plain names there. */
static void name_inherited(struct part *part)
{
    const struct recording *recording = &part->program->recording;
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        bool setup = recording_first(recording, operation)->flags & EVENT_SETUP;
        if (operation->actor == part->actor && setup && operation->call == CALL_SOCKET)
            part_name_new(part, part->actor, (int)operation->result, part->variable_count ? "client" : "listener");
    }
}

static bool has_open_socket(const struct part *part)
{
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open)
            return true;
    return false;
}

static void write_part(struct part *part)
{
    struct program *program = part->program;
    const struct recording *recording = &program->recording;
    struct walk walk = {.part = part,
                        .recording = recording,
                        .language = program->language,
                        .told = memory_new(recording->operations->count, sizeof(bool))};
    bool peer = part->actor != 0;
    if (peer)
        name_inherited(part);
    else
        handlers_find(part);
    for (size_t i = 0; i < recording->operations->count; i++) {
        if (!recording->needed[i])
            continue;
        if (peer)
            walk_peer(&walk, &recording->operations->list[i]);
        else
            walk_main(&walk, &recording->operations->list[i]);
    }
    if (peer && has_open_socket(part))
        program->language->stay(part, add_statement(&walk.statements));
    handlers_finish(part);
    write_statements(part, &walk.statements);
    /* A program that was cut may have lost the start of a peer. */
    for (size_t i = 1; i < program->part_count && !peer; i++)
        program->parts[i].started = code_uses(&part->body, program->parts[i].process);
    if (!peer || part->started)
        code_take_uses(&program->used, &part->body);
    for (size_t i = 0; i < part->handler_count; i++)
        code_take_uses(&program->used, &part->handlers[i].body);
    free(walk.told);
}

struct program *walk(const struct findings *findings, const struct language *language,
                     const struct translate_options *options)
{
    struct program *program = memory_new(1, sizeof *program);
    program->language = language;
    program->sections = sections_new(&language->support);
    program->options = *options;
    recording_open(&program->recording, findings, options->all);
    find_parts(program);
    for (size_t i = 0; i < program->part_count; i++)
        write_part(&program->parts[i]);
    return program;
}
