"""The manual's examples pass, each in a session of its own where its page says so; and help finds its sections."""
import os
import re
import subprocess
import sys

program = os.environ["SOCKRATES"]
if not os.path.exists(program):
    print("skipped: the tutor was not built")
    sys.exit(77)
done = subprocess.run([program, "check", f"{os.environ['SOCKRATES_SOURCE']}/docs/manual"], capture_output=True, text=True,
                      check=False)
count = re.search(r"(\d+) blocks: all passed", done.stdout)
if done.returncode != 0 or count is None or int(count[1]) < 150:
    print(done.stdout + done.stderr)
    sys.exit(1)


def help_about(*words):
    said = subprocess.run([program, "help", *words], capture_output=True, text=True, check=False)
    return said.returncode, said.stdout, said.stderr


listed = help_about()
for words, status, wanted in [
        (["connect"], 0, "s:connect(host, port)"), (["s:connect"], 0, "Connects to an address."),
        (["Address", "already", "in", "use"], 0, "EADDRINUSE"), (["byte order"], 0, "byte order"),
        (["AF_INET"], 0, "Its value is 2"), (["pcall"], 0, "pcall"), (["error="], 0, "error=NAME"),
        (["goto"], 0, ":goto STEP"), (["run"], 0, "usage: sockrates run"), (["help"], 0, listed[1]),
        (["--help"], 0, listed[1]), (["conect"], 2, "")]:
    code, out, err = help_about(*words)
    assert code == status and wanted in out, (words, code, out, err)
assert "Did you mean connect" in help_about("conect")[2]
