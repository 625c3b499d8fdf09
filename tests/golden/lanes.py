"""A ladder is never wider than the paper, whatever lanes are called; where they do not fit, it says so."""

import os
import subprocess
import sys

SOCKRATES = os.environ["SOCKRATES"]
SCRIPT = """
local families = {socket.AF_INET, socket.AF_INET6, socket.AF_UNIX}
local peers = {}
for i = 1, tonumber(arg[1]) do
    peers[i] = lab.peer(function(l) local c = l:accept(); c:sendall(("x"):rep(20 * i)); c:recv(100) end,
                        {name = "a-long-name-" .. i, family = families[i % 3 + 1]})
end
for i = 1, tonumber(arg[1]) do
    local s = socket.socket(families[i % 3 + 1])
    s:connect(peers[i].address)
    s:recv(200)
    s:sendall("hello world")
    s:close()
end
if arg[2] then socket.socket(socket.AF_INET, socket.SOCK_DGRAM):sendto("hello", {"127.0.0.123", 45999}) end
"""

for peers in [1, 2, 3, 4, 8]:
    for more in [[], ["more"]]:
        for width in [40, 60, 80, 100, 160]:
            ran = subprocess.run([SOCKRATES, "run", "--ladder", "-", str(peers), *more], input=SCRIPT, text=True,
                                 capture_output=True, timeout=30, env=dict(os.environ, COLUMNS=str(width)))
            lines = ran.stderr.splitlines()
            wide = [line for line in lines if len(line) > width]
            if ran.returncode or not lines or wide:
                sys.exit(f"{peers} peers, {width} columns: {ran.stderr}")
            words = lines[0] == f"{1 + peers + len(more)} lanes do not fit into {width} columns."
            if words != any(line.startswith("you: ") for line in lines):
                sys.exit(f"{peers} peers, {width} columns: words, and nobody says so\n{ran.stderr}")
