"""The course as a site is the same in every byte: from known results all of it; part one also when its lessons run
anew, alone and while others build.  What later lessons show is in part chance: order, loss, numbers that a kernel draws.
"""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile

LESSONS = os.path.normpath(f"{os.path.dirname(os.path.abspath(__file__))}/../../lessons")


def part_one(folder):
    """A course of the lessons that run the same way every time."""
    os.mkdir(folder)
    with open(f"{LESSONS}/SUMMARY.md", encoding="utf-8") as file:
        summary = file.read().split("## Part two")[0]
    with open(f"{folder}/SUMMARY.md", "w", encoding="utf-8") as file:
        file.write(summary)
    for name in re.findall(r"\]\((.*?\.md)\)", summary):
        with open(f"{LESSONS}/{name}", encoding="utf-8") as file:
            text = file.read()
        others = lambda link: link[0] if link[2] in summary else link[1]
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(re.sub(r"\[([^\]]*)\]\((\d[^)#]*\.md)(?:#[^)]*)?\)", others, text))
    return folder


def start(out, cache=None, lessons=LESSONS):
    environment = dict(os.environ, XDG_CACHE_HOME=cache or f"{out}.cache", SOURCE_DATE_EPOCH="1700000000")
    return subprocess.Popen([os.environ["SOCKRATES_DOCS"], "build", lessons, "-o", out,
                             "--url", "https://example.org/"] + ([] if cache else ["--fresh"]),
                            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(build):
    said, _ = build.communicate()
    assert build.returncode == 0, said
    return said


def files(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def check_same(one, two):
    names = files(one)
    assert names == files(two)
    _, differ, wrong = filecmp.cmpfiles(one, two, names, shallow=False)
    assert not wrong, wrong
    for name in differ:
        subprocess.run(["diff", "-u", f"{one}/{name}", f"{two}/{name}"], check=False)
    assert not differ, differ


folder = tempfile.mkdtemp()
try:
    said = finish(start(f"{folder}/whole"))
    assert " 0 blocks ran" not in said, said
    said = finish(start(f"{folder}/known", cache=f"{folder}/whole.cache"))
    assert " 0 blocks ran" in said, said
    check_same(f"{folder}/whole", f"{folder}/known")
    first = part_one(f"{folder}/lessons")
    finish(start(f"{folder}/alone", lessons=first))
    for build in [start(f"{folder}/beside-{i}", lessons=first) for i in range(2)]:
        finish(build)
    for i in range(2):
        check_same(f"{folder}/alone", f"{folder}/beside-{i}")
finally:
    shutil.rmtree(folder)
sys.exit(0)
