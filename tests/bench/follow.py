"""What it costs a program to be followed: 40,000 socket calls under `sockrates trace`, under strace, and under nothing.

All on one CPU: else what is measured is how the kernel wakes one processor from another.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 11
TIMES = "20000"
PROGRAM = [f"{measure.BENCH}/follow", TIMES]
CALLS = "%network,read,write,readv,writev,close,dup,dup2,dup3,fcntl,ioctl,poll,ppoll,select,pselect6,epoll_wait"
COMMANDS = [
    ("nothing", PROGRAM),
    ("strace --seccomp-bpf, into a file", ["strace", "-f", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", "/dev/null", *PROGRAM]),
    ("sockrates trace --quiet", [measure.SOCKRATES, "trace", "--quiet", *PROGRAM]),
    ("sockrates trace, the picture", [measure.SOCKRATES, "trace", "-o", "/dev/null", *PROGRAM]),
    ("sockrates trace --calls, into a file", [measure.SOCKRATES, "trace", "--calls", "-o", "/dev/null", *PROGRAM]),
]

took = measure.times([(name, ["taskset", "-c", "0", *command]) for name, command in COMMANDS], ROUNDS)
base = COMMANDS[1][0]
measure.table("A program that makes 40,000 socket calls, followed", ["", "time", "ratio", "a call"], [
    [name, measure.milliseconds(took[name]), measure.ratio(took[name], took[base]),
     f"{took[name] / 40_000 * 1e6:.1f} us"] for name, _ in COMMANDS])
