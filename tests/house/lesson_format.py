"""The manual's page about the lesson format: each example is a lesson that passes, or gives the complaint that stands
below it, word for word; and each option and key of a lesson has its section. So has each fault on its own page."""
import os
import re
import subprocess
import sys

program = os.environ["SOCKRATES"]
PAGE = f"{os.environ['SOCKRATES_SOURCE']}/docs/manual/lesson-format.md"
FAULTS = f"{os.environ['SOCKRATES_SOURCE']}/docs/manual/faults.md"
# An example, and the complaint below it if there is one.
EXAMPLE = re.compile(r"^````markdown\n(.*?)^````\n(?:\n```text\n(lesson\.md:.*?)^```\n)?", re.M | re.S)


def check(text):
    with open("lesson.md", "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([program, "check", "lesson.md"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


if not os.path.exists(program):
    print("skipped: the tutor was not built")
    sys.exit(77)
with open(PAGE, encoding="utf-8") as page, open(FAULTS, encoding="utf-8") as other:
    page_text, faults_text = page.read(), other.read()
examples = EXAMPLE.findall(page_text) + EXAMPLE.findall(faults_text)
assert len(examples) > 10, f"{PAGE} has only {len(examples)} examples"
trouble = []
for text, complaint in examples:
    status, report = check(text)
    if complaint and (status != 1 or complaint.strip() not in report):
        trouble.append(f"{text}\nshould give\n{complaint}\nbut gave\n{report}")
    elif not complaint and status != 0:
        trouble.append(f"{text}\nshould pass, but gave\n{report}")

# Whoever writes what nobody knows is told everything that is known.
KNOWN = {"```lua {xxxxxxxx}\n```\n": r"A block knows (.*)\.", "---\nxxxxxxxx: 1\n---\n": r"of a lesson knows (.*)\."}
for text, pattern in KNOWN.items():
    names = re.search(pattern, check(text)[1])
    assert names, f"{text}\nis not explained"
    for name in names[1].split(", "):
        if not re.search(rf"^### `{re.escape(name)}(:`|`|[A-Z])", page_text, re.M):
            trouble.append(f"{PAGE} has no section `{name}`")
faults = re.search(r"There are (.*)\.", check("```lua {.check faults=earthquake}\n```\n")[1])
assert faults and faults[1].count(",") == 11, "a fault that nobody knows is explained"
for name in faults[1].split(", "):
    if f"\n## Fault: {name}\n" not in faults_text:
        trouble.append(f"{FAULTS} has no section `## Fault: {name}`")
os.remove("lesson.md")
print("\n".join(trouble))
sys.exit(bool(trouble))
