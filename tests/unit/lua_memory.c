/*
 * No descriptor is lost when memory runs out: a script that uses everything is run again and again, and each
 * time another allocation fails.  What the collector finds is closed, and said.
 */
#include "lua/runtime.h"
#include "lua/state.h"
#include "trace/ring.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DESCRIPTORS 64

static const char script[] = "local close = socket.close\n"
                             "local a, b = socket.socketpair()\n"
                             "local s <close> = socket.socket{family = socket.AF_INET, type = socket.SOCK_DGRAM}\n"
                             "s:bind('127.0.0.1', 0)\n"
                             "s:sendto('hello', s:getsockname())\n"
                             "local data, from = s:recvfrom(100)\n"
                             "assert(data == 'hello' and from[1] == '127.0.0.1')\n"
                             "a:sendmsg({'one', 'two'}, {})\n"
                             "assert(b:recvmsg(100, 100) == 'onetwo')\n"
                             "local l = socket.socket()\n"
                             "l:bind('127.0.0.1', 0)\n"
                             "l:listen()\n"
                             "local c = socket.socket()\n"
                             "c:connect(l:getsockname())\n"
                             "local conn, addr = l:accept()\n"
                             "local copy = conn:dup()\n"
                             "local f <close> = copy:makefile('rw')\n"
                             "f:write('a line\\n')\n"
                             "f:flush()\n"
                             "assert(c:makefile():readline() == 'a line\\n')\n"
                             "local big = ('x'):rep(100000)\n"
                             "a:setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)\n"
                             "a:send(big)\n"
                             "assert(#b:recv(200000) == #big)\n"
                             "local buffer = bytearray(16)\n"
                             "a:send('into')\n"
                             "assert(b:recv_into(buffer) == 4)\n"
                             "local p = select.poll()\n"
                             "p:register(a, select.POLLOUT)\n"
                             "assert(#p:poll(0) == 1)\n"
                             "local e <close> = select.epoll()\n"
                             "e:register(a, select.EPOLLOUT)\n"
                             "assert(#e:poll(0) == 1)\n"
                             "assert(#select.select({}, {a}, {}, 0) == 0)\n"
                             "assert(#socket.getaddrinfo('127.0.0.1', 80) > 0)\n"
                             "local server = socket.create_server({'127.0.0.1', 0})\n"
                             "local client = socket.create_connection(server:getsockname())\n"
                             "socket.send_fds(a, {'x'}, {a:fileno()})\n"
                             "local _, fds = socket.recv_fds(b, 1, 1)\n"
                             "close(fds[1])\n" /* needs no memory: from here on it is the script's */
                             "assert(#tostring(c) > 20 and pcall(a.connect, a, 'nowhere') == false)\n";

/* Allocation number `fails`, counted from 1, fails, and every one after it until the script has ended. */
struct memory {
    size_t made, fails;
    bool armed;
};

static void *allocate(void *self, void *block, size_t old, size_t size)
{
    struct memory *memory = self;
    if (size == 0)
        return free(block), NULL;
    bool grows = block == NULL || size > old;
    if (memory->armed && grows && ++memory->made >= memory->fails)
        return NULL;
    return realloc(block, size);
}

static uint64_t open_descriptors(void)
{
    uint64_t open = 0;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            open |= UINT64_C(1) << fd;
    return open;
}

static void ignore(void *owner, const char *bytes, size_t length)
{
    (void)owner, (void)bytes, (void)length;
}

/* True when the script came to its end although memory ran out after so many allocations. */
static bool run_short_of_memory(struct ring *ring, size_t fails)
{
    struct memory memory = {.fails = fails};
    struct runtime *runtime = state_new(ring, true, allocate, &memory);
    assert_non_null(runtime);
    runtime->write = ignore;
    lua_State *L = runtime->main;
    assert_int_equal(luaL_loadstring(L, script), LUA_OK);
    memory.armed = true;
    int status = lua_pcall(L, 0, 0, 0);
    memory.armed = false;
    if (status != LUA_OK && status != LUA_ERRMEM && strstr(luaL_tolstring(L, -1, NULL), "not enough memory") == NULL)
        fail_msg("allocation %zu: %s", fails, lua_tostring(L, -1));
    runtime_free(runtime);
    return status == LUA_OK;
}

static void nothing_is_lost(void **state)
{
    struct ring *ring = ring_new(1024);
    uint64_t before = open_descriptors();
    size_t fails = 1;
    (void)state;
    while (!run_short_of_memory(ring, fails)) {
        if (open_descriptors() != before)
            fail_msg("allocation %zu: descriptors %lx are open, before it were %lx", fails,
                     (unsigned long)open_descriptors(), (unsigned long)before);
        fails++;
    }
    assert_true(fails > 100);
    assert_true(open_descriptors() == before);
    ring_free(ring);
}

/* --- what the collector says ------------------------------------------------------------------------------ */

static void keep_warning(void *self, const char *message, int more)
{
    (void)more;
    strncat(self, message, 400);
}

static void the_collector_warns(void **state)
{
    char said[1000] = "";
    struct ring *ring = ring_new(1024);
    struct runtime *runtime = state_new(ring, true, NULL, NULL);
    lua_State *L = runtime->main;
    uint64_t before = open_descriptors();
    (void)state;
    lua_setwarnf(L, keep_warning, said);
    assert_int_equal(luaL_dostring(L, "socket.socket():close(); socket.socket(socket.AF_UNIX)"), LUA_OK);
    assert_string_equal(said, "");
    lua_gc(L, LUA_GCCOLLECT);
    assert_ptr_equal(strstr(said, "ResourceWarning: unclosed <socket.socket fd="), said);
    assert_non_null(strstr(said, ", family=1, type=1, proto=0>"));
    assert_true(open_descriptors() == before);
    runtime_free(runtime);
    ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(the_collector_warns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
