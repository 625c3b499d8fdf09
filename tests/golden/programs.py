"""Exercises in C and Python: for each language the solution passes, the starter and every wrong answer fail, and what is
wrong is told with the lesson's lines. As root and as an ordinary user; aloud where a compiler is missing."""
import os
import re
import shutil
import subprocess

SOCKRATES = os.environ["SOCKRATES"]
LAB = subprocess.run([SOCKRATES, "run", "--lab", "-"], input="", capture_output=True, text=True,
                     check=False).returncode == 0
MISSING = [tool for tool in ("cc", "python3") if shutil.which(tool) is None]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "lesson.md"), encoding="utf-8") as source:
    LESSON = source.read()


def check(text, *options, user=(), env=None):
    with open("programs.md", "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([*user, SOCKRATES, "check", *options, "programs.md"], capture_output=True, text=True,
                          timeout=60, check=False, env=env)
    return done.returncode, done.stdout + done.stderr


def changed(old, new):
    assert old in LESSON, old
    return LESSON.replace(old, new)


def line_of(text, part):
    return text[:text.index(part)].count("\n") + 1


def expect(text, part, status=1, **options):
    got, said = check(text, **options)
    said = re.sub(r"\n +[-+]? ?", "\n", said)
    assert got == status and part in said, f"status {got}, expected {part!r} in:\n{said}"


def users():
    yield ()
    if os.geteuid() == 0 and shutil.which("setpriv"):
        yield ("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=-all")


def right():
    for user in users():
        expect(LESSON, "10 blocks: all passed", status=0, user=user)


def compile_error():
    text = changed("return 2; /* starter */", "return nothing;")
    line = line_of(text, "return nothing;")
    expect(text, f"programs.md:{line}: It does not compile:\nprograms.md: In function")
    expect(text, f"programs.md:{line}:16: error: ‘nothing’ undeclared")


def warning():
    text = changed("char bytes[100];", "char bytes[100], unused;")
    expect(text, "It compiles, but not without a warning:")
    expect(text, f"programs.md:{line_of(text, 'unused')}:22: warning: unused variable")


def solution_fails():
    text = changed('s.sendall(b"ping")', 's.sendall(b"pong")')
    expect(text, f"programs.md:{line_of(text, 'import socket  # solution')}: The solution does not pass the check: "
                 "Nothing came back.")
    expect(changed('print(s.recv(100).decode())', 'print(1 / 0)'), "ExitStatus: the program ended with status 1")


def starter_passes():
    solution = re.search(r"```python \{\.solution\}\n(.*?)```", LESSON, re.S).group(1)
    text = changed("import socket  # starter\n", solution)
    expect(text, "The starter passes the check already.")


def wrong_passes():
    text = changed('print("ping")  # wrong', re.search(r"```python \{\.solution\}\n(.*?)\n```", LESSON, re.S).group(1))
    expect(text, "This wrong answer passes the check.")


def bounded():
    """Programs that never end, that a signal ends, that fork without end."""
    wrong = "    return 1; /* wrong */"
    for body, told in (("    for (;;);", "It had not come to its end when its time was over"),
                       ("    raise(SIGSEGV);\n    return 0;", "SIGSEGV (Segmentation fault) ended the program"),
                       ("    for (;;)\n        fork();", "it had more than 32 processes at once"),
                       ("    kill(getppid(), SIGKILL);\n    return 3;", "the program ended with status 3")):
        text = changed(wrong, body).replace("```c {.wrong}", "```c {.wrong timeout=1.5s}\n#include <signal.h>\n"
                                            "#include <unistd.h>")
        expect(text, told)


def hidden():
    """A hidden check calls the program, too; what the setup has started is there for both."""
    for word, status, told in (("ping", 0, "10 blocks: all passed"), ("pong", 1, "It said ping, not pong.")):
        with open("programs.check.lua", "w", encoding="utf-8") as file:
            file.write(f"""if language == "lua" then return true end
local run = answer.any(echo.address)
return run.result == "{word}" and run.open == 0 and #run.calls > 0, "It said " .. tostring(run.result) .. ", not {word}."
""")
        expect(LESSON, told, status=status)
    os.remove("programs.check.lua")


def parts():
    expect(changed("```python {.solution}", "```python"), "In Python this exercise needs a ```python {.solution} block, too.")
    expect(changed("```lua {.check faults={delay}}", "```c {.check}"),
           "A .check block is Lua, whatever language the exercise is solved in.")


def without_a_compiler():
    os.makedirs("tools", exist_ok=True)
    if not os.path.exists("/usr/bin/python3"):
        print("skipped: without_a_compiler: no /usr/bin/python3")
        return
    os.chmod("tools", 0o755)
    os.symlink("/usr/bin/python3", "tools/python3")
    expect(LESSON, "skipped. Needs cc, which is not installed here: programs in C cannot be run.", status=0,
           env={**os.environ, "PATH": os.path.abspath("tools")})


if not LAB or MISSING:
    print(f"skipped: {', '.join(MISSING) or 'no private network can be made here'}")
else:
    os.chmod(".", 0o755)
    os.chmod("..", os.stat("..").st_mode | 0o055)
    for test in (right, compile_error, warning, solution_fails, starter_passes, wrong_passes, bounded, hidden, parts,
                 without_a_compiler):
        test()
        print(f"{test.__name__}: fine")
    shutil.rmtree("tools", ignore_errors=True)
    os.remove("programs.md")
