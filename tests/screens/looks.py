"""How it looks: window sizes, no colour, dumb terminals, no UTF-8, screen readers, themes, pipes."""
import os
import re
import subprocess
import tempfile

from support.screen import LESSONS, PROGRAM, Person, check, run

SGR = re.compile(r"\x1b\[[0-9;]*m")


def walk(person):
    person.enter()
    person.enter()
    person.enter()
    person.enter("2")
    person.enter('{{"name", "value", "use"}, {"AF_UNIX", 1, "one machine only"}, {"AF_INET", 2, "IPv4"}}')
    person.enter(":lessons")


def at_every_size():
    for columns, rows in ((80, 24), (40, 24), (200, 50), (20, 10)):
        with Person("looks", columns=columns, rows=rows) as person:
            walk(person)
            person.sees(f"{columns}x{rows}", everything=True)
            widest = max(len(line) for line in person.scrolled().split("\n"))
            check(widest <= columns, f"{widest} columns at {columns}")


def colour_has_meaning():
    with Person("looks") as person:
        walk(person)
        check("\x1b[1;91mConnectionRefusedError:\x1b[0m" in person.raw, "the error is not red")
        check("\x1b[32m\"127.0.0.1\"\x1b[0m" in person.raw, "code is not highlighted")
    with Person("looks", arguments=["--theme", "light"]) as person:
        walk(person)
        check("\x1b[1;31mConnectionRefusedError:\x1b[0m" in person.raw, "the error is not dark red")
    with Person("looks", env={"COLORFGBG": "0;15"}) as person:
        walk(person)
        check("\x1b[1;31mConnectionRefusedError:\x1b[0m" in person.raw, "COLORFGBG is not looked at")


def without_colour():
    with Person("looks", env={"NO_COLOR": "1"}) as person:
        walk(person)
        found = SGR.findall(person.raw)
        check(not found, f"colours: {set(found)}")
        person.sees("no_color", everything=True)


def a_dumb_terminal():
    with Person("looks", env={"TERM": "dumb"}) as person:
        person.enter()
        person.enter("time.sleep(0.6) return 1")
        check("\x1b" not in person.raw, repr(person.raw))
        person.sees("dumb")


def without_utf8():
    with Person("looks", env={"LC_ALL": "C"}) as person:
        person.enter("'h\\xc3\\xa9 \\xe2\\x80\\xa6'")
        walk(person)
        raw = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", person.raw)
        check(all(ord(c) < 128 for c in raw), f"more than ASCII: {[c for c in raw if ord(c) > 127]}")
        person.sees("ascii", everything=True)


def for_a_screen_reader():
    with Person("looks", arguments=["--plain"]) as person:
        walk(person)
        person.enter("time.sleep(0.6)")
        found = SGR.findall(person.raw)
        check(not found, f"colours: {set(found)}")
        person.sees("plain", everything=True)


def through_a_pipe():
    lines = "1 + 1\nfor i = 1, 2 do\nprint(i)\nend\n{{'a', 'b'}, {1, 'x'}, {2, 'y'}}\n"
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}

        def pipe(text):
            return subprocess.run([PROGRAM, "--lessons", LESSONS], input=text, capture_output=True, env=environment,
                                  timeout=60)

        good = pipe(lines.encode())
        check(good.returncode == 0, good)
        check(good.stdout.decode() == "2\n1\n2\na  b\n─  ─\n1  x\n2  y\n", good.stdout.decode())
        check(good.stderr == b"", good.stderr)
        bad = pipe(b"s = socket.socket()\ns:connect('127.0.0.1', 9)\n'on ' .. 'goes it'\nfor i = 1, 2 do\n")
        check(bad.returncode == 1, bad)
        check("on goes it" in bad.stdout.decode(), bad.stdout)
        check("line 2: ConnectionRefusedError: [Errno 111]" in bad.stderr.decode(), bad.stderr)
        check("line 4: what begins here is not complete" in bad.stderr.decode(), bad.stderr)
        garbage = pipe(os.urandom(20000) + b"\n\0\n\n1 + 1\n")
        check(garbage.returncode == 1, garbage.returncode)
        check(b"\x1b" not in garbage.stdout + garbage.stderr, "escape sequences from garbage")
        ended = pipe(b"os.exit(3)\n40 + 2\n")
        check(ended.returncode == 1 and b"42" in ended.stdout, ended)
        check(pipe(b"").returncode == 0, "nothing at all")


def lessons_cannot_drive_the_terminal():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "01-evil.md"), "w", encoding="utf-8") as file:
            file.write("# Evil &#27;[2J\n\nA bell \x07 and an escape \x1b[31m.\n\n```lua\nprint('\\27[2J\\7 done')\n```\n")
        with Person("looks", lessons=folder) as person:
            person.enter()
            person.has("done")
            check("\x1b[2J" not in person.raw and "\x07" not in person.raw, "the lesson drove the terminal")


run(at_every_size, colour_has_meaning, without_colour, a_dumb_terminal, without_utf8, for_a_screen_reader,
    through_a_pipe, lessons_cannot_drive_the_terminal)
