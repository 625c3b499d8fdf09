#include "lua/socket.h"

#include "lab/peer.h"
#include "lua/arguments.h"
#include "lua/constants.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/module.h"
#include "lua/object.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct socket_object {
    struct object object;
    struct net_socket socket;
    int files;   /* made by makefile() and not yet closed */
    bool closed; /* close() was called; the descriptor waits for the last file */
    int namings; /* how often a name was looked for */
};

static const struct object_kind socket_object_kind;

struct net_socket *socket_push(lua_State *L)
{
    struct socket_object *object = object_push(L, &socket_object_kind, sizeof *object);
    object->socket = NET_SOCKET_CLOSED;
    return &object->socket;
}

struct net_socket *socket_push_as(lua_State *L, int family, int type, int protocol)
{
    struct socket_object *object = object_push_bare(L, &socket_object_kind, sizeof *object);
    object->socket = (struct net_socket){
        .fd = -1,
        .family = family,
        .type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC),
        .protocol = protocol,
        .timeout = type & SOCK_NONBLOCK ? NET_NOW : socket_net(L)->default_timeout,
    };
    object_reshape(L, -1);
    return &object->socket;
}

struct net_socket *socket_test(lua_State *L, int index)
{
    struct socket_object *object = object_test(L, index, &socket_object_kind);
    return object != NULL ? &object->socket : NULL;
}

static struct socket_object *check(lua_State *L, int index)
{
    return object_check(L, index, &socket_object_kind, "a socket");
}

#define NAMINGS_MOST 4

struct net_socket *socket_unnamed(lua_State *L, int index)
{
    struct socket_object *object = object_test(L, index, &socket_object_kind);
    if (object == NULL || object->socket.fd < 0 || object->namings >= NAMINGS_MOST)
        return NULL;
    object->namings++;
    return &object->socket;
}

void socket_named(lua_State *L, int index)
{
    check(L, index)->namings = NAMINGS_MOST;
}

struct net_socket *socket_check(lua_State *L, int index)
{
    return &check(L, index)->socket;
}

void socket_settled(lua_State *L, int index)
{
    object_reshape(L, index);
}

/* Ends what makes the `count` sockets on top of the stack. */
static int opened(lua_State *L, struct status status, int count)
{
    error_check(L, status);
    for (int i = 1; i <= count; i++)
        socket_settled(L, -i);
    return count;
}

/* --- creating ------------------------------------------------------------------------------------------- */

static int adopt(lua_State *L, int fd, int family, int type, int protocol)
{
    if (fd < 0)
        return error_throw(L, "ValueError", "negative file descriptor");
    struct net_socket *s = socket_push(L);
    return opened(L, socket_adopt(socket_net(L), s, fd, family, type, protocol), 1);
}

static int open_socket(lua_State *L, int family, int type, int protocol)
{
    family = family == -1 ? AF_INET : family;
    type = type == -1 ? SOCK_STREAM : type;
    protocol = protocol == -1 ? 0 : protocol;
    struct net_socket *s = socket_push_as(L, family, type, protocol);
    error_check(L, socket_open(socket_net(L), s, family, type, protocol));
    return 1;
}

/* socket.socket{family=, type=, proto=, fileno=} */
static int socket_of_keywords(lua_State *L)
{
    int family = keyword_integer(L, 1, "family", -1);
    int type = keyword_integer(L, 1, "type", -1);
    int protocol = keyword_integer(L, 1, "proto", -1);
    if (keyword_push(L, 1, "fileno"))
        return adopt(L, argument_integer(L, -1, "fileno"), family, type, protocol);
    return open_socket(L, family, type, protocol);
}

static int new_socket(lua_State *L)
{
    static const char *const known[] = {"family", "type", "proto", "fileno", NULL};
    int count = argument_count(L, 0, 4, "socket.socket(family, type, proto, fileno)");
    if (count == 1 && keywords_at(L, 1, "socket.socket", known))
        return socket_of_keywords(L);
    int family = count >= 1 ? argument_integer(L, 1, "the family") : -1;
    int type = count >= 2 ? argument_integer(L, 2, "the type") : -1;
    int protocol = count >= 3 ? argument_integer(L, 3, "the protocol") : -1;
    if (count == 4 && !lua_isnil(L, 4))
        return adopt(L, argument_integer(L, 4, "fileno"), family, type, protocol);
    return open_socket(L, family, type, protocol);
}

/* A socket over a copy of the descriptor, without the timeout that the original may have. */
static struct net_socket *push_copy(lua_State *L, int fd, int family, int type, int protocol)
{
    struct net_socket *s = socket_push(L);
    int copy;
    error_check(L, socket_duplicate(socket_net(L), fd, &copy));
    struct status status = socket_adopt(socket_net(L), s, copy, family, type, protocol);
    if (!status_fine(status)) {
        policy_forget(socket_net(L), copy);
        close(copy);
        error_raise(L, status);
    }
    return s;
}

static int from_descriptor(lua_State *L)
{
    argument_count(L, 3, 4, "socket.fromfd(fd, family, type, proto)");
    push_copy(L, argument_integer(L, 1, "the descriptor"), argument_integer(L, 2, "the family"),
              argument_integer(L, 3, "the type"), argument_integer_or(L, 4, "the protocol", 0));
    return opened(L, STATUS_OK, 1);
}

static int new_pair(lua_State *L)
{
    argument_count(L, 0, 3, "socket.socketpair(family, type, proto)");
    int family = lua_isnil(L, 1) ? AF_UNIX : argument_integer_or(L, 1, "the family", AF_UNIX);
    int type = argument_integer_or(L, 2, "the type", SOCK_STREAM);
    int protocol = argument_integer_or(L, 3, "the protocol", 0);
    struct net_socket *first = socket_push(L), *second = socket_push(L), pair[2];
    pair[0] = pair[1] = NET_SOCKET_CLOSED;
    struct net *net = socket_net(L);
    struct status status = socket_pair(net, pair, family, type, protocol);
    if (pair[0].fd >= 0)
        socket_move(net, first, &pair[0]);
    if (pair[1].fd >= 0)
        socket_move(net, second, &pair[1]);
    return opened(L, status, 2);
}

/* --- bare descriptors ----------------------------------------------------------------------------------- */

static int bare_descriptor(lua_State *L, const char *usage)
{
    argument_count(L, 1, 1, usage);
    int fd = argument_integer(L, 1, "the descriptor");
    return fd;
}

static int close_descriptor(lua_State *L)
{
    /* Through an object that is not seen, so that closing is the same everywhere. */
    struct net_socket bare = NET_SOCKET_CLOSED;
    bare.fd = bare_descriptor(L, "socket.close(fd)");
    if (bare.fd < 0)
        return error_raise(L, status_errno("close", EBADF));
    return error_check(L, socket_close(socket_net(L), &bare));
}

static int copy_descriptor(lua_State *L)
{
    int copy;
    error_check(L, socket_duplicate(socket_net(L), bare_descriptor(L, "socket.dup(fd)"), &copy));
    lua_pushinteger(L, copy);
    return 1;
}

/* --- closing, and what goes with the descriptor --------------------------------------------------------- */

static struct status close_object(lua_State *L, struct socket_object *object)
{
    object->closed = true;
    return object->files > 0 ? STATUS_OK : socket_close(socket_net(L), &object->socket);
}

void socket_hold(lua_State *L, int index)
{
    check(L, index)->files++;
}

struct status socket_release(lua_State *L, int index)
{
    struct socket_object *object = check(L, index);
    object->files--;
    return object->closed ? close_object(L, object) : STATUS_OK;
}

static int s_close(lua_State *L)
{
    struct socket_object *object = check(L, 1);
    argument_count(L, 1, 1, "s:close()");
    return error_check(L, close_object(L, object));
}

static int s_detach(lua_State *L)
{
    struct socket_object *object = check(L, 1);
    argument_count(L, 1, 1, "s:detach()");
    object->closed = true;
    lua_pushinteger(L, socket_detach(socket_net(L), &object->socket));
    return 1;
}

static int s_dup(lua_State *L)
{
    const struct net_socket *s = socket_method(L, 1, 1, "s:dup()");
    struct net_socket *copy = push_copy(L, s->fd, s->family, s->type, s->protocol);
    return opened(L, socket_set_timeout(socket_net(L), copy, s->timeout), 1);
}

static int s_fileno(lua_State *L)
{
    const struct net_socket *s = socket_method(L, 1, 1, "s:fileno()");
    lua_pushinteger(L, s->fd);
    return 1;
}

static int s_get_inheritable(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 1, "s:get_inheritable()");
    bool inheritable;
    error_check(L, socket_inheritable(socket_net(L), s, &inheritable));
    lua_pushboolean(L, inheritable);
    return 1;
}

static int s_set_inheritable(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 2, "s:set_inheritable(flag)");
    return error_check(L, socket_set_inheritable(socket_net(L), s, argument_truth(L, 2, "set_inheritable()")));
}

/* --- the object ----------------------------------------------------------------------------------------- */

/* As Python writes bytes: b'\x00name'. */
static void write_bytes(struct text *text, const char *bytes, size_t length)
{
    text_add(text, "b'");
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        bool plain = byte >= ' ' && byte < 0x7f && byte != '\'' && byte != '\\';
        text_format(text, plain ? "%c" : "\\x%02x", byte);
    }
    text_add(text, "'");
}

static void write_name(struct text *text, const struct net_socket *s, bool peer)
{
    struct address address;
    if (!socket_name_quietly(s, peer, &address))
        return;
    const char *label = peer ? "raddr" : "laddr";
    char host[ADDRESS_HOST_ROOM];
    size_t length;
    const char *path;
    switch (address.any.sa_family) {
    case AF_UNIX:
        path = address_unix_path(&address, &length);
        if (length > 0)
            text_format(text, ", %s=", label);
        if (length > 0 && *path == '\0')
            write_bytes(text, path, length);
        else
            text_add_bytes(text, path, length);
        break;
    case AF_INET:
        address_host(&address, host);
        text_format(text, ", %s=('%s', %u)", label, host, address_port(&address));
        break;
    case AF_INET6:
        address_bare_host(&address, host);
        text_format(text, ", %s=('%s', %u, %u, %u)", label, host, address_port(&address),
                    ntohl(address.in6.sin6_flowinfo), address.in6.sin6_scope_id);
        break;
    }
}

static int s_text(lua_State *L)
{
    const struct socket_object *object = check(L, 1);
    const struct net_socket *s = &object->socket;
    struct text text = TEXT_EMPTY;
    text_format(&text, "<socket.socket %sfd=%d, family=%d, type=%d, proto=%d",
                object->closed || s->fd < 0 ? "[closed] " : "", s->fd, s->family, s->type, s->protocol);
    write_name(&text, s, false);
    write_name(&text, s, true);
    text_add(&text, ">");
    push_text(L, &text);
    return 1;
}

/* At the end of its block: `local s <close> = socket.socket()`. */
static int s_leave(lua_State *L)
{
    return error_check(L, close_object(L, check(L, 1)));
}

/* Nobody can reach it any more, and it is still open: say so as Python does, and close it. */
static int s_collect(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    if (s->fd < 0)
        return 0;
    s_text(L);
    lua_warning(L, "ResourceWarning: unclosed ", 1);
    lua_warning(L, lua_tostring(L, -1), 0);
    socket_close(socket_net(L), s);
    return 0;
}

static bool socket_field(lua_State *L, void *object, const char *name)
{
    const struct net_socket *s = &((const struct socket_object *)object)->socket;
    if (strcmp(name, "family") == 0)
        enum_push(L, &address_family, s->family);
    else if (strcmp(name, "type") == 0)
        enum_push(L, &socket_kind, s->type);
    else if (strcmp(name, "proto") == 0)
        lua_pushinteger(L, s->protocol);
    else if (strcmp(name, "timeout") == 0)
        push_timeout(L, s->timeout);
    else
        return false;
    return true;
}

const struct function_row socket_methods[] = {
    {"close", s_close},
    {"detach", s_detach},
    {"dup", s_dup},
    {"fileno", s_fileno},
    {"get_inheritable", s_get_inheritable},
    {"set_inheritable", s_set_inheritable},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__tostring", s_text}, {"__close", s_leave}, {"__gc", s_collect}, {NULL, NULL}};

static const struct function_row *const all_methods[] = {
    socket_methods,
    socket_connect_methods,
    socket_data_methods,
    socket_message_methods,
    socket_option_methods,
    socket_file_methods,
    NULL,
};

/* Any other timeout has no shape: there are too many. */
static lua_Integer socket_shape(const void *object)
{
    const struct net_socket *s = &((const struct socket_object *)object)->socket;
    bool plain = s->family > 0 && s->family < 256 && s->type > 0 && s->type < 16 && s->protocol >= 0 &&
                 s->protocol < 512 && (s->timeout == NET_FOREVER || s->timeout == NET_NOW);
    return plain ? ((s->family * 16 + s->type) * 512 + s->protocol) * 2 + (s->timeout == NET_NOW) : 0;
}

static const struct object_kind socket_object_kind = {
    .name = "socket.socket",
    .methods = all_methods,
    .field = socket_field,
    .fixed = "a socket's fields cannot be set; settimeout() changes its timeout",
    .metamethods = metamethods,
    .shape = socket_shape,
    .fields = (const char *const[]){"family", "type", "proto", "timeout", NULL},
};

/* --- functions ----------------------------------------------------------------------------------------- */

const struct function_row socket_functions[] = {
    {"socket", new_socket},      {"socketpair", new_pair}, {"fromfd", from_descriptor},
    {"close", close_descriptor}, {"dup", copy_descriptor}, {NULL, NULL},
};
