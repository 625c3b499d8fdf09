"""What Wireshark makes of a capture: the same flags, lengths and numbers as lab.packets(), and what the wire did as a comment."""
import os
import shutil
import subprocess
import sys
import tempfile

SOCKRATES = os.environ["SOCKRATES"]
SCRIPT = """
local p = lab.echo()
lab.drop{syn=true, nth=1}
local s = socket.create_connection(p.address)
s:sendall("hello")
s:recv(9)
lab.wire{delay=0.02, to="peer"}
s:sendall("late")
s:recv(9)
lab.wire{dup=1, to="peer"}
s:sendall("twice")
s:recv(9)
lab.wire{}
lab.inject{from="peer", rst=true}
pcall(s.recv, s, 9)
lab.save("FILE")
for _, packet in ipairs(lab.packets{proto="tcp"}) do
    local flags = (packet.fin and 1 or 0) + (packet.syn and 2 or 0) + (packet.rst and 4 or 0) + (packet.psh and 8 or 0) + (packet.ack and 16 or 0)
    print(flags, packet.length, packet.seq, packet.acknowledged, packet.window, packet.fate)
end
"""
COMMENTS = {"dropped": "dropped by the wire: a rule said so", "injected": "injected at the wire: no host sent it",
            "duplicated": "duplicated by the wire: this is its copy"}
FIELDS = ["tcp.flags", "tcp.len", "tcp.seq", "tcp.ack", "tcp.window_size", "frame.comment"]

if shutil.which("tshark") is None:
    print("tshark is not there")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    file = f"{folder}/capture.pcapng"
    done = subprocess.run([SOCKRATES, "run", "--lab", "-"], input=SCRIPT.replace("FILE", file), capture_output=True,
                          text=True, timeout=30, check=False)
    if "no private network" in done.stderr:
        print(done.stderr)
        sys.exit(77)
    assert done.returncode == 0, done
    fields = [word for field in FIELDS for word in ("-e", field)]
    read = subprocess.run(["tshark", "-r", file, "-Y", "tcp", "-T", "fields", "-E", "separator=\t", *fields],
                          capture_output=True, text=True, timeout=60, check=True).stdout.rstrip("\n").split("\n")
rows = [line.split("\t") for line in done.stdout.strip().split("\n")]
assert len(read) == len(rows) and len(rows) > 8, (read, rows)
delayed = 0
for row, line in zip(rows, read):
    flags, length, seq, ack, window, comment = (line.split("\t") + [""])[:6]
    assert [int(flags, 16), int(length), int(seq)] == [int(word) for word in row[:3]], (row, line)
    assert int(row[0]) & 16 == 0 or int(ack) == int(row[3]), (row, line)
    assert int(window) == int(row[4]), (row, line)
    wanted = COMMENTS.get(row[5], "")
    delayed += comment.startswith("delayed by the wire 2")
    assert comment == wanted or (row[5] == "delivered" and comment.startswith("delayed by the wire")) or (
        wanted and comment.startswith(wanted)), (row, line)
assert delayed >= 1 and {row[5] for row in rows} == {"dropped", "delivered", "duplicated", "injected"}, rows
