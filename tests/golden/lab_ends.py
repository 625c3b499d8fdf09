"""However the tutor ends, nothing of its private network is left: no process, no namespace. And nobody waits for that."""
import os
import signal
import subprocess
import sys
import time

SOCKRATES = os.environ["SOCKRATES"]
LIMIT = 20  # seconds, for what takes some milliseconds


def network_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/ns/net")
    except OSError:
        return None


def below(pid):
    """The processes that this one started, and theirs."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            own = [int(word) for word in file.read().split()]
    except OSError:
        return []
    return own + [other for child in own for other in below(child)]


def wait_for(what, condition):
    until = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.005)


def begin():
    """A session in a lab with a peer; the processes below it, and the networks that they are in."""
    tutor = subprocess.Popen([SOCKRATES, "--lab"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
    tutor.stdin.write("p = lab.echo()\ns = socket.create_connection(p.address)\nprint('ready')\n")
    tutor.stdin.flush()
    said = tutor.stdout.readline()
    if "no private network" in said:
        print(said)
        sys.exit(77)
    assert "ready" in said, said
    processes = below(tutor.pid)
    networks = {network_of(pid) for pid in processes} - {network_of("self"), None}
    assert len(processes) >= 3 and len(networks) >= 2, (processes, networks)
    return tutor, processes, networks


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def networks_in_use():
    return {network_of(pid) for pid in os.listdir("/proc") if pid.isdigit()}


def nothing_is_left(processes, networks):
    wait_for("a process is left", lambda: not any(alive(pid) for pid in processes))
    wait_for("a network is left", lambda: not networks & networks_in_use())


def ended_by(end):
    tutor, processes, networks = begin()
    end(tutor, processes)
    tutor.stdin.close()
    tutor.stdout.read()
    tutor.wait(LIMIT)
    nothing_is_left(processes, networks)


def worker_of(tutor):
    """The one that all others come from."""
    return below(tutor.pid)[0]


ended_by(lambda tutor, processes: tutor.kill())
ended_by(lambda tutor, processes: os.kill(worker_of(tutor), signal.SIGKILL))
ended_by(lambda tutor, processes: tutor.terminate())
ended_by(lambda tutor, processes: None)
print("nothing is left")
