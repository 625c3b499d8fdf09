"""`sockrates check` and `sockrates new` on lessons written here: what they print, what they leave in the files."""
import base64
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree as xml

import yaml

SOCKRATES = os.environ["SOCKRATES"]


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", newline="") as file:
        file.write(text)


def get(path):
    with open(path, newline="") as file:
        return file.read()


# Where no private network can be made: the kernel says no. (Leaks cannot be looked for under strace.)
NO_LAB = ["env", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM"]


def run(*arguments, status, under=(), **more):
    done = subprocess.run([*under, SOCKRATES, *arguments], capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


def same(observed, expected):
    assert observed == expected, f"\n--- expected\n{expected}\n--- observed\n{observed}"


def without_times(text):
    """Lines without the time at their end."""
    return "".join(line.rsplit(", ", 1)[0] + "\n" if line.endswith("s") and line[-3:] in (" ms", " us") or
                   line.endswith(" s") else line + "\n" for line in text.splitlines())


PASSING = """# Fine

```lua {#sum}
print("port", 40123)
1 + 1
```

```output
port	<port>
2
```

```lua {error=ECONNREFUSED}
socket.socket():connect({"127.0.0.1", 9})
```
"""

FAILING = """# Not fine

Words.

```lua {#greet}
print("hello")
print("fd 5")
print("world")
```

```output
hello
fd <fd>
moon
```

```lua
error("oh")
```
"""


def test_passing():
    put("fine.md", PASSING)
    out, err = run("check", "fine.md", status=0)
    same(without_times(out), "✓ fine.md  2 blocks\n1 lesson, 2 blocks: all passed\n")
    same(err, "")


def test_sessions():
    """A session for each section, where the lesson wants it; blocks of one section share it."""
    put("shared.md", "# A\n\n## One\n\n```lua\nx = 1\n```\n\n```lua\nx = x + 1\n```\n\n### Two\n\n```lua\nprint(x)\n```\n\n"
        "```output\n2\n```\n")
    run("check", "shared.md", status=0)
    put("apart.md", "---\nsessions: section\n---\n" + get("shared.md"))
    said, _ = run("check", "apart.md", status=1)
    assert "1 of 3 blocks failed" in said and "- 2\n" in said and "+ nil\n" in said, said
    put("apart.md", get("apart.md").replace("```output\n2\n", "```output\nnil\n"))
    run("check", "apart.md", status=0)


def test_failing():
    put("bad.md", FAILING)
    out, _ = run("check", "bad.md", status=1)
    same(without_times(out), """✗ bad.md  2 of 2 blocks failed
  bad.md:14: #greet The output differs (- expected, + observed):
        hello
        fd <fd>
      - moon
      + world
  bad.md:18: LuaError: oh
1 lesson, 2 blocks: not all passed, 2 failed
""")


def test_no_unicode():
    put("bad.md", FAILING)
    out, _ = run("check", "bad.md", status=1, env=dict(os.environ, LC_ALL="C"))
    assert out.startswith("FAILED bad.md"), out
    out.encode("ascii")


def test_mistakes_in_the_text():
    put("typo.md", "# T\n\n```lua {timout=2s}\nx = 1\n```\n\n```lua\nopen()\n")
    out, _ = run("check", "typo.md", status=1)
    assert "typo.md:3: Unknown option `timout`. Did you mean `timeout`?\n" in out, out
    assert "typo.md:7: This fence is never closed. Write ``` on a line of its own where the code ends.\n" in out, out
    with open("garbage.md", "wb") as file:
        file.write(os.urandom(2000) + b"\xff\n")
    out, _ = run("check", "garbage.md", status=1)
    assert "This is not UTF-8 text. Is it a Markdown file?" in out, out


def test_wrong_usage():
    os.makedirs("empty", exist_ok=True)
    put("fine.md", PASSING)
    for arguments, message in (
        (["nowhere"], "cannot read nowhere: No such file or directory"),
        (["fine.md", "nowhere"], "cannot read nowhere: No such file or directory"),
        (["empty"], "empty: This folder has no lessons. A lesson is a file NAME.md."),
        ([], "name a lesson or a folder of lessons to check"),
        (["--acept", "fine.md"], "there is no option '--acept'; did you mean '--accept'?"),
        (["--format", "yaml", "fine.md"], "'yaml' is not text, tap, junit, json or github"),
        (["--repeat", "0", "fine.md"], "'0' is not a number from 1 to 100000"),
        (["fine.md", "--repeat", "2x"], "'2x' is not a number from 1 to 100000"),
        (["--repeat"], "'--repeat' needs a value"),
        (["--accept", "--repeat", "2", "fine.md"], "--accept takes one run; leave --repeat out"),
        (["--watch", "--json", "fine.md"], "--watch shows text; leave --format and --json out"),
    ):
        out, err = run("check", *arguments, status=2)
        same(out, "")
        assert "sockrates check: " + message + "\n" in err, (arguments, err)
    out, _ = run("check", "--help", status=0)
    assert "--accept" in out and "--repeat N" in out, out


def test_accept():
    before = FAILING.replace("Words.", "Words. \t\r\n\r\n\x0c* odd  ") + "\n\n```output\nnever\n```"
    put("accept.md", before)
    os.chmod("accept.md", 0o640)
    os.makedirs("links", exist_ok=True)
    if not os.path.islink("links/accept.md"):
        os.symlink("../accept.md", "links/accept.md")
    out, _ = run("check", "--accept", "links/accept.md", status=1)
    assert "1 output accepted" in out and "LuaError: oh" in out, out
    same(get("accept.md"), before.replace("moon\n", "world\n"))
    assert os.path.islink("links/accept.md")
    assert os.stat("accept.md").st_mode & 0o777 == 0o640
    inode = os.stat("accept.md").st_ino
    run("check", "--accept", "accept.md", status=1)
    assert os.stat("accept.md").st_ino == inode, "a file without news is written again"
    assert sorted(os.listdir("links")) == ["accept.md"], os.listdir("links")
    put("raises.md", "# R\n\n```lua\nerror('oh')\n```\n\n```output\nmoon\n```\n")
    before = get("raises.md")
    run("check", "--accept", "raises.md", status=1)
    same(get("raises.md"), before)
    put("good.md", FAILING.split("```lua\nerror")[0])
    run("check", "--accept", "good.md", status=0)
    run("check", "good.md", status=0)


def test_course():
    put("course/SUMMARY.md", "# Course\n\n- [B](b.md)\n- [A](a.md)\n- [Missing](aa.md)\n")
    put("course/a.md", PASSING)
    put("course/b.md", "# B\n\nNo block.\n")
    put("course/c.md", "not listed\n")
    out, _ = run("check", "course", status=1)
    same(without_times(out), """✗ course/SUMMARY.md
  course/SUMMARY.md:5: There is no file `aa.md`. Did you mean `a.md`?
✓ course/b.md  no blocks to check
✓ course/a.md  2 blocks
2 lessons, 2 blocks: not all passed, 1 mistake in the text
""")


# The attributes of each element, as that schema has them.
JUNIT = {"testsuites": {"name", "time", "tests", "failures", "errors"},
         "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "file"},
         "testcase": {"name", "time", "classname"},
         "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"type", "message"}}


def test_formats():
    put("fine.md", PASSING)
    put("bad.md", FAILING.replace("oh", "<oh> & \\\"x\\\""))
    put("skip.md", "# S\n\n```lua {needs=lab}\nx = 1\n```\n\n```lua {.ignore}\n```\n")
    paths = ["fine.md", "bad.md", "skip.md"]
    out, err = run("check", "--format", "junit", *paths, status=1, under=NO_LAB)
    same(err, "")
    suites = xml.fromstring(out)
    cases = suites.findall("testsuite/testcase")
    assert suites.get("tests") == "5" and suites.get("failures") == "2" and len(cases) == 5, out
    assert cases[3].find("failure").get("message") == 'LuaError: <oh> & "x"', out
    assert cases[2].find("failure").text.endswith("- moon\n+ world"), out
    assert cases[4].find("skipped") is not None, out
    for element in suites.iter():  # the schema of Jenkins knows milliseconds, and nothing finer
        assert "time" not in element.attrib or re.fullmatch(r"\d{1,3}\.\d{3}", element.get("time")), out
        assert element.attrib.keys() <= JUNIT[element.tag], out
    assert all(suite.get(name) for suite in suites for name in ("name", "tests", "failures", "errors")), out

    out, _ = run("check", *paths, "--format=tap", status=1, under=NO_LAB)
    lines = out.splitlines()
    assert lines[:2] == ["TAP version 14", "1..5"], out
    points = [line for line in lines if line.startswith(("ok ", "not ok "))]
    assert [line.split(" - ")[0] for line in points] == ["ok 1", "ok 2", "not ok 3", "not ok 4", "ok 5"], out
    assert "# SKIP Needs the lab" in points[4], out

    details = yaml.safe_load("".join(line[2:] + "\n" for line in lines[lines.index("  ---"):lines.index("  ...")]))
    assert details["message"].endswith("- moon\n+ world\n"), out

    out, _ = run("check", "--format", "github", *paths, status=1, under=NO_LAB)
    assert out.count("\n") == 1, out
    marks = json.loads(base64.b64decode(out, validate=False))
    assert (marks["status"], marks["max_score"], [test["status"] for test in marks["tests"]]) == \
        ("fail", 3, ["pass", "fail", "pass"]), marks
    assert marks["tests"][0] == {"name": "fine.md", "status": "pass", "score": 1, "line_no": 0}, marks
    assert "+ world" in marks["tests"][1]["message"], marks

    out, _ = run("check", "--json", *paths, status=1, under=NO_LAB)
    document = json.loads(out)
    assert (document["passed"], document["failed"], document["skipped"]) == (2, 2, 1), out
    block = document["lessons"][1]["blocks"][0]
    assert (block["id"], block["block"], block["line"], block["verdict"]) == ("greet", 6, 14, "failed"), block


def test_recorded():
    """What cannot run here is shown as the lesson has it, with where that is from."""
    put("there.md", "---\nrecorded: Linux 6.12 in a lab, 2025-11-28\n---\n# T\n\n```lua {needs=lab}\n#lab.packets()\n```\n\n"
        "```output\n<fd> packets\n```\n\n```lua {needs=lab}\n```\n\n```output {.ladder}\nclient --> server\n```\n")
    out, _ = run("check", "there.md", status=0, under=NO_LAB)
    assert "    Recorded on Linux 6.12 in a lab, 2025-11-28; not run here.\n      <fd> packets\n" in out, out
    assert "not run here.\n      client --> server\n" in out, out
    put("there.md", "# T\n\n```lua {needs=lab}\n```\n\n```output\nA\n```\n")
    out, _ = run("check", "there.md", status=0, under=NO_LAB)
    assert "    Recorded by the lesson's author; not run here.\n      A\n" in out, out


EXERCISE = """# E

```lua
function double(x) return x end
```

## Exercise: double it

```lua {.starter}
STARTER
```

<details><summary>Solution</summary>

```lua {.solution}
SOLUTION
```

</details>

<details><summary>Check</summary>

```lua {.check}
assert(double(2) == 4, "double(2) gave " .. tostring(double(2)) .. ", expected 4")
```

</details>

```lua
print(double(3))
```

```output
6
```
"""

RIGHT = "function double(x) return 2 * x end"


def test_exercises():
    fine = EXERCISE.replace("STARTER", "-- your turn").replace("SOLUTION", RIGHT)
    put("exercise.md", fine)
    out, _ = run("check", "exercise.md", status=0)
    assert "5 blocks" in out, out

    put("exercise.md", EXERCISE.replace("STARTER", RIGHT).replace("SOLUTION", RIGHT))
    out, _ = run("check", "exercise.md", status=1)
    assert "exercise.md:10: The starter passes the check already." in out, out

    put("exercise.md", EXERCISE.replace("STARTER", "").replace("SOLUTION", "function double(x) return 5 end"))
    out, _ = run("check", "exercise.md", status=1)
    assert "exercise.md:24: The solution does not pass this check: double(2) gave 5, expected 4\n" in out, out

    # A starter that ends its session, loops for ever or does not parse has not passed.
    for starter in ("os.exit(0)", "while true do end", "this is no Lua", "error('not yet')"):
        put("exercise.md", fine.replace("-- your turn", starter).replace("{.starter}", "{.starter timeout=200ms}"))
        run("check", "exercise.md", status=0)

    put("exercise.md", fine)
    put("exercise.check.lua", "-- nobody sees this\nassert(double(10) == 20)\nassert(double(-1) == -3, 'negative: ' .. double(-1))\n")
    out, _ = run("check", "exercise.md", status=1)
    assert "The solution does not pass the hidden check, at exercise.check.lua:3: negative: -2\n" in out, out

    # An error in the learner's code is told with its own place, and what cannot go over is not blamed on that code.
    put("exercise.check.lua", "-- one\nreturn double(\n  nil)\n")
    out, _ = run("check", "exercise.md", status=1)
    assert "at exercise.check.lua:2: " in out and "exercise.md:16: attempt to perform arithmetic" in out, out
    for own in ("socket.socket()", "function() end", "coroutine.create(print)"):
        put("exercise.check.lua", f"return double({own})\n")
        out, _ = run("check", "exercise.md", status=1)
        assert "check.lua:1: TypeError: a hidden check cannot give its own" in out, out
    os.remove("exercise.check.lua")


def test_repeat():
    put("flaky.md", "# F\n\n```lua {#coin}\nmath.random(2)\n```\n\n```output\n1\n```\n\n```lua\nprint(1)\n```\n")
    out, _ = run("check", "--repeat", "40", "flaky.md", status=1)
    assert "flaky.md:8: #coin flaky: failed " in out and " of 40 times. The output differs" in out, out
    assert "1 of 2 blocks failed, 40 times" in out, out
    put("steady.md", PASSING)
    out, _ = run("check", "steady.md", "--repeat", "3", status=0)
    assert out.startswith("✓ steady.md  2 blocks, 3 times, "), out
    put("always.md", "# A\n\n```lua\nerror('x')\n```\n")
    out, _ = run("check", "--repeat", "3", "always.md", status=1)
    assert "always.md:4: failed 3 of 3 times. LuaError: x\n" in out, out


def test_session_that_ends():
    put("ends.md", "# E\n\n```lua\nos.exit(3)\n```\n\n```lua\nprint(1)\n```\n")
    out, _ = run("check", "ends.md", status=1)
    assert "ends.md:4: The session has ended" in out and "1 of 1 blocks failed" in out, out


def test_lessons_wait_together():
    for number in range(20):
        put(f"wait/{number:02}.md", "# W\n\n```lua\ntime.sleep(0.3)\n```\n")
    begin = time.monotonic()
    out, _ = run("check", "--jobs", "20", "wait", status=0)
    assert time.monotonic() - begin < 3, "20 lessons that wait 0.3 s each take as long as one after the other"
    order = [line.split()[1] for line in out.splitlines()[:20]]
    assert order == sorted(order), order


def start(*arguments):
    return subprocess.Popen([SOCKRATES, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)


def test_interrupt():
    put("long/1.md", "# L\n\n```lua\nprint(1)\n```\n")
    put("long/2.md", "# L\n\n```lua\ntime.sleep(9)\n```\n")
    check = start("check", "long")
    assert "long/1.md" in check.stdout.readline()
    begin = time.monotonic()
    check.send_signal(signal.SIGINT)
    out, _ = check.communicate(timeout=10)
    assert check.returncode == 130, check.returncode
    assert "stopped" in out, out
    assert time.monotonic() - begin < 2, "Ctrl-C takes too long"


def test_watch():
    put("watched/a.md", "# A\n\n```lua\nprint(1)\n```\n")
    put("watched/b.md", "# B\n\n```lua\nprint(1)\n```\n")
    check = start("check", "--watch", "watched")
    try:
        for expected in ("✓ watched/a.md", "✓ watched/b.md", "2 lessons, 2 blocks: all passed"):
            line = check.stdout.readline()
            assert line.startswith(expected), line
        assert check.stderr.readline() == "Waiting for a lesson to be saved. Ctrl-C ends.\n"
        put("watched/b.md", "# B\n\n```lua\nerror('new')\n```\n")
        for expected in ("✗ watched/b.md", "  watched/b.md:4: LuaError: new", "1 lesson, 1 block: not all passed"):
            line = check.stdout.readline()
            assert line.startswith(expected), line
        assert check.stderr.readline() == "Waiting for a lesson to be saved. Ctrl-C ends.\n"
    finally:
        check.send_signal(signal.SIGINT)
        check.communicate(timeout=10)
    assert check.returncode == 0, check.returncode


def test_new():
    put("house/SUMMARY.md", "# H\n\n- [Old](old.md)\n\nWords at the end.\n")
    put("house/old.md", "# Old\n")
    out, _ = run("new", "lesson", "house/02-many-sockets", status=0)
    same(out, "Wrote house/02-many-sockets.md.\nAdded it to house/SUMMARY.md.\n"
              "Try it: sockrates check house/02-many-sockets.md\n")
    same(get("house/SUMMARY.md"), "# H\n\n- [Old](old.md)\n- [Many sockets](02-many-sockets.md)\n\nWords at the end.\n")
    out, _ = run("check", "house", status=0)
    assert "2 lessons, 5 blocks: all passed" in out, out
    before = get("house/02-many-sockets.md")
    _, err = run("new", "lesson", "house/02-many-sockets.md", status=1)
    same(err, "sockrates new lesson: house/02-many-sockets.md is there already; choose another name\n")
    same(get("house/02-many-sockets.md"), before)
    for name in ("two words", "../.x", "-x", "\u00e4", "a\nb", "", "SUMMARY"):
        out, err = run("new", "lesson", "--", name, status=2)
        same(out, "")
        assert err.startswith(f"sockrates new lesson: '{name}' is no good name; "), err
    same(os.listdir("."), ["house"])
    run("new", "lesson", "house/", status=2)
    run("new", "lesson", "no/such/folder", status=1)
    run("new", "lesson", status=2)
    run("new", "page", "x", status=2)


def test_what_is_accepted_passes():
    """Or it is refused, with the reason."""
    fences = ("```", "    ```", "`````", "~~~", "```output", "</details>", "- [ ] x", "---", "a\\r\\n\\nb\\n")
    blocks = "".join(f'```lua\nprint("{text}")\n```\n\n```output\n```\n\n' for text in fences)
    put("odd.md", "# O\n\n" + blocks + '```lua\nprint("~~~~")\n```\n\n~~~output\n~~~\n')
    run("check", "--accept", "odd.md", status=0)
    run("check", "odd.md", status=0)
    for text in ("<fd>", "<port>", "<port:a>", "<ms:1..2>", "a <pid> b"):
        put("word.md", f'# W\n\n```lua\nprint("{text}")\n```\n\n```output\nold\n```\n\n```lua\n2\n```\n\n```output\n```\n')
        out, _ = run("check", "--accept", "word.md", status=1)
        assert "word.md:7: The new output is not written here" in out, out
        assert "old" in get("word.md") and text + "\n```" not in get("word.md"), get("word.md")
        assert get("word.md").endswith("```output\n2\n```\n"), get("word.md")
    for text in ("socket.create_server{'127.0.0.1', 0}:getsockname()[2]", "tostring({})", "time.time()"):
        put("varies.md", f'# V\n\n```lua\nprint({text})\n```\n\n```output\nold\n```\n\n```lua\n2\n```\n\n```output\n```\n')
        out, _ = run("check", "--accept", "varies.md", status=1)
        assert "varies.md:7: The new output is not written here, since it is another one in each run." in out, out
        assert "\nold\n" in get("varies.md") and get("varies.md").endswith("```output\n2\n```\n"), get("varies.md")
    put("any.md", '# W\n\n```lua\nprint("<...>")\n```\n\n```output\n```\n')
    run("check", "--accept", "any.md", status=0)
    run("check", "any.md", status=0)


PICTURES = """---
network: lab
---
# Pictures

```lua {error=ECONNREFUSED show=value,packets}
s = socket.socket()
s:connect(lab.refused().address)
```

```output {.ladder}
```

```output
old
```

```lua {show=ladder}
a, b = socket.socketpair()
a:send("x")
b:recv(1) == "x"
```

```output
true
```

```output {.ladder}
```
"""


def test_pictures():
    """A block may have what it gave and its picture, each compared and written."""
    put("pictures.md", PICTURES)
    out, _ = run("check", "pictures.md", status=1)
    assert "The output differs" in out and "pictures.md:29: The picture differs" in out, out
    run("check", "--accept", "pictures.md", status=0)
    text = get("pictures.md")
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in text and '"x"' in text, text
    packets = "ECONNREFUSED ◀" in text and "RST" in text
    out, _ = run("check", "--repeat", "3", "pictures.md", status=0)
    put("pictures.md", text.replace('"x" ──', '"y" ──'))
    out, _ = run("check", "pictures.md", status=1)
    assert "The picture differs" in out and 'send() = 1' in out, out
    # A machine that was late has not done anything else.
    first = next(line for line in text.split("```output {.ladder}\n")[1].split("\n") if "socket()" in line)
    put("pictures.md", text.replace(first, first + "\n ┆ about 700 ms" + " " * 35 + "┆", 1))
    run("check", "pictures.md", status=0)
    # Where there are no packets, their picture stays as it was recorded, and is not compared.
    put("pictures.md", text.replace("RST", "RTS"))
    out, _ = run("check", "pictures.md", status=1 if packets else 0)
    run("check", "--accept", "pictures.md", status=0, under=NO_LAB)
    assert "RTS" in get("pictures.md") or not packets
    put("pictures.md", text.replace("```output\ntrue\n```", "```output\ntrue\n```\n\n```output\ntrue\n```"))
    _, err = run("check", "pictures.md", status=1)
    assert "The block has an output already." in _ + err, _ + err


WRONG = """# W

## Exercise: it

```lua {.setup}
calls_before = socket.socket() calls_before:close() base = 40
```

```lua {.starter}
x = 1
```

<details><summary>Solution</summary>

```lua {.solution}
x = base + 2
```

</details>

<details><summary>Check</summary>

```lua {.check}
assert(#calls == 0)
return x == 42, "x is " .. x
```

One too few.

```lua {.wrong}
WRONG
```

```output
TOLD
```

</details>

```lua
x
```

```output
42
```
"""


def test_wrong_answers():
    put("wrong.md", WRONG.replace("WRONG", "x = base + 1").replace("TOLD", "x is 41"))
    out, _ = run("check", "wrong.md", status=0)
    assert "6 blocks" in out, out
    put("wrong.md", WRONG.replace("WRONG", "x = 42").replace("TOLD", "x is 41"))
    out, _ = run("check", "wrong.md", status=1)
    assert "wrong.md:31: This wrong answer passes the check." in out, out
    put("wrong.md", WRONG.replace("WRONG", "x = 7").replace("TOLD", "x is 41"))
    out, _ = run("check", "wrong.md", status=1)
    assert "wrong.md:35: The output differs" in out and "+ x is 7" in out, out
    run("check", "--accept", "wrong.md", status=0)
    same(get("wrong.md"), WRONG.replace("WRONG", "x = 7").replace("TOLD", "x is 7"))
    put("wrong.md", WRONG.replace("WRONG", "x = 7").replace("TOLD", "x is <...>"))
    run("check", "wrong.md", status=0)
    for wrong in ("os.exit(0)", "error('no')", "while true do end", "x = = 1"):
        put("wrong.md", WRONG.replace("{.wrong}", "{.wrong timeout=200ms}").replace("WRONG", wrong).replace("TOLD", "<...>"))
        run("check", "wrong.md", status=0)
    put("wrong.md", WRONG.replace("One too few.", "").replace("WRONG", "x = 7").replace("TOLD", "x is 7"))
    out, _ = run("check", "wrong.md", status=1)
    assert "Say in a sentence before this wrong answer what its mistake is." in out, out
    put("wrong.md", WRONG.replace("base = 40", "error('setup')").replace("WRONG", "x = 7").replace("TOLD", "<...>"))
    out, _ = run("check", "wrong.md", status=1)
    assert "wrong.md:6: LuaError: setup" in out, out
    put("wrong.md", "# W\n\n```lua {.wrong}\n1\n```\n\n```lua {.setup}\n1\n```\n")
    out, _ = run("check", "wrong.md", status=1)
    for part in (".wrong", ".setup"):
        assert f"A {part} block belongs in a section `## Exercise: …`." in out, out


CRASH = """p = lab.peer(function(listener)
  listener:accept():recv(10)
  {}
end, {{name = "server"}})
c = socket.create_connection(p.address)
c:sendall("hi")
"""
BLOCK = "```lua\n{}```\n"
READ = 'c:recv(10)\n```\n\n```output\n""\n```\n'


def test_a_peer_that_fails():
    """No lesson passes while a peer of it fails unseen; where its picture shows that, it is meant."""
    crash = CRASH.format('error("boom")')
    put("seen.md", "# S\n\n```lua\n" + crash + READ)
    put("late.md", "# L\n\n" + BLOCK.format(crash + "1\n"))
    put("other.md", "# O\n\n" + BLOCK.format(crash) + "\n```lua\n" + READ)
    put("same.md", "# A\n\n```lua {error=LuaError}\n" + CRASH.format('socket.socket():connect({"127.0.0.1", 9})') +
        'c:recv(10) error("x")\n```\n')
    for name, words in (("seen", "boom"), ("late", "boom"), ("other", "boom"), ("same", "[Errno 111] Connection refused")):
        out, _ = run("check", name + ".md", status=1)
        assert "server failed: " in out and words in out and "1 of" in out, out
    before = get("seen.md")
    out, _ = run("check", "--accept", "seen.md", status=1)
    assert get("seen.md") == before and "put the picture below the block" in out, out
    # Whose picture shows it, passes, wherever the lesson stands and is called from.
    put("folder/shown.md", "# S\n\n```lua {show=value,ladder}\n" + crash + READ + "\n```output {.ladder}\n```\n")
    run("check", "--accept", "folder/shown.md", status=0)
    assert "│ failed: boom\n" in get("folder/shown.md"), get("folder/shown.md")
    put("folder/shown.md", get("folder/shown.md").replace("# S\n", "# S\n\nMore.\n"))
    run("check", "folder/shown.md", status=0)
    run("check", "shown.md", status=0, cwd="folder")
    # What a peer has caught is none of this, and neither is what an unfinished answer does.
    put("caught.md", "# C\n\n" + BLOCK.format(CRASH.format('print(pcall(error, "boom"))') + "c:recv(10)\n"))
    put("starter.md", "# X\n\n## Exercise: it\n\nDo it.\n\n```lua {.starter}\n" + crash + "x = c:recv(10)\n```\n\n"
        "<details><summary>Solution</summary>\n\n```lua {.solution}\nx = 2\n```\n\n</details>\n\n"
        "<details><summary>Check</summary>\n\n```lua {.check}\nassert(x == 2)\n```\n\nNobody answers.\n\n```lua {.wrong}\n" +
        crash + "c:recv(10)\n```\n\n</details>\n")
    run("check", "caught.md", "starter.md", status=0)


def test_folders_in_folders():
    for name in ("2.md", "10.md", "b/1.md", "b/c/3.md", "z.md", "b/README.md", ".git/x.md"):
        put(f"tree/{name}", "# T\n\n```lua\n1\n```\n")
    os.symlink("../..", "tree/b/circle")
    os.mkfifo("tree/pipe.md")
    out, err = run("check", "tree", status=0)
    same([line.split()[1] for line in out.splitlines()[:-1]],
         ["tree/2.md", "tree/10.md", "tree/b/1.md", "tree/b/c/3.md", "tree/z.md"])
    same(err, "")
    put("tree/SUMMARY.md", "- [Two](2.md)\n- [One](b/1.md)\n")
    out, err = run("check", "tree", status=0)
    assert "2 lessons, 2 blocks: all passed" in out, out
    for name in ("10.md", "b/c/3.md", "z.md"):
        assert f"tree/{name} is not checked: SUMMARY.md does not list it\n" in err, err
    _, err = run("check", "tree/2.md", status=0)
    same(err, "")


home = os.getcwd()
for name, test in list(globals().items()):
    if name.startswith("test_"):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            test()
            os.chdir(home)
        print("ok", name)
