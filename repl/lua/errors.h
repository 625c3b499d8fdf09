/*
 * errors.h: Python's exceptions as Lua error objects, and the one door to raise them.  Floor: lua.
 *
 * An error is a table with `class`, `errno`, `strerror`, `message`, `args` and `isa`; its class is a callable table
 * that stands among the globals (OSError, TimeoutError, ...).  tostring(err) reads as Python prints it:
 * "ConnectionRefusedError: [Errno 111] Connection refused".
 */
#ifndef SOCKRATES_LUA_ERRORS_H
#define SOCKRATES_LUA_ERRORS_H

#include "base/status.h"
#include "trace/symbols.h"

#include <lua.h>

struct error_class {
    const char *name, *parent; /* parent NULL: the root, Exception */
};

/* All classes, parents first; ended by a NULL name. */
extern const struct error_class error_classes[];

/* The class for an errno value: "ConnectionRefusedError", or "OSError". */
const char *error_class_of_errno(int code);

/* True when `name` is `ancestor` or derives from it. */
bool error_class_is(const char *name, const char *ancestor);

/* Raises what the status says; STATUS_INTERRUPTED raises what the signal handler raised.  Never returns. */
int error_raise(lua_State *L, struct status status);

/* Raises it unless the status is fine: then 0, so that a function without results may end in it. */
static inline int error_check(lua_State *L, struct status status)
{
    return status_fine(status) ? 0 : error_raise(L, status);
}

/* Pushes what error_raise() raises; nil for STATUS_FINE. */
void error_push_status(lua_State *L, struct status status);

/* Keeps the value on top of the stack, which it pops, for the next STATUS_INTERRUPTED to raise. */
void error_keep(lua_State *L);

/* Raises an error of the class with a message made as lua_pushfstring() does.  Never returns. */
int error_throw(lua_State *L, const char *class, const char *format, ...);

/* Pushes an error object with code and text, or, text NULL, with nothing but a message. */
void error_push(lua_State *L, const char *class, int code, const char *text, const char *message);

/* Pushes the class object. */
void error_push_class(lua_State *L, const char *name);

/* Makes every class again what it was before anybody changed it. */
void error_mend_classes(lua_State *L);

/* True when the value at the index is an error object of ours. */
bool error_is(lua_State *L, int index);

/* "a string", "nil", "nothing", "a table": what stands at the index, for messages. */
const char *error_kind(lua_State *L, int index);

#endif
