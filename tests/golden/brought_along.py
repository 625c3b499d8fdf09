"""What programs in C and Python bring along (repl/translate/support): compiled without a warning, and run."""
import os
import shutil
import subprocess
import sys
import tempfile

SUPPORT = os.path.join(os.environ["SOCKRATES_SOURCE"], "repl/translate/support")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}"


run(sys.executable, "-W", "error", os.path.join(SUPPORT, "support.py"))
if not shutil.which("gcc"):
    print("skipped: gcc is not installed")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    program = os.path.join(folder, "support")
    run("gcc", "-Wall", "-Wextra", "-Werror", "-o", program, os.path.join(SUPPORT, "support.c"))
    run(program)
