"""A course in an archive: it is unpacked, and nothing in it leads elsewhere or fills the disk."""
import atexit
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

PROGRAM, HERE = os.environ["SOCKRATES"], os.path.join(os.environ["TMPDIR"], "archives")
HELPER = os.path.join(os.path.dirname(os.path.realpath(PROGRAM)), "../libexec/sockrates/sockrates-unpack")
LESSON = b"# Alpha\n\nOne.\n\n```lua\n1\n```\n"
SUMMARY = b"---\nid: net\nversion: 2\n---\n- [Alpha](a.md)\n"
DATA = os.path.join(HERE, "data")
COURSES = os.path.join(DATA, "sockrates/courses")


def file(name, content=LESSON, kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size = kind, link, len(content) if kind == tarfile.REGTYPE else 0
    return entry, content


def folder(name):
    return file(name, b"", tarfile.DIRTYPE)


def archive(name, *entries, mode="w:gz", form=tarfile.PAX_FORMAT):
    path = os.path.join(HERE, name)
    with tarfile.open(path, mode, format=form) as tar:
        for entry, content in entries:
            tar.addfile(entry, io.BytesIO(content) if entry.isreg() else None)
    return path


def raw(name, content):
    path = os.path.join(HERE, name)
    with open(path, "wb") as out:
        out.write(content)
    return path


def zipped(name, files, link=None):
    path = os.path.join(HERE, name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, content in files.items():
            entry = zipfile.ZipInfo(inner)
            entry.external_attr = (0o120777 if inner == link else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def learn(path, language="C.UTF-8"):
    return subprocess.run([PROGRAM, "learn", path], input="", capture_output=True, text=True, timeout=100,
                          env=os.environ | {"XDG_DATA_HOME": DATA, "HOME": HERE, "LC_ALL": language})


def everything():
    return sorted(os.path.relpath(os.path.join(at, name), HERE) for at, _, names in os.walk(HERE) for name in names)


def check(fine, *what):
    if not fine:
        print("not as it should be:", *what)
        sys.exit(1)


def unpacks(path, name, files, language="C.UTF-8"):
    done = learn(path, language)
    check(done.returncode == 0 and f"{COURSES}/{name}" in done.stderr, path, done)
    check(sorted(os.listdir(f"{COURSES}/{name}")) == sorted(files), path, os.listdir(f"{COURSES}/{name}"))
    check(os.listdir(f"{COURSES}/../unpacking") == [], "scratch is left")


def refuses(path, why, status=2):
    before = everything() + [path]
    done = learn(path)
    check(done.returncode == status and why in done.stderr and "Traceback" not in done.stderr, path, done)
    check(set(everything()) <= set(before), path, "left something", everything())
    os.unlink(path)


os.makedirs(HERE, exist_ok=True)
atexit.register(shutil.rmtree, HERE)
if not os.path.exists(HELPER):
    print("courses cannot be unpacked: built without libarchive")
    sys.exit(77)

unpacks(archive("plain.tar.gz", file("a.md")), "plain", ["a.md"])
unpacks(archive("within.tgz", folder("top"), folder("top/net"), file("top/net/SUMMARY.md", SUMMARY), file("top/net/a.md")),
        "net", ["SUMMARY.md", "a.md"])
unpacks(archive("next.tar.xz", file("net-3/SUMMARY.md", SUMMARY), file("net-3/a.md"), file("net-3/.git/config"),
                file("net-3/pictures/b.svg"), mode="w:xz"), "net", ["SUMMARY.md", "a.md", "pictures"])
unpacks(archive("old.tar", file("./a.md"), folder("./"), mode="w", form=tarfile.USTAR_FORMAT), "old", ["a.md"])
unpacks(archive("gnu.tar.gz", file("x" * 120 + ".md"), form=tarfile.GNU_FORMAT), "gnu", ["x" * 120 + ".md"])

unpacks(zipped("winter.zip", {"net-main/SUMMARY.md": SUMMARY, "net-main/a.md": LESSON, "__MACOSX/net-main/._a.md": b"\0",
                              "net-main/ü.md": LESSON}), "net", ["SUMMARY.md", "a.md", "ü.md"])

for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
    for language in ("C.UTF-8", "C"):
        unpacks(archive("words.tgz", file("ü.md"), form=form), "words", ["ü.md"], language)

subprocess.run([PROGRAM, "new", "course", "nets-1"], cwd=HERE, check=True, capture_output=True, timeout=60)
subprocess.run(["tar", "czf", "nets.tar.gz", "nets-1"], cwd=HERE, check=True, timeout=60)
unpacks(os.path.join(HERE, "nets.tar.gz"), "nets-1/lessons", ["01-say-it.md", "SUMMARY.md"])
unpacks(archive("sockrates-course.tar.gz", file("a.md")), "sockrates-course", ["a.md"])
done = subprocess.run([PROGRAM, "learn", "--lessons", archive("option.tgz", file("a.md"))], input="", text=True, timeout=60,
                      capture_output=True, env=os.environ | {"XDG_DATA_HOME": DATA, "HOME": HERE})
check(done.returncode == 0 and f"{COURSES}/option" in done.stderr, done)


def tell(*arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments], cwd=HERE, capture_output=True, text=True, timeout=100,
                          env=os.environ | {"XDG_DATA_HOME": DATA, "HOME": HERE, "TMPDIR": os.path.join(HERE, "tmp")})
    check(done.returncode == status, arguments, done)
    return done.stdout + done.stderr


# Every command that takes a course takes one in an archive, and leaves nothing but what was asked for.
os.makedirs(os.path.join(HERE, "tmp"))
os.makedirs(os.path.join(HERE, "hands"))
archive("odd.tgz", file("odd/lessons/SUMMARY.md", SUMMARY + b"- [Beta](b.md)\n"), file("odd/lessons/a.md", LESSON + b"\n```output\n2\n```\n"))
with open(os.path.join(HERE, "hands/a.html"), "w", encoding="utf-8") as page:
    page.write("<p>no hand-in</p>")
for arguments, words, status in (
        (["check", "nets.tar.gz"], "nets.tar.gz/01-say-it.md  9 blocks", 0),
        (["check", "--json", "nets.tar.gz"], '"path": "nets.tar.gz/01-say-it.md"', 0),
        (["check", "odd.tgz"], "odd.tgz/SUMMARY.md:6: There is no file `b.md`", 1),
        (["check", "odd.tgz"], "odd.tgz/a.md:10: The output differs", 1),
        (["check", "--accept", "nets.tar.gz"], "an archive is only read", 2),
        (["check", "--watch", "nets.tar.gz"], "an archive is only read", 2),
        (["docs", "build", "nets.tar.gz", "-o", "site"], "1 page", 0),
        (["docs", "build", "odd.tgz", "-o", "none"], "odd.tgz/SUMMARY.md:6: There is no file `b.md`", 1),
        (["docs", "export", "nets.tar.gz", "-o", "notebooks"], "1 notebook", 0),
        (["docs", "export", "--to", "course", "nets.tar.gz", "-o", "copy"], "1 lesson for learners", 0),
        (["collect", "hands", "--lessons", "nets.tar.gz"], "01-say-it/exercise-say-it", 0),
        (["handin", "--lessons", "nets.tar.gz", "-o", "x.html"], "there is nothing to hand in yet", 1),
        (["progress", "--lessons", "nets.tar.gz"], "No lesson was begun yet", 0),
        (["check", "text.tar.gz"], "no tar or zip file", 2),
        (["docs", "build", "text.tar.gz", "-o", "none"], "no tar or zip file", 2),
        (["docs", "export", "text.tar.gz", "-o", "none"], "no tar or zip file", 2),
        (["collect", "hands", "--lessons", "text.tar.gz"], "no tar or zip file", 2),
        (["handin", "--lessons", "text.tar.gz", "-o", "x.html"], "no tar or zip file", 2),
        (["progress", "--lessons", "text.tar.gz"], "no tar or zip file", 2),
        (["check", "gone.tar.gz"], "No such file", 2)):
    raw("text.tar.gz", b"# Not an archive\n")
    said = tell(*arguments, status=status)
    check(words in said and "/tmp/sockrates-" not in said, arguments, said)
    check(os.listdir(os.path.join(HERE, "tmp")) == [], arguments, "left", os.listdir(os.path.join(HERE, "tmp")))
check(sorted(os.listdir(os.path.join(HERE, "copy"))) == ["01-say-it.md", "SUMMARY.md"], "the copy")

refuses(archive("up.tar.gz", file("a.md"), file("../up.md")), "leads out")
refuses(archive("up2.tar.gz", file("c/../../up.md")), "leads out")
refuses(archive("root.tar.gz", file(f"{HERE}/root.md")), "root of the machine")
refuses(archive("link.tar.gz", file("a", b"", tarfile.SYMTYPE, "/etc"), file("a/passwd")), "is a link")
refuses(archive("hard.tar.gz", file("a.md"), file("b.md", b"", tarfile.LNKTYPE, "/etc/passwd")), "is a link")
refuses(archive("pipe.tar.gz", file("a.md", b"", tarfile.FIFOTYPE)), "neither a file nor a folder")
refuses(archive("device.tar.gz", file("a.md", b"", tarfile.CHRTYPE)), "neither a file nor a folder")
refuses(archive("twice.tar.gz", file("a.md"), file("a.md", b"other")), "twice")
refuses(archive("both.tar.gz", file("a.md"), file("a.md/b.md")), "")
refuses(archive("deep.tar.gz", file("d/" * 40 + "a.md")), "too deep")
refuses(archive("signs.tar.gz", file("a\x1b]0;X\x07.md")), "control characters")
refuses(archive("many.tar.gz", *(file(f"{number}.md", b"") for number in range(10001))), "10000")
refuses(archive("bomb.tar.gz", file("a.md", bytes(80 << 20))), "64 MiB")
refuses(archive("none.tar.gz", file("a.txt")), "no lessons")
refuses(archive("new.tar.gz", file("a.md"), file("SUMMARY.md", b"---\nsockrates: 999\n---\n- [A](a.md)\n")), "wants Sockrates 999")
refuses(archive("empty.tar.gz"), "empty")
refuses(raw("nothing.tar.gz", b""), "")
refuses(raw("course.zip", b"PK"), "damaged")
refuses(raw("course.7z", b"7z"), "an archive such as")
refuses(zipped("upzip.zip", {"a.md": LESSON, "../up.md": LESSON}), "leads out")
refuses(zipped("rootzip.zip", {f"{HERE}/root.md": LESSON}), "root of the machine")
refuses(zipped("linkzip.zip", {"a.md": LESSON, "etc": b"/etc"}, link="etc"), "is a link")
refuses(zipped("bombzip.zip", {"a.md": bytes(80 << 20)}), "64 MiB")
check("No such file" in learn(os.path.join(HERE, "missing.tar.gz")).stderr, "a missing file is not told")
refuses(raw("text.tar.gz", b"# Not an archive\n" * 100), "no tar or zip file")
with open(archive("whole.tar.gz", file("a.md", os.urandom(100000))), "rb") as whole:
    refuses(raw("cut.tar.gz", whole.read()[:50000]), "damaged")
check(os.path.exists(f"{COURSES}/sockrates-course/a.md"), "a course was taken for scratch")
check(sorted(os.listdir(f"{COURSES}/net")) == ["SUMMARY.md", "a.md", "ü.md"], "the old course is gone")
