"""io.read() in a cell: whoever asked is asked for a line; who takes no input says so, and the cell an error."""
import os
import signal

from support.client import DELIMITER, Kernel, sign


def begin(kernel, code, **more):
    return kernel.begin(code, **{"allow_stdin": True} | more)


def asked(kernel, header):
    message = kernel.read("stdin")
    assert message.type == "input_request" and message.raw[1] == header, message
    assert message.content == {"prompt": "", "password": False}, message.content
    return message


def give(kernel, value, to=None, parent=b"{}"):
    """As JupyterLab does, whose answer has the question's header as its parent, or as older clients, without."""
    parts = kernel.parts("input_reply", {"status": "ok", "value": value})
    parts[1] = parent if to is None else to.raw[0]
    kernel.sockets["stdin"].send_multipart([DELIMITER, sign(kernel.key, parts), *parts])


def answered(kernel, code, *lines, **more):
    header = begin(kernel, code, **more)
    for number, line in enumerate(lines):
        question = asked(kernel, header)
        give(kernel, line, question if number % 2 == 0 else None)
    return kernel.end(header, code, **{"allow_stdin": True} | more)


def lines_come(kernel):
    for code, lines, value in (
            ("io.read()", ["hello"], '"hello"'),
            ("io.read()", [""], '""'),
            ("io.read('L')", ["ö 陈"], '"ö 陈\\n"'),
            ("io.read('n') + io.read('n')", [" 20 0x16"], "42"),
            ("io.read('n')", ["x"], "nil"),
            ("io.read('a')", ["all of it"], '"all of it\\n"'),
            ("io.read(2) .. io.read('l')", ["abcd"], '"abcd"'),
            ("io.read(2, 'l')", ["abcd"], '"ab"\n"cd"'),
            ("a, b = io.read(), io.read() return b .. a", ["1", "2"], '"21"'),
            ("for line in io.lines() do if line == 'end' then break end print(line) end", ["x", "end"], None),
            ("io.stdin:read('*l')", ["stdin"], '"stdin"'),
            ("io.read(1) return 1", ["left over"], "1"),
            ("io.read()", ["the next cell's"], '"the next cell\'s"')):
        came = answered(kernel, code, *lines)
        assert came.error is None, (code, came.content)
        assert came.value == value, (code, came.value, value)


def what_was_printed_comes_first(kernel):
    header = begin(kernel, "io.write('Your name? ') name = io.read() print('hello ' .. name)")
    said = kernel.read_until("stream", header)
    assert said.content["text"] == "Your name? ", said
    kernel.published.append(said)
    give(kernel, "Ada", asked(kernel, header))
    came = kernel.end(header, "io.write('Your name? ') name = io.read() print('hello ' .. name)")
    assert came.printed == "Your name? hello Ada\n", came.printed


def nobody_to_ask(kernel):
    """Whoever runs notebooks alone takes none."""
    for code in ("io.read()", "io.stdin:read()", "for line in io.lines() do end", "print(pcall(io.read)) io.read()"):
        came = kernel.run(code)
        assert came.error == "PermissionError" and "takes no input" in came.content["evalue"], came.content
    came = kernel.run("io.lines('/etc/passwd')")
    assert came.error == "PermissionError" and "no files" in came.content["evalue"], came.content
    assert kernel.run("io.read('x')", allow_stdin=True).error == "LuaError"
    assert kernel.run("io.read(-1)", allow_stdin=True).error == "LuaError"
    assert kernel.run("1").value == "1"


def a_peer_asks_nobody(kernel):
    came = kernel.run("p = lab.peer(function(l) print(pcall(io.read)) l:accept():send('x') end)\n"
                      "socket.create_connection(p.address):recv(1)", allow_stdin=True)
    assert came.error is None and came.value == '"x"', came.content


def an_interrupt_ends_the_wait(kernel):
    """And a late answer is nobody's, in the next cell neither."""
    for stop in (lambda: kernel.ask("control", "interrupt_request"), lambda: os.kill(kernel.process.pid, signal.SIGINT)):
        header = begin(kernel, "io.read()")
        question = asked(kernel, header)
        stop()
        assert kernel.end(header, "io.read()", allow_stdin=True).error == "KeyboardInterrupt"
        give(kernel, "late", question)
        header = begin(kernel, "io.read()")
        give(kernel, "late", question)
        again = asked(kernel, header)
        give(kernel, "late", question)
        give(kernel, "in time", again)
        assert kernel.end(header, "io.read()", allow_stdin=True).value == '"in time"'


def what_is_no_answer(kernel):
    """Rubbish on that port, and answers that nobody asked for, change nothing; other ports go on meanwhile."""
    give(kernel, "nobody asked", parent=b'{"msg_id": "another"}')
    header = begin(kernel, "io.read()")
    question = asked(kernel, header)
    kernel.sockets["stdin"].send_multipart([b"", b"<IDS|MSG>", b"rubbish"])
    kernel.send("stdin", "execute_request", {"code": "1"})
    kernel.beat()
    assert kernel.ask("control", "kernel_info_request").content["status"] == "ok"
    give(kernel, ["no", "text"], question)
    assert kernel.end(header, "io.read()", allow_stdin=True).value == '""'
    came = answered(kernel, "#io.read()", "x" * 1_000_000)
    assert came.value == "1000000", came.content


def a_handler_of_the_learner_runs(kernel):
    code = ("signal.signal(signal.SIGALRM, function() print('tick') end) signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
            "io.read()")
    header = begin(kernel, code)
    question = asked(kernel, header)
    said = kernel.read_until("stream", header)
    assert said.content["text"] == "tick\n", said
    kernel.published.append(said)
    give(kernel, "x", question)
    assert kernel.end(header, code, allow_stdin=True).value == '"x"'


def leaves_while_it_waits(kernel):
    header = begin(kernel, "io.read()")
    asked(kernel, header)
    kernel.ask_to_leave()
    assert kernel.answer("shell", header).content["ename"] == "KernelLeaves"


class Deaf(Kernel):
    def connect(self, name, kind):
        return self.context.socket(kind) if name == "stdin" else super().connect(name, kind)


def who_does_not_listen_is_not_waited_for():
    """A client that allows input, and never comes to its port."""
    with Deaf() as kernel:
        header = begin(kernel, "io.read()")
        assert kernel.end(header, "io.read()", allow_stdin=True).error == "PermissionError"
        assert kernel.run("1").value == "1"


who_does_not_listen_is_not_waited_for()
for step in (lines_come, what_was_printed_comes_first, nobody_to_ask, a_peer_asks_nobody, an_interrupt_ends_the_wait,
             what_is_no_answer, a_handler_of_the_learner_runs, leaves_while_it_waits):
    with Kernel() as kernel:
        step(kernel)
