#include "translate/c.h"

#include "translate/c_calls.h"
#include "translate/handlers.h"

#include <stdlib.h>
#include <string.h>

/* --- peers, loops --------------------------------------------------------------------------------------- */

static void start(struct part *part, const struct part *peer, struct code *out)
{
    size_t count = 0;
    code_name(out, peer->process, CODE_SETS);
    code_format(out, " = start_peer(%s", peer->name);
    for (size_t i = 0; i < part->variable_count; i++) {
        struct variable *variable = &part->variables[i];
        if (variable->actor != peer->actor || !variable->open)
            continue;
        variable->open = false;
        if (count++ < 2) {
            code_add(out, ", ");
            code_name(out, variable->name, CODE_READS);
        }
    }
    for (; count < 2; count++)
        code_add(out, ", -1");
    code_add(out, ");\n");
    out->needs |= sections_bits(part->program->sections, "start_peer");
}

static void stop(struct part *part, const struct part *peer, struct code *out)
{
    (void)part;
    code_format(out, "kill(%s, SIGKILL);\nwaitpid(%s, NULL, 0);\n", peer->process, peer->process);
    code_mention(out, peer->process, CODE_READS);
}

static void stay(struct part *part, struct code *out)
{
    (void)part;
    c_comment(out, "It is there until the program ends.");
    code_add(out, "pause();\n");
}

static void loop(struct code *out, size_t times, const struct code *body)
{
    code_format(out, "for (int i = 0; i < %zu; i++) {\n", times);
    code_indent(out, body, 1);
    code_add(out, "}\n");
}

static void runs(struct code *out, const char *handler, size_t first, size_t last, const struct code *body)
{
    (void)handler;
    if (first == last)
        code_format(out, "    if (times == %zu) {\n", first);
    else
        code_format(out, "    if (times >= %zu && times <= %zu) {\n", first, last);
    code_indent(out, body, 2);
    code_add(out, "    }\n");
}

/* --- the file ------------------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct program *program)
{
    text_add(out, "/*\n"
                  " * The calls that were made, as C.  Written by Sockrates from what really happened.\n"
                  " *\n"
                  " *     gcc -Wall -Wextra -o step step.c && ./step\n");
    program_add_warnings(program, " *\n * ", out);
    text_add(out, " */\n#define _GNU_SOURCE\n");
    sections_add_imports(program->sections, program->used.needs, out);
    text_add_char(out, '\n');
    sections_add(program->sections, program->used.needs, out);
}

/* Those that several parts may use. */
static void add_addresses(struct text *out, const struct program *program)
{
    size_t before = out->length;
    for (size_t i = 0; i < program->name_count; i++)
        if (code_uses(&program->used, program->names[i]))
            text_format(out, "static struct address %s;\n", program->names[i]);
    if (out->length > before)
        text_add_char(out, '\n');
}

/* What a function needs for itself, whatever its calls. */
static void add_locals(struct text *out, const struct code *body)
{
    static const struct {
        const char *name, *declaration;
    } locals[] = {{"count", "ssize_t count"},
                  {"until", "long long until"},
                  {"to", "struct address to"},
                  {"from", "struct address from"}};
    for (size_t i = 0; i < sizeof locals / sizeof *locals; i++) {
        if (code_uses(body, locals[i].name))
            text_format(out, "    %s;\n", locals[i].declaration);
        if (i == 0 && code_uses(body, "data"))
            text_format(out, "    static char data[%zu];\n", body->room);
    }
}

static void add_variables(struct text *out, const struct part *part)
{
    size_t before = out->length;
    for (size_t i = 0; i < part->variable_count; i++) {
        const char *name = part->variables[i].name;
        bool given = (part->actor != 0 && strcmp(name, "listener") == 0) || handlers_use(part, name);
        if (!given && code_uses(&part->body, name))
            text_format(out, "%s%s", out->length > before ? ", " : "    int ", name);
    }
    text_add(out, out->length > before ? ";\n" : "");
    add_locals(out, &part->body);
    for (size_t i = 1; i < part->program->part_count; i++)
        if (code_uses(&part->body, part->program->parts[i].process))
            text_format(out, "    pid_t %s;\n", part->program->parts[i].process);
    text_add(out, out->length > before ? "\n" : "");
}

/* What was set and is never looked at would be a warning. */
static void add_unused(struct text *out, const struct part *part)
{
    const struct program *program = part->program;
    for (size_t i = 1; i < program->part_count; i++)
        if (code_uses(&part->body, program->parts[i].process) == CODE_SETS)
            text_format(out, "    (void)%s;\n", program->parts[i].process);
    for (size_t i = 0; i < part->variable_count; i++) {
        const char *name = part->variables[i].name;
        if (code_uses(&part->body, name) == CODE_SETS && !handlers_use(part, name))
            text_format(out, "    (void)%s;\n", name);
    }
}

/* An empty line at the begin is left out.  Gives the place of the step itself. */
static size_t add_body(struct text *out, const struct part *part)
{
    const char *lines = text_string(&part->body.text);
    size_t skipped = *lines == '\n' && part->step != 1, step = part->step > skipped ? part->step : skipped;
    code_indent_lines(out, lines + skipped, step - skipped, 1);
    size_t place = out->length;
    code_indent_lines(out, lines + step, part->body.text.length - step, 1);
    return part->step > 0 ? place : 0;
}

static size_t add_part(struct text *out, const struct part *part)
{
    if (part->actor == 0)
        text_add(out, "int main(void)\n{\n");
    else
        text_format(out, "/* A peer, in a process of its own. */\nstatic void %s(int listener)\n{\n", part->name);
    add_variables(out, part);
    if (part->actor == 0 && part->program->used.needs & sections_bits(part->program->sections, "pipe"))
        text_add(out, "    /* Sending to nobody shall be an error, not the end. */\n    signal(SIGPIPE, SIG_IGN);\n\n");
    size_t step = add_body(out, part);
    add_unused(out, part);
    if (part->actor == 0)
        text_add(out, "    return 0;\n");
    else if (!code_uses(&part->body, "listener"))
        text_add(out, "    (void)listener;\n");
    text_add(out, "}\n");
    return step;
}

/* --- functions that signals call ------------------------------------------------------------------------ */

static void add_handler(struct text *out, const struct handler *handler)
{
    text_format(out,
                "/* Called in the middle of a call that waits: only what signal-safety(7) lists may stand here. */\n"
                "static void %s(int number)\n{\n    int error = errno;\n",
                handler->name);
    text_add(out, handler->run_count > 1 ? "    static int times;\n" : "");
    add_locals(out, &handler->body);
    text_add(out, "\n    (void)number;\n");
    text_add(out, handler->run_count > 1 ? "    times++;\n" : "");
    text_add_bytes(out, text_string(&handler->body.text), handler->body.text.length);
    text_add(out, "    errno = error;\n}\n\n");
}

static void add_handlers(struct text *out, const struct part *part)
{
    size_t before = out->length;
    for (size_t i = 0; i < part->variable_count; i++)
        if (handlers_use(part, part->variables[i].name))
            text_format(out, "%s%s", out->length > before ? ", " : "static int ", part->variables[i].name);
    text_add(out, out->length > before ? ";\n\n" : "");
    for (size_t i = 0; i < part->handler_count; i++)
        add_handler(out, &part->handlers[i]);
}

static size_t file(struct program *program, struct text *out)
{
    size_t step = 0;
    add_head(out, program);
    add_addresses(out, program);
    add_handlers(out, &program->parts[0]);
    for (size_t i = program->part_count; i-- > 0;) {
        if (i > 0 && !program->parts[i].started)
            continue;
        step = add_part(out, &program->parts[i]);
        text_add(out, i > 0 ? "\n" : "");
    }
    return step;
}

static const char support[] =
#include "support.c.inc"
    ;

const struct language language_c = {
    .name = "C",
    .word = "c",
    .ending = "c",
    .support = {support, "/*: ", "#include "},
    .calls = c_calls,
    .placeholders = c_placeholders,
    .prefixes = {"", "", ""},
    .either = "|",
    /* Keywords; what a program of ours calls or has; of the library what one might call a socket. */
    .reserved =
        " auto break case char const continue default do double else enum extern float for goto if inline int long "
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm "
        "typeof linux unix accept bind connect listen recv recvfrom recvmsg send sendto sendmsg socket socketpair "
        "shutdown close dup fcntl getsockname getpeername getsockopt setsockopt poll select epoll_create1 epoll_ctl "
        "epoll_wait alarm getaddrinfo freeaddrinfo gai_strerror kill nanosleep pause raise setitimer sigaction waitpid "
        "exit fork perror printf fprintf memcpy memset realloc signal errno stderr stdin stdout main count data from to "
        "until pair value length readable writable special limit watched events hints error times number i index log "
        "time clock read write open pipe link remove rename wait sleep abs div exp pow gamma signgam environ daemon "
        "access sync stat truncate ",
    .asks_handlers = true,
    .comment = c_comment,
    .explain = c_explain,
    .print = c_print,
    .statement = c_statement,
    .loop = loop,
    .runs = runs,
    .start = start,
    .stop = stop,
    .stay = stay,
    .file = file,
};
