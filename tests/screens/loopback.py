"""A lesson with a private network where none can be made, or where the learner has left it."""
import contextlib
import os
import tempfile

from support.screen import PROGRAM, Person, check, run

LESSON = """---
title: Seen
network: lab
recorded: Linux 6.12 in a lab
---

# Seen

```lua
p = lab.echo() return p.host
```

```lua {needs=lab}
#lab.packets()
```

```output
<n> packets
```

```lua {needs=lab}
s = socket.create_connection(p.host, p.port)
```

```output {.ladder}
client  ───▶  server
```

```lua {needs=lab}
1 + 1
```

```lua
p.port > 0
```

## Exercise: Packets

```lua {.starter needs=lab}
-- how many?
```

<details>
<summary>Solution</summary>

```lua {.solution needs=lab}
s = socket.socket() s:connect_ex("peer", 9)
```

</details>

<details>
<summary>Check</summary>

```lua {.check needs=lab}
assert(#packets > 0, "no packets")
```

</details>
"""

LABEL = "Recorded on Linux 6.12 in a lab; not run here."
SAID = "This runs over loopback"


class Elsewhere(Person):
    """unshare() is forbidden, as in a container."""

    def start(self, ready=True):
        self.arguments = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM",
                          PROGRAM, *self.arguments]
        self.program = "strace"
        super().start(ready)


@contextlib.contextmanager
def lesson():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "01-seen.md"), "w", encoding="utf-8") as file:
            file.write(LESSON)
        yield folder


def words(person):
    return " ".join(person.scrolled().split())


def said_once(person):
    shown = words(person)
    check(shown.count("Operation not permitted") == 1 and shown.count(SAID) == 1, shown)


def recorded_results_stand_for_what_cannot_run():
    for columns in (80, 40):
        with lesson() as course, Elsewhere("loopback", lessons=course, rows=60, columns=columns) as person:
            person.enter()
            person.has('"127.0.0.1"')
            said_once(person)
            person.enter()
            person.enter()
            person.has("<n> packets", "client  ───▶  server")
            check(words(person).count(LABEL) == 2, words(person))
            person.enter()
            check("This block was not run. :doctor says why." in words(person), words(person))
            person.enter()
            person.has("true")
            said_once(person)
            person.enter()
            check("-- how many?" in words(person) and "This exercise cannot be done here." in words(person), words(person))
            person.until(lambda: not person.line_has_text(), "an empty prompt")
            said_once(person)
            person.enter(":lab")
            person.has_not(":lab on begins")


def what_was_asked_for_is_said_at_once():
    with Elsewhere("loopback", arguments=["--lab"]) as person:
        said_once(person)
        person.enter("lab.echo().host")
        person.has('"127.0.0.1"')


def a_network_that_was_left_stays_left():
    with lesson() as course, Person("left", lessons=course, rows=60) as person:
        person.enter(":lab off")
        person.enter()
        person.has('"127.0.0.1"')
        person.has_not(SAID)
        person.enter()
        person.has("<n> packets", LABEL)


run(recorded_results_stand_for_what_cannot_run, what_was_asked_for_is_said_at_once, a_network_that_was_left_stays_left)
