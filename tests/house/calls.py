"""Calls between files have one direction, and every function that others may call is called by one of them.

Asks nm for the names that every built object defines and needs. Calls to functions make the circles; a table of rows
may name functions of any file of its floor, and who is given the table calls them. The rules are first tried on made
objects.
"""
import os
import sys

from support.house import allowed, find_circle, floor_of, objects

# Functions that only a test reaches from outside their file, and why; a line goes when it is not true any more.
FOR_TESTS = {
    "call_argument_name": "made records and the test of the rows ask for names",
    "lines_functions": "the program finds it by its name when it loads the module",
    "place_find": "the program itself lies in one place only",
    "session_new_with": "a worker that is not what it should be has to be made",
}


def definers(made):
    """{name: path} of all that is defined, and complaints about names that are defined twice."""
    where, found = {}, []
    for path, (_, defined, _) in sorted(made.items()):
        for name in defined.keys() - {"main"}:
            if where.setdefault(name, path) != path:
                found.append(f"{name} is defined in {where[name]} and in {path}")
    return where, found


def complaints(made, for_tests=()):
    where, found = definers(made)
    calls, used = {}, set()
    for path, (_, _, undefined) in sorted(made.items()):
        for name in sorted(undefined & where.keys()):
            other = where[name]
            used.add(name)
            if floor_of(other) not in allowed(floor_of(path)):
                found.append(f"{path} needs {name}, which stands on a higher floor, in {other}")
            elif made[other][1][name] == "T":
                calls.setdefault(path, set()).add(other)
    circle = find_circle(calls)
    if circle:
        found.append("a circle of calls: " + " -> ".join(circle))
    found += [f"{where[name]}: nobody else uses {name}; make it static, or delete it"
              for name in sorted(where.keys() - used - set(for_tests))]
    found += [f"{name} is no exception any more: take it out of FOR_TESTS in tests/house/calls.py"
              for name in for_tests if name in used or name not in where]
    return found


MADE = [
    # {file: (defined, undefined)}, what the complaint must hold (None: there must be none)
    ({"repl/base/a.c": ("a", ""), "repl/net/b.c": ("", "a malloc")}, None),
    ({"repl/base/a.c": ("", "b"), "repl/net/b.c": ("b", "")}, "higher floor"),
    ({"repl/terminal/a.c": ("a", ""), "docs/b.c": ("", "a")}, "higher floor"),
    ({"repl/net/a.c": ("a", "b"), "repl/net/b.c": ("b", "a")}, "circle of calls: repl/net/a.c -> repl/net/b.c -> "),
    ({"repl/net/a.c": ("a", "c"), "repl/net/b.c": ("b", "a"), "repl/net/c.c": ("c", "b")}, "circle"),
    ({"docs/a.c": ("a", "b"), "docs/b.c": ("b", "a")}, "circle"),
    ({"repl/net/a.c": ("a", "ROWS"), "repl/net/b.c": ("ROWS", "a")}, None),
    ({"repl/net/a.c": ("a b", ""), "repl/net/b.c": ("", "a")}, "nobody else uses b"),
    ({"repl/net/a.c": ("a main", ""), "docs/main.c": ("main", "a")}, None),
    ({"repl/net/a.c": ("a", ""), "docs/b.c": ("a", ""), "docs/c.c": ("", "a")}, "defined in docs/b.c and in repl/net/a.c"),
]


def try_on_made_objects():
    for files, wanted in MADE:
        made = {path: ("wall", {name: "R" if name.isupper() else "T" for name in defined.split()}, set(undefined.split()))
                for path, (defined, undefined) in files.items()}
        found = complaints(made)
        fine = not found if wanted is None else len(found) == 1 and wanted in found[0]
        assert fine, f"made objects {files}: expected {wanted}, got {found}"
    made = {"repl/net/a.c": ("sockets", {"a": "T"}, set()), "repl/net/b.c": ("sockets", {}, {"a"})}
    assert not complaints({"repl/net/a.c": made["repl/net/a.c"]}, ["a"])
    assert len(complaints(made, ["a"])) == 1 and len(complaints(made, ["gone"])) == 1


try_on_made_objects()
made = objects(os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES_BUILD"])
assert len(made) > 100, f"only {len(made)} objects were found"
if not any(floor_of(path) == "kernel" for path in made):
    FOR_TESTS["place_logos"] = "the notebook kernel, a part of its own, was not built"
trouble = complaints(made, FOR_TESTS)
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
