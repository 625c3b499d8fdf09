"""The house as the tests of its source know it: floors, walls, and what stands in the built objects."""
import glob
import os
import re
import subprocess

# From the ground up. A file knows its own floor and lower ones.
FLOORS = "base trace net lab follow lua session views translate lesson render terminal kernel unpack".split()
# The site generator stands on everything but the two front ends beside it, and nothing stands on it.
BELOW_DOCS = [floor for floor in FLOORS if floor not in ("terminal", "kernel", "unpack")]


def floor_of(path):
    """'net' for repl/net/socket.c, 'docs', 'main' for repl/main.c."""
    parts = path.split("/")
    if parts[0] == "docs":
        return "docs"
    return parts[1] if len(parts) > 2 else "main"


def allowed(floor):
    """The floors that a file of this one may know."""
    if floor == "main":
        return FLOORS
    if floor == "docs":
        return BELOW_DOCS + ["docs"]
    return FLOORS[: FLOORS.index(floor) + 1]


def find_circle(graph):
    """A list of nodes that leads back to its first, or None."""
    done, trail = set(), []

    def walk(node):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return None
        trail.append(node)
        for other in sorted(graph.get(node, ())):
            circle = walk(other)
            if circle:
                return circle
        trail.pop()
        done.add(node)
        return None

    for node in sorted(graph):
        circle = walk(node)
        if circle:
            return circle
    return None


def objects(source, build):
    """What the compiler made: {path of the .c file: (wall, defined, undefined)}, `defined` with the letters of nm(1).

    The path is from `source`, and `build` the folder of its CMakeLists.txt."""
    made = glob.glob(f"{build}/CMakeFiles/*.dir/**/*.c.o", recursive=True)
    found = {}
    for line in subprocess.run(["nm", "-gA", *made], check=True, capture_output=True, text=True).stdout.splitlines():
        wall, path, kind, name = re.match(r".*/CMakeFiles/([^/]+)\.dir/(.*)\.o:.*([A-Za-z]) (\S+)$", line).groups()
        if not os.path.exists(f"{source}/{path}"):
            continue  # left over from a file that is gone
        _, defined, undefined = found.setdefault(path, (wall, {}, set()))
        if kind == "U":
            undefined.add(name.split("@")[0])
        else:
            defined[name] = kind
    return found
