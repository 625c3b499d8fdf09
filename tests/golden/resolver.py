"""A name server that does not answer: look-ups are left at once by Ctrl-C and by a handler's error.

Runs in namespaces of its own, where the only name server is a UDP socket that stays silent.
"""
import ctypes
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, f"{os.environ['SOCKRATES_SOURCE']}/tests/screens/support")

PROGRAM = os.environ["SOCKRATES"]
SOON = 0.1  # seconds from the signal to the end of the look-up
TRIES = 5   # the machine may be busy: once is enough

# Each call asks for a name of its own, so that the server knows which one waits.
SCRIPT = """
signal.signal(signal.SIGUSR1, function() error("left", 0) end)
local calls = {
    function() return socket.getaddrinfo("n1.example.com", 80) end,
    function() return socket.gethostbyname("n2.example.com") end,
    function() return socket.gethostbyname_ex("n3.example.com") end,
    function() return socket.gethostbyaddr("192.0.2.4") end,
    function() return socket.getnameinfo({"192.0.2.5", 80}, 0) end,
    function() return socket.getfqdn("n6.example.com") end,
    function() return socket.socket():connect("n7.example.com", 80) end,
    function() return socket.create_connection{"n8.example.com", 80} end,
}
local function lowest()
    local s <close> = socket.socket()
    return s:fileno()
end
local first = lowest()
for i, call in ipairs(calls) do
    local fine, raised = pcall(call)
    assert(not fine and raised == "left", tostring(raised))
    io.write(i, "\\n")
    io.flush()
end
collectgarbage()
assert(lowest() == first, "no descriptor is left")
-- A handler that returns lets the look-up go on.
local count = 0
signal.signal(signal.SIGUSR1, function()
    count = count + 1
    io.write("rang ", count, "\\n")
    io.flush()
    if count == 3 then error("third", 0) end
end)
local fine, raised = pcall(socket.gethostbyname, "n9.example.com")
assert(count == 3 and raised == "third")
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def enter():
    """The same test again, as root of its own little machine."""
    flags = 0x10000000 | 0x00020000 | 0x40000000  # CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        skip(f"namespaces are forbidden here ({os.strerror(ctypes.get_errno())})")
    try:
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    except OSError as error:
        skip(f"a user namespace is of no use here ({error})")
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:3\n"),
                       ("nsswitch.conf", "hosts: files dns\n")):
        path = os.path.join(os.environ["TMPDIR"], name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        done = libc.mount(path.encode(), f"/etc/{name}".encode(), None, 4096, None)  # MS_BIND
        os.remove(path)
        if done != 0:
            skip(f"/etc/{name} cannot be replaced ({os.strerror(ctypes.get_errno())})")


def bring_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh", b"lo", 1 | 64)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(s, 0x8914, request)               # SIOCSIFFLAGS


def wait_for_question(server, number):
    """Somebody has asked for name or address of this number, and waits: nobody answers."""
    wanted = (b"n%d\x07example" % number, b"\x01%d\x012\x010\x03192" % number)
    question = b""
    while not any(name in question for name in wanted):
        assert select.select([server], [], [], 20)[0], f"nobody asked for number {number}"
        question = server.recv(2048)


def check_handlers(server):
    script = subprocess.Popen([PROGRAM, "run", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    script.stdin.write(SCRIPT)
    script.stdin.close()
    took = []
    for number in range(1, 9):
        wait_for_question(server, number)
        begin = time.monotonic()
        script.send_signal(signal.SIGUSR1)
        assert script.stdout.readline() == f"{number}\n"
        took.append(time.monotonic() - begin)
    wait_for_question(server, 9)
    for number in (1, 2, 3):
        script.send_signal(signal.SIGUSR1)
        assert script.stdout.readline() == f"rang {number}\n"
    assert script.wait() == 0
    assert min(took) < SOON, took


def check_other_letters(server):
    """A name beyond ASCII is asked for as domain names are encoded."""
    try:
        ctypes.CDLL("libidn2.so.0")
    except OSError:
        return print("not tried: names beyond ASCII, for which the C library needs libidn2")
    script = subprocess.Popen([PROGRAM, "run", "-"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    script.stdin.write("socket.gethostbyname('b\u00fccher.example')".encode())
    script.stdin.close()
    question = b""
    while b"xn--bcher-kva" not in question:
        assert select.select([server], [], [], 20)[0], "nobody asked for b\u00fccher.example"
        question = server.recv(2048)
    script.kill()
    script.wait()


def time_of_interrupt(server):
    script = subprocess.Popen([PROGRAM, "run", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    script.stdin.write("pcall(socket.gethostbyname, 'n10.example.com')")
    script.stdin.close()
    wait_for_question(server, 10)
    begin = time.monotonic()
    script.send_signal(signal.SIGINT)
    assert script.wait() == 130, script.stderr.read()
    return time.monotonic() - begin


def times_at_the_prompt(server):
    """The same in the tutor: the prompt is back."""
    try:
        from screen import CTRL_C, Person  # pylint: disable=import-outside-toplevel
    except ImportError as missing:
        print(f"not tried: the tutor ({missing})")
        return [0]
    took = []
    with Person("resolver", arguments=["--network"]) as person:
        for number in range(11, 11 + TRIES):
            person.enter(f"socket.gethostbyname('n{number}.example.com')", ready=False)
            wait_for_question(server, number)
            begin, mark = time.monotonic(), len(person.raw)
            person.press(CTRL_C)
            person.until(lambda: "KeyboardInterrupt" in person.raw[mark:], "the end of the call")
            took.append(time.monotonic() - begin)
            person.prompt(mark)
    return took


enter()
bring_up_loopback()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as name_server:
    name_server.bind(("127.0.0.1", 53))
    check_handlers(name_server)
    check_other_letters(name_server)
    times = [time_of_interrupt(name_server) for _ in range(TRIES)]
    tutor = times_at_the_prompt(name_server)
print(f"Ctrl-C is heard after {min(times) * 1000:.1f} ms, in the tutor after {min(tutor) * 1000:.1f} ms")
sys.exit(0 if max(min(times), min(tutor)) < SOON else 1)
