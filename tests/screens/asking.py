"""Asking for help: commands, names, errors, :why, and looking at what a session holds."""
import re

from support.screen import TAB, Person, check, run


def help_fits_one_screen():
    with Person("asking", columns=80, rows=24) as person:
        person.enter(":help")
        person.sees("help")
        check("> :help" in person.shown(), "it does not fit: its first line is gone")
    with Person("asking", columns=40, rows=24) as person:
        person.enter(":help")
        person.sees("help40")
        check("> :help" in person.shown(), "it does not fit at 40 columns: its first line is gone")


def help_about_names():
    with Person("asking", rows=40) as person:
        person.enter(":help connect")
        person.sees("connect")
        person.enter(":help AF_INET")
        person.has("The family of IPv4")
        person.enter(":help ECONNREFUSED")
        person.has("ECONNREFUSED is 111: Connection refused.")
        person.enter(":help TimeoutError")
        person.has("It is a kind of OSError")
        person.enter(":help lab")
        person.has("Functions: ")
        person.enter("s.connect?")
        person.has("s:connect(host, port)")
        person.enter("socket.socket?")
        person.has("socket.socket(")
        person.enter(":help goto")
        person.has("Goes to a step by its number")
        person.enter(":help conect")
        person.has('Nothing is known as "conect". Did you mean connect')
        person.enter(":hlep")
        person.has("There is no command :hlep. Did you mean :help?")


def an_example_runs_by_one_key():
    with Person("asking", rows=40) as person:
        person.enter(":help connect")
        person.has("Tab runs the example.")
        mark = len(person.raw)
        person.press(TAB)
        person.prompt(mark)
        check(person.shown().count('{"127.0.0.1", ') == 2, "its result does not stand below the one that the help shows")


def errors_teach():
    rows = [
        ("import socket", "`import` is Python. Here socket is there already."),
        ("mysocket.connect((host, port))", "Type mysocket:connect(host, port)"),
        ("s = socket.socket() if s != nil then end", "In Lua, not equal is written ~=."),
        ("s.connect('127.0.0.1', 9)", "Type s:connect('127.0.0.1', 9)"),
        ("s:conect()", "s has no method conect."),
        ("unknown:send('x')", "unknown has no value"),
        ("print('abc)", "A quote is missing"),
        ("s:settimeout('1')", "TypeError"),
        ("s:connect(127.0.0.1, 80)", "An address is text"),
        ("s:connect(localhost, 80)", "A name without quotes is a variable"),
        ("s:connect('127.0.0.1', '80')", "A port is a number, without quotes."),
        ("s:recv(1)", "This socket is not connected"),
        ("s:connect('192.0.2.1', 80)", None),
        ("s:connect('no.such.host.invalid', 80)", None),
        ("s:close() s:send('x')", "This socket is closed."),
        ("socket.socket(socket.AF_INET, 77)", "SOCK_STREAM"),
        ("t = socket.socket() t:connect('127.255.255.255', 80)", "the address of many machines"),
        ("t:connect('127.0.0.255', 1)", "nothing listens on port 1 there."),
        ("socket.socket(socket.AF_INET, socket.SOCK_STREAM, 17)", "Leave the protocol out."),
        ("t:connect('127.0.0.1', 70000)", "65535 is the highest."),
        ("socket.socket(socket.AF_UNIX):connect(('x'):rep(200))", "has room for 107 bytes."),
        ("socket.socket(socket.AF_UNIX):connect('gone')", "There is no file gone"),
        ("t:accept()", "This socket does not listen."),
        ("t:send('x')", "This socket cannot send"),
        ("t:setblocking(false) t:connect(lab.silent().address)", "Not a failure."),
        ("a, b = socket.socketpair() a:setblocking(false) a:recv(1)", "Nothing is there right now"),
        ("a:settimeout(0.01) a:recv(1)", "No byte came within"),
        ("b:close() a:send('x')", "the connection has ended"),
        ("l = socket.socket() l:bind('127.0.0.1', 0) l:listen() a = l:getsockname() t = socket.socket() t:bind(a)",
         "is taken: another socket has it"),
        ("t:bind('192.0.2.1', 0)", "192.0.2.1 is not an address of this machine."),
        ("d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) d:send('x')", "does not know where to send to"),
        ("d:sendto(('x'):rep(70000), {'127.0.0.1', 9})", "at most 65507 bytes"),
        ("d:sendto('x', {'127.255.255.255', 9})", "For a broadcast address set SO_BROADCAST first"),
        ("d:settimeout(0.01) d:recv(1)", "No datagram came within"),
        ("d:recvfrom(1)", "Send it again, if it may arrive twice"),
        ("d:listen()", "This type of socket cannot do listen()."),
        ("d:setsockopt(socket.SOL_SOCKET, 9999, 1)", "does not know that option"),
        ("socket.getaddrinfo('localhost', 'nosuchservice')", "Give the port as a number, or check the spelling."),
        ("socket.getaddrinfo('::1', 80, socket.AF_INET)", "has no address of the socket's family"),
        ("n = nil + 1", None),
        ("len('abc')", "Type #'abc'"),
    ]
    with Person("asking", rows=50) as person:
        person.enter("s = socket.socket()")
        for code, text in rows:
            person.enter(code)
            if text is not None:
                person.has(text)
        person.sees("errors", everything=True)


def calls_that_repeat_are_told_once():
    with Person("asking") as person:
        person.enter("function f(n) return 1 + f(n) end")
        person.enter("f(1)")
        person.has("in function 'f' (", " times)", "A function called itself without end.")
        check(person.scrolled().count("in function 'f'") == 1, person.scrolled())
        person.enter("function g(n) if n == 0 then error('deep') end return 1 + g(n - 1) end")
        person.enter("g(3)")
        person.has("in function 'g' (4 times)", "[C]: in function 'error'")


def lists_of_records_are_tables():
    with Person("asking") as person:
        person.enter("{{host = '127.0.0.1', port = 80}, {host = 'localhost', port = 8080}}")
        person.has("host       port\n─────────  ────\n127.0.0.1    80\nlocalhost  8080")
        person.enter("{{name = 'a', size = 1}, {name = 'b'}, {size = 3}}")
        person.has("name  size\n────  ────\na        1\nb\n         3")
        person.enter("{{a = 1}, {b = 2}}")
        person.has("{{a = 1}, {b = 2}}")
        person.enter("{{a = 1, [2] = 3}, {a = 2, b = 4}}")
        person.has("[2] = 3")


def why_says_more():
    with Person("asking", rows=40) as person:
        person.enter(":why")
        person.has("Nothing ran yet.")
        person.enter("s = socket.socket() s:connect('127.0.0.1', 9)")
        person.enter(":why")
        person.has("decided. Its program was not asked.", "What the kernel was asked", "ECONNREFUSED")
        person.enter("t = socket.socket() t:settimeout(0.1) t:connect(lab.silent().address)")
        person.enter(":why")
        person.has("Your own timer decided")


def looking_at_the_session():
    with Person("asking", columns=110, rows=40) as person:
        person.enter(":sockets")
        person.enter(":peers")
        person.enter(":vars")
        person.has("no sockets open", "no peers", "no variables")
        person.enter("e = lab.echo() s = socket.socket() s:connect(e.address)")
        person.enter("l = socket.socket() l:bind('127.0.0.1', 0) l:listen()")
        person.enter("u = socket.socket(socket.AF_UNIX) d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)")
        person.enter(":sockets")
        person.enter(":peers")
        person.enter("x = 5")
        person.enter(":vars")
        person.has("ESTABLISHED", "LISTEN", "INET DGRAM", "UNIX STREAM", "echo", "running", "x = 5")
        person.enter("lab.echo? ")
        person.enter(":doctor")
        person.has("a socket reached its echo over loopback", "2 in ", "progress.db")


def examples_say_what_they_overwrite():
    with Person("asking", rows=40) as person:
        person.enter(":help socketpair")
        person.has("Tab runs the example.\n")
        person.enter("x, a = 1, 2")
        person.enter("bb = 3")
        person.enter(":help socketpair")
        person.has("It gives a new value to what you have as a.\n")
        person.enter("function whole() end")
        person.enter(":help repeat")
        check(re.search("what you have as (a, whole|whole, a)\\.", person.shown()), person.shown())


run(examples_say_what_they_overwrite, help_fits_one_screen, help_about_names, an_example_runs_by_one_key, errors_teach,
    calls_that_repeat_are_told_once, lists_of_records_are_tables, why_says_more, looking_at_the_session)
