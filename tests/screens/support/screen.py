"""A person at a terminal: keys in, screen out, the expected screen beside it.

    with Person("start", columns=80, rows=24) as person:
        person.enter("1 + 1")
        person.sees("sum")          # compares with expected/start.sum.txt

The program runs in a real pseudo-terminal that pyte shows; its home is a new folder and its environment
has nothing of ours. Waiting is always for something, with a limit. ACCEPT=1 writes the expected screens.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import time

import pexpect
import pyte

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.environ["SOCKRATES"]
LESSONS = os.path.join(HERE, "lessons")
LIMIT = 20

READY = "\x1b[?2004h"  # readline asks for bracketed paste at every prompt
SHOWN = re.compile(re.escape(READY) + r".*?(> |· |\. )", re.S)
CTRL_C, CTRL_D, CTRL_U, CTRL_A = "\x03", "\x04", "\x15", "\x01"
UP, DOWN, TAB, ESCAPE, ALT_ENTER = "\x1b[A", "\x1b[B", "\t", "\x1b", "\x1b\r"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"

# What differs from run to run: ports, descriptors, times.
CHANGING = [
    (r"(127\.0\.0\.1[:', ]+)[1-9][0-9]{3,4}\b", r"\1PORT"),
    (r" *\b[0-9]+(\.[0-9]+)? [mµu]?s\b", " TIME"),
    (r"┆ [0-9.]+ [mµu]?s\b", "┆ TIME"),
    (r"\bpid[= ][0-9]+", "pid PID"),
]


class Failure(Exception):
    """The screen is not as it should be."""


class Person:
    def __init__(self, name, columns=80, rows=24, arguments=(), home=None, env=None, lessons=LESSONS):
        self.name = name
        self.home = home or tempfile.mkdtemp(prefix="person-")
        self.owns_home = home is None
        self.columns, self.rows = columns, rows
        self.raw = ""
        self.environment = {
            "HOME": self.home,
            "XDG_DATA_HOME": os.path.join(self.home, "data"),
            "XDG_STATE_HOME": os.path.join(self.home, "state"),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "TMPDIR": self.home,
        }
        self.environment.update(env or {})
        for key in [key for key, value in self.environment.items() if value is None]:
            del self.environment[key]
        self.arguments = list(arguments) + (["--lessons", lessons] if lessons else [])
        self.program = PROGRAM
        self.child = None

    # --- life ---

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.leave()
            else:
                self.kill()
        finally:
            if self.owns_home:
                shutil.rmtree(self.home, ignore_errors=True)

    def start(self, ready=True):
        self.screen = pyte.HistoryScreen(self.columns, self.rows, history=5000, ratio=0.5)
        self.stream = pyte.Stream(self.screen)
        self.raw = ""
        self.child = pexpect.spawn(
            self.program, self.arguments, env=self.environment, dimensions=(self.rows, self.columns),
            encoding="utf-8", codec_errors="replace", echo=True)
        self.child.delaybeforesend = None
        if ready:
            self.prompt(0)

    def kill(self):
        """As `kill -9` does, in whatever it is doing."""
        if self.child is not None and self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        if self.child is not None:
            self.child.close(force=True)
        self.child = None

    def leave(self):
        """Ctrl-D ends the program; anything but exit status 0 is a failure."""
        if self.child is None:
            return
        if self.child.isalive():
            if self.line_has_text():
                self.interrupt()
            self.press(CTRL_D)
        self.ends()

    def ends(self, status=0):
        """The program ends by itself."""
        self.until(lambda: not self.read(), "the end of the program")
        self.child.wait()
        self.child.close()
        actual = self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus
        self.child = None
        if actual != status:
            raise Failure(f"exit status {actual} instead of {status}\n{self.shown()}")

    # --- keys ---

    def press(self, keys):
        if keys:
            self.child.send(keys)

    def enter(self, text="", ready=True):
        """Types the line and Enter; waits for the next prompt."""
        mark = len(self.raw)
        self.press(text + "\r")
        if ready:
            self.prompt(mark)

    def paste(self, text, ready=False):
        mark = len(self.raw)
        self.press(PASTE + text + PASTE_END)
        if ready:
            self.prompt(mark)

    def interrupt(self):
        mark = len(self.raw)
        self.press(CTRL_C)
        self.prompt(mark)

    def foreground(self):
        """The process group that has the terminal."""
        return os.tcgetpgrp(self.child.child_fd)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.child.setwinsize(rows, columns)
        screen, cursor = self.screen, self.screen.cursor
        # pyte leaves the cursor where it was, even below the screen; a terminal keeps its line on the screen.
        x, y, fallen = cursor.x, cursor.y, max(0, cursor.y + 1 - rows)
        if fallen:
            cursor.y = 0
            screen.delete_lines(fallen)
            cursor.y = y - fallen
        for line in [line for line in screen.buffer if line >= rows]:
            del screen.buffer[line]
        screen.lines = rows
        screen.resize(rows, columns)
        cursor.x = min(x, columns)

    # --- waiting ---

    def read(self):
        """Takes what the program wrote; False once it ended."""
        try:
            text = self.child.read_nonblocking(65536, timeout=0.02)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += text
        self.stream.feed(text)
        return True

    def until(self, condition, what, limit=LIMIT):
        end = time.monotonic() + limit
        while not condition():
            if time.monotonic() > end:
                raise Failure(f"{self.name}: waited in vain for {what}\n{self.shown()}")
            self.read()
        return self

    def prompt(self, mark):
        """Waits for a prompt that was written after the mark."""
        if self.environment.get("TERM") == "dumb":
            pattern = re.compile(r"(^|\n)[^\n]*(> |· |\. )$")
            self.until(lambda: pattern.search(self.raw[mark:]), "a prompt")
        else:
            self.until(lambda: SHOWN.search(self.raw, mark), "a prompt")
        self.settle()

    def settle(self):
        """Reads what is already there, so that the screen is whole."""
        before = None
        while before != len(self.raw):
            before = len(self.raw)
            self.read()

    def waits_for(self, text, limit=LIMIT):
        """The text appears on the screen."""
        return self.until(lambda: text in self.shown(), repr(text), limit)

    def line_is(self, text):
        """The line with the cursor becomes this."""
        return self.until(lambda: self.cursor_line().rstrip() == text.rstrip(), f"the line {text!r}")

    def line_ends(self, text):
        """The line with the cursor comes to end so."""
        return self.until(lambda: self.cursor_line().endswith(text), f"a line that ends {text!r}")

    # --- looking ---

    def cursor_line(self):
        return self.screen.display[self.screen.cursor.y][: self.screen.cursor.x]

    def line_has_text(self):
        return re.match(r"^(1-\d+)?> $", self.cursor_line()) is None

    def shown(self):
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return "\n".join(lines) + "\n"

    def scrolled(self):
        """Everything that was ever on the screen, scrolled off lines too."""
        lines = []
        for row in self.screen.history.top:
            lines.append("".join(row[column].data for column in range(self.columns)).rstrip())
        return "".join(line + "\n" for line in lines) + self.shown()

    def sees(self, name, everything=False):
        """Compares the screen with the expected one."""
        text = self.scrolled() if everything else self.shown()
        for pattern, replacement in CHANGING:
            text = re.sub(pattern, replacement, text)
        text = text.replace(self.home, "HOME")
        path = os.path.join(HERE, "expected", f"{self.name}.{name}.txt")
        if os.environ.get("ACCEPT"):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            expected = file.read()
        if text != expected:
            raise Failure(f"{path} differs\n--- expected\n{expected}--- seen\n{text}---")

    def has(self, *texts):
        for text in texts:
            if text not in self.scrolled():
                raise Failure(f"{self.name}: {text!r} is not to be seen\n{self.scrolled()}")

    def has_not(self, *texts):
        for text in texts:
            if text in self.scrolled():
                raise Failure(f"{self.name}: {text!r} should not be there\n{self.scrolled()}")


def check(condition, message):
    if not condition:
        raise Failure(message)


def run(*tests):
    """Runs the functions; the program fails when one of them does."""
    failed = 0
    for test in tests:
        try:
            test()
        except Failure as failure:
            failed += 1
            print(f"not ok - {test.__name__}: {failure}", flush=True)
        else:
            print(f"ok - {test.__name__}", flush=True)
    sys.exit(1 if failed else 0)
