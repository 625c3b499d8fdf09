#include "translate/code.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void code_add(struct code *code, const char *text)
{
    text_add(&code->text, text);
}

void code_format(struct code *code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text_format_list(&code->text, format, list);
    va_end(list);
}

void code_mention(struct code *code, const char *name, unsigned how)
{
    for (size_t i = 0; i < code->mention_count; i++)
        if (strcmp(code->mentions[i].name, name) == 0) {
            code->mentions[i].how |= how;
            return;
        }
    ARRAY_ADD(code->mentions, code->mention_count, (struct mention){name, how});
}

void code_name(struct code *code, const char *name, unsigned how)
{
    code_mention(code, name, how);
    code_add(code, name);
}

unsigned code_uses(const struct code *code, const char *name)
{
    for (size_t i = 0; i < code->mention_count; i++)
        if (strcmp(code->mentions[i].name, name) == 0)
            return code->mentions[i].how;
    return 0;
}

void code_take_uses(struct code *code, const struct code *other)
{
    code->needs |= other->needs;
    code->room = other->room > code->room ? other->room : code->room;
    for (size_t i = 0; i < other->mention_count; i++)
        code_mention(code, other->mentions[i].name, other->mentions[i].how);
}

void code_join(struct code *code, const struct code *other)
{
    code_take_uses(code, other);
    text_add_bytes(&code->text, text_string(&other->text), other->text.length);
}

void code_indent_lines(struct text *out, const char *lines, size_t length, size_t steps)
{
    const char *line = lines, *end = lines + length;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t own = next ? (size_t)(next - line) : (size_t)(end - line);
        text_add_repeat(out, "    ", own > 0 ? steps : 0);
        text_add_bytes(out, line, own);
        text_add_char(out, '\n');
        line += own + 1;
    }
}

void code_indent(struct code *code, const struct code *other, size_t steps)
{
    code_take_uses(code, other);
    code_indent_lines(&code->text, text_string(&other->text), other->text.length, steps);
}

void code_free(struct code *code)
{
    text_free(&code->text);
    free(code->mentions);
    *code = CODE_EMPTY;
}
