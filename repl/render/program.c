#include "render/program.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "net/net.h"
#include "session/call_text.h"
#include "trace/fold.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More statements than this are nobody's program. */
#define STATEMENTS_MOST 400
/* So often the same, and it is a loop. */
#define LOOP_LEAST 3

/* --- what languages ask --------------------------------------------------------------------------------- */

const struct event *program_first(const struct part *part, const struct operation *operation)
{
    return timeline_event(part->program->timeline, operation->first);
}

const struct event *program_last(const struct part *part, const struct operation *operation)
{
    return timeline_event(part->program->timeline, operation->last);
}

bool program_raised(const struct part *part, const struct operation *operation)
{
    const struct operations *operations = part->program->operations;
    uint32_t index = (uint32_t)(operation - operations->list);
    for (size_t i = index + 1; i < operations->count; i++) {
        const struct operation *next = &operations->list[i];
        if (next->kind == EVENT_HANDLER && next->interrupted == index && next->result < 0)
            return true;
        if (next->kind == EVENT_CALL && next->actor == operation->actor && next->handler == operation->handler)
            break;
    }
    return operation->error == EINTR;
}

const struct traced_socket *program_socket(const struct part *part, const struct operation *operation)
{
    int s = part->program->sockets->of_event[operation->first];
    return s >= 0 ? &part->program->sockets->list[s] : NULL;
}

int64_t program_timeout(const struct part *part, const struct operation *operation)
{
    return part->program->timeouts[operation - part->program->operations->list];
}

bool program_watched(const struct event *event, struct pollfd *list, size_t *count)
{
    if (event->call == CALL_POLL) {
        list[0] = (struct pollfd){.fd = event->fd, .events = (short)event->arg[0]};
        *count = 1;
        return true;
    }
    *count = (size_t)event->arg[0];
    if (*count * sizeof *list > event->data_length)
        return false;
    memcpy(list, event_data(event), *count * sizeof *list);
    return true;
}

const char *program_reason(int error)
{
    static const struct {
        int error;
        const char *words;
    } reasons[] = {
        {ECONNREFUSED, "Refused: nobody listens there."},
        {ECONNRESET, "The other side has torn the connection down."},
        {EPIPE, "The other side takes nothing more."},
        {EAGAIN, "Nothing there yet, and nobody waits."},
        {EINPROGRESS, "The kernel goes on with it alone."},
        {EALREADY, "The attempt is still under way."},
        {EISCONN, "It is connected already."},
        {ENOTCONN, "It is not connected."},
        {EADDRINUSE, "Somebody else has that address."},
        {ETIMEDOUT, "Nobody answered."},
        {EINTR, "A signal ended the call."},
        {EBADF, "The socket is closed."},
        {ENOENT, "There is no such path."},
        {EMSGSIZE, "Too much for one message."},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].error == error)
            return reasons[i].words;
    return NULL;
}

/* --- variables ------------------------------------------------------------------------------------------ */

static struct variable *find_variable(const struct part *part, int actor, int fd)
{
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open && part->variables[i].actor == actor && part->variables[i].fd == fd)
            return &part->variables[i];
    return NULL;
}

const char *part_name(const struct part *part, int actor, int fd)
{
    const struct variable *variable = find_variable(part, actor, fd);
    return variable ? variable->name : NULL;
}

static bool is_taken(const struct part *part, const char *name)
{
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open && strcmp(part->variables[i].name, name) == 0)
            return true;
    return false;
}

/* The wish, or the wish and a number; a name that is free again is taken again. */
static const char *add_variable(struct part *part, int actor, int fd, const char *wish)
{
    char *name = memory_copy(wish);
    for (int number = 2; is_taken(part, name); number++) {
        free(name);
        name = text_make("%s%d", wish, number);
    }
    part_name_drop(part, actor, fd);
    for (size_t i = 0; i < part->variable_count; i++)
        if (strcmp(part->variables[i].name, name) == 0) {
            free(name);
            part->variables[i].actor = actor;
            part->variables[i].fd = fd;
            part->variables[i].open = true;
            return part->variables[i].name;
        }
    part->variables = memory_resize(part->variables, part->variable_count + 1, sizeof *part->variables);
    part->variables[part->variable_count] = (struct variable){actor, fd, name, true};
    return part->variables[part->variable_count++].name;
}

static char *identifier(const char *words)
{
    char *name = memory_copy(words);
    for (char *c = name; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
    if (!isalpha((unsigned char)*name)) {
        char *longer = text_make("peer_%s", name);
        free(name);
        name = longer;
    }
    return name;
}

const char *part_name_new(struct part *part, const struct operation *operation, int fd, const char *wish)
{
    /* What the main program opens for a peer is called after it. */
    const struct program *program = part->program;
    char *own = NULL;
    for (size_t i = 1; i < program->part_count && part->actor != operation->actor; i++)
        if (program->parts[i].actor == operation->actor)
            own = text_make("%s_%s", program->parts[i].name, wish);
    const char *name = add_variable(part, operation->actor, fd, own ? own : wish);
    free(own);
    return name;
}

void part_name_drop(struct part *part, int actor, int fd)
{
    struct variable *variable = find_variable(part, actor, fd);
    if (variable != NULL)
        variable->open = false;
}

/* --- addresses ------------------------------------------------------------------------------------------ */

void program_know_address(struct program *program, const struct trace_address *address, const char *name)
{
    program->addresses = memory_resize(program->addresses, program->address_count + 1, sizeof *program->addresses);
    program->addresses[program->address_count++] = (struct known_address){*address, memory_copy(name)};
}

const char *program_address(const struct program *program, const struct trace_address *address)
{
    for (size_t i = program->address_count; i-- > 0;)
        if (trace_address_reaches(address, &program->addresses[i].address))
            return program->addresses[i].name;
    return NULL;
}

#define CHOSEN 32768 /* ports from here on are the kernel's choice */

int program_port(struct program *program, const struct trace_address *address)
{
    int port = trace_address_port(address);
    size_t room = sizeof program->ports / sizeof *program->ports, i = 0;
    if (!program->options.normal || port < CHOSEN)
        return port;
    while (i < program->port_count && program->ports[i] != port)
        i++;
    if (i == program->port_count && i < room)
        program->ports[program->port_count++] = port;
    return 40001 + (int)i;
}

/* A time that is no whole number of milliseconds was computed from what is left: then to the next 50 ms. */
int64_t program_time(const struct program *program, int64_t time)
{
    const int64_t step = 50 * CLOCK_MILLISECOND;
    bool computed = time > 0 && time % CLOCK_MILLISECOND != 0;
    return program->options.normal && computed ? (time + step - 1) / step * step : time;
}

/* --- timeouts ------------------------------------------------------------------------------------------- */

/* What settimeout() was told last, at each operation. */
static void follow_timeouts(struct program *program)
{
    int64_t *now = memory_new(program->sockets->count, sizeof *now);
    program->timeouts = memory_new(program->operations->count, sizeof *program->timeouts);
    for (size_t i = 0; i < program->sockets->count; i++)
        now[i] = NET_FOREVER;
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        const struct event *event = timeline_event(program->timeline, operation->first);
        int s = program->sockets->of_event[operation->first];
        program->timeouts[i] = s >= 0 ? now[s] : NET_FOREVER;
        if (s < 0 || operation->kind != EVENT_CALL)
            continue;
        if (operation->call == CALL_NONBLOCK)
            now[s] = event->arg[1];
        else if (operation->call == CALL_SOCKET && event->arg[1] & SOCK_NONBLOCK)
            now[s] = NET_NOW;
    }
    free(now);
}

/* --- parts ---------------------------------------------------------------------------------------------- */

static struct part *part_of(struct program *program, int actor)
{
    for (size_t i = 0; i < program->part_count; i++)
        if (program->parts[i].actor == actor)
            return &program->parts[i];
    return NULL;
}

static char *part_identifier(const struct program *program, int actor)
{
    char *wish = identifier(timeline_actor(program->timeline, actor)), *name = memory_copy(wish);
    for (int number = 2;; number++) {
        bool taken = false;
        for (size_t i = 0; i < program->part_count; i++)
            taken = taken || strcmp(program->parts[i].name, name) == 0;
        if (!taken)
            break;
        free(name);
        name = text_make("%s%d", wish, number);
    }
    free(wish);
    return name;
}

/* Room for all at once: parts are pointed at. */
static void find_parts(struct program *program)
{
    program->parts = memory_new(program->timeline->actor_count + 1, sizeof *program->parts);
    program->parts[program->part_count++] = (struct part){.program = program, .actor = 0, .name = memory_copy("main")};
    for (size_t i = 0; i < program->operations->count; i++) {
        int actor = program->operations->list[i].actor;
        if (!program->needed[i] || part_of(program, actor) != NULL ||
            program->part_count > program->timeline->actor_count)
            continue;
        char *name = part_identifier(program, actor);
        program->parts[program->part_count++] = (struct part){.program = program, .actor = actor, .name = name};
    }
}

/* --- statements ----------------------------------------------------------------------------------------- */

struct statements {
    struct text *list;
    size_t count;
};

static struct text *add_statement(struct statements *statements)
{
    statements->list = memory_resize(statements->list, statements->count + 1, sizeof *statements->list);
    statements->list[statements->count] = TEXT_EMPTY;
    return &statements->list[statements->count++];
}

static uint64_t key_of(const struct text *text)
{
    uint64_t key = fold_key(0, text->length);
    for (size_t i = 0; i < text->length; i++)
        key = fold_key(key, (unsigned char)text->bytes[i]);
    return key;
}

static void join(struct text *out, const struct text *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add_bytes(out, text_string(&list[i]), list[i].length);
}

/* What stands there again and again becomes a loop; the rest of a program that is too long is left out. */
static void write_body(struct part *part, struct statements *statements)
{
    const struct language *language = part->program->language;
    uint64_t *keys = memory_new(statements->count, sizeof *keys);
    size_t folds, written = 0;
    for (size_t i = 0; i < statements->count; i++)
        keys[i] = key_of(&statements->list[i]);
    struct fold *list = fold_find(keys, statements->count, LOOP_LEAST, &folds);
    for (size_t i = 0; i < folds; i++) {
        struct text body = TEXT_EMPTY;
        size_t length = list[i].period;
        bool cut = list[i].times == 1 && written + length > STATEMENTS_MOST;
        if (cut)
            length = written < STATEMENTS_MOST ? STATEMENTS_MOST - written : 0;
        join(&body, statements->list + list[i].start, length);
        if (list[i].times > part->program->longest_loop)
            part->program->longest_loop = list[i].times;
        if (list[i].times > 1)
            language->loop(part, list[i].times, &body, &part->body);
        else
            text_add_bytes(&part->body, text_string(&body), body.length);
        written += length;
        text_free(&body);
        if (cut) {
            size_t rest = statements->count - list[i].start - length;
            char *words =
                text_make("%zu more calls were made; they are left out, the program would be too long.", rest);
            language->comment(part, words, &part->body);
            part->program->left_out += rest;
            free(words);
            break;
        }
    }
    free(list);
    free(keys);
}

static void free_statements(struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++)
        text_free(&statements->list[i]);
    free(statements->list);
}

/* --- walking -------------------------------------------------------------------------------------------- */

struct walk {
    struct part *part;
    struct statements statements;
    bool in_step;
};

static void write_call(struct walk *walk, const struct operation *operation)
{
    struct part *part = walk->part;
    const struct language *language = part->program->language;
    struct text *out = handlers_text(part, operation);
    bool in_handler = out != NULL;
    if (!in_handler)
        out = add_statement(&walk->statements);
    size_t before = out->length;
    part->in_handler = in_handler;
    bool written = language->call(part, operation, out);
    part->in_handler = false;
    if (written)
        return;
    struct text words = TEXT_EMPTY;
    text_cut(out, before);
    text_format(&words, "Left out, because %s: ", in_handler ? "no handler may do it" : "it cannot be told how");
    call_text(&words, program_first(part, operation), 24, false);
    language->comment(part, text_string(&words), out);
    part->program->left_out++;
    text_free(&words);
}

static void write_note(struct walk *walk, const struct operation *operation)
{
    const struct event *event = program_first(walk->part, operation);
    struct text words = TEXT_EMPTY, plain = TEXT_EMPTY;
    size_t length = event->data_length;
    const char *end = memchr(event_data(event), '\n', length);
    if (event->flags & EVENT_FAILED && end != NULL)
        length = (size_t)(end - event_data(event));
    utf8_add_visible(&plain, event_data(event), length);
    text_format(&words, "%s%s", event->flags & EVENT_FAILED ? "Here it failed: " : "It said: ", text_string(&plain));
    walk->part->program->language->comment(walk->part, text_string(&words), add_statement(&walk->statements));
    text_free(&plain);
    text_free(&words);
}

/* The last thing done to make this peer ready. */
static bool is_last_setup(const struct program *program, const struct operation *operation)
{
    size_t index = (size_t)(operation - program->operations->list);
    for (size_t i = index + 1; i < program->operations->count; i++)
        if (program->operations->list[i].actor == operation->actor)
            return !(timeline_event(program->timeline, program->operations->list[i].first)->flags & EVENT_SETUP);
    return true;
}

/* The step itself begins where the earlier ones end. */
static void mark_step(struct walk *walk, const struct operation *operation)
{
    const struct program *program = walk->part->program;
    if (walk->in_step || program_is_earlier(program, operation))
        return;
    walk->in_step = true;
    if (walk->statements.count > 0)
        program->language->comment(walk->part, "The step itself:", add_statement(&walk->statements));
}

/* What the main program does: the learner's calls, and making its peers ready. */
static void walk_main(struct walk *walk, const struct operation *operation)
{
    struct program *program = walk->part->program;
    const struct event *event = timeline_event(program->timeline, operation->first);
    struct part *peer = operation->actor != 0 ? part_of(program, operation->actor) : NULL;
    bool setup = event->flags & EVENT_SETUP, stop = event->kind == EVENT_NOTE && event->flags & EVENT_ENDED;
    if (peer != NULL && !setup && !stop)
        return;
    mark_step(walk, operation);
    if (stop && peer != NULL && peer->started)
        program->language->stop(walk->part, peer, add_statement(&walk->statements));
    if (operation->kind == EVENT_CALL)
        write_call(walk, operation);
    if (setup && peer != NULL && is_last_setup(program, operation)) {
        peer->started = true;
        program->language->start(walk->part, peer, add_statement(&walk->statements));
    }
}

/* What a peer does; a call that never came back is where it stays. */
static void walk_peer(struct walk *walk, const struct operation *operation)
{
    const struct event *event = program_first(walk->part, operation);
    if (operation->actor != walk->part->actor || event->flags & (EVENT_SETUP | EVENT_ENDED))
        return;
    if (operation->kind == EVENT_NOTE)
        write_note(walk, operation);
    else if (operation->kind == EVENT_CALL && operation->end != 0)
        write_call(walk, operation);
}

/* The sockets that the main program opened for the peer have plain names there. */
static void name_inherited(struct part *part)
{
    const struct program *program = part->program;
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        const struct event *event = program_first(part, operation);
        if (operation->actor == part->actor && event->flags & EVENT_SETUP && operation->call == CALL_SOCKET)
            add_variable(part, part->actor, (int)operation->result, part->variable_count ? "client" : "listener");
    }
}

static bool has_open_socket(const struct part *part)
{
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open)
            return true;
    return false;
}

/* A program that was cut may have lost the start of a peer. */
static bool is_started(const struct part *main_part, const struct part *peer)
{
    char *process = text_make("%s_process = ", peer->name);
    bool started = strstr(text_string(&main_part->body), process) != NULL;
    free(process);
    return started;
}

static void write_part(struct part *part)
{
    struct program *program = part->program;
    struct walk walk = {.part = part};
    bool peer = part->actor != 0;
    if (peer)
        name_inherited(part);
    else
        handlers_find(part);
    for (size_t i = 0; i < program->operations->count; i++) {
        if (!program->needed[i])
            continue;
        if (peer)
            walk_peer(&walk, &program->operations->list[i]);
        else
            walk_main(&walk, &program->operations->list[i]);
    }
    if (peer && has_open_socket(part))
        program->language->stay(part, add_statement(&walk.statements));
    handlers_finish(part);
    write_body(part, &walk.statements);
    for (size_t i = 1; i < program->part_count && !peer; i++)
        program->parts[i].started = program->parts[i].started && is_started(part, &program->parts[i]);
    program->uses |= part->uses;
    free_statements(&walk.statements);
}

struct program *program_new(const struct timeline *timeline, const struct language *language,
                            const struct translate_options *options)
{
    struct program *program = memory_new(1, sizeof *program);
    size_t count;
    struct moment *moments = timeline_moments(timeline, &count);
    program->timeline = timeline;
    program->language = language;
    program->options = *options;
    program->operations = operations_new(timeline);
    program->sockets = sockets_new(timeline, moments, count);
    program->left_out = timeline->forgotten;
    free(moments);
    program_choose(program, options->all);
    follow_timeouts(program);
    find_parts(program);
    for (size_t i = 0; i < program->part_count; i++)
        write_part(&program->parts[i]);
    return program;
}

/* More often, and it went on for as long as there was time. */
#define LOOP_MOST 100

/* Of several sockets that a peer serves at once, chance says whose turn it is. */
static bool serves_several(const struct program *program, int actor)
{
    int served = -1;
    for (size_t i = 0; i < program->operations->count; i++) {
        uint32_t first = program->operations->list[i].first;
        const struct event *event = timeline_event(program->timeline, first);
        int s = program->sockets->of_event[first];
        if (!program->needed[i] || event->actor != actor || !(event->flags & EVENT_APART))
            continue;
        if (s < 0 || !program->sockets->list[s].accepted)
            continue;
        if (served >= 0 && served != s)
            return true;
        served = s;
    }
    return false;
}

static bool is_same_every_time(const struct program *program)
{
    for (size_t i = 0; i < program->part_count; i++)
        if (serves_several(program, program->parts[i].actor))
            return false;
    return program->longest_loop <= LOOP_MOST;
}

bool program_is_whole(const struct program *program)
{
    return program->left_out == 0 && (!program->options.normal || is_same_every_time(program));
}

static void free_part(struct part *part)
{
    for (size_t i = 0; i < part->variable_count; i++)
        free(part->variables[i].name);
    handlers_free_all(part);
    free(part->variables);
    free(part->name);
    text_free(&part->body);
}

void program_free(struct program *program)
{
    for (size_t i = 0; i < program->part_count; i++)
        free_part(&program->parts[i]);
    for (size_t i = 0; i < program->address_count; i++)
        free(program->addresses[i].name);
    free(program->addresses);
    free(program->parts);
    free(program->needed);
    free(program->timeouts);
    operations_free(program->operations);
    sockets_free(program->sockets);
    free(program);
}
