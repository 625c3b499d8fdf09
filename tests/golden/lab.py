"""A script in a private network, and its packets as a capture: the bytes of the file are read here by hand, and by
tshark where it is installed, which has to find the same flags and lengths.

Where the system makes no such network this is skipped; where nobody reads along it may not be.
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

SOCKRATES = os.environ["SOCKRATES"]
NO_LAB = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM"]
SCRIPT = """
local p = lab.echo()
local s = socket.create_connection(p.address)
s:sendall("hello")
print(p.address[1], s:getsockname()[1], s:recv(10))
s:close()
print(pcall(socket.create_connection, {"10.0.0.2", 99}))
"""
FLAGS = {1: "FIN", 2: "SYN", 4: "RST", 8: "PSH", 16: "ACK"}


def run(*arguments, under=()):
    return subprocess.run([*under, SOCKRATES, *arguments], capture_output=True, text=True, timeout=60)


def blocks(data):
    """(type, body) of each block of the capture."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0 and struct.unpack_from("<I", data, at + length - 4)[0] == length, (at, length)
        yield kind, data[at + 8:at + length - 4]
        at += length


def packets(path):
    """(flags, data length) of each TCP packet."""
    with open(path, "rb") as file:
        found = list(blocks(file.read()))
    assert [kind for kind, _ in found[:2]] == [0x0A0D0D0A, 1], found[:2]
    for kind, body in found[2:]:
        assert kind == 6, kind
        _, _, _, kept, length = struct.unpack_from("<IIIII", body)
        frame = body[20:20 + kept]
        assert kept <= length and frame[12:14] == b"\x08\x00" and frame[23] == 6, frame
        header = (frame[14 + 20 + 12] >> 4) * 4
        flags = frame[14 + 20 + 13]
        yield ({name for bit, name in FLAGS.items() if flags & bit},
               struct.unpack_from(">H", frame, 16)[0] - 20 - header)


def main():
    with open("script.lua", "w", encoding="utf-8") as file:
        file.write(SCRIPT)
    done = run("run", "--lab", "--pcapng", "capture.pcapng", "script.lua")
    if done.returncode and "no private network" in done.stderr:
        print(f"skipped: {done.stderr}")
        sys.exit(1 if os.environ.get("CI") else 77)
    assert done.returncode == 0, done
    assert done.stdout.startswith("10.0.0.2\t10.0.0.1\thello\nfalse\tConnectionRefusedError"), done.stdout

    seen = list(packets("capture.pcapng"))
    assert [flags for flags, _ in seen[:3]] == [{"SYN"}, {"SYN", "ACK"}, {"ACK"}], seen
    assert sum(length for _, length in seen) == 10 and ({"RST", "ACK"}, 0) in seen, seen

    if shutil.which("tshark"):
        told = subprocess.run(["tshark", "-r", "capture.pcapng", "-T", "fields", "-e", "tcp.flags", "-e", "tcp.len",
                               "-e", "tcp.seq"], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
        rows = [line.split("\t") for line in told]
        theirs = [({name for bit, name in FLAGS.items() if int(flags, 16) & bit}, int(length)) for flags, length, _ in rows]
        assert theirs == seen, (theirs, seen)
        assert [number for _, _, number in rows[:3]] == ["0", "0", "1"], rows

    refused = run("run", "--lab", "script.lua", under=NO_LAB)
    assert refused.returncode == 1 and "no private network: user namespace" in refused.stderr, refused


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
