"""Programs made from a script say what was meant, not what looks like it; and they run."""
import os
import shutil
import subprocess
import tempfile

SOCKRATES = os.environ["SOCKRATES"]

# A script; what its program must hold, in Python and in C.
SCRIPTS = {
    "an answer to another peer than the one heard last": (
        """
        local b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        b:bind("127.0.0.1", 45017) b:settimeout(0.5)
        local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s:bind("127.0.0.1", 45018) s:settimeout(0.5)
        local a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        a:sendto("from a", {"127.0.0.1", 45018})
        s:recvfrom(20)
        s:sendto("for b", {"127.0.0.1", 45017})
        b:recv(20)
        """,
        '.sendto(b"for b", ("127.0.0.1", 45017))',
        'internet("127.0.0.1", 45017)',
    ),
    "an answer to the one heard last": (
        """
        local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s:bind("127.0.0.1", 0) s:settimeout(0.5)
        local a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        a:sendto("ping", s:getsockname())
        local _, whom = s:recvfrom(20)
        s:sendto("pong", whom)
        a:recv(20)
        """,
        '.sendto(b"pong", from_whom)',
        '&from.bytes, from.length);',
    ),
    "a listener at every address, met at one": (
        """
        local l = socket.socket(); l:bind("", 0) l:listen()
        local c = socket.socket(); c:connect("127.0.0.2", l:getsockname()[2])
        assert(c:getpeername()[1] == "127.0.0.2")
        """,
        '.connect(("127.0.0.2", ',
        'internet("127.0.0.2", port_of(&',
    ),
    "an IPv6 address with its interface": (
        """
        local s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s:bind({"::1", 0, 0, 1})
        """,
        '.bind(("::1", 0, 0, 1))',
        'internet6("::1", 0, 0, 1)',
    ),
    "sockets in tables, by their fields": (
        """
        local t, Client = {}, {}
        t.server = socket.create_server{"127.0.0.1", 0}
        t.client = socket.socket() t.client:connect(t.server:getsockname())
        Client.__index = Client
        function Client:hear() self.heard:settimeout(1) return self.heard:recv(1) end
        local us = {setmetatable({heard = t.server:accept()}, Client)}
        t.client:send("x") us[1]:hear()
        local list = {socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)}
        for _, d in ipairs(list) do d:settimeout(1) end
        list[2]:bind("127.0.0.1", 0)
        """,
        'client.connect(server_address)\nheard, from_whom = server.accept()\nclient.send(b"x")\nheard.settimeout(1)',
        'count = send(client, "x", 1, 0);',
    ),
    "sockets in a list, by its name and their place": (
        """
        local list = {socket.socket(), socket.socket()}
        list[1]:settimeout(1) list[2]:bind("127.0.0.1", 0)
        """,
        'list1.settimeout(1)\nlist2.bind(("127.0.0.1", 0))',
        'bind(list2, ',
    ),
    "sockets of a peer, as it calls them": (
        """
        local p = lab.peer(function(l)
            local guest = l:accept()
            guest:sendall(guest:recv(5))
            guest:close()
        end)
        local s = socket.create_connection(p.address)
        s:sendall("hello") s:recv(5) s:recv(5)
        """,
        'guest, from_whom = listener.accept()\n    data = guest.recv(5)',
        'count = recv(guest, ',
    ),
    "a signal to oneself": (
        """
        local a, b = socket.socketpair()
        b:settimeout(5)
        signal.signal(signal.SIGUSR1, function() a:send("x") end)
        os.kill(os.getpid(), signal.SIGUSR1)
        b:recv(5)
        os.kill(os.getpid(), 0)
        """,
        "os.kill(os.getpid(), signal.SIGUSR1)\n",
        "if (kill(getpid(), SIGUSR1) < 0)",
    ),
    "a socket that a peer only makes": (
        """
        local p = lab.peer(function(l)
            local guest = l:accept()
            spare = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            guest:sendall("x")
        end)
        local s = socket.create_connection(p.address)
        s:recv(5) s:recv(5)
        """,
        "    spare = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n",
        "int guest, spare;",
    ),
    "variables as the script calls them, where the language can": (
        """
        local left, right = socket.socketpair()
        left:send("one")
        local send = right:dup()
        send:recv(9)
        right:close()
        """,
        "\nsend = right.dup()",
        "int left, right, send_;",
    ),
    "a function that tells an error by its number": (
        """
        local s = socket.socket()
        print(s:connect_ex(lab.refused().address))
        """,
        '\nprint(s.connect_ex(',
        'perror("connect");',
    ),
    "a server and a connection in one call each": (
        """
        local l = socket.create_server({"127.0.0.1", 0}, {backlog = 3})
        l:settimeout(5)
        local client = socket.create_connection(l:getsockname(), 2)
        local conn = l:accept()
        conn:sendall("all of it")
        client:recv(9)
        """,
        'l = socket.create_server(("127.0.0.1", 0), backlog=3)\n',
        "l = socket(AF_INET, SOCK_STREAM, 0);",
    ),
    "a connection that fails": (
        """
        pcall(socket.create_connection, lab.refused().address)
        """,
        'except ConnectionRefusedError as error:\n    print("create_connection:", repr(error))',
        'perror("connect");',
    ),
    "all of what is sent": (
        """
        local left, right = socket.socketpair()
        left:setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4608)
        local peer = lab.peer(function() end)
        left:settimeout(0.1)
        pcall(left.sendall, left, ("x"):rep(100000))
        """,
        'except TimeoutError as error:\n    print("sendall:", repr(error))',
        "with_dots(",
    ),
    "what the script printed, where it did": (
        """
        local left, right = socket.socketpair()
        print("so it begins")
        left:send("through and through")
        print(right:recv(100))
        left:send("not shown")
        right:recv(100)
        io.stdout:write("")
        print("ÄÖÜ", 12345)
        print("ÄÖÜ")
        """,
        'print("so it begins")\nleft.send(b"through and through")\ndata = right.recv(100)\nprint(data.decode())\n'
        'left.send(b"not shown")\ndata = right.recv(100)\nprint("recv:", data)\nprint("ÄÖÜ")\n',
        'puts("so it begins");\n    count = send(left, "through and through", 19, 0);',
    ),
    "what an epoll watches for": (
        """
        local a, b = socket.socketpair()
        local e = select.epoll()
        e:register(a, select.EPOLLIN | select.EPOLLET)
        e:modify(a, select.EPOLLOUT | select.EPOLLONESHOT)
        e:register(b, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        """,
        "select.EPOLLIN | select.EPOLLEXCLUSIVE)",
        "{.events = EPOLLIN|EPOLLEXCLUSIVE, ",
    ),
}


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 0, f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def program(script, language, folder):
    path = os.path.join(folder, "step." + ("c" if language == "c" else "py"))
    with open(path, "w", encoding="utf-8") as file:
        file.write(run(SOCKRATES, "run", "--to", language, "-", input=script))
    return path


for name, (script, python, c) in SCRIPTS.items():
    with tempfile.TemporaryDirectory() as folder:
        made = {language: program(script, language, folder) for language in ("python", "c")}
        for language, wanted in (("python", python), ("c", c)):
            with open(made[language], encoding="utf-8") as file:
                text = file.read()
            assert wanted in text, f"{name}: {wanted} is not in\n{text}"
        printed = run("/usr/bin/python3", made["python"])
        if "printed" in name:
            assert printed == "so it begins\nthrough and through\nrecv: b'not shown'\nÄÖÜ\n", printed
        if shutil.which("gcc"):
            run("gcc", "-Wall", "-Wextra", "-Werror", "-o", os.path.join(folder, "step"), made["c"])
            run(os.path.join(folder, "step"))
