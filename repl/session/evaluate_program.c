#include "session/evaluate_program.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/utf8.h"
#include "session/arguments.h"
#include "session/ending.h"
#include "session/observe.h"
#include "session/settle.h"
#include "session/workshop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- while it runs -------------------------------------------------------------------------------------- */

struct printing {
    struct evaluator *evaluator;
    size_t printed;
};

static bool print(void *owner, const char *bytes, size_t length)
{
    struct printing *printing = owner;
    struct runtime *runtime = printing->evaluator->runtime;
    runtime->write(runtime->owner, bytes, length);
    printing->printed += length;
    return printing->printed <= WORKSHOP_PRINTED_MOST;
}

static bool is_stopping(void *owner)
{
    const struct printing *printing = owner;
    return printing->evaluator->runtime->stop != 0;
}

/* --- what came of it ------------------------------------------------------------------------------------ */

/* Where the compiler saw the first error: "lesson.md:120:5: error: …"; 0: it names no line. */
static int line_of_error(const char *said, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = said; (at = strstr(at, name)) != NULL; at += length) {
        const char *end = strchr(at, '\n'), *error = strstr(at, ": error: ");
        if (at[length] == ':' && error != NULL && (end == NULL || error < end))
            return (int)strtol(at + length + 1, NULL, 10);
    }
    return 0;
}

static void take_words(struct outcome *outcome, const struct chunk *chunk, const struct text *said, bool built)
{
    outcome->compiler = utf8_visible(text_string(said), said->length);
    if (built)
        return;
    outcome_fail(outcome, "CompileError", memory_copy("the program does not compile"));
    outcome->error.chunk = memory_copy(chunk->name);
    outcome->error.line = line_of_error(outcome->compiler, path_name(chunk->name));
}

/* --- for checks ----------------------------------------------------------------------------------------- */

struct observed {
    const char *failure;
    int status;
};

/* Protected: what is kept takes memory. */
static int keep(lua_State *L)
{
    const struct observed *observed = lua_touserdata(L, 1);
    if (observed->status >= 0) {
        lua_pushinteger(L, observed->status);
        observe_keep_values(L, lua_gettop(L), 1);
    }
    if (observed->failure != NULL) {
        lua_pushstring(L, observed->failure);
        observe_keep_failure(L, lua_gettop(L));
    }
    return 0;
}

static void keep_for_checks(struct evaluator *evaluator, const struct outcome *outcome, int status)
{
    lua_State *L = evaluator->runtime->main;
    char *failure = ending_failure(outcome);
    struct observed observed = {failure, status};
    lua_pushcfunction(L, keep);
    lua_pushlightuserdata(L, &observed);
    lua_pcall(L, 1, 0, 0);
    lua_settop(L, 0);
    free(failure);
}

/* -------------------------------------------------------------------------------------------------------- */

/* Its exit status; -1 without one. */
static int run(struct evaluator *evaluator, struct outcome *outcome, char *const *arguments,
               const struct workshop_watcher *watcher)
{
    outcome->begin = clock_now();
    struct workshop_end end = workshop_run(evaluator->workshop, arguments, watcher);
    outcome->elapsed = clock_now() - outcome->begin;
    ending_take(outcome, &end);
    return end.status;
}

struct outcome *evaluate_program(struct evaluator *evaluator, const struct chunk *chunk)
{
    struct runtime *runtime = evaluator->runtime;
    struct outcome *outcome = outcome_new();
    struct printing printing = {.evaluator = evaluator};
    const struct workshop_watcher watcher = {.owner = &printing, .output = print, .stopping = is_stopping};
    const struct workshop_source source = {chunk->language, chunk->name, chunk->first_line, chunk->text, chunk->length};
    struct text said = TEXT_EMPTY;
    int status = -1;
    lua_settop(runtime->main, 0);
    observe_begin(runtime->main, evaluator, chunk->continues);
    evaluator->attempt.language = chunk->language;
    outcome->chunk = runtime->net.chunk = ++evaluator->chunks;
    evaluator->first_event = ring_next(runtime->net.ring);
    runtime_rest(runtime, false);
    if (evaluator->workshop == NULL) {
        outcome_fail(outcome, "OSError", memory_copy("this session runs no programs"));
    } else {
        char **arguments = arguments_take(runtime->main);
        bool built = workshop_build(evaluator->workshop, &source, &watcher, &said);
        take_words(outcome, chunk, &said, built);
        if (built && arguments != NULL)
            status = run(evaluator, outcome, arguments, &watcher);
        arguments_free(arguments);
    }
    if (runtime->stop && outcome->kind == OUTCOME_ERROR)
        outcome->kind = OUTCOME_INTERRUPTED;
    runtime_rest(runtime, true);
    settle(runtime);
    evaluator->last_event = ring_next(runtime->net.ring);
    observe_end(evaluator, outcome->elapsed);
    keep_for_checks(evaluator, outcome, status);
    text_free(&said);
    return outcome;
}
