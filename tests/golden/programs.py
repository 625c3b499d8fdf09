"""Real programs under `sockrates trace`: the same calls with the same results as strace sees, and the same behaviour.

Each program runs twice, once under each, against the same server. What one of them cannot run here is said.
"""
import collections
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

SOCKRATES = os.environ["SOCKRATES"]
PYTHON = "/usr/bin/python3"

# Other names of the same call, and what the kernel calls a function of C.
NAMES = {"sendto": "send", "recvfrom": "recv", "ppoll": "poll", "pselect6": "select", "epoll_pwait": "epoll_wait",
         "dup3": "dup2", "accept4": "accept", "epoll_pwait2": "epoll_wait", "epoll_create": "epoll_create1", "dup": "fcntl"}
# Nothing in these says how often they are made: as often as bytes come.
CHANCE = {"epoll_wait", "poll", "select"}

CLIENT = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5) as s:
    s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    copy = s.dup(); copy.close()
    while s.recv(4096): pass
try: socket.create_connection(("127.0.0.1", 1), timeout=5)
except OSError as e: print(type(e).__name__)
a, b = socket.socketpair()
socket.send_fds(a, [b"x"], [b.fileno()]); data, fds, *_ = socket.recv_fds(b, 10, 1)
passed = socket.socket(fileno=fds[0]); passed.send(b"back"); print(a.recv(10))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"me", u.getsockname())
print(u.recvfrom(100)[0]); u.sendmsg([b"a", b"b"], [], 0, u.getsockname()); print(u.recvmsg(10)[0])
"""
URLLIB = "import sys, urllib.request; print(len(urllib.request.urlopen(f'http://localhost:{sys.argv[1]}/').read()))"
ASYNCIO = """
import asyncio, sys
async def main():
    r, w = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    w.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
    print(len(await r.read()))
    w.close(); await w.wait_closed()
asyncio.run(main())
"""
FORKING = """
import os, socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
if os.fork() == 0:
    s.send(b"GET / HTTP/1.0\\r\\n\\r\\n"); os._exit(0)
os.wait()
while s.recv(4096): pass
"""
RUST = """
use std::io::{Read, Write};
fn main() {
    let port = std::env::args().nth(1).unwrap();
    let mut s = std::net::TcpStream::connect(format!("127.0.0.1:{}", port)).unwrap();
    s.write_all(b"GET / HTTP/1.0\\r\\n\\r\\n").unwrap();
    let mut all = String::new();
    s.read_to_string(&mut all).unwrap();
    println!("{}", all.len());
}
"""
GO = """
package main
import ("fmt"; "io"; "net"; "os")
func main() {
    c, err := net.Dial("tcp", "127.0.0.1:"+os.Args[1])
    if err != nil { panic(err) }
    fmt.Fprintf(c, "GET / HTTP/1.0\\r\\n\\r\\n")
    all, _ := io.ReadAll(c)
    fmt.Println(len(all))
}
"""


def serve(listener):
    """A server of HTTP that always says the same, and then closes."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")
            client.shutdown(socket.SHUT_WR)
            client.recv(4096)


def counted(calls):
    return collections.Counter(call for call in calls if call[0] not in CHANCE)


def seen_by_strace(command):
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(["strace", "-f", "-yy", "-o", log.name, *command], capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL, check=False)
        calls, begun = [], {}
        for line in log:
            process, rest = line.split(None, 1)
            if "<unfinished ...>" in rest:
                begun[process] = rest.split(" <unfinished ...>")[0]
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest, re.S)
            if resumed:
                rest = begun.pop(process) + resumed.group(1)
            made = re.match(r"(\w+)\((.*)\) += (-?(?:0x)?[0-9a-f]+)(?:<[^ ]*>)?(?: ([A-Z]\w+))?", rest, re.S)
            if made is None or made.group(1) in ("execve", "restart_syscall"):
                continue
            name, arguments, result, error = made.groups()
            first = re.match(r"\d+<(TCP|UDP|UNIX|TCPv6|UDPv6|socket|NETLINK)", arguments)
            opens = name in ("socket", "socketpair", "epoll_create1", "epoll_ctl")
            if not (first or opens) or name in ("fstat", "newfstatat", "lseek", "mmap") or "FIOCLEX" in arguments:
                continue
            if name == "ioctl" and "FIONBIO" not in arguments:
                continue
            calls.append((NAMES.get(name, name), int(result, 0), error or ""))
        return done, counted(calls)


def seen_by_us(command):
    done = subprocess.run([SOCKRATES, "trace", "--all", "--quiet", "-o", "/dev/null", "--json", "calls.json", *command],
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
    with open("calls.json", encoding="utf-8") as file:
        events = json.load(file)["events"]
    return done, counted((NAMES.get(event["call"], event["call"]), event["result"], event.get("errno", ""))
                         for event in events if event["kind"] == "call" and event["call"] != "fork")


def compiled(compiler, source, name, *options):
    """The program, or None, said aloud, where there is no compiler."""
    if shutil.which(compiler) is None:
        print(f"skipped: no {compiler} here")
        return None
    with open(name, "w", encoding="utf-8") as file:
        file.write(source)
    home = pwd.getpwuid(os.getuid()).pw_dir  # where rustup keeps what rustc starts
    done = subprocess.run([compiler, *options, name], capture_output=True, text=True, check=False,
                          env={**os.environ, "HOME": home})
    if done.returncode != 0:
        print(f"skipped: {compiler} does not work here: {done.stderr[-200:]}")
        return None
    return os.path.abspath(name.split(".")[0])


def programs(port):
    yield "a client in Python", [PYTHON, "-c", CLIENT, port]
    yield "urllib", [PYTHON, "-c", URLLIB, port]
    yield "asyncio", [PYTHON, "-c", ASYNCIO, port]
    yield "fork", [PYTHON, "-c", FORKING, port]
    for tool, command in (("curl", ["curl", "-s", f"http://127.0.0.1:{port}/"]),
                          ("nc", ["sh", "-c", f"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 {port}"])):
        if shutil.which(tool):
            yield tool, command
        else:
            print(f"skipped: no {tool} here")
    for program in (compiled("rustc", RUST, "rusty.rs", "-g", "-o", "rusty"),
                    compiled("go", GO, "gopher.go", "build", "-o", "gopher")):
        if program:
            yield os.path.basename(program), [program, port]


trouble = []
first = subprocess.run([SOCKRATES, "trace", "--quiet", "true"], capture_output=True, text=True, check=False)
if "ptrace" in first.stderr or shutil.which("strace") is None:
    print("skipped:", first.stderr or "no strace here")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
    os.chdir(folder)
    threading.Thread(target=serve, args=[listener], daemon=True).start()
    for title, command in programs(str(listener.getsockname()[1])):
        theirs, by_strace = seen_by_strace(command)
        ours, by_us = seen_by_us(command)
        if (theirs.returncode, theirs.stdout, theirs.stderr) != (ours.returncode, ours.stdout, ours.stderr):
            trouble.append(f"{title} behaves otherwise: {theirs} {ours}")
        for call in sorted(by_strace.keys() | by_us.keys()):
            if by_strace[call] != by_us[call]:
                trouble.append(f"{title}: {call} {by_strace[call]} times by strace, {by_us[call]} times by us")
        print(f"{title}: {sum(by_us.values())} calls")
    os.chdir("/")
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
