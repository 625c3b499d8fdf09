"""What every lesson of the course owes its learner, as far as a program can see it.

The last exercise teaches nothing new, and need only explain its questions.
"""
import os
import re

LESSONS = os.path.join(os.path.dirname(__file__), "..", "..", "lessons")
OPTION = re.compile(r"- \[([ x])\] (.*)")


def read(name):
    with open(os.path.join(LESSONS, name), encoding="utf-8") as file:
        return file.read()


def belongs(line):
    """True for a line of a question: an answer, what is said about it, or an empty line between them."""
    return OPTION.match(line) is not None or line.startswith("  ") or line == ""


def questions(text):
    """Each question: its answers as (right, label, explained), and whether a block follows that runs and is seen."""
    lines, at = text.split("\n"), 0
    while at < len(lines):
        if not OPTION.match(lines[at]):
            at += 1
            continue
        answers = []
        while at < len(lines) and belongs(lines[at]):
            match = OPTION.match(lines[at])
            if match:
                answers.append([match[1] == "x", match[2], False])
            elif lines[at] != "":
                answers[-1][2] = True
            at += 1
        after = lines[at] if at < len(lines) else ""
        yield answers, after.startswith("```lua") and ".hidden" not in after


def place(answers):
    """Where the right answer stands; None where there are several."""
    at = [i for i, (right, _, _) in enumerate(answers) if right]
    return at[0] if len(at) == 1 else None


def stands_out(answers):
    """True where the one right answer is much longer, or much shorter, than all others."""
    right = len(answers[place(answers)][1])
    others = [len(label) for good, label, _ in answers if not good]
    return right > 1.35 * max(others) or 1.35 * right < min(others)


def shown_before(text):
    """Each right answer, with the output that stands above its question in the same section."""
    for section in re.split(r"^## ", text, flags=re.M):
        outputs, label, fence = [], None, None
        for line in section.split("\n"):
            if fence is None and line.startswith("```"):
                fence = line
            elif line == "```":
                fence = None
            elif fence is not None and fence.startswith("```output"):
                outputs.append(line)
            elif fence is None and line.startswith("- [x] "):
                yield line[len("- [x] "):], list(outputs)


def parts():
    """(part, file) in the order of SUMMARY.md."""
    part = ""
    for line in read("SUMMARY.md").split("\n"):
        part = line[3:] if line.startswith("## ") else part
        match = re.match(r"\s*- \[.*\]\((.+\.md)\)", line)
        if match:
            yield part, match[1]


faults = []


def owes(fine, name, what):
    if not fine:
        faults.append(f"{name}: {what}")


for part, name in parts():
    text = read(name)
    taught = text.split("\n## Exercise")[0]
    asked = list(questions(taught))
    for answers, _ in asked:
        label = answers[0][1]
        owes(sum(right for right, _, _ in answers) >= 1, name, f"no answer is right where the first is \"{label}\"")
        owes(all(explained for _, _, explained in answers), name, f"an answer is not explained, beside \"{label}\"")
    for label, outputs in shown_before(taught):
        known = len(label) > 8 and any(label.strip("`\"") in line for line in outputs)
        owes(not known, name, f"the answer \"{label}\" stands in an output above its question")
    if part == "The last exercise":
        continue
    single = [answers for answers, _ in asked if place(answers) is not None]
    places = [place(answers) for answers in single]
    owes(3 * max(places.count(at) for at in places) <= 2 * len(places), name, "most right answers stand in the same place")
    owes(4 * sum(map(stands_out, single)) <= 3 * len(single), name, "most right answers are told by their length")
    steps = len(re.findall(r"^```lua(?! \{[^}]*(?:hidden|ignore))", taught, re.M))
    owes(sum(predicts for _, predicts in asked) >= 5, name, "fewer than five predictions")
    owes(3 * len(asked) >= steps, name, f"{len(asked)} questions in {steps} steps: less than one in three")
    owes(re.search(r"^## Read th(is|ese)\b.*what went wrong", taught, re.M), name, "no ladder to read: what went wrong?")
    owes("](http" in taught.split("\n## ")[0], name, "no incident with its source at the beginning")
    owes("\n## Exercise" in text, name, "no exercise")
    for exercise in re.split(r"^## Exercise", text, flags=re.M)[1:]:
        wrong = re.findall(r"^```lua \{\.wrong[^\n]*\n.*?^```\n\n(```output)?", exercise.split("\n## ")[0], re.M | re.S)
        others = re.findall(r"^```(?:python|c) \{\.wrong", exercise, re.M)
        owes(len(wrong) + len(others) >= 2, name, "an exercise has fewer than two wrong answers")
        owes(all(wrong), name, "a wrong answer stands without what its learner is told")
    owes("\n## Recap" in text, name, "no recap")
    owes("What next" in text, name, "does not say what comes next")
    owes("docs/manual/" in text, name, "no link into the reference")

assert not faults, "\n".join(faults)
print("ok")
