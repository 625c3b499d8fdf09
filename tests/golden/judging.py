"""Exercises have one right verdict, whatever the learner's code made of Lua's own names."""
import os
import subprocess
import tempfile

SOCKRATES = os.environ["SOCKRATES"]

EXERCISE = """# X

## Exercise: it

Do it.

```lua {.starter timeout=300ms}
STARTER
```

<details><summary>Solution</summary>

```lua {.solution}
SOLUTION
```

</details>

<details><summary>Check</summary>

```lua {.check timeout=1s}
CHECK
```

</details>
"""

FINE = None
STARTER_PASSES = "The starter passes the check already"
REFUSED = "The solution does not pass this check"

# What the starter does, what the solution does, what checks them; FINE, or a part of what is said.
VERDICTS = [
    # A starter that is wrong stays wrong, whatever it makes of Lua.
    ("assert = function() end", "x = 2", "assert(x == 2)", FINE),
    ("error = function() end assert = function() end", "x = 2", 'if x ~= 2 then error("x is 2") end', FINE),
    ("x = setmetatable({}, {__eq = function() return true end})", "x = {1}", "assert(x[1] == 1)", FINE),
    ("pcall = function() return true end", "f = print", "assert(pcall(f, 1))", FINE),
    ("type = function() return 'number' end", "x = 1", "assert(type(x) == 'number')", FINE),
    ("tostring = function() return 'yes' end", "x = 'yes'", "assert(tostring(x) == 'yes')", FINE),
    ("function ipairs() return function() end end", "list = {1}",
     "local n = 0 for _ in ipairs(list or {}) do n = n + 1 end assert(n == 1)", FINE),
    ("function pairs() return next, {1, 2} end x = {}", "x = {a = 1}",
     "local n = 0 for _ in pairs(x) do n = n + 1 end assert(n == 1, 'n is ' .. n)", FINE),
    ("next = nil socket.AF_INET = 5", "x = socket.AF_INET", "assert(x == socket.AF_INET)", FINE),
    ("package.loaded.socket = {AF_INET = 5} x = 5 require = function() return {AF_INET = 5} end", "x = socket.AF_INET",
     "assert(x == require('socket').AF_INET and require('string').upper('a') == 'A')", FINE),
    ("select = function() return 3 end", "x = 1", "assert(select('#', x) == 1 and x)", FINE),
    ("string.find = function() return 1 end x = ''", "x = 'pong'", "assert(string.find(x, 'pong'))", FINE),
    ("string.find = function() return 1 end x = ''", "x = 'pong'", "assert(x:find('pong'))", FINE),
    ("getmetatable('').__index = function() return function() return true end end x = ''", "x = 'pong'",
     "assert(x:find('pong'))", FINE),
    ("table.concat = function() return 'ab' end x = {}", "x = {'a', 'b'}", "assert(table.concat(x) == 'ab')", FINE),
    ("math.max = function() return 7 end x = 0", "x = 7", "assert(math.max(x, 1) == 7)", FINE),
    ("socket.socketpair = function() return nil end x = 1", "x = 2",
     "local a, b = socket.socketpair() assert(a:fileno() ~= b:fileno()) a:close() b:close() assert(x == 2)", FINE),
    ("time.monotonic = function() return 0 end x = 1", "x = 2", "assert(time.monotonic() > 0 and x == 2)", FINE),
    ("lab.echo = nil lab = nil x = 1", "x = 2", "assert(lab.echo().port > 0 and x == 2)", FINE),
    ("errno.ECONNREFUSED = 0 x = 0", "x = 111", "assert(x == errno.ECONNREFUSED)", FINE),
    ("TimeoutError.isa = function() return true end e = TimeoutError('x')", "e = ConnectionRefusedError('x')",
     "assert(e:isa(ConnectionRefusedError))", FINE),
    ("a = socket.socketpair() getmetatable(a).__index = function() return print end", "a = socket.socketpair()",
     "assert(a:fileno() > 2 and not failure)", FINE),
    ("setmetatable(_G, {__index = function() return 2 end})", "x = 2", "assert(rawget(_G, 'x') == 2)", FINE),
    # What the check is given cannot be made.
    ("calls = {{call = 'connect'}, {call = 'connect'}}", "s = socket.socket() s:bind('127.0.0.1', 0)",
     "assert(#calls >= 2, 'calls: ' .. #calls)", FINE),
    ("elapsed = 99", "time.sleep(0.05)", "assert(elapsed > 0.04, 'it took ' .. elapsed)", FINE),
    ("result = 42", "42", "assert(result == 42, 'result is ' .. tostring(result))", FINE),
    ("results = {42}", "42", "assert(results[1] == 42)", FINE),
    ("failure = nil error('x')", "failure = 'x'", "assert(not failure)", FINE),
    ("output = 'pong'", "print('pong')", "assert(output == 'pong\\n')", FINE),
    # A right answer stays right, whatever it calls its variables.
    ("n = 0", "s = socket.socket() type = s.type n = 7", "assert(type(n) == 'number' and n == 7, 'n is not 7')", FINE),
    ("n = 0", "ok, error = pcall(socket.socket, -5) n = 7", "if n ~= 7 then error('n is not 7') end", FINE),
    ("n = 0", "string = 'x' table = {} math = 1 n = 7", "assert(string.rep('x', n) == 'xxxxxxx' and #table.pack(n) == 1)",
     FINE),
    ("n = 0", "pairs, ipairs, select, tostring, assert, print = 1, 2, 3, 4, 5, 6 n = 7",
     "for _, v in ipairs{n} do assert(tostring(v) == '7') end print(select('#', n))", FINE),
    ("n = 0", "socket, time, lab, errno, signal = nil, nil, 1, 2, 3 n = 7",
     "assert(socket.AF_INET and time.monotonic() and lab.echo() and errno.EAGAIN and n == 7)", FINE),
    ("n = 0", "calls, output, elapsed, result, failure = 1, 2, 3, 4, 5 n = 7",
     "assert(n == 7 and #calls == 0 and output == '' and not failure)", FINE),
    ("n = 0", "setmetatable(_G, {__index = function(_, k) error('no ' .. k) end, __newindex = error}) rawset(_G, 'n', 7)",
     "assert(n == 7 and not failure)", FINE),
    ("n = 0", "function string.twice(s) return s .. s end function f(x) return x:twice() end",
     "assert(f and f('ab') == 'abab' and ('ab'):upper() == 'AB')", FINE),
    ("n = 0", "setmetatable(_G, {__newindex = function(t, k, v) if k == '_' then error('no') end rawset(t, k, v) end}) "
     "n = 7\nn", "assert(n == 7 and result == 7)", FINE),
    # Checks that are wrong themselves.
    ("x = 1", "x = 2", "-- nothing", STARTER_PASSES),
    ("x = 5", "x = 5", "assert(x == 5)", STARTER_PASSES),
    ("x = 1", "x = 2", "assert(y.z == 1)", REFUSED + ": attempt to index a nil value (global 'y')"),
    ("x = 1", "x = 2", "os.exit(0)", REFUSED),
    ("x = 1", "x = 2", "while x == 2 do end error('no')", REFUSED + ": TimeLimit"),
    ("x = 1", "x = 2", "assert(x ==", REFUSED),
    ("x = 1", "x = 2", "assert(x == 3, 'x is 3')", REFUSED + ": x is 3"),
    # And others that are not.
    ("x = 1", "x = 2", "print('looking') assert(x == 2)", FINE),
    ("x = 1", "x = 2", "return x == 2", FINE),
    ("x = 1", "x = 2", "y = x assert(y == 2) x = 3", FINE),
    # Solutions and starters that end in other ways.
    ("x = 1", "x = = 2", "assert(x == 2)", "SyntaxError: unexpected symbol near '='"),
    ("x = 1\nx", "x = 2 +", "assert(result == 2)", "is not complete"),
    ("os.exit(0)", "x = 2", "assert(x == 2)", FINE),
    ("while true do end", "x = 2", "assert(x == 2)", FINE),
    ("x = ???", "x = 2", "assert(x == 2)", FINE),
    ("f(", "x = 2", "assert(not failure)", FINE),
    ("t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", "x = 2", "assert(x == 2)", FINE),
]

HIDDEN = "The solution does not pass the hidden check"

# The same with hidden checks: they run elsewhere, and see the same.
HIDDEN_VERDICTS = [
    ("x = 1", "x = 2", "assert(x == 2)", FINE),
    ("x = 1", "x = 2", "assert(x == 3, 'x is ' .. x)", HIDDEN + ", at x.check.lua:1: x is 2"),
    ("function double(x) end", "function double(x) return 2 * x end", "assert(double(10) == 20 and type(double) == 'function')",
     FINE),
    ("print('x')", "print('pong \\xff\\0') return 1.5, 'a\\0\\xff\\u{20ac}', {1, {2}, k = true}, 1e300, 0/0",
     "assert(output == 'pong \\\\xff\\\\x00\\n' and result == 1.5 and results[2] == 'a\\0\\xff\\u{20ac}') "
     "assert(results[3][2][1] == 2 and results[3].k and results[4] == 1e300 and results[5] ~= results[5])", FINE),
    ("x = 1", "a, b = socket.socketpair() a:sendall('hello') b:recv(5)",
     "local sent, got for _, c in ipairs(calls) do sent = c.sent or sent got = c.received or got end "
     "assert(sent == 'hello' and got == 'hello' and elapsed > 0 and not failure)", FINE),
    ("x = 1", "a, b = socket.socketpair()", "a:sendall('hi') assert(b:recv(9) == 'hi' and type(a) == 'userdata' and a.family)",
     FINE),
    ("x = 1", "function f() error(ConnectionRefusedError(111, 'no')) end",
     "local fine, e = pcall(f) assert(not fine and e:isa(ConnectionError) and e.errno == 111)", FINE),
    ("x = 1", "function f() return nil, 2, nil end", "assert(select('#', f()) == 3 and select(2, f()) == 2)", FINE),
    ("function f() end", "function f(address) local s <close> = socket.socket() return s:connect_ex(address) == 0 end",
     "assert(f(lab.echo().address) and not f(lab.refused().address))", FINE),
    ("x = 1", "function f(g) return g end", "assert(not pcall(f, print) and f(f) and tostring(f):find('function'))", FINE),
    ("x = 1", "t = setmetatable({}, {__index = function(_, k) return k .. '!' end, __len = function() return 7 end})",
     "assert(t and t.a == 'a!' and #t == 7 and type(t) == 'table')", FINE),
    ("x = 1", "t = {} t.t = t", "assert(t.t.t)", FINE),
    # What the learner's code does to its own Lua is not here, and it cannot look for the check.
    ("assert, type, error, pcall = print, print, print, print", "x = 2", "assert(x == 2)", FINE),
    ("getmetatable('').__index = function() return print end string.find = print", "x = 'pong'", "assert(x and x:find('pong'))",
     FINE),
    ("function f() for i = 1, 20 do local a = debug.getinfo(i, 'S') if a and a.source:find('check') then return 7 end end end",
     "function f() return 7 end", "assert(f() == 7)", FINE),
    ("while true do end", "x = 2", "assert(x == 2)", FINE),
    ("os.exit(0)", "x = 2", "assert(x == 2)", FINE),
    ("function f() while true do end end", "function f() end", "assert(select('#', f()) == 0)", FINE),
    ("function f() os.exit(0) end", "function f() return 1 end", "assert(f() == 1)", FINE),
    ("x = 1", "x = 2", "x.y = 1", HIDDEN),
    ("x = 1", "x = 2", "os.exit(0)", HIDDEN),
    ("x = 1", "x = 2", "-- nothing", STARTER_PASSES),
    ("x = 1", "x = 2", "assert(x ==", HIDDEN),
]

PLAIN = EXERCISE[:EXERCISE.index("<details><summary>Check")].replace("# X\n", "---\ntimeout: 1s\n---\n# X\n")
for number, (starter, solution, check, expected) in enumerate(HIDDEN_VERDICTS):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.md")
        with open(path, "w") as file:
            file.write(PLAIN.replace("STARTER", starter).replace("SOLUTION", solution))
        with open(os.path.join(folder, "x.check.lua"), "w") as file:
            file.write(check + "\n")
        done = subprocess.run([SOCKRATES, "check", path], capture_output=True, text=True, timeout=60)
        fine = done.returncode == 0 if expected is None else done.returncode == 1 and expected in done.stdout
        assert fine, (number, starter, solution, check, expected, done.stdout, done.stderr)
print("ok", len(HIDDEN_VERDICTS), "hidden verdicts")

for number, (starter, solution, check, expected) in enumerate(VERDICTS):
    with tempfile.TemporaryDirectory() as folder:
        text = EXERCISE.replace("STARTER", starter).replace("SOLUTION", solution).replace("CHECK", check)
        if "1e9" in starter:
            text = text.replace("300ms", "9s")
        path = os.path.join(folder, "x.md")
        with open(path, "w") as file:
            file.write(text)
        done = subprocess.run([SOCKRATES, "check", path], capture_output=True, text=True, timeout=60)
        fine = done.returncode == 0 if expected is None else done.returncode == 1 and expected in done.stdout
        assert fine, (number, starter, solution, check, expected, done.stdout, done.stderr)
print("ok", len(VERDICTS), "verdicts")
