"""A site holds files of its course and of nothing else, wherever links in the course lead and whatever is no file."""
import os
import shutil
import socket
import subprocess
import tempfile

DOCS, SOCKRATES = os.environ["SOCKRATES_DOCS"], os.environ["SOCKRATES"]
SECRET = "not for the world to see"


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def link(target, path):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    os.symlink(target, path)


def published(folder):
    for where, folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            assert not os.path.islink(path), path
            with open(path, "rb") as file:
                yield path, file.read()


def build(course, *more, status, under=()):
    """Whatever is wrong is written anyway here, so that it would be seen."""
    shutil.rmtree("site", ignore_errors=True)
    done = subprocess.run([*under, DOCS, "build", course, "-o", "site", "--no-reference", "--no-run", "--keep-going", *more],
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == status, (done.returncode, done.stderr)
    for path, data in published("site"):
        assert SECRET.encode() not in data, path
    return done.stderr


def new_course(*links):
    shutil.rmtree("course", ignore_errors=True)
    put("course/a.md", "# A\n\n" + "".join(f"[x]({name})\n" for name in links))
    put("course/.git/config", SECRET)
    put("course/.env", SECRET)
    put("course/.hidden/x.txt", SECRET)
    put("course/a.check.lua", f"-- {SECRET}\n")
    put("course/real/x.txt", "to be seen")


def links_out():
    ways = {"absolute": f"{os.getcwd()}/secret.txt", "relative": "../secret.txt", "proc": "/proc/self/environ",
            "deep": "real/../../secret.txt", "magic": "/proc/self/cwd/secret.txt", "root": "/proc/self/root/etc/passwd"}
    for name, target in ways.items():
        new_course(f"{name}.txt")
        link(target, f"course/{name}.txt")
        said = build("course", status=0)
        assert f"This leads to {name}.txt, which leads out of the folder it belongs to." in said, said
        assert not os.path.exists(f"site/{name}.txt")
    new_course("folder/secret.txt", "chain.txt")
    link("..", "course/folder")
    link("folder/secret.txt", "course/chain.txt")
    said = build("course", status=0)
    assert said.count("which leads out of the folder it belongs to.") == 2, said


def links_within():
    new_course("inner.txt", "part/up.txt", "linked/x.txt")
    link("real/x.txt", "course/inner.txt")
    link("../real/x.txt", "course/part/up.txt")
    link("real", "course/linked")
    assert build("course", status=0) == ""
    for name in ("inner.txt", "part/up.txt", "linked/x.txt"):
        with open(f"site/{name}", encoding="utf-8") as file:
            assert file.read() == "to be seen"


def hidden_names():
    new_course(".env", ".git/config", ".hidden/x.txt", "config.txt", "folder/config", "check.txt", "env")
    link(".git/config", "course/config.txt")
    link(".git", "course/folder")
    link("a.check.lua", "course/check.txt")
    link("real/../.env", "course/env")
    said = build("course", status=0)
    assert said.count("begins with a dot") == 6 and "Hidden checks are not published." in said, said
    assert not any(name in os.listdir("site") for name in (".env", ".git", ".hidden", "config.txt", "folder", "env"))


def lessons_that_are_links():
    for target in ("../secret.md", f"{os.getcwd()}/secret.md", "/proc/self/environ", ".hidden/lesson.md"):
        for summary in (None, "# C\n\n- [B](b.md)\n- [A](a.md)\n"):
            new_course()
            put("course/.hidden/lesson.md", f"# {SECRET}\n")
            link(target, "course/b.md")
            if summary:
                put("course/SUMMARY.md", summary)
            said = build("course", status=0)
            assert "course/b.md: Cannot read this file: it " in said, said
    new_course()
    link("../secret.md", "course/SUMMARY.md")
    build("course", status=1)
    new_course()
    put("course/a.md", "# A\n\n## Exercise: b\n\n```lua {.starter}\nx = 1\n```\n")
    os.remove("course/a.check.lua")
    link("../secret.txt", "course/a.check.lua")
    assert "it leads out of the folder it belongs to" in build("course", status=0)


def what_is_no_file():
    new_course("pipe", "socket", "null", "zero", "real", "to-pipe")
    os.mkfifo("course/pipe")
    os.mkfifo("course/c.md")
    link("pipe", "course/to-pipe")
    link("/dev/zero", "course/zero")
    link("/dev/null", "course/null")
    link("/dev/zero", "course/d.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("course/socket")
        said = build("course", status=0)
    assert said.count("which is no file.") == 4 and said.count("leads out") == 2, said
    assert sorted(name for name in os.listdir("site") if name.endswith(".html")) == ["404.html", "a.html", "index.html"]
    for arguments in (["check", "course"], ["docs", "render", "course/a.md"], ["check", "course/pipe"],
                      ["docs", "build", "course/c.md", "-o", "site"], ["check", "course/c.md"]):
        subprocess.run([SOCKRATES, *arguments], capture_output=True, timeout=20, check=False)
    put("course/SUMMARY.md", "# C\n\n- [A](a.md)\n- [C](c.md)\n- [D](d.md)\n")
    said = build("course", status=0)
    assert said.count("is no file") == 6, said
    os.remove("course/SUMMARY.md")
    os.mkfifo("course/SUMMARY.md")
    assert "course/SUMMARY.md: Cannot read this file: it is no file." in build("course", status=2)
    for arguments in (["check", "course"], ["docs", "export", "course", "-o", "notebooks"]):
        done = subprocess.run([SOCKRATES, *arguments], input="", capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 2 and "it is no file" in done.stderr, done
    os.remove("course/SUMMARY.md")
    os.mkfifo("course/course.yml")
    for arguments in (["check", "course"], ["docs", "export", "course", "-o", "notebooks"],
                      ["docs", "build", "course", "-o", "site2"]):
        done = subprocess.run([SOCKRATES, *arguments], input="", capture_output=True, text=True, timeout=20, check=False)
        assert "course.yml: Cannot read this file: it is no file." in done.stdout + done.stderr, done
    os.makedirs("pipes/.sockrates-site")
    os.mkfifo("pipes/a.html")
    subprocess.run([DOCS, "build", "course/a.md", "-o", "pipes", "--no-run"], capture_output=True, timeout=20, check=False)


def themes():
    new_course()
    put("theme/extra.css", "p { color: teal }\n")
    link("../secret.txt", "theme/logo.txt")
    said = build("course", "--theme", "theme", status=1)
    assert "theme/logo.txt: Cannot read this file of the theme: it leads out of the folder it belongs to." in said, said


def kernels_that_cannot_walk():
    """Without openat2() there are no links at all, but no way out either."""
    under = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=openat2", "-e", "inject=openat2:error=ENOSYS"]
    if subprocess.run([*under, "true"], capture_output=True, check=False).returncode != 0:
        print("strace cannot trace here")
        return
    new_course("real/x.txt", "real/../real/x.txt", "inner.txt", "out.txt", ".env", "folder/secret.txt", "pipe")
    link("real/x.txt", "course/inner.txt")
    link("../secret.txt", "course/out.txt")
    link("..", "course/folder")
    link("../secret.md", "course/b.md")
    os.mkfifo("course/pipe")
    said = build("course", status=0, under=under)
    assert said.count("leads out") == 4 and said.count("begins with a dot") == 1 and said.count("is no file") == 1, said
    assert os.path.exists("site/real/x.txt") and not os.path.exists("site/inner.txt")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.environ["XDG_CACHE_HOME"] = f"{work}/cache"
    os.environ["TOKEN_OF_CI"] = SECRET
    put("secret.txt", SECRET)
    put("secret.md", f"# {SECRET}\n\n- [{SECRET}](a.md)\n")
    for test in (links_out, links_within, hidden_names, lessons_that_are_links, what_is_no_file, themes,
                 kernels_that_cannot_walk):
        test()
    os.chdir("/")
