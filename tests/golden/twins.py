"""`sockrates check` proves steps in Python and in C: what passes, what does not, and what is said of it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

SOCKRATES = os.environ["SOCKRATES"]
HERE = tempfile.TemporaryDirectory()
os.chdir(HERE.name)
os.chmod(HERE.name, 0o755)

for tool in ("cc", "python3"):
    if shutil.which(tool) is None:
        print(f"skipped: {tool} is not here")
        sys.exit(77)

NO_LAB = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM"]


def check(text, status, *options, under=(), **more):
    with open("a.md", "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([*under, SOCKRATES, "check", *options, "a.md"], capture_output=True, text=True, timeout=120, check=False, **more)
    assert done.returncode == status, f"{text}\nstatus {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def fence(language, code, options=""):
    return f"```{language}{options}\n{code.strip()}\n```\n\n"


def step(lua, python=None, c=None, options=""):
    return fence("lua", lua, options) + (fence("python", python) if python else "") + (fence("c", c) if c else "")


HEADERS = "#include <stdio.h>\n#include <sys/socket.h>\n#include <unistd.h>\n"
TALK = 'echo = lab.echo()\ns = socket.socket()\ns:connect(echo.address)\ns:sendall("hello")\ns:recv(100)'
PYTHON = 'import socket\ns = socket.socket()\ns.connect(echo.address)\ns.sendall(b"hello")\nprint(s.recv(100))'
C = HEADERS + """int s = socket(AF_INET, SOCK_STREAM, 0);
if (connect(s, echo.address, echo.length) == -1)
    perror("connect");
send(s, "hello", 5, 0);
char buffer[100];
printf("%zd\\n", recv(s, buffer, sizeof buffer, 0));"""


def right():
    out = check("# T\n\n" + step(TALK, PYTHON, C) + step("s:close()", "s.close()", "close(s);"), 0)
    assert "2 blocks, 2 the same in Python, 2 the same in C, " in out, out
    report = json.loads(check("# T\n\n" + step(TALK, PYTHON, C) + step("s:close()", "s.close()"), 0, "--json"))
    assert [block["proved"] for block in report["lessons"][0]["blocks"]] == [["python", "c"], ["python"]], report


# What is done in another way, and is the same.
SAME = [
    ("a connect with a timeout, made by hand",
     step("s = socket.socket()\ns:settimeout(5)\necho = lab.echo()\ns:connect(echo.address)",
          "import socket\ns = socket.create_connection(echo.address, 5)",
          "#include <errno.h>\n#include <poll.h>\n#include <fcntl.h>\n" + HEADERS +
          """int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
socklen_t size = sizeof error;
if (connect(s, echo.address, echo.length) == -1 && errno == EINPROGRESS) {
    struct pollfd ready = {.fd = s, .events = POLLOUT};
    poll(&ready, 1, 5000);
    getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size);
}""")),
    ("one that waits in vain",
     step("hole = lab.silent()\ns = socket.socket()\ns:settimeout(0.05)\ns:connect(hole.address)",
          "import socket\ns = socket.socket()\ns.settimeout(0.05)\ns.connect(hole.address)", options=" {error=TimeoutError}")),
    ("receiving in vain",
     step("a, b = socket.socketpair()\na:settimeout(0.05)\na:recv(10)",
          "import socket\na, b = socket.socketpair()\na.settimeout(0.05)\na.recv(10)",
          "#include <poll.h>\n" + HEADERS + """int ends[2];
socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
struct pollfd ready = {.fd = ends[0], .events = POLLIN};
poll(&ready, 1, 50);""", options=" {error=TimeoutError}")),
    ("read and write, and what CPython asks of a socket that it accepted",
     step('l = socket.create_server({"127.0.0.1", 0})\nc = socket.socket()\nc:connect(l:getsockname())\nd = l:accept()\n'
          'd:getsockname()\nd:send("x")\nc:recv(10)',
          'import socket\nl = socket.create_server(("127.0.0.1", 0))\nc = socket.socket()\nc.connect(l.getsockname())\n'
          'd, who = l.accept()\nd.getsockname()\nd.send(b"x")\nc.recv(10)')),
    ("a name that nobody has",
     step('s = socket.socket()\ns:connect("nobody.invalid", 80)', 'import socket\ns = socket.socket()\ns.connect(("nobody.invalid", 80))',
          options=" {error=EAI_NONAME}")),
    ("a closed one", step("a, b = socket.socketpair()\na:close()\na:send('x')", "import socket\na, b = socket.socketpair()\na.close()\na.send(b'x')",
                          options=" {error=EBADF}")),
    ("a socket that only comes and goes", step("s = socket.socket()\ns:close()", "pass", HEADERS + "puts(\"nothing\");")),
    ("a function, and a type", step("s = socket.socket()\ns:listen(3)", None, HEADERS + """
struct pair { int one, other; };

/* A listener. */
static int listener(struct pair both)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    listen(s, both.one + both.other);
    return s;
}

int s = listener((struct pair){1, 2});
printf("%d\\n", s);""") + step("s:close()", None, "close(s);")),
    ("one that ends of itself", step("a, b = socket.socketpair()", "import sys, socket\na, b = socket.socketpair()\nprint(1, file=sys.stderr)")),
    ("hidden ones run", fence("lua", "a, b = socket.socketpair()", " {.hidden}") + fence("python", "import socket\na, b = socket.socketpair()", " {.hidden}") +
     step("a:send('x')", "a.send(b'x')")),
    ("ignored ones do not", fence("lua", "a, b = socket.socketpair()") + fence("python", "1 / 0", " {.ignore}") + fence("c", "no C", " {.ignore}")),
    ("a peer that serves one client only",
     step("p = lab.peer(function(l) l:accept():sendall('once') l:close() end)\ns = socket.create_connection(p.address)\ns:recv(10)",
          "import socket\ns = socket.create_connection(p.address)\ns.recv(10)",
          HEADERS + "char b[10];\nint s = socket(AF_INET, SOCK_STREAM, 0);\nif (connect(s, p.address, p.length) == -1)\n    perror(\"connect\");\n"
          "recv(s, b, 10, 0);")),
    ("peers are set anew", step("p = lab.echo()\none = socket.create_connection(p.address)", "import socket\none = socket.create_connection(p.address)") +
     step("p = lab.echo()\ntwo = socket.create_connection(p.address)\none:close()\ntwo:close()",
          "two = socket.create_connection((p.host, p.port))\none.close()\ntwo.close()")),
]


def same():
    for what, text in SAME:
        out = check("# T\n\n" + text, 0)
        assert "the same in" in out or what.startswith("ignored"), (what, out)


# What is not the same: text, then what is said in lines of the report.
PAIR = "a, b = socket.socketpair()\n"
P_PAIR = "import socket\na, b = socket.socketpair()\n"
WRONG = [
    (step(TALK, PYTHON.replace("hello", "hallo")),
     ["a.md:12: The Python makes other calls than the Lua (- Lua, + Python):", '- send(s1, "hello") = 5', '- recv(s1, 100) = 5 "hello"',
      '+ send(s1, "hallo") = 5', '+ recv(s1, 100) = 5 "hallo"']),
    (step(PAIR + "a:send('x')\nb:send('y')", P_PAIR + "b.send(b'y')\na.send(b'x')"),
     ['- send(s1, "x") = 1', 'send(s2, "y") = 1', '+ send(s1, "x") = 1']),
    (step(PAIR + "a:send('x')\na:close()", P_PAIR + "a.send(b'x')"), ["- close(s1) = 0"]),
    (step(PAIR + "a:send('x')", P_PAIR + "a.send(b'x')\na.close()"), ["+ close(s1) = 0"]),
    (step(PAIR + "a:send('x')\nb:recv(10)", P_PAIR + "a.send(b'x')\nb.recv(11)"), ['- recv(s2, 10) = 1 "x"', '+ recv(s2, 11) = 1 "x"']),
    (step(TALK, None, C.replace("echo.length", "3")), ["SIGPIPE", "connect: Invalid argument", "- connect(s1, echo) = 0", "+ connect(s1, ", "= EINVAL"]),
    (step(PAIR + "a:send('x')", P_PAIR + "a.send(b'x')\nraise ValueError('no')"),
     ["a.md:12: The Python ends in an error, the Lua does not: ValueError: no"]),
    (step("s = socket.socket()\ns:connect(lab.refused().address)", "import socket\nraise TimeoutError()", options=" {error=ECONNREFUSED}"),
     ["The Python ends in another error than the Lua: expected ECONNREFUSED, observed TimeoutError:"]),
    (step(PAIR, P_PAIR + "x = ("), ["a.md:10: The Python ends in an error, the Lua does not: SyntaxError: "]),
    (step(PAIR, None, HEADERS + "int ends[2]\nsocketpair(AF_UNIX, SOCK_STREAM, 0, ends);"), ["The C does not compile cleanly: error: expected"]),
    (step(PAIR, None, HEADERS + "int ends[2], unused;\nsocketpair(AF_UNIX, SOCK_STREAM, 0, ends);"),
     ["a.md:11: The C does not compile cleanly: warning: unused variable"]),
    (step(PAIR, None, "socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0});\nputs(\"\");"),
     ["a.md:9: The C does not compile cleanly: warning: implicit declaration"]),
    (step(PAIR, None, HEADERS + "int ends[2];\nsocketpair(AF_UNIX, SOCK_STREAM, 0, ends);\n*(volatile int *)8 = 1;") +
     step("a:close()", None, "close(ends[0]);"), ["The C program ended in this step: SIGSEGV"]),
    (step(PAIR, None, HEADERS + "puts(\"going\");\n_exit(3);") + step("a:close()", None, "close(3);"),
     ["The C program ended in this step: ", "going"]),
    (step(PAIR, "import os\nos._exit(0)") + step("a:close()", "a.close()"), ["The Python program ended in this step: "]),
    (fence("lua", PAIR, " {timeout=300ms}") + fence("python", P_PAIR + "while True: pass"),
     ["The Python program ended in this step: stopped after 0.3 s"]),
]


def wrong():
    unsaid = ""
    for text, said in WRONG:
        out = check("# T\n\n" + text, 1)
        unsaid += "".join(f"{text}\nnot said: {line}\n{out}" for line in said if line not in out)
    assert not unsaid, unsaid


def missing():
    """Without the tools, and without what blocks need, it is said that nothing was tried."""
    os.makedirs("bin", exist_ok=True)
    here = {**os.environ, "PATH": os.path.abspath("bin")}
    out = check("# T\n\n" + step(TALK, PYTHON, C), 0, env=here)
    assert "Its steps in Python were not tried. python3 is not here." in out, out
    assert "Its steps in C were not tried. cc is not here." in out, out
    report = json.loads(check("# T\n\n" + step(TALK, PYTHON), 0, "--json", env=here))
    assert list(report["lessons"][0]["unproved"]) == ["python"], report
    needs = "# T\n\n" + step(PAIR, P_PAIR) + fence("lua", "a:close()", " {needs=lab}") + fence("python", "a.close()")
    if shutil.which("strace"):
        out = check(needs, 0, under=NO_LAB)
        assert "Its steps in Python were not tried. Needs " in out, out


right()
same()
wrong()
missing()
