"""No file includes upward, and no circle of includes stands on one floor.

The rule is first tried on small made trees, each with one fault, so that this test is known to be able to fail.
"""
import os
import re
import sys
import tempfile

from support.house import FLOORS, allowed, find_circle, floor_of

# Outside headers, and the only places that may include them.
OUTSIDE = {
    r"lua\.h|lauxlib\.h|lualib\.h": r"repl/(lua|session)/|repl/main\.c",
    r"cmark\.h": r"repl/(lesson|render)/|docs/",
    r"yaml\.h": r"repl/lesson/",
    r"sqlite3\.h": r"repl/lesson/progress\.c",
    r"sha256\.h": r"repl/lesson/chain\.c",
    r"readline/.*": r"repl/terminal/",
    r"elfutils/.*": r"repl/follow/lines\.c",
    r"jansson\.h": r"repl/(session|views|lesson|render|terminal|kernel)/|repl/main\.c|docs/",
    r"zmq\.h": r"repl/kernel/ports\.c",
    r"sodium\.h": r"repl/kernel/key\.c",
    r"archive(_entry)?\.h": r"repl/unpack/archive\.c",
    r"cmocka\.h": r"tests/",
}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def sources(root):
    for top in ("repl", "docs"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def resolve(root, path, named):
    """The included file's path from the root; None when it is made by the build."""
    for base in ("repl", "", "docs", os.path.dirname(path)):
        candidate = os.path.normpath(os.path.join(base, named))
        if os.path.exists(os.path.join(root, candidate)):
            return candidate
    return None


def module_of(path):
    return os.path.splitext(path)[0]


def complaints(root):
    graph, found = {}, []
    for path in sources(root):
        floor = floor_of(path)
        if floor not in FLOORS + ["docs", "main"]:
            found.append(f"{path}: the house has no floor '{floor}' (tests/house/includes.py lists them)")
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            includes = INCLUDE.findall(file.read())
        for kind, named in includes:
            if kind == "<":
                for pattern, places in OUTSIDE.items():
                    if re.fullmatch(pattern, named) and not re.match(places, path):
                        found.append(f"{path}: <{named}> belongs behind another wall")
                continue
            target = resolve(root, path, named)
            if target is None:
                if not named.endswith(".inc"):
                    found.append(f'{path}: "{named}" is nowhere')
            elif floor_of(target) not in allowed(floor):
                found.append(f'{path}: "{named}" stands on a higher floor')
            elif module_of(target) != module_of(path):
                graph.setdefault(module_of(path), set()).add(module_of(target))
    circle = find_circle(graph)
    if circle:
        found.append("a circle of includes: " + " -> ".join(circle)
                     + "\n    (NAME is NAME.h and NAME.c together; move what both need into a module below them)")
    return found


MADE = [
    # files, what the complaint must hold (None: there must be none)
    ({"repl/base/a.h": "", "repl/net/b.c": '#include "base/a.h"\n#include <stdio.h>\n'}, None),
    ({"repl/base/a.h": '#include "net/b.h"\n', "repl/net/b.h": ""}, "higher floor"),
    ({"repl/lua/a.c": '# include "session/b.h"\n', "repl/session/b.h": ""}, "higher floor"),
    ({"docs/a.c": '#include "terminal/b.h"\n', "repl/terminal/b.h": ""}, "higher floor"),
    ({"repl/kernel/a.c": '#include "docs/b.h"\n', "docs/b.h": ""}, "higher floor"),
    ({"repl/net/a.h": '#include "net/b.h"\n', "repl/net/b.h": "",
      "repl/net/b.c": '#include "net/b.h"\n#include "net/a.h"\n'}, "circle"),
    ({"repl/net/a.h": '#include "net/b.h"\n', "repl/net/b.h": '#include "net/c.h"\n',
      "repl/net/c.h": '#include "net/a.h"\n'}, "circle"),
    ({"repl/net/a.c": "#include <lua.h>\n"}, "another wall"),
    ({"repl/lesson/a.c": "#include <sqlite3.h>\n"}, "another wall"),
    ({"repl/net/a.c": '#include "net/nothing.h"\n'}, "nowhere"),
    ({"repl/cellar/a.c": ""}, "no floor"),
]


def try_on_made_trees():
    for files, wanted in MADE:
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            found = complaints(root)
            fine = not found if wanted is None else len(found) == 1 and wanted in found[0]
            assert fine, f"made tree {files}: expected {wanted}, got {found}"


try_on_made_trees()
trouble = complaints(os.environ["SOCKRATES_SOURCE"])
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
