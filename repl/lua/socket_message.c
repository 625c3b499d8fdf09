#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/bytearray.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/object.h"
#include "net/policy.h"

#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* --- ancillary data ------------------------------------------------------------------------------------- */

/*
 * Room for ancillary data, and the descriptors that came in it: until they are handed over, leaving the block
 * by an error closes them.
 */
struct control {
    struct object object;
    size_t received; /* bytes of it that may hold descriptors nobody else has */
    _Alignas(struct cmsghdr) char bytes[];
};

static void close_received(const struct net *net, const struct cmsghdr *part)
{
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
        policy_forget(net, fd);
        close(fd);
    }
}

static struct msghdr control_header(char *bytes, size_t length)
{
    return (struct msghdr){.msg_control = bytes, .msg_controllen = length};
}

static int control_close(lua_State *L);

static const struct object_kind control_kind = {
    .name = "ancillary data",
    .metamethods = (const luaL_Reg[]){{"__close", control_close}, {NULL, NULL}},
};

static int control_close(lua_State *L)
{
    struct control *control = object_check(L, 1, &control_kind, "ancillary data");
    struct msghdr header = control_header(control->bytes, control->received);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part != NULL; part = CMSG_NXTHDR(&header, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
            close_received(socket_net(L), part);
    control->received = 0;
    return 0;
}

static struct control *push_control(lua_State *L, size_t length)
{
    struct control *control = object_push(L, &control_kind, sizeof *control + length);
    lua_toclose(L, -1);
    return control;
}

/* Pushes {level, type, data}. */
static void push_part(lua_State *L, const struct cmsghdr *part)
{
    lua_pushinteger(L, part->cmsg_level);
    lua_pushinteger(L, part->cmsg_type);
    lua_pushlstring(L, (const char *)CMSG_DATA(part), part->cmsg_len - CMSG_LEN(0));
    push_list(L, 3);
}

static void push_parts(lua_State *L, struct control *control)
{
    struct msghdr header = control_header(control->bytes, control->received);
    lua_newtable(L);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part != NULL; part = CMSG_NXTHDR(&header, part)) {
        push_part(L, part);
        lua_rawseti(L, -2, luaL_len(L, -2) + 1);
    }
}

/* The parts of one item {level, type, data}; the data stays on the stack. */
static const char *item_data(lua_State *L, int index, int *level, int *type, size_t *length)
{
    if (lua_type(L, index) != LUA_TTABLE || luaL_len(L, index) != 3)
        error_throw(L, "TypeError", "sendmsg(): ancillary data is a table of {level, type, data}");
    lua_geti(L, index, 1);
    lua_geti(L, index, 2);
    lua_geti(L, index, 3);
    *level = argument_integer(L, -3, "the level of ancillary data");
    *type = argument_integer(L, -2, "the type of ancillary data");
    return argument_bytes(L, -1, "the ancillary data", length);
}

/* The room that all items need. */
static size_t control_space(lua_State *L, int index)
{
    size_t space = 0;
    int count = argument_length(L, index);
    for (int i = 1; i <= count; i++) {
        int level, type, top = lua_gettop(L);
        size_t length;
        lua_geti(L, index, i);
        item_data(L, top + 1, &level, &type, &length);
        if (length > INT_MAX - CMSG_SPACE(0) || space + CMSG_SPACE(length) > INT_MAX)
            error_throw(L, "OSError", "ancillary data item too large");
        space += CMSG_SPACE(length);
        lua_settop(L, top);
    }
    return space;
}

/* Writes the items into the room; one that grew meanwhile, in a table with a metatable, is refused. */
static void write_items(lua_State *L, int index, struct control *control, size_t space)
{
    struct msghdr header = control_header(control->bytes, space);
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    int count = argument_length(L, index);
    for (int i = 1; i <= count; i++) {
        int top = lua_gettop(L);
        size_t length;
        int level, type;
        lua_geti(L, index, i);
        const char *data = item_data(L, top + 1, &level, &type, &length);
        if (part == NULL || (char *)part + CMSG_SPACE(length) > control->bytes + space)
            error_throw(L, "ValueError", "the ancillary data changed while it was read");
        part->cmsg_level = level;
        part->cmsg_type = type;
        part->cmsg_len = CMSG_LEN(length);
        memcpy(CMSG_DATA(part), data, length);
        part = CMSG_NXTHDR(&header, part);
        lua_settop(L, top);
    }
}

/* --- parts of ordinary data ----------------------------------------------------------------------------- */

/* The kernel takes no more parts at once. */
#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

/*
 * The parts in the table at the index.  They stay on the stack, so that nothing that runs meanwhile can take
 * their bytes away; `writable` ones are bytearrays.
 */
static void take_parts(lua_State *L, int index, struct net_message *message, bool writable)
{
    const char *call = writable ? "recvmsg_into" : "sendmsg";
    if (lua_type(L, index) != LUA_TTABLE)
        error_throw(L, "TypeError", "%s(): the buffers must be a table of %s, not %s", call,
                    writable ? "bytearrays" : "strings", error_kind(L, index));
    int count = argument_length(L, index);
    if (count > IOV_MAX)
        error_raise(L, status_errno(call, EMSGSIZE));
    luaL_checkstack(L, count + 8, "buffers");
    message->parts = lua_newuserdatauv(L, (size_t)(count > 0 ? count : 1) * sizeof *message->parts, 0);
    message->count = (size_t)count;
    for (int i = 0; i < count; i++) {
        size_t length;
        lua_geti(L, index, i + 1);
        void *bytes = writable ? bytearray_check(L, -1, &length) : (void *)argument_bytes(L, -1, "a buffer", &length);
        message->parts[i] = (struct iovec){bytes, length};
    }
}

/* --- methods -------------------------------------------------------------------------------------------- */

static int send_message(lua_State *L, struct net_socket *s, struct net_message *message, int flags)
{
    size_t sent;
    error_check(L, socket_send_message(socket_net(L), s, message, flags, &sent));
    lua_pushinteger(L, (lua_Integer)sent);
    return 1;
}

static void take_control(lua_State *L, int index, struct net_message *message)
{
    if (lua_type(L, index) != LUA_TTABLE)
        error_throw(L, "TypeError", "sendmsg(): ancillary data is a table of {level, type, data}, not %s",
                    error_kind(L, index));
    size_t space = control_space(L, index);
    if (space == 0)
        return;
    struct control *control = push_control(L, space);
    write_items(L, index, control, space);
    message->control = control->bytes;
    message->control_length = space;
}

static int s_sendmsg(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 5, "s:sendmsg(buffers, ancillary, flags, address)");
    int count = lua_gettop(L);
    struct net_message message = {.parts = NULL};
    struct address to;
    int flags = count >= 4 ? argument_integer(L, 4, "the flags") : 0;
    if (count == 5 && !lua_isnil(L, 5)) {
        if ((s->family == AF_INET || s->family == AF_INET6) && lua_type(L, 5) != LUA_TTABLE)
            return error_throw(L, "TypeError", "sendmsg(): the address must be a table {host, port}");
        argument_address(L, 5, s->family, "sendmsg", &to);
        message.address = &to;
    }
    take_parts(L, 2, &message, false);
    if (count >= 3)
        take_control(L, 3, &message);
    return send_message(L, s, &message, flags);
}

static size_t checked_control_size(lua_State *L, int index)
{
    int size = lua_gettop(L) < index ? 0 : argument_size(L, index, "the size of ancillary data");
    if (size < 0 || size == INT_MAX)
        error_throw(L, "ValueError", "invalid ancillary data buffer length");
    return (size_t)size;
}

/* Room on the stack for one part; what it may receive, when the size makes sense. */
static void make_part(lua_State *L, struct net_message *message, struct iovec *part, int size)
{
    if (size < 0)
        error_throw(L, "ValueError", "negative buffer size in recvmsg()");
    *part = (struct iovec){lua_newuserdatauv(L, (size_t)size, 0), (size_t)size};
    message->parts = part;
    message->count = 1;
}

/*
 * Receives into the parts; pushes the data of the only one, or how much came `into` several, then what `push` makes
 * of the ancillary data, the flags and the address.  An error closes the descriptors that came.
 */
static int receive_message(lua_State *L, struct net_socket *s, struct net_message *message, size_t control_size,
                           int flags, bool into, void (*push)(lua_State *L, struct control *control))
{
    size_t received;
    struct address from = {.length = 0};
    struct control *control = push_control(L, control_size);
    message->address = &from;
    message->control = control->bytes;
    message->control_length = control_size;
    error_check(L, socket_receive_message(socket_net(L), s, message, flags, &received));
    control->received = message->control_length;
    if (into)
        lua_pushinteger(L, (lua_Integer)received);
    else /* with MSG_TRUNC the kernel counts a whole datagram, also what did not fit */
        lua_pushlstring(L, message->parts->iov_base,
                        received < message->parts->iov_len ? received : message->parts->iov_len);
    push(L, control);
    lua_pushinteger(L, message->flags);
    push_address(L, &from);
    control->received = 0;
    return 4;
}

static int s_recvmsg(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 4, "s:recvmsg(size, ancillary_size, flags)");
    struct net_message message = {.count = 0};
    struct iovec part;
    int size = argument_size(L, 2, "the size");
    size_t control_size = checked_control_size(L, 3);
    int flags = argument_integer_or(L, 4, "the flags", 0);
    make_part(L, &message, &part, size);
    return receive_message(L, s, &message, control_size, flags, false, push_parts);
}

static int s_recvmsg_into(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 4, "s:recvmsg_into(bytearrays, ancillary_size, flags)");
    struct net_message message = {.count = 0};
    size_t control_size = checked_control_size(L, 3);
    int flags = argument_integer_or(L, 4, "the flags", 0);
    take_parts(L, 2, &message, true);
    return receive_message(L, s, &message, control_size, flags, true, push_parts);
}

/* --- descriptors ---------------------------------------------------------------------------------------- */

static int send_descriptors(lua_State *L)
{
    struct net_socket *s = socket_method(L, 3, 3, "socket.send_fds(sock, buffers, fds)");
    if (lua_type(L, 3) != LUA_TTABLE)
        return error_throw(L, "TypeError", "send_fds(): the descriptors must be a table of integers, not %s",
                           error_kind(L, 3));
    struct net_message message = {.parts = NULL};
    take_parts(L, 2, &message, false);
    int count = argument_length(L, 3);
    if (count > 1 << 16)
        return error_throw(L, "OSError", "ancillary data item too large");
    size_t length = (size_t)count * sizeof(int);
    struct control *control = push_control(L, CMSG_SPACE(length));
    struct cmsghdr *part = (struct cmsghdr *)control->bytes;
    *part = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(length)};
    for (int i = 0; i < count; i++) {
        lua_geti(L, 3, i + 1);
        int fd = argument_integer(L, -1, "a descriptor");
        memcpy(CMSG_DATA(part) + (size_t)i * sizeof fd, &fd, sizeof fd);
        lua_pop(L, 1);
    }
    message.control = control->bytes;
    message.control_length = CMSG_SPACE(length);
    return send_message(L, s, &message, 0);
}

/* Pushes the list of the descriptors that came. */
static void push_descriptors(lua_State *L, struct control *control)
{
    struct msghdr header = control_header(control->bytes, control->received);
    lua_newtable(L);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part != NULL; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            lua_pushinteger(L, fd);
            lua_rawseti(L, -2, luaL_len(L, -2) + 1);
        }
    }
}

static int receive_descriptors(lua_State *L)
{
    struct net_socket *s = socket_method(L, 3, 4, "socket.recv_fds(sock, size, maxfds, flags)");
    int size = argument_size(L, 2, "the size"), most = argument_size(L, 3, "the number of descriptors");
    int flags = argument_integer_or(L, 4, "the flags", 0);
    struct net_message message = {.count = 0};
    struct iovec part;
    make_part(L, &message, &part, size);
    if (most < 0 || most > 1 << 16)
        return error_throw(L, "OverflowError", "CMSG_LEN() argument out of range");
    return receive_message(L, s, &message, CMSG_LEN((size_t)most * sizeof(int)), flags, false, push_descriptors);
}

static size_t control_argument(lua_State *L, const char *call)
{
    lua_Integer length = 0;
    if (lua_gettop(L) != 1 || !enum_integer(L, 1, &length))
        error_throw(L, "TypeError", "%s() takes one integer, a number of bytes", call);
    if (length < 0 || length > INT_MAX - (lua_Integer)CMSG_SPACE(0))
        error_throw(L, "OverflowError", "%s() argument out of range", call);
    return (size_t)length;
}

static int control_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)CMSG_LEN(control_argument(L, "CMSG_LEN")));
    return 1;
}

static int control_room(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)CMSG_SPACE(control_argument(L, "CMSG_SPACE")));
    return 1;
}

const struct function_row socket_message_methods[] = {
    {"sendmsg", s_sendmsg},
    {"recvmsg", s_recvmsg},
    {"recvmsg_into", s_recvmsg_into},
    {NULL, NULL},
};

const struct function_row socket_message_functions[] = {
    {"send_fds", send_descriptors},
    {"recv_fds", receive_descriptors},
    {"CMSG_LEN", control_length},
    {"CMSG_SPACE", control_room},
    {NULL, NULL},
};
