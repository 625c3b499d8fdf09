"""From the start to the first prompt in a terminal, against `lua5.4 -i`; then a session ended at once."""
import os
import re
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402
from terminal import Terminal  # noqa: E402

ROUNDS = 61
# The prompt, perhaps with escape sequences around it, and nothing after it.
PROMPT = re.compile(rb"> ?(\x1b\[[0-9;?]*[a-zA-Z]|[\x01\x02])* ?(\x1b\[[0-9;?]*[a-zA-Z])*$")


def first_prompt(command):
    """Seconds until the prompt; then Ctrl-D ends the program."""
    begin = time.perf_counter()
    terminal = Terminal(command)
    terminal.wait(PROMPT)
    elapsed = time.perf_counter() - begin
    terminal.end(b"\x04")
    return elapsed


def session_instructions(command):
    """Instructions of a session that is ended at its first prompt: all processes, and the first one alone."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(["valgrind", "--tool=callgrind", "--trace-children=yes",
                             f"--callgrind-out-file={folder}/out.%p", f"--log-file={folder}/log.%p", *command])
        terminal.wait(PROMPT)
        terminal.end(b"\x04")
        counts = {}
        for name in os.listdir(folder):
            if name.startswith("log."):
                with open(f"{folder}/{name}", encoding="utf-8", errors="replace") as log:
                    found = re.findall(r"Collected : (\d+)", log.read())
                    counts[int(name[4:])] = sum(map(int, found))
    return sum(counts.values()), counts.get(terminal.child, 0)


signal.signal(signal.SIGHUP, signal.SIG_IGN)
with measure.fresh_home():
    commands = measure.prompts()
    took = measure.times(commands, ROUNDS, measure=first_prompt)
    counts = {name: session_instructions(command) for name, command in commands}

base = commands[0][0]
measure.table("First prompt; a session ended there", ["", "time", "ratio", "instructions", "the front alone"], [
    [name, measure.milliseconds(took[name]), measure.ratio(took[name], took[base]),
     measure.short(counts[name][0]), measure.short(counts[name][1])]
    for name, _ in commands])
