/*
 * plain.h: Lua's values as plain data, on their way to another process.  Floor: session.
 *
 * Numbers, strings, tables without a metatable and errors arrive as what they are.  Everything else (functions,
 * sockets) stays where it is: the other side gets a reference, and asks.
 */
#ifndef SOCKRATES_SESSION_PLAIN_H
#define SOCKRATES_SESSION_PLAIN_H

#include <jansson.h>
#include <lua.h>

/* How strings with any bytes go through JSON. */
#define PLAIN_DECODING (JSON_DECODE_ANY | JSON_ALLOW_NUL)

/* A new reference to what the value at the index is; what cannot be plain is kept here under its number. */
json_t *plain_from(lua_State *L, int index);

/*
 * Pushes the value.  A number of something that is kept here is that again; one of something that is kept elsewhere is
 * pushed by `push_foreign`, NULL for nil.
 */
typedef void plain_push_foreign(lua_State *L, const json_t *reference);
void plain_push(lua_State *L, const json_t *value, plain_push_foreign *push_foreign);

/* What is kept elsewhere is sent back by this number; see remote.h.  0: it is not such a thing. */
typedef lua_Integer plain_number_of(lua_State *L, int index);
json_t *plain_from_with(lua_State *L, int index, plain_number_of *number_of);

#endif
