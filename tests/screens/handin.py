"""What a learner does is a record, and `sockrates handin` makes a page of it; an exam gives no help."""
import csv
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time

from support.screen import CTRL_C, PROGRAM, Person, check, run

sys.path.insert(0, os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/support"))
from hands import Hand  # noqa: E402

LESSON = """---
title: Sums & <sums>
{front}---

What is 1 + 1?

- [ ] 11

  As texts it would be.
- [x] 2

## Exercise: double it

Write `double(n)`.

```lua {{.starter}}
function double(n)
end
```

<details><summary>Hint 1</summary>

Twice.

</details>

<details><summary>Solution</summary>

```lua {{.solution}}
function double(n) return 2 * n end
```

</details>

<details><summary>Check</summary>

```lua {{.check}}
return double(2) == 4, "double(2) gave " .. tostring(double(2))
```

</details>

## The end

```lua
server = lab.echo()
socket.create_connection(server.address):close()
```
"""

WRONG, RIGHT = "function double(n) return 3 * n end -- ö </script>", "function double(n) return n + n end"


def write_course(folder, front="", course_front=""):
    os.makedirs(folder)
    for name, text in (("01-sums.md", LESSON.format(front=front)), ("02-more.md", "# More\n\n```lua\n1\n```\n"),
                       ("SUMMARY.md", course_front + "# Arithmetic\n\n- [Sums](01-sums.md)\n- [More](02-more.md)\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return os.path.abspath(folder)


def attempt(person, code):
    """In place of the code that stands at the prompt."""
    person.interrupt()
    mark = len(person.raw)
    person.paste(code)
    person.press("\r")
    person.prompt(mark)
    person.enter(":check")


def hand_in(person, *arguments, status=0):
    done = subprocess.run([PROGRAM, "handin", *arguments], env=person.environment, capture_output=True, text=True,
                          timeout=30, check=False)
    check(done.returncode == status, f"handin {arguments}: {done.returncode} {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def document_of(path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
    check(len(scripts) == 1, f"{path} has {len(scripts)} scripts")
    return json.loads(scripts[0]), page


def links_of(record):
    """The chain once more, by somebody who only read what chain.h says."""
    link = ""
    for item in record:
        digest = item.get("digest")
        if "entry" in item:
            text = json.dumps(item["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            digest = hashlib.sha256(text.encode()).hexdigest()
        link = hashlib.sha256((link + digest).encode()).hexdigest()
        yield link


def kinds(record):
    return [item["entry"]["kind"] if "entry" in item else None for item in record]


def learn(person):
    person.enter(":lesson 1")
    person.enter("1")
    person.enter("2")
    person.enter()
    attempt(person, WRONG)
    person.waits_for("double(2) gave 6")
    person.interrupt()
    person.enter(":solution")
    attempt(person, RIGHT)
    person.waits_for("Solved.")
    person.enter()
    person.enter(":lesson 2")


def a_record_is_handed_in():
    course = write_course("course")
    with Person("handin", lessons=course) as person:
        said = hand_in(person, "-o", "Zoë Müller.html", "--lessons", course, status=1)
        check("nothing to hand in yet" in said, said)
        learn(person)
        said = hand_in(person, "-o", "Zoë Müller.html", "--lessons", course)
        check("as the work of Zoë Müller: 2 lessons, 1 question, 1 of 1 exercise solved" in said, said)
        document, page = document_of("Zoë Müller.html")
        check(document["name"] == "Zoë Müller" and document["course"]["title"] == "Arithmetic", document)
        record = document["record"]
        check([item["link"] for item in record] == list(links_of(record)), "the chain is another one")
        check(kinds(record) == ["begin", "open", "answer", "answer", "attempt", "hint", "solution", "attempt", "done",
                                "open", "done", "handin"], kinds(record))
        tries = [item["entry"] for item in record if item.get("entry", {}).get("kind") == "attempt"]
        check(tries[0]["code"] == [WRONG] and not tries[0]["passed"], tries[0])
        check(tries[0]["observed"] == "double(2) gave 6" and tries[1]["passed"], tries)
        for words in ("Sums &amp; &lt;sums&gt;", "Zoë Müller", "the solution was shown before it passed",
                      "double(2) gave 6", "&lt;/script&gt;", "What is 1 + 1?"):
            check(words in page, f"the page lacks {words}")
        again_and_in_part(person, course, record)
        what_is_forgotten(person, course)


def again_and_in_part(person, course, record):
    hand_in(person, "-o", "Zoë Müller.html", "--lessons", course)
    later, _ = document_of("Zoë Müller.html")
    check(later["record"][:len(record)] == record, "what was handed in once is no longer there")
    hand_in(person, "2", "-o", "part.html", "--lessons", course)
    part, page = document_of("part.html")
    check([item["link"] for item in part["record"]] == list(links_of(part["record"])), "the chain of a part breaks")
    check(kinds(part["record"])[:10] == ["begin"] + 8 * [None] + ["open"], kinds(part["record"]))
    check("double" not in page, "a part shows what is not in it")
    with open("mine.html", "w", encoding="utf-8") as file:
        file.write("my notes")
    said = hand_in(person, "-o", "mine.html", "--lessons", course, status=1)
    check("mine.html is there already" in said and open("mine.html", encoding="utf-8").read() == "my notes", said)
    check("no lesson \"mor3\"; did you mean" in hand_in(person, "mor3", "-o", "x.html", "--lessons", course, status=2),
          "a wrong name")
    check("say with -o" in hand_in(person, "--lessons", course, status=2), "no -o")
    said = hand_in(person, "-o", "nowhere/x.html", "--lessons", course, status=1)
    check("cannot be written: No such file" in said, said)


def what_is_forgotten(person, course):
    """Its words are gone, and the chain holds."""
    person.enter(":reset 1", ready=False)
    person.waits_for("y/n>")
    person.enter("y")
    hand_in(person, "-o", "after.html", "--lessons", course)
    after, page = document_of("after.html")
    check([item["link"] for item in after["record"]] == list(links_of(after["record"])), "the chain breaks")
    check("double" not in page and kinds(after["record"]).count("attempt") == 0, kinds(after["record"]))
    with sqlite3.connect(os.path.join(person.environment["XDG_DATA_HOME"], "sockrates/progress.db")) as database:
        texts = [text for text, in database.execute("SELECT text FROM entry WHERE text IS NOT NULL")]
    check(not any("double" in text for text in texts), texts)


def an_exam_gives_no_help():
    """Whether one lesson says so or its course."""
    sit_an_exam(write_course("exam", front="exam: true\n"))
    sit_an_exam(write_course("exam-course", course_front="---\nexam: true\n---\n\n"))


def sit_an_exam(course):
    with Person("exam", lessons=course, rows=40, columns=50) as person:
        person.enter(":lesson 1")
        check("an exam: no hints, no solutions, no\nanswers" in person.shown(), person.shown())
        person.enter("1")
        person.waits_for("Kept. It is marked when you have handed it in.")
        check("As texts" not in person.shown() and "Not quite" not in person.shown(), person.shown())
        person.enter()
        check(":hint" not in person.shown(), person.shown())
        attempt(person, WRONG)
        person.interrupt()
        check("Twice." not in person.shown() and ":solution" not in person.shown(), person.shown())
        person.enter(":hint")
        person.waits_for("This is an exam: it has no hints.")
        person.enter(":solution")
        person.waits_for("This is an exam: it shows no solution.")
        hand_in(person, "-o", f"{course}.html", "--lessons", course)
        document, page = document_of(f"{course}.html")
        check("(exam)" in page and "solution" not in kinds(document["record"]), kinds(document["record"]))
        answers = [item["entry"] for item in document["record"] if item["entry"].get("kind") == "answer"]
        check([(entry["said"], entry["chosen"], "truth" in entry, "right" in entry) for entry in answers]
              == [("11", [1], False, False)], "nor does the record say what is right")
        check("11</td><td>to be marked</td>" in page, page)


def an_exam_is_marked_by_whoever_has_its_checks():
    """The learner's copy has neither solution nor check: an attempt is kept, and marked with the whole course."""
    front = "---\nid: sums\nversion: 2.1\nexam: true\n---\n\n"
    whole = write_course("whole", course_front=front)
    with open("whole/01-sums.md", encoding="utf-8") as file:
        text = file.read()
    begin, end = text.index("<details><summary>Check"), text.index("## The end")
    with open("whole/01-sums.md", "w", encoding="utf-8") as file:
        file.write(text[:begin] + text[end:])
    with open("whole/01-sums.check.lua", "w", encoding="utf-8") as file:
        file.write('return double(21) == 42, "double(21) gave " .. double(21)\n')
    check("all passed" in tell("check", whole), "the whole course")
    os.makedirs("outer")
    shutil.copytree(whole, "outer/lessons")
    for source in (whole, "outer", "outer/lessons"):
        shutil.rmtree("copy", ignore_errors=True)
        check("copy: 2 lessons for learners." in tell("docs", "export", "--to", "course", source, "-o", "copy"), source)
        check("2 * n" not in open("copy/01-sums.md", encoding="utf-8").read(), "an exam, whatever folder is named")
    check(sorted(os.listdir("copy")) == ["01-sums.md", "02-more.md", "SUMMARY.md"], os.listdir("copy"))
    with open("copy/01-sums.md", encoding="utf-8") as file:
        text = file.read()
    check("2 * n" not in text and "Twice" not in text and "<details" not in text and "\n\n\n" not in text, text)
    check("- [ ] 11\n- [ ] 2\n" in text and "As texts" not in text, "nor which answer is right, nor why")
    check("something in this folder already" in tell("docs", "export", "--to", "course", whole, "-o", "copy", status=1),
          "over what is there")
    check("all passed" in tell("check", "copy") + tell("check", "copy/01-sums.md"), "the copy is a course")
    with open("whole/01-sums.md", "a", encoding="utf-8") as file:
        file.write("\n## After\n\n```lua\ndouble(4)\n```\n\n```output\n8\n```\n")  # it builds on the solution
    check("2 pages" in tell("docs", "build", whole, "-o", "site"), "the site")
    with open("site/01-sums.html", encoding="utf-8") as file:
        shown = file.read()
    check("2 * n" not in shown and "Twice" not in shown and "Solution" not in shown and "double it" in shown, shown)
    check("<li>11</li>\n<li>2</li>" in shown and "As texts" not in shown and "The tutor asks this" in shown, shown)
    shutil.rmtree("copy")
    tell("docs", "export", "--to", "course", whole, "-o", "copy")
    copy = os.path.abspath("copy")
    with Person("exam-kept", lessons=copy, rows=40) as person:
        person.enter(":lesson 1")
        person.enter("1")
        person.waits_for("Kept.")
        person.enter(":back")
        person.waits_for("Answer with a number, or several")
        person.enter("2")
        person.waits_for("Kept.")
        person.enter()
        for code in (RIGHT, WRONG, RIGHT + " -- again"):
            attempt(person, code)
            person.waits_for("Kept. It is marked when you have handed it in")
        person.interrupt()
        person.enter(RIGHT + " -- by itself")
        person.waits_for(":check keeps all that you did since the exercise began")
        person.enter(":check")
        person.waits_for("Kept. It is marked when you have handed it in")
        person.interrupt()
        os.makedirs("exam-hands")
        said = hand_in(person, "-o", "exam-hands/Ada.html", "--lessons", copy)
        check("1 of 1 exercise to be marked" in said, said)
    document, page = document_of("exam-hands/Ada.html")
    check((document["course"]["id"], document["course"]["edition"]) == ("sums", "2.1"), document["course"])
    check("version 2.1, contents" in page and "handed in</span>" in page and "not solved" not in page, page)
    rows = collected("exam-hands", whole)
    check([(row["record"], row["version"], row["01-sums/exercise-double-it"], row["right"], row["answered"])
           for row in rows] == [("fine", "same", "1", "1", "1")], rows)


def tell(*arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == status, done)
    return done.stdout + done.stderr


def page_is_what_was_handed_in():
    """A lecturer marks what a learner really handed in; the page is compared with its data."""
    course = write_course("course-marked")
    os.makedirs("hand-ins/ada")
    with Person("marked", lessons=course) as person:
        learn(person)
        hand_in(person, "-o", "hand-ins/ada/Ada.html", "--lessons", course)
        person.enter(":lesson 1")
        hand_in(person, "-o", "hand-ins/Eve.html", "--lessons", course)
    document, page = document_of("hand-ins/Eve.html")
    with open("hand-ins/Edited.html", "w", encoding="utf-8") as file:
        file.write(page.replace("the solution was shown before it passed", "no help"))
    rows = collected("hand-ins", course)
    check({row["file"]: (row["record"], row["01-sums/exercise-double-it"], row["version"]) for row in rows} == {
        "ada/Ada.html": ("fine", "1", "same"), "Eve.html": ("fine", "1", "same"),
        "Edited.html": ("the page was edited", "1", "same")}, rows)
    shared = {row["file"]: (row["shares"], row["entries"]) for row in rows}
    check(shared["ada/Ada.html"][1] == "12" and shared["Eve.html"] == ("Edited.html", "14"), shared)


def a_program_and_a_bad_day_are_handed_in():
    """A program of the learner's own file, and an answer that one fault was too much for."""
    golden = os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/golden/programs/lesson.md")
    os.makedirs("programs")
    with open(golden, encoding="utf-8") as file, open("programs/lesson.md", "w", encoding="utf-8") as copy:
        lesson = file.read()
        copy.write(lesson.replace(" faults={delay}", " faults={delay,split}"))
    with open("editor", "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\ncp "$HOME/written" "$1"\n')
    os.chmod("editor", 0o755)
    course = os.path.abspath("programs")
    with Person("program", rows=60, lessons=course, arguments=["learn", "lesson"],
                env={"EDITOR": os.path.abspath("editor"), "VISUAL": None}) as person:
        person.enter(":language python")
        program = re.search(r"```python \{\.solution\}\n(.*?)```", lesson, re.S).group(1)
        with open(os.path.join(person.home, "written"), "w", encoding="utf-8") as file:
            file.write(program)
        person.enter(":edit")
        person.waits_for("Behind byte 1 of 4")
        hand_in(person, "-o", "p.html", "--lessons", course)
    document, page = document_of("p.html")
    attempts = [item["entry"] for item in document["record"] if item["entry"]["kind"] == "attempt"]
    check([(one["code"], one["language"], one["passed"], one["observed"][:25]) for one in attempts] ==
          [([program], "python", False, "split, behind byte 1 of 4")], attempts)
    check('class="language-python"' in page, page)
    os.makedirs("p")
    shutil.move("p.html", "p/p.html")
    check([row["solved"] for row in collected("p", course)] == ["0"], "marked as if there were no bad days")
    with open("programs/lesson.md", "w", encoding="utf-8") as file:
        file.write(lesson)
    check([row["solved"] for row in collected("p", course)] == ["1"], "marked as if split were a bad day still")


def collected(folder, course):
    done = subprocess.run([PROGRAM, "collect", folder, "--lessons", course], capture_output=True, text=True, timeout=30,
                          check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def collecting_is_seen_and_stopped():
    """At a terminal there is progress on one line, and Ctrl-C ends it at once, however many do not end."""
    course = write_course("course-slow", front="timeout: 10s\n")
    os.makedirs("slow")
    for number in range(12):
        hand = Hand(f"Student {number}").tries("double-it", f"while true do end -- {number}")
        with open(f"slow/{number}.html", "w", encoding="utf-8") as file:
            file.write(hand.hands_in().page())
    person = Person("collecting", lessons=course, arguments=["collect", "slow", "-o", "slow.html"], columns=40)
    try:
        person.start(ready=False)
        person.waits_for("Running answers again, 0 of 12")
        begin = time.monotonic()
        person.press(CTRL_C)
        person.ends(status=130)
        check(time.monotonic() - begin < 4, "Ctrl-C took too long")
        check("Stopped: no table is written." in person.raw and not os.path.exists("slow.html"), person.raw)
    finally:
        person.kill()
        shutil.rmtree(person.home)


try:
    run(a_record_is_handed_in, an_exam_gives_no_help, an_exam_is_marked_by_whoever_has_its_checks, page_is_what_was_handed_in,
        a_program_and_a_bad_day_are_handed_in, collecting_is_seen_and_stopped)
finally:
    for name in os.listdir():
        shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)
