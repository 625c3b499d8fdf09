"""What the lesson about TLS says of OpenSSL's server, asked of that server: the lesson's own hello, its own functions."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOCKRATES = os.environ["SOCKRATES"]
LESSON = os.path.join(os.path.dirname(__file__), "..", "..", "lessons", "21-tls-over-this.md")
ASK = """
local s = socket.create_connection({"127.0.0.1", tonumber(arg[1])}, 5)
s:sendall(hello)
local types = {}
for i = 1, 6 do types[i] = read_record(s) end
s:sendall("this is no TLS")
types[7] = read_record(s)
print(table.concat(types, " "))
"""

if not shutil.which("openssl"):
    print("skipped: openssl is not installed")
    sys.exit(77)

with open(LESSON, encoding="utf-8") as file:
    blocks = re.findall(r"^```lua\n(.*?)^```$", file.read(), re.M | re.S)
said = [block for block in blocks if block.startswith("function bytes(") or block.startswith("function read_exactly(")]
assert len(said) == 2, blocks

with tempfile.TemporaryDirectory() as folder:
    key, certificate, script = (os.path.join(folder, name) for name in ("key.pem", "cert.pem", "ask.lua"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                    key, "-out", certificate, "-subj", "/CN=lesson.example"], check=True, capture_output=True, timeout=30)
    with open(script, "w", encoding="utf-8") as file:
        file.write(re.sub(r"\n[^\n(]*(#hello|\))\n$", "\n", said[0]) + said[1] + ASK)
    with subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-key", key, "-cert", certificate],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        line = ""
        while not line.startswith("ACCEPT"):
            line = server.stdout.readline()
            assert line != "", "openssl s_server has ended"
        asked = subprocess.run([SOCKRATES, "run", script, line.rsplit(":", 1)[1].strip()], capture_output=True, text=True, timeout=20)
        server.kill()
assert asked.stdout.split()[:6] == "22 20 23 23 23 23".split(), asked
print("ok", asked.stdout)
