"""A session in a private network of its own: names, peers on the other host, packets, a capture, what stays outside.

Where the system makes no such network this is skipped; where nobody reads along it may not be.
"""
import os
import subprocess
import sys
import tempfile

from support.screen import PROGRAM, Person, run


def doctor_says():
    said = subprocess.run([PROGRAM, "doctor"], capture_output=True, text=True, timeout=60).stdout
    return next(line for line in said.splitlines() if " Lab " in line)


def packets_are_seen():
    with Person("lab", arguments=["--lab"], rows=40) as person:
        person.enter("p = lab.echo() return p.address[1]")
        person.has('"10.0.0.2"')
        person.enter("s = socket.create_connection(p.address)")
        person.enter(":packets")
        for text in ("SYN, seq 0, win", "SYN, ACK, seq 0, ack 1", "ACK, seq 1, ack 1"):
            person.has(text)
        person.enter("s:send('hello') s:recv(5)")
        person.enter(":packets")
        person.has("PSH, ACK, seq 1, ack 1, 5 bytes")
        person.enter("socket.socket():connect('peer', 99)")
        person.enter(":packets")
        person.has("RST, ACK, seq 0, ack 1, win 0")
        person.enter(":packets ~/capture.pcapng")
        person.has("/capture.pcapng.")


def the_ladder_shows_packets():
    for columns in (80, 40):
        with Person("lab", arguments=["--lab"], rows=40, columns=columns) as person:
            person.enter("p = lab.echo()")
            person.enter("s = socket.create_connection(p.address) s:send('hello') s:recv(5) s:close()")
            person.enter(":ladder packets")
            for text in ("SYN+ACK", "FIN", "echo", "10.0.0.2:"):
                person.has(text)
            person.enter(":ladder acks seq")
            person.has("ACK seq 1 ack 1")
            person.enter(":ladder pakets")
            person.has('"pakets" means')


def failures_tell_what_the_wire_saw():
    with Person("lab", arguments=["--lab"], rows=40) as person:
        person.enter("socket.socket():connect('peer', 99)")
        person.enter(":why")
        person.has("On the wire: a SYN, and RST after ")
        person.enter("u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) u:connect('peer', 99) u:send('hi') u:recv(9)")
        person.enter(":why")
        person.has("On the wire: a datagram, and ICMP port unreachable after ")
        person.enter("t = socket.socket() t:settimeout(0.1) t:connect('10.0.0.9', 99)")
        person.enter(":why")
        person.has("On the wire: an ARP question for that host, and no answer. No machine has that")
        person.enter(":ladder packets")
        person.has("connect() ", " who has 10.0.0.9? ")


def the_ladder_shows_what_the_wire_did():
    with Person("lab", arguments=["--lab"], rows=40) as person:
        person.enter("p = lab.echo() lab.wire{delay=0.05}")
        person.enter("s = socket.create_connection(p.address)")
        person.enter(":ladder packets")
        person.has("─ SYN ─", "┆ 5", "─ SYN+ACK ─")
        person.enter("lab.wire{} lab.pause() n = socket.socket() n:setblocking(false) n:connect_ex(p.address)")
        person.enter(":ladder packets")
        person.has("─ SYN ─", "─…")
        person.enter("lab.resume() lab.unplug() t = socket.socket() t:settimeout(0.1) t:connect(p.address)")
        person.enter(":ladder packets")
        person.has("─ SYN ──────────×")
        person.enter(":why")
        person.has("On the wire: a SYN, and no answer. It was lost on the way: the cable was out.")


LESSON = '''---
title: Seen
network: lab
---

# Seen

```lua {show=packets}
socket.socket():connect('peer', 99)
```
'''


def a_lesson_shows_packets():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "01-seen.md"), "w", encoding="utf-8") as file:
            file.write(LESSON)
        with Person("lab", arguments=["learn", "seen"], rows=40, lessons=folder) as person:
            person.enter("")
            person.has(" SYN ", " RST ")


def two_hosts_have_names():
    with Person("lab", arguments=["--lab"], rows=40) as person:
        person.enter("for _, e in ipairs(socket.getaddrinfo('peer', 80, 0, socket.SOCK_STREAM)) do print(e[5][1]) end")
        person.has("10.0.0.2")
        person.has("fd00::2")
        person.enter("l = socket.create_server{'me', 80} return l:getsockname()[1]")
        person.has('"10.0.0.1"')
        person.enter("r = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) return r.type")
        person.has("<SocketKind.SOCK_RAW: 3>")
        person.enter("socket.socket():connect('192.0.2.1', 80)")
        person.has("Network is unreachable")


def it_is_entered_and_left():
    with Person("lab", rows=40) as person:
        person.enter("a = 1")
        person.enter(":lab")
        person.has("on this machine's loopback")
        person.enter(":lab on")
        person.has("What you have made is gone with the old one: a.")
        person.has("you are me, 10.0.0.1")
        person.enter("return lab.echo().address[1]")
        person.has('"10.0.0.2"')
        person.enter(":lab off")
        person.enter("return a, lab.echo().address[1]")
        person.has('"127.0.0.1"')


def without_one_packets_are_not_seen():
    with Person("lab") as person:
        person.enter("1")
        person.enter(":packets")
        person.has("sockrates --lab begins in one")
        person.enter(":ladder acks")
        person.has_not("SYN", "Nothing was done")


line = doctor_says()
if not line.startswith("yes"):
    print(f"skipped: {line}")
    sys.exit(1 if os.environ.get("CI") else 77)
run(packets_are_seen, the_ladder_shows_packets, the_ladder_shows_what_the_wire_did, failures_tell_what_the_wire_saw,
    a_lesson_shows_packets, two_hosts_have_names, without_one_packets_are_not_seen, it_is_entered_and_left)
