"""Until a prediction is made nothing on the screen tells the answer: through all lessons, question by question."""
import concurrent.futures
import glob
import os
import re

from support.screen import Failure, Person, check, run

COURSE = os.path.join(os.environ["SOCKRATES_SOURCE"], "lessons")
# An error, its further lines four columns in, and then advice two columns in.
ADVICE = re.compile(r"^\w+(?:Error|error|Timeout|Interrupt): .*\n(?:    .*\n)*  \S.*", re.M)
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
QUESTION = re.compile(r"1-(\d+)> $")


def is_over(person):
    return "Enter goes on with lesson" in person.shown() or "That was the last lesson." in person.shown()


def go_on(person):
    if person.line_has_text() and not QUESTION.search(person.cursor_line()):
        person.interrupt()
        person.enter(":next")
    elif QUESTION.search(person.cursor_line()):
        person.enter(":next")
    else:
        person.enter()


def predictions(path):
    """For each question of the lesson, whether a block follows it at once."""
    with open(path, encoding="utf-8") as file:
        lists = re.findall(r"(?:^- \[[ x]\] .*\n(?:(?: .*)?\n)*)+(.*)", file.read(), re.M)
    return [line.startswith("```lua") and not re.search(r"\.(ignore|hidden)\b", line) for line in lists]


def questions(lesson):
    """What stood on the screen since the question before, for each."""
    name = os.path.basename(lesson).removesuffix(".md")
    with Person(f"predicting-{name}", rows=100, lessons=None, arguments=["learn", name]) as person:
        begun, found = 0, []
        foretold = predictions(lesson)
        while not is_over(person):
            if QUESTION.search(person.cursor_line()):
                found.append(person.raw[begun:])
                mark = len(person.raw)
                person.enter(":why")
                told = "That would answer the question." not in person.raw[mark:]
                check(told != foretold[len(found) - 1], f"{name}: what :why tells\n{person.shown()}")
                person.press("\x0c")
                begun = len(person.raw)
            go_on(person)
        mark = len(person.raw)
        person.enter("nothing_at_all:recv(1)")
        check(len(found) == len(foretold), f"{name}: {len(found)} questions, not {len(foretold)}")
        check(ADVICE.search(ESCAPES.sub("", person.raw[mark:])), "advice is not known when it is seen")
    return [raw for raw, one in zip(found, foretold) if one]


def since_last_block(raw):
    """What the last block that ran gave, and all that followed."""
    text = ESCAPES.sub("", raw)
    blocks = [block.start() for block in re.finditer(r"^> \S", text, re.M)]
    return text[blocks[-1] if blocks else 0:]


def told(lesson):
    texts = [since_last_block(raw[:raw.rindex("Answer with")]) for raw in questions(lesson)]
    return len(texts), [f"lesson {lesson} told before it asked:\n{text}" for text in texts if ADVICE.search(text)]


def no_advice_stands_before_a_question():
    lessons = sorted(glob.glob(f"{COURSE}/[0-9]*.md"))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(told, lessons))
    check(sum(count for count, _ in results) >= 3 * len(lessons), "there are few predictions")
    trouble = [line for _, lines in results for line in lines]
    if trouble:
        raise Failure("\n".join(trouble))


run(no_advice_stands_before_a_question)
