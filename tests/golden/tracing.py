"""`run --trace`: every call, in every run; what repeats is told once."""

import collections
import os
import subprocess
import sys
import time

SOCKRATES = os.environ["SOCKRATES"]

SHORT = """
local s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s:bind("\\0tracing")
local a = socket.socket()
a:bind("127.0.0.1", 0)
a:listen()
"""
ROUNDS = """
local a, b = socket.socketpair()
for _ = 1, %d do a:send("x"); b:recv(1) end
a:close()
b:close()
"""
NESTED = """
local a, b = socket.socketpair()
for _ = 1, 4 do
    for _ = 1, 9 do a:send("x") end
    b:recv(9)
end
"""
PEER = """
local p = lab.echo()
local s = socket.create_connection(p.host, p.port)
for _ = 1, 100 do s:sendall("x"); s:recv(1) end
"""
NAMES = ["socket", "bind", "socket", "bind", "listen", "close", "close"]


def trace(script, option="--trace", reader=None):
    command = [SOCKRATES, "run", option, "-"]
    if reader is None:
        done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60)
        return done.stderr.splitlines()
    run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    run.stdin.write(script)
    run.stdin.close()
    lines = reader(run)
    run.wait(timeout=60)
    return lines


def names(lines):
    return [line.split("(")[0] if "(" in line else line.strip() for line in lines]


def check(what, seen, right):
    if seen != right:
        sys.exit(f"{what}: {seen} instead of {right}")


def slow(run):
    """Nobody reads until the pipe and the ring are full: the script waits."""
    full = time.monotonic() + 30
    while time.monotonic() < full:
        with open(f"/proc/{run.pid}/wchan") as file:
            if "poll" in file.read():
                break
    return run.stderr.read().splitlines()


def gone(run):
    """Whoever read is gone: the script goes on without."""
    first = run.stderr.readline()
    run.stderr.close()
    return [first]


for ending in ["", "os.exit(0)", "os.exit(0, true)", "error('x')"]:
    seen = collections.Counter(tuple(names(trace(SHORT + ending))) for _ in range(10))
    for lines in seen:
        least = [line for line in lines if line in NAMES]
        check(f"every call before {ending!r}", least[:5], NAMES[:5])
    if ending != "error('x')":
        check(f"the same before {ending!r} in every run", len(seen), 1)

check("many rounds", names(trace(ROUNDS % 20000)),
      ["socketpair", *["send", "recv"] * 2, "send, recv: 19,997 more times", "send", "recv", "close", "close"])
check("five rounds", names(trace(ROUNDS % 5)),
      ["socketpair", *["send", "recv"] * 2, "send, recv: 2 more times", "send", "recv", "close", "close"])
check("four rounds", names(trace(ROUNDS % 4)), ["socketpair", *["send", "recv"] * 4, "close", "close"])
check("no rounds are folded with --trace-all", names(trace(ROUNDS % 100, "--trace-all")),
      ["socketpair", *["send", "recv"] * 100, "close", "close"])
check("more than the ring holds", len(trace(ROUNDS % 100000, "--trace-all")), 200003)
check("more than the ring holds, and a slow reader", len(trace(ROUNDS % 40000, "--trace-all", slow)), 80003)
check("a reader who leaves", names(trace(ROUNDS % 40000, "--trace-all", gone)), ["socketpair"])
OPTIONS = """
local a = socket.socketpair()
for _, name in ipairs{"SO_KEEPALIVE", "SO_BROADCAST", "SO_OOBINLINE", "SO_REUSEADDR", "SO_PASSCRED", "SO_TIMESTAMP"} do
  a:setsockopt(socket.SOL_SOCKET, socket[name] or 29, 1)
end
local e = select.epoll()
e:register(a, select.EPOLLIN)
for i = 0, 5 do e:modify(a, 1 << i) end
for i = 1, 8 do e:modify(a, select.EPOLLET) end
"""
check("other options and other events are other calls", names(trace(OPTIONS)),
      ["socketpair", *["setsockopt"] * 6, "epoll_create1", *["epoll_ctl"] * 9, "epoll_ctl: 5 more times", "epoll_ctl", *["close"] * 3])
fold = [line for line in names(trace(PEER)) if "more times" in line]
check("each actor's rounds", sorted(fold), ["echo: recv, send: 97 more times", "send, recv: 97 more times"])
check("rounds within rounds", names(trace(NESTED))[:6],
      ["socketpair", "send", "send", "send: 6 more times", "send", "recv"])
