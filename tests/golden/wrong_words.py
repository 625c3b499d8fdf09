"""What every command says of words that it cannot follow: one form, and one exit status.

A wrong option, a missing argument, a word too many, and what is named and is not there, cannot be read or has no lessons are
faults of the command line: status 2, nothing on standard output, and what is said begins with the command's name.
"""
import os
import re
import subprocess
import tempfile

PROGRAM = os.environ["SOCKRATES"]
KERNEL = os.path.exists(os.path.join(os.path.dirname(PROGRAM), "..", "libexec", "sockrates", "sockrates-kernel"))

# Each command: words that it can follow but for the one in question.  PATH is what has to be there.
COMMANDS = {
    "learn": ["--lessons", "PATH"],
    "run": ["PATH"],
    "trace": None,
    "lab": None,
    "check": ["PATH"],
    "new lesson": [],
    "new course": [],
    "docs build": ["PATH", "-o", "site"],
    "docs serve": ["PATH"],
    "docs render": ["PATH"],
    "docs export": ["PATH", "-o", "out"],
    "progress": ["--lessons", "PATH"],
    "handin": ["-o", "Ada.html", "--lessons", "PATH"],
    "collect": ["PATH"],
    "doctor": None,
    "help": None,
} | ({"kernel install": None, "kernel start": None} if KERNEL else {})

NEEDS_ARGUMENT = ["run", "trace", "check", "new lesson", "new course", "docs build", "docs serve", "docs render",
                  "docs export", "collect", *(["kernel start"] if KERNEL else [])]
TAKES_NO_MORE = {"new lesson": ["a", "b"], "new course": ["a", "b"], "docs build": ["HERE", "HERE"],
                 "docs render": ["HERE", "HERE"], "progress": ["a"], "doctor": ["a"], "learn": ["a", "b"]}
MORE_PATHS = {"check": ["HERE", "PATH"], "docs build": ["HERE", "-o", "site", "--theme", "PATH"],
              "collect": ["HERE", "--lessons", "PATH"]}

home = tempfile.TemporaryDirectory(prefix="wrong-words-")
os.mkdir(os.path.join(home.name, "there"))
os.mkfifo(os.path.join(home.name, "pipe.md"))
environment = {"HOME": home.name, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMPDIR": home.name}


def said(command, words):
    words = [os.path.join(home.name, "there") if word == "HERE" else word for word in words]
    return subprocess.run([PROGRAM, *command.split(), *words], cwd=home.name, env=environment, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=60)


def fault(command, words, pattern, status=2):
    """The command refuses the words, and says why in its own name."""
    result = said(command, words)
    shown = f"sockrates {command} {' '.join(words)}: {result}"
    lines = result.stderr.splitlines()
    assert result.returncode == status, shown
    assert result.stdout == "", shown
    assert lines and all(line.startswith(f"sockrates {command}: ") for line in lines), shown
    assert re.search(pattern, result.stderr), shown


listed = subprocess.run([PROGRAM, "help"], capture_output=True, text=True, env=environment, timeout=60).stdout
names = {match.group(1) for match in re.finditer(r"^  ((?:new |docs |kernel )?[a-z]+)(?: |$)", listed, re.M)}
assert names - {"kernel install", "kernel start"} == COMMANDS.keys() - {"kernel install", "kernel start"}, names

for command, words in COMMANDS.items():
    fault(command, ["--nosuchoption"], "there is no option '--nosuchoption'")
    if words and "PATH" in words:
        fault(command, ["nosuchpath" if word == "PATH" else word for word in words],
              r"cannot read nosuchpath: No such file or directory\n$")
        if command != "run":  # a script may come through a pipe
            fault(command, ["pipe.md" if word == "PATH" else word for word in words],
                  r"cannot read pipe.md: it is neither a file nor a folder\n$")
for command, words in MORE_PATHS.items():
    fault(command, ["nosuchpath" if word == "PATH" else word for word in words], "cannot read nosuchpath")
for command in NEEDS_ARGUMENT:
    fault(command, [], f"`sockrates {command} --help` says how to use it")
for command, words in TAKES_NO_MORE.items():
    fault(command, words, "one word too many|one lesson at a time")

# A folder without lessons is no course for anybody, and a folder no lesson and no script.
EMPTY = r"there: This folder has no lessons. A lesson is a file NAME.md.$"
for command, words in {"check": ["HERE"], "handin": ["-o", "Ada.html", "--lessons", "HERE"],
                       "collect": ["HERE", "--lessons", "HERE"]}.items():
    fault(command, words, EMPTY)
for command, words in {"docs build": ["HERE", "-o", "site"], "docs export": ["HERE", "-o", "out"]}.items():
    result = said(command, words)
    assert (result.returncode, result.stdout) == (2, "") and re.search(EMPTY, result.stderr, re.M), result
fault("run", ["HERE"], "Is a directory")
fault("docs render", ["HERE"], "Is a directory")
fault("collect", ["HERE"], "there is no hand-in in .*there")

# A lesson that is named is read at a terminal, or not at all.
fault("learn", ["nosuch.md"], r"cannot read nosuch.md: No such file or directory\n$")
fault("learn", ["no/such"], r"cannot read no/such: No such file or directory\n$")
fault("learn", ["pipe.md"], r"cannot read pipe.md: it is neither a file nor a folder\n$")
for word in ["HERE", "1", "nosuchlesson", "05-connect.md"]:
    fault("learn", [word], "standard input is none; `sockrates check FILE` runs one without")

# Programs that are not there: as shells have it, also where a folder of PATH may not be read.
closed = os.path.join(home.name, "closed")
os.mkdir(closed, 0)
environment["PATH"] = f"{closed}:{environment['PATH']}"
fault("trace", ["nosuchprogram"], "There is no such program in PATH", 127)
if said("lab", ["true"]).returncode == 0:
    fault("lab", ["nosuchprogram"], "There is no such program in PATH", 127)
os.chmod(closed, 0o700)

# Names that mean nothing.
fault("new lesson", ["A b"], "is no good name")
fault("new course", ["A b"], "is no good name")
fault("help", ["nosuchthing"], "Nothing is known as")
for command, words in {"handin": ["nosuchlesson", "-o", "Ada.html"], "collect": ["HERE", "nosuchlesson"]}.items():
    fault(command, words, "there is no lesson \"nosuchlesson\".*:lessons lists them")

# A file without blocks passes, but nobody is told that something was checked.
with open(os.path.join(home.name, "words.md"), "w", encoding="utf-8") as file:
    file.write("# Words\n\nNothing to run.\n")
result = said("check", ["words.md"])
assert result.returncode == 0 and "1 lesson, no blocks to check" in result.stdout, result
assert "passed" not in result.stdout, result

# Who names the order of a course means the course.
os.rename(os.path.join(home.name, "words.md"), os.path.join(home.name, "there", "words.md"))
with open(os.path.join(home.name, "there", "SUMMARY.md"), "w", encoding="utf-8") as file:
    file.write("# A course\n\n- [Words](words.md)\n")
result = said("docs export", ["there/SUMMARY.md", "-o", "out"])
assert result.returncode == 0 and os.listdir(os.path.join(home.name, "out")) == ["words.ipynb"], result
result = said("check", ["there/SUMMARY.md"])
assert result.returncode == 0 and "words.md" in result.stdout, result
environment["PWD"] = os.path.join(home.name, "there")
result = subprocess.run([PROGRAM, "check", "SUMMARY.md"], cwd=os.path.join(home.name, "there"), env=environment,
                        capture_output=True, text=True, timeout=60)
assert result.returncode == 0 and "words.md" in result.stdout, result
home.cleanup()
