"""Ten thousand hand-ins: reading them and following their chains, and running what was handed in again.

Each holds a hundred entries with code and pictures, as a course of some lessons leaves them. Seconds of one run each.
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import measure  # noqa: E402
from hands import Hand  # noqa: E402

HANDS, OTHERS = 10_000, 1_000
LADDER = "you                  echo\n │ connect() = 0 ───────▶│ accept() = 4\n" * 12
LESSON = """# Sums

## Exercise: double it

```lua {.starter}
function double(n)
end
```

```lua {.solution}
function double(n) return 2 * n end
```

```lua {.check}
return double(2) == 4, "double(2) gave " .. tostring(double(2))
```
"""


def write_hand(folder, number, code):
    hand = Hand(f"Student {number}")
    for step in range(60):
        hand.says("2" if (step + number) % 3 else "11")
    for tries in range(36):
        hand.add(kind="attempt", lesson="02-more", exercise="exercise-of-another-lesson", title="Another", hints=1,
                 code=["s = socket.socket()\n" * 20], passed=False, ladder=LADDER)
    if code:
        hand.tries("double-it", code)
    with open(f"{folder}/{number:05}.html", "w", encoding="utf-8") as file:
        file.write(hand.hands_in().page())


def seconds(folder, course):
    begin = time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-f", "%M", measure.SOCKRATES, "collect", folder, "--lessons", course, "-o",
                           f"{course}.html"], capture_output=True, text=True, check=True)
    os.remove(f"{course}.html")
    return time.perf_counter() - begin, int(done.stderr.split()[-1]) / 1024


with tempfile.TemporaryDirectory() as place:
    course = f"{place}/course"
    os.makedirs(course)
    with open(f"{course}/01-sums.md", "w", encoding="utf-8") as file:
        file.write(LESSON)
    with open(f"{course}/SUMMARY.md", "w", encoding="utf-8") as file:
        file.write("# Arithmetic\n\n- [Sums](01-sums.md)\n")
    for title, count, code in (("read only", HANDS, ""), ("the same answer", HANDS, "function double(n) return n + n end"),
                               ("an answer each", OTHERS, "function double(n) return n + n end -- {}")):
        folder = f"{place}/{title.replace(' ', '-')}"
        os.makedirs(folder)
        for number in range(count):
            write_hand(folder, number, code.format(number))
        size = sum(entry.stat().st_size for entry in os.scandir(folder)) / 2**20
        taken, peak = seconds(folder, course)
        print(f"collect, {title:16} {count:6} hand-ins {size:6.0f} MiB {taken:7.1f} s {peak:6.0f} MiB of memory")
