"""Habits brought from elsewhere: what a Python programmer or a newcomer types, and what it says to type instead.

What stands behind "Type" is typed then, up to words that are not code: it must be Lua.
"""
import re

from support.screen import Person, check, run

HABITS = [
    ("import socket", "Here socket is there already."),
    ("from socket import *", "type socket. and press Tab."),
    ("import requests", "there is no module requests here."),
    ("s.connect(('127.0.0.1', 9))", "Type s:connect('127.0.0.1', 9)"),
    ("s.connect(host, 9)", "Type s:connect(host, 9)"),
    ("s:sendto('x', (host, 9))", "Type s:sendto('x', {host, 9})"),
    ("pair = (1, 2)", "Type pair = {1, 2}"),
    ("list = [1, 2]", "Type list = {1, 2}"),
    ("print('a' + host)", "Type 'a' .. host"),
    ("'%s!' % host", "Type string.format('%s!', host)"),
    ("'-' * 3", "Type string.rep('-', 3)"),
    ("f\"to {host}!\"", 'Type "to " .. host .. "!"'),
    ("len(host)", "Type #host"),
    ("int('5')", "Type tonumber('5')"),
    ("host != nil", "Type host ~= nil"),
    ("host === nil", "Type host == nil"),
    ("host is None", "Type host == nil"),
    ("host is not None", "Type host ~= nil"),
    ("n += 1", "Type n = n + 1"),
    ("n++", "Type n = n + 1"),
    ("n = n > 3 ? 1 : 2", "Type n > 3 and 1 or 2"),
    ("int port = 5", "Type port = 5"),
    ("if n = 1 then n = 2 end", "One = stores, two compare."),
    ("if n == 1 { n = 2 }", "Type if n == 1 then ... end"),
    ("if n == 1:", "Type if n == 1 then ... end"),
    ("while True:", "Type while true do ... end"),
    ("for i in range(3):", "Type for i = 0, 3 - 1 do ... end"),
    ("for x in names:", "Type for _, x in ipairs(names) do ... end"),
    ("for i = 1 to 3 do end", "Type for i = 1, 3 do ... end"),
    ("def f(a, b):", "Type function f(a, b) ... end"),
    ("class Client:", "Type Client = {}, then function Client.new()"),
    ("try: s.send('x')", "Type ok, err = pcall(s.send, s, 'x')"),
    ("except socket.timeout as e:", "then err:isa(socket.timeout)"),
    ("with socket.socket() as t:", "Type local t <close> = socket.socket()"),
    ("raise ValueError('x')", "Type error(ValueError('x'))"),
    ("del n", "Type n = nil"),
    ("lambda x: x", "Type function(x) return x end"),
    ("s:send(b'x')", "Leave out the b: 'x'"),
    ("data = s.recv(10).decode()", "Type s:recv(10)"),
    ("True", "written in small letters"),
    ("s:setblocking(False)", "Type it small instead of False."),
    ("None", "What you call None is nil in Lua."),
    ("quit", "Type :quit"),
    ("exit(1)", "Type :quit"),
    ("print('x' if n else 'y')", "Type print(n and 'x' or 'y')"),
    ("','.join(['a', 'b'])", "Type table.concat(list, ',')"),
    ("t = {'a': 1, 'b': 2}", "Type ['a'] = instead of 'a':"),
    ("t = dict(a=1)", "Type { a=1 }"),
    ("if ((s = socket(AF_INET, SOCK_STREAM, 0)) < 0) perror('x');", "nothing is stored within a condition"),
    ("puts(\"x\")", "Type print(\"x\")"),
    ("fprintf(stderr, \"x\\n\")", "Type print(\"x"),
    ("fork()", "Type lab.peer(function(listener)"),
    ("unsigned short port = 80;", "Type port = 80"),
    ("static const char *name;", "Type local name"),
    ("sys.exit()", "Type :quit"),
    ("n = 2 ** 8", "Type 2 ^ 8"),
    ("n = 1_000", "Type 1000"),
    ("n = {5, 6}[1]", "Type ({5, 6})[1]"),
    ("text = '''hello'''", "Type text = [[text]]"),
    ("getsockname(s, &address, &length)", "Leave out what begins with &."),
    ("help", "Type :help"),
    ("s->close()", "Type s:close()"),
    ("s.settimeout = 5", "Type s:settimeout(5)"),
    ("socket.socket(AF_INET, SOCK_STREAM)", "Type socket.AF_INET, and so"),
    ("socket.socket(socket.AF_INET, socket.SOCK_STREM)", "Did you mean socket.SOCK_STREAM?"),
    ("socket.AF_INTE", "Did you mean socket.AF_INET?"),
    ("s:Connect(host, 9)", "Type s:connect if you meant that"),
    ("socket.Socket()", "Type socket.socket if you meant that"),
    ("sleep(1)", "Type time.sleep if you meant that."),
    ("socket.connect(host, 9)", "Type s = socket.socket(), then s:connect(host, 9)"),
    ("socket.tcp()", "socket.tcp is LuaSocket's."),
    ("s:connect(127.0.0.1, 9)", 'Type "127.0.0.1"'),
    ("s:connect('127.0.0.1:9')", 'Type s:connect("127.0.0.1", 9)'),
    ("s:connect('127.0.0.1')", "The port is missing."),
    ("s:connect '127.0.0.1', 9", "Type s:connect('127.0.0.1', 9)"),
    ("s:connect('127.0.0.1' 9)", "A comma is missing between two values."),
    ("s:connect('127.0.0.1', '9')", "A port is a number, without quotes."),
    ("time.sleep('1')", "Seconds are a number, without quotes."),
    ("print('hello)", "A quote is missing"),
    ("print(“hello”)", 'Type " instead of “'),
    ("x = ‘a’", "Type ' instead of ‘"),
    ("x = 2 – 1", "Type - or -- instead of –"),
    ("grün = 1", "Names in Lua are of a to z"),
    ("names[0].x = 1", "Type names[1]"),
    ("names[7].x = 1", "Type #names to see how many."),
    ("# a comment", "Type -- instead of #"),
    ("// a comment", "Type -- instead"),
    ("host && n", "Type the word instead of &&"),
    ("end", "There is one `end` too many."),
    ("n()", "n is a number, and only functions can be called."),
    ("print(s.getsockname())", "Type s:getsockname()\n"),
    ("a, b = (1, 2)", "Type a, b = 1, 2"),
    ("(a, b) = s:getsockname()", "Type a, b = s:getsockname()"),
    ("\"{}\".format(n)", 'Type string.format("%s", n)'),
    ("n = 'to {}'.format(host)", 'Type string.format("%s", host)'),
    ("try:", "Type ok, err = pcall(function() ... end)"),
    ("finally:", "Type local t <close> = socket.socket()"),
    ("isinstance(n, int)", 'Type type(n) == "number"'),
    ("isinstance(host, str)", 'Type type(host) == "string"'),
    ("isinstance(names, dict)", 'Type type(names) == "table"'),
    ("isinstance(s, socket.socket)", "Type type(s)\n"),
    ("isinstance(OSError('x'), OSError)", "Type OSError('x'):isa(OSError)"),
    ("pass", "Leave this line out."),
    ("n = 1 if host else 2", "Type n = host and 1 or 2"),
    ("print host", "Type print(host)"),
    ("host[1:3]", "Type host:sub(1 + 1, 3)"),
    ("[x for x in names]", "Type t = {} for i, x in ipairs(list)"),
    ("dict()", "Type t = {}"),
    ("connect(s, host, 9)", "Type s:connect(host, 9)"),
    ("connect(s, (struct sockaddr *)&addr, sizeof addr)", 'Type s:connect("127.0.0.1", 8080)'),
    ("close(s)", "Type s:close()"),
    ("listen(s, 5)", "Type s:listen(5)"),
    ("send(s, 'x', 1, 0)", "Type s:send('x')"),
    ("recv(s, data, 10, 0)", "Type data = s:recv(10)"),
    ("recv(s, 10)", "Type s:recv(10)"),
    ("accept(s, NULL, NULL)", "Type connection, address = s:accept()"),
    ("getsockname(s)", "Type s:getsockname()"),
    ("socket(AF_INET, SOCK_STREAM, 0)", "Type s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)"),
    ("struct sockaddr_in addr;", 'Type address = {"127.0.0.1", 8080}'),
    ("s->fd", "Type s.fd"),
    ("int fd;", "Type local fd"),
    ("char buf[100];", "Type local buf"),
    ("const char *p = 'x';", "Type p = 'x'"),
    ("int main() {", "Type function main() ... end"),
    ("if (n == 1) {", "Type if n == 1 then ... end"),
    ("while (n) {", "Type while n do ... end"),
    ("for (int i = 0; i < n; i++) {", "Type for i = 0, n - 1 do ... end"),
    ("switch (n) {", "Type if n == 1 then ... end"),
    ("}", "A bracket closes that none opened."),
    ("printf('%d', n)", "Type print(string.format('%d', n))"),
    ("strlen(host)", "Type #host"),
    ("free(n)", "Lua looks after memory by itself."),
    ("#include <stdio.h>", "Just use them: type socket. and press Tab."),
    ("#define PORT 80", "Type PORT = 80"),
    ("else if n then", "Type elseif"),
    ("n.x.y = 1", None),
    ("?", "Enter goes on."),
]


def suggested(text):
    """The code that the advice says to type; None when it is not whole."""
    found = re.search(r"^  Type (.*)", text, re.M)
    if found is None or re.search(r"\.\.\.|:quit|:help|instead of|, (then|and|with|or) |if you meant|#|<close>", found[1]):
        return None
    return found[1]


def habits_are_answered_with_lua():
    tried = 0
    with Person("habits", columns=100, rows=40) as person:
        for typed, text in HABITS:
            person.enter("s = socket.socket() host = '127.0.0.1' n = 3 names = {'a', 'b'}")
            person.enter(typed)
            person.line_is(">")
            seen = person.scrolled().split("> " + typed + "\n")[-1]
            check(text is None or text in seen, f"{typed}: {seen}")
            code = suggested(seen)
            if code is not None:
                tried += 1
                person.enter(code)
                seen = person.scrolled().split("> " + code + "\n")[-1]
                check(not re.search("SyntaxError|TypeError|nil value", seen), f"{typed}: {code}: {seen}")
    check(tried > 25, f"only {tried} are code")


def what_is_missing_is_named():
    with Person("habits") as person:
        for typed, text in (("print('a',", "This is not complete yet."), ("s:connect('a', 1", "')' is missing."),
                            ("function f()", "'end' is missing."), ("t = {1, 2", "'}' is missing.")):
            person.enter(typed)
            person.enter()
            person.enter()
            person.has(text)
            person.interrupt()


def right_lua_is_left_alone():
    with Person("habits") as person:
        for typed in ("x = nil", "x", "for _, name in ipairs({'True:', 'import x'}) do x = name end", "while x == 1 do",
                      "end", "t = {[0] = 'if x:'}", "'None'", "-- True", "f = function(t) return t end",
                      "if (x) == f{1} then x = 2 end", "while (x == 5) do x = 6 end", "struct = 1", "x = struct",
                      "int, c = 1, 2", "x = {int = 1}"):
            person.enter(typed)
        person.has_not("Type", "written", "is Python")


run(habits_are_answered_with_lua, what_is_missing_is_named, right_lua_is_left_alone)
