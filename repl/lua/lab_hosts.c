#include "lua/lab.h"

#include "base/child.h"
#include "base/text.h"
#include "lab/terms.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/lab_orders.h"
#include "lua/object.h"
#include "lua/runtime.h"
#include "net/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- what the kernel knows of both hosts' sockets --------------------------------------------------------- */

static void set_address(lua_State *L, const char *name, const struct address *address)
{
    struct text text = TEXT_EMPTY;
    address_write(&text, address);
    push_text(L, &text);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

static void set_seconds(lua_State *L, const char *name, uint32_t microseconds)
{
    lua_pushnumber(L, (lua_Number)microseconds / 1e6);
    lua_setfield(L, -2, name);
}

static void push_socket(lua_State *L, const struct diag_socket *s, int host, bool info)
{
    bool tcp = s->protocol == IPPROTO_TCP;
    lua_createtable(L, 0, 12);
    lua_pushstring(L, term_hosts[host]);
    lua_setfield(L, -2, "host");
    lua_pushstring(L, tcp ? "tcp" : "udp");
    lua_setfield(L, -2, "proto");
    lua_pushstring(L, tcp ? call_state(s->state) : s->state == 1 ? "connected" : "bound");
    lua_setfield(L, -2, "state");
    set_address(L, "laddr", &s->local);
    if (address_port(&s->remote) != 0)
        set_address(L, "raddr", &s->remote);
    set_integer(L, "recv_q", s->received);
    set_integer(L, "send_q", s->unsent);
    if (!info || !s->measured)
        return;
    set_seconds(L, "rto", s->timeout);
    set_seconds(L, "rtt", s->round_trip);
    set_integer(L, "cwnd", s->window);
    set_integer(L, "resent", s->resent);
}

/* Of each host, to be given back whatever happens. */
struct found {
    struct diag_socket *list[NETWORK_HOSTS];
    size_t count[NETWORK_HOSTS];
    bool info;
};

static int push_found(lua_State *L)
{
    const struct found *found = lua_touserdata(L, 1);
    lua_Integer rows = 0;
    lua_newtable(L);
    for (int host = 0; host < NETWORK_HOSTS; host++)
        for (size_t i = 0; i < found->count[host]; i++) {
            push_socket(L, &found->list[host][i], host, found->info);
            lua_rawseti(L, 2, ++rows);
        }
    return 1;
}

static struct status find_sockets(const struct network *network, int host, struct found *found)
{
    struct status status = network_go(network, host);
    int fd = status_fine(status) ? diag_open() : -1;
    if (status_fine(status))
        status = fd >= 0 ? diag_list(fd, &found->list[host], &found->count[host]) : status_errno("sock_diag", errno);
    if (fd >= 0)
        close(fd);
    network_go(network, NETWORK_ME);
    return status;
}

static int sockets(lua_State *L)
{
    struct found found = {.count = {0}};
    struct status status = STATUS_OK;
    static const char *const known[] = {"info", NULL};
    argument_count(L, 0, 1, "lab.sockets([{info=true}])");
    const struct network *network = lab_network(L);
    if (!lua_isnone(L, 1)) {
        lab_check_named(L, "lab.sockets", "lab.sockets{info=true}", known);
        found.info = keyword_truth(L, 1, "info");
    }
    lua_pushcfunction(L, push_found);
    lua_pushlightuserdata(L, &found);
    for (int host = 0; host < NETWORK_HOSTS && status_fine(status); host++)
        status = find_sockets(network, host, &found);
    int result = status_fine(status) ? lua_pcall(L, 1, 1, 0) : LUA_OK;
    for (int host = 0; host < NETWORK_HOSTS; host++)
        free(found.list[host]);
    error_check(L, status);
    return result == LUA_OK ? 1 : lua_error(L);
}

/* --- other programs on a host --------------------------------------------------------------------------- */

/* The output of the command, which is closed whatever happens. */
struct output {
    struct object object;
    int fd;
};

static int close_output(lua_State *L)
{
    struct output *output = lua_touserdata(L, 1);
    if (output->fd >= 0)
        close(output->fd);
    output->fd = -1;
    return 0;
}

static const struct object_kind output_kind = {
    .name = "lab.output",
    .fixed = "it has no fields",
    .metamethods = (const luaL_Reg[]){{"__gc", close_output}, {NULL, NULL}},
};

static _Noreturn void become(const struct network *network, int host, const char *command, int output)
{
    signal(SIGPIPE, SIG_DFL);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (host == NETWORK_PEER)
        network_join_peer(network);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void push_output(lua_State *L, int fd)
{
    luaL_Buffer out;
    ssize_t length;
    luaL_buffinit(L, &out);
    do {
        char *room = luaL_prepbuffer(&out);
        length = read(fd, room, LUAL_BUFFERSIZE);
        luaL_addsize(&out, length > 0 ? (size_t)length : 0);
    } while (length > 0 || (length < 0 && errno == EINTR));
    luaL_pushresult(&out);
}

static int host_of(lua_State *L, int index)
{
    const char *name = luaL_optstring(L, index, term_hosts[NETWORK_ME]);
    int host = term_host(name);
    if (host >= 0)
        return host;
    return error_throw(L, "ValueError", "a host is \"me\" or \"peer\"");
}

static int run(lua_State *L)
{
    int ends[2], status = 0;
    argument_count(L, 1, 2, "lab.run(command[, host])");
    const char *command = argument_word(L, 1, "the command");
    if (runtime_of(L)->restricted)
        return error_throw(L, "PermissionError",
                           "lab.run() is not available in a session: it starts no programs. lab.sockets() and "
                           "lab.packets() show what ss and tcpdump would; `sockrates run --lab FILE` may run them");
    const struct network *network = lab_network(L);
    int host = host_of(L, 2);
    struct output *output = object_push(L, &output_kind, sizeof *output);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_check(L, status_errno("pipe", errno));
    output->fd = ends[0];
    fflush(stdout);
    pid_t process = fork();
    if (process == 0)
        become(network, host, command, ends[1]);
    int error = errno;
    close(ends[1]);
    if (process < 0)
        return error_check(L, status_errno("fork", error));
    push_output(L, output->fd);
    child_wait(process, &status);
    lua_pushinteger(L, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    return 2;
}

/* A session cannot move any more; notebooks read the call before they begin one. */
static int on(lua_State *L)
{
    const struct lab *lab = &runtime_of(L)->lab;
    argument_count(L, 0, 0, "lab.on()");
    if (lab->network == NULL && !lab->closed)
        error_throw(L, "OSError",
                    "no private network is around this session, and it can enter none any more: lab.on() is the first "
                    "statement of a cell in a notebook; elsewhere `sockrates --lab` begins in one");
    return 0;
}

const struct function_row lab_hosts_functions[] = {
    {"on", on},
    {"sockets", sockets},
    {"run", run},
    {NULL, NULL},
};
