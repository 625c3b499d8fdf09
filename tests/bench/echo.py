"""Round trips of 64 bytes over loopback, against a C program that makes the same calls.

Client and server are of one kind and share one CPU. What a start costs is taken off: every figure is the
difference between two runs with different numbers of round trips, divided by the difference.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

FEW, MANY, ROUNDS = 1_000, 31_000, 9
COUNT_FEW, COUNT_MANY = 200, 1_200
PINNED = ["taskset", "-c", "0"]
SUPPORT = f"{measure.HERE}/support"

programs = measure.installed(
    ("C", [f"{measure.BENCH}/echo"]),
    ("sockrates run", [measure.SOCKRATES, "run", f"{SUPPORT}/echo.lua"]),
    ("LuaSocket", ["lua5.4", f"{SUPPORT}/echo_luasocket.lua"]),
    ("python3", ["/usr/bin/python3", f"{SUPPORT}/echo_python.py"]),
)

servers, ports = [], {}
for name, program in programs:
    server = subprocess.Popen(PINNED + program + ["server"], stdout=subprocess.PIPE, text=True)
    servers.append(server)
    ports[name] = server.stdout.readline().strip()


def client(name, program, rounds):
    return program + ["client", ports[name], str(rounds)]


def per_round(count, name, program):
    few, many = (count(client(name, program, rounds)) for rounds in (COUNT_FEW, COUNT_MANY))
    return (many - few) / (COUNT_MANY - COUNT_FEW)


try:
    took = measure.times([((name, rounds), PINNED + client(name, program, rounds))
                          for name, program in programs for rounds in (FEW, MANY)], ROUNDS)
    each = {name: (took[name, MANY] - took[name, FEW]) / (MANY - FEW) for name, _ in programs}
    counts = {name: per_round(measure.instructions, name, program) for name, program in programs}
    calls = {name: per_round(measure.system_calls, name, program) for name, program in programs}
finally:
    for server in servers:
        server.kill()
        server.wait()

measure.table("Echo of 64 bytes, one round trip", ["", "time", "ratio", "client's instructions", "system calls"], [
    [name, f"{each[name] * 1e6:.2f} us", measure.ratio(each[name], each["C"]),
     measure.short(counts[name]), f"{calls[name]:.2f}"] for name, _ in programs])
