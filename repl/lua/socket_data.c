#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/bytearray.h"
#include "lua/enums.h"
#include "lua/errors.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

static inline size_t checked_size(lua_State *L, int index, const char *call)
{
    int size = argument_size(L, index, "the size");
    if (size < 0)
        error_throw(L, "ValueError", "negative buffersize in %s", call);
    return (size_t)size;
}

static int push_count(lua_State *L, struct status status, const size_t *count)
{
    error_check(L, status);
    lua_pushinteger(L, (lua_Integer)*count);
    return 1;
}

/* --- receiving ------------------------------------------------------------------------------------------ */

/* What one call receives goes through room on the C stack; beyond this size through Lua's memory. */
#define ROOM 65536

/* Room for what one call may receive; zeroed when the kernel may leave it as it is. */
static char *make_room(lua_State *L, char *room, luaL_Buffer *large, size_t size, int flags)
{
    char *bytes = size <= ROOM ? room : luaL_buffinitsize(L, large, size);
    if (flags & MSG_TRUNC)
        memset(bytes, 0, size);
    return bytes;
}

/* With MSG_TRUNC the kernel counts a whole datagram: as in Python what did not fit counts, here as zeros. */
static void push_much(lua_State *L, const char *room, luaL_Buffer *large, size_t size, size_t received)
{
    if (size <= ROOM) {
        luaL_buffinit(L, large);
        luaL_addlstring(large, room, size);
    } else {
        luaL_addsize(large, received < size ? received : size);
    }
    for (size_t i = size; i < received; i++)
        luaL_addchar(large, '\0');
    luaL_pushresult(large);
}

static inline void push_received(lua_State *L, const char *room, luaL_Buffer *large, size_t size, size_t received)
{
    if (received <= size && size <= ROOM)
        lua_pushlstring(L, room, received);
    else
        push_much(L, room, large, size, received);
}

static int s_recv(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    int count = argument_count(L, 2, 3, "s:recv(size, flags)");
    size_t size = checked_size(L, 2, "recv"), received;
    int flags = count == 3 ? argument_integer(L, 3, "the flags") : 0;
    char room[ROOM];
    luaL_Buffer large;
    if (size == 0)
        return lua_pushliteral(L, ""), 1;
    char *bytes = make_room(L, room, &large, size, flags);
    error_check(L, socket_receive(socket_net(L), s, bytes, size, flags, &received));
    push_received(L, room, &large, size, received);
    return 1;
}

static int s_recvfrom(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    int count = argument_count(L, 2, 3, "s:recvfrom(size, flags)");
    size_t size = checked_size(L, 2, "recvfrom"), received;
    int flags = count == 3 ? argument_integer(L, 3, "the flags") : 0;
    struct address from;
    char room[ROOM];
    luaL_Buffer large;
    char *bytes = make_room(L, room, &large, size, flags);
    error_check(L, socket_receive_from(socket_net(L), s, bytes, size, flags, &received, &from));
    push_received(L, room, &large, size, received);
    push_address(L, &from);
    return 2;
}

/* The bytearray at index 2, and how much of it is wanted. */
static char *checked_buffer(lua_State *L, const char *call, const char *too_small, size_t *size)
{
    size_t length;
    char *bytes = bytearray_check(L, 2, &length);
    *size = lua_gettop(L) >= 3 ? checked_size(L, 3, call) : 0;
    if (*size > length)
        error_throw(L, "ValueError", "%s", too_small);
    if (*size == 0)
        *size = length;
    return bytes;
}

static int s_recv_into(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 4, "s:recv_into(bytearray, size, flags)");
    size_t size, received = 0;
    char *bytes = checked_buffer(L, "recv_into", "buffer too small for requested bytes", &size);
    int flags = argument_integer_or(L, 4, "the flags", 0);
    struct status status = size > 0 ? socket_receive(socket_net(L), s, bytes, size, flags, &received) : STATUS_OK;
    return push_count(L, status, &received);
}

static int s_recvfrom_into(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 4, "s:recvfrom_into(bytearray, size, flags)");
    struct address from;
    size_t size, received;
    char *bytes = checked_buffer(L, "recvfrom_into", "nbytes is greater than the length of the buffer", &size);
    int flags = argument_integer_or(L, 4, "the flags", 0);
    error_check(L, socket_receive_from(socket_net(L), s, bytes, size, flags, &received, &from));
    lua_pushinteger(L, (lua_Integer)received);
    push_address(L, &from);
    return 2;
}

/* --- sending -------------------------------------------------------------------------------------------- */

static int s_send(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    int count = argument_count(L, 2, 3, "s:send(data, flags)");
    size_t length, sent;
    const char *data = argument_bytes(L, 2, "the data", &length);
    int flags = count == 3 ? argument_integer(L, 3, "the flags") : 0;
    return push_count(L, socket_send(socket_net(L), s, data, length, flags, &sent), &sent);
}

static int s_sendall(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 3, "s:sendall(data, flags)");
    size_t length, sent;
    const char *data = argument_bytes(L, 2, "the data", &length);
    int flags = argument_integer_or(L, 3, "the flags", 0);
    return error_check(L, socket_send_all(socket_net(L), s, data, length, flags, &sent));
}

/* sendto(data, address) or sendto(data, flags, address): the address is one argument here. */
static int s_sendto(lua_State *L)
{
    static const char usage[] = "s:sendto(data, address) or s:sendto(data, flags, address)";
    struct net_socket *s = socket_method(L, 3, 4, usage);
    struct address to;
    size_t length, sent;
    const char *data = argument_bytes(L, 2, "the data", &length);
    bool internet = s->family == AF_INET || s->family == AF_INET6;
    if (internet && lua_type(L, -1) != LUA_TTABLE)
        return error_throw(L, "TypeError", "sendto(): the address must be a table: s:sendto(data, {host, port})");
    int flags = lua_gettop(L) == 4 ? argument_integer(L, 3, "the flags") : 0;
    argument_address(L, lua_gettop(L), s->family, "sendto", &to);
    return push_count(L, socket_send_to(socket_net(L), s, data, length, flags, &to, &sent), &sent);
}

/* --- sending a file ------------------------------------------------------------------------------------- */

static int64_t whole_number(lua_State *L, int index, const char *what)
{
    lua_Integer value;
    if (!enum_integer(L, index, &value))
        error_throw(L, "TypeError", "the %s must be an integer, not %s", what, error_kind(L, index));
    if (value < 0 || (value == 0 && index == 4))
        error_throw(L, "ValueError", "%s must be a %s integer (got %I)", what, index == 4 ? "positive" : "non-negative",
                    (LUAI_UACINT)value);
    return value;
}

static FILE *checked_file(lua_State *L, int index)
{
    luaL_Stream *stream = luaL_testudata(L, index, LUA_FILEHANDLE);
    if (stream == NULL)
        error_throw(L, "TypeError", "sendfile() takes a file of io.open(), not %s", error_kind(L, index));
    if (stream->closef == NULL)
        error_throw(L, "ValueError", "I/O operation on closed file.");
    return stream->f;
}

/* Until `count` bytes were sent or the file ends. */
static struct status send_file(lua_State *L, struct net_socket *s, int file, int64_t *offset, int64_t count)
{
    const int64_t most = 1 << 30, end = count > INT64_MAX - *offset ? INT64_MAX : *offset + count;
    struct status status = STATUS_OK;
    size_t sent = 1;
    while (status_fine(status) && sent > 0 && *offset < end) {
        struct net_deadline deadline = NET_DEADLINE(s->timeout);
        int64_t left = end - *offset;
        status =
            socket_send_file(socket_net(L), s, file, offset, (size_t)(left < most ? left : most), &deadline, &sent);
    }
    return status;
}

static int s_sendfile(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 4, "s:sendfile(file, offset, count)");
    FILE *file = checked_file(L, 2);
    int64_t start = lua_isnoneornil(L, 3) ? 0 : whole_number(L, 3, "offset");
    int64_t count = lua_isnoneornil(L, 4) ? INT64_MAX : whole_number(L, 4, "count");
    if (s->timeout == NET_NOW)
        return error_throw(L, "ValueError", "non-blocking sockets are not supported");
    if (s->type != SOCK_STREAM)
        return error_throw(L, "ValueError", "only SOCK_STREAM type sockets are supported");
    fflush(file);
    int64_t offset = start;
    struct status status = send_file(L, s, fileno(file), &offset, count);
    fseeko(file, offset, SEEK_SET);
    size_t sent = (size_t)(offset - start);
    return push_count(L, status, &sent);
}

const struct function_row socket_data_methods[] = {
    {"recv", s_recv}, {"recv_into", s_recv_into}, {"recvfrom", s_recvfrom}, {"recvfrom_into", s_recvfrom_into},
    {"send", s_send}, {"sendall", s_sendall},     {"sendto", s_sendto},     {"sendfile", s_sendfile},
    {NULL, NULL},
};
