#include "session/describe.h"

#include "base/memory.h"
#include "base/text.h"
#include "lua/lab.h"
#include "net/table.h"
#include "session/inspect.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void add_cell(json_t *row, const char *text)
{
    json_array_append_new(row, json_string(text));
}

static json_t *row_of(const char *const *cells, size_t count)
{
    json_t *row = json_array();
    for (size_t i = 0; i < count; i++)
        add_cell(row, cells[i]);
    return row;
}

static void add_address(json_t *row, const struct address *address)
{
    struct text text = TEXT_EMPTY;
    if (address->length > 0)
        address_write(&text, address);
    add_cell(row, text_string(&text));
    text_free(&text);
}

static void add_number(json_t *row, unsigned long long number)
{
    char *text = text_make("%llu", number);
    add_cell(row, text);
    free(text);
}

/* "INET STREAM" */
static void add_kind(json_t *row, const struct socket_row *socket)
{
    const char *family = constant_name_of("AF_", socket->family), *type = constant_name_of("SOCK_", socket->type);
    char *kind = text_make("%s %s", family ? family + strlen("AF_") : "?", type ? type + strlen("SOCK_") : "?");
    add_cell(row, kind);
    free(kind);
}

static void add_item(struct text *text, const char *item)
{
    text_add(text, text->length > 0 ? ", " : "");
    text_add(text, item);
}

static void add_queue(struct text *text, unsigned long long count, const char *what)
{
    char *item = text_make("%llu %s", count, what);
    if (count > 0)
        add_item(text, item);
    free(item);
}

/* What waits at the socket: bytes, or clients of a listener; and what the kernel will do next. */
static void add_waiting(json_t *row, const struct socket_row *socket)
{
    struct text text = TEXT_EMPTY;
    bool listens = strcmp(socket->state, "LISTEN") == 0;
    add_queue(&text, socket->receive_queue, listens ? "to accept" : "to read");
    if (!listens && socket->timer == NULL)
        add_queue(&text, socket->send_queue, "to send");
    if (socket->timer != NULL) {
        char *timer = text_make("%s in %.1f s", socket->timer, socket->due);
        add_item(&text, timer);
        free(timer);
    }
    add_cell(row, text_string(&text));
    text_free(&text);
}

json_t *describe_sockets(struct runtime *runtime)
{
    static const char *const heading[] = {"fd", "kind", "state", "local", "remote", "waiting"};
    size_t count;
    struct socket_row *sockets = socket_table(&runtime->net, &count);
    json_t *rows = json_array();
    json_array_append_new(rows, row_of(heading, sizeof heading / sizeof *heading));
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_array();
        add_number(row, (unsigned long long)sockets[i].fd);
        add_kind(row, &sockets[i]);
        add_cell(row, sockets[i].state);
        add_address(row, &sockets[i].local);
        add_address(row, &sockets[i].remote);
        add_waiting(row, &sockets[i]);
        json_array_append_new(rows, row);
    }
    free(sockets);
    return rows;
}

/* Of a peer that is gone, from waitpid(2): its function failed, or os.exit() or a signal ended it. */
static char *state_at_end(int status)
{
    if (WIFSIGNALED(status))
        return text_make("ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    if (WEXITSTATUS(status) > 1)
        return text_make("ended with %d", WEXITSTATUS(status));
    return memory_copy(WEXITSTATUS(status) == 1 ? "failed" : "ended");
}

json_t *describe_peers(struct runtime *runtime)
{
    static const char *const heading[] = {"name", "process", "listens at", "state"};
    json_t *rows = json_array();
    json_array_append_new(rows, row_of(heading, sizeof heading / sizeof *heading));
    for (struct peer *peer = runtime->lab.peers; peer != NULL; peer = peer->next) {
        json_t *row = json_array();
        bool alive = peer_alive(peer);
        add_cell(row, ring_actor_name(runtime->net.ring, peer->actor));
        if (alive)
            add_number(row, (unsigned long long)peer->process);
        else
            add_cell(row, "");
        add_address(row, &peer->address);
        char *state = alive ? memory_copy("running") : state_at_end(peer->status);
        add_cell(row, state);
        free(state);
        json_array_insert_new(rows, 1, row); /* the list begins with the newest */
    }
    return rows;
}

static void add_hexadecimal(json_t *list, const struct address *address)
{
    struct text bytes = TEXT_EMPTY;
    for (size_t i = 0; i < address->length; i++)
        text_format(&bytes, "%02x", (unsigned char)address->bytes[i]);
    json_array_append_new(list, json_string(text_string(&bytes)));
    text_free(&bytes);
}

/* Protected: names take memory. */
static int collect_addresses(lua_State *L)
{
    json_t *names = lua_touserdata(L, 1);
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const struct address *program, *address = lab_peer_address(L, -1, &program);
        size_t length;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
        if (address == NULL || name == NULL || !inspect_is_name(name, length))
            continue;
        json_t *both = json_array();
        add_hexadecimal(both, address);
        add_hexadecimal(both, program);
        json_object_set_new(names, name, both);
    }
    return 0;
}

json_t *describe_addresses(struct runtime *runtime)
{
    lua_State *L = runtime->main;
    json_t *names = json_object();
    lua_pushcfunction(L, collect_addresses);
    lua_pushlightuserdata(L, names);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    return names;
}
