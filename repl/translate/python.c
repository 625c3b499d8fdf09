#include "translate/python.h"

#include "translate/handlers.h"
#include "translate/python_calls.h"

#include <stdlib.h>
#include <string.h>

/* --- peers, loops --------------------------------------------------------------------------------------- */

static void start(struct part *part, const struct part *peer, struct code *out)
{
    code_name(out, peer->process, CODE_SETS);
    code_format(out, " = start(%s", peer->name);
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open && part->variables[i].actor == peer->actor) {
            code_add(out, ", ");
            code_name(out, part->variables[i].name, CODE_READS);
            part->variables[i].open = false;
        }
    code_add(out, ")\n");
    out->needs |= sections_bits(part->program->sections, "start");
}

static void stop(struct part *part, const struct part *peer, struct code *out)
{
    (void)part;
    code_format(out, "os.kill(%s, signal.SIGKILL)\nos.waitpid(%s, 0)\n", peer->process, peer->process);
    code_mention(out, peer->process, CODE_READS);
}

static void stay(struct part *part, struct code *out)
{
    python_comment(out, "It is there until the program ends.");
    code_add(out, "signal.pause()\n");
    out->needs |= sections_bits(part->program->sections, "signal");
}

static void loop(struct code *out, size_t times, const struct code *body)
{
    code_format(out, "for _ in range(%zu):\n", times);
    code_indent(out, body, 1);
}

static void runs(struct code *out, const char *handler, size_t first, size_t last, const struct code *body)
{
    if (first == last)
        code_format(out, "    if %s.times == %zu:\n", handler, first);
    else
        code_format(out, "    if %zu <= %s.times <= %zu:\n", first, handler, last);
    code_indent(out, body, 2);
}

/* --- the file ------------------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct program *program, uint64_t needs)
{
    text_add(out, "\"\"\"The calls that were made, as Python.  Written by Sockrates from what really happened.\n");
    program_add_warnings(program, "\n", out);
    text_add(out, "\"\"\"\n");
    sections_add_imports(program->sections, needs, out);
    text_add_char(out, '\n');
    sections_add(program->sections, needs, out);
}

static void add_peer(struct text *out, const struct part *part)
{
    struct code lines = CODE_EMPTY;
    code_indent(&lines, &part->body, 1);
    text_format(out, "\ndef %s(listener):\n    \"\"\"A peer, in a process of its own.\"\"\"\n%s\n", part->name,
                text_string(&lines.text));
    code_free(&lines);
}

/* What a handler shares with the program. */
static void add_globals(struct text *out, const struct part *part, const struct code *body)
{
    size_t before = out->length;
    for (size_t i = 0; i < part->variable_count; i++)
        if (code_uses(body, part->variables[i].name))
            text_format(out, "%s%s", out->length > before ? ", " : "    global ", part->variables[i].name);
    for (size_t i = 0; i < part->program->name_count; i++)
        if (code_uses(body, part->program->names[i]))
            text_format(out, "%s%s", out->length > before ? ", " : "    global ", part->program->names[i]);
    text_add(out, out->length > before ? "\n" : "");
}

static void add_handler(struct text *out, const struct part *part, const struct handler *handler, bool raises)
{
    text_format(out, "\ndef %s(number, frame):\n    \"\"\"Called in the middle of a call that waits.\"\"\"\n",
                handler->name);
    add_globals(out, part, &handler->body);
    if (handler->run_count > 1)
        text_format(out, "    %s.times += 1\n", handler->name);
    text_add_bytes(out, text_string(&handler->body.text), handler->body.text.length);
    text_add(out, raises ? "    if raising:\n        raise Interrupted\n\n" : "\n");
    if (handler->run_count > 1)
        text_format(out, "\n%s.times = 0\n\n", handler->name);
}

static size_t file(struct program *program, struct text *out)
{
    const struct part *part = &program->parts[0];
    uint64_t needs = program->used.needs, idle = sections_bits(program->sections, HANDLER_IDLE);
    bool raises = needs & sections_bits(program->sections, "signal_ends");
    /* The function that idle handlers share ends a call that is to be left. */
    if (raises && needs & idle)
        needs = (needs & ~idle) | sections_bits(program->sections, HANDLER_IDLE "_raises");
    size_t before = out->length;
    add_head(out, program, needs);
    before = out->length;
    for (size_t i = 1; i < program->part_count; i++)
        if (program->parts[i].started)
            add_peer(out, &program->parts[i]);
    for (size_t i = 0; i < part->handler_count; i++)
        add_handler(out, part, &part->handlers[i], raises);
    bool functions = out->length > before || raises || needs & (idle | sections_bits(program->sections, "start"));
    text_add(out, functions ? "\n" : "");
    size_t place = out->length;
    text_add_bytes(out, text_string(&part->body.text), part->body.text.length);
    return part->step > 0 ? place + part->step : 0;
}

static const char support[] =
#include "support.py.inc"
    ;

const struct language language_python = {
    .name = "Python",
    .word = "python",
    .ending = "py",
    .support = {support, "#: ", "import "},
    .calls = python_calls,
    .functions = python_functions,
    .placeholders = python_placeholders,
    .prefixes = {"socket.", "signal.", "select."},
    .either = " | ",
    .reserved =
        " False None True and as assert async await break class continue def del elif else except finally for from "
        "global if import in is lambda nonlocal not or pass raise return try while with yield match case print len "
        "list range repr data error poll from_whom main atexit contextlib os select signal socket time raising ",
    .comment = python_comment,
    .explain = python_explain,
    .print = python_print,
    .statement = python_statement,
    .loop = loop,
    .runs = runs,
    .start = start,
    .stop = stop,
    .stay = stay,
    .file = file,
};
