#include "translate/program.h"

#include "base/array.h"
#include "base/memory.h"
#include "net/net.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

static struct variable *find_name(const struct part *part, const char *name)
{
    for (size_t i = 0; i < part->variable_count; i++)
        if (strcmp(part->variables[i].name, name) == 0)
            return &part->variables[i];
    return NULL;
}

/* The wish, or the wish and a number; a name that is free again is taken again. */
static const char *add_variable(struct part *part, int actor, int fd, const char *wish)
{
    char *name = memory_copy(wish);
    struct variable *variable;
    for (int number = 2; (variable = find_name(part, name)) != NULL && variable->open; number++) {
        free(name);
        name = text_make("%s%d", wish, number);
    }
    part_name_drop(part, actor, fd);
    if (variable == NULL)
        variable = ARRAY_MORE(part->variables, part->variable_count);
    else
        free(name), name = variable->name;
    *variable = (struct variable){actor, fd, name, true};
    return name;
}

const char *part_name_new(struct part *part, int actor, int fd, const char *wish)
{
    const struct part *owner = part->actor != actor ? program_part(part->program, actor) : NULL;
    char *own = owner != NULL && owner->actor != 0 ? text_make("%s_%s", owner->name, wish) : NULL;
    const char *name = add_variable(part, actor, fd, own ? own : wish);
    free(own);
    return name;
}

void part_name_drop(struct part *part, int actor, int fd)
{
    struct variable *variable = find_variable(part, actor, fd);
    if (variable != NULL)
        variable->open = false;
}

/* --- parts ---------------------------------------------------------------------------------------------- */

struct part *program_part(struct program *program, int actor)
{
    for (size_t i = 0; i < program->part_count; i++)
        if (program->parts[i].actor == actor)
            return &program->parts[i];
    return NULL;
}

bool program_is_reserved(const struct program *program, const char *name)
{
    char *word = text_make(" %s ", name);
    bool reserved = strstr(program->language->reserved, word) != NULL;
    free(word);
    return reserved;
}

static char *identifier(const char *words)
{
    char *name = isalpha((unsigned char)*words) ? memory_copy(words) : text_make("peer_%s", words);
    for (char *c = name; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
    return name;
}

static bool is_part(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->part_count; i++)
        if (strcmp(program->parts[i].name, name) == 0)
            return true;
    return false;
}

struct part *program_part_new(struct program *program, int actor, const char *wish)
{
    char *plain = identifier(wish);
    if (actor != 0 && program_is_reserved(program, plain)) {
        char *other = text_make("%s_peer", plain);
        free(plain);
        plain = other;
    }
    char *name = memory_copy(plain);
    for (int number = 2; is_part(program, name); number++) {
        free(name);
        name = text_make("%s%d", plain, number);
    }
    free(plain);
    struct part *part = &program->parts[program->part_count++];
    *part = (struct part){
        .program = program, .actor = actor, .name = name, .process = text_make("%s_process", name), .body = CODE_EMPTY};
    return part;
}

/* --- what only the run tells ---------------------------------------------------------------------------- */

void program_know_address(struct program *program, const struct address *address, const char *name)
{
    ARRAY_ADD(program->addresses, program->address_count, (struct known_address){*address, name});
}

const char *program_address_name(struct program *program, const char *wish)
{
    for (size_t i = 0; i < program->name_count; i++)
        if (strcmp(program->names[i], wish) == 0)
            return program->names[i];
    ARRAY_ADD(program->names, program->name_count, memory_copy(wish));
    return program->names[program->name_count - 1];
}

const char *program_address(const struct program *program, const struct address *address, bool *whole)
{
    for (size_t i = program->address_count; i-- > 0;) {
        const struct known_address *known = &program->addresses[i];
        *whole = address_same(address, &known->address);
        if (*whole || address_reaches(address, &known->address))
            return known->name;
    }
    return NULL;
}

int program_port(struct program *program, const struct address *address)
{
    int port = address_port(address);
    size_t room = sizeof program->ports / sizeof *program->ports, i = 0;
    if (!program->options.normal || port < PROGRAM_CHOSEN)
        return port;
    while (i < program->port_count && program->ports[i] != port)
        i++;
    if (i == program->port_count && i < room)
        program->ports[program->port_count++] = port;
    return 40001 + (int)i;
}

/* Who writes a time writes whole milliseconds. */
bool program_time_is_computed(int64_t time)
{
    return time > 0 && time % CLOCK_MILLISECOND != 0;
}

/* A computed one to the next 50 ms. */
int64_t program_time(const struct program *program, int64_t time)
{
    const int64_t step = 50 * CLOCK_MILLISECOND;
    return program->options.normal && program_time_is_computed(time) ? (time + step - 1) / step * step : time;
}

void program_add_warnings(const struct program *program, const char *first, struct text *out)
{
    uint64_t forgotten = program->recording.timeline->forgotten;
    if (program->left_out > 0)
        text_format(out, "%sLeft out: %zu of the calls. Comments say which.\n", first, program->left_out);
    if (forgotten > 0)
        text_format(out,
                    "%sNot the same: %" PRIu64
                    " calls are too long ago to be known. Without them this may go wrong, or "
                    "wait for ever.\n",
                    first, forgotten);
    if (program->paced)
        text_format(out,
                    "%sNot the same: the relay waits until each piece has been read. Here pieces may come as one, "
                    "and then this may wait for ever.\n",
                    first);
    if (program->crowded)
        text_format(out, "%sNot the same: there was no descriptor left. Here there are some, and calls succeed.\n",
                    first);
    if (program->computed_times > 0)
        text_format(out, "%sNot the same: %zu timeout%s worked out from the time that was left. Here %s as then.\n",
                    first, program->computed_times, program->computed_times == 1 ? " was" : "s were",
                    program->computed_times == 1 ? "it is" : "they are");
}

/* --- the end -------------------------------------------------------------------------------------------- */

static void free_handler(struct handler *handler)
{
    for (size_t i = 0; i < handler->run_count; i++)
        code_free(&handler->runs[i].code);
    free(handler->runs);
    free(handler->name);
    code_free(&handler->body);
}

static void free_part(struct part *part)
{
    for (size_t i = 0; i < part->variable_count; i++)
        free(part->variables[i].name);
    for (size_t i = 0; i < part->handler_count; i++)
        free_handler(&part->handlers[i]);
    free(part->handlers);
    free(part->variables);
    free(part->name);
    free(part->process);
    code_free(&part->body);
}

void program_free(struct program *program)
{
    for (size_t i = 0; i < program->part_count; i++)
        free_part(&program->parts[i]);
    for (size_t i = 0; i < program->name_count; i++)
        free(program->names[i]);
    free(program->names);
    free(program->addresses);
    free(program->parts);
    code_free(&program->used);
    sections_free(program->sections);
    recording_close(&program->recording);
    free(program);
}
