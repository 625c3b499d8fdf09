"""What a wire can do to a connection, as lessons show it: in a real private network, as root and as an ordinary user."""
import os
import subprocess
import sys

SOCKRATES = os.environ["SOCKRATES"]

# Each a session of its own: what it does, what its last expressions are.
DEMONSTRATIONS = {
    "a delay of 50 ms each way": ("""
        lab.wire{delay=0.05}
        local begin = time.monotonic()
        local s = socket.create_connection(lab.echo().address)
        print(time.monotonic() - begin >= 0.1)
    """, "true"),
    "one direction": ("""
        lab.wire{loss=1, to="me"}
        local p, s = lab.echo{family=socket.AF_INET6}, socket.socket(socket.AF_INET6)
        s:settimeout(0.3)
        print(select(2, pcall(s.connect, s, p.address)))
        for _, packet in ipairs(lab.packets()) do print(packet.from, packet.fate) end
    """, "TimeoutError: timed out\nme\tdelivered\npeer\tlost"),
    "the first SYN lost": ("""
        local rule = lab.drop{syn=true, nth=1}
        local p, begin = lab.echo(), time.monotonic()
        local s = socket.create_connection(p.address)
        print(time.monotonic() - begin >= 1, rule:count())
        for _, packet in ipairs(lab.packets()) do print(packet.from, packet.text:match("^[A-Z, ]+"), packet.fate) end
    """, "true\t1\nme\tSYN, \tdropped\nme\tSYN, \tdelivered\npeer\tSYN, ACK, \tdelivered\nme\tACK, \tdelivered"),
    "all lost": ("""
        lab.wire{loss=1}
        local p, s = lab.echo(), socket.socket()
        s:settimeout(0.3)
        print(select(2, pcall(s.connect, s, p.address)))
        for _, packet in ipairs(lab.packets()) do print(packet.from, packet.syn, packet.fate) end
    """, "TimeoutError: timed out\nme\ttrue\tlost"),
    "20 % lost, and the data arrives whole": ("""
        local s = socket.create_connection(lab.echo().address)
        lab.wire{loss=0.2, seed=7}
        local data, got = {}, {}
        for i = 1, 20000 do data[i] = string.char(i % 251) end
        data = table.concat(data)
        s:sendall(data)
        repeat got[#got + 1] = s:recv(65536) until #table.concat(got) == #data
        print(table.concat(got) == data)
        local lost = 0
        for _, packet in ipairs(lab.packets()) do lost = lost + (packet.fate == "lost" and 1 or 0) end
        print(lost > 0)
    """, "true\ntrue"),
    "twice": ("""
        lab.wire{dup=1, to="peer"}
        local p, s = lab.echo{type=socket.SOCK_DGRAM}, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s:sendto("once", p.address)
        print(s:recv(9), s:recv(9))
        for _, packet in ipairs(lab.packets()) do print(packet.from, packet.length, packet.fate) end
    """, "once\tonce\nme\t4\tdelivered\nme\t4\tduplicated\npeer\t4\tdelivered\npeer\t4\tdelivered"),
    "overtaken": ("""
        local rule = lab.hold({data=true, from="me", nth=1}, 0.3)
        local p, s = lab.echo{type=socket.SOCK_DGRAM}, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s:sendto("first", p.address)
        s:sendto("second", p.address)
        print(s:recv(9), s:recv(9), rule:count())
    """, "second\tfirst\t1"),
    "a slow wire with a short queue": ("""
        lab.wire{rate="1kbit", queue=2, to="peer"}
        local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for i = 1, 5 do s:sendto(("x"):rep(58), {"peer", 9}) end
        local fates = {}
        for i, packet in ipairs(lab.packets{proto="udp"}) do fates[i] = packet.fate end
        print(table.concat(fates, " "))
    """, "delivered delivered overflowed overflowed overflowed"),
    "a pulled cable": ("""
        local s = socket.create_connection(lab.echo().address)
        s:setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 300)
        lab.unplug()
        s:sendall("lost")
        print(select(2, pcall(s.recv, s, 9)))
        local packets = lab.packets()
        print(packets[#packets].fate)
        lab.plug()
        print(socket.create_connection(lab.echo().address):fileno() > 0)
    """, "TimeoutError: [Errno 110] Connection timed out\nunplugged\ntrue"),
    "step by step": ("""
        local p, s = lab.echo(), socket.socket()
        lab.pause()
        s:setblocking(false)
        print(errno.errorcode[s:connect_ex(p.address)])
        for i = 1, 3 do
            local packet = lab.step()
            print(packet.from, packet.syn, packet.ack, (pcall(s.getpeername, s)))
        end
        print(lab.step(0.01))
        s:send("now")
        lab.resume()
        s:setblocking(true)
        print(s:recv(9))
    """, "EINPROGRESS\nme\ttrue\tfalse\tfalse\npeer\ttrue\ttrue\ttrue\nme\tfalse\ttrue\ttrue\nnil\nnow"),
    "one seed, one picture": ("""
        local function picture()
            local known = lab.packets()
            local last = #known > 0 and known[#known].number or -1
            lab.wire{loss=0.3, dup=0.2, seed=4}
            local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for i = 1, 40 do s:sendto(("x"):rep(i % 7), {"peer", 9}) end
            local fates = {}
            for _, packet in ipairs(lab.packets{since=last, proto="udp"}) do fates[#fates + 1] = packet.fate end
            return table.concat(fates, " ")
        end
        local first = picture()
        print(first == picture(), first:find("lost") ~= nil, first:find("duplicated") ~= nil)
    """, "true\ttrue\ttrue"),
    "wrong words": ("""
        for _, wrong in ipairs{{"wire", {loss=2}}, {"wire", {rate="fast"}}, {"wire", {to="you"}}, {"wire", {speed=1}}, {"wire", 7},
                               {"wire", {delay=0/0}}, {"wire", {queue=0}}, {"drop", {nth=0}}, {"drop", {proto="x"}},
                               {"drop", {from="me", to="me"}}, {"hold", {}}, {"packets", 1}} do
            local fine, problem = pcall(lab[wrong[1]], wrong[2])
            print(fine, problem.class.__name or tostring(problem):match("^%a+"))
        end
    """, "\n".join(f"false\t{name}Error" for name in "Value Value Value Type Type Value Value Value Value Value Type Type".split())),
    "rules are bounded, and off makes room": ("""
        local first = lab.drop{}
        for i = 2, 64 do lab.drop{} end
        print(select(2, pcall(lab.drop, {})))
        first:off()
        print(lab.drop{}:count(), first:count())
    """, "OSError: 64 rules are in force already; rule:off() ends one\n0\t0"),
    "signals while it waits": ("""
        local p, s, caught = lab.echo(), socket.socket(), 0
        signal.signal(signal.SIGALRM, function()
            caught = caught + 1
            if caught == 1 then print(#lab.packets()) end
            if caught == 2 then s:setblocking(false) s:connect_ex(p.address) signal.setitimer(signal.ITIMER_REAL, 0) end
        end)
        lab.pause()
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        print(lab.step(20).syn, caught)
        signal.signal(signal.SIGALRM, function() error("enough", 0) end)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        print(lab.step(20).ack)
        print(lab.step(20).ack)
        print(pcall(lab.step, 20))
        lab.resume()
    """, "0\ntrue\t2\ntrue\ntrue\nfalse\tenough"),
    "values have names": ("""
        print(select(2, pcall(lab.wire, {0.05})))
        print(select(2, pcall(lab.drop, function() end)))
        print(select(2, pcall(lab.step)))
    """, "TypeError: lab.wire() takes values by name, as in lab.wire{delay=0.05}, not a list\n"
         "TypeError: lab.drop() takes values by name, as in lab.drop{syn=true, nth=1}, not a function\n"
         "OSError: nothing waits at the wire: lab.pause() comes before lab.step()"),
    "how they are shown": ("""
        local rule, s = lab.drop{proto="udp"}, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s:sendto("four", {"peer", 9})
        print(rule, lab.packets()[1])
        rule:off()
        print(rule)
    """, "<rule: 1 packet>\tme > peer  UDP, 4 bytes (dropped)\n<rule: 1 packet>"),
    "a peer gives no orders": ("""
        local p = lab.peer(function(listener)
            local c = listener:accept()
            c:sendall(tostring(select(2, pcall(lab.wire, {}))))
        end)
        print(socket.create_connection(p.address):recv(99))
    """, "OSError: a peer gives the wire no orders; the session that started it does"),
}

ORDINARY = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=-all"]


def run(script, *options, under=()):
    """As lines on standard input; a block makes one chunk of it."""
    done = subprocess.run([*under, SOCKRATES, *options], input=f"do {script} end\n", capture_output=True, text=True,
                          timeout=30, check=False)
    return done.stdout.strip("\n") + done.stderr


def outside():
    for call in ("wire{}", "drop{}", "hold({}, 1)", "unplug()", "plug()", "pause()", "step()", "resume()", "packets()"):
        said = " ".join(run(f"lab.{call}").split())
        assert "OSError: this needs a private network: `sockrates --lab` begins in one" in said, said


def inside(under):
    for name, (script, expected) in DEMONSTRATIONS.items():
        said = run(script, "--lab", under=under)
        assert said == expected, f"{name}:\n--- expected\n{expected}\n--- observed\n{said}"


outside()
said = run("lab.wire{}", "--lab")
if "no private network" in said:
    print(said)
    sys.exit(77)
inside([])
if os.geteuid() == 0:
    inside(ORDINARY)
