"""A course from elsewhere: its next version, in another folder, goes on where the old one was left."""
import json
import os
import shutil
import subprocess
import tempfile

from support.screen import PROGRAM, Person, check, run

ABOUT = "---\nid: net\ntitle: Networks 1\nversion: %s\nlicense: CC0-1.0\n---\n"


def course(folder, version, lesson):
    os.mkdir(folder)
    with open(os.path.join(folder, "SUMMARY.md"), "w", encoding="utf-8") as file:
        file.write(ABOUT % version + "- [Alpha](a.md)\n")
    with open(os.path.join(folder, "a.md"), "w", encoding="utf-8") as file:
        file.write(lesson)
    return folder


FIRST = "# Alpha\n\nOne.\n\n```lua\n1\n```\n\n## Second\n\nTwo?\n\n- [x] yes\n- [ ] no\n\nThree.\n\n```lua\n3\n```\n\nFour.\n"
NEXT = FIRST.replace("One.", "Zero.\n\n```lua\n0\n```\n\nOne.")


def rows(person, folder):
    return json.loads(subprocess.run([PROGRAM, "progress", "--json", "--lessons", folder], env=person.environment,
                                     capture_output=True, text=True, timeout=60, check=True).stdout)


def goes_on_in_the_next_version():
    with tempfile.TemporaryDirectory() as place:
        old, new = course(f"{place}/old", "1.0", FIRST), course(f"{place}/new", "2.0", NEXT)
        with Person("versions", arguments=["learn", old], lessons=None) as person:
            person.has("Networks 1, version 1.0, CC0-1.0.")
            person.enter()
            person.enter()
            person.enter("2")
            person.leave()
            check(rows(person, new)[0]["furthest"] == 2, rows(person, new))
            shutil.rmtree(old)
            person.arguments = ["learn", new]
            person.start()
            person.has("version 2.0", "You were in")
            person.enter()
            person.has("Three.")
            person.has_not("One.", "Zero.")
            row = rows(person, new)[0]
            check((row["answers"], row["steps"]) == (1, 5), row)


def a_lesson_got_another_number():
    with tempfile.TemporaryDirectory() as place:
        old, new = course(f"{place}/old", "1.0", FIRST), course(f"{place}/new", "2.0", NEXT)
        os.rename(f"{old}/a.md", f"{old}/01-a.md")
        os.rename(f"{new}/a.md", f"{new}/02-a.md")
        with open(f"{old}/SUMMARY.md", "w", encoding="utf-8") as file:
            file.write(ABOUT % "1.0" + "- [Alpha](01-a.md)\n")
        with open(f"{new}/SUMMARY.md", "w", encoding="utf-8") as file:
            file.write(ABOUT % "2.0" + "- [Before](01-b.md)\n- [Alpha](02-a.md)\n")
        with open(f"{new}/01-b.md", "w", encoding="utf-8") as file:
            file.write("# Before\n\nWords.\n")
        with Person("versions", arguments=["learn", old], lessons=None) as person:
            person.enter()
            person.enter()
            person.leave()
            person.arguments = ["learn", new]
            person.start()
            person.enter()
            person.has("Three.")
            person.has_not("Words.")
            check([row["name"] for row in rows(person, new)] == ["02-a"], rows(person, new))


def a_course_gets_a_name():
    with tempfile.TemporaryDirectory() as place:
        folder = course(f"{place}/a", "1.0", FIRST)
        with open(f"{folder}/SUMMARY.md", "w", encoding="utf-8") as file:
            file.write("- [Alpha](a.md)\n")
        with Person("versions", arguments=["learn", folder], lessons=None) as person:
            person.enter()
            person.leave()
            with open(f"{folder}/SUMMARY.md", "w", encoding="utf-8") as file:
                file.write(ABOUT % "2.0" + "- [Alpha](a.md)\n")
            check(rows(person, folder)[0]["furthest"] == 1, rows(person, folder))
            person.start()
            person.has("version 2.0", "You were in")


def another_course_of_that_title():
    with tempfile.TemporaryDirectory() as place:
        one = course(f"{place}/one", "1.0", FIRST)
        other = course(f"{place}/other", "1.0", FIRST)
        with open(f"{other}/SUMMARY.md", "w", encoding="utf-8") as file:
            file.write("---\nid: other\ntitle: Networks 1\nversion: 1.0\n---\n- [Alpha](a.md)\n")
        with Person("versions", arguments=["learn", one], lessons=None) as person:
            person.enter()
            person.leave()
            check(len(rows(person, one)) == 1 and rows(person, other) == [], "courses are mixed up")


def too_new():
    with tempfile.TemporaryDirectory() as place:
        folder = course(f"{place}/a", "1.0", FIRST)
        with open(f"{folder}/SUMMARY.md", "w", encoding="utf-8") as file:
            file.write("---\nsockrates: 999\n---\n- [Alpha](a.md)\n")
        with Person("versions", arguments=["learn", folder], lessons=None) as person:
            person.enter()
            person.has("for this Sockrates", "This course wants Sockrates 999")
            person.enter("1 + 1")
            person.has("2")


run(a_course_gets_a_name, goes_on_in_the_next_version, a_lesson_got_another_number, another_course_of_that_title, too_new)
