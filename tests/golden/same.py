"""The course as a site is the same in every byte: its lessons run anew, alone and while others build, or known."""
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile

LESSONS = os.path.normpath(f"{os.path.dirname(os.path.abspath(__file__))}/../../lessons")


def start(out, cache=None):
    environment = dict(os.environ, XDG_CACHE_HOME=cache or f"{out}.cache", SOURCE_DATE_EPOCH="1700000000")
    return subprocess.Popen([os.environ["SOCKRATES_DOCS"], "build", LESSONS, "-o", out,
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
    said = finish(start(f"{folder}/alone"))
    assert " 0 blocks ran" not in said, said
    finish(start(f"{folder}/again"))
    check_same(f"{folder}/alone", f"{folder}/again")
    said = finish(start(f"{folder}/known", cache=f"{folder}/alone.cache"))
    assert " 0 blocks ran" in said, said
    check_same(f"{folder}/alone", f"{folder}/known")
    for build in [start(f"{folder}/beside-{i}") for i in range(2)]:
        finish(build)
    for i in range(2):
        check_same(f"{folder}/alone", f"{folder}/beside-{i}")
finally:
    shutil.rmtree(folder)
sys.exit(0)
