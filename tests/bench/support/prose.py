"""Pages of prose, the same in every run."""
import os
import random

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
    """About 4 KB of Markdown."""
    dice = random.Random(number)
    parts = [f"# Page {number}", paragraph(dice)]
    for section in range(4):
        parts += [f"## Section {section + 1}", paragraph(dice)]
        parts += ["\n".join(f"- {sentence(dice)}" for _ in range(dice.randint(2, 5))), f"> {sentence(dice)}"]
    return "\n\n".join(parts) + "\n"


def write_pages(folder, count):
    """Gives the mean size of a page in bytes."""
    os.mkdir(folder)
    for number in range(1, count + 1):
        with open(f"{folder}/page-{number:05}.md", "w", encoding="utf-8") as file:
            file.write(page(number))
    return sum(entry.stat().st_size for entry in os.scandir(folder)) / count
