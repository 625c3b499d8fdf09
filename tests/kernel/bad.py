"""What no client should send, and files that are no connection files: a kernel goes on, or says what is wrong."""
import json
import os
import socket
import subprocess
import tempfile
import threading
import time

from support.client import DELIMITER, KERNEL, PATIENCE, SANITIZED, Kernel, sign


def memory(kernel):
    """Resident bytes of the broker."""
    with open(f"/proc/{kernel.process.pid}/status", encoding="ascii") as file:
        return 1024 * int(next(line.split()[1] for line in file if line.startswith("VmRSS")))


def rubbish(kernel):
    kernel.run("ran = false")
    shell = kernel.sockets["shell"]
    good = kernel.parts("execute_request", {"code": "ran = true"})
    signature = sign(kernel.key, good)
    wrong = [
        [b""], [b"", b"", b""], [DELIMITER], [DELIMITER, signature], [DELIMITER, b"", b"", b"", b"", b""],
        [DELIMITER, signature, *good[:3]],
        [DELIMITER, b"0" * 64, *good], [DELIMITER, b"", *good], [DELIMITER, signature[:63], *good],
        [DELIMITER, signature.upper() if signature.upper() != signature else b"x" * 64, *good],
        [DELIMITER, signature + b"0", *good],
        [signature, *good], [b"\xff" * 100] * 300, [b"x"] * 5000,
        [DELIMITER, sign(kernel.key, good[1:] + good[:1]), *good],
    ]
    for parts in (
        [b"{}", b"{}", b"{}", b"{}"],
        [good[0], b"{}", b"{}", b"[]"],
        [good[0], b"{}", b"{}", b"nonsense"],
        [good[0], b"{}", b"{}", b'{"code": "ran = true"'],
        [good[0], b"{}", b"{}", b'{"code": "\xff\xfe"}'],
        [good[0], b"null", b"{}", good[3]],
        [b'"execute_request"', b"{}", b"{}", good[3]],
        [b'{"msg_type": 7}', b"{}", b"{}", good[3]],
        [b'{"msg_type": "execute_request", "msg_type": "execute_request"}', b"{}", b"{}", good[3]],
        [b"[" * 100_000, b"{}", b"{}", good[3]],
    ):
        wrong.append([DELIMITER, sign(kernel.key, parts), *parts])
    for frames in wrong:
        for port in ("shell", "control", "stdin"):
            kernel.sockets[port].send_multipart(frames)
    # Buffers behind the content are not signed and change nothing.
    header = kernel.send("shell", "kernel_info_request", {}, behind=[b"a buffer", b""])
    assert kernel.answer("shell", header).content["status"] == "ok"
    kernel.ask("control", "kernel_info_request")
    assert kernel.run("ran").value == "false", "a message that nobody has signed was obeyed"
    assert not shell.poll(0) and not kernel.sockets["control"].poll(0) and not kernel.published


def strange_contents(kernel):
    for content in ({}, {"code": None}, {"code": 5}, {"code": ["a"]}, {"code": "a\0b"}):
        header = kernel.send("shell", "execute_request", content)
        assert kernel.answer("shell", header).content["status"] == "error", content
    for kind in ("complete", "inspect", "is_complete", "history"):
        for content in ({}, {"code": 5, "cursor_pos": "x"}, {"hist_access_type": 9, "n": "many", "pattern": []},
                        {"code": "\0\0", "cursor_pos": -1}, {"code": "x" * 100_000, "cursor_pos": 50_000},
                        {"hist_access_type": "search", "n": -3}):
            assert kernel.ask("shell", f"{kind}_request", content).content["status"], (kind, content)
    for code in ("\ufeff1 + 1", "-- only this", "\r\n1 + 1\r\n", "\t\n \n", "return", "(((((" * 1000, "{" * 100_000):
        kernel.run(code)
    assert kernel.run("'\U0001f600' .. '\\xff\\xfe'").content["status"] == "ok"
    assert kernel.run("print('\\xff\\0\\27[31m')").printed == "\\xff\\x00\\x1b[31m\n", "no text drives a terminal"
    assert kernel.run("1", user_expressions=7).content["status"] == "ok"


def huge(kernel):
    kernel.run("1")
    before = memory(kernel)
    code = "x = '" + "y" * 100_000_000 + "'"
    header = kernel.begin(code)
    answered = kernel.answer("shell", header)
    assert answered.content["ename"] == "TooLong" and "16 MiB" in answered.content["evalue"], answered.content
    kernel.ask("control", "kernel_info_request")
    for _ in range(3):
        header = kernel.begin("x = '" + "y" * 10_000_000 + "'")
        assert kernel.answer("shell", header).content["status"] == "ok"
    assert kernel.run("#x").value == "10000000"
    limit = time.monotonic() + PATIENCE
    while not SANITIZED and memory(kernel) > before + 40_000_000 and time.monotonic() < limit:
        kernel.ask("control", "kernel_info_request")
    assert SANITIZED or memory(kernel) < before + 40_000_000, (before, memory(kernel))


for step in (rubbish, strange_contents, huge):
    with Kernel() as kernel:
        step(kernel)


# --- connection files ---------------------------------------------------------------------------------------

def start(path, *more):
    done = subprocess.run([KERNEL, "start", path, *more], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode in (1, 2) and not done.stdout, done
    assert done.stderr.startswith("sockrates") and done.stderr.count("\n") <= 2, done.stderr
    return done.stderr


with tempfile.TemporaryDirectory() as folder:
    ports = {f"{name}_port": 5 for name in ("shell", "control", "stdin", "iopub", "hb")}
    fine = {"transport": "ipc", "ip": f"{folder}/s", "key": "k", "signature_scheme": "hmac-sha256", **ports}
    path = f"{folder}/connection.json"
    for text, said in {
        "": "JSON", "{": "JSON", "[]": "no JSON object", '"text"': "JSON", "\xff\x00": "JSON",
        "x" * 100_000: "too long",
        json.dumps(fine | {"transport": "carrier pigeon"}): "neither",
        json.dumps(fine | {"ip": ""}): "no address", json.dumps(fine | {"ip": 5}): "no address",
        json.dumps(fine | {"key": 5}): "signed", json.dumps(fine | {"signature_scheme": "md5"}): "signed",
        json.dumps(fine | {"shell_port": 0}): "shell_port", json.dumps(fine | {"hb_port": "5"}): "hb_port",
        json.dumps(fine | {"transport": "tcp", "iopub_port": 70_000}): "iopub_port",
        json.dumps({name: value for name, value in fine.items() if name != "stdin_port"}): "stdin_port",
        json.dumps(fine | {"ip": f"{folder}/nowhere/s"}): "cannot be had",
        json.dumps(fine | {"transport": "tcp", "ip": "no.such.host.invalid"}): "cannot be had",
    }.items():
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
        assert said in start(path), (text[:200], said, start(path))
    assert "cannot be read" in start(f"{folder}/nothing")
    assert "not a file" in start(folder) and "not a file" in start("/dev/zero")
    os.mkfifo(f"{folder}/pipe")
    assert "not a file" in start(f"{folder}/pipe")

    # A port that somebody has.
    taken = socket.create_server(("127.0.0.1", 0))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(fine | {"transport": "tcp", "ip": "127.0.0.1", "shell_port": taken.getsockname()[1]}, file)
    said = start(path)
    assert f"127.0.0.1:{taken.getsockname()[1]}" in said and "in use" in said, said
    taken.close()
assert subprocess.run([KERNEL, "start"], capture_output=True, check=False).returncode == 2

# A port that somebody has for a moment only: the kernel, which listens at its first port already, has patience.
taken, free = socket.create_server(("127.0.0.1", 0)), [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
numbers = [each.getsockname()[1] for each in free]
for each in free:
    each.close()


def wait_until_it_listens(port):
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        for table in ("tcp", "tcp6"):
            with open(f"/proc/net/{table}", encoding="ascii") as file:
                if any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in file):
                    return


threading.Thread(target=lambda: (wait_until_it_listens(numbers[0]), taken.close())).start()
with Kernel(transport="tcp", connection=dict(zip((f"{name}_port" for name in ("shell", "control", "stdin", "hb", "iopub")),
                                                 [*numbers, taken.getsockname()[1]]))) as kernel:
    assert kernel.run("1").value == "1"

# Servers may add arguments of their own.
with Kernel(arguments=["--debug", "--HistoryManager.enabled=False", "word"]) as kernel:
    assert kernel.run("1").value == "1"
