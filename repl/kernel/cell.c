#include "kernel/cell.h"

#include "base/array.h"
#include "render/command_rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A text that is taken from both of its ends. */
struct rest {
    const char *begin, *end;
    int line; /* of the begin */
};

static struct span first_line(const struct rest *rest)
{
    const char *end = memchr(rest->begin, '\n', (size_t)(rest->end - rest->begin));
    return (struct span){rest->begin, (size_t)((end ? end : rest->end) - rest->begin)};
}

static void drop_first_line(struct rest *rest)
{
    rest->begin += first_line(rest).length;
    if (rest->begin < rest->end) {
        rest->begin++;
        rest->line++;
    }
}

static struct span last_line(const struct rest *rest)
{
    const char *begin = rest->end;
    while (begin > rest->begin && begin[-1] != '\n')
        begin--;
    return (struct span){begin, (size_t)(rest->end - begin)};
}

static void drop_last_line(struct rest *rest)
{
    rest->end = last_line(rest).text;
    if (rest->end > rest->begin)
        rest->end--;
}

static bool is_empty(struct span line)
{
    for (size_t i = 0; i < line.length; i++)
        if (!isspace((unsigned char)line.text[i]))
            return false;
    return true;
}

/* ":ladder packets": a command's whole name behind a colon that begins the line; where Lua cannot begin so, any name.
 */
static bool is_command(struct span line, bool lua_goes_on)
{
    if (line.length < 2 || line.text[0] != ':')
        return false;
    if (!lua_goes_on && isalpha((unsigned char)line.text[1]))
        return true;
    const char *end = line.text + line.length, *at = line.text + 1;
    while (at < end && !isspace((unsigned char)*at))
        at++;
    return command_named(line.text + 1, (size_t)(at - line.text - 1)) != NULL;
}

/* "s:connect?", or as people from Python write it, "s:connect??": its name; otherwise nothing. */
static struct span questioned(struct span line)
{
    struct span name = span_trim_end(line);
    size_t length = name.length;
    while (name.length > 0 && length - name.length < 2 && name.text[name.length - 1] == '?')
        name.length--;
    bool asks = name.length < length;
    for (size_t i = 0; i < name.length; i++)
        asks = asks && (isalnum((unsigned char)name.text[i]) || strchr("_.:", name.text[i]) != NULL);
    return asks ? name : (struct span){line.text, 0};
}

static void add(struct cell *cell, enum piece_kind kind, struct span text, int line)
{
    ARRAY_ADD(cell->pieces, cell->count, (struct piece){.kind = kind, .text = text, .line = line});
}

static void add_command(struct cell *cell, struct span line, int number)
{
    add(cell, PIECE_COMMAND, span_trim_end(span_after(line, 1)), number);
}

static void add_network(struct cell *cell, bool lab)
{
    ARRAY_ADD(cell->pieces, cell->count, (struct piece){.kind = PIECE_NETWORK, .lab = lab});
}

/* --- front matter --------------------------------------------------------------------------------------- */

static bool line_is(struct span line, const char *words)
{
    return span_is(span_trim_end(line), words);
}

/* Of a lesson's keys only the network says something about a session. */
static void take_key(struct cell *cell, struct span line)
{
    static const char key[] = "network:";
    if (line.length < sizeof key - 1 || memcmp(line.text, key, sizeof key - 1) != 0)
        return;
    struct span value = span_after(line, sizeof key - 1);
    while (value.length > 0 && *value.text == ' ')
        value = span_after(value, 1);
    if (line_is(value, "lab") || line_is(value, "loopback"))
        add_network(cell, *span_trim_end(value).text == 'l' && span_trim_end(value).text[1] == 'a');
    else
        cell->wrong = "network: is either lab, a private network, or loopback.";
}

/* "title: Echo", what goes on with that, or a remark: Lua between two comments of --- has other lines, too. */
static bool is_front(struct span line)
{
    size_t length = 0;
    while (length < line.length && (isalnum((unsigned char)line.text[length]) || strchr("_-", line.text[length])))
        length++;
    bool key = length > 0 && length < line.length && line.text[length] == ':' &&
               (length + 1 == line.length || isspace((unsigned char)line.text[length + 1]));
    return key || is_empty(line) || strchr(" \t#-", *line.text) != NULL;
}

/* From a first line of --- to the next. */
static void take_front_matter(struct cell *cell, struct rest *rest)
{
    struct rest ahead = *rest;
    if (!line_is(first_line(&ahead), "---"))
        return;
    do
        drop_first_line(&ahead);
    while (ahead.begin < ahead.end && !line_is(first_line(&ahead), "---") && is_front(first_line(&ahead)));
    if (ahead.begin == ahead.end || !line_is(first_line(&ahead), "---"))
        return;
    for (drop_first_line(rest); rest->begin < ahead.begin; drop_first_line(rest))
        take_key(cell, first_line(rest));
    drop_first_line(rest);
}

/* How nbgrader begins a cell that a student has deleted and that it has put back: a comment in Python, and no Lua. */
static void take_notice(struct rest *rest)
{
    static const char notice[] = "# This cell (id:";
    struct span line = first_line(rest);
    if (line.length >= sizeof notice - 1 && memcmp(line.text, notice, sizeof notice - 1) == 0)
        drop_first_line(rest);
}

/* --- the rest ------------------------------------------------------------------------------------------- */

/* ":check", or ":check hidden": what follows is a check. */
static bool take_check(struct cell *cell, struct rest *rest)
{
    bool hidden = line_is(first_line(rest), ":check hidden");
    if (!hidden && !line_is(first_line(rest), ":check"))
        return false;
    drop_first_line(rest);
    add(cell, PIECE_CHECK, (struct span){rest->begin, (size_t)(rest->end - rest->begin)}, rest->line);
    cell->pieces[cell->count - 1].hidden = hidden;
    rest->begin = rest->end;
    return true;
}

static void take_commands_before(struct cell *cell, struct rest *rest)
{
    for (; rest->begin < rest->end; drop_first_line(rest)) {
        struct span line = first_line(rest);
        if (take_check(cell, rest))
            return;
        if (is_command(line, false))
            add_command(cell, line, rest->line);
        else if (!is_empty(line))
            return;
    }
}

/* True when the Lua begins with lab.on(): nothing but comments of one line before it. */
static bool begins_in_lab(const struct rest *rest)
{
    static const char call[] = "lab.on()";
    for (struct rest at = *rest; at.begin < at.end; drop_first_line(&at)) {
        struct span line = first_line(&at);
        while (line.length > 0 && isspace((unsigned char)*line.text))
            line = span_after(line, 1);
        bool comment = line.length > 1 && memcmp(line.text, "--", 2) == 0 && !(line.length > 2 && line.text[2] == '[');
        if (line.length > 0 && !comment)
            return line.length >= sizeof call - 1 && memcmp(line.text, call, sizeof call - 1) == 0;
    }
    return false;
}

/* Commands at the end, which `behind` takes in their order. */
static void take_commands_behind(struct cell *behind, struct rest *rest)
{
    const struct rest before = *rest;
    const char *found = rest->end;
    while (rest->begin < rest->end) {
        struct span line = last_line(rest);
        if (is_command(line, true))
            found = line.text;
        else if (!is_empty(line))
            break;
        drop_last_line(rest);
    }
    struct rest at = before;
    while (at.begin < found)
        drop_first_line(&at);
    take_commands_before(behind, &at);
}

struct cell cell_read(const char *code)
{
    struct cell cell = {.count = 0}, behind = {.count = 0};
    struct rest rest = {code, code + strlen(code), 1};
    take_notice(&rest);
    take_front_matter(&cell, &rest);
    take_commands_before(&cell, &rest);
    take_commands_behind(&behind, &rest);
    struct span lua = {rest.begin, (size_t)(rest.end - rest.begin)};
    if (questioned(lua).length > 0) {
        add(&cell, PIECE_QUESTION, questioned(lua), rest.line);
    } else if (lua.length > 0) {
        if (begins_in_lab(&rest))
            add_network(&cell, true);
        add(&cell, PIECE_LUA, lua, rest.line);
    }
    for (size_t i = 0; i < behind.count; i++)
        ARRAY_ADD(cell.pieces, cell.count, behind.pieces[i]);
    cell_free(&behind);
    return cell;
}

void cell_free(struct cell *cell)
{
    free(cell->pieces);
    *cell = (struct cell){.count = 0};
}
