"""sockets.c's calls in Python."""
import socket
import sys

BLOCK, SMALL = b"x" * 65536, b"x" * 64


def serve():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        client.recv(1)
        while data := client.recv(64):
            client.send(data)
        client.close()


def reach(kind=socket.SOCK_STREAM, what=None):
    s = socket.socket(socket.AF_INET, kind)
    s.connect(("127.0.0.1", port))
    if what:
        s.send(what)
    return s


def ping(s):
    for _ in range(times):
        s.send(SMALL)
        s.recv(64)
    s.close()


def echo():
    ping(reach(what=b"e"))


def datagram():
    ping(reach(socket.SOCK_DGRAM))


def timeout():
    s = reach(what=b"e")
    s.settimeout(5)
    ping(s)


def send():
    s = reach(what=b"s")
    for _ in range(times):
        s.sendall(BLOCK)
    s.close()


def receive():
    s, left = reach(what=b"g"), times * 65536
    while left > 0:
        left -= len(s.recv(65536))
    s.close()


def connect():
    for _ in range(times):
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.connect(("127.0.0.1", port))
        s.close()


if sys.argv[1] == "server":
    serve()
port, times = int(sys.argv[3]), int(sys.argv[4])
{"echo": echo, "datagram": datagram, "timeout": timeout, "send": send, "receive": receive,
 "connect": connect}[sys.argv[2]]()
