"""`sockrates lab`: other people's programs on two hosts, as root and as an ordinary user; what it says, and leaves behind."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOCKRATES = os.environ["SOCKRATES"]
ORDINARY = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=-all"]
PYTHON = "/usr/bin/python3"
os.environ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
SERVER = f"{PYTHON} -m http.server --directory /usr/share/zoneinfo/Etc"


os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # the sanitizer cannot look into the processes of a namespace


def lab(*words, under=(), given="", **more):
    return subprocess.run([*under, SOCKRATES, "lab", *words], input=given, capture_output=True, text=True, timeout=60,
                          check=False, **more)


def expect(done, status, *said):
    """The exit status, and what standard output and error have to say together."""
    everything = done.stdout + done.stderr
    for text in said:
        assert text in everything, f"{done.args}: {text!r} is not in\n{everything}"
    assert done.returncode == status, f"{done.args}: {done.returncode}\n{everything}"
    return done


def script(text):
    return "--", "sh", "-c", text


def the_program_is_itself(under):
    expect(lab(*script("exit 7"), under=under), 7)
    expect(lab(*script("kill -TERM $$"), under=under), -signal.SIGTERM)
    done = lab(*script("cat; echo fault >&2"), under=under, given="said\n")
    assert (done.stdout, done.stderr) == ("said\n", "fault\n"), done
    expect(lab("--", "no-such-program", under=under), 127, "cannot run no-such-program. There is no such program in PATH.")
    expect(lab("--", "/etc/passwd", under=under), 126, "cannot run /etc/passwd. You have no permission to execute it.")
    expect(lab("--", "/etc", under=under), 126, "cannot run /etc. It is a folder.")
    expect(lab("--", "peer", "no-such-program", under=under), 127, "sockrates lab: cannot run no-such-program. There is no such")
    assert "Exit status: the program's own" in lab("--help", under=under).stdout
    done = expect(lab(*script("id -u; pwd; ls -d /proc/$$"), under=under), 0)
    uid = "12345" if under else str(os.geteuid())
    assert done.stdout.splitlines()[:2] == [uid, os.getcwd()], done.stdout


def two_hosts_have_names(under):
    done = expect(lab(*script("hostname; peer hostname; peer me hostname; peer ip -o addr show eth0; getent hosts me"),
                      under=under), 0, "10.0.0.2/24", "fd00::2/64")
    assert done.stdout.split()[:3] == ["me", "peer", "me"], done.stdout
    # A name that is nobody's is answered at once.
    expect(lab("--", PYTHON, "-c", "import socket; print([socket.gethostbyname(n) for n in ('me', 'peer', 'localhost')])\n"
               "try: socket.gethostbyname('www.example.org')\nexcept OSError as e: print('unknown')", under=under), 0,
           "['10.0.0.1', '10.0.0.2', '127.0.0.1']\nunknown")


def a_server_and_a_client(under):
    client = ("import urllib.request, time; begin = time.monotonic(); "
              "print(len(urllib.request.urlopen('http://peer:8000/UTC').read())); print(time.monotonic() - begin >= {})")
    expect(lab("--peer", SERVER, "--", PYTHON, "-c", client.format(0), under=under), 0, "True\n", "GET /UTC")
    expect(lab("--peer", SERVER, "--delay", "50ms", "--", PYTHON, "-c", client.format(0.2), under=under), 0, "True\n")
    expect(lab("--peer", SERVER, "--drop", "syn:1", "--ladder", "--", PYTHON, "-c", client.format(1), under=under), 0,
           "True\n", "SYN again", "SYN+ACK", "FIN", "×")
    # Two servers, of which each is waited for.
    one, two = (f"{PYTHON} -m http.server --directory /usr/share/zoneinfo/Etc {port}" for port in (8001, 8002))
    expect(lab("--peer", one, "--peer", two, *script("peer ss -Htln"), under=under), 0, ":8001", ":8002")


SERVE = """
import socket
listener = socket.create_server(("", 8000))
conn, _ = listener.accept()
conn.sendall(conn.recv(100).upper())
print("then", conn.recv(100), flush=True)
conn.close()
"""
ASK = """
import socket
s = socket.socket()
s.connect(("peer", 8000))
s.sendall(b"hello")
s.recv(100)
s.close()
"""
# What the two programs did, and the packets between them, in the order that is the same in every run. On a busy machine
# a call may come back late: then its begin and its end have rows of their own.
PICTURE = [r"ask\.py  +serve\.py", r"connect\((10\.0\.0\.2:8000)?\)[^×]*─ SYN ─+×", r"─ SYN again ─+▶", r"◀─+ SYN\+ACK ─",
           r"= 4", r"= 5", r"◀─+ \"HELLO\" ─+│ send\(\)", r"close\(\)[^×]*─ FIN ─+▶", r"= 0"]


def scripts(folder):
    os.chmod(folder, 0o755)
    for name, text in (("ask.py", ASK), ("serve.py", SERVE)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def the_other_host_finishes(under):
    """What the last packets bring, although the program on this host has ended before they were there."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        scripts(folder)
        for view in ("--ladder", "--trace"):
            done = expect(lab(view, "--delay", "150ms", "--peer", f"{PYTHON} {folder}/serve.py", "--", PYTHON,
                              f"{folder}/ask.py", under=under), 0, "then b''")
            assert "CLOSING" not in done.stderr, done.stderr


def both_hosts_in_one_picture(under):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        scripts(folder)
        # begun directly, or by a program that makes no calls itself
        for columns, before in (("100", ()), ("60", ()), ("100", ("timeout", "60"))):
            done = expect(lab("--trace", "--drop", "syn:1", "--peer", f"{PYTHON} {folder}/serve.py", "--", *before, PYTHON,
                              f"{folder}/ask.py", under=under, env=os.environ | {"COLUMNS": columns}), 0)
            if "ptrace" in done.stderr and "cannot follow" in done.stderr:
                return print("no ptrace: programs are not followed here")
            at = 0
            for part in PICTURE:
                found = re.compile(part).search(done.stderr, at)
                assert found, f"{part} does not follow in\n{done.stderr}"
                at = found.end() if "ask" not in part else 0
    expect(lab("--trace", *script("exit 7"), under=under), 7)


def rights_are_the_network_s(under):
    bind = "import socket; socket.create_server(('', 80)); socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); print('fine')"
    expect(lab("--", PYTHON, "-c", bind, under=under), 0, "fine")
    if shutil.which("ping"):
        expect(lab("--", "ping", "-c1", "-W5", "peer", under=under), 0, "1 received")


def what_is_wrong_is_said(under):
    for words, said in [(("--loss", "200%"), "--loss is a share such as 5% or 0.05, not '200%'"),
                        (("--delay", "5"), "--delay is a time such as 50ms"),
                        (("--rate", "fast"), "--rate is a rate such as 1mbit"),
                        (("--queue", "0"), "'0' is not a number from 1 to 4096"),
                        (("--drop", "sin:1"), "--drop is packets such as syn:1"),
                        (("--drop", "udp+syn"), "--drop is packets such as syn:1"),
                        (("--drop", "syn:0"), "--drop is packets such as syn:1"),
                        (("--drop", "me+peer"), "--drop is packets such as syn:1"),
                        (("--peer", "true", "--rate", "-1bit"), "--rate is a rate"),
                        (("--dely", "5"), "did you mean '--delay'?"),
                        (("--on", "peer"), "there is no lab around this")]:
        expect(lab(*words, under=under), 2, said)
    expect(lab("--", SOCKRATES, "lab", under=under), 1, "this is a lab already")
    expect(lab("--peer", "exit 3", "--", "true", under=under), 1, "`exit 3` ended before it listened on a port, with exit status 3")
    expect(lab("--save", "/no/such/folder/x", "--", "true", under=under), 1, "cannot write /no/such/folder/x")
    expect(lab("--save", "/no/such/folder/x", *script("exit 5"), under=under), 5, "cannot write")


def captures_open_elsewhere(under):
    if not shutil.which("tshark"):
        return print("no tshark: captures are not read here")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        path = os.path.join(folder, "x.pcapng")
        expect(lab("--save", path, *script("peer true; exec 2>&-; peer sh -c 'exit 0'; bash -c '</dev/tcp/10.0.0.2/9'; true"),
                   under=under), 0)
        read = subprocess.run(["tshark", "-r", path, "-T", "fields", "-e", "tcp.flags.str"], capture_output=True, text=True,
                              timeout=60, check=False)
        flags = [line.strip("·") for line in read.stdout.split()]
        assert flags == ["S", "A·R"], read


def processes():
    """Of this test's own session: leftovers gives each test one."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if "31415" in line and "ps -eo" not in line]


def nothing_is_left(under):
    hidden = script("(setsid sleep 31415.1 &) ; sleep 31415.2 & echo ready")
    expect(lab("--peer", "nc -lk 31415 || sleep 31415.3", *hidden, under=under), 0, "ready")
    assert not processes(), processes()
    with subprocess.Popen([*under, SOCKRATES, "lab", *script("(setsid sleep 31415.4 &); echo ready; exec sleep 31415.5")],
                          stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        running.kill()
    until = time.monotonic() + 10
    while processes() and time.monotonic() < until:
        os.sched_yield()
    assert not processes(), processes()


def who_ends_it_ends_the_program(under):
    with subprocess.Popen([*under, SOCKRATES, "lab", *script("trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.05; done")],
                          stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "ready\n"
        # setpriv, if there is one, became the program.
        running.terminate()
        assert running.stdout.read() == "told\n"
        assert running.wait(20) == 9


TESTS = [the_program_is_itself, two_hosts_have_names, a_server_and_a_client, the_other_host_finishes, both_hosts_in_one_picture,
         rights_are_the_network_s, what_is_wrong_is_said, captures_open_elsewhere, nothing_is_left, who_ends_it_ends_the_program]

said = lab("--", "true")
if "no private network" in said.stderr:
    print(said.stderr)
    sys.exit(1 if os.environ.get("CI") else 77)
for test in TESTS:
    test([])
    if os.geteuid() == 0:
        test(ORDINARY)
