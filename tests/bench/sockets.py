"""Sockets over loopback, against a C program that makes the same calls: round trips, streams, connections, datagrams.

Everything runs on one CPU. What a start costs is taken off: every figure is the difference between two runs with
different numbers of operations, divided by the difference. In the first table client and server are of one kind, in the
others the server is the C program and the time is the client's own on the CPU.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 5
PINNED = ["taskset", "-c", "0"]
SUPPORT = f"{measure.HERE}/support"
# Operations for the times, then for counting instructions and system calls.
WORKLOADS = {
    "echo": ("Echo of 64 bytes, one round trip", 1_000, 21_000, 1_000, 6_000),
    "timeout": ("The same with a timeout set", 1_000, 21_000, 1_000, 6_000),
    "send": ("Sending 64 KiB", 100, 3_100, 100, 600),
    "receive": ("Receiving 64 KiB", 100, 3_100, 100, 600),
    "connect": ("Connecting and closing", 100, 4_100, 500, 2_500),
    "datagram": ("Ping of 64 bytes by UDP", 1_000, 21_000, 1_000, 6_000),
}

programs = measure.installed(
    ("C", [f"{measure.BENCH}/sockets"]),
    ("sockrates run", [measure.SOCKRATES, "run", f"{SUPPORT}/sockets.lua"]),
    ("LuaSocket", ["lua5.4", f"{SUPPORT}/sockets_luasocket.lua"]),
    ("python3", ["/usr/bin/python3", f"{SUPPORT}/sockets_python.py"]),
)


class Server:
    """A program that serves; its port."""

    def __init__(self, program):
        self.process = subprocess.Popen(PINNED + program + ["server"], stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().strip()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def own_time(command):
    """Seconds that the command itself, not its server, spent on the CPU."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def bench(workload, ports, **how):
    title, few, many, count_few, count_many = WORKLOADS[workload]

    def client(name, program, operations):
        return program + ["client", workload, ports[name], str(operations)]

    def per_operation(count, name, program):
        one, other = (count(client(name, program, operations)) for operations in (count_few, count_many))
        return (other - one) / (count_many - count_few)

    took = measure.times([((name, operations), PINNED + client(name, program, operations))
                          for name, program in programs for operations in (few, many)], ROUNDS, **how)
    each = {name: (took[name, many] - took[name, few]) / (many - few) for name, _ in programs}
    counts = {name: per_operation(measure.instructions, name, program) for name, program in programs}
    calls = {name: per_operation(measure.system_calls, name, program) for name, program in programs}
    measure.table(title, ["", "time", "ratio", "client's instructions", "system calls"], [
        [name, f"{each[name] * 1e6:.2f} us", measure.ratio(each[name], each["C"]),
         measure.short(counts[name]), f"{calls[name]:.2f}"] for name, _ in programs])


servers = {name: Server(program) for name, program in programs}
try:
    bench("echo", {name: server.port for name, server in servers.items()})
    for other in list(WORKLOADS)[1:]:
        bench(other, {name: servers["C"].port for name, _ in programs}, measure=own_time)
finally:
    for server in servers.values():
        server.end()
