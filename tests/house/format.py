"""All C looks as .clang-format says. Its versions differ in details, so one is asked: the one of Debian 12.

The rule is first tried on a made file, so that this test is known to be able to fail.
"""
import os
import re
import shutil
import subprocess
import sys

VERSION = "14"


def find_formatter():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        path = shutil.which(name)
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if re.search(rf"version {VERSION}\.", said):
                return path
    return None


def complaints(formatter, files, **options):
    done = subprocess.run([formatter, "--dry-run", "--Werror", "--style=file", *files], capture_output=True, text=True,
                          **options)
    return done.stderr if done.returncode else ""


source = os.environ["SOCKRATES_SOURCE"]
formatter = find_formatter()
if formatter is None:
    print(f"clang-format {VERSION} is not here: the look of the code was not tested.")
    sys.exit(1 if os.environ.get("CI") else 77)

assert complaints(formatter, ["--assume-filename=made.c"], input="int  main(void) { return 0; }\n", cwd=source)

files = [os.path.join(folder, name) for top in ("repl", "docs", "tests")
         for folder, folders, names in os.walk(os.path.join(source, top)) if "node_modules" not in folder
         for name in sorted(names) if name.endswith((".c", ".h"))]
found = complaints(formatter, files)
if found:
    print(found + f"\n{formatter} -i FILE mends it.")
sys.exit(1 if found else 0)
