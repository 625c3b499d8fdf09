"""What a program in Python may bring along, see sections.h.  This file is a program too: it tries its functions."""
import atexit
import contextlib
import os
import select
import signal
import socket
import time

#: program socket
#: os os
#: select select
#: signal signal
#: time time
#: start end atexit os signal

def start(peer, listener, *others):
    """Runs a peer in a process of its own, with its listener and nothing else that is open here."""
    process = os.fork()
    if process == 0:
        kept = {listener.fileno()} | {other.fileno() for other in others}
        for fd in set(range(3, 1024)) - kept:
            try:
                os.close(fd)
            except OSError:
                pass
        try:
            peer(listener)
        finally:
            os._exit(0)
    for inherited in (listener, *others):
        inherited.close()
    atexit.register(end, process)
    return process

#: end os signal

def end(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass

#: signal_ends contextlib

class Interrupted(Exception):
    """Raised by the handler: the call is left."""


@contextlib.contextmanager
def signal_ends(call):
    """Within it the handler raises; elsewhere Python makes an interrupted call again."""
    global raising
    raising = True
    try:
        yield
    except Interrupted:
        print(call + ": interrupted")
    finally:
        raising = False


raising = False

#: on_signal signal

def on_signal(number, frame):
    """The call that was interrupted is made again."""

#: on_signal_raises signal_ends signal

def on_signal(number, frame):
    if raising:
        raise Interrupted

#: trial


def answer(listener):
    conn, _ = listener.accept()
    conn.sendall(b"there")
    signal.pause()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    process = start(answer, listener)
    assert listener.fileno() < 0, "the peer has it alone"
    s = socket.create_connection(address, 5)
    assert s.recv(9) == b"there"
    signal.signal(signal.SIGALRM, on_signal)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with signal_ends("recv"):
        s.recv(9)
        assert False, "a call that was left came back"
    end(process)
    assert os.WTERMSIG(os.waitpid(process, 0)[1]) == signal.SIGKILL


main()
