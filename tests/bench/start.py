"""The start of `sockrates run` on an empty file, against lua5.4."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 201

with tempfile.NamedTemporaryFile(suffix=".lua") as empty:
    commands = measure.installed(
        ("lua5.4", ["lua5.4", empty.name]),
        ("sockrates run", [measure.SOCKRATES, "run", empty.name]),
        ("luajit", ["luajit", empty.name]),
        ("python3", ["/usr/bin/python3", empty.name]),
    )
    took = measure.times(commands, ROUNDS)
    counts = {name: measure.instructions(command) for name, command in commands}

base = commands[0][0]
measure.table("Start on an empty file", ["", "time", "ratio", "instructions", "ratio"], [
    [name, measure.milliseconds(took[name]), measure.ratio(took[name], took[base]),
     measure.short(counts[name]), measure.ratio(counts[name], counts[base])]
    for name, _ in commands])
