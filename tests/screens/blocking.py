"""While a call blocks: the status line, Ctrl-C at bad moments, resize, output in between."""

from support.screen import CTRL_C, Person, check, run

SETUP = "silent = lab.silent(); s = socket.socket()"
CONNECT = "s:connect(silent.address)"


def the_status_line_says_what_is_waited_for():
    with Person("blocking") as person:
        person.enter(SETUP)
        person.enter(CONNECT, ready=False)
        person.waits_for("connect to 127.0.0.1:")
        person.has("no answer yet; Ctrl-C stops it")
        person.interrupt()
        person.has("KeyboardInterrupt")
        person.has_not("no answer yet; Ctrl-C stops it")
        person.sees("stopped")


def the_key_stays_in_sight():
    for columns, hint in ((40, "; Ctrl-C stops it"), (30, "; Ctrl-C")):
        with Person("blocking", columns=columns) as person:
            person.enter(SETUP)
            person.enter(CONNECT, ready=False)
            person.waits_for("connect to")
            lines = [line for line in person.shown().split("\n") if line.startswith("connect to")]
            check(len(lines) == 1 and lines[0].endswith("…" + hint), person.shown())
            person.interrupt()


def it_is_gone_when_the_call_ends():
    with Person("blocking") as person:
        person.enter("time.sleep(0.8) return 5", ready=False)
        person.waits_for("sleep, 0.")
        person.prompt(len(person.raw))
        person.has_not("Ctrl-C stops it")
        person.has("5")


def each_kind_of_wait():
    waits = [
        ("l:accept()", "nobody connected yet"),
        ("c:recv(10)", "no byte yet"),
        ("while true do end", "Lua is running"),
        ("time.sleep(100)", "sleep, "),
    ]
    with Person("blocking") as person:
        person.enter("l = socket.socket() l:bind('127.0.0.1', 0) l:listen()")
        person.enter("e = lab.echo() c = socket.socket() c:connect(e.address)")
        for code, text in waits:
            person.enter(code, ready=False)
            person.waits_for(text)
            person.interrupt()
            person.has_not("stops it")
        person.enter("c:settimeout(60)")
        person.enter("c:recv(10)", ready=False)
        person.waits_for("no byte yet")
        person.interrupt()


def output_goes_on_above_it():
    with Person("blocking") as person:
        person.enter("for i = 1, 3 do print('line ' .. i) time.sleep(0.5) end io.write('half') time.sleep(0.6)", ready=False)
        person.waits_for("sleep, ")
        person.waits_for("half")
        person.waits_for("sleep, 0.4")
        person.prompt(len(person.raw))
        person.sees("output")


def ctrl_c_at_bad_moments():
    with Person("blocking") as person:
        # At once, twice, in a flood of output, in an endless recursion through pcall, before the first byte.
        mark = len(person.raw)
        person.press("while true do end\r" + CTRL_C)
        person.prompt(mark)
        person.enter("while true do print('flood') end", ready=False)
        person.waits_for("flood")
        person.interrupt()
        person.enter("while true do pcall(error, 'caught') end", ready=False)
        person.waits_for("Ctrl-C stops it")
        mark = len(person.raw)
        person.press(CTRL_C + CTRL_C)
        person.prompt(mark)
        person.enter("'still ' .. 'here'")
        person.has("still here")
        person.enter("for i = 1,", ready=True)
        person.interrupt()
        person.enter("6 * 7")
        person.has("42")


def a_resize_disturbs_nothing():
    with Person("blocking") as person:
        person.enter("time.sleep(1.2) return 'rested'", ready=False)
        person.waits_for("Ctrl-C stops it")
        person.resize(60, 20)
        person.waits_for("sleep, 0.9")
        person.resize(100, 30)
        person.prompt(len(person.raw))
        person.has("rested")
        person.has_not("Interrupt", "stops it")
        person.enter("s = socket.socket() s:bind('127.0.0.1', 0)")
        person.resize(40, 24)
        person.enter(":help")
        check(max(len(line) for line in person.shown().split("\n")) <= 40, person.shown())
        person.enter("print(('x'):rep(10))")
        person.has("xxxxxxxxxx")


def keys_typed_meanwhile_come_later():
    with Person("blocking") as person:
        person.enter("time.sleep(0.7)", ready=False)
        person.waits_for("sleep, ")
        person.press("11 * 11\r")
        person.waits_for("121\n>")
        person.has_not("stops it")


def sessions_end_and_begin():
    with Person("blocking", arguments=["learn", "1"]) as person:
        person.enter("os.exit()")
        person.has("The session has ended: the code called os.exit(", ":back replays the lesson")
        person.enter("s")
        person.has("nil")
        person.enter(":back")
        person.has("Replayed 1 block in a fresh session.")
        person.enter("s")
        person.has("<socket.socket fd=3")
        person.enter("local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end")
        person.enter("1 + 1")
        person.has("2")


run(the_key_stays_in_sight,
    the_status_line_says_what_is_waited_for, it_is_gone_when_the_call_ends, each_kind_of_wait, output_goes_on_above_it,
    ctrl_c_at_bad_moments, a_resize_disturbs_nothing, keys_typed_meanwhile_come_later, sessions_end_and_begin)
