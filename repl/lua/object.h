/*
 * object.h: what the userdata of our modules have in common.  Floor: lua.
 *
 * A userdata of ours begins with a struct object, which names its kind.  Nothing a learner can do changes
 * that word, so one comparison tells whether a value is what a call needs.
 */
#ifndef SOCKRATES_LUA_OBJECT_H
#define SOCKRATES_LUA_OBJECT_H

#include "lua/module.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct object_kind {
    const char *name;                          /* as errors and completion call it: "socket.socket" */
    const struct function_row *const *methods; /* arrays of rows, ended by NULL; NULL for none */
    /* Pushes the field and returns true, or pushes nothing; NULL: it has no fields. */
    bool (*field)(lua_State *L, void *object, const char *name);
    /* Pushes the element with this number and returns true; NULL: it has no elements. */
    bool (*element)(lua_State *L, void *object, lua_Integer index);
    /* Sets the element to what stands at index 3 or raises; NULL: they cannot be set. */
    void (*set_element)(lua_State *L, void *object, lua_Integer index);
    const char *fixed;           /* what an attempt to set anything else is told */
    const luaL_Reg *metamethods; /* whatever else its metatable holds; ended by a NULL name */
    int values;                  /* how many Lua values it keeps */
    /*
     * What the fields say, as one number above 0; 0 when one number cannot say it; NULL for kinds that never
     * do. Objects of one shape share a metatable in which methods and fields stand ready: finding them there
     * takes a fifth of what a call of C takes.
     */
    lua_Integer (*shape)(const void *object);
    const char *const *fields; /* the names of the fields that a shape holds; ended by NULL */
};

struct object {
    const struct object_kind *kind;
};

/* Pushes a new object of `size` bytes, zeroed but for its kind. */
void *object_push(lua_State *L, const struct object_kind *kind, size_t size);

/* The same without a metatable, which object_reshape() gives it before anything is in it that must be closed. */
void *object_push_bare(lua_State *L, const struct object_kind *kind, size_t size);

/* Gives the object at the index the metatable of its shape: when it was made, and when fields have changed.
 */
void object_reshape(lua_State *L, int index);

/* The object at the index when it is of this kind, else NULL. */
static inline void *object_test(lua_State *L, int index, const struct object_kind *kind)
{
    struct object *object = lua_touserdata(L, index);
    return object != NULL && lua_rawlen(L, index) >= sizeof *object && object->kind == kind ? object : NULL;
}

/* Raises TypeError: `needed`, "a socket", does not stand at the index. */
int object_missing(lua_State *L, int index, const char *needed);

/* The object at the index; TypeError when it is something else. */
static inline void *object_check(lua_State *L, int index, const struct object_kind *kind, const char *needed)
{
    void *object = object_test(L, index, kind);
    if (object == NULL)
        object_missing(L, index, needed);
    return object;
}

#endif
