"""A build that is killed at any of its system calls loses nothing and is made good by the next one.

Here at a sample of them, in tests/run --long at each.
"""
import collections
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile

DOCS = os.environ["SOCKRATES_DOCS"]
LONG = "SOCKRATES_LONG" in os.environ
STEP = 1 if LONG else 25  # of the calls of one name
WATCHED = {"renameat2", "rename", "renameat", "mkdir", "flock", "rmdir", "fchmod"}  # each of these, always
KEPT = {".git/HEAD": "ref: refs/heads/pages\n", ".nojekyll": ""}


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def command(out, *more):
    return [DOCS, "build", "course", "-o", out, "--no-run", "--no-reference", "-j1", *more]


def build(out, *more):
    done = subprocess.run(command(out, *more), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def write_course(turn):
    put("course/a.md", f"# A\n\nTurn {turn}. [A text](part/a.txt).\n")
    put("course/b.md", f"# B\n\n{'Turn of another. ' if turn % 2 else 'Stays. '}\n")
    put("course/part/a.txt", "text\n")


def files(folder):
    return {os.path.relpath(os.path.join(where, name), folder) for where, _, names in os.walk(folder) for name in names}


def same_site(one, two):
    """The same files with the same bytes, what people keep aside."""
    names = files(one) - set(KEPT)
    assert names == files(two) - set(KEPT), names ^ (files(two) - set(KEPT))
    _, other, strange = filecmp.cmpfiles(one, two, names, shallow=False)
    assert not other and not strange, (one, two, other, strange)


def holds_kept(folder):
    return all(os.path.exists(f"{folder}/{name}") for name in KEPT)


def whole_pages(before, after):
    """At any moment a reader finds pages as they were or as they will be."""
    for name in files("site"):
        if name.endswith(".html") and os.path.exists(f"{after}/{name}"):
            with open(f"site/{name}", "rb") as file:
                page = file.read()
            wanted = [open(f"{folder}/{name}", "rb").read() for folder in (before, after) if os.path.exists(f"{folder}/{name}")]
            assert page in wanted, name


def calls_of(*more):
    """How often a build makes each system call."""
    subprocess.run(["strace", "-f", "-o", "calls", *command("site", *more)], capture_output=True, check=True)
    with open("calls", encoding="utf-8", errors="replace") as file:
        return collections.Counter(re.findall(r"^\d+ +([a-z_0-9]+)\(", file.read(), re.M))


def prepare(turn):
    """The site as turn 0 left it, with what a person keeps in it; then the course goes on to this turn."""
    for folder in ("site", ".site.stage", ".site.stage.old", "cache"):
        shutil.rmtree(folder, ignore_errors=True)
    write_course(0)
    build("site")
    for name, text in KEPT.items():
        put(f"site/{name}", text)
    write_course(turn)


def killed_at(call, number, *more):
    inject = f"inject={call}:signal=KILL:when={number}"
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject,
                           *command("site", *more)], capture_output=True, check=False)
    return done.returncode != 0


def each_call(turn, *more):
    prepare(turn)
    calls = calls_of(*more)
    prepare(turn)
    shutil.copytree("site", "before")
    build("after", "--fresh")
    killed = 0
    for call, count in sorted(calls.items()):
        for number in range(1, count + 1):
            if call in ("execve", "exit", "exit_group") or (call not in WATCHED and number % STEP != 1 and STEP > 1):
                continue
            prepare(turn)
            killed += killed_at(call, number, *more)
            whole_pages("before", "after")
            assert holds_kept("site") or any(holds_kept(where) or files(where) & set(KEPT)
                                             for where in (".site.stage", ".site.stage.old")), (call, number, "lost")
            build("site")
            same_site("site", "after")
            for name, text in KEPT.items():
                with open(f"site/{name}", encoding="utf-8") as file:
                    assert file.read() == text, (call, number, name)
            left = [name for name in os.listdir(".") if name.startswith(".site")]
            assert not left, (call, number, left)
    for folder in ("before", "after"):
        shutil.rmtree(folder)
    assert killed > 20, killed
    return killed


if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode != 0:
    print("strace cannot trace here")
    sys.exit(77)
with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"  # it cannot look for them under strace
    os.environ["XDG_CACHE_HOME"] = f"{work}/cache"
    whole = each_call(1, "--fresh")
    few = each_call(2)
    os.chdir("/")
print(f"killed {whole} whole builds and {few} of a page")
