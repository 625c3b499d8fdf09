/*
 * translate_c_parts.c: what functions in C are made of, and the functions that signals call.
 */
#include "render/translate_c.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- lines and variables -------------------------------------------------------------------------------- */

void c_indent(struct text *out, const struct text *body, size_t steps)
{
    const char *line = text_string(body), *end = line + body->length;
    line += *line == '\n';
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = next ? (size_t)(next - line) : (size_t)(end - line);
        if (length > 0)
            text_add_repeat(out, "    ", steps);
        text_add_bytes(out, line, length);
        text_add_char(out, '\n');
        line += length + 1;
    }
}

enum c_mention c_mention_of(const struct text *body, const char *name)
{
    const char *lines = text_string(body);
    size_t length = strlen(name);
    enum c_mention mention = C_NOT_MENTIONED;
    for (const char *at = strstr(lines, name); at != NULL; at = strstr(at + length, name)) {
        bool begins = at == lines || !(isalnum((unsigned char)at[-1]) || at[-1] == '_' || at[-1] == '.');
        bool ends = !(isalnum((unsigned char)at[length]) || at[length] == '_');
        if (!begins || !ends)
            continue;
        if (strncmp(at + length, " = ", 3) != 0)
            return C_LOOKED_AT;
        mention = C_ONLY_SET;
    }
    return mention;
}

void c_add_locals(struct text *out, const struct part *part, const struct text *body)
{
    if (c_mention_of(body, "count") != C_NOT_MENTIONED)
        text_add(out, "    ssize_t count;\n");
    if (c_mention_of(body, "data") == C_LOOKED_AT && part->room > 0)
        text_format(out, "    static char data[%zu];\n", part->room);
    if (strstr(text_string(body), "until = deadline(") != NULL)
        text_add(out, "    long long until;\n");
    if (c_mention_of(body, "to") == C_LOOKED_AT)
        text_add(out, "    struct address to;\n");
    if (strstr(text_string(body), "from.") != NULL)
        text_add(out, "    struct address from;\n");
}

/* --- functions that signals call ------------------------------------------------------------------------ */

static void add_run(struct text *out, const struct handler *handler, const struct handler_runs *run)
{
    if (handler->run_count == 1) {
        c_indent(out, &run->body, 1);
        return;
    }
    if (run->body.length == 0)
        return;
    if (run->first == run->last)
        text_format(out, "    if (times == %zu) {\n", run->first);
    else
        text_format(out, "    if (times >= %zu && times <= %zu) {\n", run->first, run->last);
    c_indent(out, &run->body, 2);
    text_add(out, "    }\n");
}

static void make_handler(const struct part *part, struct handler *handler)
{
    struct text body = TEXT_EMPTY, *out = &handler->text;
    for (size_t i = 0; i < handler->run_count; i++)
        add_run(&body, handler, &handler->runs[i]);
    text_format(out,
                "/* Called in the middle of a call that waits: only what signal-safety(7) lists may stand here. */\n"
                "static void %s(int number)\n{\n    int error = errno;\n",
                handler->name);
    if (handler->run_count > 1)
        text_add(out, "    static int times;\n");
    c_add_locals(out, part, &body);
    text_add(out, "\n    (void)number;\n");
    if (handler->run_count > 1)
        text_add(out, "    times++;\n");
    text_add_bytes(out, text_string(&body), body.length);
    text_add(out, "    errno = error;\n}\n\n");
    text_free(&body);
}

void c_make_handlers(struct part *part)
{
    for (size_t i = 0; i < part->handler_count; i++)
        make_handler(part, &part->handlers[i]);
}

bool c_is_shared(const struct part *part, const char *name)
{
    for (size_t i = 0; i < part->handler_count; i++)
        if (c_mention_of(&part->handlers[i].text, name) != C_NOT_MENTIONED)
            return true;
    return false;
}

void c_add_handlers(struct text *out, const struct part *part)
{
    size_t before = out->length;
    for (size_t i = 0; i < part->variable_count; i++)
        if (c_is_shared(part, part->variables[i].name))
            text_format(out, "%s%s", out->length > before ? ", " : "static int ", part->variables[i].name);
    if (out->length > before)
        text_add(out, ";\n\n");
    for (size_t i = 0; i < part->handler_count; i++)
        text_add_bytes(out, text_string(&part->handlers[i].text), part->handlers[i].text.length);
}
