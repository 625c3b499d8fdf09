import sys
import time


class Peer:
    """A program of the lab, as the lesson's Lua knows it."""

    def __init__(self, address):
        self.address = address
        if isinstance(address, tuple):
            self.host, self.port = address

    def __repr__(self):
        return f"<peer at {self.address}>"


def mark(number, what, words=""):
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout.write(f"\n@twin {number} {what} {time.monotonic_ns()} {words}\n")
    sys.stdout.flush()


def line_of(error, file):
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return getattr(error, "lineno", None) or line


def tell(number, error, file):
    kinds = ",".join(kind.__name__ for kind in type(error).__mro__)
    code = getattr(error, "errno", None) or 0
    words = f"{type(error).__name__}: {error}".replace("\n", " ")
    mark(number, "raised", f"{code} {line_of(error, file)} ,{kinds}, {words}")


def run(file, steps):
    names = {"__name__": "__main__"}
    for number, (line, code, peers) in enumerate(steps):
        names.update((name, Peer(address)) for name, address in peers.items())
        mark(number, "begins")
        try:
            exec(compile("\n" * (line - 1) + code, file, "exec"), names)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            tell(number, error, file)
        mark(number, "ends")


