"""What the benches share: interleaved times, instruction and system call counts, a table."""
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOCKRATES, BENCH = os.environ["SOCKRATES"], os.environ["BENCH"]
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def installed(*peers):
    """Those (name, command) whose program is there."""
    return [(name, command) for name, command in peers if shutil.which(command[0])]


def prompts():
    """The programs with a prompt that are there."""
    return installed(
        ("lua5.4 -i", ["lua5.4", "-i"]),
        ("sockrates", [SOCKRATES]),
        ("python3 -q", ["/usr/bin/python3", "-q"]),
    )


@contextlib.contextmanager
def fresh_home():
    """A home folder of its own: no progress, no history, no settings."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, INPUTRC="/dev/null")
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ.pop(name, None)
        yield home


def _timed(command, **more):
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False, **more)
    elapsed = time.perf_counter() - begin
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}")
    return elapsed


def times(commands, rounds, before=None, measure=_timed):
    """Median seconds of each (name, command), run turn by turn; `before` is called ahead of each run."""
    taken = {name: [] for name, _ in commands}
    for _ in range(rounds):
        for name, command in commands:
            if before:
                before(name)
            taken[name].append(measure(command))
    return {name: statistics.median(values) for name, values in taken.items()}


def instructions(command, **more):
    """User-space instructions of the command and what it forks, counted by callgrind."""
    more = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL} | more
    with tempfile.TemporaryDirectory() as folder:
        counted = ["valgrind", "--tool=callgrind", "--trace-children=yes", f"--callgrind-out-file={folder}/%p",
                   f"--log-file={folder}/log.%p"]
        done = subprocess.run(counted + command, stderr=subprocess.DEVNULL, check=False, **more)
        total = 0
        for name in os.listdir(folder):
            if name.startswith("log."):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as log:
                    total += sum(map(int, re.findall(r"Collected : (\d+)", log.read())))
    if done.returncode != 0 or total == 0:
        sys.exit(f"callgrind could not count {command} (ended with {done.returncode})")
    return total


def system_calls(command):
    """How many system calls the command makes."""
    with tempfile.NamedTemporaryFile(mode="r") as log:
        done = subprocess.run(["strace", "-f", "-qq", "-c", "-o", log.name] + command,
                              stdout=subprocess.DEVNULL, check=False)
        total = re.search(r"^100\.00\s+\S+\s+\S*\s*?(\d+)(?:\s+\d+)?\s+total$", log.read(), re.M)
    if done.returncode != 0 or not total:
        sys.exit(f"strace could not count {command}")
    return int(total.group(1))


def short(number):
    """1234567 as 1.23 M."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.3g} {unit}"
    return f"{number:.3g}"


def milliseconds(seconds):
    return f"{seconds * 1e3:.3g} ms"


def ratio(value, base):
    return f"{value / base:.2f}"


def table(title, heads, rows):
    """Prints rows of texts; the first column to the left, the others to the right."""
    lines = [heads] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    print(f"\n{title}")
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  " + "   ".join([line[0].ljust(widths[0])] + cells))
    sys.stdout.flush()
