"""The last step once more, against a peer of another kind; the learner's own session stays as it is."""
import re
import socket

from support.screen import CTRL_C, TAB, Person, check, run

CONNECT = "s = socket.socket() s:settimeout(0.2) print(s:connect_ex(server.address))"
KINDS = "echo, refused, silent, slow, closing or reset"


def what_it_takes():
    with Person("again") as person:
        person.enter(":again")
        person.has(KINDS)
        person.enter(":again nobody")
        check(person.shown().count(KINDS) == 2, person.shown())
        person.enter("l = socket.socket() l:bind('127.0.0.1', 0) l:listen()")
        person.enter("s = socket.socket() s:connect(l:getsockname())")
        person.enter(":again silent")
        person.has("Nothing you ran in this session spoke to a peer of lab yet")
        mark = len(person.raw)
        person.press(":again clo" + TAB)
        person.until(lambda: "closing" in person.raw[mark:], "the completed kind")


def both_ladders():
    with Person("again", rows=60) as person:
        person.enter("server = lab.echo()")
        person.enter(CONNECT)
        person.enter("x = 'mine'")
        person.enter(":again refused")
        person.has("With echo, as it was:", "With refused:", "◀────────── refused ───────────│", "ECONNREFUSED",
                   "This ran in a fresh session. Yours is as it was.")
        check(person.shown().index("With echo") < person.shown().index("With refused"), "the ladders' order")
        person.enter(":again silent")
        person.has("With silent:", "no answer")
        person.enter("x, server, s:getpeername()[2] == server.port, #lab.echo().host > 0")
        person.has("<peer echo at", "true")


def side_by_side_where_there_is_room():
    with Person("again", columns=160, rows=40) as person:
        person.enter("server = lab.echo()")
        person.enter(CONNECT)
        person.enter(":again refused")
        heads = [line for line in person.shown().splitlines() if "With echo, as it was:" in line]
        check(len(heads) == 1 and heads[0].endswith("With refused:"), person.shown())
        check(all(len(line) < 160 for line in person.shown().splitlines()), person.shown())


def an_earlier_step_decides():
    with Person("again", rows=60) as person:
        person.enter("server = lab.echo()")
        person.enter("s = socket.socket() s:settimeout(0.2) s:connect(server.address)")
        person.enter("s:sendall('hi') s:recv(2)")
        person.enter(":again refused")
        person.has("With echo, the later step:", "With refused, this step:",
                   "This earlier step goes otherwise already: the later one was not reached.")
        person.enter(":again slow")
        person.has("> s:sendall('hi') s:recv(2)", "With slow:", "timed out")
        person.enter(":again closing")
        person.has("With closing:")
        person.enter("s:sendall('ho') return s:recv(2)")
        person.has('"ho"')


def what_never_ends_is_stopped():
    with Person("again", rows=60) as person:
        person.enter("server = lab.silent()")
        person.press("s = socket.socket() s:connect(server.address)\r")
        person.until(lambda: "Ctrl-C" in person.shown(), "the status line")
        person.interrupt()
        person.enter(":again echo")
        person.has("With silent, as it was:", "With echo:", "ESTABLISHED", "Yours is as it was.")
        person.enter("e = lab.echo() c = socket.socket() c:connect(e.address)")
        person.enter(":again silent")
        person.has("TimeLimit: stopped after 3 s", "Without that limit it would go on waiting.")
        mark = len(person.raw)
        person.press(":again silent\r")
        person.until(lambda: "Running again" in person.raw[mark:], "the rerun")
        person.press(CTRL_C)
        person.prompt(mark)
        person.has("Yours is as it was.")


def addresses_that_differ():
    with socket.socket() as free, Person("again", rows=60) as person:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        person.enter("server = lab.echo() print('port ' .. server.port)")
        peer = re.search(r"^port ([0-9]+)", person.shown(), re.M).group(1)
        person.enter("s = socket.socket() s:connect('127.0.0.1', " + peer + ")")
        person.enter(":again reset")
        person.has("It did not speak to that peer.")
        person.enter("l = socket.socket() l:bind('127.0.0.1', " + str(port) + ") l:listen()")
        person.enter("t = socket.socket() t:connect(server.address)")
        person.enter(":again reset")
        person.has("Your own session has that address still")


def datagrams_have_no_connection():
    with Person("again", rows=60) as person:
        person.enter("u = lab.echo{type=socket.SOCK_DGRAM} d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)")
        person.enter("d:settimeout(0.2) d:sendto('x', u.address) d:recv(1)")
        person.enter(":again closing")
        person.has("Datagrams need no connection")
        person.enter(":again silent")
        person.has("With silent:", "timed out")
    with Person("again", rows=60) as person:
        person.enter("u = lab.echo{type=socket.SOCK_DGRAM} d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)")
        person.enter("d:settimeout(5) d:connect(u.address) d:send('y') d:recv(1)")
        person.enter(":again refused")
        person.has("With refused:", "ECONNREFUSED")


def a_lesson_goes_on():
    with Person("again", rows=60, arguments=["learn", "connect"]) as person:
        person.enter(":goto 2")
        person.enter(":again closing")
        person.has("Yours is as it was.")
        person.enter()
        person.has("step 3 of 5")
        person.has_not("Replayed 2")


run(what_it_takes, both_ladders, side_by_side_where_there_is_room, an_earlier_step_decides,
    what_never_ends_is_stopped, addresses_that_differ, datagrams_have_no_connection, a_lesson_goes_on)
