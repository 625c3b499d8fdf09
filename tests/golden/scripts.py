"""Scripts as they come: byte-order marks in files, on standard input and at the prompt; what write() gives back."""

import os
import subprocess
import sys

SOCKRATES = os.environ["SOCKRATES"]
MARK = "\ufeff"

ROWS = [
    (["run", "-"], MARK + "print(1)\n", "1\n"),
    (["run", "-"], MARK + "#!/usr/bin/env sockrates\nprint(1)\n", "1\n"),
    (["run", "-"], "#!/usr/bin/env sockrates\nprint(1)\n", "1\n"),
    ([], MARK + "print(1)\n", "1\n"),
    ([], MARK + "1 + 1\n2 + 2\n", "2\n4\n"),
    ([], MARK + "\nif true then\nprint(1)\nend\n", "1\n"),
    ([], 'io.write("a", 1, "\\n")\n', "a1\n"),
    ([], 'io.write("a"):write("b\\n")\n', "ab\n"),
    ([], 'io.stdout:write("a\\n")\nio.stderr:write("b\\n")\n', "a\nb\n"),
    ([], "io.stdout\n", "file (standard output)\n"),
]

for arguments, text, expected in ROWS:
    ran = subprocess.run([SOCKRATES, *arguments], input=text, capture_output=True, text=True, timeout=30)
    if ran.returncode != 0 or ran.stderr or ran.stdout != expected:
        sys.exit(f"{arguments} {text!r}: {ran}")
