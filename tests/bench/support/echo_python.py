"""echo.c's calls in Python."""
import socket
import sys

if sys.argv[1] == "server":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        while data := client.recv(64):
            client.send(data)
        client.close()

s = socket.socket()
s.connect(("127.0.0.1", int(sys.argv[2])))
data = b"x" * 64
for _ in range(int(sys.argv[3])):
    s.send(data)
    s.recv(64)
s.close()
