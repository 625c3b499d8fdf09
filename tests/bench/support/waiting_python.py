"""waiting.c's server, in Python."""
import select
import socket

listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
epoll = select.epoll()
number, connections = listener.fileno(), {}

epoll.register(listener, select.EPOLLIN)
print(listener.getsockname()[1], flush=True)
while True:
    for fd, _ in epoll.poll():
        if fd == number:
            connection, _ = listener.accept()
            connections[connection.fileno()] = connection
            epoll.register(connection, select.EPOLLIN)
        else:
            connection = connections[fd]
            data = connection.recv(64)
            if not data:
                connections.pop(fd).close()
            else:
                connection.send(data)
