"""While a cell runs: what is answered at any time, what waits, what stops it, and what becomes of those behind it."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from support.client import KERNEL, PORTS, SANITIZED, Kernel

LOOP = "print('begun') while true do end"
BLOCKED = "print('begun') socket.socketpair():recv(1)"
DEAF = "print('begun') while true do pcall(function() while true do end end) end"
LATE = 1 if SANITIZED else 0.1  # seconds


def begin(kernel, code, **more):
    """Begins a cell that prints, and returns once that was seen."""
    header = kernel.begin(code, **more)
    kernel.published.append(kernel.read_until("stream", header))
    return header


def answers_meanwhile(kernel):
    header = begin(kernel, LOOP)
    for _ in range(5):
        kernel.beat()
        assert kernel.ask("control", "kernel_info_request").content["status"] == "ok"
    kernel.sockets["stdin"].send_multipart([b"", b"<IDS|MSG>", b"rubbish"])
    kernel.ask("control", "interrupt_request")
    assert kernel.end(header, LOOP).error == "KeyboardInterrupt"


def stops_at_once(kernel):
    kernel.run("kept = 'still here'")
    for code in (LOOP, BLOCKED, "print('begun') time.sleep(1000)"):
        took = []
        for _ in range(3):
            header = begin(kernel, code)
            asked = time.monotonic()
            kernel.ask("control", "interrupt_request")
            ended = kernel.end(header, code)
            took.append(time.monotonic() - asked)
            assert ended.error == "KeyboardInterrupt", ended.content
        assert min(took) < LATE, (code, took)
    assert kernel.run("kept").value == '"still here"', "the session stays"


def double_interrupts(kernel):
    header = begin(kernel, LOOP)
    for _ in range(3):
        kernel.send("control", "interrupt_request", {})
        os.kill(kernel.process.pid, signal.SIGINT)
    assert kernel.end(header, LOOP).error == "KeyboardInterrupt"
    for _ in range(3):
        assert kernel.read("control").content == {"status": "ok"}
    kernel.published.clear()
    # An interrupt that comes when nothing runs stops nothing that comes later.
    kernel.ask("control", "interrupt_request")
    os.kill(kernel.process.pid, signal.SIGINT)
    kernel.ask("control", "kernel_info_request")
    assert kernel.run("1 + 1").value == "2"


def deaf_code_is_killed(kernel):
    header = begin(kernel, DEAF)
    kernel.ask("control", "interrupt_request")
    assert kernel.end(header, DEAF).error in ("KeyboardInterrupt", "SessionEnded")
    assert kernel.run("1 + 1").value == "2"


def the_queue(kernel):
    """What was sent before anybody could know of the failure is aborted; but only cells, and not what comes later."""
    fails = "print('begun') time.sleep(0.3) error('no')"
    first = begin(kernel, fails)
    behind = [(kernel.begin(f"ran = {i}"), f"ran = {i}") for i in range(5)]
    asked = kernel.send("shell", "kernel_info_request", {})
    assert kernel.end(first, fails).error == "LuaError"
    for header, code in behind:
        assert kernel.end(header, code).content["status"] == "aborted"
    assert kernel.answer("shell", asked).content["status"] == "ok"
    assert kernel.run("type(ran)").value == '"nil"'
    # Without stop_on_error they run.
    first = begin(kernel, fails, stop_on_error=False)
    later = kernel.begin("ran = 9")
    kernel.end(first, fails)
    assert kernel.end(later, "ran = 9").content["status"] == "ok"
    # Who has seen the failure, and asks then, is served.
    for _ in range(50):
        assert kernel.run("error('no')").error
        assert kernel.run("1").value == "1"


def many_waiting(kernel):
    """More than a queue holds: all are served, in their order."""
    first = begin(kernel, "print('begun') time.sleep(0.2)")
    headers = [kernel.begin(f"return {i}") for i in range(1500)]
    kernel.end(first, "print('begun') time.sleep(0.2)")
    for i, header in enumerate(headers):
        assert kernel.end(header, f"return {i}").value == str(i)


def dead_workers(kernel):
    kernel.run("before = 1")
    for code in ("signal.raise_signal(signal.SIGKILL)", "os.exit(true)", "os.exit(7)"):
        assert kernel.run(code).error == "SessionEnded"
        assert kernel.run("type(before)").value == '"nil"'
    header = begin(kernel, LOOP)
    children = subprocess.run(["pgrep", "-P", str(kernel.process.pid)], capture_output=True, text=True).stdout.split()
    os.kill(int(children[0]), signal.SIGSEGV)
    ended = kernel.end(header, LOOP)
    assert ended.error == "SessionEnded" and "SIGSEGV" in ended.content["evalue"], ended.content
    # One that dies while nothing runs: the next cell says so, the one behind it has a fresh session.
    children = subprocess.run(["pgrep", "-P", str(kernel.process.pid)], capture_output=True, text=True).stdout.split()
    kernel.run("1")
    children = subprocess.run(["pgrep", "-P", str(kernel.process.pid)], capture_output=True, text=True).stdout.split()
    os.kill(int(children[0]), signal.SIGKILL)
    kernel.beat()
    assert kernel.run("1").error in ("SessionEnded", None)
    assert kernel.run("2").value == "2"


def bounds(kernel):
    assert kernel.run("(function() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end end)()").error in ("MemoryError", "SessionEnded")
    much = kernel.run("for i = 1, 1e5 do print(('y'):rep(50)) end").printed
    assert 500_000 < len(much) < 1_500_000 and "More was printed" in much, len(much)


def in_pieces(kernel):
    """What is printed comes while it is printed, and not in more messages than a server takes."""
    begun = time.monotonic()
    code = "local begun = time.monotonic()\nfor i = 1, 1e9 do print(i) if time.monotonic() - begun > 0.5 then return i end end"
    run = kernel.run(code)
    pieces = [content["text"] for content in run.of("stream")]
    assert 2 <= len(pieces) <= (time.monotonic() - begun) * 20 + 20, len(pieces)
    assert all(len(piece.encode()) <= 64 << 10 for piece in pieces)
    kept = run.printed.split("\n(More was")[0].split()
    assert kept[:1000] == [str(i) for i in range(1, 1001)]
    wide = kernel.run("print(('\u00fc\u20ac\U0001f600'):rep(30000))").of("stream")
    assert len(wide) >= 4 and "".join(content["text"] for content in wide) == "\u00fc\u20ac\U0001f600" * 30000 + "\n"
    # The first words of a cell that goes on are not kept back.
    header = kernel.begin("print('at once') time.sleep(30)")
    assert kernel.read_until("stream", header).content["text"] == "at once\n"
    kernel.ask("control", "interrupt_request")
    kernel.answer("shell", header)


for step in (answers_meanwhile, in_pieces, stops_at_once, double_interrupts, deaf_code_is_killed, the_queue, many_waiting,
             dead_workers, bounds):
    with Kernel() as kernel:
        step(kernel)


# --- the end of a kernel ------------------------------------------------------------------------------------

def leaves(kernel, how):
    header = begin(kernel, LOOP)
    waiting = kernel.begin("1")
    for _ in range(5): # meanwhile it arrives
        kernel.ask("control", "kernel_info_request")
    began = time.monotonic()
    how(kernel)
    assert kernel.process.wait(5) == 0
    assert time.monotonic() - began < 2
    assert kernel.answer("shell", header).content["ename"] == "KernelLeaves"
    assert kernel.answer("shell", waiting).content["status"] == "aborted"


def asks_on_shell(kernel):
    header = kernel.send("shell", "shutdown_request", {"restart": True})
    reply = kernel.read("shell")
    assert reply.type == "shutdown_reply" and reply.content == {"status": "ok", "restart": True}, reply
    assert kernel.read_until("shutdown_reply", header).content["restart"] is True


for how in (Kernel.ask_to_leave, asks_on_shell, lambda kernel: kernel.process.send_signal(signal.SIGTERM)):
    with Kernel() as kernel:
        leaves(kernel, how)

# A server that was killed says nothing: its kernel looks for it.
SERVER = """
import os, subprocess, sys, time
kernel = subprocess.Popen(sys.argv[1:3] + [sys.argv[3]], stdout=subprocess.DEVNULL)
while not os.path.exists(sys.argv[4]):
    time.sleep(0.01)
print(kernel.pid)
"""
with tempfile.TemporaryDirectory(prefix="k", dir="/tmp") as folder:
    ports = {f"{name}_port": i + 1 for i, name in enumerate(PORTS)}
    with open(f"{folder}/connection.json", "w", encoding="utf-8") as file:
        json.dump({"transport": "ipc", "ip": f"{folder}/s", "key": "", **ports}, file)
    done = subprocess.run([sys.executable, "-c", SERVER, KERNEL, "start", file.name, f"{folder}/s-5"], text=True,
                          capture_output=True, env=dict(os.environ, JPY_PARENT_PID="1"), check=True, timeout=20)
    limit = time.monotonic() + 10
    while os.path.exists(f"/proc/{int(done.stdout)}/exe") and time.monotonic() < limit:
        time.sleep(0.05)
    assert time.monotonic() < limit, "a kernel without its server goes on"
