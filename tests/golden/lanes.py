"""A ladder is never wider than the paper, whatever lanes are called; where they do not fit, it says so.

Only programs that are followed have threads, and so no other lane speaks of one.
"""

import os
import subprocess
import sys
import tempfile

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

LESSON = """# A relay

```lua
web = lab.web()
```

```lua {show=value,ladder}
s = socket.create_connection(lab.relay{to = web, close_after = 110}.address)
s:sendall("GET /hello.txt HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
s:recv(1000)
```

```output {.ladder}
nothing like it
```
"""

with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "relay.md")
    with open(file, "w", encoding="utf-8") as lesson:
        lesson.write(LESSON)
    ran = subprocess.run([SOCKRATES, "check", file], text=True, capture_output=True, timeout=30)
if "relay" not in ran.stdout or "recv(" not in ran.stdout or "thread" in ran.stdout:
    sys.exit(f"a relay's lane: {ran.stdout}{ran.stderr}")
