#include "session/evaluate.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "lua/calling.h"
#include "lua/errors.h"
#include "lua/pristine.h"
#include "net/watch.h"
#include "session/answer.h"
#include "session/arguments.h"
#include "session/inspect.h"
#include "session/limits.h"
#include "session/observe.h"
#include "session/settle.h"
#include "session/source.h"
#include "session/tabulate.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* --- compiling ------------------------------------------------------------------------------------------ */

/* Lua counts lines from 1: empty lines in front make it count as the chunk wants. */
static void add_lines_before(struct text *text, const struct chunk *chunk)
{
    text_add_repeat(text, "\n", chunk->first_line > 1 ? (size_t)chunk->first_line - 1 : 0);
}

static int compile(lua_State *L, const struct text *text, const char *name)
{
    lua_pushfstring(L, "=%s", name);
    int status = luaL_loadbufferx(L, text_string(text), text->length, lua_tostring(L, -1), "t");
    lua_remove(L, -2);
    return status;
}

/* With "return " at an offset behind `prefix` bytes; true when it compiles, nothing pushed otherwise. */
static bool compile_returning(lua_State *L, const struct text *text, size_t offset, const char *name)
{
    struct text changed = TEXT_EMPTY;
    text_add_bytes(&changed, text->bytes, offset);
    text_add(&changed, "return ");
    text_add_bytes(&changed, text->bytes + offset, text->length - offset);
    bool fine = compile(L, &changed, name) == LUA_OK;
    text_free(&changed);
    if (!fine)
        lua_pop(L, 1);
    return fine;
}

/* Compiles with the value of the last statement returned; false when no statement is an expression. */
static bool compile_expression(lua_State *L, const struct text *text, size_t prefix, bool bold, const char *name)
{
    size_t offsets[16];
    size_t count = source_last_statements(text_string(text) + prefix, text->length - prefix, bold, offsets, 16);
    for (size_t i = 0; i < count; i++)
        if (compile_returning(L, text, prefix + offsets[i], name))
            return true;
    return false;
}

/* Pushes the function, or the syntax error. */
static int compile_chunk(lua_State *L, const struct chunk *chunk)
{
    struct text text = TEXT_EMPTY;
    int status = LUA_OK;
    add_lines_before(&text, chunk);
    size_t prefix = text.length;
    /* Locals stay for the next chunk, but a check is alone: one that is nil must not be the learner's of that name. */
    if (chunk->check)
        text_add_bytes(&text, chunk->text, chunk->length);
    else
        source_globalize(&text, chunk->text, chunk->length);
    if (!compile_expression(L, &text, prefix, false, chunk->name))
        status = compile(L, &text, chunk->name);
    if (status == LUA_ERRSYNTAX && !text_ends(lua_tostring(L, -1), "<eof>") &&
        compile_expression(L, &text, prefix, true, chunk->name)) {
        lua_remove(L, -2);
        status = LUA_OK;
    }
    text_free(&text);
    return status;
}

/* --- errors --------------------------------------------------------------------------------------------- */

/* Nobody reads more of one, and the front keeps it. */
#define MOST_MESSAGE 16384
#define MOST_NAME    200

static char *visible_start(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length <= most)
        return utf8_visible(text, length);
    char *start = utf8_visible(text, most), *whole = text_make("%s... (%zu bytes)", start, length);
    free(start);
    return whole;
}

static char *visible_copy(const char *text)
{
    return visible_start(text, MOST_MESSAGE);
}

/* "name:12: message" as Lua writes it: takes name and line out, gives the rest. */
static const char *split_place(struct outcome_error *error, const char *message, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(message, name, length) != 0 || message[length] != ':' || !isdigit((unsigned char)message[length + 1]))
        return message;
    char *rest;
    long line = strtol(message + length + 1, &rest, 10);
    if (*rest != ':')
        return message;
    error->line = (int)line;
    free(error->chunk);
    error->chunk = memory_copy(name);
    return rest + (rest[1] == ' ' ? 2 : 1);
}

/* What Lua says in words, under the name that fits. */
static const char *class_of_text(const char *message)
{
    return strstr(message, "not enough memory") ? "MemoryError" : "LuaError";
}

static void describe_text(struct outcome_error *error, const char *text, const char *name, const char *class)
{
    const char *message = split_place(error, text, name);
    error->class = memory_copy(class ? class : class_of_text(message));
    error->message = visible_copy(message);
}

static char *field_text(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    char *text = lua_isnil(L, -1) ? NULL : visible_copy(luaL_tolstring(L, -1, NULL));
    lua_settop(L, index);
    return text;
}

static char *field_name(lua_State *L, int index, const char *name)
{
    char *text = field_text(L, index, name), *start = text ? visible_start(text, MOST_NAME) : NULL;
    free(text);
    return start;
}

static void describe_object(lua_State *L, int index, struct outcome_error *error)
{
    lua_settop(L, index);
    error->class = field_name(L, index, "class");
    error->message = field_text(L, index, "message");
    if (error->message == NULL)
        error->message = memory_copy("");
    if (lua_getfield(L, index, "errno") == LUA_TNUMBER)
        error->code = (int)lua_tointeger(L, -1);
    lua_settop(L, index);
    error->symbol = error->code != 0 ? memory_copy(error_symbol(error->code)) : NULL;
}

/* The innermost line of Lua that was running. */
static void find_place(lua_State *L, struct outcome_error *error)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline <= 0)
            continue;
        error->chunk =
            visible_start(*frame.source == '=' || *frame.source == '@' ? frame.source + 1 : frame.short_src, MOST_NAME);
        error->line = frame.currentline;
        return;
    }
}

/* "\n\t...\t(skipping 25 levels)": how many, 0 when it is another line. */
static size_t skipped_levels(const char *line)
{
    static const char mark[] = "...\t(skipping ";
    while (*line == '\n' || *line == '\t')
        line++;
    return strncmp(line, mark, sizeof mark - 1) == 0 ? strtoul(line + sizeof mark - 1, NULL, 10) : 0;
}

/* The traceback with calls of the same place told once, also across what Lua left out between them. */
static char *folded(const char *traceback)
{
    struct text out = TEXT_EMPTY;
    while (*traceback != '\0') {
        size_t length = 1 + strcspn(traceback + 1, "\n"), times = 0, skipped;
        const char *next = traceback;
        do {
            next += length;
            times++;
            skipped = skipped_levels(next);
            size_t left_out = skipped > 0 ? 1 + strcspn(next + 1, "\n") : 0;
            if (skipped > 0 && strncmp(next + left_out, traceback, length) == 0) {
                next += left_out;
                times += skipped;
            }
        } while (strncmp(next, traceback, length) == 0 && (next[length] == '\n' || next[length] == '\0'));
        utf8_add_visible(&out, traceback, length);
        if (times > 1)
            text_format(&out, " (%zu times)", times);
        traceback = next;
    }
    return text_steal(&out);
}

/* Function calls above the chunk itself; "" when there are none. */
static char *find_traceback(lua_State *L)
{
    luaL_traceback(L, L, NULL, 1);
    const char *text = lua_tostring(L, -1);
    size_t calls = 0;
    for (const char *line = strstr(text, "\n\t"); line != NULL; line = strstr(line + 1, "\n\t"))
        if (strncmp(line + 2, "[C]", 3) != 0 && strstr(line, "in main chunk") != NULL)
            break;
        else if (strncmp(line + 2, "[C]", 3) != 0)
            calls++;
    char *traceback = calls > 0 ? folded(text) : memory_copy("");
    lua_pop(L, 1);
    return traceback;
}

/* Upvalue-free message handler: the outcome under way stands in the registry. */
static const char outcome_key = 0;

static int handle_error(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &outcome_key);
    struct outcome *outcome = lua_touserdata(L, -1);
    lua_settop(L, 1);
    if (outcome == NULL || outcome->error.traceback != NULL)
        return 1;
    find_place(L, &outcome->error);
    outcome->error.traceback = find_traceback(L);
    return 1;
}

/* Protected: fills in the error from the value at index 1 and keeps it for checks. */
static int describe_error(lua_State *L)
{
    struct outcome *outcome = lua_touserdata(L, 2);
    const char *name = lua_touserdata(L, 3);
    const struct evaluator *evaluator = lua_touserdata(L, 4);
    lua_settop(L, 1);
    if (!evaluator->checking)
        observe_keep_failure(L, 1);
    if (error_is(L, 1)) {
        describe_object(L, 1, &outcome->error);
    } else if (lua_type(L, 1) == LUA_TSTRING) {
        describe_text(&outcome->error, lua_tostring(L, 1), name, NULL);
    } else {
        struct text text = TEXT_EMPTY;
        inspect_value(&text, L, 1, 80);
        outcome->error.class = memory_copy("LuaError");
        outcome->error.message = text_steal(&text);
    }
    return 0;
}

/* What stopped the chunk, not a learner's error of that class: that may have functions of its own. */
static bool is_interrupt(lua_State *L, int index)
{
    if (!runtime_of(L)->stop || !error_is(L, index))
        return false;
    luaL_getmetafield(L, index, "class");
    bool interrupt = strcmp(lua_tostring(L, -1), "KeyboardInterrupt") == 0;
    lua_pop(L, 1);
    return interrupt;
}

/*
 * An error of the learner's may show itself with a function of its own, which has to be stopped too; then all that is
 * known of it is that the chunk was stopped.
 */
static void take_error(struct evaluator *evaluator, struct outcome *outcome, const char *name)
{
    lua_State *L = evaluator->runtime->main;
    struct outcome_error *error = &outcome->error;
    struct runtime *runtime = runtime_of(L);
    int index = lua_gettop(L);
    runtime_rest(runtime, is_interrupt(L, index));
    lua_pushcfunction(L, describe_error);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, outcome);
    lua_pushlightuserdata(L, (void *)name);
    lua_pushlightuserdata(L, evaluator);
    bool described = lua_pcall(L, 4, 0, 0) == LUA_OK;
    if (runtime->stop) {
        free(error->class);
        free(error->message);
        error->class = memory_copy("KeyboardInterrupt");
        error->message = memory_copy("");
    } else if (!described && error->class == NULL) {
        error->class = memory_copy("MemoryError");
        error->message = memory_copy("not enough memory to describe the error");
    }
    runtime_rest(runtime, true);
    if (error->message == NULL)
        error->message = memory_copy("");
    if (error->traceback == NULL)
        error->traceback = memory_copy("");
    bool stopped = strcmp(error->class, "KeyboardInterrupt") == 0;
    outcome->kind = stopped ? OUTCOME_INTERRUPTED : OUTCOME_ERROR;
    lua_settop(L, index - 1);
}

/* A quoted text goes on in the next line only behind a backslash; else its closing quote is missing. */
static bool may_go_on(const struct chunk *chunk, const char *message)
{
    if (strstr(message, "unfinished string near <eof>") == NULL)
        return text_ends(message, "<eof>");
    size_t length = chunk->length;
    return (length > 0 && chunk->text[length - 1] == '\\') ||
           (length > 1 && memcmp(chunk->text + length - 2, "\\z", 2) == 0);
}

static void take_syntax_error(struct evaluator *evaluator, struct outcome *outcome, const struct chunk *chunk)
{
    lua_State *L = evaluator->runtime->main;
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
    outcome->kind = may_go_on(chunk, message) ? OUTCOME_INCOMPLETE : OUTCOME_ERROR;
    describe_text(&outcome->error, message, chunk->name, "SyntaxError");
    outcome->error.traceback = memory_copy("");
    if (!chunk->check)
        observe_keep_failure(L, -1);
    evaluator->first_event = evaluator->last_event = ring_next(evaluator->runtime->net.ring);
    lua_settop(L, 0);
}

/* --- values --------------------------------------------------------------------------------------------- */

#define MOST_VALUES 200
/* Bytes of them all, cells included; the value that goes beyond it is the last. */
#define MOST_SHOWN ((size_t)4 << 20)

static size_t size_of(const struct outcome_value *value)
{
    size_t size = strlen(value->text);
    for (size_t i = 0; i < value->rows * value->columns; i++)
        size += strlen(value->cells[i]);
    return size;
}

/* Checks see them, and the next chunk sees the first as `_`. */
static void keep_values(lua_State *L, int first, int count)
{
    observe_keep_values(L, first, count);
    if (count == 0)
        return;
    lua_pushglobaltable(L);
    lua_pushliteral(L, "_");
    lua_pushvalue(L, first);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* Protected, because showing values runs learners' __tostring. */
static int take_values(lua_State *L)
{
    struct outcome *outcome = lua_touserdata(L, 1);
    const struct evaluator *evaluator = lua_touserdata(L, 2);
    int all = lua_gettop(L) - 2, count = all < MOST_VALUES ? all : MOST_VALUES;
    size_t shown = 0;
    if (!evaluator->checking)
        keep_values(L, 3, all);
    if (evaluator->giving)
        arguments_keep(L, 3, all);
    outcome->values = memory_new((size_t)count, sizeof *outcome->values);
    for (int i = 0; i < count && shown <= MOST_SHOWN; i++) {
        struct outcome_value *value = &outcome->values[outcome->value_count++];
        tabulate_value(value, L, 3 + i, evaluator->width);
        shown += size_of(value);
    }
    int left = all - (int)outcome->value_count;
    if (left > 0) {
        struct outcome_value *last = &outcome->values[outcome->value_count - 1];
        free(last->text);
        last->text = text_make("... %d more values", left + 1);
    }
    return 0;
}

static void show_values(struct evaluator *evaluator, struct outcome *outcome)
{
    lua_State *L = evaluator->runtime->main;
    int count = lua_gettop(L);
    if (!lua_checkstack(L, count + 8))
        return;
    lua_pushcfunction(L, take_values);
    lua_insert(L, 1);
    lua_pushlightuserdata(L, outcome);
    lua_insert(L, 2);
    lua_pushlightuserdata(L, evaluator);
    lua_insert(L, 3);
    if (lua_pcall(L, count + 2, 0, 0) != LUA_OK)
        take_error(evaluator, outcome, "?");
}

/* --- running -------------------------------------------------------------------------------------------- */

/* The function and its `arguments` stand on the stack; its results or the error replace them. */
static int run(struct evaluator *evaluator, struct outcome *outcome, int arguments, int results)
{
    struct runtime *runtime = evaluator->runtime;
    lua_State *L = runtime->main;
    const struct ring *ring = runtime->net.ring;
    lua_pushlightuserdata(L, outcome);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &outcome_key);
    lua_pushcfunction(L, handle_error);
    lua_insert(L, 1);
    evaluator->first_event = ring_next(ring);
    runtime_rest(runtime, false);
    outcome->begin = clock_now();
    limited_spare(L, false);
    int status = lua_pcall(L, arguments, results, 1);
    limited_spare(L, true);
    outcome->elapsed = clock_now() - outcome->begin;
    calling_name_globals(L);
    settle(runtime);
    watch_look(&runtime->net);
    evaluator->last_event = ring_next(ring);
    lua_remove(L, 1);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &outcome_key);
    return status;
}

static void begin_chunk(struct evaluator *evaluator, struct outcome *outcome)
{
    outcome->chunk = evaluator->runtime->net.chunk = ++evaluator->chunks;
}

/* What write() gives back is for a further call, not to be seen: "hi" stands there already. */
static bool only_wrote(lua_State *L, const struct chunk *chunk)
{
    bool quiet = lua_gettop(L) == 1 && luaL_getmetafield(L, 1, "__quiet") != LUA_TNIL;
    lua_settop(L, quiet ? 1 : lua_gettop(L));
    return quiet && memchr(chunk->text, '(', chunk->length) != NULL;
}

/* The compiled chunk stands on the stack: runs it, and takes its values or its error. */
static void run_and_take(struct evaluator *evaluator, struct outcome *outcome, const struct chunk *chunk)
{
    int status = run(evaluator, outcome, 0, LUA_MULTRET);
    if (!chunk->check)
        observe_end(evaluator, outcome->elapsed);
    if (status != LUA_OK)
        take_error(evaluator, outcome, chunk->name);
    else if (!only_wrote(evaluator->runtime->main, chunk))
        show_values(evaluator, outcome);
    runtime_rest(evaluator->runtime, true);
}

/* Protected: gives the compiled check its environment, and Lua as it was before the learner's code. */
static int prepare_check(lua_State *L)
{
    struct evaluator *evaluator = lua_touserdata(L, 2);
    pristine_push(L, observe_names);
    observe_offer(L, evaluator);
    lua_setupvalue(L, 1, 1);
    pristine_enter(L);
    lua_settop(L, 1);
    return 1;
}

static void run_check(struct evaluator *evaluator, struct outcome *outcome, const struct chunk *chunk)
{
    lua_State *L = evaluator->runtime->main;
    lua_pushcfunction(L, prepare_check);
    lua_insert(L, 1);
    lua_pushlightuserdata(L, evaluator);
    evaluator->checking = runtime_of(L)->lab.checking = true;
    if (lua_pcall(L, 2, 1, 0) == LUA_OK) {
        run_and_take(evaluator, outcome, chunk);
    } else {
        evaluator->first_event = evaluator->last_event = ring_next(evaluator->runtime->net.ring);
        take_error(evaluator, outcome, chunk->name);
    }
    evaluator->checking = runtime_of(L)->lab.checking = evaluator->hearing = false;
    answer_end(evaluator);
    pristine_leave(L);
}

/* Without the byte-order mark that editors of Windows write. */
static struct chunk plain_chunk(const struct chunk *chunk)
{
    struct chunk plain = *chunk;
    if (plain.length >= 3 && memcmp(plain.text, "\xef\xbb\xbf", 3) == 0) {
        plain.text += 3;
        plain.length -= 3;
    }
    return plain;
}

enum outcome_kind evaluate_nothing(struct evaluator *evaluator, const struct chunk *marked)
{
    const struct chunk chunk = plain_chunk(marked);
    lua_State *L = evaluator->runtime->main;
    lua_settop(L, 0);
    enum outcome_kind kind = OUTCOME_FINE;
    if (compile_chunk(L, &chunk) != LUA_OK)
        kind = lua_type(L, -1) == LUA_TSTRING && may_go_on(&chunk, lua_tostring(L, -1)) ? OUTCOME_INCOMPLETE
                                                                                        : OUTCOME_ERROR;
    lua_settop(L, 0);
    return kind;
}

struct outcome *evaluate(struct evaluator *evaluator, const struct chunk *marked)
{
    const struct chunk plain = plain_chunk(marked), *chunk = &plain;
    lua_State *L = evaluator->runtime->main;
    struct outcome *outcome = outcome_new();
    outcome->begin = clock_now(); /* also of one that does not compile: what peers do meanwhile is told in it */
    lua_settop(L, 0);
    if (!chunk->check)
        observe_begin(L, evaluator, chunk->continues);
    if (compile_chunk(L, chunk) != LUA_OK) {
        take_syntax_error(evaluator, outcome, chunk);
    } else if (chunk->check) {
        run_check(evaluator, outcome, chunk);
    } else {
        begin_chunk(evaluator, outcome);
        evaluator->giving = chunk->gives_arguments;
        run_and_take(evaluator, outcome, chunk);
        evaluator->giving = false;
    }
    lua_settop(L, 0);
    return outcome;
}

/* The script's name and arguments in the global `arg`, and the arguments on the stack. */
static int push_arguments(lua_State *L, const char *name, int argc, char **argv)
{
    lua_createtable(L, argc, 1);
    lua_pushstring(L, name);
    lua_rawseti(L, -2, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setglobal(L, "arg");
    luaL_checkstack(L, argc, "too many arguments");
    for (int i = 0; i < argc; i++)
        lua_pushstring(L, argv[i]);
    return argc;
}

/* A first line that begins with # is for the shell. */
static void skip_shell_line(struct chunk *script)
{
    if (script->length == 0 || script->text[0] != '#')
        return;
    const char *end = memchr(script->text, '\n', script->length);
    size_t skipped = end ? (size_t)(end - script->text) : script->length;
    script->text += skipped;
    script->length -= skipped;
}

struct outcome *evaluate_script(struct evaluator *evaluator, const struct chunk *chunk, int argc, char **argv)
{
    lua_State *L = evaluator->runtime->main;
    struct outcome *outcome = outcome_new();
    struct chunk script = plain_chunk(chunk);
    skip_shell_line(&script);
    lua_settop(L, 0);
    lua_pushfstring(L, "@%s", script.name);
    int status = luaL_loadbufferx(L, script.text, script.length, lua_tostring(L, -1), "t");
    lua_remove(L, 1);
    if (status != LUA_OK) {
        take_syntax_error(evaluator, outcome, &script);
        outcome->kind = OUTCOME_ERROR;
        return outcome;
    }
    begin_chunk(evaluator, outcome);
    if (run(evaluator, outcome, push_arguments(L, script.name, argc, argv), 0) != LUA_OK)
        take_error(evaluator, outcome, script.name);
    runtime_rest(evaluator->runtime, true);
    lua_settop(L, 0);
    return outcome;
}
