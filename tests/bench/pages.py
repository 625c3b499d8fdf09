"""`docs build` of 1,000 pages of prose, against the least it can cost: libcmark and write, in one C program."""
import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

PAGES, COUNTED, ROUNDS = 1_000, 200, 5
WORDS = """socket port address listen connect accept send receive packet segment window buffer kernel process queue
    peer host network timer retry close reset the a of and to in is that it with for as on when only never every
    first last small large until before after reads writes waits returns fails asks tells""".split()


def sentence(dice):
    words = [dice.choice(WORDS) for _ in range(dice.randint(6, 18))]
    place = dice.randrange(len(words))
    words[place] = dice.choice(["*{}*", "**{}**", "`{}`", "[{}](https://example.org/x)", "{}"]).format(words[place])
    return " ".join(words).capitalize() + "."


def paragraph(dice):
    return " ".join(sentence(dice) for _ in range(dice.randint(3, 7)))


def page(number):
    """About 4 KB of Markdown, the same in every run."""
    dice = random.Random(number)
    parts = [f"# Page {number}", paragraph(dice)]
    for section in range(4):
        parts += [f"## Section {section + 1}", paragraph(dice)]
        parts += ["\n".join(f"- {sentence(dice)}" for _ in range(dice.randint(2, 5))), f"> {sentence(dice)}"]
    return "\n\n".join(parts) + "\n"


def write_pages(folder, count):
    os.mkdir(folder)
    for number in range(1, count + 1):
        with open(f"{folder}/page-{number:04}.md", "w", encoding="utf-8") as file:
            file.write(page(number))
    return sum(entry.stat().st_size for entry in os.scandir(folder)) / count


with tempfile.TemporaryDirectory() as root:
    size = write_pages(f"{root}/pages", PAGES)
    write_pages(f"{root}/few", COUNTED)

    def commands(source):
        return [("libcmark and write", [f"{measure.BENCH}/pages", source, f"{root}/out"]),
                ("sockrates docs build", [measure.SOCKRATES, "docs", "build", source, "-o", f"{root}/out"])]

    def clear(_name=None):
        shutil.rmtree(f"{root}/out", ignore_errors=True)

    took = measure.times(commands(f"{root}/pages"), ROUNDS, before=clear)
    counts = {}
    for name, command in commands(f"{root}/few"):
        clear()
        counts[name] = measure.instructions(command) / COUNTED

base = "libcmark and write"
measure.table(f"{PAGES} pages of {size / 1024:.1f} KiB", ["", "time", "ratio", "instructions a page", "ratio"], [
    [name, measure.milliseconds(took[name]), measure.ratio(took[name], took[base]),
     measure.short(counts[name]), measure.ratio(counts[name], counts[base])] for name in took])
