#include "session/mould.h"

#include "base/memory.h"
#include "lua/state.h"
#include "session/limits.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

struct session_mould {
    struct memory_limit memory;
    struct runtime *runtime;
};

struct session_mould *session_mould_new(void)
{
    struct session_mould *mould = memory_new(1, sizeof *mould);
    mould->memory.most = SIZE_MAX;
    mould->runtime = state_new(NULL, true, limited_allocate, &mould->memory);
    if (mould->runtime != NULL)
        return mould;
    free(mould);
    return NULL;
}

void session_mould_free(struct session_mould *mould)
{
    if (mould == NULL)
        return;
    runtime_free(mould->runtime);
    free(mould);
}

/* Lua seeds with the time and an address, which are the same for all workers of one second. */
static int seed(lua_State *L)
{
    lua_Integer numbers[2] = {0, 0};
    if (!lua_toboolean(L, 1) && getrandom(numbers, sizeof numbers, 0) != sizeof numbers)
        return 0;
    lua_getglobal(L, LUA_MATHLIBNAME);
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, numbers[0]);
    lua_pushinteger(L, numbers[1]);
    lua_call(L, 2, 0);
    return 0;
}

struct runtime *mould_take(struct session_mould *mould, struct ring *ring, size_t memory, bool same)
{
    struct runtime *runtime = mould->runtime;
    mould->memory.most = memory;
    limited_spare(mould->runtime->main, true);
    memory_share(&mould->memory);
    runtime->net.ring = ring;
    lua_pushcfunction(runtime->main, seed);
    lua_pushboolean(runtime->main, same);
    if (lua_pcall(runtime->main, 1, 0, 0) != LUA_OK)
        lua_pop(runtime->main, 1);
    return runtime;
}
