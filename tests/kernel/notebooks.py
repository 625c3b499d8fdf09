"""Lessons that were exported run in this kernel from top to bottom, and its checks judge as the tutor's do."""
import json
import os
import re
import subprocess
import sys
import tempfile

from support.client import Kernel

try:
    import nbformat
    from nbclient import NotebookClient
except ImportError:
    print("python3-nbclient is not here: exported notebooks were not run.")
    sys.exit(1 if os.environ.get("CI") else 77)

COURSE = f"{os.environ['SOCKRATES_SOURCE']}/tests/golden/notebooks/course"


def export(source, *more):
    subprocess.run([os.environ["SOCKRATES_DOCS"], "export", source, "-o", "out", *more], check=True, capture_output=True)


def ran(notebook, **more):
    NotebookClient(notebook, timeout=60, kernel_name="sockrates", **more).execute()
    return {cell.id: cell for cell in notebook.cells}


def said(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def error(cell):
    errors = [output for output in cell.outputs if output.output_type == "error"]
    assert len(errors) <= 1
    return (errors[0].ename, errors[0].evalue) if errors else None


def timeless(outputs):
    """Calls are shown with how long they took."""
    return re.sub(r"\d+(\.\d+)? (ms|s|min)\b", "some time", json.dumps(outputs, sort_keys=True))


def read():
    return nbformat.read("out/everything.ipynb", as_version=4)


def with_answer(notebook, answer):
    for cell in notebook.cells:
        if cell.id == "exercise-twice-task":
            cell.source = answer
    return ran(notebook, allow_errors=True)  # as nbgrader does


def marked():
    """The notebook that nbgrader marks, with answers of several students."""
    export(COURSE, "--for", "nbgrader")
    recorded = {cell.id: cell.get("outputs") for cell in read().cells}
    cells = ran(read())
    assert said(cells["exercise-twice-check"]) == said(cells["exercise-twice-hidden"]) == "The check passes.\n"
    for cell in cells.values():
        if cell.cell_type == "code" and ":check" not in cell.source:
            assert timeless(cell.outputs) == timeless(recorded[cell.id]), f"{cell.id} gives what was exported"
        assert not any(output.output_type == "execute_result" for output in cell.get("outputs", ())
                       if ":check" in cell.source), "what a test shows would count as points"
    # One of the checks was deleted; nbgrader puts it back behind a comment of Python's.
    notebook = read()
    for cell in notebook.cells:
        if cell.id == "exercise-twice-check":
            cell.source = ("# This cell (id:exercise-twice-check) was missing from the submission. It was added back by "
                           f"nbgrader.\n\n{cell.source}")
    assert said(ran(notebook)["exercise-twice-check"]) == "The check passes.\n"
    cells = with_answer(read(), "function double(n) return n == 3 and 6 or n end")
    assert said(cells["exercise-twice-check"]) == "The check passes.\n"
    assert error(cells["exercise-twice-hidden"]) == ("CheckFailed", "a secret number is not doubled")
    cells = with_answer(read(), "function double(n) return n end")
    assert error(cells["exercise-twice-check"]) == ("CheckFailed", "double(3) gave 3, not 6.")
    cells = with_answer(read(), "function double(n) error('mine') end")
    assert error(cells["exercise-twice-hidden"])[0] == "CheckFailed"
    cells = with_answer(read(), "os.exit()")
    assert error(cells["exercise-twice-check"])[0] == error(cells["exercise-twice-hidden"])[0] == "NothingToCheck"


def endless():
    """As when nbgrader's time for a cell is over: it is an error of that cell."""
    notebook = read()
    for cell in notebook.cells:
        if cell.id == "exercise-twice-task":
            cell.source = "while true do end"
    NotebookClient(notebook, timeout=1, kernel_name="sockrates", interrupt_on_timeout=True, allow_errors=True).execute()
    cells = {cell.id: cell for cell in notebook.cells}
    assert error(cells["exercise-twice-task"])[0] == "KeyboardInterrupt"
    assert error(cells["exercise-twice-check"])[0] == "CheckFailed"


def learned():
    export(COURSE)
    cells = ran(read())
    assert error(cells["exercise-twice-check"]) == ("CheckFailed", "double(3) gave 3, not 6.")
    assert said(cells["the-end-code"]) == "", "and the cells behind it run"


def in_a_lab():
    """Where none can be made, the cell that wants it fails and the others run."""
    os.mkdir("lab")
    with open("lab/everything.md", "w", encoding="utf-8") as file:
        file.write("---\nnetwork: lab\n---\n# In a lab\n\n```lua\necho = lab.echo()\ns = socket.create_connection(echo.address)\n"
                   "s:getpeername()[1]\n```\n")
    export("lab")
    cells = ran(read())
    lab = not error(cells["lesson-network"])
    result = cells["lesson-code"].outputs[0].data["text/plain"]
    assert result == ('"10.0.0.2"' if lab else '"127.0.0.1"'), result
    pictures = [output.data for output in cells["lesson-code"].outputs if output.output_type == "display_data"]
    assert len(pictures) == 1 and {"image/svg+xml", "text/plain"} == set(pictures[0])
    recorded = read().cells[-1].outputs
    assert [one.output_type for one in recorded] == ["execute_result", "display_data"], "as it was exported"


def checks():
    with Kernel() as kernel:
        assert kernel.run(":check\nreturn true").error == "NothingToCheck"
        assert kernel.run(":check hidden\nreturn true").error == "NothingToCheck"
        assert kernel.run(":check").printed.startswith("There is no check.")
        assert ":check" in kernel.run(":help").of("display_data")[0]["data"]["text/plain"]
        assert kernel.ask("shell", "is_complete_request", {"code": ":check\nif x then"}).content["status"] == "incomplete"
        assert kernel.run(":check hidden\n\n").printed == "A hidden check stands here when your work is marked.\n"
        kernel.run("x = 5\nprint('said')\nfunction f(n) calls_of_f = (calls_of_f or 0) + 1 return n * x end\nx, 'two'")
        for hidden in ("", " hidden"):
            passed = kernel.run(f":check{hidden}\nreturn result == 5 and results[2] == 'two' and output == 'said\\n' "
                                "and x == 5 and f(2) == 10")
            assert passed.printed == "The check passes.\n" and passed.value is None and not passed.error
            refused = kernel.run(f":check{hidden}\nreturn false, 'no: ' .. result")
            assert (refused.error, refused.content["evalue"]) == ("CheckFailed", "no: 5")
            assert kernel.run(f":check{hidden}\nreturn 7").printed == "The check passes.\n"
            raised = kernel.run(f":check{hidden}\n\nnothing.at.all = 1")
            assert raised.error == "CheckFailed" and "nil" in raised.content["evalue"], raised.content
            assert kernel.run(f":check{hidden}\nreturn return").error == "CheckFailed"
            header = kernel.begin(f":check{hidden}\nwhile true do end")
            kernel.published.append(kernel.read_until("execute_input", header))
            kernel.ask("control", "interrupt_request")
            stopped = kernel.end(header, f":check{hidden}\nwhile true do end")
            assert stopped.error == "CheckFailed" and "Interrupt" in stopped.content["evalue"], stopped.content
        assert kernel.run(":check hidden\nx = 6").error is None
        assert kernel.run(":check hidden\nreturn x == 5").error is None, "what a check sets is its own"
        assert kernel.run("x").value == "5"
        assert kernel.run(":check\nreturn result == 5 and #calls == 0").error is None, "the cell that ran last"
        assert kernel.run("s = socket.socket()\ns:connect('127.0.0.1', 1)").error == "ConnectionRefusedError"
        seen = "return tostring(failure):find('refused') and calls[2].errno == 'ECONNREFUSED'"
        assert kernel.run(f":check\n{seen}").error is None and kernel.run(f":check hidden\n{seen}").error is None


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["JUPYTER_DATA_DIR"] = folder
    subprocess.run([os.environ["SOCKRATES"], "kernel", "install"], check=True, capture_output=True)
    checks()
    marked()
    endless()
    learned()
    in_a_lab()
    os.chdir("/")
