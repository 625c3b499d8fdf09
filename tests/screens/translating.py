"""The last step in C and in Python: shown, saved, and run."""
import os
import re
import shutil
import subprocess

from support.screen import Person, check

ECHO = 'srv = lab.echo(); s = socket.socket(); s:connect(srv.address); s:sendall("over there")'


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def shown():
    with Person("translating") as person:
        person.enter(":c")
        person.has("Nothing ran yet")
        person.enter("1 + 1")
        person.enter(":python")
        person.has("The last step made no system calls. :python all shows the lesson so far.")
        person.enter("one, other = socket.socketpair()")
        person.enter(':python')
        person.has("one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)")
        person.enter('one:send("hello")')
        person.enter(":python")
        person.has("# The step itself:", 'one.send(b"hello")')
        person.enter(":c all")
        person.has('count = send(one, "hello", 5, 0);', 'fail("send");')


def written():
    """A lesson's author has the first word, in the languages that they wrote."""
    os.mkdir("written")
    with open("written/one.md", "w", encoding="utf-8") as file:
        file.write("# T\n\nOne.\n\n```lua\na, b = socket.socketpair()\n```\n\n```python\nfirst, second = socket.socketpair()\n```\n\n"
                   "Two.\n\n```lua\na:send('x')\n```\n\n```python {.hidden}\nfirst.send(b'x')\n```\n")
    with Person("translating", lessons=os.path.abspath("written")) as person:
        person.enter("")
        person.enter(":python")
        person.has("first, second = socket.socketpair()", "So the lesson writes it. :python calls shows")
        person.enter(":python calls")
        person.has("a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)")
        person.enter(":c")
        person.has("socketpair(AF_UNIX, SOCK_STREAM, 0, ")
        person.enter("a:fileno()")
        person.enter(":python")
        person.has("made no system calls")
        person.enter("")
        person.enter(":python")
        person.has('a.send(b"x")')
    shutil.rmtree("written")


def copied():
    """What is longer than a line of the screen is broken by the terminal, not by us: a copy is a program still."""
    with Person("translating", columns=40) as person:
        person.enter("one, other = socket.socketpair()")
        person.enter(f'one:send("{"far more than a line " * 5}")')
        for command in (":c", ":python"):
            before = len(person.raw)
            person.enter(command)
            lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", person.raw[before:])
            check(f'"{"far more than a line " * 5}"' in lines, lines)


def saved():
    with Person("translating") as person:
        c, python = "step.c", "step.py"
        person.enter(ECHO)
        person.enter("s:recv(100)")
        person.enter(f":python {python}")
        person.has("Saved in")
        person.enter(f":python all {python}")
        person.has("is there already. Choose another name.")
        person.enter(f":c all {c}")
        person.has("Saved in")
        person.enter(":c nowhere/step.c")
        person.has("cannot be written: No such file or directory.")
        check("recv: b'over there'\n" in run("/usr/bin/python3", python).stdout, open(python, encoding="utf-8").read())
        if shutil.which("gcc"):
            program = os.path.join(person.home, "step")
            built = run("gcc", "-Wall", "-Wextra", "-Werror", "-o", program, c)
            check(built.returncode == 0, built.stderr)
            check("recv: 10 bytes\n" in run(program).stdout, open(c, encoding="utf-8").read())
    os.remove(c)
    os.remove(python)


shown()
written()
copied()
saved()
