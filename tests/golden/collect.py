"""`sockrates collect`: hand-ins of a made class, of which some are not what they should be."""
import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/support"))
from hands import Hand  # noqa: E402

SOCKRATES = os.environ["SOCKRATES"]

LESSON = """---
timeout: 1s
points: [3, 1]
---

# Sums

What is 1 + 1?

- [ ] 11
- [x] 2

## Exercise: double it

```lua {.starter}
function double(n)
end
```

<details><summary>Solution</summary>

```lua {.solution}
function double(n) return 2 * n end
```

</details>

<details><summary>Check</summary>

```lua {.check}
return double(2) == 4, "double(2) gave " .. tostring(double(2))
```

</details>

## Exercise: say hello

`greet(conn)` sends hello.

```lua {.starter}
function greet(conn)
end
```

<details><summary>Solution</summary>

```lua {.solution}
function greet(conn) conn:sendall("hello") end
```

</details>

<details><summary>Check</summary>

```lua {.check}
local conn = socket.create_connection(lab.echo().address)
conn:settimeout(0.5)
greet(conn)
return select(2, pcall(conn.recv, conn, 5)) == "hello", "the other end did not get hello."
```

</details>
"""

PROGRAMS = """---
timeout: 2s
---

# Sums

## Exercise: hello

```lua {.starter}
```

```python {.starter}
```

```c {.starter}
```

```lua {.solution}
print("hello")
```

```python {.solution}
print("hello")
```

```c {.solution}
#include <stdio.h>

int main(void)
{
    puts("hello");
}
```

```lua {.check}
return output == "hello\\n", "it said " .. output
```
"""

# What no learner sees: 0 has no double but 0.
HIDDEN = """-- Exercise: double it
return double(21) == 42, "double(21) gave " .. tostring(double(21))
"""

DOUBLE, GREET = "function double(n) return n + n end", "function greet(c) c:sendall('hello') end"


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def get(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def collect(*arguments, status=0, **more):
    done = subprocess.run([SOCKRATES, "collect", *arguments], capture_output=True, timeout=100, check=False, **more)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, (arguments, done.returncode, out, err)
    return out, err


def rows_of(text):
    assert "\r\n" in text and "\n" not in text.replace("\r\n", "")
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}, rows
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def same(observed, expected):
    assert observed == expected, f"\n--- expected\n{expected}\n--- observed\n{observed}"


def write_course():
    put("course/01-sums.md", LESSON)
    put("course/01-sums.check.lua", HIDDEN)
    put("course/SUMMARY.md", "# Arithmetic\n\n- [Sums](01-sums.md)\n")


def the_class():
    """Five students, then what else may lie in such a folder."""
    put("class/Ada.html", Hand("Ada").says("2").tries("double-it", DOUBLE).tries("say-hello", GREET).hands_in().page())
    # Passes the check that learners see, and not the other one.
    put("class/b/Björk.html", Hand("Björk").says("11").tries("double-it", "function double(n) return 4 end")
        .tries("say-hello", "function greet(c) end", passed=False, hints=1).hands_in().page())
    put("class/Chen.html", Hand("陈 =1+1").says("11").says("2").tries("double-it", DOUBLE, passed=False)
        .tries("double-it", "x = 1", "function double(n)", passed=True).hands_in().page())
    copied = Hand("Dora", seed="Ada").says("2").tries("double-it", DOUBLE)
    put("class/Dora.html", copied.tries("say-hello", "function greet(c) while true do end end").hands_in().page())
    put("class/Emil.html", Hand("=cmd|' /C calc'!A0").hands_in().page())


def a_class_is_marked():
    the_class()
    out, err = collect("class", "--lessons", "course")
    rows = rows_of(out)
    columns = ["name", "file", "record", "right", "answered", "01-sums/exercise-double-it",
               "01-sums/exercise-say-hello", "points", "of", "differs", "shares", "entries"]
    same([[row[column] for column in columns] for row in rows], [
        ["'=cmd|' /C calc'!A0", "Emil.html", "fine", "0", "0", "", "", "0", "4", "", "", "0"],
        ["Ada", "Ada.html", "fine", "1", "1", "3", "1", "4", "4", "", "Dora.html", "4"],
        ["Björk", "b/Björk.html", "fine", "0", "1", "0", "0", "0", "4", "01-sums/exercise-double-it", "", "0"],
        ["Dora", "Dora.html", "fine", "1", "1", "3", "0", "3", "4", "01-sums/exercise-say-hello", "Ada.html", "4"],
        ["陈 =1+1", "Chen.html", "fine", "0", "1", "0", "", "0", "4", "01-sums/exercise-double-it", "", "0"],
    ])
    same(err, "5 hand-ins read, 2 share a record with another.\n")
    same(collect("class", "--lessons", "course", "-j1")[0], out)
    rows = rows_of(collect("class/Ada.html", "--lessons", "course")[0])
    same([(row["name"], row["file"], row["points"]) for row in rows], [("Ada", "class/Ada.html", "4")])


def answers_are_judged_here():
    """By what the course says, whatever the record says; in an exam, where it says nothing, the last answer counts."""
    def answers(name, *said):
        hand = Hand(name)
        for one in said:
            hand.add(**({"kind": "answer", "lesson": "01-sums", "step": 1, "question": "What is 1 + 1?"} | one))
        put(f"answers/{name}.html", hand.hands_in().page())

    answers("forged", {"said": "11", "truth": "11", "right": True})
    answers("other words", {"said": "two", "chosen": [2], "truth": "two", "right": True})
    answers("other place", {"said": "2", "chosen": [1], "truth": "2", "right": True})
    answers("an exam", {"said": "11", "chosen": [1]}, {"said": "2", "chosen": [2]})
    answers("an exam, again", {"said": "2", "chosen": [2]}, {"said": "11", "chosen": [1]})
    answers("both", {"said": "11; 2", "chosen": [1, 2]})
    answers("nonsense", {"said": ["2"], "chosen": [0, -5, 99, "2", None, 2.5, 1 << 62], "right": 1})
    # In an earlier version it stood elsewhere, or was worded otherwise; nothing counts twice.
    answers("moved", {"step": 1, "question": "What else?", "said": "No.", "right": False}, {"step": 7, "said": "2"})
    answers("worded", {"question": "What is one and one?", "said": "2", "right": False})
    answers("often", *({"step": step, "said": "2", "right": True} for step in range(1, 9)))
    rows = rows_of(collect("answers", "--lessons", "course")[0])
    same({row["name"]: (row["right"], row["answered"]) for row in rows}, {
        "forged": ("0", "1"), "other words": ("1", "1"), "other place": ("1", "1"), "an exam": ("1", "1"),
        "an exam, again": ("0", "1"), "both": ("0", "1"), "nonsense": ("0", "1"),
        "moved": ("1", "1"), "worded": ("1", "1"), "often": ("1", "1")})


def a_page_shows_them():
    collect("class", "--lessons", "course", "-o", "table.html")
    page = get("table.html")
    for words in ("double(21) gave 4", "the other end did not get hello.", "though the record says so",
                  "What is 1 + 1?", "2 of 4", "11 <span", "=cmd|' /C calc",
                  "It had not come to an end after", "its first 4 of 6 entries are also those of"):
        assert words in page, (words, page)
    assert "<script" not in page
    collect("class", "--lessons", "course", "-o", "class/table.html")  # beside them, and again
    _, err = collect("class", "--lessons", "course", "-o", "class/table.html")
    same(err, "class/table.html is written: 5 hand-ins read, 2 share a record with another.\n")
    os.remove("class/table.html")
    collect("class", "--lessons", "course", "-o", "table.csv")
    collect("class", "--lessons", "course", "-o", "table.csv")
    assert get("table.csv").startswith("\ufeffname,file,record,")


def what_is_wrong_is_told():
    whole = Hand("Max").says("2").tries("double-it", DOUBLE).hands_in()
    put("odd/edited.html", whole.page().replace('"said": "2"', '"said": "3"'))
    put("odd/renamed.html", whole.page().replace('"handin": 1, "name": "Max"', '"handin": 1, "name": "Eve"', 1))
    cut = Hand("Cut").says("11").says("2").tries("double-it", DOUBLE).hands_in()
    del cut.record[2]
    put("odd/left-out.html", cut.page())
    put("odd/other.html", Hand("Olga", title="Basket weaving").says("2").hands_in().page())
    put("odd/half.html", whole.page()[:-200])
    put("odd/letter.html", "<p>Dear professor</p>")
    put("odd/data.html", '<script type="application/json" id="sockrates-handin">[[[</script>')
    put("odd/deep.html", '<script type="application/json" id="sockrates-handin">' + "[" * 100000 + "</script>")
    put("odd/wrong.html", '<script type="application/json" id="sockrates-handin">{"handin":1,"name":{}}</script>')
    put("odd/types.html", Hand("Types").add(kind=7, lesson=[], at="x").add(kind="answer", lesson={}, step=-5, said=3)
        .add(kind="attempt", lesson="01-sums", exercise="exercise-double-it", code={"a": 1}, passed="yes", hints=-1)
        .add(kind="attempt", lesson="01-sums", exercise="exercise-double-it", code=[1, None], passed=True)
        .add(kind="attempt", lesson="../../etc/passwd", exercise="x", code=["os.exit()"], passed=True)
        .hands_in().page())
    put("odd/newer.html", whole.page().replace('"handin": 1', '"handin": 2'))
    put("odd/notes.txt", "not a page")
    put("odd/empty.html", "")
    os.symlink("/etc/passwd", "odd/link.html")
    os.mkfifo("odd/pipe.html")
    with open("odd/long.html", "w", encoding="utf-8") as file:
        file.truncate(1 << 30)
    out, err = collect("odd", "--lessons", "course")
    same({row["file"]: row["record"] for row in rows_of(out)}, {
        "edited.html": "the chain breaks at entry 3",
        "renamed.html": "the chain breaks at entry 5",
        "left-out.html": "the chain breaks at entry 3",
        "other.html": "of another course: Basket weaving",
        "half.html": "no hand-in: it is cut off",
        "letter.html": "no hand-in: it is some other page",
        "data.html": "no hand-in: its data cannot be read",
        "deep.html": "no hand-in: its data cannot be read",
        "wrong.html": "no hand-in: its data is not whole",
        "types.html": "fine",
        "newer.html": "no hand-in: it was made by a newer Sockrates",
        "empty.html": "no hand-in: it is some other page",
        "link.html": "no hand-in: it is a link",
        "pipe.html": "no hand-in: it is no file",
        "long.html": "no hand-in: it is too long for a hand-in",
    })
    assert err == "5 hand-ins read, 14 files with something wrong, 2 share a record with another, 1 other file left out.\n", err


def code_of_others_stays_in_its_room():
    """It cannot read or write files, forge its mark, or take the marker down."""
    for name, code in (("file", "io.open('stolen', 'w'):write('x')"),
                       ("forger", "function double() return setmetatable({}, {__eq = function() return true end}) end"),
                       ("exit", "os.exit(0)"), ("memory", "t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) end"),
                       ("rewrites", "tostring = function() return '' end error = function() end double = tostring"),
                       ("noise", "while true do print(('x'):rep(1e5)) end"),
                       ("text", "\x1b[2J"), ("not-lua", ")(")):
        put(f"bad/{name}.html", Hand(name).tries("double-it", code).hands_in().page())
    out, _ = collect("bad", "--lessons", "course")
    same({row["name"]: row["01-sums/exercise-double-it"] for row in rows_of(out)},
         dict.fromkeys(("file", "forger", "exit", "memory", "rewrites", "noise", "text", "not-lua"), "0"))
    assert not os.path.exists("stolen")
    assert "\x1b" not in out


def programs_are_marked():
    """In other languages an answer is a whole program, which runs in a network of its own."""
    put("programs/01-sums.md", PROGRAMS)
    good = "import socket, sys\nprint('hello')\n"
    for name, code in (("good", good), ("bad", "print('no')\n"), ("broken", "print(\n"),
                       ("endless", "while True: pass\n"), ("writes", f"open('/tmp/stolen', 'w')\n{good}")):
        hand = Hand(name, title="Sums").add(kind="attempt", lesson="01-sums", exercise="exercise-hello", title="Hello",
                                            hints=0, code=[code], passed=True, language="python")
        put(f"py/{name}.html", hand.hands_in().page())
    for name, code in (("c-good", '#include <stdio.h>\nint main(void) { puts("hello"); }\n'),
                       ("c-bad", '#include <stdio.h>\nint main(void) { puts("no"); }\n'),
                       ("c-broken", "int main(void) {\n"), ("c-crash", "int main(void) { return *(volatile int *)0; }\n"),
                       ("c-spin", "int main(void) { for (;;); }\n")):
        hand = Hand(name, title="Sums").add(kind="attempt", lesson="01-sums", exercise="exercise-hello", title="Hello",
                                            hints=0, code=[code], passed=True, language="c")
        put(f"py/{name}.html", hand.hands_in().page())
    hand = Hand("other", title="Sums").add(kind="attempt", lesson="01-sums", exercise="exercise-hello", title="Hello",
                                           hints=0, code=["print('hello')"], passed=True, language="cobol")
    put("py/other.html", hand.hands_in().page())
    rows = rows_of(collect("py", "--lessons", "programs")[0])
    marks = {row["name"]: row["01-sums/exercise-hello"] for row in rows}
    here = subprocess.run([SOCKRATES, "run", "--lab", "-"], input=b"", capture_output=True, check=False).returncode == 0
    wanted = {"bad": "0", "broken": "0", "endless": "0", "good": "1", "writes": marks["writes"], "c-good": "1", "c-bad": "0",
              "c-broken": "0", "c-crash": "0", "c-spin": "0"}
    other = marks.pop("other")  # of a language that nobody knows here: as Lua it says hello, too
    same(marks, wanted if here else dict.fromkeys(wanted, "?"))
    same(other, "1")
    assert not os.path.exists("/tmp/stolen")


def wrong_use_is_told():
    for arguments, status, words in (
            ([], 2, "name the folder with the hand-ins"),
            (["course/SUMMARY.md", "--lessons", "course"], 2, "name a folder or one hand-in"),
            (["nowhere", "--lessons", "course"], 2, "cannot read nowhere: No such file"),
            (["course", "--lessons", "course"], 2, "there is no hand-in in course"),
            (["class", "--lessons", "nowhere"], 2, "cannot read nowhere"),
            (["class", "basket", "--lessons", "course"], 2, 'there is no lesson "basket"'),
            (["class", "--lessons", "course", "-o", "x.pdf"], 2, "ends in .csv or .html"),
            (["class", "--lessons", "course", "-o", "class/Ada.html"], 1, "class/Ada.html is there already"),
            (["class", "--lessons", "course", "-o", "nowhere/t.csv"], 1, "nowhere/t.csv cannot be written")):
        before = get("class/Ada.html")
        out, err = collect(*arguments, status=status)
        assert words in err and out == "" and get("class/Ada.html") == before, (arguments, out, err)


def ctrl_c_ends_it():
    """While answers that never end are running."""
    for i in range(40):
        put(f"slow/{i}.html", Hand(f"S{i}").tries("double-it", f"while true do end -- {i}").hands_in().page())
    with subprocess.Popen([SOCKRATES, "collect", "slow", "--lessons", "course", "-o", "slow.csv"],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as child:
        wait_for_children(child.pid)
        begin = time.monotonic()
        os.killpg(child.pid, signal.SIGINT)
        _, err = child.communicate(timeout=20)
        took = time.monotonic() - begin
    assert child.returncode == 130 and b"Stopped: no table is written." in err, (child.returncode, err)
    assert took < 4 and not os.path.exists("slow.csv"), took


def wait_for_children(pid):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            if len(file.read().split()) >= 2:
                return
        time.sleep(0.01)
    raise AssertionError("nothing runs")


def tidy():
    for name in os.listdir():
        shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)


write_course()
a_class_is_marked()
a_page_shows_them()
answers_are_judged_here()
what_is_wrong_is_told()
code_of_others_stays_in_its_room()
programs_are_marked()
wrong_use_is_told()
ctrl_c_ends_it()
tidy()
