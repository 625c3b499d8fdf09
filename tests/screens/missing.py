"""What is not there: no lessons, broken lessons, unknown words; the tutor says so and goes on."""
import os
import subprocess
import tempfile

from support.screen import LESSONS, PROGRAM, TAB, Person, check, run


def goes_on(person):
    person.enter("20 + 22")
    person.has("42")


def no_lessons():
    with tempfile.TemporaryDirectory() as folder:
        with Person("missing", lessons=folder) as person:
            person.press(":lesson 0" + TAB)
            person.line_is("> :lesson 0")
            person.interrupt()
            for line in ("", ":lessons", ":lesson 3", ":next"):
                person.enter(line)
                person.has("There are no lessons in")
            for line in (":back", ":goto 3", ":hint", ":check", ":solution", ":starter", ":progress", ":reset"):
                person.enter(line)
            person.has("No lesson is open.", "There is no exercise here.", "No lesson was begun yet.", "Say which")
            goes_on(person)


def a_broken_lesson():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "01-broken.md"), "w", encoding="utf-8") as file:
            file.write("# Broken\n\nFirst.\n\n```lua {colour=blue}\nx = 1\n```\n\n- [ ] none is right\n- [ ] nor this\n\n"
                       "```lua\nif then\n```\n\nOpen:\n\n```lua\nerror({})\n")
        with open(os.path.join(folder, "02-binary.md"), "wb") as file:
            file.write(b"\0\xff\xfe" * 100)
        with open(os.path.join(folder, "03-empty.md"), "wb") as file:
            file.write(b"")
        with Person("missing", rows=40, lessons=folder) as person:
            for _ in range(6):
                person.enter(":next")
            person.has("Broken", "SyntaxError")
            person.enter(":lesson 2")
            person.enter(":lesson 3")
            person.has("This lesson is empty.")
            person.enter()
            goes_on(person)


def an_unknown_lesson():
    with Person("missing", arguments=["learn", "conect"]) as person:
        person.has('There is no lesson "conect".', "Did you mean 04-connect?")
        person.enter(":lesson 9")
        goes_on(person)


def wrong_usage():
    for arguments in (["learn", "--nothing"], ["learn", "--theme", "pink"], ["learn", "1", "2"], ["progress", "x"],
                      ["doctor", "x"], ["lern"], ["new"], ["new", "lesson"], ["docs"], ["docs", "biuld"], ["run"],
                      ["run", "--trase", "x"], ["docs", "serve", "x", "--port", "70000"]):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False)
        check(done.returncode == 2, f"{arguments}: {done.returncode}")
        check(done.stderr and not done.stdout, f"{arguments}: {done}")
    for name in ("learn", "progress", "doctor", "new lesson", "docs build"):
        done = subprocess.run([PROGRAM, *name.split(), "--help"], capture_output=True, text=True, timeout=60, check=False)
        check(done.returncode == 0 and done.stdout.startswith("usage:"), f"{name}: {done}")


def a_lesson_that_is_a_file():
    with Person("missing", arguments=["learn", os.path.join(LESSONS, "04-connect.md")], lessons=None) as person:
        person.has("Lesson 1 of 1", "connect and its outcomes")


run(no_lessons, a_broken_lesson, an_unknown_lesson, wrong_usage, a_lesson_that_is_a_file)
