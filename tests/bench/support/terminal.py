"""A program at a terminal, as the benches use it."""
import os
import pty
import re
import select
import sys
import time

LIMIT = 20  # seconds


class Terminal:
    def __init__(self, command):
        self.seen = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execvp(command[0], command)

    def wait(self, pattern):
        """Reads until the pattern is there, and takes all up to its end."""
        limit = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self.seen)):
            if not select.select([self.terminal], [], [], max(0, limit - time.monotonic()))[0]:
                sys.exit(f"waited {LIMIT} s for {pattern!r}, seen {self.seen[-200:]!r}")
            self.seen += os.read(self.terminal, 65536)
        self.seen = self.seen[found.end():]

    def press(self, keys, answer):
        """Seconds from the keys to this text."""
        begin = time.perf_counter()
        self.write(keys)
        self.wait(re.escape(answer))
        return time.perf_counter() - begin

    def write(self, keys):
        os.write(self.terminal, keys)

    def end(self, keys=b""):
        """Waits until the program has ended, because of these keys or as its terminal is gone."""
        if keys:
            self.write(keys)
            self._drain()
        os.close(self.terminal)
        os.waitpid(self.child, 0)

    def _drain(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass  # the other side is gone
