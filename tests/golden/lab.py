"""What a wire can do to a connection, as lessons show it: in a real private network, as root and as an ordinary user."""
import concurrent.futures
import os
import subprocess
import sys
import tempfile

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
        s:settimeout(0.9)
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
    "a rule is a function": ("""
        local p = lab.echo()
        port = p.port
        local rule = lab.drop(function(q) n = (n or 0) + (q.syn and 1 or 0) return q.to_port == port and q.syn and n == 1 end)
        local s = socket.create_connection(p.address)
        s:sendall("hello")
        print(s:recv(9), rule:count(), n)
        rule:off()
        lab.drop(function(q) return q.fin and q.from == "me" end)
        s:shutdown(socket.SHUT_WR)
        s:settimeout(0.05)
        print(select(2, pcall(s.recv, s, 9)))
        local packets = lab.packets()
        print(packets[#packets].fin, packets[#packets].fate)
    """, "hello\t1\tnil\nTimeoutError: timed out\ntrue\tdropped"),
    "a function that holds": ("""
        lab.hold(function(q) return q.payload == "first" end, 0.2)
        local p, s = lab.echo{type=socket.SOCK_DGRAM}, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s:sendto("first", p.address)
        s:sendto("second", p.address)
        print(s:recv(9), s:recv(9), lab.packets()[1].fate)
    """, "second\tfirst\theld"),
    "a function sees what lab.packets() shows": ("""
        local s = socket.create_connection(lab.echo().address)
        lab.drop(function(q)
            if q.length == 0 or q.from ~= "me" then return false end
            local names = {}
            for name, value in pairs(q) do if name ~= "arrival" then names[#names + 1] = name .. "=" .. tostring(value) end end
            table.sort(names)
            error(table.concat(names, " "), 0)
        end)
        s:sendall("look")
        print(s:recv(9))
        for _, q in ipairs(lab.packets()) do
            if q.length > 0 and q.from == "me" then
                local names = {}
                for name, value in pairs(q) do if name ~= "arrival" then names[#names + 1] = name .. "=" .. tostring(value) end end
                table.sort(names)
                print(table.concat(names, " "))
            end
        end
    """, None),
    "a function's chance has a seed": ("""
        local function picture(seed)
            lab.wire{seed=seed}
            local rule = lab.drop(function(q) return math.random(10) <= 3 end)
            local known = lab.packets()
            local s, fates = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), {}
            for i = 1, 40 do s:sendto(("x"):rep(i % 7), {"peer", 9}) end
            for _, q in ipairs(lab.packets{since=#known > 0 and known[#known].number or -1, proto="udp"}) do
                fates[#fates + 1] = q.fate
            end
            rule:off()
            return table.concat(fates, " ")
        end
        local first = picture(4)
        lab.wire{}
        print(first == picture(5), first:find("dropped") ~= nil, first:find("delivered") ~= nil)
    """, "false\ttrue\ttrue"),
    "functions that go wrong let packets pass": ("""
        local s = socket.create_connection(lab.echo().address)
        local rules = {
            lab.drop(function(q) return q.nothing.here end),
            lab.drop(function(q) while true do end end),
            lab.drop(function(q) while true do pcall(function() while true do end end) end end),
            lab.drop(function(q) return (("a"):rep(40)):find(("a*"):rep(40) .. "b") end),
            lab.drop(function(q) local all = {} while true do all[#all + 1] = ("x"):rep(1 << 20) .. #all end end),
            lab.drop(function(q) error({}) end),
            lab.drop(function(q) return socket.socket() end),
        }
        for i = 1, 3 do
            s:sendall("still here")
            print(s:recv(99))
        end
        local dropped = 0
        for _, rule in ipairs(rules) do dropped = dropped + rule:count() end
        print(dropped)
    """, "still here\nstill here\nstill here\n0"
         "sockrates: wire failed: the rule of lab.drop() at input:4: input:4: attempt to index a nil value (field 'nothing'); the packet passes"
         "sockrates: wire failed: the rule of lab.drop() at input:5 does not come to an end; it is not asked any more"
         "sockrates: wire failed: the rule of lab.drop() at input:6 does not come to an end; it is not asked any more"
         "sockrates: wire failed: the rule of lab.drop() at input:7 does not come to an end; it is not asked any more"
         "sockrates: wire failed: the rule of lab.drop() at input:8: not enough memory; the packet passes"
         "sockrates: wire failed: the rule of lab.drop() at input:9: its error is no text; the packet passes"
         "sockrates: wire failed: the rule of lab.drop() at input:10: input:10: attempt to index a nil value (global 'socket'); the packet passes"),
    "functions that cannot be rules": ("""
        local n = 1
        print(select(2, pcall(lab.drop, function(q) n = n + 1 return n == 2 end)))
        print(select(2, pcall(lab.hold, print, 1)))
        print(#lab.packets())
    """, "ValueError: a rule runs in the wire's process and cannot share the local variable `n`: write its value into the "
         "function, or make it a global, of which lab.drop() takes a copy\n"
         "TypeError: lab.hold() takes a function that is written in Lua: the wire has none of the others\n0"),
    "a forged RST": ("""
        local p, s = lab.echo(), socket.socket()
        s:connect(p.address)
        s:sendall("hello")
        print(s:recv(9))
        local forged = lab.inject{from="peer", rst=true}
        print(forged, forged.seq, forged.fate, forged.to_port == s:getsockname()[2])
        print(select(2, pcall(s.recv, s, 9)))
    """, "hello\npeer > me  RST, seq 6, win 65536 (forged)\t6\tinjected\ttrue\n"
         "ConnectionResetError: [Errno 104] Connection reset by peer"),
    "a forged RST out of the window is nothing": ("""
        local s = socket.create_connection(lab.echo().address)
        lab.inject{from="peer", rst=true, seq=4000000}
        s:sendall("still here")
        print(s:recv(99))
    """, "still here"),
    "a forged packet has the addresses and the window of its connection": ("""
        for _, options in ipairs{{arp=true}, {family=socket.AF_INET6}} do
            local p, s = lab.echo(options), socket.socket(options.family or socket.AF_INET)
            s:connect(p.address)
            local forged = lab.inject{from="peer", rst=true}
            print(forged.seq, forged.window <= 65535, select(2, pcall(s.recv, s, 9)))
        end
    """, "1\ttrue\tConnectionResetError: [Errno 104] Connection reset by peer\n"
         "1\ttrue\tConnectionResetError: [Errno 104] Connection reset by peer"),
    "forged data arrives, and the packet's own copy does nothing": ("""
        local s = socket.create_connection(lab.echo().address)
        lab.inject{from="peer", psh=true, ack=true, payload="forged"}
        print(s:recv(9))
        for _, packet in ipairs(lab.packets{proto="tcp"}) do lab.inject(packet) end
        s:settimeout(0.05)
        print(select(2, pcall(s.recv, s, 9)))
    """, "forged\nTimeoutError: timed out"),
    "forged datagrams and ICMP, version 4 and 6": ("""
        for _, family in ipairs{socket.AF_INET, socket.AF_INET6} do
            local p, s = lab.echo{type=socket.SOCK_DGRAM, family=family}, socket.socket(family, socket.SOCK_DGRAM)
            s:connect(p.address)
            s:send("real")
            print(s:recv(9))
            lab.inject{from="peer", proto="udp", family=family, payload="forged"}
            print(s:recv(9))
            local four = family == socket.AF_INET
            print(lab.inject{from="peer", proto="icmp", family=family, type=four and 3 or 1, code=four and 3 or 4}.text)
            print(select(2, pcall(s.recv, s, 9)))
        end
    """, "\n".join(["real", "forged", "ICMP port unreachable (forged)",
                    "ConnectionRefusedError: [Errno 111] Connection refused"] * 2)),
    "an echo request by its bytes": ("""
        local request = string.pack(">BBHHHBBHI4I4", 0x45, 0, 28, 0, 0, 64, 1, 0x66df, 0x0a000001, 0x0a000002)
        request = request .. string.pack(">BBHHH", 8, 0, 0xf7ff, 0, 0)
        lab.inject{from="me", raw=request}
        print(lab.inject{from="me", proto="icmp"})
        time.sleep(0.05)
        for _, packet in ipairs(lab.packets()) do print(packet) end
    """, "me > peer  ICMP echo request (forged)\nme > peer  ICMP echo request (forged)\npeer > me  ICMP echo reply\n"
         "me > peer  ICMP echo request (forged)\npeer > me  ICMP echo reply"),
    "what cannot be forged": ("""
        for _, wrong in ipairs{{rst=true}, {from="me", to="me"}, {from="me", rst=true}, {from="me", proto="arp"},
                               {from="me", from_port=1, to_port=70000}, {from="me", from_port=1, to_port=2, seq=1.5},
                               {from="me", from_port=1, to_port=2, payload=("x"):rep(1500)}, {from="me", speed=1},
                               {from="me", raw=""}, {from="me", proto="icmp", type=3}, {from="me", family=1}} do
            print((tostring(select(2, pcall(lab.inject, wrong)))))
        end
    """, 'ValueError: from says which host seems to send it: "me" or "peer"\nValueError: no packet goes from me to me\n'
         "ValueError: no packet was seen whose ports it could have: from_port and to_port are needed\n"
         "ValueError: a packet of TCP, UDP or ICMP can be made; others by their bytes, raw=\n"
         "ValueError: to_port lies between 0 and 65535\nTypeError: seq is a whole number, not a fraction\n"
         "ValueError: a packet has up to 1500 bytes, headers included\nTypeError: lab.inject() knows no argument 'speed'; try :help lab.inject\n"
         "ValueError: a packet has up to 1500 bytes, headers included\n"
         "ValueError: this message of ICMP is about a packet: name it, as in about=lab.packets()[1]\n"
         "ValueError: family is socket.AF_INET or socket.AF_INET6"),
    "sockets of both hosts": ("""
        local p = lab.peer(function(listener) listener:accept():recv(1) end)
        local s = socket.create_connection(p.address)
        local function state(host)
            for _, row in ipairs(lab.sockets()) do
                if row.host == host and row.raddr then return row.state, row.recv_q, row.send_q end
            end
        end
        print(state("me"))
        s:sendall("more than one")
        s:close()
        local until_ = time.monotonic() + 5
        while state("me") ~= "TIME-WAIT" and state("peer") ~= "TIME-WAIT" and time.monotonic() < until_ do time.sleep(0.01) end
        print(state("me") or "gone")
    """, "ESTABLISHED\t0\t0\ngone"),
    "both queues of a listener": ("""
        local p = lab.peer(function(listener) time.sleep(100) end, {backlog=1})
        local clients, states = {}, {}
        for i = 1, 2 do clients[i] = socket.create_connection(p.address) end
        lab.drop{ack=true, syn=false, from="me"}
        local half = socket.socket()
        half:setblocking(false)
        half:connect_ex(p.address)
        time.sleep(0.1)
        for _, row in ipairs(lab.sockets{info=true}) do
            if row.state == "LISTEN" then print(row.host, row.recv_q, row.send_q, row.rtt) end
            if row.host == "me" then states[#states + 1] = row.state .. (row.rto > 0 and row.cwnd > 0 and "" or "?") end
        end
        table.sort(states)
        print(table.concat(states, " "))
    """, "peer\t2\t1\tnil\nESTABLISHED ESTABLISHED SYN-SENT"),
    "a client whose last ACK is lost": ("""
        local p = lab.echo()
        lab.drop{ack=true, syn=false, from="me"}
        local s = socket.create_connection(p.address)
        local states = {}
        for _, row in ipairs(lab.sockets()) do states[#states + 1] = row.host .. " " .. row.state end
        table.sort(states)
        print(table.concat(states, ", "))
    """, "me ESTABLISHED, peer LISTEN, peer SYN-RECV"),
    "no programs and no files in a session": ("""
        print(tostring(select(2, pcall(lab.run, "true"))):match("%a+"), tostring(select(2, pcall(lab.save, "x"))):match("%a+"))
    """, "PermissionError\tPermissionError"),
    "handshake, echo, half-close, close": ("""
        local p = lab.peer(function(listener)
            local c = listener:accept()
            c:sendall(c:recv(9))
            assert(c:recv(9) == "")
            c:sendall("bye")
            c:close()
        end)
        local s = socket.create_connection(p.address)
        s:sendall("hello")
        print(s:recv(9))
        s:shutdown(socket.SHUT_WR)
        print(s:recv(9), s:recv(9) == "")
        local seen = {}
        for _, packet in ipairs(lab.packets()) do
            local what = packet.syn and "SYN" or packet.fin and "FIN" or packet.length > 0 and packet.payload
            if what then seen[#seen + 1] = packet.from .. " " .. what .. (packet.syn and packet.ack and "+ACK" or "") end
        end
        print(table.concat(seen, ", "))
    """, "hello\nbye\ttrue\nme SYN, peer SYN+ACK, me hello, peer hello, me FIN, peer bye, peer FIN"),
    "refused by a RST": ("""
        local s = socket.socket()
        print(errno.errorcode[s:connect_ex(lab.refused().address)])
        for _, packet in ipairs(lab.packets()) do print(packet.from, packet.syn, packet.rst) end
    """, "ECONNREFUSED\nme\ttrue\tfalse\npeer\tfalse\ttrue"),
    "refused by ICMP, version 4 and 6": ("""
        for _, family in ipairs{socket.AF_INET, socket.AF_INET6} do
            local s = socket.socket(family, socket.SOCK_DGRAM)
            s:connect({"peer", 9})
            s:send("anybody?")
            s:settimeout(5)
            print(select(2, pcall(s.recv, s, 9)))
        end
        for _, packet in ipairs(lab.packets{proto="icmp"}) do print(packet, packet.type, packet.code) end
    """, "ConnectionRefusedError: [Errno 111] Connection refused\n" * 2
         + "peer > me  ICMP port unreachable\t3\t3\npeer > me  ICMP port unreachable\t1\t4"),
    "no room: a window of zero": ("""
        local p = lab.peer(function(listener)
            listener:setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            local c = listener:accept()
            time.sleep(100)
        end)
        local s = socket.create_connection(p.address)
        s:setblocking(false)
        local shut, until_ = false, time.monotonic() + 10
        while not shut and time.monotonic() < until_ do
            pcall(s.send, s, ("x"):rep(65536))
            for _, packet in ipairs(lab.packets()) do
                shut = shut or (packet.from == "peer" and packet.window == 0 and packet.text:find("no room") ~= nil)
            end
        end
        print(shut)
    """, "true"),
    "a RST by SO_LINGER 0": ("""
        local p = lab.peer(function(listener)
            local c = listener:accept()
            c:recv(1)
            c:setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, string.pack("ii", 1, 0))
            c:close()
        end)
        local s = socket.create_connection(p.address)
        s:sendall("x")
        print(select(2, pcall(s.recv, s, 9)))
        local packets = lab.packets()
        print(packets[#packets].from, packets[#packets].rst)
    """, "ConnectionResetError: [Errno 104] Connection reset by peer\npeer\ttrue"),
    "both connect at once": ("""
        local p = lab.peer(function(listener)
            listener:accept():recv(1)
            local s = socket.socket()
            s:bind({"peer", 7001})
            s:connect({"me", 7001})
            s:sendall("peer")
        end)
        local s, go = socket.socket(), socket.create_connection(p.address)
        local function asking()
            local count = 0
            for _, packet in ipairs(lab.packets()) do count = count + (packet.syn and packet.from_port == 7001 and 1 or 0) end
            return count
        end
        s:bind({"me", 7001})
        s:setblocking(false)
        lab.pause()
        go:send("!")
        s:connect_ex({"peer", 7001})
        lab.step()
        repeat time.sleep(0.001) until asking() == 2
        lab.resume()
        s:setblocking(true)
        print(s:recv(9))
        local from = {}
        for _, packet in ipairs(lab.packets()) do
            if packet.syn and packet.from_port == 7001 then from[packet.from .. (packet.ack and " SYN+ACK" or " SYN")] = true end
        end
        print(from["me SYN"], from["peer SYN"], from["me SYN+ACK"], from["peer SYN+ACK"])
    """, "peer\ttrue\ttrue\ttrue\ttrue".replace("peer\t", "peer\n")),
    "an echo request by a raw socket": ("""
        local s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        s:sendto(string.pack(">BBHHH", 8, 0, 0xf7fd, 0, 2), {"peer", 0})
        s:settimeout(5)
        local reply = s:recv(99)
        print(#reply, reply:byte(21))
        for _, packet in ipairs(lab.packets()) do print(packet) end
    """, "28\t0\nme > peer  ICMP echo request\npeer > me  ICMP echo reply"),
    "a web server": ("""
        local s = socket.create_connection(lab.web().address)
        s:sendall("GET /hello.txt HTTP/1.1\\r\\nHost: peer\\r\\nConnection: close\\r\\n\\r\\n")
        local answer = ""
        repeat local part = s:recv(999) answer = answer .. part until part == ""
        print(answer:match("HTTP/1.1 %d+"), (answer:match("Hello from.*"):gsub("\\n", "")))
    """, "HTTP/1.1 200\tHello from a small web server."),
    "ARP where it is asked for": ("""
        local s = socket.create_connection(lab.echo{arp=true}.address)
        local after = lab.packets()
        print(s:getpeername()[1])
        for i = 1, 3 do print(after[i].from, after[i].proto, after[i].text:sub(1, 25)) end
        socket.create_connection(lab.echo{arp=true}.address)
        print(#lab.packets{proto="arp"})
        print(select(2, pcall(lab.echo, {arp=true, family=socket.AF_INET6})))
    """, "10.0.0.3\nme\tarp\tARP, who has 10.0.0.3?\npeer\tarp\tARP, 10.0.0.3 is here\nme\ttcp\tSYN, seq 0, win 64240, ms\n2\n"
         "ValueError: arp is a question of IPv4: it goes with AF_INET only"),
    "values have names": ("""
        print(select(2, pcall(lab.wire, {0.05})))
        print(select(2, pcall(lab.drop, 7)))
        print(select(2, pcall(lab.step)))
        print(select(2, pcall(lab.drop, {syn="yes"})))
        print(select(2, pcall(lab.drop, {proto="udp", syn=true})))
        print(select(2, pcall(lab.relay, {to=1})))
        print(select(2, pcall(lab.relay, {to={"peer"}})))
    """, "TypeError: lab.wire() takes values by name, as in lab.wire{delay=0.05}, not a list\n"
         "TypeError: lab.drop() takes values by name, as in lab.drop{syn=true, nth=1}, not a number\n"
         "OSError: nothing waits at the wire: lab.pause() comes before lab.step()\n"
         "TypeError: syn takes true or false, not a string\nValueError: only packets of TCP have such a flag: no other fits\n"
         "TypeError: to is a peer, or an address {host, port}, not a number\n"
         "TypeError: to is a peer, or an address {host, port}, not a table"),
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


def same_words(said):
    """What a function was given, as its error tells it, is what the list shows afterwards."""
    listed, _, told = said.removeprefix("look\n").partition("sockrates: wire failed")
    assert len(listed.split("=")) > 20 and "".join(listed.split()) in "".join(told.split()), said


def outside():
    for call in ("wire{}", "drop{}", "hold({}, 1)", "unplug()", "plug()", "pause()", "step()", "resume()", "packets()",
                 "inject{from='me'}", "sockets()"):
        said = " ".join(run(f"lab.{call}").split())
        assert "OSError: this needs a private network: `sockrates --lab` begins in one" in said, said


def inside(under):
    with concurrent.futures.ThreadPoolExecutor(4) as several:
        done = {name: several.submit(run, script, "--lab", under=under) for name, (script, _) in DEMONSTRATIONS.items()}
    for name, (_, expected) in DEMONSTRATIONS.items():
        said = done[name].result()
        if expected is None:
            same_words(said)
            continue
        if "wire failed" in expected:  # told at the width of the screen
            said, expected = ("".join(text.split()) for text in (said, expected))
        assert said == expected, f"{name}:\n--- expected\n{expected}\n--- observed\n{said}"


def script(under):
    """A script may run programs and write files."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        lines = f"""
            local s = socket.create_connection(lab.echo().address)
            local out, status = lab.run("echo out; echo err >&2; exit 3")
            print((out:gsub("\\n", " ")) .. status, select(2, lab.run("kill -9 $$")), (lab.run("cat /proc/net/tcp | wc -l")))
            print(pcall(lab.run, "true", "elsewhere"))
            lab.save("{folder}/x.pcapng")
            print(pcall(lab.save, "{folder}/none/x.pcapng"))
        """
        done = subprocess.run([*under, SOCKRATES, "run", "--lab", "-"], input=lines, capture_output=True, text=True,
                              timeout=30, check=False)
        assert done.stdout + done.stderr == (
            'out err 3\t137\t2\n\nfalse\tValueError: a host is "me" or "peer"\n'
            "false\tFileNotFoundError: [Errno 2] No such file or directory\n"), done
        with open(f"{folder}/x.pcapng", "rb") as file:
            assert file.read(4) == b"\n\r\r\n"


def divided():
    """The parts of a long datagram are between its two sockets, and called what they are."""
    for family, place in ("AF_INET", "10.0.0.2:"), ("AF_INET6", "[fd00::2]:"):
        lines = f"""
            local p = lab.echo{{family=socket.{family}, type=socket.SOCK_DGRAM}}
            local s = socket.socket(socket.{family}, socket.SOCK_DGRAM)
            s:sendto(("x"):rep(4000), p.address)
            s:recv(4000)
        """
        done = subprocess.run([SOCKRATES, "run", "--lab", "--ladder", "-"], input=lines, capture_output=True, text=True,
                              timeout=30, check=False)
        head, below, *rows = done.stderr.splitlines()
        assert head.split() == ["you", "echo"] and below.strip().startswith(place), done
        assert sum(" fragment " in row for row in rows) == 4, done


def nested():
    """A script's lab in a script's is one more network; beside one's own programs it would have hosts of the same names."""
    inner = "print(socket.create_connection(lab.echo().address):getsockname()[1], #lab.packets{proto='tcp'} >= 2)"
    lines = f'print((lab.run([[echo "{inner}" | "$SOCKRATES" run --lab -]])), #lab.packets())'
    done = subprocess.run([SOCKRATES, "run", "--lab", "-"], input=lines, capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.stderr) == ("10.0.0.1\ttrue\n\t0\n", ""), done
    for words in (["lab"], ["--lab"], ["run", "--lab", "-"], ["trace", "--lab", "true"]):
        done = subprocess.run([SOCKRATES, "lab", "--", SOCKRATES, *words], input="", capture_output=True, text=True, timeout=30,
                              check=False)
        assert done.returncode == 1 and "this is a lab already" in done.stderr, done


def alone():
    """Root in a namespace that has nobody else, as some containers do."""
    under = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*under, "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no namespace with one user can be made here")
        return
    said = run("print(socket.create_connection(lab.echo().address):getsockname()[1], #lab.packets{proto='tcp'} >= 2)", "--lab",
               under=under)
    assert said == "10.0.0.1\ttrue", said


outside()
said = run("lab.wire{}", "--lab")
if "no private network" in said:
    print(said)
    sys.exit(77)
script([])
nested()
alone()
divided()
inside([])
if os.geteuid() == 0:
    script(ORDINARY)
    inside(ORDINARY)
