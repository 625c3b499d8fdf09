"""Entries at the prompt: any key at any moment, longer than the screen, the history, Ctrl-Z, narrow windows."""
import os
import signal
import termios

from support.screen import (CTRL_C, CTRL_D, DOWN, ESCAPE, PASTE, PASTE_END, READY, TAB, UP, Person, check, run)

PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
CTRL_R, CTRL_S, CTRL_Z = "\x12", "\x13", "\x1a"
HISTORY = "state/sockrates/history"


def works(person):
    """The prompt answers."""
    person.enter("'still ' .. 'here'")
    person.has("still here")


def ctrl_c_at_any_moment():
    begun = [PASTE + "x=1", PASTE, PASTE + "for i = 1, 2 do\rprint(i)", "\x16", "\x1b", "\x1b5", "\x1b[", "\x1b[200",
             CTRL_R, CTRL_R + "so", CTRL_S + "x", "\x18", "\x1dq", "\x1d", "half", "\x18(abc", CTRL_R + PASTE + "x",
             "x\ry", "\x1b[200~\x1b[200~", "é\xc3", "x\r\x13\x16", "print(1)\r\x13",
             "a\x1d" + PASTE, "\x1d" + PASTE + "text", "\x16" + PASTE + "text", "\x1b\x1d" + PASTE, "\x1b5" + PASTE]
    with Person("entries") as person:
        for keys in begun:
            person.press(keys)
            person.interrupt()
            person.line_is(">")
        works(person)
        person.has_not("x=1\n1")


def ctrl_c_right_after_a_paste_has_begun():
    with Person("entries") as person:
        for _ in range(10):
            mark = len(person.raw)
            person.press(PASTE + "x=1" + CTRL_C)
            person.prompt(mark)
        works(person)


def a_paste_may_hold_control_characters():
    with Person("entries") as person:
        person.press(PASTE + "a = 1\x03\x00\nb = 2" + PASTE_END)
        person.waits_for("b = 2")
        person.enter()
        person.enter("a + b")
        person.has("\n3\n")


def a_hangup_ends_it():
    for keys in ("", "half", PASTE + "x=1", CTRL_R + "a", "\x16", "\x1b5", "for i = 1, 2 do\r", "while true do end\r",
                 "names = {} for i = 1, 300 do names['n' .. i] = 1 end\r", ":reset\r"):
        with Person("entries") as person:
            person.press(keys)
            person.settle()
            pid = person.child.pid
            person.child.close(force=False)  # the terminal goes away

            def gone():
                return person.child.terminated or not os.path.exists(f"/proc/{pid}")
            if not person.child.terminated:
                person.until(gone, f"the end after {keys!r}")
            person.child = None


def half_a_line_is_kept_at_a_hangup():
    with Person("entries") as person:
        person.press("precious = 1")
        person.waits_for("precious = 1")
        person.child.kill(signal.SIGHUP)
        person.ends()
        person.start()
        person.press(UP)
        person.line_is("> precious = 1")
        person.interrupt()


def undone_by_keys_alone():
    with Person("entries", arguments=["learn", "--plain"]) as person:
        person.enter("s = 1")
        for keys in (CTRL_R + "s", UP, "a", "\x1b<", "\r", CTRL_R + "s", "\r", UP * 3 + "x" + DOWN * 3 + "\x1f\x1f\x1f",
                     "\x03", UP + "b" + "\x1b<" + "c" + "\x1b>" + "d" + "\x1br", "\x03"):
            mark = len(person.raw)
            person.press(keys)
            if keys[-1] in "\r\x03":
                person.prompt(mark)
        person.interrupt()
        works(person)


def a_search_runs_what_it_finds():
    with Person("entries") as person:
        person.paste("for i = 1, 2 do\n  print('found ' .. i)\nend")
        person.waits_for("end")
        person.enter()
        person.enter("other = 1")
        person.press(CTRL_R + "print")
        person.waits_for("(reverse-i-search)`print': for i = 1, 2 do")
        mark = len(person.raw)
        person.press("\r")
        person.prompt(mark)
        check(person.raw[mark:].count("found 1") == 1, person.shown())
        person.press(CTRL_R + "oth")
        person.waits_for("(reverse-i-search)`oth': other = 1")
        person.press(ESCAPE)
        person.until(lambda: "reverse" not in person.shown(), "the end of the search")
        person.press("\x05" + "0")
        person.line_is("> other = 10")
        person.enter()
        person.enter("other")
        person.has("\n10\n")
        person.press("fo" + UP)  # the cursor stands in its first line
        person.waits_for("> for i = 1, 2 do")
        mark = len(person.raw)
        person.press("\r")
        person.prompt(mark)
        check("found 2" in person.raw[mark:], person.shown())
        person.press(CTRL_R + "no such thing")
        person.waits_for("(failed reverse-i-search)")
        person.press("\x07")
        person.line_is(">")
        person.press("begun" + CTRL_R + "oth" + CTRL_C)
        person.line_is(">")
        person.press(UP)
        person.line_is("> begun")
        person.interrupt()


def entries_of_several_lines_survive():
    block = "t = [[\n#5\n#1700000000\n#1700000000 3\n\nend]]"
    with Person("entries") as person:
        home, person.owns_home = person.home, False
        person.paste(block)
        person.waits_for("end]]")
        person.enter()
        person.enter("after = 1")
    with Person("entries", home=home) as person:
        person.owns_home = True
        person.press(UP)
        person.line_is("> after = 1")
        person.press(UP)
        person.waits_for("> " + block)
        person.enter()
        person.enter("#t")
        person.has("\n33\n")


def an_older_history_is_read():
    with Person("entries") as person:
        person.leave()
        path = os.path.join(person.home, HISTORY)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#1700000000\nold = 1\n#1700000001\nfor i = 1, 2 do\n  print(i)\nend\n#1700000002\nlast = 3\n")
        person.start()
        person.enter("new = 4")
        person.press(UP * 2)
        person.line_is("> last = 3")
        person.press(UP)
        person.waits_for("> for i = 1, 2 do\n  print(i)\nend")
        person.press(UP * 3)
        person.line_is("> old = 1")
        person.interrupt()


def what_ctrl_c_drops_is_kept():
    with Person("entries") as person:
        person.press("dropped = 1")
        person.interrupt()
        person.press(UP)
        person.line_is("> dropped = 1")
        person.interrupt()
        person.enter("function f()")
        person.press("  return 5")
        person.interrupt()
        person.press(UP)
        person.waits_for("> function f()\n  return 5")
        person.press("\rend")
        person.interrupt()
        person.enter("x = 1")
        person.enter("local t = {")
        person.press(CTRL_D)
        person.line_is(">")
        person.press(UP)
        person.line_is("> local t = {")
        person.interrupt()


def earlier_lines_are_edited():
    with Person("entries") as person:
        person.enter("for i = 1, 2 do")
        person.enter("  prin(i)")
        person.press("end" + UP)
        person.waits_for("> for i = 1, 2 do\n  prin(i)\nend")
        person.press("\x05\x1b[D\x1b[D\x1b[Dt")
        person.waits_for("  print(i)\nend")
        person.press(DOWN)
        person.enter()
        person.has("\n1\n2\n")
        person.press(UP)
        person.waits_for("  print(i)\nend")
        person.interrupt()


LONG = "\n".join([f"v{i} = {i}" for i in range(1, 151)])


def longer_than_the_screen():
    for columns, rows in ((80, 24), (40, 10)):
        with Person("entries", columns=columns, rows=rows) as person:
            person.paste(LONG)
            person.waits_for("v150 = 150")
            person.has_not("v1 = 1\n")
            person.press(PAGE_UP * 2)
            person.until(lambda: "v150" not in person.shown(), "a page further up")
            person.press(UP * 200)
            person.until(lambda: person.screen.display[0].startswith("> v1 = 1"), "the first line")
            person.press(DOWN * 99)
            person.until(lambda: person.cursor_line().startswith("v100"), "line 100")
            person.press("\x05" + "0")
            person.until(lambda: person.cursor_line().startswith("v100 = 1000"), "the line changed")
            lines = [line.rstrip() for line in person.screen.display]
            first = int(lines[0].split()[0][1:])
            check(lines == [f"v{i} = {i}{'0' * (i == 100)}" for i in range(first, first + rows)], "\n".join(lines))
            person.press(PAGE_DOWN * 20)
            person.until(lambda: person.cursor_line().startswith("v150"), "the last line")
            person.enter()
            person.has("> v1 = 1\nv2 = 2\nv3 = 3", "v100 = 1000\nv101 = 101", "v149 = 149\nv150 = 150\n")
            person.enter("v1 + v100 + v150")
            person.has("\n1151\n")


def lines_have_ends():
    with Person("entries") as person:
        person.paste("one = 1\ntwo = 2\nthree = 3")
        person.waits_for("three = 3")
        person.press(UP + "\x01" + "x" + "\x05" + "0")
        person.waits_for("xtwo = 20\nthree")
        person.press("\x01" + "\x0b")
        person.waits_for("> one = 1\n\nthree = 3")
        person.press("\x0b")
        person.waits_for("> one = 1\nthree = 3")
        person.press("\x19\n")
        person.interrupt()
        works(person)


def stop_and_go_on(person, stop, again):
    """In a shell with job control: stopped, and back."""
    mark = len(person.raw)
    stop()
    person.until(lambda: "shell$ " in person.raw[mark:], "the shell")
    check("Stopped" in person.raw[mark:], person.shown())
    mark = len(person.raw)
    person.press("fg\r")
    person.until(lambda: again in person.raw[mark:], repr(again))


def ctrl_z_and_back():
    with Person("entries", env={"PS1": "shell$ ", "HISTFILE": "/dev/null"}, lessons=None) as person:
        person.leave()
        person.program, person.arguments = "/bin/bash", ["--norc", "--noediting", "-i"]
        person.start(ready=False)
        person.waits_for("shell$")
        modes = termios.tcgetattr(person.child.child_fd)
        person.enter(os.environ["SOCKRATES"])
        person.press("x = 4")
        person.line_is("> x = 4")
        stop_and_go_on(person, lambda: person.press(CTRL_Z), READY)
        person.line_is("> x = 4")
        person.press("2" + "\x1b[D")
        person.enter()
        person.enter("x")
        person.has("\n42\n")
        person.enter("time.sleep(60)", ready=False)
        person.waits_for("Ctrl-C stops it")
        stop_and_go_on(person, lambda: person.press(CTRL_Z), "Ctrl-C stops it")
        person.press("unseen")
        person.interrupt()
        person.has("KeyboardInterrupt")
        person.has_not("unseen")
        person.press("y = 7")
        person.line_is("> y = 7")
        stop_and_go_on(person, lambda: os.kill(person.foreground(), signal.SIGSTOP), READY)
        person.line_is("> y = 7")
        person.press("7")
        person.line_is("> y = 77")
        person.interrupt()
        mark = len(person.raw)
        person.press(CTRL_D)
        person.until(lambda: "shell$ " in person.raw[mark:], "the shell")
        check(termios.tcgetattr(person.child.child_fd) == modes, "the terminal's modes are others")
        person.press("exit\r")
        person.ends()


def narrow_windows():
    for columns in (1, 2, 3, 5, 9):
        with Person("entries", columns=columns, rows=5) as person:
            person.press("socket.SOCK_" + TAB + TAB + CTRL_R + "x" + "\x07" + "äöü漢字\t" + UP + DOWN + "\x1b5" + "\x07")
            person.interrupt()
            person.enter("return 6 * 7")
            person.until(lambda: "42" in person.scrolled().replace("\n", ""), "the result")
            person.resize(columns + 40, 24)
            person.press("z = 1")
            person.line_is("> z = 1")
            person.resize(columns, 3)
            person.press("\x0c")
            person.interrupt()


def another_size():
    with Person("entries") as person:
        person.press("long = '" + "x" * 100)
        person.waits_for("x" * 28)
        person.resize(40, 24)
        person.press("y")
        person.until(lambda: "x" * 29 + "y" in person.shown().replace("\n", ""), "the whole entry")
        person.resize(100, 24)
        person.press("'")
        person.enter()
        person.enter("#long")
        person.has("\n101\n")


def without_a_cursor():
    with Person("entries", env={"TERM": "dumb"}) as person:
        person.press("x = 1" + CTRL_R + "q" + "\x07" + UP + UP + "\x1b<\x1b>" + TAB + TAB)
        person.interrupt()
        person.enter("1 + 1")
        person.has("\n2\n")


run(ctrl_c_at_any_moment, ctrl_c_right_after_a_paste_has_begun, a_paste_may_hold_control_characters, a_hangup_ends_it,
    half_a_line_is_kept_at_a_hangup, undone_by_keys_alone, a_search_runs_what_it_finds,
    entries_of_several_lines_survive, an_older_history_is_read, what_ctrl_c_drops_is_kept, earlier_lines_are_edited,
    longer_than_the_screen, lines_have_ends, ctrl_z_and_back, narrow_windows, another_size, without_a_cursor)
