"""hands.py SOCKRATES: a hand-in and a class's table in the current folder, for Chromium to look at."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/support"))
from hands import Hand, keep  # noqa: E402

LADDER = """you                  echo
 │ connect() = 0 ───────▶│ accept() = 4
 │ send(5) ───"hello"───▶│ recv() = 5
"""
LESSON = """# Sums

What is 1 + 1?

- [ ] 11
- [x] 2

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
WRONG = "function double(n)\n  -- as I would say it\n  return n + \"n\", 2, print(n)\nend"
RIGHT = "function double(n) return n + n end"

sockrates = sys.argv[1]
os.makedirs("course")
os.makedirs("class")
for name, text in (("01-sums.md", LESSON), ("SUMMARY.md", "# Arithmetic\n\n- [Sums](01-sums.md)\n")):
    with open(f"course/{name}", "w", encoding="utf-8") as file:
        file.write(text)
ada = Hand("Ada").says("11").says("2").add(kind="solution", lesson="01-sums", exercise="exercise-double-it", hints=1)
ada.add(kind="attempt", lesson="01-sums", exercise="exercise-double-it", title="Exercise: double it", hints=1,
        code=[WRONG], passed=False, observed="double(2) gave nil", ladder=LADDER)
ada.tries("double-it", RIGHT, hints=1)
environment = {**os.environ, "XDG_DATA_HOME": os.path.abspath("data")}
subprocess.run([sockrates, "progress"], env=environment, check=True, stdout=subprocess.DEVNULL)
keep("data/sockrates/progress.db", ada, os.path.abspath("course"))
subprocess.run([sockrates, "handin", "-o", "class/Ada.html", "--lessons", "course"], env=environment, check=True,
               stdout=subprocess.DEVNULL)
for hand in (Hand("Björk").says("11").tries("double-it", WRONG), Hand("Ada II", seed="Ada").says("2")):
    with open(f"class/{hand.head['name']}.html", "w", encoding="utf-8") as file:
        file.write(hand.hands_in().page())
with open("class/letter.html", "w", encoding="utf-8") as file:
    file.write("<p>Dear professor</p>")
subprocess.run([sockrates, "collect", "class", "--lessons", "course", "-o", "table.html"], check=True,
               stderr=subprocess.DEVNULL)
