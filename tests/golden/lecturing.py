"""The page for lecturers knows every lesson, and its plans take the time that they say."""
import os
import re

SOURCE = os.environ["SOCKRATES_SOURCE"]


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.M | re.S)[1]


page = read("docs/manual/lecturing.md")
lessons = {}
for title, path in re.findall(r"^\s*- \[(.+)\]\((.+\.md)\)", read("lessons/SUMMARY.md"), re.M):
    lessons[title] = int(re.search(r"^minutes: (\d+)$", read(f"lessons/{path}"), re.M)[1])

told = re.findall(r"^### (.+)\n\n\*\*Ask:\*\* .+\?\n\n\*\*Expect:\*\* .+", section("Lesson by lesson"), re.M)
assert told == list(lessons), f"not told, or in another order: {set(lessons) ^ set(told) or told}"

planned = re.findall(r"^\| \d+ \| (.+) \|$", section("A term"), re.M)
assert [title for week in planned for title in week.split(" · ")] == list(lessons), planned
for week in planned:
    taken = sum(lessons[title] for title in week.split(" · "))
    assert taken <= 60, f"{taken} minutes of lessons leave no time in a week: {week}"

for minutes in (50, 90):
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", section(f"{minutes} minutes"), re.M)
    assert sum(int(taken) for taken, _ in rows) == minutes, f"the plan of {minutes} minutes takes {rows}"
    for taken, what in rows:
        named = [title for title in lessons if what.startswith(title)]
        assert not named or int(taken) >= lessons[named[0]], f"{named[0]} takes {lessons[named[0]]} minutes, not {taken}"
