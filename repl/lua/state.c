#include "lua/state.h"

#include "lua/globals.h"
#include "lua/os.h"
#include "lua/calling.h"
#include "lua/pristine.h"
#include "lua/restrict.h"
#include "lua/select.h"

#include <lualib.h>

static int open_everything(lua_State *L)
{
    luaL_openlibs(L);
    runtime_track(L);
    globals_install(L);
    if (runtime_of(L)->restricted)
        restrict_globals(L);
    os_extend(L);
    select_extend(L);
    if (runtime_of(L)->restricted)
        pristine_keep(L);
    return 0;
}

struct runtime *state_new(struct ring *ring, bool restricted, lua_Alloc allocate, void *self)
{
    struct runtime *runtime = runtime_new(ring, restricted, allocate, self);
    if (runtime == NULL)
        return NULL;
    lua_State *L = runtime->main;
    /* Nothing of it is garbage yet. */
    lua_gc(L, LUA_GCSTOP);
    lua_pushcfunction(L, open_everything);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
        runtime_free(runtime);
        return NULL;
    }
    lua_gc(L, LUA_GCRESTART);
    if (restricted)
        calling_begin(runtime);
    return runtime;
}
