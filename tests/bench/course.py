"""`sockrates check` of the course against the sum of the waits that its lessons ask for.

strace tells these waits: sleeps, timeouts that ended a call, and calls that a signal interrupted. A lesson's exercises
are solved in a session of their own beside the other one, so the session that waits longest counts. A wait for a
peer that sleeps, or for the kernel to ask again, is not counted. Lessons run beside each other too: no check of the
course can be faster than the longest one.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 5
COURSE = os.path.join(os.path.dirname(os.path.dirname(measure.HERE)), "lessons")
WAITS = "poll,ppoll,select,pselect6,epoll_wait,epoll_pwait,clock_nanosleep,nanosleep,pause,rt_sigtimedwait," \
        "connect,accept,accept4,recvfrom,recvmsg,sendto,sendmsg,read,write,wait4"
ENDED = re.compile(r" (\w+)\(.* = (.*) <(\d+\.\d+)>$")


def asked(log):
    """Seconds that a process waited because it asked to."""
    total = 0.0
    for line in log:
        found = ENDED.search(line)
        if found and ("nanosleep" in found[1] or re.search(r"\(Timeout\)|ETIMEDOUT|EINTR|ERESTART", found[2])):
            total += float(found[3])
    return total


def waited(lesson):
    """Seconds of deliberate waits in one check of a lesson."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["strace", "-ff", "-qq", "-ttt", "-T", "-e", f"trace={WAITS}", "-o", f"{folder}/log",
                   measure.SOCKRATES, "check", lesson]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        each = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as log:
                each[int(name.rsplit(".", 1)[1])] = asked(log)
        del each[min(each)]  # the program that checks; it waits for the sessions
        return max(each.values())


def seconds(path):
    begin = time.perf_counter()
    subprocess.run([measure.SOCKRATES, "check", path], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def row(name, took, waits):
    return [name, f"{took:.2f} s", f"{waits:.2f} s", measure.ratio(took, waits) if waits >= 0.1 else "-"]


paths = sorted(os.path.join(COURSE, name) for name in os.listdir(COURSE) if re.match(r"\d+-.*\.md$", name))
rows, waits = [], []
for path in paths:
    waits.append(waited(path))
    rows.append(row(os.path.basename(path), statistics.median(seconds(path) for _ in range(ROUNDS)), waits[-1]))
whole = statistics.median(seconds(COURSE) for _ in range(ROUNDS))
rows.append(row("course, against the sum", whole, sum(waits)))
rows.append(row("course, against the longest", whole, max(waits)))
measure.table("Check of the course against its deliberate waits", ["", "check", "waits", "ratio"], rows)
