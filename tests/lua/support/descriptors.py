"""Every test in Lua ends without an open descriptor of its own: what valgrind counts at the exit."""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = sorted(glob.glob(f"{os.environ['SOCKRATES_SOURCE']}/tests/lua/*.lua"))
ONE = re.compile(r"Open (?:AF_\w+ socket|file descriptor) \d+.*\n(?:==\d+==    (?!at |by ).*\n)?", re.M)


def complaints(test):
    with tempfile.TemporaryDirectory() as folder:
        watched = ["valgrind", "--tool=none", "--track-fds=yes", f"--log-file={folder}/%p"]
        process = subprocess.Popen(watched + [os.environ["SOCKRATES"], "run", test], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = process.communicate()[0]
        with open(f"{folder}/{process.pid}", encoding="utf-8", errors="replace") as log:
            said = log.read()
    if process.returncode != 0:
        return [f"{test} ended with {process.returncode} under valgrind:\n{output}"]
    if "FILE DESCRIPTORS" not in said:
        return [f"{test}: valgrind counted no descriptors:\n{said}"]
    return [f"{test}: {left}" for left in ONE.findall(said) if "inherited" not in left]


if not shutil.which("valgrind"):
    print("skipped: valgrind is not installed")
    sys.exit(77)
# Known to be able to fail: a program that leaves a socket open.
with tempfile.NamedTemporaryFile("w", suffix=".lua") as left_open:
    left_open.write("socket.socket():detach()\n")
    left_open.flush()
    assert complaints(left_open.name), "a socket that was left open was not seen"
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    trouble = [line for lines in pool.map(complaints, TESTS) for line in lines]
print("\n".join(trouble) or f"{len(TESTS)} tests leave nothing open")
sys.exit(1 if trouble else 0)
