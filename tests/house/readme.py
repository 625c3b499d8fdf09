"""The lesson that README.md shows is a real one: `sockrates check` finds nothing wrong with it. CONTRIBUTING.md draws the
house as it is, and the files that both name are there."""
import os
import re
import subprocess
import sys

from support.house import FLOORS

source, program = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES"]
page = os.path.join(os.environ["TMPDIR"], "readme-lesson.md")

with open(f"{source}/README.md", encoding="utf-8") as file:
    lessons = re.findall(r"^````markdown\n(.*?)^````$", file.read(), re.M | re.S)
assert lessons, "README.md shows no lesson"


def check(text):
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([program, "check", page], capture_output=True, text=True, check=False)
    os.remove(page)
    return done


def missing(text):
    """The paths in the text that nothing has, but for those with capitals, which stand for any name."""
    named = re.findall(r"[`(]((?:repl|docs|tests|lessons)/[a-z_./-]*|[A-Z]+\.md)[`)]", text)
    return [path for path in named if not os.path.exists(f"{source}/{path}")]


def floors(text):
    """From the ground up."""
    return re.findall(r"^ {17}([a-z]+)/ ", text, re.M)[::-1]


assert missing("`repl/base/text.c` and `repl/base/nothing.c`") == ["repl/base/nothing.c"]
with open(f"{source}/CONTRIBUTING.md", encoding="utf-8") as file:
    contributing = file.read()
with open(f"{source}/README.md", encoding="utf-8") as file:
    gone = missing(contributing + file.read())
assert not gone, f"README.md or CONTRIBUTING.md names what is not there: {gone}"
drawn = floors(contributing)
assert drawn == FLOORS[:len(drawn)] and len(drawn) == len(FLOORS) - 3, f"CONTRIBUTING.md draws {drawn}"

done = check(lessons[0])
print(done.stdout + done.stderr)
spoiled = check(lessons[0].replace("refused\n```", "granted\n```"))
assert spoiled.returncode == 1, f"a lesson that tells an untruth passed: {spoiled}"
sys.exit(done.returncode)
