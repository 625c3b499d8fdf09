/*
 * program_handlers.c: functions that signals call, and that make calls themselves.
 */
#include "render/program.h"

#include "base/memory.h"
#include "session/call_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* sigaction(2) with a function of the learner's: see enum in lua/handlers.h. */
#define A_FUNCTION 2

/* The call before this operation that gave the signal a function; siginterrupt() only changes how it is
 * called. */
static uint32_t installer_before(const struct part *part, uint32_t index, int64_t number)
{
    const struct operations *operations = part->program->operations;
    for (uint32_t i = index; i-- > 0;) {
        const struct operation *operation = &operations->list[i];
        const struct event *event = program_first(part, operation);
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION && !operation->error &&
            operation->actor == part->actor && event->arg[0] == number && event->arg[1] == A_FUNCTION && !event->arg[2])
            return part->program->needed[i] ? i : OPERATION_NONE;
    }
    return OPERATION_NONE;
}

/* What installed the function that ran; OPERATION_NONE: that is too long ago. */
static uint32_t installer_of(const struct part *part, uint32_t run)
{
    return installer_before(part, run, program_first(part, &part->program->operations->list[run])->arg[0]);
}

static struct handler *find(const struct part *part, uint32_t installed)
{
    for (size_t i = 0; i < part->handler_count; i++)
        if (part->handlers[i].installed == installed)
            return &part->handlers[i];
    return NULL;
}

static char *name_for(const struct part *part, uint32_t installed)
{
    struct text signal = TEXT_EMPTY;
    call_text_signal(&signal, program_first(part, &part->program->operations->list[installed])->arg[0]);
    for (size_t i = 0; i < signal.length; i++)
        signal.bytes[i] =
            (char)(isalnum((unsigned char)signal.bytes[i]) ? tolower((unsigned char)signal.bytes[i]) : '_');
    size_t number = 1;
    for (size_t i = 0; i < part->handler_count; i++) {
        const char *other = part->handlers[i].name + strlen("on_");
        number += strncmp(other, text_string(&signal), signal.length) == 0;
    }
    char *name =
        number > 1 ? text_make("on_%s%zu", text_string(&signal), number) : text_make("on_%s", text_string(&signal));
    text_free(&signal);
    return name;
}

static void add_handler(struct part *part, uint32_t installed)
{
    if (installed == OPERATION_NONE || find(part, installed) != NULL)
        return;
    char *name = name_for(part, installed);
    part->handlers = memory_resize(part->handlers, part->handler_count + 1, sizeof *part->handlers);
    part->handlers[part->handler_count++] = (struct handler){.installed = installed, .name = name};
}

static void add_run(struct part *part, uint32_t run)
{
    uint32_t installed = installer_of(part, run);
    struct handler *handler = installed != OPERATION_NONE ? find(part, installed) : NULL;
    if (handler == NULL)
        return;
    size_t count = handler->run_count++;
    handler->operations = memory_resize(handler->operations, count + 1, sizeof *handler->operations);
    handler->runs = memory_resize(handler->runs, count + 1, sizeof *handler->runs);
    handler->operations[count] = run;
    handler->runs[count] = (struct handler_runs){count + 1, count + 1, TEXT_EMPTY};
}

/* A run belongs to the program when what it interrupted does. */
void handlers_find(struct part *part)
{
    const struct program *program = part->program;
    for (uint32_t i = 0; i < program->operations->count; i++) {
        uint32_t run = program->operations->list[i].handler;
        if (program->needed[i] && program->operations->list[i].actor == part->actor &&
            program->operations->list[i].kind == EVENT_CALL && run != OPERATION_NONE && program->needed[run])
            add_handler(part, installer_of(part, run));
    }
    for (uint32_t i = 0; i < program->operations->count; i++)
        if (program->needed[i] && program->operations->list[i].kind == EVENT_HANDLER &&
            program->operations->list[i].actor == part->actor)
            add_run(part, i);
}

struct text *handlers_text(struct part *part, const struct operation *operation)
{
    for (size_t i = 0; i < part->handler_count && operation->handler != OPERATION_NONE; i++)
        for (size_t j = 0; j < part->handlers[i].run_count; j++)
            if (part->handlers[i].operations[j] == operation->handler)
                return &part->handlers[i].runs[j].body;
    return NULL;
}

static bool same_body(const struct handler_runs *a, const struct handler_runs *b)
{
    return strcmp(text_string(&a->body), text_string(&b->body)) == 0;
}

void handlers_finish(struct part *part)
{
    for (size_t i = 0; i < part->handler_count; i++) {
        struct handler *handler = &part->handlers[i];
        size_t kept = 0;
        for (size_t j = 0; j < handler->run_count; j++) {
            if (kept > 0 && same_body(&handler->runs[kept - 1], &handler->runs[j])) {
                handler->runs[kept - 1].last = handler->runs[j].last;
                text_free(&handler->runs[j].body);
            } else {
                handler->runs[kept++] = handler->runs[j];
            }
        }
        handler->run_count = kept;
    }
}

const char *program_handler(const struct part *part, const struct operation *operation)
{
    uint32_t index = (uint32_t)(operation - part->program->operations->list);
    const struct handler *handler =
        find(part, installer_before(part, index + 1, program_first(part, operation)->arg[0]));
    return handler ? handler->name : "on_signal";
}

void handlers_free_all(struct part *part)
{
    for (size_t i = 0; i < part->handler_count; i++) {
        struct handler *handler = &part->handlers[i];
        for (size_t j = 0; j < handler->run_count; j++)
            text_free(&handler->runs[j].body);
        free(handler->runs);
        free(handler->operations);
        free(handler->name);
        text_free(&handler->text);
    }
    free(part->handlers);
}
