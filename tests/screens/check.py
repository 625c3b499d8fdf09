"""`sockrates check` at a terminal: progress that leaves no trace, wrapped messages, colour, Ctrl-C."""
import contextlib
import os
import shutil
import tempfile
import time

from support.screen import CTRL_C, Person, check, run

PASSING = "# Fine\n\n```lua\nprint(1)\n```\n"
WAITING = "# Slow\n\n```lua\ntime.sleep(%s)\n```\n"
FAILING = """# Not fine

```lua {#two error=ECONNREFUSED}
print("one")
```

```lua
print("one")
print("two")
```

```output
one
three
```
"""


@contextlib.contextmanager
def checking(name, files, columns=80, options=(), **more):
    """A person who checks a folder with these files, named "lessons" in the current folder."""
    folder, before = tempfile.mkdtemp(), os.getcwd()
    os.chdir(folder)
    os.mkdir("lessons")
    for path, text in files.items():
        with open(os.path.join("lessons", path), "w", encoding="utf-8") as file:
            file.write(text)
    person = Person(name, columns=columns, arguments=["check", *options, "lessons"], lessons=None, **more)
    try:
        person.start(ready=False)
        yield person
    finally:
        person.kill()
        shutil.rmtree(person.home, ignore_errors=True)
        os.chdir(before)
        shutil.rmtree(folder)


def progress_is_seen_and_gone():
    with checking("check", {"1.md": PASSING, "2.md": WAITING % 0.5}) as person:
        person.waits_for("1 of 2 lessons")
        person.ends()
        person.has("✓ lessons/1.md  1 block", "✓ lessons/2.md  1 block", "2 lessons, 2 blocks: all passed")
        person.has_not("1 of 2 lessons")


def failures_are_wrapped_and_coloured():
    for columns in (40, 80):
        with checking("check", {"fail.md": FAILING}, columns=columns) as person:
            person.ends(status=1)
            person.sees(f"failed.{columns}")
            check("\x1b[" in person.raw, "nothing has a colour")


def no_colour_and_no_progress():
    files = {"1.md": FAILING, "2.md": WAITING % 0.3}
    with checking("check", files, env={"TERM": "dumb"}) as person:
        person.ends(status=1)
        check("\x1b" not in person.raw and "of 2 lessons" not in person.raw, "a dumb terminal gets escape sequences")
    with checking("check", files, env={"NO_COLOR": "1"}) as person:
        person.ends(status=1)
        check("\x1b[3" not in person.raw and "\x1b[1m" not in person.raw, "NO_COLOR is not respected")


def ctrl_c_ends_it():
    with checking("check", {"1.md": PASSING, "2.md": WAITING % 30}) as person:
        person.waits_for("1 of 2 lessons")
        begin = time.monotonic()
        person.press(CTRL_C)
        person.ends(status=130)
        check(time.monotonic() - begin < 2, "Ctrl-C takes too long")
        person.has("2 lessons, 1 block: stopped")


def watching_ends_with_ctrl_c():
    with checking("check", {"1.md": PASSING}, options=["--watch"]) as person:
        person.waits_for("Ctrl-C ends.")
        with open("lessons/1.md", "a", encoding="utf-8") as file:
            file.write("\n```lua\nprint(2)\n```\n")
        person.waits_for("1 lesson, 2 blocks: all passed")
        person.press(CTRL_C)
        person.ends()


run(progress_is_seen_and_gone, failures_are_wrapped_and_coloured, no_colour_and_no_progress, ctrl_c_ends_it,
    watching_ends_with_ctrl_c)
