"""`docs build` of 1,000 pages, against the least it can cost: libcmark and write, in one C program.

Pages of prose, and the same with fences of four languages, which are coloured.
"""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402
from prose import write_pages  # noqa: E402

PAGES, ROUNDS = 1_000, 5


def measure_pages(root, what, fences):
    source, out = f"{root}/{what}", f"{root}/out"
    size = write_pages(source, PAGES, fences)
    commands = [("libcmark and write", [f"{measure.BENCH}/pages", source, out]),
                ("sockrates docs build", [measure.SOCKRATES, "docs", "build", source, "-o", out])]

    def clear(_name=None):
        shutil.rmtree(out, ignore_errors=True)

    took = measure.times(commands, ROUNDS, before=clear)
    counts = {}
    for name, command in commands:
        clear()
        counts[name] = measure.instructions(command) / PAGES
    base = "libcmark and write"
    measure.table(f"{PAGES} pages of {what}, {size / 1024:.1f} KiB each",
                  ["", "time", "ratio", "instructions a page", "ratio"], [
        [name, measure.milliseconds(took[name]), measure.ratio(took[name], took[base]),
         measure.short(counts[name]), measure.ratio(counts[name], counts[base])] for name in took])


with tempfile.TemporaryDirectory() as top:
    os.environ["XDG_CACHE_HOME"] = f"{top}/cache"
    measure_pages(top, "prose", False)
    measure_pages(top, "prose and code", True)
