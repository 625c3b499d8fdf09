"""`docs serve` answers its author whatever others do: left behind, slow, many, huge, from elsewhere."""
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

DOCS = os.environ["SOCKRATES_DOCS"]
LIMIT = 15  # seconds that anything may take


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Server:
    def __init__(self, course="course", *options):
        self.arguments = [course, *(options or ["--no-run"])]

    def __enter__(self):
        self.process = subprocess.Popen([DOCS, "serve", *self.arguments, "--no-reference"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()
        assert status == 0, status

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), LIMIT)
        connection.settimeout(LIMIT)
        return connection

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def runs(self):
        """True while a process of the server's runs a lesson."""
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid:
                return True
        return False

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def get(self, path="/", method="GET", **headers):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            client.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                client.putheader(name.replace("_", "-"), value)
            client.endheaders()
            answer = client.getresponse()
            return answer.status, answer.read()
        finally:
            client.close()

    def version(self):
        status, body = self.get("/-/changed?since=")
        assert status == 200, status
        return re.search(rb'"version":(\d+)', body).group(1).decode()

    def until(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what}: {self.descriptors()} descriptors"
            time.sleep(0.05)


def request(path, host="localhost"):
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def left_behind(server):
    """A tab that is closed while it waits gives its descriptor back, without any build."""
    before, version = server.descriptors(), server.version()
    for _ in range(6):
        connections = [server.connect() for _ in range(250)]
        for connection in connections:
            connection.sendall(request(f"/-/changed?since={version}"))
        for connection in connections:
            connection.close()
    server.until(lambda: server.descriptors() <= before + 2, "descriptors that come back")
    assert server.get()[0] == 200


def half_closed(server):
    """One who has said all that he has to say still hears the answer; who would have to wait for it is let go."""
    for path, answer in ("/", b"HTTP/1.1 200"), (f"/-/changed?since={server.version()}", b""):
        with server.connect() as connection:
            connection.sendall(request(path))
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(4096).startswith(answer), path


def those_who_stay(server):
    """Many tabs wait; all hear of the next build."""
    version = server.version()
    tabs = [server.connect() for _ in range(90)]
    for tab in tabs:
        tab.sendall(request(f"/-/changed?since={version}"))
    put("course/a.md", f"# A\n\nChanged after {version}.\n")
    for tab in tabs:
        assert b'"version"' in tab.recv(4096)
        tab.close()
    assert server.version() != version


def slow_ones(server):
    """However many say little or nothing, there is room for one who asks."""
    slow = []
    try:
        for number in range(900):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", server.port))
            slow.append(connection)
        for connection in slow:
            try:
                connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            except OSError:
                pass
        assert server.get()[0] == 200
        assert server.descriptors() < 450, server.descriptors()
        server.until(lambda: server.descriptors() < 250, "the crowd to go")
        assert server.get()[0] == 200
    finally:
        for connection in slow:
            connection.close()


def many_requests(server):
    before, memory = server.descriptors(), server.memory()
    for _ in range(40):
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)
        for _ in range(200):
            client.request("GET", "/a.html")
            answer = client.getresponse()
            assert answer.status == 200 and answer.read()
        client.close()
    for _ in range(2000):
        assert server.get("/index.html")[0] == 200
    server.until(lambda: server.descriptors() <= before + 2, "descriptors that come back")
    assert server.memory() < memory + 20_000, (memory, server.memory())


def huge_ones(server):
    """Headers, addresses and bodies beyond all measure are refused or cut off, and nothing is kept of them."""
    memory = server.memory()
    for begin, more in ((b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"x"), (b"GET /", b"y"), (b"", b"z"),
                        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"A: b\r\n"),
                        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", b"w"),
                        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", b"v")):
        connection = server.connect()
        try:
            connection.sendall(begin)
            for _ in range(256):
                connection.sendall(more * (65536 // len(more)))
        except OSError:
            pass
        connection.close()
    assert server.get()[0] == 200
    assert server.memory() < memory + 20_000, (memory, server.memory())


def other_hosts(server):
    """A page of the net whose name leads here gets nothing to read."""
    for host in ("evil.example", "localhost.evil.example", "localhost:80.evil.example", "127.0.0.1.evil.example", "127.0.0.2",
                 "localhost@evil.example", "[::1].evil", "", "0.0.0.0", f"evil.example:{server.port}", "localhost:80x"):
        assert server.get(Host=host)[0] in (400, 403), host
        assert server.get("/-/changed?since=", Host=host)[0] in (400, 403), host
    for host in ("localhost", f"LocalHost:{server.port}", "127.0.0.1", f"[::1]:{server.port}"):
        assert server.get(Host=host)[0] == 200, host
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 403 " in connection.recv(4096)
    for method in "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW":
        assert server.get(method=method)[0] in (400, 405), method


def ways_out(server):
    put("secret.txt", "not for the world to see")
    ups = ["../" * 12, "..%2f" * 12, "%2e%2e/" * 12, "%2E%2E%2F" * 12, "..\\" * 12, "..%5c" * 12, "..;/" * 12, "%252e%252e/" * 12,
           "a.html/../" + "../" * 12, "//" * 5, "./" * 5, ""]
    for up in ups:
        for path in ("/etc/passwd", "etc/passwd", f"{os.getcwd()[1:]}/secret.txt", "proc/self/environ"):
            status, body = server.get(f"/{up}{path}")
            assert status in (400, 404) and b"root:" not in body and b"not for" not in body, (up, path, status)
    for path in "/.sockrates-site", "/%2esockrates-site", "/a.html/", "/part", "/%ff%fe", "/" + "a/" * 3000:
        assert server.get(path)[0] in (400, 404, 414, 431, 413), path
    status, _ = server.get("/a.html?x=../../etc/passwd#y")
    assert status == 200


def lost_ways(server):
    """A page that is not there has its looks in every folder."""
    for path in "/none.html", "/part/none.html", "/part/of/none.html":
        status, body = server.get(path)
        assert status == 404 and b'href="/assets/style.css"' in body and b'href="/a.html"' in body, (path, body)


def saved_while_running():
    put("slow/a.md", "# A\n\n```lua\ntime.sleep(2)\n```\n")
    with Server("slow", "--jobs", "1") as server:
        server.until(lambda: server.get("/a.html")[0] == 200, "the page")
        server.until(lambda: not server.runs(), "the first run's end")
        put("slow/a.md", "# A\n\n```lua\ntime.sleep(3)\n```\n")
        server.until(server.runs, "the lesson to run")
        put("slow/a.md", "# A\n\nSaved while it ran.\n\n```lua\ntime.sleep(0.1)\n```\n")
        server.until(lambda: b"Saved while it ran" in server.get("/a.html")[1], "what was saved while lessons ran")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"  # memory is measured
    os.environ["TMPDIR"] = os.environ["XDG_CACHE_HOME"] = work
    put("course/a.md", "# A\n\nHello.\n")
    put("course/part/b.md", "# B\n\nHello.\n")
    put("course/SUMMARY.md", "# C\n\n- [A](a.md)\n- [B](part/b.md)\n")
    for test in (left_behind, half_closed, those_who_stay, slow_ones, many_requests, huge_ones, other_hosts, ways_out,
                 lost_ways):
        with Server() as server:
            begin = time.monotonic()
            test(server)
            print(f"{test.__name__}: {time.monotonic() - begin:.1f} s")
    saved_while_running()
    assert not [name for name in os.listdir(work) if name.startswith("sockrates-site")]
    os.chdir("/")
