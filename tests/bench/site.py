"""`docs build` as it grows: 10 to 10,000 pages, one change, no change, memory; and one page by `docs render`.

The limit is one C program that reads each file, converts it with libcmark and writes it; for a build that finds
nothing changed it is a look at every file. Hugo, MkDocs and pandoc are measured beside it where they are installed
(Debian: hugo mkdocs pandoc), each as far as it ends in reasonable time.
"""
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402
from prose import write_pages  # noqa: E402

COUNTS = (10, 100, 1_000, 10_000)
OTHERS_UP_TO = {"hugo": 10_000, "mkdocs": 1_000, "pandoc": 100}
LIMIT = "libcmark and write"


def peak(command):
    """MiB of the largest process of the command."""
    with tempfile.NamedTemporaryFile() as log:
        subprocess.run(["/usr/bin/time", "-f", "%M", "-o", log.name] + command, stdout=subprocess.DEVNULL, check=True)
        with open(log.name, encoding="utf-8") as file:
            return int(file.read().split()[-1]) / 1024


def write_settings(source, out, root):
    """What hugo and mkdocs need: the plainest pages they can make."""
    with open(f"{root}/hugo.toml", "w", encoding="utf-8") as file:
        file.write('baseURL = "/"\ntitle = "Pages"\ndisableKinds = ["taxonomy", "term"]\n')
    os.makedirs(f"{root}/layouts/_default", exist_ok=True)
    for name in ("single.html", "list.html"):
        with open(f"{root}/layouts/_default/{name}", "w", encoding="utf-8") as file:
            file.write("<!DOCTYPE html><title>{{ .Title }}</title>{{ .Content }}\n")
    with open(f"{root}/mkdocs.yml", "w", encoding="utf-8") as file:
        file.write(f"site_name: Pages\ndocs_dir: {source}\nsite_dir: {out}\n")


def others(source, out, root, count):
    """Generators whose programs are here and that end in time."""
    write_settings(source, out, root)
    each = f'mkdir -p {out}; for page in {source}/*.md; do pandoc "$page" -o "{out}/$(basename "$page" .md).html"; done'
    commands = {
        "hugo": ["hugo", "--quiet", "-s", root, "-c", source, "-d", out],
        "mkdocs": ["mkdocs", "build", "-q", "-f", f"{root}/mkdocs.yml"],
        "pandoc": ["sh", "-c", each],
    }
    return [(name, command) for name, command in commands.items()
            if shutil.which(name) and count <= OTHERS_UP_TO[name]]


def measure_growth(root):
    rows, took, memory = [], {}, {}
    for count in COUNTS:
        source, out = f"{root}/pages-{count}", f"{root}/out"
        write_pages(source, count)
        commands = [(LIMIT, [f"{measure.BENCH}/pages", source, out]),
                    ("sockrates", [measure.SOCKRATES, "docs", "build", source, "-o", out])]
        commands += others(source, out, root, count)

        def clear(_name=None):
            shutil.rmtree(out, ignore_errors=True)

        took[count] = measure.times(commands, 5 if count < 10_000 else 3, before=clear)
        for name, command in commands[1:]:
            clear()
            memory[count, name] = peak(command)
        base = took[count][LIMIT]
        rows.append([f"{count} pages", measure.milliseconds(base), measure.ratio(took[count]["sockrates"], base),
                     f"{memory[count, 'sockrates']:.1f} MiB",
                     ", ".join(f"{name} {measure.ratio(value, base)} {memory[count, name]:.0f} MiB"
                               for name, value in took[count].items() if name not in (LIMIT, "sockrates"))])
    measure.table("a cold build, against the limit", ["", LIMIT, "sockrates", "its peak", "others"], rows)
    exponents = [f"{name} {math.log10(took[10_000][name] / took[1_000][name]):.2f}" for name in took[10_000]]
    print("growth from 1,000 to 10,000 pages, exponent: " + ", ".join(exponents))


def settle(source):
    """Makes everything look as if it had rested for a while: what is young counts as changed."""
    long_ago = time.time() - 60
    for entry in os.scandir(source):
        os.utime(entry.path, (long_ago, long_ago))
    os.utime(source, (long_ago, long_ago))


def measure_changes(root, count):
    """The limits, a build that finds nothing to do and, after a change of one page each, builds of that page."""
    source, out, page = f"{root}/pages-{count}", f"{root}/changed", "page-00007.md"
    build = [measure.SOCKRATES, "docs", "build", source, "-o", out]
    look = [f"{measure.BENCH}/pages", source, f"{root}/looked"]
    nothing, one = "look at every file", "look at every file, convert one"
    settle(source)
    subprocess.run(build, stdout=subprocess.DEVNULL, check=True)
    took = measure.times([(nothing, look + ["none"]), ("nothing changed", build)], 9)
    turn = [0]

    def change(name):
        if name != one:
            turn[0] += 1
            with open(f"{source}/{page}", "a", encoding="utf-8") as file:
                file.write(f"\nChange {turn[0]}.\n")

    took |= measure.times([(one, look + [page]), ("one page changed", build)], 9, before=change)
    if count == 1_000:
        for name, command in others(source, f"{root}/changed-other", root, count):
            took |= measure.times([(f"one page changed, {name}", command)], 3, before=change)
    limits = {nothing: nothing, "nothing changed": nothing}
    measure.table(f"{count} pages again", ["", "time", "ratio"],
                  [[name, measure.milliseconds(value), measure.ratio(value, took[limits.get(name, one)])]
                   for name, value in took.items()])


def measure_render(root):
    rows = []
    for name, count in (("one page", 1), ("a page of 8 MiB", 1_000)):
        path = f"{root}/{count}.md"
        pages = sorted(entry.path for entry in os.scandir(f"{root}/pages-1000"))[:count]
        with open(path, "wb") as whole:
            for _ in range(1 if count == 1 else 2):
                for page in pages:
                    with open(page, "rb") as file:
                        whole.write(file.read())
        commands = [("cmark", ["cmark", path]), ("sockrates", [measure.SOCKRATES, "docs", "render", path])]
        took = measure.times(commands, 7)
        counts = {which: measure.instructions(command) for which, command in commands}
        rows.append([name, measure.ratio(took["sockrates"], took["cmark"]),
                     measure.ratio(counts["sockrates"], counts["cmark"])])
    measure.table("docs render against cmark", ["", "time", "instructions"], rows)


for generator in OTHERS_UP_TO:
    if not shutil.which(generator):
        print(f"{generator} is not installed, so it is left out.")
with tempfile.TemporaryDirectory() as top:
    os.environ["XDG_CACHE_HOME"] = f"{top}/cache"
    measure_growth(top)
    measure_changes(top, 1_000)
    measure_changes(top, 10_000)
    measure_render(top)
