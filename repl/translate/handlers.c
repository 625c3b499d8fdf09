#include "translate/handlers.h"

#include "base/array.h"
#include "views/call_text.h"

#include <ctype.h>
#include <string.h>

/* sigaction(2) with a function of the learner's: see enum in lua/handlers.h. */
#define A_FUNCTION 2

/* What a sigaction(2) was given, or which signal a handler ran for. */
static int64_t signal_of(const struct recording *recording, uint32_t index)
{
    return recording_first(recording, &recording->operations->list[index])->arg[0];
}

/* The call before this operation that gave the signal a function; siginterrupt() only changes how it is
 * called. */
static uint32_t installer_before(const struct part *part, uint32_t index, int64_t number)
{
    const struct recording *recording = &part->program->recording;
    for (uint32_t i = index; i-- > 0;) {
        const struct operation *operation = &recording->operations->list[i];
        const struct event *event = recording_first(recording, operation);
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION && !operation->error &&
            operation->actor == part->actor && event->arg[0] == number && event->arg[1] == A_FUNCTION && !event->arg[2])
            return recording->needed[i] ? i : OPERATION_NONE;
    }
    return OPERATION_NONE;
}

/* What installed the function that ran; OPERATION_NONE: that is too long ago. */
static uint32_t installer_of(const struct part *part, uint32_t run)
{
    return installer_before(part, run, signal_of(&part->program->recording, run));
}

static struct handler *find(const struct part *part, uint32_t installed)
{
    for (size_t i = 0; i < part->handler_count; i++)
        if (part->handlers[i].installed == installed)
            return &part->handlers[i];
    return NULL;
}

/* "on_sigalrm"; a second handler of the same signal has a number. */
static char *name_for(const struct part *part, uint32_t installed)
{
    struct text name = TEXT_EMPTY;
    size_t number = 1;
    text_add(&name, "on_");
    call_text_signal(&name, signal_of(&part->program->recording, installed));
    for (char *c = name.bytes; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
    for (size_t i = 0; i < part->handler_count; i++)
        number += strncmp(part->handlers[i].name, name.bytes, name.length) == 0;
    if (number > 1)
        text_format(&name, "%zu", number);
    return text_steal(&name);
}

static void add_handler(struct part *part, uint32_t installed)
{
    if (installed == OPERATION_NONE || find(part, installed) != NULL)
        return;
    char *name = name_for(part, installed);
    ARRAY_ADD(part->handlers, part->handler_count, (struct handler){.installed = installed, .name = name});
}

static void add_run(struct part *part, uint32_t run)
{
    uint32_t installed = installer_of(part, run);
    struct handler *handler = installed != OPERATION_NONE ? find(part, installed) : NULL;
    if (handler == NULL)
        return;
    size_t number = handler->run_count + 1;
    ARRAY_ADD(handler->runs, handler->run_count,
              (struct handler_runs){.operation = run, .first = number, .last = number});
}

/* A run belongs to the program when what it interrupted does. */
void handlers_find(struct part *part)
{
    const struct recording *recording = &part->program->recording;
    const struct operations *operations = recording->operations;
    for (uint32_t i = 0; i < operations->count; i++) {
        uint32_t run = operations->list[i].handler;
        if (recording->needed[i] && operations->list[i].actor == part->actor && run != OPERATION_NONE &&
            operations->list[i].kind == EVENT_CALL && recording->needed[run])
            add_handler(part, installer_of(part, run));
    }
    for (uint32_t i = 0; i < operations->count; i++)
        if (recording->needed[i] && operations->list[i].kind == EVENT_HANDLER &&
            operations->list[i].actor == part->actor)
            add_run(part, i);
}

struct code *handlers_code(struct part *part, const struct operation *operation)
{
    for (size_t i = 0; i < part->handler_count && operation->handler != OPERATION_NONE; i++)
        for (size_t j = 0; j < part->handlers[i].run_count; j++)
            if (part->handlers[i].runs[j].operation == operation->handler)
                return &part->handlers[i].runs[j].code;
    return NULL;
}

static void join_equal_runs(struct handler *handler)
{
    size_t kept = 0;
    for (size_t i = 0; i < handler->run_count; i++) {
        struct handler_runs *run = &handler->runs[i], *before = kept > 0 ? &handler->runs[kept - 1] : NULL;
        if (before != NULL && strcmp(text_string(&before->code.text), text_string(&run->code.text)) == 0) {
            before->last = run->last;
            code_free(&run->code);
        } else {
            handler->runs[kept++] = *run;
        }
    }
    handler->run_count = kept;
}

void handlers_finish(struct part *part)
{
    const struct language *language = part->program->language;
    for (size_t i = 0; i < part->handler_count; i++) {
        struct handler *handler = &part->handlers[i];
        join_equal_runs(handler);
        for (size_t j = 0; j < handler->run_count; j++) {
            const struct handler_runs *run = &handler->runs[j];
            if (handler->run_count == 1)
                code_indent(&handler->body, &run->code, 1);
            else if (run->code.text.length > 0)
                language->runs(&handler->body, handler->name, run->first, run->last, &run->code);
        }
    }
}

const char *handlers_name(const struct part *part, const struct operation *operation)
{
    uint32_t index = recording_index(&part->program->recording, operation);
    const struct handler *handler =
        find(part, installer_before(part, index + 1, signal_of(&part->program->recording, index)));
    return handler ? handler->name : HANDLER_IDLE;
}

bool handlers_use(const struct part *part, const char *name)
{
    for (size_t i = 0; i < part->handler_count; i++)
        if (code_uses(&part->handlers[i].body, name))
            return true;
    return false;
}
