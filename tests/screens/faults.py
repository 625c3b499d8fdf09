"""Exercises on bad days: the board of faults, the picture of the first that failed, and Ctrl-C in the middle."""
import os
import shutil

from support.screen import CTRL_C, Person, check, run

LESSON = r"""# Five bytes

## Exercise: Read five

`read(conn)` returns the five bytes that come, or `nil` when they do not.

```lua {.starter}
function read(conn)
end
```

```lua {.solution}
function read(conn)
  local all = ""
  while #all < 5 do
    local data = conn:recv(5 - #all)
    if data == "" then return nil end
    all = all .. data
  end
  return all
end
```

```lua {.check faults={split,delay,loss,drip} timeout=5s}
local peer = lab.peer(function(listener) listener:accept():sendall("hello") end)
local conn = socket.create_connection(peer.address)
local got = read(conn)
return got == "hello", ("read gave %q."):format(tostring(got))
```
"""

ONCE = "function read(conn) return conn:recv(100) end"
WHOLE = ("function read(conn) local all = '' while #all < 5 do local data = conn:recv(5 - #all) "
         "if data == '' then return nil end all = all .. data end return all end")


def at_the_exercise(columns=80, rows=50):
    os.makedirs("course", exist_ok=True)
    with open("course/five.md", "w", encoding="utf-8") as file:
        file.write(LESSON)
    return Person("faults", columns=columns, rows=rows, lessons=os.path.abspath("course"))


def answer(person, code):
    """In place of the code that stands at the prompt."""
    person.interrupt()
    person.enter(":starter")
    person.interrupt()
    mark = len(person.raw)
    person.paste(code)
    person.press("\r")
    person.prompt(mark)
    person.enter(":check")


def the_board():
    with at_the_exercise() as person:
        person.enter()
        answer(person, ONCE)
        person.has("It passes on a good day. On bad days:")
        person.has("✗ split     the bytes arrive in two pieces, cut at every place")
        person.has('Behind byte 1 of 5: read gave "h".')
        person.has("✓ delay     everything arrives 50 ms later")
        person.has("– loss      a packet is lost, each of the first ones in turn (only a private")
        person.has("This is what happened with split:")
        person.has("until it is whole.")
        check("Solved" not in person.shown(), "an answer that fails on bad days is solved")
        answer(person, WHOLE)
        person.has("✓ split     the bytes arrive in two pieces, cut at every place (4 runs)")
        person.has("Solved.")


def a_narrow_window():
    with at_the_exercise(columns=40, rows=60) as person:
        person.enter()
        answer(person, ONCE)
        person.has("✗ split     the bytes arrive in two")
        check(all(len(line) <= 40 for line in person.shown().split("\n")), "a line is too long")


def ctrl_c_in_the_middle():
    with at_the_exercise() as person:
        person.enter()
        person.interrupt()
        person.enter(":starter")
        person.interrupt()
        person.paste("n = 0 function read(conn) return conn:recv(5, socket.MSG_WAITALL) end")
        person.enter()
        mark = len(person.raw)
        person.press(":check\r")
        person.waits_for("Trying it on bad days")
        person.press(CTRL_C)
        person.prompt(mark)
        person.has("Stopped before all of it was tried. :check tries it again.")
        check("Solved" not in person.shown(), "what was stopped is solved")
        person.enter("1 + 1")
        person.has("2")


try:
    run(the_board, a_narrow_window, ctrl_c_in_the_middle)
finally:
    shutil.rmtree("course")
