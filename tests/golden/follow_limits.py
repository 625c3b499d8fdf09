"""What `sockrates trace` must withstand: nothing changes for the program, and whatever happens the picture is drawn."""
import getpass
import glob
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import pexpect

SOCKRATES = os.environ["SOCKRATES"]
PYTHON = "/usr/bin/python3"

PROGRAM = r"""
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *one(void *unused)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0)
        close(ends[0]), close(ends[1]);
    return unused;
}

int main(int argc, char **argv)
{
    static char bytes[65536];
    int ends[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (argc > 2 && strcmp(argv[1], "threads") == 0) {
        pthread_t thread;
        for (int i = atoi(argv[2]); i > 0; i--) {
            if (pthread_create(&thread, NULL, one, NULL) == 0)
                pthread_join(thread, NULL);
        }
    } else if (strcmp(argv[1], "much") == 0) { /* the other end is read by a child */
        if (fork() == 0) {
            close(ends[0]);
            while (read(ends[1], bytes, sizeof bytes) > 0)
                continue;
            return 0;
        }
        for (int i = 0; i < 1 << 14; i++)
            if (write(ends[0], bytes, sizeof bytes) != (ssize_t)sizeof bytes)
                return 1;
        close(ends[0]);
        wait(NULL);
    } else if (strcmp(argv[1], "closes") == 0) { /* what it does not own, and twice */
        for (int fd = 2000; fd >= 3; fd--)
            close(fd);
        close(ends[0]);
        return write(ends[1], "x", 1) == -1 ? 9 : 8;
    } else if (strcmp(argv[1], "pipe") == 0) {
        close(ends[1]);
        return (int)write(ends[0], "x", 1);
    } else if (strcmp(argv[1], "ring") == 0) {
        syscall(SYS_io_uring_setup, 1, NULL);
        syscall(SYS_io_uring_setup, 1, NULL);
    } else if (strcmp(argv[1], "begets") == 0) { /* one after the other, without end, and deaf */
        signal(SIGTERM, SIG_IGN);
        for (struct timespec moment = {0, 1000000}; fork() <= 0; nanosleep(&moment, NULL))
            continue;
    } else if (strcmp(argv[1], "shut") == 0) { /* its memory, as ssh-agent does */
        prctl(PR_SET_DUMPABLE, 0);
        write(ends[0], "secret", 6);
        read(ends[1], bytes, sizeof bytes);
    } else if (strcmp(argv[1], "signal") == 0) {
        raise(atoi(argv[2]));
    }
    return 0;
}
"""
LINES = """
import socket
def pair():
    return socket.socketpair(socket.AF_UNIX,
                             socket.SOCK_STREAM)
class Reader:
    def read(self, s):
        return s.recv(10)
a, b = pair()
for word in (b"one",
             b"two"):
    a.sendall(word)
    Reader().read(b)
"""
LOOKUP = """
import socket
socket.getaddrinfo("localhost", 80)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("127.0.0.1", 9)); print(s.getsockname()[0])
"""
ENDLESS = """
import socket, sys
l = socket.create_server(("127.0.0.1", 0)); print("ready", flush=True)
for n in 1, 2:
    try: l.accept()
    except KeyboardInterrupt: print("caught", n, flush=True)
sys.exit(5)
"""
SERVING = """
import socket, sys
l = socket.create_server((\"127.0.0.1\", 0)); f = open(\"port\", \"w\"); f.write(str(l.getsockname()[1])); f.close()
sys.stdin.read()
while True:
    c, _ = l.accept()
    while c.send(c.recv(100).upper()): pass
"""
ASKING = """
import socket
s = socket.create_connection(("127.0.0.1", int(open("port").read()))); print("ready ", flush=True)
try: s.recv(1)
except KeyboardInterrupt: s.send(b"again"); print(s.recv(100), flush=True)
print("got", input())
"""
RAW = """
import os, termios, tty
tty.setraw(0); print("raw", flush=True); os.read(0, 1); os.kill(os.getpid(), 9)
"""


PASSING = """
import os, socket
a, b = socket.socketpair()
x, y = socket.socketpair()
if os.fork() == 0:
    a.close(), x.close(), y.close()
    s = socket.socket(fileno=socket.recv_fds(b, 1, 1)[1][0])
    s.recv(2)
    s.sendall(b"from afar")
    s.close()
    os._exit(0)
socket.send_fds(a, [b"x"], [x.fileno()])
x.close()
y.sendall(b"go")
print(y.recv(9), y.recv(9))
os.wait()
"""


def trace(*words, before=(), **more):
    return subprocess.run([*before, SOCKRATES, "trace", *words], capture_output=True, text=True, timeout=100, check=False, **more)


def says(done, *words):
    for word in words:
        assert word in done.stderr, f"no '{word}' in:\n{done.stderr}"


def starting():
    for name, mode, text in (("plain", 0o644, "text"), ("script", 0o755, "echo no"), ("lost", 0o755, "#!/no/such\n")):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
    with open("small", "wb") as file:  # an executable of 32 bits
        file.write(b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\0\x03\0\x01\0\0\0" + bytes(100))
    os.chmod("small", 0o755)
    for program, status, word in (("./nowhere", 127, "no such file"), ("nowhere-at-all", 127, "no such program in PATH"),
                                  ("./plain", 126, "chmod +x"), ("./script", 126, "#!/bin/sh"), ("/tmp", 126, "folder"),
                                  ("./lost", 127, "interpreter"), ("./small", 126, "32 bits")):
        done = trace(program)
        assert done.returncode == status, (program, done)
        says(done, word)
    done = trace("--with", "sh -c 'exit 3'", "true")
    assert done.returncode == 1
    says(done, "ended before it listened")


def followed_itself():
    """Where ptrace is not to be had, one sentence says what to change."""
    if shutil.which("strace") is None:
        print("skipped: no strace here")
        return
    done = trace("true", before=["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-e", "trace=none", "-o", "/dev/null"])
    assert done.returncode == 126, done
    says(done, "followed itself", "Start it without")


def ending():
    for status in (0, 1, 77, 255):
        assert trace("--quiet", "sh", "-c", f"cat; exit {status}", input="as it is").stdout == "as it is"
        assert trace("--quiet", "sh", "-c", f"exit {status}").returncode == status
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGUSR1):
        done = trace("./program", "signal", str(int(number)))
        assert done.returncode == -number, done
        says(done, f"ended by {number.name}", "socketpair")
    done = trace("./program", "pipe")
    assert done.returncode == -signal.SIGPIPE
    says(done, "SIGPIPE came with it")


def reckless():
    done = trace("./program", "closes")
    assert done.returncode == 9, done
    says(done, "EBADF", "Look for where it was closed")
    done = trace("--json", "threads.json", "./program", "threads", "10000")
    assert done.returncode == 0
    with open("threads.json", encoding="utf-8") as file:
        events = json.load(file)["events"]
    assert max(event.get("thread", 0) for event in events) == 10001
    assert sum(event.get("call") == "socketpair" for event in events) == 10001
    done = trace("./program", "much")
    assert done.returncode == 0
    says(done, "65536")
    assert done.stderr.count("\n") < 2000, done.stderr.count("\n")  # what repeats is folded, or left out


def begetting():
    """Processes that beget others faster than they are told to end come to an end all the same."""
    with subprocess.Popen([SOCKRATES, "trace", "--quiet", "./program", "begets"], stderr=subprocess.PIPE, text=True) as run:
        assert "Ctrl-C ends" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    assert run.returncode == 0, run.returncode


def kept_elsewhere():
    """What is to be kept may go to a pipe, and a device stays what it is."""
    done = trace("--quiet", "--svg", "-", "./program", "pipe")
    assert done.stdout.startswith("<svg") and done.stdout.endswith("</svg>\n"), done
    os.mkfifo("fifo")
    with subprocess.Popen(["cat", "fifo"], stdout=subprocess.PIPE, text=True) as reader:
        trace("--quiet", "--json", "fifo", "./program", "pipe")
        said, _ = reader.communicate(timeout=30)
    assert json.loads(said)["events"] and stat.S_ISFIFO(os.stat("fifo").st_mode), said


def passed_on():
    """A socket that another process is given in a message is the same one there; it is open while it travels."""
    done = trace(PYTHON, "-c", PASSING)
    joined = [line for line in done.stderr.splitlines() if re.search(r"recv\(\) = \d ◀.*│ (send|close)\(", line)]
    assert done.stdout == "b'from afar' b''\n" and len(joined) == 2, done
    assert "from afar" in joined[0] and " end " in joined[1], joined


def quiet_about_itself():
    """What the C library does to look up a name is its own; what the program does, is not, even if it is the same."""
    done = trace("--calls", PYTHON, "-c", LOOKUP)
    names = [line.split("(")[0] for line in done.stderr.splitlines() if line and not line.startswith("epoll")]
    assert names[:3] == ["socket", "connect", "getsockname"] and names.count("socket") == 1, done.stderr
    assert trace("--calls", "--all", PYTHON, "-c", LOOKUP).stderr.count("socket(") > 1
    says(trace(PYTHON, "-c", LOOKUP), "of the C library's own")
    assert trace("./program", "ring").stderr.count("io_uring") == 1


def lines_of_source():
    """The line of the program that wanted the call, in C with -g and in the Pythons whose structures are known."""
    calls = [line for line in trace("--calls", "./program", "pipe").stderr.splitlines() if "= " in line]
    source = PROGRAM.splitlines()
    for call in calls:
        line = int(call.split("line ")[1].split()[0])
        assert call.split("(")[0] + "(" in source[line - 1], (call, source[line - 1])
    assert len(calls) == 3, calls
    for python in PYTHON, *glob.glob(os.path.expanduser(f"~{getpass.getuser()}/.pyenv/versions/3.1[123]*/bin/python3")):
        known = subprocess.run([python, "-c", "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))"], check=False)
        if known.returncode != 0:
            print(f"skipped: lines of {python}")
            continue
        with open("lines.py", "w", encoding="utf-8") as file:
            file.write(LINES)
        said = trace("--calls", python, "lines.py").stderr
        for call, line in (("sendto", 0), ("send(", 12), ("socketpair", 4), ("recv(", 8)):
            found = [text for text in said.splitlines() if text.startswith(call)]
            assert all(f"line {line}" in text for text in found) and (found or line == 0), (python, call, said)


def ordinary():
    """The same without privilege."""
    if os.geteuid() == 0:
        os.chmod(".", 0o755)
        before = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        if subprocess.run([*before, SOCKRATES, "--version"], capture_output=True, check=False).returncode != 0:
            print("skipped: nobody else can run what was built here")
            return
        done = trace("./program", "pipe", before=before)
        assert done.returncode == -signal.SIGPIPE, done
        says(done, "SIGPIPE came with it")
        done = trace("--quiet", "su", "--version", before=before)
        says(done, "runs without")
        done = trace("./program", "shut", before=before)
        assert done.returncode == 0 and "secret" not in done.stderr, done
        says(done, "nobody look into its memory", "write() = 6")


def at_a_terminal():
    def spawn(*words):
        return pexpect.spawn(SOCKRATES, ["trace", *words], encoding="utf-8", dimensions=(40, 100), timeout=30)

    run = spawn(PYTHON, "-c", ENDLESS)
    run.expect("ready")
    run.send("\x03")
    run.expect("caught 1")
    run.send("\x03")
    run.expect("caught 2")
    run.expect("ends with status 5")
    run.expect(pexpect.EOF)
    run.close()
    assert run.exitstatus == 5
    run = spawn("--with", f"srv: {PYTHON} -c '{SERVING}'", PYTHON, "-c", ASKING)
    run.expect("ready ")
    run.send("\x03")
    run.expect("AGAIN")  # the server is not who Ctrl-C is for
    run.sendline("input")
    run.expect("got input")
    run.expect("is ended")
    run.expect(pexpect.EOF)
    run = spawn("sh", "-c", "sleep 1000 & echo started")
    run.expect("runs on; Ctrl-C ends it")
    run.send("\x03")
    run.expect(pexpect.EOF)
    run.close()
    assert run.exitstatus == 0
    shell = pexpect.spawn("sh", encoding="utf-8", timeout=30, env={**os.environ, "PS1": "> ", "ENV": ""})
    shell.expect("> ")
    shell.sendline(f"{SOCKRATES} trace --quiet {PYTHON} raw.py; stty -a | grep -o ' .\\?icanon'; echo done")
    shell.expect("raw\r?\n")
    shell.send("x")
    shell.expect(" icanon")
    shell.expect("done")
    shell.close(force=True)


def at_once():
    """SIGTERM comes to us alone: the program gets it, and the picture is drawn."""
    with subprocess.Popen([SOCKRATES, "trace", PYTHON, "-c", ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as run:
        assert run.stdout.readline() == "ready\n"
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=30)
    assert run.returncode == -signal.SIGTERM and "ended by SIGTERM" in said, (run.returncode, said)


first = trace("--quiet", "true")
if "ptrace" in first.stderr:
    print("skipped:", first.stderr)
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("raw.py", "w", encoding="utf-8") as file:
        file.write(RAW)
    with open("program.c", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    subprocess.run(["cc", "-g", "-O1", "-D_GNU_SOURCE", "-pthread", "-o", "program", "program.c"], check=True)
    for test in starting, followed_itself, ending, reckless, begetting, passed_on, kept_elsewhere, quiet_about_itself, lines_of_source, ordinary, at_a_terminal, at_once:
        begin = time.monotonic()
        test()
        print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
    os.chdir("/")
