"""Editing: completion, history, multi-line entries, paste, transcripts, vi mode, Ctrl-C and Ctrl-D at the prompt."""
import os
import signal

from support.screen import ALT_ENTER, CTRL_C, CTRL_D, DOWN, ESCAPE, TAB, UP, Person, check, run


def names_are_completed():
    with Person("editing") as person:
        person.press("socket.AF_INET6" + TAB)
        person.line_is("> socket.AF_INET6")
        person.interrupt()
        person.press("socket.SOCK_STR" + TAB)
        person.line_is("> socket.SOCK_STREAM")
        person.interrupt()
        person.enter("s = socket.socket()")
        person.press("s:getsockn" + TAB)
        person.line_is("> s:getsockname")
        person.interrupt()
        person.press("s:connect" + TAB + TAB)
        person.waits_for("connect_ex(host, port)")
        person.line_is("> s:connect")
        person.interrupt()
        person.press(":less" + TAB)
        person.line_is("> :lesson")
        person.interrupt()
        person.press(":lesson 04" + TAB)
        person.line_is("> :lesson 04-connect")
        person.interrupt()
        for typed, whole in ((":language py", ":language python"), (":lab of", ":lab off"), (":calls a", ":calls all")):
            person.press(typed + TAB)
            person.line_is("> " + whole)
            person.interrupt()
        person.press(":goto x" + TAB)
        person.interrupt()
        person.press(":help TimeoutE" + TAB)
        person.line_is("> :help TimeoutError")
        person.interrupt()


def what_can_be_written_is_completed():
    with Person("editing") as person:
        person.enter("t = {good = 1, ['good key'] = 2, ['goto'] = 3} text = 'abc'")
        person.enter("function f() return socket.socket() end")
        for typed, completed in (("t.g", "t.good"), ("text:rev", "text:reverse"), ("('x'):rev", "('x'):reverse"),
                                 ("'x':rev", "'x':reverse"), ("f():getsockn", "f():getsockname"),
                                 ("text:upper():rev", "text:upper():reverse"), ("print(setm", "print(setmetatable"),
                                 ("f(te", "f(text"), (":help getsockn", ":help getsockname")):
            person.press(typed + TAB)
            person.line_is("> " + completed)
            person.interrupt()


def ctrl_c_right_after_keys():
    with Person("editing") as person:
        for _ in range(30):  # the terminal throws away what was not read yet, at any moment of the reading
            person.press(":goto x" + TAB)
            person.interrupt()
        person.enter("1 + 1")
        person.has("2")


def a_long_list_can_be_left():
    with Person("editing") as person:
        person.enter("names = {} for i = 1, 300 do names['name_' .. i] = i end")
        for leave in (CTRL_C, "q"):
            person.press("names.name_" + TAB + TAB)
            person.waits_for("--More--")
            person.press(leave)
            person.until(lambda: "--More--" not in person.cursor_line(), "the end of the list")
            person.settle()
            if leave != CTRL_C:
                person.interrupt()
        person.enter("1 + 1")
        person.has("2")


def completion_survives_odd_input():
    odd = ["a.b.c.d", "(((", "\"unfinished", "[[long", "1..", "x:y:z", "é.ü", "--", "s.", ":", "::", "socket..", "~=",
           "t[", "{{{}", "\\", "%d", "for i=", "goto "]
    with Person("editing") as person:
        for text in odd:
            person.press(text)
            person.line_is("> " + text)
            person.press(TAB + TAB)
            person.settle()
            person.interrupt()
        person.enter("1 + 1")
        person.has("2")


def history_is_kept_once_and_searched():
    with Person("editing") as person:
        home = person.home
        person.owns_home = False
        for line in ("alpha = 1", "beta = 2", "alpha = 1"):
            person.enter(line)
        person.press(UP)
        person.line_is("> alpha = 1")
        person.press(UP)
        person.line_is("> beta = 2")
        person.press(UP)
        person.line_is("> beta = 2")
        person.press(DOWN)
        person.line_is("> alpha = 1")
        person.press(DOWN)
        person.press("be" + UP)
        person.until(lambda: "beta = 2" in person.screen.display[person.screen.cursor.y], "the line that begins so")
        person.interrupt()
        person.enter("for i = 1, 2 do")
        person.enter("  print(i)")
        person.enter("end")
    with Person("editing", home=home) as person:
        person.owns_home = True
        person.press(UP)
        person.waits_for("> for i = 1, 2 do\n  print(i)\nend")
        person.enter()
        person.has("1\n2")
        with open(os.path.join(home, "state/sockrates/history"), encoding="utf-8") as file:
            kept = [line.rstrip("\n") for line in file if not line.startswith("#")]
        check(kept.count("beta = 2") == 1, f"beta is there {kept.count('beta = 2')} times")


def several_lines():
    with Person("editing") as person:
        person.enter("function f(x)")
        person.line_is("·")
        person.enter()
        person.enter()
        person.has("This is not complete yet: 'end' is missing. Ctrl-C drops it.")
        person.interrupt()
        person.line_is(">")
        person.enter("f")
        person.enter("local t = {")
        person.enter("1, 2,")
        person.enter("}")
        person.enter("#t")
        person.sees("several_lines")


def inside_an_entry():
    with Person("editing") as person:
        person.enter("first = 1")
        person.paste("a = 1\nb = 2\nc = 3")
        person.waits_for("c = 3")
        person.press(UP + UP + "0")
        person.waits_for("> a = 10")
        person.press("\r" + "x = 7")
        person.waits_for("a = 10\nx = 7\nb = 2")
        person.press(DOWN + DOWN + "4" + ALT_ENTER + "y = 8")
        person.waits_for("c = 34\ny = 8")
        person.enter()
        person.enter("a .. ' ' .. b .. ' ' .. c .. ' ' .. x .. ' ' .. y")
        person.has('"10 2 34 7 8"')
        person.press(UP + UP)
        person.waits_for("y = 8\n")
        person.press(UP * 5)
        person.line_is("> first = 1")
        person.interrupt()


def a_paste_is_one_entry():
    block = "\n".join(["total = 0"] + [f"total = total + {i}" for i in range(1, 199)] + ["print(total)"])
    with Person("editing") as person:
        person.paste(block)
        person.waits_for("print(total)")
        person.enter()
        person.has("19701")
        check("ERROR" not in person.raw, "an error")
        person.press(UP)
        person.waits_for("print(total)")
        person.interrupt()
        person.enter("total")
        person.has("> total\n19701")


def pasted_transcripts_lose_their_prompts():
    with Person("editing") as person:
        person.paste("> x = 20\n> for i = 1, 2 do\n·   x = x + i\n· end\n> x\n23\n")
        person.enter()
        person.has("23")
        person.paste(">>> y = 5\n>>> y\n5")
        person.enter()
        person.enter("x + y")
        person.has("28")


def vi_mode():
    with Person("editing") as person:
        person.leave()
        with open(os.path.join(person.home, ".inputrc"), "w", encoding="utf-8") as file:
            file.write("set editing-mode vi\n$if sockrates\nset keyseq-timeout 50\n$endif\n")
        person.start()
        person.press("1 + 22")
        person.press(ESCAPE + "x")
        person.line_is("> 1 + ")
        person.enter()
        person.has("3")


def being_told_to_end():
    for number in (signal.SIGTERM, signal.SIGHUP):
        for keys in ("", "half = ", "for i = 1, 2 do\r", "time.sleep(100)\r"):
            with Person("editing", arguments=["learn", "1"]) as person:
                person.press(keys)
                person.waits_for(keys.strip() or "> ")
                person.child.kill(number)
                person.ends()
                check("Your place is kept" in person.raw, person.raw)


def leaving():
    with Person("editing", arguments=["learn", "1"]) as person:
        person.interrupt()
        person.has("Ctrl-D or :quit leaves.")
        person.press("half a line" + CTRL_C)
        person.line_is(">")
        person.settle()
        person.press(CTRL_D)
        person.ends()
        check("Your place is kept" in person.raw, person.raw)


run(names_are_completed, what_can_be_written_is_completed, ctrl_c_right_after_keys, a_long_list_can_be_left, completion_survives_odd_input,
    history_is_kept_once_and_searched, several_lines, inside_an_entry, a_paste_is_one_entry,
    pasted_transcripts_lose_their_prompts, vi_mode, being_told_to_end, leaving)
