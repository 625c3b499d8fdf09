"""At the prompt: from a key to its echo, and from Tab to the completed name among 2,000, against other prompts."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402
from terminal import Terminal  # noqa: E402

ROUNDS = 200
NAMES = 2000


def names_of(language):
    if language == "lua":
        return b"for i = 1, %d do _G['name' .. i .. '_'] = i end\r" % NAMES
    return b"globals().update({'name%%d_' %% i: i for i in range(1, %d + 1)})\r" % NAMES


def keys(command, language):
    prompt = Terminal(command)
    prompt.wait(b"> ")
    prompt.press(b"1234567\r", b"1234567\r\n")
    prompt.wait(b"> ")
    echoes, completions = [], []
    for _ in range(ROUNDS):
        echoes.append(prompt.press(b"x", b"x"))
    prompt.write(b"\x15")
    if language:
        prompt.press(names_of(language), b"\n")
        prompt.wait(b"> ")
        for number in range(1000, 1000 + ROUNDS // 4):
            prompt.press(b"name%d" % number, b"%d" % number)
            completions.append(prompt.press(b"\t", b"_"))
            prompt.write(b"\x15")
    prompt.end()
    return echoes, completions


def median(values):
    return sorted(values)[len(values) // 2] if values else None


with measure.fresh_home():
    commands = measure.prompts()
    languages = {"lua5.4 -i": None, "sockrates": "lua", "python3 -q": "python"}
    took = {name: keys(command, languages[name]) for name, command in commands}

base = median(took[commands[0][0]][0])
measure.table("At the prompt (lua5.4 completes nothing)", ["", "key to echo", "ratio", f"Tab among {NAMES} names"], [
    [name, f"{median(took[name][0]) * 1e6:.0f} us", f"{median(took[name][0]) / base:.2f}",
     f"{median(took[name][1]) * 1e3:.2f} ms" if took[name][1] else "-"]
    for name, _ in commands])
