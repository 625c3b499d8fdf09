/*
 * Any bytes, read as calls of the modules' functions with arguments of any kind: no crash, no leak, and no
 * descriptor left open.  Everything a learner can call stands in rows, so everything is called; what would
 * end or stop the fuzzer itself is kept away here and nowhere else.
 */
#include "base/manual.h"
#include "lua/errors.h"
#include "lua/globals.h"
#include "lua/module.h"
#include "lua/runtime.h"
#include "lua/state.h"

#include <dirent.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_CALLS      40
#define SLOTS           16
#define LARGEST_BLOCK   (64 << 20)
#define DESCRIPTORS     1024
#define STOP_SIGNAL     (SIGRTMAX - 1)
#define STOP_AFTER_NS   30000000
#define DEFAULT_TIMEOUT 2000000

/* --- the bytes, read piece by piece -----------------------------------------------------------------------
 */

struct input {
    const uint8_t *bytes;
    size_t left;
};

static unsigned take(struct input *input, unsigned below)
{
    if (input->left == 0)
        return 0;
    unsigned value = *input->bytes++;
    input->left--;
    if (below > 256 && input->left > 0) {
        value = value << 8 | *input->bytes++;
        input->left--;
    }
    return value % below;
}

/* --- arguments --------------------------------------------------------------------------------------------
 */

static const lua_Integer integers[] = {0,     1,         2,          3,         4,         5,          6,         8,
                                       10,    16,        17,         100,       255,       256,        1024,      1025,
                                       65535, 65536,     70000,      0xfffff,   0x100000,  INT32_MAX,  -1,        -2,
                                       -3,    INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN, 4294967296, 2147483648};
static const lua_Number numbers[] = {0.0, -0.0, 0.001, 0.5, 1.5, -1.0, 1e-10, 1e10, 1e300};
static const char *const strings[] = {"",    "127.0.0.1", "::1",        "localhost", "<broadcast>", "0.0.0.0", "tcp",
                                      "udp", "http",      "x",          "r",         "wb",          "rwb",     "lo",
                                      "::",  "80",        "fe80::1%lo", "999.1.1.1", "\0abstract"};
static const char *const names[] = {"AF_INET",        "AF_INET6",       "AF_UNIX",    "SOCK_STREAM",  "SOCK_DGRAM",
                                    "SOCK_SEQPACKET", "SOCK_NONBLOCK",  "SOL_SOCKET", "IPPROTO_TCP",  "SO_REUSEADDR",
                                    "SO_ERROR",       "SO_LINGER",      "MSG_PEEK",   "MSG_DONTWAIT", "MSG_OOB",
                                    "SCM_RIGHTS",     "SHUT_WR",        "SHUT_RDWR",  "TCP_NODELAY",  "AI_PASSIVE",
                                    "AI_NUMERICHOST", "NI_NUMERICHOST", "AF_PACKET",  "AF_NETLINK",   "MSG_TRUNC"};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static void push_argument(lua_State *L, struct input *input, int depth);
static void push_slot(lua_State *L, struct input *input);

static void push_table(lua_State *L, struct input *input, int depth)
{
    lua_newtable(L);
    for (unsigned count = take(input, 5), i = 1; i <= count; i++) {
        push_argument(L, input, depth + 1);
        lua_rawseti(L, -2, (int)i);
    }
}

/* {host, port}: what most calls want. */
static void push_pair(lua_State *L, struct input *input)
{
    lua_newtable(L);
    lua_pushstring(L, strings[take(input, 6)]);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, take(input, 2) ? 0 : 1 + take(input, 65535));
    lua_rawseti(L, -2, 2);
}

static void push_bytes(lua_State *L, struct input *input)
{
    char bytes[300];
    size_t length = take(input, 2) ? take(input, 256) : take(input, 8);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)take(input, 256);
    lua_pushlstring(L, bytes, length);
}

static int handler(lua_State *L)
{
    return lua_toboolean(L, lua_upvalueindex(1)) ? error_throw(L, "ValueError", "from a handler") : 0;
}

static void push_constant(lua_State *L, struct input *input)
{
    lua_getglobal(L, "socket");
    lua_getfield(L, -1, names[take(input, COUNT(names))]);
    lua_remove(L, -2);
}

static int same_again(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

/* A list that tells any length and has the same element everywhere. */
static void push_liar(lua_State *L, struct input *input, int depth)
{
    lua_newtable(L);
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, integers[take(input, COUNT(integers))]);
    lua_pushcclosure(L, same_again, 1);
    lua_setfield(L, -2, "__len");
    push_argument(L, input, depth + 1);
    lua_pushcclosure(L, same_again, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

static void push_argument(lua_State *L, struct input *input, int depth)
{
    unsigned kind = take(input, depth > 2 ? 7 : 13);
    switch (kind) {
    case 0:
        lua_pushnil(L);
        break;
    case 1:
        lua_pushboolean(L, (int)take(input, 2));
        break;
    case 2:
        lua_pushnumber(L, numbers[take(input, COUNT(numbers))]);
        break;
    case 3:
        lua_pushlstring(L, strings[COUNT(strings) - 1], 9);
        break;
    case 4:
        lua_pushstring(L, strings[take(input, COUNT(strings))]);
        break;
    case 5:
        lua_pushinteger(L, integers[take(input, COUNT(integers))]);
        break;
    case 6:
        push_bytes(L, input);
        break;
    case 7:
        push_table(L, input, depth);
        break;
    case 8:
        push_pair(L, input);
        break;
    case 9:
        push_constant(L, input);
        break;
    case 10:
        lua_pushboolean(L, (int)take(input, 2));
        lua_pushcclosure(L, handler, 1);
        break;
    case 11:
        push_liar(L, input, depth);
        break;
    default:
        push_slot(L, input);
    }
}

/* Something that a call gave. */
static void push_slot(lua_State *L, struct input *input)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_LAST + 1);
    lua_rawgeti(L, -1, 1 + (lua_Integer)take(input, SLOTS));
    lua_remove(L, -2);
}

/* --- arguments that fit, by their names in signatures ----------------------------------------------------
 */

static void push_string(lua_State *L, struct input *input)
{
    lua_pushstring(L, strings[take(input, COUNT(strings))]);
}

static void push_small(lua_State *L, struct input *input)
{
    lua_pushinteger(L, take(input, 300));
}

static void push_seconds(lua_State *L, struct input *input)
{
    lua_pushnumber(L, (lua_Number)take(input, 100) / 10000);
}

static void push_list(lua_State *L, struct input *input)
{
    lua_newtable(L);
    for (unsigned count = take(input, 4), i = 1; i <= count; i++) {
        if (take(input, 2))
            push_slot(L, input);
        else
            push_bytes(L, input);
        lua_rawseti(L, -2, (int)i);
    }
}

static void push_function(lua_State *L, struct input *input)
{
    lua_pushboolean(L, (int)take(input, 2));
    lua_pushcclosure(L, handler, 1);
}

static void push_any(lua_State *L, struct input *input)
{
    push_argument(L, input, 0);
}

static const struct {
    const char *name;
    void (*push)(lua_State *L, struct input *input);
} fitting[] = {
    {"host", push_string},     {"port", push_small},         {"address", push_pair},
    {"size", push_small},      {"backlog", push_small},      {"length", push_small},
    {"limit", push_small},     {"maxfds", push_small},       {"flags", push_constant},
    {"data", push_bytes},      {"bytearray", push_slot},     {"bytearrays", push_list},
    {"seconds", push_seconds}, {"milliseconds", push_small}, {"family", push_constant},
    {"type", push_constant},   {"proto", push_small},        {"level", push_constant},
    {"option", push_constant}, {"value", push_small},        {"buffers", push_list},
    {"fds", push_list},        {"list", push_list},          {"read", push_list},
    {"write", push_list},      {"except", push_list},        {"sock", push_slot},
    {"socket", push_slot},     {"mask", push_small},         {"handler", push_function},
    {"signalnum", push_small}, {"mode", push_string},        {"how", push_small},
    {"text", push_string},     {"name", push_string},        {"bytes", push_bytes},
    {"number", push_small},    {"buffering", push_small},    {"ancillary_size", push_small},
};

/* The n-th name between the parentheses of a signature; its length, 0 when there are fewer. */
static size_t parameter(const char *signature, unsigned n, const char **name)
{
    const char *at = strchr(signature, '(');
    for (; at != NULL && n > 0; n--)
        at = strchr(at + 1, ',');
    if (at == NULL)
        return 0;
    *name = at + 1 + strspn(at + 1, " [{");
    return strcspn(*name, ",[](){} ");
}

static void push_fitting(lua_State *L, struct input *input, const char *signature, unsigned n)
{
    const char *name = NULL;
    size_t length = parameter(signature, n, &name);
    void (*push)(lua_State *, struct input *) = push_any;
    if (take(input, 4) > 0)
        for (size_t i = 0; i < COUNT(fitting); i++)
            if (strlen(fitting[i].name) == length && strncmp(fitting[i].name, name, length) == 0)
                push = fitting[i].push;
    push(L, input);
}

/* From a slot taken by chance on, the first object that has this method; or just something. */
static void push_receiver(lua_State *L, struct input *input, const struct function_row *row)
{
    unsigned start = take(input, SLOTS);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_LAST + 1);
    for (unsigned i = 0; i < SLOTS; i++) {
        if (lua_rawgeti(L, -1, 1 + (lua_Integer)((start + i) % SLOTS)) == LUA_TUSERDATA &&
            luaL_getmetafield(L, -1, "__name")) {
            lua_pop(L, 1);
            bool fits = lua_getfield(L, -1, row->name) == LUA_TFUNCTION && lua_tocfunction(L, -1) == row->function;
            lua_pop(L, 1);
            if (fits) {
                lua_remove(L, -2);
                return;
            }
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    push_any(L, input);
}

/* --- what would end or stop the fuzzer --------------------------------------------------------------------
 */

static bool is_kept_away(const char *module, const char *name)
{
    /* Peers are processes; a bare descriptor may be the fuzzer's own; a signal may be SIGKILL. */
    static const char *const forbidden[] = {"lab.",          "socket.close", "socket.dup",
                                            "socket.fromfd", "os.kill",      "signal.raise_signal"};
    char whole[64];
    snprintf(whole, sizeof whole, "%s.%s", module, name);
    for (size_t i = 0; i < COUNT(forbidden); i++)
        if (strncmp(whole, forbidden[i], strlen(forbidden[i])) == 0)
            return true;
    return false;
}

static struct runtime *running;

static void on_stop(int number)
{
    (void)number;
    if (running != NULL)
        runtime_stop(running);
}

/* No signal ends the fuzzer, and the one that stops what blocks is always answered. */
static void calm_signals(void)
{
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction now;
        if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_DFL && number != SIGCHLD)
            signal(number, SIG_IGN);
    }
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, STOP_SIGNAL);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    struct sigaction action = {.sa_handler = on_stop};
    sigaction(STOP_SIGNAL, &action, NULL);
}

static timer_t start_stopping(void)
{
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = STOP_SIGNAL};
    struct itimerspec when = {{0, STOP_AFTER_NS}, {0, STOP_AFTER_NS}};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        abort();
    timer_settime(timer, 0, &when, NULL);
    return timer;
}

/* --- descriptors ------------------------------------------------------------------------------------------
 */

static void note_open(bool open[DESCRIPTORS])
{
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        open[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* What calls hand out as numbers is the caller's to close: everything in a result that may be one is noted.
 */
static void note_given(lua_State *L, int index, bool given[DESCRIPTORS], int depth)
{
    index = lua_absindex(L, index);
    size_t length;
    if (lua_isinteger(L, index)) {
        lua_Integer value = lua_tointeger(L, index);
        if (value >= 0 && value < DESCRIPTORS)
            given[value] = true;
    } else if (lua_type(L, index) == LUA_TSTRING) {
        const char *bytes = lua_tolstring(L, index, &length);
        for (size_t i = 0; i + sizeof(int) <= length; i += sizeof(int)) {
            int value;
            memcpy(&value, bytes + i, sizeof value);
            if (value >= 0 && value < DESCRIPTORS)
                given[value] = true;
        }
    } else if (lua_type(L, index) == LUA_TTABLE && depth < 4) {
        for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
            note_given(L, -1, given, depth + 1);
    }
}

static bool gives_descriptors(const char *name)
{
    return strcmp(name, "detach") == 0 || strncmp(name, "recvmsg", 7) == 0 || strcmp(name, "recv_fds") == 0;
}

/* --- calls ------------------------------------------------------------------------------------------------
 */

struct world {
    struct runtime *runtime;
    struct input input;
    bool given[DESCRIPTORS];
    unsigned next_slot;
};

static const struct function_row *pick(struct input *input, const char **module, const char **receiver)
{
    size_t count = 0, chosen = take(input, 1024);
    for (int pass = 0; pass < 2; pass++) {
        size_t seen = 0;
        for (size_t m = 0; modules[m] != NULL; m++) {
            const struct function_row *row;
            for (size_t i = 0; (row = module_row_at(modules[m], i, receiver)) != NULL; i++, seen++)
                if (pass == 1 && seen == chosen % count) {
                    *module = modules[m]->name;
                    return row;
                }
        }
        count = seen;
    }
    return NULL;
}

static void keep_results(lua_State *L, struct world *world, const char *name, int base)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_LAST + 1);
    for (int i = base + 1; i < lua_gettop(L); i++) {
        if (gives_descriptors(name))
            note_given(L, i, world->given, 0);
        lua_pushvalue(L, i);
        lua_rawseti(L, -2, 1 + world->next_slot++ % SLOTS);
    }
}

/* With CALLS in the environment: what an input does, for a person who looks for the reason of a crash. */
static void show_call(lua_State *L, const char *owner, const char *name)
{
    if (getenv("CALLS") == NULL)
        return;
    fprintf(stderr, "%s.%s(", owner, name);
    for (int i = 3; i <= lua_gettop(L); i++) {
        bool text = lua_type(L, i) == LUA_TSTRING;
        fprintf(stderr, "%s%s", i > 3 ? ", " : "", text ? "a string" : luaL_tolstring(L, i, NULL));
        lua_settop(L, text ? lua_gettop(L) : lua_gettop(L) - 1);
    }
    fprintf(stderr, ")\n");
}

/* "s:connect(host, port)", from the manual, which is read once. */
static const char *signature_of(const char *module, const char *receiver, const char *name)
{
    static struct manual *manual;
    char whole[80];
    if (manual == NULL)
        manual = manual_new(NULL);
    snprintf(whole, sizeof whole, "%s%s%s", receiver ? receiver : module, receiver ? ":" : ".", name);
    const struct manual_entry *section = manual_find(manual, whole);
    return section ? section->signature : "";
}

static int one_call(lua_State *L)
{
    struct world *world = lua_touserdata(L, 1);
    struct input *input = &world->input;
    const char *module = NULL, *receiver = NULL;
    const struct function_row *row = pick(input, &module, &receiver);
    if (row == NULL || is_kept_away(module, row->name))
        return 0;
    lua_pushcfunction(L, row->function);
    if (receiver != NULL)
        push_receiver(L, input, row);
    const char *signature = signature_of(module, receiver, row->name);
    for (unsigned count = take(input, 5), i = 0; i < count; i++)
        push_fitting(L, input, signature, i);
    show_call(L, receiver ? receiver : module, row->name);
    lua_call(L, lua_gettop(L) - 2, LUA_MULTRET);
    keep_results(L, world, row->name, 1);
    return 0;
}

/* Slots to begin with: a pair, a listener, a datagram socket, a bytearray, a file, and what waits. */
static const char prelude[] =
    "local a, b = socket.socketpair()\n"
    "local l = socket.create_server({'127.0.0.1', 0})\n"
    "local u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "u:bind('127.0.0.1', 0)\n"
    "local c, d = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
    "a:send('some bytes\\nand a line')\n"
    "return {a, b, l, u, c, d, bytearray(64), b:makefile('rw'), select.poll(),\n"
    "    select.epoll(), socket.MsgFlag, OSError(111, 'x'), l:getsockname(), socket.AF_INET}\n";

static int prepare(lua_State *L)
{
    if (luaL_loadstring(L, prelude) != LUA_OK)
        abort();
    lua_call(L, 0, 1);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_LAST + 1);
    return 0;
}

/* Runs the calls until the bytes or the time are used up. */
static void run_calls(struct world *world)
{
    lua_State *L = world->runtime->main;
    lua_pushcfunction(L, prepare);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        return;
    for (int i = 0; i < MOST_CALLS && world->input.left > 0 && !world->runtime->stop; i++) {
        calm_signals();
        lua_pushcfunction(L, one_call);
        lua_pushlightuserdata(L, world);
        lua_pcall(L, 1, 0, 0);
        lua_settop(L, 0);
    }
}

/* Every block by itself, so that what is read or written beside it is seen; no more than a session may have. */
static void *allocate(void *self, void *block, size_t old, size_t size)
{
    (void)self, (void)old;
    if (size > LARGEST_BLOCK)
        return NULL;
    if (size > 0)
        return realloc(block, size);
    free(block);
    return NULL;
}

static void silence(void *owner, const char *bytes, size_t length)
{
    (void)owner, (void)bytes, (void)length;
}

static void leave(void *owner, int status)
{
    (void)owner, (void)status;
}

/* Paths of AF_UNIX sockets are made in a folder of their own, which is emptied after each input. */
struct folder {
    char path[32];
    int outside;
};

static void enter_folder(struct folder *folder)
{
    strcpy(folder->path, "/tmp/calls-XXXXXX");
    folder->outside = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->outside < 0 || mkdtemp(folder->path) == NULL || chdir(folder->path) != 0)
        abort();
}

static void leave_folder(struct folder *folder)
{
    DIR *files = opendir(".");
    for (struct dirent *entry; files != NULL && (entry = readdir(files)) != NULL;)
        unlink(entry->d_name);
    if (files == NULL || closedir(files) != 0 || fchdir(folder->outside) != 0 || rmdir(folder->path) != 0)
        abort();
    close(folder->outside);
}

static void check_descriptors(const bool before[DESCRIPTORS], const bool given[DESCRIPTORS])
{
    bool after[DESCRIPTORS];
    note_open(after);
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        if (before[fd] && !after[fd]) {
            fprintf(stderr, "descriptor %d was closed\n", fd);
            abort();
        }
        if (!before[fd] && after[fd] && !given[fd]) {
            fprintf(stderr, "descriptor %d was left open\n", fd);
            abort();
        }
        if (!before[fd] && after[fd])
            close(fd);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ring *ring;
    struct sigaction actions[65];
    bool before[DESCRIPTORS];
    const struct itimerval never = {{0, 0}, {0, 0}};
    if (ring == NULL)
        ring = ring_new(1024);
    struct folder folder;
    enter_folder(&folder);
    note_open(before);
    for (int number = 1; number <= SIGRTMAX; number++)
        sigaction(number, NULL, &actions[number]);
    struct world world = {.runtime = state_new(ring, true, allocate, NULL), .input = {data, size}};
    world.runtime->write = silence;
    world.runtime->leave = leave;
    world.runtime->net.confined = true;
    world.runtime->net.default_timeout = DEFAULT_TIMEOUT;
    running = world.runtime;
    calm_signals();
    timer_t timer = start_stopping();
    run_calls(&world);
    running = NULL;
    runtime_free(world.runtime);
    timer_delete(timer);
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++)
        setitimer((enum __itimer_which)which, &never, NULL);
    for (int number = 1; number <= SIGRTMAX; number++)
        sigaction(number, &actions[number], NULL);
    leave_folder(&folder);
    before[folder.outside] = false;
    check_descriptors(before, world.given);
    return 0;
}
