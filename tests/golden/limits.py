"""Sessions where the system gives little: few descriptors, little memory, no more processes. They run, or say why not."""
import os
import resource
import subprocess
import sys

SOCKRATES = os.environ["SOCKRATES"]
SANITIZED = "asan" in os.environ["SOCKRATES_BUILD"]  # their memory is mapped where no limit reaches


def evaluate(code, *limits, user=None):
    """What a session says to the lines, under limits: (which, soft, hard)."""
    def limit():
        for which, soft, hard in limits:
            resource.setrlimit(which, (soft, hard))
    more = {"user": user, "extra_groups": []} if user is not None else {}
    done = subprocess.run([SOCKRATES], input=code, capture_output=True, text=True, timeout=60, preexec_fn=limit,
                          env=dict(os.environ, HOME="/nowhere", XDG_DATA_HOME="/nowhere"), **more)
    return done.returncode, done.stdout, done.stderr


ECHO = "s = socket.create_connection(lab.echo().address)\ns:send('hi') s:recv(2)\nreturn s:fileno()\n"


def few_descriptors():
    for soft, hard in ((400, 20000), (400, 400), (64, 64)):
        status, out, err = evaluate(ECHO, (resource.RLIMIT_NOFILE, soft, hard))
        assert (status, out, err) == (0, "3\n", ""), (soft, hard, status, out, err)
    status, out, err = evaluate("t = {} for i = 1, 1000 do t[i] = socket.socket() end\nreturn 'here'\n",
                                (resource.RLIMIT_NOFILE, 400, 400))
    assert "EMFILE" in err or "Too many open files" in err, err
    assert out == '"here"\n', out


def little_memory():
    if SANITIZED:
        return
    status, out, err = evaluate(ECHO, (resource.RLIMIT_AS, 60 << 20, 60 << 20))
    assert (status, out, err) == (0, "3\n", ""), (status, out, err)
    status, out, err = evaluate("return 1\n", (resource.RLIMIT_AS, 10 << 20, 10 << 20))
    assert status != 0 and "memory" in err, (status, out, err)  # the loader too says what it lacks


def no_more_processes():
    """The limit is a user's and does not bind root: somebody else is needed whose program this is allowed to be."""
    if os.geteuid() != 0 or not os.access(os.path.dirname(SOCKRATES), os.X_OK):
        return
    nobody = 65533  # a user of no other process
    probe = subprocess.run(["test", "-x", SOCKRATES], user=nobody, extra_groups=[], check=False)
    if probe.returncode != 0:
        return
    status, out, err = evaluate("return 1\n", (resource.RLIMIT_NPROC, 1, 1), user=nobody)
    assert status == 1 and "No session could be started" in err and "ulimit -u" in err, (status, out, err)


few_descriptors()
little_memory()
no_more_processes()
sys.exit(0)
