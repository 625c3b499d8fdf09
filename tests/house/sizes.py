"""Files stay short enough to be read: 600 lines are worth a talk, 700 fail. Text files are UTF-8 and end well."""
import os
import subprocess
import sys

TALK, LIMIT = 600, 700
CODE = (".c", ".h", ".lua", ".py", ".mjs", ".js", ".css", ".sh")


def complaints(path, data):
    lines = data.count(b"\n")
    if path.endswith(CODE) and lines > LIMIT:
        yield f"{path}: {lines} lines; split it before {LIMIT}"
    if b"\r" in data:
        yield f"{path}: carriage returns"
    if path.endswith(CODE) and any(line.rstrip(b" \t") != line for line in data.split(b"\n")):
        yield f"{path}: spaces at the end of a line"
    if data and not data.endswith(b"\n"):
        yield f"{path}: no newline at the end"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{path}: not UTF-8 ({error})"


def try_on_made_files():
    assert not list(complaints("a.c", b"x\n" * LIMIT))
    assert len(list(complaints("a.c", b"x\n" * (LIMIT + 1)))) == 1
    assert not list(complaints("a.md", b"x\n" * (LIMIT + 1)))
    assert len(list(complaints("a.c", b"x \nno newline\xff"))) == 3


def files(source):
    """What git keeps, or would; a copy without git is walked instead."""
    listed = subprocess.run(["git", "-C", source, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        yield from listed.stdout.splitlines()
        return
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in ("build", "site", "node_modules")]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), source)


try_on_made_files()
source = os.environ["SOCKRATES_SOURCE"]
trouble = []
for path in files(source):
    whole = os.path.join(source, path)
    if not os.path.isfile(whole) or path.startswith(("tests/fuzz/", "tests/golden/")):
        continue
    with open(whole, "rb") as file:
        data = file.read()
    if b"\0" in data:
        continue
    trouble += complaints(path, data)
    if path.endswith((".c", ".h")) and data.count(b"\n") > TALK:
        print(f"note: {path} has {len(data.splitlines())} lines")
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
