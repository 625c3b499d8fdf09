/*
 * What would run for hours ends when its time is over, and the session is still there: loops in Lua, in Lua's own
 * library, in what shows values, and in functions that others call.
 */
#include "base/clock.h"
#include "support/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int start(void **state)
{
    const struct session_options options = {.time = 20 * CLOCK_SECOND, .memory = 256 << 20, .output = 4096};
    *state = session_new(&options);
    return 0;
}

static const char *const endless[] = {
    /* patterns */
    "('a'):rep(40):find(('a?'):rep(40) .. ('a'):rep(41))",
    "('a'):rep(300000):find('.-.-.-b')",
    "('a'):rep(300000):match('(.-)(.-)%1%2b')",
    "('a'):rep(100000):gsub('.-.-.-b', '')",
    "for w in ('a'):rep(300000):gmatch('.-.-.-b') do end",
    "('('):rep(1000000):find('%b()')",
    "('x'):rep(100000):gsub('x*x*x*y', '')",
    /* tables */
    "table.move({}, 1, 1 << 60, 1, {})",
    "t = {1, 2, 3} table.move(t, 1, 1 << 60, 2)",
    "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 'x')",
    "table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)",
    "table.concat({}, '', 1, 0) table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 60)",
    "table.sort(setmetatable({}, {__len = function() return (1 << 31) - 10 end, __index = function() return 1 end}))",
    "table.unpack(setmetatable({}, {__index = function() while true do end end}), 1, 3)",
    /* values that are shown */
    "return setmetatable({}, {__tostring = function() while true do end end})",
    /* functions that others call */
    "setmetatable({}, {__gc = function() while true do end end}) collectgarbage()",
    "for i = 1, 1000000 do setmetatable({}, {__gc = function() while true do end end}) end",
    "do local x <close> = setmetatable({}, {__close = function() while true do end end}) end",
    "while true do local x <close> = setmetatable({}, {__close = function() while true do end end}) end",
    "co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) "
    "coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
    "f = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) "
    "error('x') end) f()",
    "xpcall(error, function() while true do end end)",
    "xpcall(function() local x = nil + 1 end, function(m) return xpcall(error, function() while true do end end) end)",
    "while true do pcall(function() while true do end end) end",
    "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "while true do coroutine.wrap(function() while true do pcall(coroutine.yield) end end)() end",
    "load(function() while true do end end)",
    "load(('-- x\\n'):rep(20000000))",
    "string.format('%s', setmetatable({}, {__tostring = function() while true do end end}))",
    "print(setmetatable({}, {__tostring = function() while true do end end}))",
    "error(setmetatable({}, {__tostring = function() while true do end end}))",
    "('x'):rep(100):gsub('x', function() while true do end end)",
    "return {} < setmetatable({}, {__lt = function() while true do end end})",
    "signal.signal(signal.SIGUSR1, function() error(1) end) xpcall(function() signal.setitimer(signal.ITIMER_REAL, 0.001) "
    "signal.signal(signal.SIGALRM, function() error(1) end) while true do end end, function() while true do end end)",
    "signal.signal(signal.SIGUSR1, function() while true do end end) signal.raise_signal(signal.SIGUSR1)",
    "repeat until false",
    "local t = {} while true do t[#t % 1000 + 1] = ('x'):rep(1000) end",
};

static void test_ends_and_goes_on(void **state)
{
    outcome_free(sessions_evaluate(state, "kept = 'kept'"));
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        struct outcome *outcome = sessions_evaluate_within(state, endless[i], 50 * CLOCK_MILLISECOND);
        if (outcome->kind == OUTCOME_ENDED)
            fail_msg("%s\nended the session: %s", endless[i], outcome->reason);
        if (outcome->kind != OUTCOME_ERROR || strcmp(outcome->error.class, "TimeLimit") != 0)
            fail_msg("%s\nwas not stopped: %s", endless[i], outcome_text(outcome));
        if (outcome->elapsed > 150 * CLOCK_MILLISECOND)
            print_message("%s\ntook %g s\n", endless[i], (double)outcome->elapsed / 1e9);
        outcome_free(outcome);
        outcome = sessions_evaluate(state, "return kept");
        assert_int_equal(outcome->kind, OUTCOME_FINE);
        assert_string_equal(outcome->values[0].text, "\"kept\"");
        outcome_free(outcome);
    }
}

/* Values without an end that are shown all the same, and soon. */
static const struct {
    const char *code, *begin;
} shown[] = {
    {"local parts = {} for i = 0, 61 do parts[#parts + 1] = ('[%d]=1'):format(1 << i) end "
     "return load('return {' .. table.concat(parts, ',') .. '}')()",
     "{\n  [1024] = 1,"},
    {"local t = {} for i = 1, 6 do local wide = {} for k = 1, 200 do wide[k] = t end t = wide end return t", "{\n  {"},
    {"local t = {} for i = 1, 2000000 do t[i] = i end return t", "{\n  1,\n  2,"},
    {"local t = {} for i = 1, 20 do local row = {} for k = 1, 5000 do row[k] = k end t[i] = row end return t",
     "{\n  {"},
    {"return {['end'] = 1, fine = 2}", "{[\"end\"] = 1, fine = 2}"},
    {"return {1, nil, 3, nil, nil, 6}", "{1, nil, 3, nil, nil, 6}"},
    {"return {}", "{}"},
    {"return setmetatable({}, {__tostring = function() return ('x'):rep(100000000) end})", "xxxx"},
    {"return ('x'):rep(100000000)", "\"xxxx"},
};

static void test_shown_soon(void **state)
{
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct outcome *outcome = sessions_evaluate(state, shown[i].code);
        if (outcome->kind != OUTCOME_FINE)
            fail_msg("%s\n%s", shown[i].code, outcome_text(outcome));
        if (strncmp(outcome->values[0].text, shown[i].begin, strlen(shown[i].begin)) != 0)
            fail_msg("%s\nis shown as %.80s", shown[i].code, outcome->values[0].text);
        assert_true(strlen(outcome->values[0].text) < 200000);
        outcome_free(outcome);
    }
}

/* The limit of 256 MiB is the session's: peers do not each have one. */
static void test_peers_share_the_memory(void **state)
{
    static const char code[] =
        "local grown = 0\n"
        "for i = 1, 30 do\n"
        "  local p = lab.peer(function(l)\n"
        "    local kept, c = {}, l:accept()\n"
        "    local fine = pcall(function() for k = 1, 64 do kept[k] = ('x'):rep(1 << 20) end end)\n"
        "    c:send(fine and 'y' or 'n')\n"
        "    c:recv(1)\n"
        "  end)\n"
        "  clients, peers = clients or {}, peers or {}\n"
        "  peers[i] = p\n"
        "  clients[i] = socket.create_connection(p.address)\n"
        "  if clients[i]:recv(1) == 'y' then grown = grown + 1 end\n"
        "end\n"
        "return grown\n";
    struct outcome *outcome = sessions_evaluate(state, code);
    if (outcome->kind != OUTCOME_FINE)
        fail_msg("%s", outcome_text(outcome));
    assert_string_equal(outcome->values[0].text, "3");
    outcome_free(outcome);
    /* What ended peers had is free again. */
    outcome =
        sessions_evaluate(state, "for i, c in ipairs(clients) do c:close() repeat until not peers[i]:alive() end\n"
                                 "clients = nil\n"
                                 "local p = lab.peer(function(l)\n"
                                 "  local c, kept = l:accept(), ('x'):rep(100 << 20)\n"
                                 "  c:send('y')\n"
                                 "end)\n"
                                 "return socket.create_connection(p.address):recv(1)\n");
    char *text = outcome_text(outcome);
    assert_string_equal(text, "\"y\"\n");
    free(text);
    outcome_free(outcome);
}

static void test_what_is_too_much(void **state)
{
    expect_error(sessions_evaluate(state, "many = {} for i = 1, 100 do many[i] = lab.echo() end"), "OSError",
                 "40 may run at once");
    outcome_free(sessions_evaluate(state, "for _, p in ipairs(many) do p:stop() end"));
    expect_error(sessions_evaluate(state, "error(('x'):rep(50000000), 0)"), "LuaError", "... (50000000 bytes)");
    expect_error(sessions_evaluate(state, "error(OSError(5, ('x'):rep(50000000)))"), "OSError", "bytes)");
    expect_error(sessions_evaluate(state, "load('error(1)', '=' .. ('n'):rep(50000000))()"), "LuaError", "");
    expect_error(sessions_evaluate(state, "p = lab.echo() p:stop() os.kill(0, signal.SIGKILL)"), "PermissionError",
                 "process 0");
    expect_error(sessions_evaluate(state, "p = lab.echo() p:stop() os.kill(-1, signal.SIGKILL)"), "PermissionError",
                 "process -1");
    expect_error(sessions_evaluate(state, "os.kill(1, 0)"), "PermissionError", "process 1");
    struct outcome *outcome = sessions_evaluate(state, "return table.unpack({}, 1, 100000)");
    assert_int_equal(outcome->value_count, 200);
    assert_string_equal(outcome->values[199].text, "... 99801 more values");
    outcome_free(outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shown_soon, start, sessions_stop),
        cmocka_unit_test_setup_teardown(test_what_is_too_much, start, sessions_stop),
        cmocka_unit_test_setup_teardown(test_peers_share_the_memory, start, sessions_stop),
        cmocka_unit_test_setup_teardown(test_ends_and_goes_on, start, sessions_stop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
