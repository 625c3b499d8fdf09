"""A lesson on the projector: a step a screen, and a key for everything."""
import os
import re
import signal
import subprocess
import termios

from support.screen import CTRL_C, CTRL_D, ESCAPE, PROGRAM, Person, check, run

SPACE, BACKSPACE, LEFT, RIGHT = " ", "\x7f", "\x1b[D", "\x1b[C"
PAGE_DOWN, PAGE_UP, HOME, END = "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b[F"

ROOM = """# A room

Two words before it.

```lua
print("spoken")
x = 6
x * 7
```

## What comes?

What does `x + 1` give?

- [ ] six

  It is one more.
- [x] seven

  So it is.
- [ ] eight

  It is one less.

```lua {#seven}
x + 1
```

## Asked only

Who answers?

- [x] the kernel

  Always.
- [ ] the program

  It sleeps.

## Exercise: nine

Make `nine`.

```lua {#exercise .starter}
nine = x
```

<details>
<summary>Hint 1</summary>

More than x.

</details>

<details>
<summary>Hint 2</summary>

Three more.

</details>

```lua {.solution}
nine = x + 3
print("solved with " .. nine)
```

```lua {.check}
if nine ~= 9 then return nil, "nine is not 9" end
```

## Loops

```lua
print("round and round")
while true do end
```

## Long

```lua
for i = 1, 60 do print("line " .. i) end
```
"""


class Lecturer(Person):
    """Presses keys, and waits for what the screen shows."""

    def __init__(self, name, text=ROOM, arguments=(), foot="?: keys", shell=None, **more):
        self.first, self.shell = foot, shell
        super().__init__(name, arguments=["learn", "--present", *arguments], lessons=None, **more)
        if text is not None:
            path = os.path.join(self.home, "room.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            self.arguments.append(path)

    def start(self, ready=True):
        if self.shell:
            self.lecture, self.program, self.arguments = self.arguments, self.shell[0], self.shell[1:]
        super().start(ready=False)
        self.foot(self.first)

    def foot(self, text):
        """The screen is whole when its last line is there."""
        return self.until(lambda: text in self.shown().rstrip().split("\n")[-1], f"{text!r} at the foot")

    def key(self, keys, *texts):
        self.press(keys)
        for text in texts:
            self.waits_for(text)
        self.settle()

    def step(self, keys, number):
        """The key shows this step."""
        self.press(keys)
        self.until(lambda: re.search(rf"(step {number} of |\b{number}/)\d+", self.shown()), f"step {number}")
        self.settle()

    def quits(self):
        self.press("q")
        self.ends()


def a_key_runs_it_and_never_by_itself():
    with Lecturer("present") as room:
        room.sees("first")
        check("spoken" not in room.shown().replace('print("spoken")', ""), room.shown())
        room.key(SPACE, "\n     42")
        room.sees("ran")
        room.step(SPACE, 2)
        room.quits()


def predictions():
    with Lecturer("present") as room:
        room.step("n", 2)
        room.key("2", "> 2  seven")
        room.key("9", "There is no such answer.")
        room.sees("asked")
        room.key("w", "It is one less.")
        room.sees("why")
        room.key(BACKSPACE, "> 2  seven")
        room.step(SPACE, 3)
        room.key(SPACE, "\n     7\n", "who is right")
        room.key(SPACE, "> 2 yes  seven")
        room.step(SPACE, 4)
        room.key(SPACE, "1 yes  the kernel", "It sleeps.")
        room.step(SPACE, 5)
        room.quits()


def exercises():
    with Lecturer("present") as room:
        room.step("nnnn", 5)
        check("nine = x" not in room.shown(), room.shown())
        room.key("r", "o shows a solution first")
        room.key("s", "nine = x")
        room.key("h", "More than x.")
        check("Three more." not in room.shown(), room.shown())
        room.key("h", "Three more.")
        room.key("h", "There are no more hints.")
        room.key("o", "nine = x + 3")
        room.key("r", "solved with 9", "The check passes.")
        room.step(SPACE, 6)
        room.quits()


def an_exam_shows_no_solution():
    with Lecturer("present", text="---\nexam: true\n---\n" + ROOM) as room:
        room.step("nnnn", 5)
        room.key("s", "nine = x")
        room.key("o", "This is an exam")
        room.key("h", "This is an exam")
        room.quits()


def ctrl_c_stops_a_loop_and_does_not_leave():
    with Lecturer("present") as room:
        room.step("nnnnn", 6)
        room.press(SPACE)
        room.waits_for("Ctrl-C stops it")
        room.press("nnn")  # counts for nothing
        room.key(CTRL_C, "KeyboardInterrupt", "round and round\n")
        room.step(CTRL_C, 6)
        room.waits_for("q leaves")
        room.press("r")
        room.waits_for("Ctrl-C stops it")
        room.key(CTRL_C, "?: keys")
        room.step(SPACE, 7)
        room.quits()


def nothing_scrolls_away():
    with Lecturer("present") as room:
        room.step(END, 7)
        room.press(SPACE)
        room.waits_for("page 1 of 4")
        seen = room.shown()
        for page in (2, 3, 4):
            room.key(PAGE_DOWN, f"page {page} of 4")
            seen += room.shown()
        for line in range(1, 61):
            check(re.search(rf"^ +line {line}$", seen, re.M), f"line {line}\n{seen}")
        room.key(PAGE_UP, "page 3 of 4")
        room.step(HOME, 1)
        room.quits()


def any_window():
    for columns, rows in ((80, 24), (40, 12), (100, 30)):
        with Lecturer(f"present.{columns}x{rows}", columns=columns, rows=rows) as room:
            room.key(SPACE, "42")
            room.sees("ran")
            room.key(SPACE, "What comes?")
            room.sees("asked")
            room.key("?", "Keys")
            room.key(ESCAPE, "What comes?")
            room.quits()
    with Lecturer("present.resized") as room:
        room.key(SPACE, "42")
        room.resize(40, 12)
        room.until(lambda: "1/7" in room.shown(), "the position in few words")
        room.settle()
        room.sees("40x12")
        room.resize(100, 30)
        room.waits_for("step 1 of 7")
        room.settle()
        room.sees("100x30")
        room.quits()


def any_look():
    with Lecturer("present.nocolour", env={"NO_COLOR": "1"}) as room:
        room.key(SPACE, "42")
        check("\x1b[1m" not in room.raw and "\x1b[3" not in room.raw, repr(room.raw))
        room.quits()
    with Lecturer("present.ascii", env={"LC_ALL": "C"}) as room:
        room.key(SPACE, "42")
        check(room.raw.isascii(), repr(room.raw))
        room.quits()
    for more in ({"arguments": ["--plain"]}, {"env": {"TERM": "dumb"}}):
        with Lecturer("present.plain", rows=50, **more) as room:
            room.key(SPACE, "42")
            room.key("n2w", "> 2 yes", "It is one less.")
            check("\x1b" not in room.raw, repr(room.raw))
            room.quits()


def to_the_prompt_and_back():
    with Lecturer("present") as room:
        room.key(SPACE, "42")
        mark = len(room.raw)
        room.press("t")
        room.prompt(mark)
        room.enter("x")
        room.has("\n6\n")
        room.enter("x = 100")
        room.press("\r")
        room.foot("?: keys")
        room.key("", "42")  # what was shown is shown
        room.step("n", 2)
        room.step(SPACE, 3)
        room.key(SPACE, "\n     7\n")  # in a fresh session: x is the lesson's again
        mark = len(room.raw)
        room.press(":")
        room.prompt(mark)
        room.enter("goto 4")
        room.press(CTRL_D)
        room.waits_for("step 4 of 7")
        room.quits()


def looking():
    with Lecturer("present", text=None, arguments=["5"]) as room:
        room.key("l", "Nothing ran yet.")
        room.step("n", 2)
        room.key(SPACE, "connect()")
        room.key("l", "Who said what to whom", "ESTABLISHED")
        room.key("l", "Somebody listens")
        room.key("c", "Calls", "connect(3, {AF_INET")
        room.key(ESCAPE, "Somebody listens")
        room.key("b")
        room.until(lambda: room.shown().strip() == "", "an empty screen")
        room.key(".", "Somebody listens")
        room.key("x", "? shows the keys.")
        room.quits()


def one_lesson_after_the_other():
    with Lecturer("present", text=None, arguments=["2", "1"]) as room:
        room.waits_for("Your first client")
        room.key(END)
        while "This was the last step." not in room.shown():
            mark = len(room.raw)
            room.press(PAGE_DOWN)
            room.until(lambda: len(room.raw) > mark, "a page")
            room.settle()
        room.waits_for("Next: What is a socket?")
        room.step(SPACE, 1)
        room.waits_for("What is a socket?")
        room.quits()


def nothing_is_kept():
    with Lecturer("present") as room:
        room.key(SPACE, "42")
        room.step("n", 2)
        room.step("1n", 3)
        room.quits()
        check(not os.path.exists(os.path.join(room.home, "data")), "progress was written")


def it_ends():
    for end in (lambda room: room.press(CTRL_D), lambda room: room.child.kill(signal.SIGHUP),
                lambda room: room.child.kill(signal.SIGTERM)):
        with Lecturer("present") as room:
            end(room)
            room.ends()
    with Lecturer("present") as room:  # also while something runs
        room.step("nnnnn", 6)
        room.press(SPACE)
        room.waits_for("Ctrl-C stops it")
        room.child.kill(signal.SIGHUP)
        room.ends()
    with Lecturer("present") as room:  # and when the terminal is gone
        room.child.close(force=False)
        room.child = None


def ctrl_z_and_back():
    hide, show = "\x1b[?25l", "\x1b[?25h"
    shell = ["/bin/bash", "--norc", "--noediting", "-i"]
    with Lecturer("present", foot="shell$", shell=shell, env={"PS1": "shell$ ", "HISTFILE": "/dev/null"}) as room:
        modes = termios.tcgetattr(room.child.child_fd)
        room.press(" ".join([PROGRAM, *room.lecture]) + "\r")
        room.foot("?: keys")
        for stop in (lambda: room.press("\x1a"), lambda: os.kill(room.foreground(), signal.SIGSTOP)):
            mark = len(room.raw)
            stop()
            room.until(lambda: "shell$ " in room.raw[mark:], "the shell")
            check("Stopped" in room.raw[mark:], room.shown())
            mark = len(room.raw)
            room.press("fg\r")
            room.until(lambda: hide in room.raw[mark:], "the lecture")
            room.foot("?: keys")
        mark = len(room.raw)
        room.press("q")
        room.until(lambda: "shell$ " in room.raw[mark:], "the shell")
        check(show in room.raw[mark:], repr(room.raw[mark:]))
        check(termios.tcgetattr(room.child.child_fd) == modes, "the terminal's modes are others")
        room.press("exit\r")
        room.ends()


def what_it_needs():
    for arguments, words in (
            (["--present"], "takes keys from a terminal"),
            (["--present", "4", "5"], "takes keys from a terminal"),
            (["4", "5"], "one lesson at a time")):
        said = subprocess.run([PROGRAM, "learn", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        check(said.returncode == 2 and words in said.stderr and said.stdout == "", str(said))
    with Lecturer("present", text=None, arguments=["1", "nosuchlesson"], foot="learn --help") as room:
        room.waits_for('there is no lesson "nosuchlesson"')
        room.ends(2)


run(a_key_runs_it_and_never_by_itself, predictions, exercises, an_exam_shows_no_solution,
    ctrl_c_stops_a_loop_and_does_not_leave, nothing_scrolls_away, any_window, any_look, to_the_prompt_and_back, looking,
    one_lesson_after_the_other, nothing_is_kept, it_ends, ctrl_z_and_back, what_it_needs)
