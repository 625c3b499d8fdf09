"""The course as a site is the same in every byte: from known results, and from fresh ones while others build.

Fresh results are those of the first lessons; in long tests, of all.  A machine that stands
still for a moment is seen by lessons that measure time: a packet is sent again, a deadline is over earlier.  So what
differs once is built again, and three of five must be the same.  What is left to chance is another thing every time.
A lesson that fails then is built again as well; that lessons pass is shown elsewhere.
"""
import collections
import hashlib
import os
import re
import shutil
import subprocess
import tempfile

LESSONS = os.path.normpath(f"{os.path.dirname(os.path.abspath(__file__))}/../../lessons")
FRESH = None if "SOCKRATES_LONG" in os.environ else 9
BUILDS, SAME = 5, 3
FAILURES = 3


def part_of_course(folder):
    """A course of some of the lessons, whose links to others are only words."""
    os.mkdir(folder)
    with open(f"{LESSONS}/SUMMARY.md", encoding="utf-8") as file:
        lines = file.read().split("\n")
    names = [name for line in lines for name in re.findall(r"^ *[-*] \[.*\]\((.*?\.md)\)", line)]
    chosen = names[:FRESH]
    others = lambda link: link[0] if link[2] in chosen else link[1]
    with open(f"{folder}/SUMMARY.md", "w", encoding="utf-8") as file:
        file.write("\n".join(line for line in lines if not any(f"({name})" in line for name in set(names) - set(chosen))))
    for name in chosen:
        with open(f"{LESSONS}/{name}", encoding="utf-8") as file:
            text = file.read()
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
    """What is in each file, by its name."""
    digests = {}
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                digests[os.path.relpath(os.path.join(where, name), folder)] = hashlib.sha256(file.read()).digest()
    return digests


def differing(sites, same):
    """The files of which no version is in so many of the sites."""
    names = {name for site in sites for name in site}
    most = {name: collections.Counter(site.get(name) for site in sites).most_common(1)[0][1] for name in names}
    return sorted(name for name in names if most[name] < same)


def show(folders, name):
    for folder in folders[1:]:
        subprocess.run(["diff", "-u", f"{folders[0]}/{name}", f"{folder}/{name}"], check=False)


def try_on_made_sites():
    one, other, third = {"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1}
    assert differing([one, one, one], 3) == []
    assert differing([one, one, other], 3) == ["b"] and differing([one, one, other], 2) == []
    assert differing([one, other, third], 2) == ["b"]


try_on_made_sites()
folder = tempfile.mkdtemp()
try:
    said = finish(start(f"{folder}/whole"))
    assert " 0 blocks ran" not in said, said
    said = finish(start(f"{folder}/known", cache=f"{folder}/whole.cache"))
    assert " 0 blocks ran" in said, said
    assert not differing([files(f"{folder}/whole"), files(f"{folder}/known")], 2)
    part = part_of_course(f"{folder}/lessons")
    builds = [(out, start(out, lessons=part)) for out in (f"{folder}/0", f"{folder}/1")]
    outs, sites, failed = [], [], 0
    while builds:
        for out, build in builds:
            said, _ = build.communicate()
            failed += build.returncode != 0
            assert failed <= FAILURES, said
            if build.returncode == 0:
                outs.append(out)
                sites.append(files(out))
        out = f"{folder}/{len(sites) + failed}"
        more = len(sites) < 2 or (differing(sites, len(sites)) and len(sites) < BUILDS)
        builds = [(out, start(out, lessons=part))] if more else []
    differ = differing(sites, min(SAME, len(sites)))
    for name in differ:
        show(outs, name)
    assert not differ, differ
    print(len(sites), "fresh builds;", differing(sites, len(sites)) or "nothing", "differed in one of them")
finally:
    shutil.rmtree(folder)
