"""Nothing that a lesson wrote moves the cursor, names the window, rings or turns the text: it is shown instead."""
import os
import re
import tempfile

from support.screen import Person, check, run

ORDER = "\x1b]0;PWN\x07\u009b2J\x08\x7f\u202e\u200b"
ENTITY = "&#27;]0;PWN&#7;&#155;2J&#x202e;"
LESSON = f"""---
title: "T\\e]0;PWN\\a\\x9b2J\\u202e"
---

# H {ORDER} {ENTITY}

Words {ORDER} {ENTITY} <b>{ORDER}</b> `{ORDER}`

```lua
_G["f\\27]0;PWN\\7"] = "v\\27\\u{{202e}}"
peer = lab.echo{{name = "peer\\27]0;PWN\\7"}}
print("\\27]0;PWN\\7\\u{{202e}}\\155")
return {{{{"a\\27\\n", "b"}}, {{"c", "d"}}}}
```

## Exercise: ex {ENTITY}

Do {ENTITY}.

```lua {{.starter}}
error("\\27]0;PWN\\7\\u{{202e}}")
```

<details><summary>Hint {ORDER} {ENTITY}</summary>

{ORDER} {ENTITY}

</details>

<details><summary>Solution</summary>

```lua {{.solution}}
x = "{ORDER}"
```

</details>

<details><summary>Check</summary>

```lua {{.check}}
assert(x == 1, "x is \\27]0;PWN\\7\\u{{202e}}")
```

</details>
"""
OBEYED = re.compile("\x1b(?!\\[[0-9;?]*[A-Za-z])|[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u200b\u202a-\u202e]|PWN\x07")


def put(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        file.write(text)


def shown_not_obeyed():
    with tempfile.TemporaryDirectory() as folder:
        put(folder, "a.md", LESSON)
        put(folder, "SUMMARY.md", f"# C\n\n# Part {ENTITY}\n\n- [L {ENTITY.replace(']', '')}](a.md)\n")
        for columns, env in ((80, {}), (40, {"LC_ALL": "C"})):
            with Person("escapes", columns=columns, rows=40, lessons=folder, env=env) as person:
                for line in ["", "", ":vars", ":peers", ":sockets", ":lessons", ":calls", ":ladder", ":c", ":python", ":hint",
                             ":check", ":solution", "", ":why", ":progress", ":goto x", ":lesson \u202e", ":lesson 1"]:
                    person.enter(line)
                found = OBEYED.search(person.raw.replace(":lesson \u202e", ""))
                check(found is None, f"{found and ascii(person.raw[max(0, found.start() - 60):found.end() + 20])}")
                for words in ("f\\x1b]0;PWN\\x07", "peer\\x1b]0;PWN", "x is \\x1b", "Part \\x1b"):
                    check(words in re.sub(r"\s", "", person.raw).replace("xis", "x is ").replace("Part", "Part "), words)


def titles_of_any_width():
    with tempfile.TemporaryDirectory() as folder:
        for number, title in enumerate(("T&#7;&#7;", "\u4e00\u4e8c\u4e09", "a\u2192\u2192b", "&#x202e;&#x202e;", "a&#9;&#10;b", "T")):
            put(folder, f"{number}.md", f"# {title}\n\nHello.\n\n```lua\nx = 1\n```\n\nMore.\n")
        for columns, locale in ((80, "C.UTF-8"), (40, "C.UTF-8"), (80, "C"), (40, "C")):
            with Person("escapes", columns=columns, lessons=folder, env={"LC_ALL": locale}) as person:
                person.enter(":lesson 2")
                person.enter(":lessons")
                person.enter(":lesson 1")
                person.enter(":lessons")
                person.has(":lesson NUMBER opens one.")
                person.enter(":progress")
                check(len(person.raw) < 20000, f"{len(person.raw)} characters")


run(shown_not_obeyed, titles_of_any_width)
