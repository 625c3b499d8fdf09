"""A client of a notebook's kernel on raw ZeroMQ that forgives nothing.

Every message is held against the protocol: signature, header, parent, topic; busy before anything else of a request and
idle behind it; the reply alone on its own port.
"""
import datetime
import hashlib
import hmac
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

try:
    import zmq
except ImportError:
    print("python3-zmq is not here: the notebook kernel was not tested.")
    sys.exit(1 if os.environ.get("CI") else 77)

PORTS = ("shell", "control", "stdin", "iopub", "hb")
DELIMITER = b"<IDS|MSG>"
PATIENCE = 20  # seconds; a busy machine is slow
SANITIZED = bool(os.environ.get("SOCKRATES_SANITIZED"))
KERNEL = os.path.join(os.environ["SOCKRATES_BUILD"], "libexec/sockrates/sockrates-kernel")
if not os.path.exists(KERNEL):
    print("The notebook kernel was not built: libzmq3-dev or libsodium-dev is not here.")
    sys.exit(1 if os.environ.get("CI") else 77)


class Message:
    def __init__(self, frames, key):
        at = frames.index(DELIMITER)
        self.idents, signature, parts = frames[:at], frames[at + 1], frames[at + 2:]
        assert len(parts) == 4, f"{len(parts)} parts"
        wanted = sign(key, parts)
        assert signature == wanted, (signature, wanted)
        self.raw = parts
        self.header, self.parent, self.metadata, self.content = map(json.loads, parts)
        self.type = self.header["msg_type"]
        for field in ("msg_id", "session", "username", "date", "msg_type", "version"):
            assert isinstance(self.header[field], str) and self.header[field], (field, self.header)
        datetime.datetime.fromisoformat(self.header["date"].replace("Z", "+00:00"))

    def __repr__(self):
        return f"<{self.type} {self.content}>"


def sign(key, parts):
    if not key:
        return b""
    sum = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        sum.update(part)
    return sum.hexdigest().encode()


class Answered:
    """What came of one request."""

    def __init__(self, reply, published):
        self.reply, self.published = reply, published
        self.content = reply.content if reply else None

    def of(self, kind):
        return [message.content for message in self.published if message.type == kind]

    @property
    def printed(self):
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def value(self):
        """The result as text; None when there is none."""
        results = self.of("execute_result")
        assert len(results) <= 1
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self):
        """The class of the error, which the reply and everybody are told alike."""
        errors = self.of("error")
        assert len(errors) <= 1
        if self.content["status"] != "error":
            assert not errors, errors
            return None
        said = {name: self.content[name] for name in ("ename", "evalue", "traceback")}
        assert errors == [said], (errors, self.content)
        return said["ename"]


class Kernel:
    """A kernel of its own folder; `with` ends it, and fails when it does not end well."""

    def __init__(self, key=b"a secret", transport="ipc", environment=None, connection=None, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="k", dir="/tmp")
        self.key, self.ids, self.seen, self.session = key, itertools.count(), set(), None
        self.published = []  # taken from iopub, not looked at yet
        ports = connection or {f"{name}_port": i + 1 for i, name in enumerate(PORTS)}
        self.connection = {"transport": transport, "ip": f"{self.folder}/s" if transport == "ipc" else "127.0.0.1",
                           "signature_scheme": "hmac-sha256", "key": key.decode(), **ports}
        self.file = f"{self.folder}/connection.json"
        with open(self.file, "w", encoding="utf-8") as file:
            json.dump(self.connection, file)
        self.began = time.monotonic()
        self.process = subprocess.Popen([KERNEL, "start", self.file, *arguments], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, start_new_session=True,
                                        env=dict(os.environ, **(environment or {})))
        self.context = zmq.Context()
        kinds = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}
        self.sockets = {name: self.connect(name, kind) for name, kind in kinds.items()}
        self.sockets["iopub"].setsockopt(zmq.SUBSCRIBE, b"")
        self.welcomed()

    def address(self, name):
        glue = "-" if self.connection["transport"] == "ipc" else ":"
        return f"{self.connection['transport']}://{self.connection['ip']}{glue}{self.connection[name + '_port']}"

    def connect(self, name, kind):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RCVHWM, 0)
        socket.setsockopt(zmq.SNDHWM, 0)
        socket.setsockopt(zmq.RECONNECT_IVL, 10)
        if kind == zmq.DEALER:
            socket.setsockopt(zmq.IDENTITY, b"a client") # the same on every port: so who asked may be asked
        socket.connect(self.address(name))
        return socket

    def welcomed(self):
        """The kernel says itself when it publishes for us: nothing is lost."""
        message = self.read("iopub")
        assert message.type == "iopub_welcome" and message.parent == {}, message
        assert message.content == {"subscription": ""}, message.content

    # --- frames ---------------------------------------------------------------------------------------------

    def read_frames(self, name, patience=PATIENCE):
        if not self.sockets[name].poll(patience * 1000):
            raise TimeoutError(f"nothing came on {name}; the kernel's status: {self.process.poll()}")
        return self.sockets[name].recv_multipart()

    def read(self, name, patience=PATIENCE):
        message = Message(self.read_frames(name, patience), self.key)
        if name == "iopub":
            assert len(message.idents) == 1, message.idents
        else:
            assert message.idents == [], message.idents
        assert message.header["msg_id"] not in self.seen, "a msg_id came twice"
        self.seen.add(message.header["msg_id"])
        self.session = self.session or message.header["session"]
        assert message.header["session"] == self.session
        return message

    def parts(self, kind, content, header=None):
        head = {"msg_id": f"m{next(self.ids)}", "session": "client", "username": "ü", "date": "2026-01-01T00:00:00Z",
                "msg_type": kind, "version": "5.3", "something": [1, {"else": None}]} | (header or {})
        # Written as nobody else would: what comes back as the parent must be these very bytes.
        return [json.dumps(part, ensure_ascii=False, separators=(" , ", " : ")).encode()
                for part in (head, {}, {}, content)]

    def send(self, port, kind, content, signature=None, behind=()):
        parts = self.parts(kind, content)
        self.sockets[port].send_multipart([DELIMITER, sign(self.key, parts) if signature is None else signature, *parts,
                                           *behind])
        return parts[0]

    def read_until(self, kind, header):
        """The next message of this kind that is published about the request."""
        while True:
            message = self.read("iopub")
            if message.type == kind and message.raw[1] == header:
                return message
            self.published.append(message)

    # --- requests -------------------------------------------------------------------------------------------

    def of_request(self, header):
        """What is published about the request, from busy to idle."""
        found = []
        while True:
            own = [message for message in self.published if message.raw[1] == header]
            self.published = [message for message in self.published if message.raw[1] != header]
            found += own
            if found and found[-1].type == "status" and found[-1].content["execution_state"] == "idle":
                break
            self.published.append(self.read("iopub"))
        states = [message.content["execution_state"] for message in found if message.type == "status"]
        assert found[0].type == "status" and states == ["busy", "idle"], found
        return found[1:-1]

    def answer(self, port, header, reply=True):
        message = None
        if reply:
            message = self.read(port)
            assert message.raw[1] == header, "the reply's parent is not the request's header, byte by byte"
        return Answered(message, self.of_request(header))

    def ask(self, port, kind, content=None, reply=True):
        header = self.send(port, kind, content or {})
        answered = self.answer(port, header, reply)
        if reply:
            assert answered.reply.type == kind.replace("_request", "_reply"), answered.reply
        return answered

    def begin(self, code, **more):
        return self.send("shell", "execute_request", {"code": code, "silent": False, "store_history": True,
                                                      "user_expressions": {}, "allow_stdin": False,
                                                      "stop_on_error": True} | more)

    def run(self, code, **more):
        return self.end(self.begin(code, **more), code, **more)

    def end(self, header, code, **more):
        answered = self.answer("shell", header)
        self.check_run(answered, code, more)
        return answered

    @staticmethod
    def check_run(answered, code, more):
        content = answered.content
        if content["status"] == "aborted":
            assert not answered.published and content == {"status": "aborted"}, "an aborted cell has no number"
            return
        silent = more.get("silent", False)
        inputs = answered.of("execute_input")
        assert silent or [(said["code"], said["execution_count"]) for said in inputs] == [
            (code, content["execution_count"])]
        assert not silent or not answered.published, answered.published
        assert silent or answered.published[0].type == "execute_input"
        for kind in ("execute_result", "display_data"):
            for shown in answered.of(kind):
                assert shown["data"]["text/plain"], shown
                assert isinstance(shown["metadata"], dict)
        if content["status"] == "ok":
            assert content["payload"] == [] and isinstance(content["user_expressions"], dict)
        if not silent:
            assert answered.error or content["status"] == "ok"

    def beat(self):
        word = os.urandom(5)
        self.sockets["hb"].send(word)
        assert self.read_frames("hb", 1) == [word]

    # --- the end --------------------------------------------------------------------------------------------

    def wait(self, patience=PATIENCE):
        status = self.process.wait(patience)
        return status, self.process.stderr.read().decode()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None and self.process.poll() is None:
            self.ask_to_leave()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status, said = self.wait()
        self.context.destroy(linger=0)
        if kind is None:
            assert status == 0 and not said, (status, said)
            left = [name for name in os.listdir(self.folder) if not re.match(r"connection\.json|s-\d+$", name)]
            assert not left, left
        else:
            print(said)
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def ask_to_leave(self):
        header = self.send("control", "shutdown_request", {"restart": False})
        reply = self.read("control")
        assert reply.raw[1] == header and reply.content == {"status": "ok", "restart": False}, reply
        assert self.process.wait(2) == 0
