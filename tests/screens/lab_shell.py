"""The shell of `sockrates lab`, from a shell with job control: keys, Ctrl-Z and fg on both levels, the other host, the end."""
import os
import subprocess
import sys

import pexpect

SOCKRATES = os.environ["SOCKRATES"]
ORDINARY = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=-all"]
FIRST = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "SHELL": "/bin/bash", "TERM": "dumb", "HOME": "/", "LC_ALL": "C.UTF-8",
         "HISTFILE": "/dev/null", "INPUTRC": "/dev/null"}


class Shell:
    """Each prompt says how many came before it, so that none is taken for another."""

    def __init__(self, under):
        self.child = pexpect.spawn("/bin/bash", ["--norc", "--noprofile", "-i"], env=FIRST, encoding="utf-8", timeout=20,
                                   dimensions=(30, 100))
        self.prompt = "outer> "
        self.child.sendline(f"set +m; PS1='{self.prompt[:2]}''{self.prompt[2:]}'; set -m")
        self.child.expect_exact(self.prompt)
        self.lab = " ".join([*under, SOCKRATES, "lab"])

    def types(self, line, *expected):
        self.child.sendline(line)
        for text in expected:
            self.child.expect(text)

    def at(self, prompt):
        self.child.expect_exact(prompt)

    def enters(self, prompt, line):
        """A new shell, whose prompt becomes this one."""
        self.types(line, r"[$#] $")
        self.child.sendline(f"PS1='{prompt[:2]}''{prompt[2:]}'")
        self.at(prompt)


def a_shell_and_its_jobs(shell):
    shell.types(f"{shell.lab} --delay 5ms", "you are on the first", r"me +10\.0\.0\.1 +fd00::1", "5ms each way", "leaves")
    shell.enters("inner> ", "")
    shell.types("echo $(hostname) $SOCKRATES_LAB $(tty)", r"me \d+ /dev/")
    shell.at("inner> ")
    # Keys are for the job in front.
    shell.types("sh -c 'echo u''p; exec sleep 77'", "up")
    shell.child.sendcontrol("z")
    shell.child.expect("Stopped")
    shell.at("inner> ")
    shell.types("fg", "sleep 77")
    shell.child.sendcontrol("c")
    shell.at("inner> ")
    # The other host is a command away.
    shell.types("peer sh -c 'echo on $(hostname)'", "on peer")
    shell.at("inner> ")
    shell.enters("other> ", "peer")
    shell.types("hostname; ls -d /proc/$$", "peer", r"/proc/\d")
    shell.at("other> ")
    shell.types("suspend", "Stopped")
    shell.at("inner> ")
    shell.types("fg")
    shell.at("other> ")
    shell.types("exit")
    shell.at("inner> ")
    # The whole lab is a job of the shell that began it.
    shell.types("suspend", "Stopped")
    shell.at("outer> ")
    shell.types("fg")
    shell.at("inner> ")
    shell.types("exit 5")
    shell.at("outer> ")
    shell.types("echo rc=$?", "rc=5")
    shell.at("outer> ")


def a_program_and_its_keys(shell):
    shell.types(f"{shell.lab} -- sh -c 'trap \"echo g''ot; exit 3\" INT; echo u''p; while :; do sleep 0.05; done'", "up")
    shell.child.sendcontrol("z")
    shell.child.expect("Stopped")
    shell.at("outer> ")
    shell.types("fg", "done'")
    shell.child.sendcontrol("c")
    shell.child.expect("got")
    shell.at("outer> ")
    shell.types("echo rc=$?", "rc=3")
    shell.at("outer> ")
    # It ends by the key as it would without a lab, also before it began.
    for words in ("-- sh -c 'echo u''p; exec sleep 78'", "--peer 'echo u''p; exec sleep 79'"):
        shell.types(f"{shell.lab} {words}", "up")
        shell.child.sendcontrol("c")
        shell.at("outer> ")
        shell.types("echo rc=$?", "rc=130")
        shell.at("outer> ")


def colours_are_colours(under):
    """On a terminal that has some; never as the letters of their codes."""
    refused = "/usr/bin/python3 -c \"import socket; socket.socket().connect_ex(('127.0.0.1', 9))\""
    for words, sign in (("lab --ladder -- ping -c1 peer", "echo"), (f"lab --trace -- {refused}", "ECONNREFUSED"),
                        (f"trace {refused}", "ECONNREFUSED"), (f"trace --calls {refused}", "ECONNREFUSED")):
        words = " ".join([*under, SOCKRATES, words])
        seen, _ = pexpect.run(words, env=FIRST | {"TERM": "xterm-256color"}, encoding="utf-8", timeout=20,
                              withexitstatus=True)
        assert sign in seen and "\x1b[" in seen and "\\x1b" not in seen, f"{words}:\n{seen}"


said = subprocess.run([SOCKRATES, "lab", "--", "true"], capture_output=True, text=True, timeout=60, check=False).stderr
if "no private network" in said:
    print(said)
    sys.exit(1 if os.environ.get("CI") else 77)
for who in ([], ORDINARY) if os.geteuid() == 0 else ([],):
    person = Shell(who)
    a_shell_and_its_jobs(person)
    a_program_and_its_keys(person)
    colours_are_colours(who)
    person.child.sendline("exit")
    person.child.expect(pexpect.EOF)
