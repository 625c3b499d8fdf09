"""Jupyter's own clients: its test of kernels, nbclient with a notebook, its console."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

from support.client import KERNEL  # skips without a kernel

try:
    import jupyter_kernel_test
    import nbclient
    import nbformat
    import pexpect
except ImportError as error:
    print(f"{error.name} is not here: Jupyter's own clients were not tried (python3-nbclient, python3-jupyter-kernel-test)")
    sys.exit(1 if os.environ.get("CI") else 77)

SCRATCH = tempfile.TemporaryDirectory(prefix="kj", dir="/tmp")
HOME = SCRATCH.name
for name in [name for name in os.environ if name.startswith(("JUPYTER", "XDG_", "PYTHON"))]:
    del os.environ[name]
os.environ |= {"HOME": HOME, "JUPYTER_RUNTIME_DIR": f"{HOME}/run", "IPYTHONDIR": f"{HOME}/ipython", "NO_COLOR": "1"}
DATA = f"{HOME}/.local/share/jupyter"


def install():
    """Where Jupyter looks, in each of the ways; twice is as good as once."""
    def run(*words, **more):
        return subprocess.run([os.environ["SOCKRATES"], "kernel", "install", *words], capture_output=True, text=True,
                              check=False, env=os.environ | more)

    for words, more, place in (
        ([], {}, DATA), (["--user"], {}, DATA), (["--user"], {"XDG_DATA_HOME": f"{HOME}/x"}, f"{HOME}/x/jupyter"),
        (["--user"], {"JUPYTER_DATA_DIR": f"{HOME}/j"}, f"{HOME}/j"),
        (["--prefix", f"{HOME}/p"], {}, f"{HOME}/p/share/jupyter"),
        (["--sys-prefix"], {"VIRTUAL_ENV": f"{HOME}/v"}, f"{HOME}/v/share/jupyter"),
    ):
        done = run(*words, **more)
        folder = f"{place}/kernels/sockrates"
        assert done.returncode == 0 and done.stdout.startswith(folder + "\n"), done
        assert {"kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} <= set(os.listdir(folder)), folder
    refused = run("--sys-prefix", VIRTUAL_ENV="", CONDA_PREFIX="")
    assert refused.returncode == 2 and "--prefix" in refused.stderr, refused
    assert run("--user", "--prefix", HOME).returncode == 2
    failed = run("--prefix", "/dev/null")
    assert failed.returncode == 1 and "/dev/null/share/jupyter" in failed.stderr and "--user" in failed.stderr, failed
    failed = run(JUPYTER_DATA_DIR="/dev/null")
    assert failed.returncode == 1 and "--prefix" in failed.stderr and "--user" not in failed.stderr, failed


class Sockrates(jupyter_kernel_test.KernelTests):
    kernel_name = "sockrates"
    language_name = "lua"
    file_extension = ".lua"
    code_hello_world = "print('hello, world')"
    completion_samples = [{"text": "socket.AF_INET", "matches": {"AF_INET", "AF_INET6"}}, {"text": "xyzzy", "matches": []}]
    complete_code_samples = ["1", "x = 1", "for i = 1, 2 do end", ":ladder"]
    incomplete_code_samples = ["for i = 1, 2 do", "f(", "x = [["]
    invalid_code_samples = ["x = = 1", "end"]
    code_generate_error = "error('no')"
    code_execute_result = [{"code": "1+2+3", "result": "6"}, {"code": "6 * 7", "result": "42"},
                           {"code": "{1, 2}", "mime": "text/html"}]
    code_display_data = [{"code": "s = socket.create_connection(lab.echo().address)", "mime": "image/svg+xml"},
                         {"code": ":sockets", "mime": "text/html"}, {"code": ":c", "mime": "text/markdown"}]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "socket.socket"


def notebook():
    """A student's notebook, from top to bottom and with a cell that fails."""
    cells = ["server = lab.echo()\ns = socket.socket()\ns:connect(server.address)",
             "s:sendall('hello')\ns:recv(5)\n:ladder", "print('one')\nprint('two')", "error('on purpose')", "1 + 1"]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
                                    metadata={"kernelspec": {"name": "sockrates", "display_name": "Sockrates (Lua)",
                                                             "language": "lua"}})
    nbclient.NotebookClient(made, timeout=60, allow_errors=True).execute()
    nbformat.validate(made)
    outputs = [cell.outputs for cell in made.cells]
    assert [cell.execution_count for cell in made.cells] == [1, 2, 3, 4, 5]
    assert outputs[1][0]["data"]["text/plain"] == '"hello"', outputs[1]
    ladders = [out for out in outputs[1] if out.output_type == "display_data"]
    assert len(ladders) == 2 and all("<svg" in out["data"]["image/svg+xml"] for out in ladders), outputs[1]
    assert '"hello"' in ladders[0]["data"]["text/plain"] and "<desc" in ladders[0]["data"]["image/svg+xml"]
    assert [out.text for out in outputs[2]] == ["one\ntwo\n"]
    assert outputs[3][0].ename == "LuaError" and outputs[4][0]["data"]["text/plain"] == "2"
    # A loop without end is interrupted, as graders do, and is an error of its cell alone.
    made.cells = [nbformat.v4.new_code_cell(cell) for cell in ("while true do end", "'next'")]
    nbclient.NotebookClient(made, timeout=1, interrupt_on_timeout=True, allow_errors=True).execute()
    assert made.cells[0].outputs[0].ename == "KeyboardInterrupt", made.cells[0].outputs
    assert made.cells[1].outputs[0]["data"]["text/plain"] == '"next"'


def console():
    person = pexpect.spawn("/usr/bin/python3 -m jupyter_console --kernel sockrates --simple-prompt", encoding="utf-8",
                           timeout=30, dimensions=(40, 100))
    for typed, seen in (("6 * 7", r"Out\[1\].*42"), ("print('pr' .. 'inted')", "printed"),
                        ("error('no')", "LuaError"), (":help lab.echo", "sends back every byte")):
        person.expect(r"In \[\d+\]: ")
        person.sendline(typed)
        person.expect(seen)
    person.expect(r"In \[\d+\]: ")
    person.sendline("print('?') return '<' .. io.read() .. '>'")
    person.expect(r"\?\r\n")
    person.sendline("Ada")
    person.expect("<Ada>")
    person.expect(r"In \[\d+\]: ")
    person.sendeof()
    person.expect([pexpect.EOF, r"\[y\]/n"])
    if person.isalive():
        person.sendline("y")
        person.expect(pexpect.EOF)
    person.wait()


install()
assert unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(
    unittest.defaultTestLoader.loadTestsFromTestCase(Sockrates)).wasSuccessful()
notebook()
console()
SCRATCH.cleanup()
