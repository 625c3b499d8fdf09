"""Exercises solved in C and Python: the language is chosen once, :edit opens a file that stays, the compiler's words come
with the learner's lines, and no program keeps the prompt."""
import atexit
import os
import re
import shutil

from support.screen import CTRL_C, Person, check, run

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "programs", "lesson.md")
with open(SOURCE, encoding="utf-8") as source:
    LESSON = source.read()

EDITOR = """#!/bin/sh
cp "$1" "$HOME/opened"
cp "$HOME/written" "$1"
"""


def solution(language):
    return re.search(r"```%s \{\.solution\}\n(.*?)```" % language, LESSON, re.S).group(1)


def learner(home=None):
    os.makedirs("course", exist_ok=True)
    with open("course/lesson.md", "w", encoding="utf-8") as file:
        file.write(LESSON.replace(" faults={delay}", ""))
    with open("editor", "w", encoding="utf-8") as file:
        file.write(EDITOR)
    os.chmod("editor", 0o755)
    return Person("programs", rows=60, home=home, lessons=os.path.abspath("course"), arguments=["learn", "lesson"],
                  env={"EDITOR": os.path.abspath("editor"), "VISUAL": None})


def edits(person, code, ready=True):
    with open(os.path.join(person.home, "written"), "w", encoding="utf-8") as file:
        file.write(code)
    person.enter(":edit", ready=ready)


def opened(person):
    with open(os.path.join(person.home, "opened"), encoding="utf-8") as file:
        return file.read()


def begins(person, language):
    person.enter(f":language {language}")


def in_c():
    with learner() as person:
        begins(person, "c")
        person.has("In C: :edit opens")
        edits(person, "int main(void)\n{\n    return x;\n}\n")
        check("int main(int argc, char **argv)" in opened(person), "the editor is given the starter")
        person.has("exercise-say-ping-to-an-echo.c:3:12: error:", "Not yet: it does not compile.")
        edits(person, "int main(void)\n{\n    return 1;\n}\n")
        check("return x;" in opened(person), "the file stays between attempts")
        person.has("ExitStatus: the program ended with status 1", "Not yet: It ended with an error")
        person.enter(":solution")
        person.has("One way to do it", "struct addrinfo hints")
        edits(person, solution("c"))
        person.has("Solved.", "connect() = 0", "echo")


def ctrl_c_ends_it():
    with learner() as person:
        begins(person, "c")
        edits(person, "#include <stdio.h>\nint main(void)\n{\n    puts(\"it runs\");\n    for (;;);\n}\n", ready=False)
        person.waits_for("it runs\n")
        person.press(CTRL_C)
        person.waits_for("Not yet:")
        person.settle()
        person.enter("1 + 1")
        person.has("2")


def in_python_and_it_stays():
    with learner() as person:
        begins(person, "python")
        person.has("In Python: :edit opens")
        edits(person, "import sys\nprint(sys.argv)\n1 / 0\n")
        person.has("ZeroDivisionError", "line 3", "Not yet:")
        person.enter(":starter")
        person.has("is as it was in the beginning")
        person.leave()
        with learner(home=person.home) as again:
            again.enter(":language")
            again.has("Exercises are solved in Python.")
            again.enter(":language ruby")
            again.has("means nothing to :language")


@atexit.register
def clean():
    shutil.rmtree("course", ignore_errors=True)
    if os.path.exists("editor"):
        os.remove("editor")


if all(shutil.which(tool) for tool in ("cc", "python3")):
    run(in_c, ctrl_c_ends_it, in_python_and_it_stays)
else:
    print("skipped: cc and python3 are not both here")
