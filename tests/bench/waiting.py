"""Servers that hold many connections with epoll: the processor time of one answer, and the memory they need.

One client in C drives them all; a hundred connections are busy at any time. What it takes to connect is taken
off: every figure is the difference between two runs with different numbers of rounds.
"""
import os
import resource
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

HELD, BUSY, FEW, MANY, ROUNDS = (1_000, 9_000), 100, 20, 320, 5
SUPPORT = f"{measure.HERE}/support"

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))

programs = measure.installed(
    ("C", [f"{measure.BENCH}/waiting", "server"]),
    ("sockrates run", [measure.SOCKRATES, "run", f"{SUPPORT}/waiting.lua"]),
    ("python3", ["/usr/bin/python3", f"{SUPPORT}/waiting_python.py"]),
)


def run(program, held, rounds):
    """Seconds of processor time and peak memory in MiB of a server."""
    server = subprocess.Popen(["taskset", "-c", "0"] + program, stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    client = ["taskset", "-c", "1", f"{measure.BENCH}/waiting", "client", port, str(held), str(rounds)]
    subprocess.run(client, check=True)
    with open(f"/proc/{server.pid}/schedstat", encoding="ascii") as file:
        used = int(file.read().split()[0]) / 1e9
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    server.kill()
    server.wait()
    return used, peak


def measured(program, held):
    answers, peaks = [], []
    for _ in range(ROUNDS):
        few, _ = run(program, held, FEW)
        many, peak = run(program, held, MANY)
        answers.append((many - few) / ((MANY - FEW) * BUSY))
        peaks.append(peak)
    return statistics.median(answers), statistics.median(peaks)


for held in HELD:
    each = {name: measured(program, held) for name, program in programs}
    measure.table(f"Server of {held:,} connections, one answer of 64 bytes",
                  ["", "processor time", "ratio", "peak memory"],
                  [[name, f"{each[name][0] * 1e6:.2f} us", measure.ratio(each[name][0], each["C"][0]),
                    f"{each[name][1]:.1f} MiB"] for name, _ in programs])
