import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5) as s:
    s.sendall(b"hello")
    print(s.recv(100))
    s.shutdown(socket.SHUT_WR)
    print(s.recv(100))
