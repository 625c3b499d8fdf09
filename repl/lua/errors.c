#include "lua/errors.h"

#include <errno.h>
#include <lauxlib.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

const struct error_class error_classes[] = {
    {"Exception", NULL},
    {"KeyboardInterrupt", NULL},
    {"TypeError", "Exception"},
    {"ValueError", "Exception"},
    {"OverflowError", "Exception"},
    {"KeyError", "Exception"},
    {"AttributeError", "Exception"},
    {"IndexError", "Exception"},
    {"OSError", "Exception"},
    {"BlockingIOError", "OSError"},
    {"ChildProcessError", "OSError"},
    {"ConnectionError", "OSError"},
    {"BrokenPipeError", "ConnectionError"},
    {"ConnectionAbortedError", "ConnectionError"},
    {"ConnectionRefusedError", "ConnectionError"},
    {"ConnectionResetError", "ConnectionError"},
    {"FileExistsError", "OSError"},
    {"FileNotFoundError", "OSError"},
    {"InterruptedError", "OSError"},
    {"IsADirectoryError", "OSError"},
    {"NotADirectoryError", "OSError"},
    {"PermissionError", "OSError"},
    {"ProcessLookupError", "OSError"},
    {"UnsupportedOperation", "OSError"},
    {"TimeoutError", "OSError"},
    {"gaierror", "OSError"},
    {"herror", "OSError"},
    {"ExceptionGroup", "Exception"},
    {"RuntimeError", "Exception"},
    {"ResourceWarning", "Exception"},
    {NULL, NULL},
};

static const struct {
    int code;
    const char *class;
} classes_by_errno[] = {
    {EAGAIN, "BlockingIOError"},
    {EALREADY, "BlockingIOError"},
    {EINPROGRESS, "BlockingIOError"},
    {ECHILD, "ChildProcessError"},
    {EPIPE, "BrokenPipeError"},
    {ESHUTDOWN, "BrokenPipeError"},
    {ECONNABORTED, "ConnectionAbortedError"},
    {ECONNREFUSED, "ConnectionRefusedError"},
    {ECONNRESET, "ConnectionResetError"},
    {EEXIST, "FileExistsError"},
    {ENOENT, "FileNotFoundError"},
    {EINTR, "InterruptedError"},
    {EISDIR, "IsADirectoryError"},
    {ENOTDIR, "NotADirectoryError"},
    {EACCES, "PermissionError"},
    {EPERM, "PermissionError"},
    {ESRCH, "ProcessLookupError"},
    {ETIMEDOUT, "TimeoutError"},
};

const char *error_class_of_errno(int code)
{
    for (size_t i = 0; i < sizeof classes_by_errno / sizeof *classes_by_errno; i++)
        if (classes_by_errno[i].code == code)
            return classes_by_errno[i].class;
    return "OSError";
}

static const struct error_class *find_class(const char *name)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class ++)
        if (strcmp(class->name, name) == 0)
            return class;
    return NULL;
}

bool error_class_is(const char *name, const char *ancestor)
{
    while (name != NULL) {
        if (strcmp(name, ancestor) == 0)
            return true;
        const struct error_class *class = find_class(name);
        name = class ? class->parent : NULL;
    }
    return false;
}

/* --- class objects -------------------------------------------------------------------------------------- */

static const char classes_key = 0;

/* error:isa(name or class) */
static int isa(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 1) != LUA_TTABLE || lua_getfield(L, 1, "class") != LUA_TSTRING)
        return error_throw(L, "TypeError", "isa() is a method of an error object: write err:isa(OSError)");
    if (lua_type(L, 2) == LUA_TTABLE)
        lua_getfield(L, 2, "class");
    else
        lua_pushvalue(L, 2);
    const char *ancestor = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    if (ancestor == NULL || find_class(ancestor) == NULL)
        return error_throw(L, "TypeError", "isa() takes an error class or its name, such as OSError or \"OSError\"");
    lua_pushboolean(L, error_class_is(lua_tostring(L, -2), ancestor));
    return 1;
}

/* "Class: message", and "Class" alone when there is none. */
static int instance_text(lua_State *L)
{
    lua_getfield(L, 1, "class");
    lua_getfield(L, 1, "message");
    const char *class = lua_tostring(L, -2), *message = lua_tostring(L, -1);
    if (message == NULL || *message == '\0')
        lua_pushstring(L, class ? class : "Exception");
    else
        lua_pushfstring(L, "%s: %s", class ? class : "Exception", message);
    return 1;
}

static int class_text(lua_State *L)
{
    lua_getfield(L, 1, "class");
    lua_pushfstring(L, "<class '%s'>", lua_tostring(L, -1));
    return 1;
}

/* Sets the arguments, from index 2 to `last`, as the field `args` of the error on top of the stack. */
static void set_arguments(lua_State *L, int last)
{
    lua_createtable(L, last - 1, 0);
    for (int i = 2; i <= last; i++) {
        lua_pushvalue(L, i);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setfield(L, -2, "args");
}

/* OSError(111, "x") chooses its class by errno; with one argument the class stays and errno is nil. */
static int construct(lua_State *L)
{
    int last = lua_gettop(L);
    lua_getfield(L, 1, "class");
    const char *class = lua_tostring(L, -1);
    if (last > 2 && lua_isinteger(L, 2) && error_class_is(class, "OSError")) {
        int code = (int)lua_tointeger(L, 2);
        if (strcmp(class, "OSError") == 0)
            class = error_class_of_errno(code);
        error_push(L, class, code, luaL_tolstring(L, 3, NULL), NULL);
    } else {
        error_push(L, class, 0, NULL, last >= 2 ? luaL_tolstring(L, 2, NULL) : "");
    }
    set_arguments(L, last);
    return 1;
}

/* What the error was made of: errno and text, or the message. */
static void push_arguments(lua_State *L, int index)
{
    static const char *const parts[] = {"errno", "strerror", "message"};
    lua_newtable(L);
    bool coded = lua_getfield(L, index, "errno") != LUA_TNIL;
    lua_pop(L, 1);
    for (int i = coded ? 0 : 2, n = 1; i < (coded ? 2 : 3); i++, n++) {
        lua_getfield(L, index, parts[i]);
        lua_rawseti(L, -2, n);
    }
}

/* What is not in the error itself: `args`, or what stands in its class, upvalue 1. */
static int instance_index(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL || lua_type(L, 1) != LUA_TTABLE ||
        lua_type(L, 2) != LUA_TSTRING || strcmp(lua_tostring(L, 2), "args") != 0)
        return 1;
    push_arguments(L, 1);
    return 1;
}

/* Sets what belongs to the class, the table on top of the stack. */
static void fill_class(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_setfield(L, -2, "class");
    lua_pushcfunction(L, isa);
    lua_setfield(L, -2, "isa");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, instance_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, instance_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, construct);
    lua_setfield(L, -2, "__call");
    lua_pushcfunction(L, class_text);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2);
}

static void make_class(lua_State *L, const char *name)
{
    lua_createtable(L, 0, 5);
    fill_class(L, name);
}

void error_mend_classes(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &classes_key) == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            lua_pushnil(L);
            lua_setmetatable(L, -2);
            fill_class(L, lua_tostring(L, -2));
        }
    lua_pop(L, 1);
}

void error_push_class(lua_State *L, const char *name)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &classes_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &classes_key);
    }
    if (lua_getfield(L, -1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        make_class(L, name);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, name);
    }
    lua_remove(L, -2);
}

/* --- error objects -------------------------------------------------------------------------------------- */

void error_push(lua_State *L, const char *class, int code, const char *text, const char *message)
{
    lua_createtable(L, 0, 3);
    if (text != NULL) {
        lua_pushinteger(L, code);
        lua_setfield(L, -2, "errno");
        lua_pushstring(L, text);
        lua_setfield(L, -2, "strerror");
        lua_pushfstring(L, "[Errno %d] %s", code, text);
    } else {
        lua_pushstring(L, message);
    }
    lua_setfield(L, -2, "message");
    error_push_class(L, class);
    lua_setmetatable(L, -2);
}

bool error_is(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || luaL_getmetafield(L, index, "class") == LUA_TNIL)
        return false;
    bool ours = lua_type(L, -1) == LUA_TSTRING && find_class(lua_tostring(L, -1)) != NULL;
    lua_pop(L, 1);
    return ours;
}

int error_throw(lua_State *L, const char *class, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const char *message = lua_pushvfstring(L, format, list);
    va_end(list);
    error_push(L, class, 0, NULL, message);
    return lua_error(L);
}

static const char kept_key = 0;

void error_keep(lua_State *L)
{
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
}

static void push_kept(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
}

/* Behind the message of the error on top of the stack; `strerror` stays as it is. */
static void add_hint(lua_State *L, const char *hint)
{
    if (hint == NULL)
        return;
    lua_getfield(L, -1, "message");
    lua_pushfstring(L, "%s: %s", lua_tostring(L, -1), hint);
    lua_setfield(L, -3, "message");
    lua_pop(L, 1);
}

void error_push_status(lua_State *L, struct status status)
{
    switch (status.kind) {
    case STATUS_FINE:
        lua_pushnil(L);
        break;
    case STATUS_ERRNO:
        error_push(L, error_class_of_errno(status.error), status.error, strerror(status.error), NULL);
        break;
    case STATUS_TIMED_OUT:
        error_push(L, "TimeoutError", 0, NULL, "timed out");
        break;
    case STATUS_INTERRUPTED:
        push_kept(L);
        break;
    case STATUS_NAME:
        error_push(L, "gaierror", status.error, gai_strerror(status.error), NULL);
        add_hint(L, status.text);
        break;
    case STATUS_HOST:
        error_push(L, "herror", status.error, hstrerror(status.error), NULL);
        add_hint(L, status.text);
        break;
    case STATUS_DENIED:
        error_push(L, "PermissionError", 0, NULL, status.text);
        break;
    case STATUS_PLAIN:
        error_push(L, "OSError", 0, NULL, status.text);
        break;
    }
}

int error_raise(lua_State *L, struct status status)
{
    error_push_status(L, status);
    return lua_error(L);
}

const char *error_kind(lua_State *L, int index)
{
    static const char *const kinds[] = {
        [LUA_TNIL] = "nil",
        [LUA_TBOOLEAN] = "a boolean",
        [LUA_TLIGHTUSERDATA] = "a pointer",
        [LUA_TNUMBER] = "a number",
        [LUA_TSTRING] = "a string",
        [LUA_TTABLE] = "a table",
        [LUA_TFUNCTION] = "a function",
        [LUA_TUSERDATA] = "an object",
        [LUA_TTHREAD] = "a coroutine",
    };
    int type = lua_type(L, index);
    return type < 0 ? "nothing" : kinds[type];
}
