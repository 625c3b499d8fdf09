"""Any keys in any order: the prompt answers Ctrl-C, the screen is what a fresh drawing shows, a hangup ends it.

Prints the seed; SEED=NUMBER repeats a run. SOCKRATES_LONG tries 10,000 sequences instead of some.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/screens"))
from support.screen import CTRL_C, PASTE, PASTE_END, Failure, Person  # noqa: E402

SEQUENCES = 10_000 if os.environ.get("SOCKRATES_LONG") else 150
SECONDS = 3000 if os.environ.get("SOCKRATES_LONG") else 40
PER_LIFE = 50
LIMIT = 20
MEMORY = 400_000  # kB that the tutor may have, sanitizers included

CONTROLS = [chr(code) for code in range(1, 32) if chr(code) not in "\x03\x1c"] + ["\x7f"]
SEQUENCES_OF_KEYS = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOA", "\x1bOB", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[5~",
                     "\x1b[6~", "\x1b[200~", "\x1b[201~", "\x1b[1;5C", "\x1b[Z", "\x1b[", "\x1b"]
META = ["\x1b" + key for key in "bfdu<>.y_c*?&#~-0123456789lrtpn\r\x08\x7f\t\x12\x0e\x1b"]
# No combining marks: pyte shows one behind a full line on the next.
WORDS = ["s", "a", "x = 1", "for i = 1, 2 do", "end", "print(1)", "socket.", "s:", ":les", ":", "é", "漢字", "\"",
         "(", "1", "\t", "{", " ", "local t = {", "\\", "--[[", "x" * 85, "if", "\x12s", "\x12\x12"]
TEXTS = ["a = 1\nb = 2", "\n".join(f"v{i} = {i}" for i in range(60)), "x", "", "\t\t漢\n", "#5\n#6 7\n", "for i = 1, 2 do\n"]


def keys_of(dice):
    kinds = [lambda: dice.choice(CONTROLS), lambda: dice.choice(SEQUENCES_OF_KEYS), lambda: dice.choice(META),
             lambda: dice.choice(WORDS), lambda: dice.choice(WORDS), lambda: PASTE + dice.choice(TEXTS) + PASTE_END,
             lambda: "\r", lambda: dice.choice(["\x1b[A", "\x1b[B"]) * dice.randrange(1, 6)]
    return "".join(dice.choice(kinds)() for _ in range(dice.randrange(1, 25))).replace("\x04", "\x02")


class Tries:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.done = 0
        self.last = []

    def check(self, condition, what, person):
        if not condition:
            if person.child is not None:
                for name in ("wchan", "syscall"):
                    try:
                        with open(f"/proc/{person.child.pid}/{name}", encoding="ascii") as file:
                            print(name, file.read())
                    except OSError as error:
                        print(error)
            print("came last", repr(person.raw[-500:]), person.screen.cursor.y, person.screen.cursor.x)
            raise Failure(f"{what} after\n" + "\n".join(repr(keys) for keys in self.last[-3:]) + "\n" + person.shown())

    def answers(self, person):
        """Ctrl-C gives a prompt."""
        mark = len(person.raw)
        person.press(CTRL_C)
        try:
            person.until(lambda: "\x1b[?2004h" in person.raw[mark:], "a prompt", LIMIT)
        except Failure:
            self.check(False, "no prompt", person)

    def has_taken_all(self, person):
        """An empty line on an empty screen, and no key is left that was pressed before."""
        for tries in range(5):
            person.press("Q")  # the key right behind a Ctrl-C may go with it
            try:
                person.until(lambda: person.cursor_line().endswith("Q"), "a Q", 3)
                break
            except Failure:
                self.check(tries < 4, "no key is taken", person)
        self.answers(person)
        person.press("\x0c")  # pyte shows again what a window lost that was smaller meanwhile
        person.settle()

    def is_drawn(self, person):
        """What is on the screen ends in what Ctrl-L draws anew, and the cursor stands at the same place of it."""
        mark = len(person.raw)
        person.press("\x07\x07")  # leaves what asks; the second one rings
        person.until(lambda: "\x07" in person.raw[mark:], "the bell")
        person.settle()
        before, y, x = person.shown().splitlines(), person.screen.cursor.y, person.screen.cursor.x
        mark = len(person.raw)
        person.press("\x0c")
        person.until(lambda: "\x1b[H\x1b[2J" in person.raw[mark:], "a fresh drawing")
        person.settle()
        after = person.shown().splitlines()
        same = before[len(before) - len(after):] == after and \
            (x, y - len(before) + len(after)) == (person.screen.cursor.x, person.screen.cursor.y)
        self.check(same, "another screen than drawn anew: " + "\n".join(before) + f"\n{y}, {x}\n---", person)

    def memory(self, person):
        with open(f"/proc/{person.child.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024

    def life(self):
        dice = self.dice
        size = dice.choice([(80, 24), (80, 24), (40, 10), (20, 5), (100, 60)])
        person = Person("keys", columns=size[0], rows=size[1], arguments=["learn"] + dice.choice([[], [], ["--plain"]]),
                        env={"EDITOR": "true", "ASAN_OPTIONS": "detect_leaks=1", "LSAN_OPTIONS": "exitcode=23"})
        person.environment["PATH"] = "/usr/bin:/bin"
        with person:
            for _ in range(PER_LIFE):
                keys = keys_of(dice)
                self.last.append(keys)
                self.done += 1
                person.press(keys)
                draws = dice.random() < 0.2 and person.columns > 2
                if dice.random() < 0.03:
                    draws = False
                    person.resize(dice.choice([1, 2, 7, 30, 80, 200]), dice.choice([1, 3, 24, 50]))
                    person.press("\x0c")  # pyte's cursor leaves its line when the window shrinks
                self.answers(person)
                if draws:
                    keys = keys_of(dice).replace("\r", "").replace("\n", "").replace("\x1b[201~", "")
                    self.last.append(keys)
                    self.answers(person)
                    self.has_taken_all(person)
                    person.press(dice.choice(WORDS) + PASTE + dice.choice(TEXTS) + PASTE_END + dice.choice(
                        ["", "\x1b[A" * 5 + "xy", "\x02\x02é", "\x01abc", "\x1b[5~漢", "\x0b", "\x15"]))
                    self.is_drawn(person)
                    self.answers(person)
            person.resize(80, 24)
            self.answers(person)
            self.has_taken_all(person)
            self.check(self.memory(person) < MEMORY, "too much memory", person)
            if dice.random() < 0.5:
                self.hangup(person)

    def hangup(self, person):
        keys = keys_of(self.dice)
        self.last.append(keys)
        person.press(keys)
        child, person.child = person.child, None
        os.close(child.child_fd)
        child.closed = True
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid != 0:
                self.check(status in (0, 1 << 8) or os.WIFSIGNALED(status) and os.WTERMSIG(status) == 1,
                           f"status {status} at a hangup", person)
                child.terminated = True
                return
            time.sleep(0.005)
        os.kill(child.pid, 9)
        self.check(False, "it outlived its terminal", person)


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"SEED={seed}", flush=True)
    tries = Tries(seed)
    end = time.monotonic() + SECONDS
    try:
        while tries.done < SEQUENCES and time.monotonic() < end:
            tries.life()
    except Failure as failure:
        print(failure)
        sys.exit(1)
    print(f"{tries.done} sequences")


main()
