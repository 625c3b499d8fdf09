"""`docs build` of 1,000 pages of prose, against the least it can cost: libcmark and write, in one C program."""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402
from prose import write_pages  # noqa: E402

PAGES, COUNTED, ROUNDS = 1_000, 200, 5

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
