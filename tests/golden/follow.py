"""A client in Python and a server in C in one picture, as `sockrates trace` draws it.

Written anew with ACCEPT=1 in the environment.
"""
import os
import re
import socket
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "follow")
SOCKRATES = os.environ["SOCKRATES"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def forbidden():
    """Where programs may not be followed there is nothing to test."""
    done = subprocess.run([SOCKRATES, "trace", "--quiet", "true"], capture_output=True, text=True, check=False)
    return "ptrace" in done.stderr and done.stderr


def picture(*words):
    port = free_port()
    words = [word.replace("PORT", str(port)) for word in words]
    done = subprocess.run([SOCKRATES, "trace", *words], capture_output=True, text=True, timeout=60, check=False)
    drawn = done.stderr.replace(str(port), "PORT ")
    drawn = drawn.replace("line 1: ", "")  # not every Python tells its lines
    drawn = re.sub(r"(?m)^ *(before|[\d.]+ m?s) (?=[│|])", "", drawn)
    drawn = re.sub(r"(?m)^ *[┆:] +[\d.]+ m?s .*\n", "", drawn)
    return f"$ sockrates trace {' '.join(words)} -> {done.returncode}\n".replace(str(port), "PORT") + done.stdout + re.sub(
        r"(?m) +$", "", drawn)


def pictures():
    return [
        picture("--with", "server: ./server PORT", "--", "/usr/bin/python3", "client.py", "PORT"),
        re.sub(r"(?s)Traceback.*?ConnectionRefusedError", "ConnectionRefusedError",
               picture("--quiet", "/usr/bin/python3", "-c", "import socket; socket.socket().connect(('127.0.0.1', PORT))")),
        picture("--chart", "bytes", "/usr/bin/python3", "-c",
                "import socket; a, b = socket.socketpair(); a.send(b'he'); a.send(b'llo'); b.recv(4)"),
        # what epoll finds, and looks of which no four in a row are the same
        picture("--chart", "ready", "/usr/bin/python3", "-c", """import select, socket
a, b = socket.socketpair()
ep = select.epoll()
ep.register(a, select.EPOLLIN | select.EPOLLOUT)
ep.register(b, select.EPOLLIN)
for there in '0110100110010110':
    if there == '1':
        a.send(b'x')
    ep.poll(0)
    b.recv(int(there), socket.MSG_DONTWAIT) if there == '1' else None
ep.unregister(a)
b.send(b'!')
a.close()
ep.poll()"""),
        # begun by a program that makes no calls itself: nothing is missing
        picture("timeout", "20", "/usr/bin/python3", "-c", "import socket; socket.socket()"),
    ]


why = forbidden()
if why:
    print("skipped:", why)
    sys.exit(77)
expected = os.path.join(HERE, "picture.txt")
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["cc", "-g", "-Wall", "-Wextra", "-o", f"{folder}/server", f"{HERE}/server.c"], check=True)
    os.symlink(f"{HERE}/client.py", f"{folder}/client.py")
    os.chdir(folder)
    found = "\n".join(pictures())
    if "ACCEPT" in os.environ:
        with open(expected, "w", encoding="utf-8") as file:
            file.write(found)
    with open(expected, encoding="utf-8") as file:
        wanted = file.read()
    for _ in range(20):
        if found == wanted:
            break
        found = "\n".join(pictures())  # which of two that do not wait for each other comes first is chance
    os.chdir("/")
if found != wanted:
    print(found)
    print("is not what stands in", expected)
    sys.exit(1)
