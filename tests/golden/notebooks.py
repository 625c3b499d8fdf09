"""Lessons as notebooks: those of a small course are the ones in notebooks/, well-formed, as nbgrader wants them, and never
written over what somebody else wrote.

    UPDATE=1 ctest --preset dev -R golden/notebooks     writes them anew; look at the difference before committing it
"""
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import nbformat
except ImportError:
    print("python3-nbformat is not here: notebooks were not tested.")
    sys.exit(1 if os.environ.get("CI") else 77)

HERE = os.path.dirname(os.path.abspath(__file__))
COURSE, DOCS = f"{HERE}/notebooks/course", os.environ["SOCKRATES_DOCS"]
CONFIGURATION = f"{os.environ['SOCKRATES_BUILD']}/share/sockrates/nbgrader/nbgrader_config.py"
AS_USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []


def export(source, *more, out="out", status=0, under=()):
    done = subprocess.run([*under, DOCS, "export", "--to", "ipynb", source, "-o", out, *more], capture_output=True,
                          text=True, check=False)
    assert done.returncode == status, f"status {done.returncode} of {done.args}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def notebook(path):
    found = nbformat.reads(read(path), as_version=4)
    nbformat.validate(found)
    assert (found.nbformat, found.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in found.cells]
    assert len(set(ids)) == len(ids) and all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", one) for one in ids), ids
    assert found.metadata.kernelspec.name == "sockrates" and found.metadata.kernelspec.language == "lua"
    return found


def timeless(text):
    """Calls are shown with how long they took."""
    return re.sub(r"\d+(\.\d+)? (ms|s|min)\b", "some time", text)


def compare(path, golden):
    got = read(path)
    if os.environ.get("UPDATE"):
        write(golden, got)
    wanted = read(golden)
    if timeless(got) != timeless(wanted):
        print("\n".join(difflib.unified_diff(wanted.splitlines(), got.splitlines(), golden, path, lineterm="")))
        sys.exit(1)


def as_expected():
    assert "2 notebooks, 2 changed" in export(COURSE)
    assert "2 notebooks, 2 changed" in export(COURSE, "--for", "nbgrader", out="graded")
    assert "2 notebooks, 0 changed" in export(COURSE), "the same again changes nothing"
    for kind, folder in (("learners", "out"), ("nbgrader", "graded")):
        notebook(f"{folder}/everything.ipynb"), notebook(f"{folder}/part/second.ipynb")
        compare(f"{folder}/everything.ipynb", f"{HERE}/notebooks/everything.{kind}.ipynb")
    compare("out/part/second.ipynb", f"{HERE}/notebooks/second.ipynb")


def nothing_hidden():
    learners = read("out/everything.ipynb")
    for secret in ("nobody sees this", "secret number", "HIDDEN", "nbgrader"):
        assert secret not in learners, secret
    assert "base * n" in learners, "a solution is folded, as on a page"
    export(f"{COURSE}/everything.md", out="alone")
    assert read("alone/everything.ipynb") == learners, "one lesson is exported as it is in its course"
    shutil.copytree(COURSE, "exam")
    lesson = read("exam/everything.md").replace("minutes: 5", "minutes: 5\nexam: true")
    write("exam/everything.md", lesson)
    for more in ((), ("--for", "nbgrader")):
        export("exam", *more, out="exam-out")
        exam = read("exam-out/everything.ipynb")
        assert "Multiply." not in exam and "Who was right" not in exam, "an exam has no hints"
        assert ("base * n" in exam) == bool(more), "and learners get no solution"
        shutil.rmtree("exam-out")


# --- nbgrader ---------------------------------------------------------------------------------------------


def configuration():
    class Section:
        pass

    class Config:
        def __getattr__(self, name):
            self.__dict__[name] = Section()
            return self.__dict__[name]

    config = Config()
    exec(compile(read(CONFIGURATION), CONFIGURATION, "exec"), {"get_config": lambda: config})
    return config


def without(source, begin, end, instead):
    """As nbgrader cuts regions out: lines that hold the marks, and what is between."""
    lines, inside, regions = [], False, 0
    for line in source.split("\n"):
        if begin in line:
            assert not inside
            inside, regions = True, regions + 1
            lines += instead
        elif end in line:
            assert inside
            inside = False
        elif not inside:
            lines.append(line)
    assert not inside
    return "\n".join(lines), regions


def release(graded):
    """What nbgrader makes of a notebook for students, by its rules."""
    config = configuration()
    stub = config.ClearSolutions.code_stub[graded.metadata.kernelspec.language].split("\n")
    for cell in graded.cells:
        said = cell.metadata.get("nbgrader", {})
        cell.source, solutions = without(cell.source, config.ClearSolutions.begin_solution_delimeter,
                                         config.ClearSolutions.end_solution_delimeter, stub)
        cell.source, hidden = without(cell.source, config.ClearHiddenTests.begin_test_delimeter,
                                      config.ClearHiddenTests.end_test_delimeter, [])
        assert solutions == said.get("solution", False), "each answer's cell has a solution, and no other"
        assert not hidden or said["grade"], "hidden checks stand in tests"
        if cell.cell_type == "code":
            cell.outputs = []
    return graded


def export_copy_of_exam():
    """A lesson without its solution: nbgrader would put its stub in the place of the whole cell."""
    lesson = read(f"{COURSE}/everything.md").replace("minutes: 5", "minutes: 5\nexam: true")
    write("copied/everything.md", re.sub(r"```(lua|python) \{\.(solution|wrong)\}.*?```", "", lesson, flags=re.S))
    export("copied", "--for", "nbgrader", "--no-run", out="copied-out")
    released = release(notebook("copied-out/everything.ipynb"))
    return next(cell.source for cell in released.cells if cell.id == "exercise-twice-task")


def as_nbgrader_wants():
    graded = notebook("graded/everything.ipynb")
    said = [cell.metadata.nbgrader for cell in graded.cells if "nbgrader" in cell.metadata]
    assert [(one.grade_id, one.grade, one.solution, one.locked) for one in said] == [
        ("exercise-twice-setup", False, False, True), ("exercise-twice-task", False, True, False),
        ("exercise-twice-check", True, False, True), ("exercise-twice-hidden", True, False, True)], said
    for cell in graded.cells:
        one = cell.metadata.get("nbgrader")
        assert not one or (one.schema_version, one.task, one.cell_type) == (3, False, cell.cell_type)
        assert not one or cell.cell_type == "code", "text that is graded would have to be an answer, too"
        assert not one or cell.id == one.grade_id
        # Its schema of a cell, version 3: no key but these, and points for tests only.
        assert not one or set(one) - {"points"} == {"schema_version", "grade", "locked", "solution", "task", "grade_id",
                                                    "cell_type"}, one
        assert not one or ("points" in one) == one.grade and re.fullmatch(r"[a-zA-Z0-9_\-]+", one.grade_id), one
        assert "AUTOTEST" not in cell.source, "it would look for a template of tests"
    assert sum(one.points for one in said if one.grade) == 3, "the points are those of the front matter"
    text = json.dumps(release(graded))
    assert "base * n" not in text and "another language" not in text and "secret number" not in text and "nobody sees" not in text
    copied = export_copy_of_exam()
    assert copied == "function double(n)\n  return n -- something\nend\n-- Your code here.", copied
    starter = next(cell.source for cell in graded.cells if cell.id == "exercise-twice-task")
    assert starter == "function double(n)\n--   return n -- something\n-- Your code here.\nend", starter


# --- what is there already ----------------------------------------------------------------------------------


def refused(words, source=COURSE, out="out", **more):
    said = export(source, out=out, status=1, **more)
    assert words in said and "Nothing was written." in said, said


def keeps_what_others_wrote():
    mine = read("out/everything.ipynb")
    ran = json.loads(mine)
    ran["cells"][2]["outputs"] = []
    ran["metadata"]["language_info"]["version"] = "5.4"
    write("out/everything.ipynb", json.dumps(ran))
    assert "1 changed" in export(COURSE), "a notebook that ran is still ours"
    assert read("out/everything.ipynb") == mine
    ran["cells"][0]["source"] = "# My notes"
    os.remove("out/part/second.ipynb")
    for other in (json.dumps(ran), "not JSON", "", "[1]", '{"cells": 5, "metadata": []}', "\0"):
        write("out/everything.ipynb", other)
        refused("out/everything.ipynb: This file is there already")
        assert read("out/everything.ipynb") == other and not os.path.exists("out/part/second.ipynb")
    os.remove("out/everything.ipynb")
    os.mkdir("out/everything.ipynb")
    refused("out/everything.ipynb: ")
    shutil.rmtree("out")


def where_it_cannot_write():
    write("file", "a file")
    refused("Not a directory", out="file")
    refused("Not a directory", out="file/below")
    os.makedirs("shut/out")
    os.chmod("shut/out", 0o555)
    if not AS_USER or shutil.which("setpriv"):
        os.chmod(".", 0o755)
        refused("Permission denied", out="shut/out", under=AS_USER)
        os.makedirs("open", exist_ok=True)
        os.chmod("open", 0o777)
        export(COURSE, out="open/deep/er", under=AS_USER)
    os.chmod("shut/out", 0o755)
    subprocess.run([*AS_USER, "rm", "-rf", "open/deep"], check=True)


# --- wrong words, wrong lessons -----------------------------------------------------------------------------


def wrong_lessons():
    def lesson(text):
        write("wrong/one.md", text)

    lesson("# One\n\n```lua {.hiden}\n1\n```\n")
    refused("wrong/one.md:3: Unknown option", "wrong")
    lesson("# One\n\n```lua\nerror('no')\n```\n")
    refused("wrong/one.md:4: ", "wrong")
    assert "1 notebook, 1 changed" in export("wrong", "--keep-going", out="kept")
    assert "LuaError" in read("kept/one.ipynb")
    lesson("# One\n\n```lua\n1 + 1\n```\n\n```output\n3\n```\n")
    refused("The output differs", "wrong")
    assert "3\\n" in read_of("--no-run")
    lesson("---\npoints: [1, 2]\n---\n# One\n")
    refused("points: 2 numbers for 0 exercises.", "wrong")
    lesson("---\npoints: many\n---\n# One\n")
    refused("points: `many` is no number from 1 to 1000.", "wrong")
    lesson("")
    assert "1 notebook" in export("wrong", out="empty")
    notebook("empty/one.ipynb")
    for words in (["nowhere", "-o", "out"], ["x.md"], ["x.md", "-o", "y", "--to", "pdf"], ["x.md", "-o", "y", "--for", "me"], ["-o", "y"]):
        done = subprocess.run([DOCS, "export", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and done.stderr, done


def read_of(*more):
    export("wrong", *more, out="recorded")
    return read("recorded/one.ipynb")


def files_go_along():
    shutil.copytree(COURSE, "with")
    write("with/part/second.md", "# Two\n\n![p](../pictures/a%20b.svg) [t](t.txt#x) [s](https://x.org/y.svg) [p](?q)\n")
    write("with/pictures/a b.svg", "<svg/>")
    write("with/part/t.txt", "text")
    export("with", out="along")
    assert (read("along/pictures/a b.svg"), read("along/part/t.txt")) == ("<svg/>", "text")
    write("along/part/t.txt", "mine")
    export("with", out="along")
    assert read("along/part/t.txt") == "mine"
    os.symlink("../everything.check.lua", "with/part/inner.txt")
    os.symlink("/etc/passwd", "with/part/outer.txt")
    for link in ("../../other.txt", "nothing.svg", "../everything.check.lua", "inner.txt", "outer.txt", ".hidden"):
        write("with/part/second.md", f"# Two\n\nText.\n[x]({link})\n")
        refused(f"with/part/second.md:4: This leads to {link}, which ", "with", out="elsewhere")


def strange_lessons():
    """Names that are no ids, fences in fences, titles twice, markers without their partner, windows' line ends."""
    long = "x" * 200
    write("strange/one.md", "\r\n".join([
        "Text before any title", "", f"## {long}", "", "```lua", "1", "```", "", "## 日本", "", "```lua", "2", "```", "",
        "## 中国", "", "~~~lua", "3", "~~~", "", "````markdown", "```lua {.ignore}", "x", "```", "````", "", "## Same", "",
        "```lua", "4", "```", "", "## Same", "", "```lua", "5", "```", "", "```lua {#same-code-2}", "6", "```", "", "a ]( b `c",
        "[d]: ../docs/manual/x.md", "[e](<f g.md>) \\$5 ![p](q.md", ""]))
    export("strange", out="strange-out")
    cells = notebook("strange-out/one.ipynb").cells
    assert [cell.source for cell in cells if cell.cell_type == "code"] == list("123456")
    assert not any("\r" in cell.source for cell in cells)
    assert "same-code-2" in [cell.id for cell in cells]


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for test in (as_expected, nothing_hidden, as_nbgrader_wants, keeps_what_others_wrote, where_it_cannot_write,
                 wrong_lessons, files_go_along, strange_lessons):
        test()
    os.chdir("/")
