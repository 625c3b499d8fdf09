#include "lua/lab.h"

#include "lab/relay.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"

#include <stdlib.h>
#include <string.h>

const char *const lab_relay_names[] = {
    "to",         "pieces", "delay",       "pause",  "rate", "reset_after", "close_after", "stall_after",
    "half_close", "toward", "connections", "family", "name", "backlog",     NULL,
};

#define LONGEST_PIECE 1000000

static uint32_t check_piece(lua_State *L, int index)
{
    int length = argument_integer(L, index, "a piece's length");
    if (length < 1 || length > LONGEST_PIECE)
        error_throw(L, "ValueError", "a piece has between 1 and %d bytes", LONGEST_PIECE);
    return (uint32_t)length;
}

/* A number for all of them, or a list: its lengths, and then the rest as it comes. */
static void read_pieces(lua_State *L, struct relay_manner *manner)
{
    uint32_t pieces[RELAY_PIECES] = {0};
    if (!keyword_push(L, 1, "pieces"))
        return;
    int list = lua_gettop(L), count = 1;
    manner->alike = !lua_istable(L, list);
    if (manner->alike)
        pieces[0] = check_piece(L, list);
    else if ((count = argument_length(L, list)) < 1 || count > RELAY_PIECES)
        error_throw(L, "ValueError", "pieces is one length, or a list of 1 to %d lengths", RELAY_PIECES);
    for (int i = 1; i <= count && !manner->alike; i++) {
        lua_geti(L, list, i);
        pieces[i - 1] = check_piece(L, -1);
        lua_pop(L, 1);
    }
    for (size_t way = 0; way < RELAY_WAYS; way++)
        memcpy(manner->pieces[way], pieces, sizeof pieces);
    lua_settop(L, list - 1);
}

static const struct {
    const char *name;
    enum relay_end end;
} ends[] = {{"reset_after", RELAY_RESETS}, {"close_after", RELAY_CLOSES}, {"stall_after", RELAY_STALLS}};

static void read_end(lua_State *L, struct relay_manner *manner)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int after = keyword_integer(L, 1, ends[i].name, -1);
        if (after < 0 && !keyword_push(L, 1, ends[i].name))
            continue;
        if (after < 0)
            error_throw(L, "ValueError", "%s is a number of bytes, 0 or more", ends[i].name);
        if (manner->end != RELAY_GOES_ON)
            error_throw(L, "ValueError", "a connection ends once: reset_after, close_after or stall_after");
        manner->end = ends[i].end;
        manner->after[RELAY_TO_CLIENT] = manner->after[RELAY_TO_PEER] = after;
    }
    if (!keyword_truth(L, 1, "half_close"))
        return;
    if (manner->end != RELAY_CLOSES)
        error_throw(L, "ValueError", "half_close=true goes with close_after: one way ends, the other goes on");
    manner->end = RELAY_HALF_CLOSES;
}

void lab_toward(lua_State *L, int index, bool ways[RELAY_WAYS])
{
    static const struct {
        const char *name;
        bool ways[RELAY_WAYS];
    } choices[] = {{"client", {[RELAY_TO_CLIENT] = true}},
                   {"peer", {[RELAY_TO_PEER] = true}},
                   {"both", {[RELAY_TO_CLIENT] = true, [RELAY_TO_PEER] = true}}};
    if (!keyword_push(L, index, "toward"))
        return;
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (strcmp(said, choices[i].name) == 0) {
            memcpy(ways, choices[i].ways, sizeof choices[i].ways);
            lua_pop(L, 1);
            return;
        }
    error_throw(L, "ValueError", "toward is \"client\", \"peer\" or \"both\"");
}

void lab_relay_manner(lua_State *L, struct relay_manner *manner)
{
    *manner = (struct relay_manner){
        .delay = lab_duration(L, "delay"), .pause = lab_duration(L, "pause"), .rate = lab_rate(L)};
    int connections = keyword_integer(L, 1, "connections", 0);
    if (connections < 0)
        error_throw(L, "ValueError", "connections is how many of them are disturbed, the first ones; 0 means all");
    manner->connections = (uint32_t)connections;
    read_pieces(L, manner);
    read_end(L, manner);
    lab_toward(L, 1, manner->ways);
    if (!manner->ways[RELAY_TO_PEER])
        manner->ways[RELAY_TO_CLIENT] = true;
}
