"""The manual's examples pass, each in a session of its own where its page says so."""
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
