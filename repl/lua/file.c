#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/object.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#define DEFAULT_ROOM 8192
#define LARGEST_ROOM (16 << 20)

/*
 * A socket as a file.  What was received and not yet read, and what was written and not yet sent, stands in
 * one block behind the fields: `room` bytes for each.  Without buffering there is no room.
 */
struct file {
    struct object object;
    struct net_socket *socket; /* kept alive by value 1 of the object */
    bool readable, writable, binary, closed;
    bool busy;      /* a call is under way: a handler that it runs must not make another */
    bool timed_out; /* a read ran into the timeout: what came before it is lost, so no more is read */
    size_t room;
    size_t begin, end; /* unread bytes */
    size_t pending;    /* unsent bytes */
    char bytes[];
};

static const struct object_kind file_kind;

/* --- making one ----------------------------------------------------------------------------------------- */

static void read_mode(lua_State *L, const char *mode, struct file *file)
{
    *file = (struct file){.readable = true};
    if (strspn(mode, "rwb") != strlen(mode))
        error_throw(L, "ValueError", "invalid mode '%s' (only r, w, b allowed)", mode);
    file->writable = strchr(mode, 'w') != NULL;
    file->readable = strchr(mode, 'r') != NULL || !file->writable;
    file->binary = strchr(mode, 'b') != NULL;
}

/* Python's numbers: left out or negative the usual room, 0 none; a text file has room of its own. */
static void read_buffering(lua_State *L, int index, struct file *file)
{
    int buffering = lua_isnoneornil(L, index) ? -1 : argument_integer(L, index, "buffering");
    if (buffering == 0 && !file->binary)
        error_throw(L, "ValueError", "unbuffered streams must be binary");
    if (buffering > LARGEST_ROOM)
        error_throw(L, "OverflowError", "buffering is at most %d bytes", LARGEST_ROOM);
    file->room = buffering < 0 || (!file->binary && buffering < DEFAULT_ROOM) ? DEFAULT_ROOM : (size_t)buffering;
}

static int s_makefile(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 3, "s:makefile(mode, buffering)");
    struct file made;
    read_mode(L, lua_isnoneornil(L, 2) ? "r" : argument_word(L, 2, "the mode"), &made);
    read_buffering(L, 3, &made);
    struct file *file = object_push(L, &file_kind, sizeof *file + 2 * made.room);
    made.object = file->object;
    made.socket = s;
    *file = made;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    socket_hold(L, 1);
    return 1;
}

static struct file *check_open(lua_State *L)
{
    struct file *file = object_check(L, 1, &file_kind, "a file");
    if (file->closed)
        error_throw(L, "ValueError", "I/O operation on closed file.");
    return file;
}

/* To be called before anything of the file is looked at that a call under way may change. */
static void check_idle(lua_State *L, const struct file *file)
{
    if (file->busy)
        error_throw(L, "RuntimeError", "reentrant call: a signal handler may not use the file that it interrupted");
}

/* --- reading -------------------------------------------------------------------------------------------- */

#define WOULD_BLOCK (-1)

static struct file *check_readable(lua_State *L)
{
    struct file *file = check_open(L);
    if (!file->readable)
        error_throw(L, "UnsupportedOperation", "File or stream is not readable.");
    check_idle(L, file);
    return file;
}

/* One recv: how much came, 0 at the end, WOULD_BLOCK from a socket that must not wait. */
static ptrdiff_t receive(lua_State *L, struct file *file, char *bytes, size_t room)
{
    size_t received;
    if (file->timed_out)
        error_throw(L, "OSError", "cannot read from timed out object");
    file->busy = true;
    struct status status = socket_receive(socket_net(L), file->socket, bytes, room, 0, &received);
    file->busy = false;
    if (status_fine(status))
        return (ptrdiff_t)received;
    if (status.kind == STATUS_ERRNO && status.error == EAGAIN)
        return WOULD_BLOCK;
    file->timed_out = status.kind == STATUS_TIMED_OUT;
    return error_raise(L, status);
}

/* Makes sure that something unread is there; otherwise as receive(). */
static ptrdiff_t fill(lua_State *L, struct file *file)
{
    if (file->begin < file->end)
        return 1;
    ptrdiff_t received = receive(L, file, file->bytes, file->room);
    file->begin = 0;
    file->end = received > 0 ? (size_t)received : 0;
    return received;
}

/* Moves up to `most` unread bytes into the buffer; how many. */
static size_t take(struct file *file, luaL_Buffer *into, size_t most)
{
    size_t there = file->end - file->begin, count = there < most ? there : most;
    luaL_addlstring(into, file->bytes + file->begin, count);
    file->begin += count;
    return count;
}

/* Pushes what was collected; nil when that is nothing because nothing has come yet. */
static int finish_reading(lua_State *L, luaL_Buffer *collected, ptrdiff_t last)
{
    luaL_pushresult(collected);
    if (last != WOULD_BLOCK || lua_rawlen(L, -1) > 0)
        return 1;
    lua_pushnil(L);
    return 1;
}

/* Until `size` bytes are there, the end, or nothing more without waiting. */
static int read_buffered(lua_State *L, struct file *file, size_t size)
{
    luaL_Buffer collected;
    ptrdiff_t there = 1;
    luaL_buffinit(L, &collected);
    while (size > 0 && (there = fill(L, file)) > 0)
        size -= take(file, &collected, size);
    return finish_reading(L, &collected, there);
}

/* Without a buffer: one recv; everything when no size is given. */
static int read_raw(lua_State *L, struct file *file, size_t size)
{
    luaL_Buffer collected;
    ptrdiff_t received;
    luaL_buffinit(L, &collected);
    if (size != SIZE_MAX) {
        received = size > 0 ? receive(L, file, luaL_prepbuffsize(&collected, size), size) : 0;
        luaL_addsize(&collected, received > 0 ? (size_t)received : 0);
        return finish_reading(L, &collected, received);
    }
    while ((received = receive(L, file, luaL_prepbuffsize(&collected, DEFAULT_ROOM), DEFAULT_ROOM)) > 0)
        luaL_addsize(&collected, (size_t)received);
    return finish_reading(L, &collected, received);
}

/* SIZE_MAX for no limit: left out, nil, negative. */
static size_t checked_limit(lua_State *L, int index)
{
    int size = lua_isnoneornil(L, index) ? -1 : argument_size(L, index, "the size");
    return size < 0 ? SIZE_MAX : (size_t)size;
}

static int f_read(lua_State *L)
{
    struct file *file = check_readable(L);
    argument_count(L, 1, 2, "f:read(size)");
    if (!lua_isnoneornil(L, 2) && argument_size(L, 2, "the size") < -1)
        return error_throw(L, "ValueError", "read length must be non-negative or -1");
    size_t size = checked_limit(L, 2);
    return file->room > 0 ? read_buffered(L, file, size) : read_raw(L, file, size);
}

/* A line without a buffer comes byte by byte: whatever stands behind it stays in the kernel. */
static ptrdiff_t take_line_byte(lua_State *L, struct file *file, luaL_Buffer *line, bool *ended)
{
    char byte;
    ptrdiff_t received = receive(L, file, &byte, 1);
    if (received > 0) {
        luaL_addchar(line, byte);
        *ended = byte == '\n';
    }
    return received;
}

/* The unread bytes up to the end of the line. */
static ptrdiff_t take_line_part(lua_State *L, struct file *file, luaL_Buffer *line, size_t most, bool *ended)
{
    ptrdiff_t there = fill(L, file);
    if (there <= 0)
        return there;
    const char *begin = file->bytes + file->begin, *newline = memchr(begin, '\n', file->end - file->begin);
    size_t length = newline != NULL ? (size_t)(newline - begin) + 1 : file->end - file->begin;
    *ended = newline != NULL && length <= most;
    return (ptrdiff_t)take(file, line, length < most ? length : most);
}

/* Pushes a line with its newline; "" at the end; nil when nothing has come yet. */
static int push_line(lua_State *L, struct file *file, size_t most)
{
    luaL_Buffer line;
    ptrdiff_t taken = 1;
    bool ended = false;
    luaL_buffinit(L, &line);
    while (most > 0 && !ended && taken > 0) {
        taken = file->room > 0 ? take_line_part(L, file, &line, most, &ended) : take_line_byte(L, file, &line, &ended);
        most -= taken > 0 ? (size_t)taken : 0;
    }
    return finish_reading(L, &line, taken);
}

static int f_readline(lua_State *L)
{
    struct file *file = check_readable(L);
    argument_count(L, 1, 2, "f:readline(limit)");
    return push_line(L, file, checked_limit(L, 2));
}

/* One step of `for line in f do`: a line, nil at the end. */
static int f_next(lua_State *L)
{
    push_line(L, check_readable(L), SIZE_MAX);
    if (lua_isnil(L, -1) || lua_rawlen(L, -1) == 0)
        lua_pushnil(L);
    return 1;
}

static int f_lines(lua_State *L)
{
    check_readable(L);
    lua_pushcfunction(L, f_next);
    lua_pushvalue(L, 1);
    return 2;
}

static int f_readlines(lua_State *L)
{
    struct file *file = check_readable(L);
    argument_count(L, 1, 2, "f:readlines(hint)");
    size_t hint = checked_limit(L, 2), total = 0;
    lua_newtable(L);
    for (lua_Integer i = 1; hint == 0 || total < hint; i++) {
        push_line(L, file, SIZE_MAX);
        if (lua_isnil(L, -1) || lua_rawlen(L, -1) == 0)
            return lua_pop(L, 1), 1;
        total += lua_rawlen(L, -1);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static struct file *check_writable(lua_State *L)
{
    struct file *file = check_open(L);
    if (!file->writable)
        error_throw(L, "UnsupportedOperation", "File or stream is not writable.");
    check_idle(L, file);
    return file;
}

static char *unsent(struct file *file)
{
    return file->bytes + file->room;
}

static struct status send_some(lua_State *L, struct file *file, const char *data, size_t length, size_t *sent)
{
    file->busy = true;
    struct status status = socket_send(socket_net(L), file->socket, data, length, 0, sent);
    file->busy = false;
    return status;
}

/* Sends what is unsent, in as many calls as it takes; what the kernel took is forgotten also on failure. */
static struct status flush(lua_State *L, struct file *file)
{
    struct status status = STATUS_OK;
    while (file->pending > 0 && status_fine(status)) {
        size_t sent;
        status = send_some(L, file, unsent(file), file->pending, &sent);
        if (status_fine(status)) {
            memmove(unsent(file), unsent(file) + sent, file->pending - sent);
            file->pending -= sent;
        }
    }
    return status;
}

static int check_sent(lua_State *L, struct status status)
{
    if (status.kind != STATUS_ERRNO || status.error != EAGAIN)
        return error_check(L, status);
    error_push(L, "BlockingIOError", EAGAIN, "write could not complete without blocking", NULL);
    return lua_error(L);
}

static void write_buffered(lua_State *L, struct file *file, const char *data, size_t length)
{
    while (length > 0) {
        size_t left = file->room - file->pending, count = left < length ? left : length;
        memcpy(unsent(file) + file->pending, data, count);
        file->pending += count;
        data += count;
        length -= count;
        check_sent(L, length > 0 ? flush(L, file) : STATUS_OK);
    }
}

/* Pushes how many bytes were taken; nil when a socket that must not wait took none. */
static int write_raw(lua_State *L, struct file *file, const char *data, size_t length)
{
    size_t sent;
    struct status status = send_some(L, file, data, length, &sent);
    if (status.kind == STATUS_ERRNO && status.error == EAGAIN)
        return lua_pushnil(L), 1;
    error_check(L, status);
    lua_pushinteger(L, (lua_Integer)sent);
    return 1;
}

static int write_bytes(lua_State *L, struct file *file, int index)
{
    size_t length;
    const char *data = argument_bytes(L, index, "the data", &length);
    if (file->room == 0)
        return write_raw(L, file, data, length);
    write_buffered(L, file, data, length);
    lua_pushinteger(L, (lua_Integer)length);
    return 1;
}

static int f_write(lua_State *L)
{
    struct file *file = check_writable(L);
    argument_count(L, 2, 2, "f:write(data)");
    return write_bytes(L, file, 2);
}

static int f_writelines(lua_State *L)
{
    struct file *file = check_writable(L);
    argument_count(L, 2, 2, "f:writelines(list)");
    if (lua_type(L, 2) != LUA_TTABLE)
        return error_throw(L, "TypeError", "writelines() takes a table of strings, not %s", error_kind(L, 2));
    int count = argument_length(L, 2);
    for (int i = 1; i <= count; i++) {
        lua_geti(L, 2, i);
        write_bytes(L, file, -1);
        lua_settop(L, 2);
    }
    return 0;
}

static int f_flush(lua_State *L)
{
    struct file *file = check_open(L);
    argument_count(L, 1, 1, "f:flush()");
    check_idle(L, file);
    return check_sent(L, flush(L, file));
}

/* --- closing -------------------------------------------------------------------------------------------- */

/* What is unsent is sent; whatever comes of that, the file is closed afterwards. */
static int f_close(lua_State *L)
{
    struct file *file = object_check(L, 1, &file_kind, "a file");
    argument_count(L, 1, 1, "f:close()");
    if (file->closed)
        return 0;
    check_idle(L, file);
    struct status status = flush(L, file);
    file->closed = true;
    lua_getiuservalue(L, 1, 1);
    struct status closing = socket_release(L, -1);
    check_sent(L, status);
    return error_check(L, closing);
}

/* The end of a block, which also passes on the error that ended it. */
static int f_leave(lua_State *L)
{
    lua_settop(L, 1);
    return f_close(L);
}

/* The collector waits for nobody: what the kernel does not take at once is lost. */
static int f_collect(lua_State *L)
{
    struct file *file = object_check(L, 1, &file_kind, "a file");
    if (file->closed)
        return 0;
    if (file->pending > 0) {
        size_t sent;
        file->socket->timeout = NET_NOW;
        socket_send(socket_net(L), file->socket, unsent(file), file->pending, MSG_DONTWAIT, &sent);
    }
    file->closed = true;
    lua_getiuservalue(L, 1, 1);
    socket_release(L, -1);
    return 0;
}

/* --- the object ----------------------------------------------------------------------------------------- */

static int f_fileno(lua_State *L)
{
    argument_count(L, 1, 1, "f:fileno()");
    lua_pushinteger(L, check_open(L)->socket->fd);
    return 1;
}

static int f_readable(lua_State *L)
{
    argument_count(L, 1, 1, "f:readable()");
    lua_pushboolean(L, check_open(L)->readable);
    return 1;
}

static int f_writable(lua_State *L)
{
    argument_count(L, 1, 1, "f:writable()");
    lua_pushboolean(L, check_open(L)->writable);
    return 1;
}

static const char *mode_of(const struct file *file)
{
    static const char *const modes[2][3] = {{"r", "w", "rw"}, {"rb", "wb", "rwb"}};
    return modes[file->binary][file->readable && file->writable ? 2 : file->writable];
}

static int f_text(lua_State *L)
{
    const struct file *file = object_check(L, 1, &file_kind, "a file");
    lua_pushfstring(L, "<socket file %sfd=%d, mode='%s'>", file->closed ? "[closed] " : "", file->socket->fd,
                    mode_of(file));
    return 1;
}

static bool file_field(lua_State *L, void *object, const char *name)
{
    const struct file *file = object;
    if (strcmp(name, "closed") == 0)
        lua_pushboolean(L, file->closed);
    else if (strcmp(name, "mode") == 0)
        lua_pushstring(L, mode_of(file));
    else
        return false;
    return true;
}

const struct function_row socket_file_methods[] = {
    {"makefile", s_makefile},
    {NULL, NULL},
};

const struct function_row file_methods[] = {
    {"read", f_read},     {"readline", f_readline},     {"lines", f_lines},       {"readlines", f_readlines},
    {"write", f_write},   {"writelines", f_writelines}, {"flush", f_flush},       {"close", f_close},
    {"fileno", f_fileno}, {"readable", f_readable},     {"writable", f_writable}, {NULL, NULL},
};

static const struct object_kind file_kind = {
    .name = "socket file",
    .methods = (const struct function_row *const[]){file_methods, NULL},
    .field = file_field,
    .fixed = "a file's fields cannot be set",
    .metamethods =
        (const luaL_Reg[]){
            {"__tostring", f_text}, {"__call", f_next}, {"__close", f_leave}, {"__gc", f_collect}, {NULL, NULL}},
    .values = 1,
};
