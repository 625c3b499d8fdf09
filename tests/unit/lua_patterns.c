/*
 * The patterns of restricted states against Lua's own: the same results, the same errors.  The test is written in Lua
 * and has both, `string` and `stock`.
 */
#include "lua/runtime.h"
#include "lua/state.h"
#include "trace/ring.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char script[] =
    "local function shown(...)\n"
    "  local out = {}\n"
    "  for i = 1, select('#', ...) do out[i] = tostring((select(i, ...))) end\n"
    "  return (stock.gsub(table.concat(out, '|'), \"'[%w%.?]+'\", 'NAME'))\n"
    "end\n"
    "local function all(f, ...)\n"
    "  local out = {}\n"
    "  for a, b, c in f(...) do out[#out + 1] = shown(a, b, c) end\n"
    "  return table.concat(out, ';')\n"
    "end\n"
    "local same, different = 0, {}\n"
    "local function compare(name, ...)\n"
    "  local ours, theirs = shown(pcall(string[name], ...)), shown(pcall(stock[name], ...))\n"
    "  if name == 'gmatch' then\n"
    "    ours, theirs = shown(pcall(all, string.gmatch, ...)), shown(pcall(all, stock.gmatch, ...))\n"
    "  end\n"
    "  if ours == theirs then same = same + 1 return end\n"
    "  different[#different + 1] = name .. '(' .. shown(...) .. '): ' .. ours .. ' instead of ' .. theirs\n"
    "end\n"
    "local pieces = {'a', 'b', '.', '%a', '%d', '%D', '%s', '%w', '%p', '%x', '%u', '%g', '%c', '%l', '[ab]',\n"
    "  '[^a]', '[a-c]', '[]a]', '[^]]', '[%a-]', '[a-', '[', ']', '(', ')', '()', '^', '$', '%', '%%', '%b()', '%b',\n"
    "  '%bx', '%f[%a]', '%f[^%z]', '%f', '%1', '%2', '%0', '*', '+', '-', '?', '1', ' ', '\\0', '%z', '[%', '[^',\n"
    "  '[a%', '\\xe1', '-', 'x'}\n"
    "local letters = {'a', 'b', 'c', '(', ')', ' ', '1', 'x', 'A', ']', '-', '\\0', '\\xe1', '%', '\\n', '$', '^'}\n"
    "local function any(list, most)\n"
    "  local out = {}\n"
    "  for i = 1, math.random(0, most) do out[i] = list[math.random(#list)] end\n"
    "  return table.concat(out)\n"
    "end\n"
    "local answers = {a = 'A', b = false, c = 7, x = {}}\n"
    "for i = 1, 60000 do\n"
    "  local s, p, from = any(letters, 9), any(pieces, 6), math.random(-3, 11)\n"
    "  if i % 3 == 0 then from = nil end\n"
    "  compare('find', s, p, from)\n"
    "  compare('find', s, p, from, true)\n"
    "  compare('match', s, p, from)\n"
    "  compare('gmatch', s, p, from)\n"
    "  compare('gsub', s, p, any({'%1', '%0', '<', '%%', '%2', '%', 'x', '\\0'}, 3), from)\n"
    "  compare('gsub', s, p, answers)\n"
    "  compare('gsub', s, p, function(a, b) return b and a or nil end, 2)\n"
    "end\n"
    "for times = -1, 5 do\n"
    "  for _, s in ipairs{'', 'a', 'ab\\0', stock.rep('long', 300)} do\n"
    "    compare('rep', s, times)\n"
    "    compare('rep', s, times, ', ')\n"
    "    compare('rep', s, times, '')\n"
    "  end\n"
    "end\n"
    "compare('rep', 'x', 1 << 40)\n"
    "compare('rep', 'x', math.maxinteger, 'y')\n"
    "compare('find', stock.rep('a', 300), stock.rep('a?', 300) .. 'b')\n"
    "compare('match', 'a', stock.rep('(a)', 40))\n"
    "compare('find', 'a')\n"
    "compare('gsub', 'a', 'a', true)\n"
    "compare('gsub', 'a', 'a')\n"
    "compare('gmatch', 'a')\n"
    "compare('find', 'a', 'a', 'x')\n"
    "if #different > 0 then\n"
    "  error(#different .. ' of ' .. #different + same .. ' differ:\\n' .. table.concat(different, '\\n', 1, "
    "math.min(20, #different)))\n"
    "end\n"
    "return same\n";

/* Lua's own functions as `stock`; methods of strings stay those of `string`. */
static void keep_stock(lua_State *L)
{
    luaopen_string(L);
    lua_setglobal(L, "stock");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_getglobal(L, "string");
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
}

static void test_same_as_lua(void **state)
{
    (void)state;
    struct ring *ring = ring_new(1024);
    struct runtime *runtime = state_new(ring, true, NULL, NULL);
    lua_State *L = runtime->main;
    keep_stock(L);
    if (luaL_dostring(L, script) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    assert_true(lua_tointeger(L, -1) > 400000);
    runtime_free(runtime);
    ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_as_lua)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
