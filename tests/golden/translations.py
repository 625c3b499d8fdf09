"""Every lesson and every example, as C and as Python: compiled, run, and its calls compared with those recorded.

A program that was made from a step must make the same socket calls in the same order with the same results. A library
loaded before libc writes down what it really calls. How a timeout waits is left to the language: C tries first and
then polls, Python polls first. Who comes first can differ from run to run where peers and learner race, so a program
gets three tries.
"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys

SOURCE, BUILD = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES_BUILD"]
TRIES, LIMIT = 3, 20
LEFT_OUT = re.compile("Left out: |Not the same: ")
ENDLESS = "may wait for ever"
COMPARED = set("socket socketpair connect bind listen accept recv send recvfrom sendto shutdown setsockopt".split())
UNDER_WAY = ("connect", "EINPROGRESS"), ("connect", "EINTR")


def recorded(calls):
    """The calls that a program must make; its own descriptors may have other numbers."""
    kept = []
    for name, outcome in calls:
        if name in COMPARED:
            kept.append((name, "fd" if name in ("socket", "accept") and outcome.isdigit() else outcome))
    return kept


def observed(path):
    """What the library wrote, waits and retries folded into the call they belong to."""
    raw = []
    if os.path.exists(path):
        with open(path, encoding="ascii") as file:
            raw = [line.split() for line in file]
    calls, waited = [], None
    for name, result, error, extra in raw:
        outcome = error if error != "-" else result
        if name == "poll":
            waited = outcome
            if outcome == "0" and calls and calls[-1][:2] in [(c, e) for c in COMPARED for e in ("EAGAIN", "EINPROGRESS")]:
                calls[-1] = (calls[-1][0], "timeout")
            elif outcome == "0":
                calls.append(("?", "timeout"))
            elif outcome == "EINTR" and calls and calls[-1][:2] == ("connect", "EINPROGRESS"):
                calls[-1] = ("connect", "EINPROGRESS", "EINTR")
            elif outcome == "EINTR" and calls and calls[-1][1] != "EAGAIN":
                # A signal at the last moment: then Python sees the time and does not poll once more.
                calls.append(("?", "EINTR"))
            continue
        if name == "so_error":
            if calls and calls[-1][:2] in UNDER_WAY and waited not in (None, "0"):
                calls[-1] = ("connect", "0" if error == "-" else error, "EINPROGRESS")
            elif ("connect", "EINTR") in calls[-4:] and waited not in (None, "0"):
                # A handler came into it, and made calls of its own.
                calls.remove(("connect", "EINTR"))
                calls.append(("connect", "0" if error == "-" else error, "EINTR"))
            waited = None
            continue
        if name not in COMPARED:
            continue
        if name in ("socket", "accept") and error == "-":
            outcome = "fd"
        again = calls and calls[-1][0] == name and calls[-1][1] in ("EAGAIN", "EINTR") and name != "connect"
        if again and (waited is not None or calls[-1][1] == "EINTR"):
            calls.pop()
        calls.append((name, outcome))
        waited = None
    return calls


def same(wanted, seen):
    (name, outcome), (called, *came) = wanted, seen
    # Python polls before it calls: of a call that timed out nothing else is seen.
    if called == "?":
        return outcome == "timeout"
    # A connection to this machine may be there at once where it was under way before.
    soon = name == "connect" and outcome in ("0", "EINPROGRESS") and {"0", "EINPROGRESS"} & set(came)
    return name == called and (outcome in came or soon)


def misfit(wanted, seen):
    """The first call that was recorded and not made, or made and not recorded; None when all fit."""
    seen = list(seen)
    for number, one in enumerate(wanted):
        # A poll that was asked for, and found nothing; a call that a handler came into, and that is made again.
        while seen and (seen[0][0] == "?" or seen[0][1] in ("EINTR", "EAGAIN")) and not same(one, seen[0]):
            seen.pop(0)
        if not seen or not same(one, seen[0]):
            return f"recorded call {number + 1}: {one}; made: {seen[:1]}"
        seen.pop(0)
    more = [call for call in seen if call[0] != "?"]
    return f"made, not recorded: {more}" if more else None


def difference(wanted, seen):
    lines = []
    for i in range(max(len(wanted), len(seen))):
        one = " ".join(wanted[i]) if i < len(wanted) else "-"
        two = " ".join(seen[i]) if i < len(seen) else "-"
        lines.append(f"    {one:<28} {two:<28}{'' if one == two else ' <'}")
    return "    recorded                     made\n" + "\n".join(lines)


def run(command, folder, log, library):
    """Runs it with the library; the exit status, or None when it took too long."""
    if os.path.exists(log):
        os.remove(log)
    environment = dict(os.environ, LD_PRELOAD=library, CALLS=log)
    if os.geteuid() == 0:  # a session has no rights of root, and the program shall have no more
        command = ["setpriv", "--bounding-set", "-net_raw", *command]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=LIMIT)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output


def invalid(source):
    try:
        compile(source, "step.py", "exec")
    except SyntaxError as error:
        return f"{error}\n{source}"
    return None


def try_language(item, language, number, library):
    """None when it does the same, else what is wrong."""
    folder = os.path.abspath(f"{language}{number}")
    os.makedirs(folder, exist_ok=True)
    program, log = os.path.join(folder, "step." + ("c" if language == "c" else "py")), os.path.join(folder, "calls")
    with open(program, "w", encoding="utf-8") as file:
        file.write(item[language])
    command = ["/usr/bin/python3", program]
    if language == "c":
        command = [os.path.join(folder, "step")]
        built = subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-o", command[0], program],
                               capture_output=True, text=True)
        if built.returncode != 0:
            return f"it does not compile:\n{built.stderr}\n{item['c']}"
    # What is left out cannot be compared; but such a program must be valid, and end where it does not say otherwise.
    if LEFT_OUT.search(item[language]):
        wrong, output = invalid(item["python"]), b""
        if not wrong and ENDLESS not in item[language]:
            status, output = run(command, folder, log, library)
            wrong = None if status is not None else "it does not end"
        return wrong and f"{wrong}\n{output.decode(errors='replace')}\n{item[language]}"
    # A program of one step begins with what that needs of earlier ones: that all of it works as it did says enough.
    wanted = recorded(item["calls"]) if item["whole"] else None
    for _ in range(TRIES):
        status, output = run(command, folder, log, library)
        seen = observed(log)
        if status == 0 and (wanted is None or not misfit(wanted, seen)):
            return None
    return (f"status {status} (None: it took too long)\n{wanted and misfit(wanted, seen)}\n"
            f"{difference(wanted or [], seen)}\n"
            f"{output.decode(errors='replace')}\n{item[language]}")


def check(item, number, library):
    trouble = []
    for language in ("c", "python"):
        wrong = try_language(item, language, number, library)
        if wrong:
            trouble.append(f"{item['name']} in {language}: {wrong}")
    return trouble, bool(LEFT_OUT.search(item["c"]))


def main():
    if not shutil.which("gcc"):
        print("skipped: gcc is not installed")
        sys.exit(77)
    library = os.path.abspath("calls.so")
    subprocess.run(["gcc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, f"{SOURCE}/tests/support/calls.c", "-ldl"],
                   check=True)
    lessons = sys.argv[1:] or sorted(glob.glob(f"{SOURCE}/lessons/[0-9]*.md")) + [f"{SOURCE}/tests/support/translations.md", "examples"]
    made = subprocess.run([f"{BUILD}/tests/translations", *lessons], check=True, capture_output=True)
    items = json.loads(made.stdout)
    assert any(len(recorded(item["calls"])) > 3 for item in items), "nothing was translated"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda pair: check(pair[1], pair[0], library), enumerate(items)))
    trouble = [line for lines, _ in results for line in lines]
    partly = sum(left_out for _, left_out in results)
    print(f"{len(items)} programs in two languages, {partly} of them with calls that cannot be written")
    for folder in glob.glob("c[0-9]*") + glob.glob("python[0-9]*"):
        shutil.rmtree(folder)
    os.remove(library)
    print("\n\n".join(trouble))
    sys.exit(1 if trouble else 0)


main()
