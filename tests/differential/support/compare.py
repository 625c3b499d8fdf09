"""The same small scenarios in Python and in Sockrates: what both say must be the same.

    compare.py FILE

A scenario of the file is a line `## title` and Python statements below it, one a line; each is a step whose outcome
is compared: the value, or the class, errno and text of what was raised, and roughly how long it took.  The Lua that
runs in Sockrates is made from the Python by to_lua.py.  After `#:` a step names a deliberate difference; then the
outcomes must differ.  Where Lua text cannot be made from the Python, `#= ` gives it.
"""
import ast
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import to_lua  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
# Times may differ by this much, in seconds.  A machine under load may be late once: a difference is one that shows
# every time.
SLACK = 0.5
TRIES = 4
EPHEMERAL = 10_000


def read_step(line):
    source, _, lua = line.partition("#= ")
    source, _, difference = source.partition("#: ")
    if not lua:
        lua = to_lua.statement(ast.parse(source).body[0])
    return {"python": source.strip(), "lua": lua.strip(), "differs": difference.strip()}


def read_scenarios(path):
    scenarios = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if line.startswith("## "):
            scenarios.append({"title": line[3:].strip(), "steps": []})
        elif line.strip() and not line.startswith("#"):
            try:
                scenarios[-1]["steps"].append(read_step(line))
            except SyntaxError as error:
                sys.exit(f"{path}:{number}: {error}")
    return scenarios


def run(command, folder, **environment):
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False, cwd=folder,
                          env=os.environ | {"DIFFERENTIAL": folder} | environment)
    # A folder of its own is no difference either.
    lines = [json.loads(line.replace(folder.encode().hex(), "")) for line in done.stdout.splitlines()]
    return {line["title"]: line["steps"] for line in lines}, done.stderr


def run_python(scenarios, folder):
    path = f"{folder}/scenarios.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(scenarios, file)
    return run([PYTHON, f"{HERE}/outcome.py", path], folder)


def run_lua(scenarios, folder):
    path = f"{folder}/scenarios.lua"
    with open(path, "w", encoding="utf-8") as file:
        file.write('local outcome = require "outcome"\n')
        for scenario in scenarios:
            steps = ",\n".join(f"    {to_lua.string(step['lua'])}" for step in scenario["steps"])
            file.write(f"outcome.run({to_lua.string(scenario['title'])}, {{\n{steps}\n}})\n")
    return run([os.environ["SOCKRATES"], "run", path], folder, LUA_PATH=f"{HERE}/?.lua;;")


def without_ports(value):
    """Ports that the kernel chose are as good as any other."""
    if isinstance(value, list):
        if len(value) in (2, 4) and isinstance(value[0], dict) and "bytes" in value[0] and isinstance(value[1], int):
            value = [value[0], "a port" if value[1] >= EPHEMERAL else value[1]] + value[2:]
        return [without_ports(element) for element in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def readable(value):
    if isinstance(value, list):
        return "(" + ", ".join(readable(element) for element in value) + ")"
    if isinstance(value, dict) and "bytes" in value:
        return repr(bytes.fromhex(value["bytes"]))[1:]
    if isinstance(value, dict) and "raised" in value:
        return f"{value['raised']} errno {value['errno']} {value['text'] or ''}".rstrip()
    if isinstance(value, dict):
        return next(iter(value.values()))
    return str(value)


def compare(scenarios, python, lua):
    """Complaints, and the deliberate differences that were found to be there."""
    complaints, differences = [], []
    for scenario in scenarios:
        title = scenario["title"]
        for step, one, other in zip(scenario["steps"], python[title], lua.get(title, [])):
            values = [without_ports(side["value"]) for side in (one, other)]
            same = values[0] == values[1] and abs(one["took"] - other["took"]) < SLACK
            said = f"Python {readable(values[0])}, Sockrates {readable(values[1])}"
            if one["took"] > 0.05 or other["took"] > 0.05:
                said += f" ({one['took']:.2f} s, {other['took']:.2f} s)"
            if step["differs"]:
                differences.append(f"  {step['python']}\n      {said}: {step['differs']}")
                if same:
                    complaints.append(f"{title}\n    {step['python']}\n    should differ, but both say {readable(values[0])}")
            elif not same:
                complaints.append(f"{title}\n    {step['python']}\n    {step['lua']}\n    {said}")
        if len(lua.get(title, [])) != len(scenario["steps"]):
            complaints.append(f"{title}: Sockrates ended before its end")
    return complaints, differences


def attempt(scenarios):
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        python, trouble = run_python(scenarios, first)
        if len(python) != len(scenarios):
            sys.exit(f"Python did not get to the end:\n{trouble}")
        lua, trouble = run_lua(scenarios, second)
    complaints, differences = compare(scenarios, python, lua)
    if trouble:
        complaints.append(f"Sockrates said on standard error:\n{trouble}")
    return complaints, differences


def main(path):
    scenarios = read_scenarios(path)
    for _ in range(TRIES):
        complaints, differences = attempt(scenarios)
        if not complaints:
            break
    print(f"{os.path.basename(path)}: {len(scenarios)} scenarios, {sum(len(s['steps']) for s in scenarios)} steps")
    if differences:
        print("Deliberate differences:\n" + "\n".join(differences))
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main(sys.argv[1]))
