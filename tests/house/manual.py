"""The manual page and the shells' completions: well-formed, and they know every subcommand and every option that
--help names; bash completes as a person would expect."""
import os
import re
import shutil
import subprocess
import sys

source, program = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES"]
share = f"{os.environ['SOCKRATES_BUILD']}/share"
PAGE = f"{share}/man/man1/sockrates.1"
COMPLETIONS = {"bash": f"{share}/bash-completion/completions/sockrates", "zsh": f"{share}/zsh/site-functions/_sockrates"}
# What mandoc cannot know on a machine without all the manuals.
IGNORED = re.compile(r"outdated mandoc.db|referenced manual not found")


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def lint_page(path):
    lines = run("mandoc", "-T", "lint", "-W", "style", path).stdout.splitlines()
    return [line for line in lines if not IGNORED.search(line)]


def subcommands(help_text):
    """The words that the indented lines begin with: '  docs build FOLDER ...   make a site'."""
    return re.findall(r"^  ([a-z]+(?: [a-z]+)?)\b(?= [A-Z[]|  )", help_text, re.M)


def options(name):
    """The options that a subcommand's --help explains, each on a line of its own."""
    told = run(program, *name.split(), "--help").stdout
    return re.findall(r"^ +(?:-\w, )?--([a-z-]+)", told, re.M)


COMPLETED = {
    "": "learn run trace lab check new docs kernel progress handin collect doctor help",
    "ch": "check",
    "docs ": "build serve render export",
    "docs s": "serve",
    "new ": "lesson course",
    "check --f": "--format",
    "check --format ": "text tap junit json github",
    "check x.md --format j": "junit json",
    "learn --theme d": "dark",
    "run --to ": "python c",
    "docs build --repo": "--repository",
    "docs render --": "--unsafe --help",
    "docs serve -p ": "",
    "progress --j": "--json",
    "--v": "--version",
}


def completed_by_bash(line):
    """What bash offers at the end of `sockrates LINE`, where no file is asked for."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _sockrates; '
              'echo "${COMPREPLY[@]}"')
    return run("bash", "-c", script, "bash", COMPLETIONS["bash"], "sockrates", *line.split(" ")).stdout.strip()


def knows(text, option):
    """The page says Fl -name, the completions --name."""
    return re.search(rf"(Fl -|--){re.escape(option)}\b", text)


trouble, skipped = [], []
if shutil.which("mandoc"):
    with open("bad.1", "w", encoding="utf-8") as file:
        file.write(".Dd today\n.Sh NAME\n")
    assert lint_page("bad.1"), "mandoc found nothing wrong with a bad page"
    os.remove("bad.1")
    trouble += lint_page(PAGE)
else:
    skipped.append("mandoc is not installed")

for shell, path in COMPLETIONS.items():
    if not shutil.which(shell):
        skipped.append(f"{shell} is not installed")
        continue
    parsed = run(shell, "-n", path)
    if parsed.returncode != 0:
        trouble.append(f"{path}: {parsed.stderr}")

if shutil.which("bash"):
    for line, wanted in COMPLETED.items():
        got = completed_by_bash(line)
        if got != wanted:
            trouble.append(f"`sockrates {line}` is completed with '{got}', not '{wanted}'")

if os.path.exists(program):
    with open(f"{source}/repl/render/command_rows.c", encoding="utf-8") as rows, open(PAGE, encoding="utf-8") as page:
        commands, text = re.findall(r"COMMAND_\w+\] = \{\.name = \"(\w+)\"", rows.read()), page.read()
    with open(f"{source}/repl/translate/languages.h", encoding="utf-8") as languages:
        words = re.findall(r"row\([A-Z]+, (\w+), ", languages.read())
    assert {"c", "python"} <= set(words), words
    commands += words
    assert len(commands) > 10
    trouble += [f"{PAGE} does not know :{name}" for name in commands if f".It Ic \\&:{name}" not in text]
    texts = {path: open(path, encoding="utf-8").read() for path in [PAGE, *COMPLETIONS.values()]}
    trouble += [f"{path} does not know --to {word}" for path in (PAGE, COMPLETIONS["zsh"]) for word in words
                if not re.search(rf"to\b.*\b{word}\b", texts[path])]
    named = subcommands(run(program, "--help").stdout)
    assert {"run", "docs build", "doctor"} <= set(named), f"--help names too few subcommands: {named}"
    trouble += [f"{path} does not know the subcommand '{name}'"
                for name in named for path, text in texts.items() if not re.search(rf"\b{name}\b", text)]
    known = 0
    for name in [name for name in named if name != "help"]:
        for option in options(name):
            known += 1
            trouble += [f"{path} does not know `{name} --{option}`"
                        for path, text in texts.items() if option != "help" and not knows(text, option)]
    assert known > 30, f"the subcommands explain too few options: {known}"
print("\n".join(trouble + [f"skipped: {reason}" for reason in skipped]))
sys.exit(1 if trouble else 77 if skipped else 0)
