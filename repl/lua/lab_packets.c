#include "lua/lab.h"

#include "base/file.h"
#include "lab/pcapng.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/lab_orders.h"
#include "lua/lab_packet.h"
#include "lua/runtime.h"
#include "trace/packets.h"

#include <errno.h>
#include <stdlib.h>

/* All packets that the ring still has, and which of them are wanted. */
struct wanted {
    struct event *events;
    struct seen_packet *list;
    size_t count;
    int64_t least, most; /* numbers of events */
    uint8_t kinds;       /* 0: all */
    bool one;            /* itself instead of a list */
};

static int push_wanted(lua_State *L)
{
    const struct wanted *wanted = lua_touserdata(L, 1);
    lua_Integer count = 0;
    lua_settop(L, 0);
    lua_newtable(L);
    for (size_t i = 0; i < wanted->count; i++) {
        int64_t number = (int64_t)wanted->list[i].event->stamp - 1;
        if (number < wanted->least || number > wanted->most ||
            (wanted->kinds != 0 && (wanted->kinds >> wanted->list[i].packet.kind & 1) == 0))
            continue;
        lab_packet_push(L, &wanted->list[i]);
        if (wanted->one)
            return 1;
        lua_rawseti(L, 1, ++count);
    }
    if (wanted->one)
        lua_pushnil(L);
    return 1;
}

/* What is borrowed from the C side is freed also when Lua has no memory. */
static int push_packets(lua_State *L, struct wanted *wanted)
{
    const struct ring *ring = runtime_of(L)->net.ring;
    struct timeline timeline = {.events = NULL};
    lua_pushcfunction(L, push_wanted);
    lua_pushlightuserdata(L, wanted);
    wanted->events = ring_copy(ring, 0, ring_next(ring), &timeline.event_count, &timeline.dropped);
    timeline.events = wanted->events;
    wanted->list = packets_of(&timeline, &wanted->count);
    int status = lua_pcall(L, 1, 1, 0);
    free(wanted->list);
    free(wanted->events);
    return status == LUA_OK ? 1 : lua_error(L);
}

static int packets(lua_State *L)
{
    static const char *const known[] = {"since", "proto", NULL};
    struct wanted wanted = {.least = 0, .most = INT64_MAX};
    argument_count(L, 0, 1, "lab.packets{since=number, proto=\"tcp\"}");
    if (!lua_isnone(L, 1)) {
        lab_check_named(L, "lab.packets", "lab.packets{proto=\"tcp\"}", known);
        wanted.least = keyword_integer(L, 1, "since", -1) + INT64_C(1);
        wanted.kinds = lab_kinds_from(L, 1);
    }
    lab_tell(L, (struct wire_order){.kind = WIRE_SETTLE});
    return push_packets(L, &wanted);
}

/* --- as a file ------------------------------------------------------------------------------------------ */

/* The packets' bytes as a capture; nothing here raises. */
static bool write_capture(const struct ring *ring, const char *path)
{
    struct text capture = TEXT_EMPTY;
    struct timeline timeline = {.events = NULL};
    struct event *events = ring_copy(ring, 0, ring_next(ring), &timeline.event_count, &timeline.dropped);
    timeline.events = events;
    pcapng_write(&capture, &timeline);
    const char *bytes = text_string(&capture);
    bool written =
        file_create(path, bytes, capture.length) || (errno == EEXIST && file_replace(path, bytes, capture.length));
    int error = errno;
    text_free(&capture);
    free(events);
    errno = error;
    return written;
}

static int save(lua_State *L)
{
    argument_count(L, 1, 1, "lab.save(\"packets.pcapng\")");
    const char *path = argument_word(L, 1, "the file's name");
    if (runtime_of(L)->restricted)
        return error_throw(L, "PermissionError",
                           "lab.save() is not available in a session: it has no files. Type `:packets %s` at the "
                           "prompt, or use `sockrates run --lab FILE`",
                           path);
    lab_tell(L, (struct wire_order){.kind = WIRE_SETTLE});
    if (!write_capture(runtime_of(L)->net.ring, path))
        return error_check(L, status_errno("lab.save", errno));
    return 0;
}

int lab_push_packet_numbered(lua_State *L, int64_t number)
{
    return push_packets(L, &(struct wanted){.least = number, .most = number, .one = true});
}

const struct function_row lab_packets_functions[] = {
    {"packets", packets},
    {"save", save},
    {NULL, NULL},
};
