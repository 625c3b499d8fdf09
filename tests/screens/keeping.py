"""What is kept: progress through kill -9, two tutors at once, damaged and newer files, exercises, saved sessions."""
import contextlib
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess

from support.screen import CTRL_C, CTRL_D, LESSONS, PROGRAM, UP, Person, check, run


def database(person):
    return os.path.join(person.home, "data/sockrates/progress.db")


def command(person, *arguments):
    return subprocess.run([PROGRAM, *arguments], env=person.environment, capture_output=True, text=True, timeout=60)


def kill_9_and_resume():
    with Person("keeping") as person:
        person.enter()
        person.enter()
        person.kill()
        person.start()
        person.sees("resumed")
        person.enter()
        person.has("Replayed 2 blocks in a fresh session.", "What will connect do now?")
        person.enter("time.sleep(60)", ready=False)
        person.waits_for("Ctrl-C stops it")
        person.kill()
        person.start()
        person.has('You were in "What is a socket?", step 3 of 8.')


def the_table():
    with Person("keeping", arguments=["learn", "1"]) as person:
        person.enter()
        person.enter()
        person.enter("2")
        person.enter(":progress")
        person.leave()
        shown = command(person, "progress", "--lessons", LESSONS)
        check(re.search(r"What is a socket\?  4 of 8  1 of 1 right +\d{4}-\d\d-\d\d\n", shown.stdout), shown.stdout)
        rows = json.loads(command(person, "progress", "--json", "--lessons", LESSONS).stdout)
        check(rows[0]["name"] == "01-what" and rows[0]["furthest"] == 4, rows)
        person.start()
        person.enter(":reset all")
        person.enter("y")
        person.leave()
        check(json.loads(command(person, "progress", "--json", "--lessons", LESSONS).stdout) == [], "not reset")


def two_at_once():
    with Person("keeping", arguments=["learn", "1"]) as one:
        with Person("keeping", arguments=["learn", "2"], home=one.home) as other:
            for _ in range(2):
                one.enter()
                other.enter()
            one.has("What will connect do now?")
            other.has_not("could not", "cannot")
        rows = json.loads(command(one, "progress", "--json", "--lessons", LESSONS).stdout)
        check([row["furthest"] for row in rows] == [3, 3], rows)


def a_damaged_file_is_set_aside():
    with Person("keeping") as person:
        person.enter()
        person.kill()
        for name in os.listdir(os.path.dirname(database(person))):
            os.unlink(os.path.join(os.path.dirname(database(person)), name))
        with open(database(person), "w", encoding="utf-8") as file:
            file.write("no database " * 100)
        person.start()
        person.has("Your progress file could not be read.", "progress.db.damaged-1")
        check(os.path.exists(database(person) + ".damaged-1"), "it was lost")
        person.enter()
        person.has("What is a socket?")


def a_newer_file_is_set_aside():
    with Person("keeping") as person:
        person.enter()
        person.leave()
        connection = sqlite3.connect(database(person))
        connection.execute("PRAGMA user_version = 7")
        connection.close()
        person.start()
        person.has("written by a newer Sockrates")
        check(os.path.exists(database(person) + ".newer-1"), "it was lost")


def a_place_that_cannot_be_written():
    with Person("keeping", env={"XDG_DATA_HOME": "/proc/none", "XDG_STATE_HOME": "/proc/none"}) as person:
        person.enter()
        person.has("Progress cannot be written", "What is a socket?")
        person.enter("1 + 1")
        person.press(UP)
        person.line_is("> 1 + 1")


def an_exercise_is_solved():
    with Person("keeping", rows=40, arguments=["learn", "1"]) as person:
        person.enter(":goto 7")
        person.has("Change the code below.", "> server = lab.echo()")
        person.enter("c:connect(server.address)")
        person.has('Not yet: nothing like "hi" was sent', "Hint 1")
        person.interrupt()
        person.enter("1 + 1")
        person.enter(":starter")
        person.enter("c:connect(server.address) c:sendall('hi')")
        person.has("Solved.")
        person.sees("solved")
        person.enter(":goto 7")
        person.has("You have solved this one before.")


def an_exercise_is_solved_line_by_line():
    with Person("keeping", rows=60, arguments=["learn", "1"]) as person:
        person.enter(":goto 7")
        person.has("Change the code below.")
        person.interrupt()
        person.enter(":check")
        person.has("Nothing of yours has run yet since the exercise began.")
        person.enter("server = lab.echo()")
        person.enter("c = socket.socket()")
        person.enter("c:connect(server.address)")
        person.enter(":check")
        person.has('Not yet: nothing like "hi" was sent', "Go on from here")
        person.enter("c:send('h')")
        person.enter("for _, letter in ipairs{'i'} do", ready=False)
        person.enter("c:send(letter)", ready=False)
        person.enter("end")
        person.enter("type = 5")
        person.enter(":check")
        person.has("Solved.")


def memory_that_is_used_up():
    with Person("keeping", arguments=["learn", "--lessons", "/nowhere"]) as person:
        person.enter("a = 1")
        person.enter("t = {} for i = 1, 1e9 do t[i] = {i} end")
        person.waits_for("one would be: a, t.")
        person.has(":back begins a fresh session")
        person.enter("#t > 1000")
        person.has("true")
        person.enter(":back")
        person.has("You go on in a fresh session. What you have made is gone")
        person.enter("a, t")
        person.has("nil")


def commands_below_the_code():
    with Person("keeping", rows=60, arguments=["learn", "1"]) as person:
        code = "> server = lab.echo()"
        person.enter(":goto 7")
        person.waits_for(code)
        person.enter(":hint")
        person.waits_for("connects.")
        person.line_is("")
        check(person.shown().count(code) == 2, "the code is not offered again:\n" + person.shown())
        person.enter(":check")
        person.has('Not yet: nothing like "hi" was sent')
        person.enter("c:connect(server.address) c:sendall('hi')\x1b\r:check")
        person.has("Solved.")
        person.enter(":goto 7")
        person.enter(":next")
        person.line_is(">")


def the_solution_comes_after_a_try():
    with Person("keeping", rows=40, arguments=["learn", "1"], env={"EDITOR": "sh -c 'echo x = 1 > \"$1\"' ed"}) as person:
        person.enter(":goto 7")
        person.interrupt()
        person.enter(":solution")
        person.has("Try once first")
        person.enter(":hint")
        person.has("connects.")
        person.enter(":edit")
        person.line_is("> x = 1")
        person.enter()
        person.has("Not yet")
        person.interrupt()
        person.enter(":solution")
        person.has("One way to do it")
        person.enter()
        person.has("Solved.")


# What shows a value, fails or leaves early at a prompt, and is no statement of a script.
ODD_ENTRIES = ["40 -- forty", "nil + 1", "missing.field", "return 5;", "do return 6 end", "y = 41 return y", "return(7)",
               "'x' --[[ c ]]", "return", "error('x') -- c", "s = = 1", "goto done", "local t <const> = 5", "t = 6",
               "if t then return end", "local u <close> = socket.socket()", "for i = 1, 2 do end", "(print)()", "...",
               "local y = 41", "{}", "print('last')"]


def sessions_are_saved():
    with Person("keeping") as person:
        person.enter("s = socket.socket()")
        person.enter("s:connect('127.0.0.1', 9)")
        person.enter("l = socket.socket() l:bind('127.0.0.1', 0) l:listen()")
        person.enter("l:getsockname()")
        person.enter("6 * 7")
        for entry in ODD_ENTRIES:
            person.enter(entry)
        script, lesson = os.path.join(person.home, "a.lua"), os.path.join(person.home, "a.md")
        person.enter(":save " + script)
        person.enter(":save " + lesson)
        person.enter(":save " + lesson)
        person.has(f"{5 + len(ODD_ENTRIES)} entries saved in", "is there already")
        ran = command(person, "run", script)
        check(ran.returncode == 0 and "42" in ran.stdout and "Connection refused" in ran.stdout, ran)
        check(ran.stdout.endswith("last\n") and "\n40\n" in ran.stdout and "\n41\n" in ran.stdout, ran)
        with open(script) as file:
            text = file.read()
        check("\n-- s = = 1\n" in text and "\nfor i = 1, 2 do end\n" in text and "\ny = 41\n" in text, text)
        checked = command(person, "check", lesson)
        check(checked.returncode == 0, checked.stdout + checked.stderr)


def words(person):
    """What was to be read, as one line."""
    return " ".join(person.scrolled().split())


def the_place_is_said_to_be_kept_only_when_it_is():
    with Person("keeping", arguments=["learn", "1"]) as person:
        person.enter()
        person.press(CTRL_D)
        person.ends()
        check(f"`sockrates --lessons {LESSONS}` resumes there" in words(person), words(person))
        person.start()  # where it had been: no lesson is named
        person.enter()
        resource.prlimit(person.child.pid, resource.RLIMIT_FSIZE, (0, 0))  # as a full disk
        person.enter()
        person.has("Your progress cannot be kept just now")
        person.enter()
        check(person.scrolled().count("cannot be kept just now") == 1, person.scrolled())
        person.press(CTRL_D)
        person.ends()
        check("could not be kept" in words(person) and "is kept" not in words(person), words(person))
    for place, trouble in (("/proc/none", "cannot be written"), (None, "no longer there")):
        env = {"XDG_DATA_HOME": place} if place else {}
        with Person("keeping", arguments=["learn", "1"], env=env) as person:
            person.enter()
            if place is None:
                shutil.rmtree(os.path.join(person.home, "data"))
            person.press(CTRL_D)
            person.ends()
            said = words(person)
            check("could not be kept" in said and trouble in said and "is kept" not in said, said)


def trouble_is_said_also_when_it_was_there_from_the_start():
    with Person("keeping", arguments=["learn", "1"]) as person:
        person.enter()
        person.leave()
        with contextlib.closing(sqlite3.connect(database(person))) as store:
            for table, in list(store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
                for deed in ("INSERT", "UPDATE", "DELETE"):  # as on a disk that is only read
                    store.execute(f"CREATE TRIGGER {table}_{deed} BEFORE {deed} ON {table} BEGIN "
                                     "SELECT RAISE(ABORT, 'no'); END")
            store.commit()
        person.start()
        person.has("Your progress cannot be kept just now")
        person.enter()
        check(person.scrolled().count("cannot be kept just now") == 1, person.scrolled())


def a_course_given_by_its_place_resumes():
    for name in ("a course", "a course/01-what.md"):
        with Person("keeping", lessons=None) as person:
            person.leave()
            shutil.copytree(LESSONS, os.path.join(person.home, "a course"))
            person.arguments = ["learn", os.path.join(person.home, name)]
            person.start()
            person.enter()
            person.enter()
            person.press(CTRL_D)
            person.ends()
            said = re.search(r"`sockrates --lessons '(.*?)'`", words(person))
            check(said is not None, words(person))
            person.arguments = ["--lessons", os.path.join(person.home, name)]
            person.start()
            person.has('You were in "What is a socket?", step')


def what_destroys_asks_first():
    with Person("keeping", arguments=["learn", "1"]) as person:
        person.enter()
        for word in (":r", ":re", ":res", ":rese"):
            person.enter(word)
            person.has(f"There is no command {word}.")
        for answer in ("", "n", "yesterday", CTRL_C, CTRL_D):
            person.enter(":reset")
            person.line_is("y/n>")
            mark = len(person.raw)
            person.press(answer if answer in (CTRL_C, CTRL_D) else answer + "\r")
            person.prompt(mark)
            check("It stays." in person.raw[mark:], person.shown())
        rows = json.loads(command(person, "progress", "--json", "--lessons", LESSONS).stdout)
        check([row["furthest"] for row in rows] == [2], rows)
        person.enter(":reset 1")
        person.enter("y")
        person.has('Your progress in "What is a socket?" is forgotten.')


def what_was_made_in_play_is_not_lost_unsaid():
    said = "What you have made is gone with the old one: "
    with Person("keeping") as person:
        person.enter("mine = 1")
        person.enter("yours = 2")
        person.enter()
        check("without what you have made: mine, yours. Enter once more goes on." in words(person), words(person))
        person.enter("mine")
        person.has("\n1\n")
        person.enter()
        person.enter()
        check(said + "mine, yours." in words(person), words(person))
        person.press(UP)
        person.line_is("> mine")
        person.interrupt()
        person.enter("third = 3")
        person.enter()
        person.enter("third")
        person.has("\n3\n")
        person.enter(":back")
        check(said + "third." in words(person), words(person))
        person.enter("fourth = 4")
        person.enter("s:close()")
        person.enter()
        check("without what you have made: fourth." in words(person), words(person))
        person.enter("fourth")
        person.has("\n4\n")
        person.enter(":back")
        mark = len(person.raw)
        person.enter(":lesson 4")
        check("is gone" not in person.raw[mark:], person.shown())


def commands_take_what_they_take():
    with Person("keeping") as person:
        for line, word in ((":peers all", "all"), (":next 3", "3"), (":calls everything", "everything"), (":vars x y", "x y")):
            person.enter(line)
            person.has(f'Nothing was done: "{word}" means nothing to {line.split()[0]}.')
        person.enter("x = 1")
        person.enter(":save ~/saved.lua")
        check(os.path.exists(os.path.join(person.home, "saved.lua")), person.shown())
        person.enter("s = socket.socket()")
        person.enter(":c ~/saved.c")
        check(os.path.exists(os.path.join(person.home, "saved.c")), person.shown())
        person.press(":exit\r")
        person.ends()


run(kill_9_and_resume, the_table, two_at_once, a_damaged_file_is_set_aside, a_newer_file_is_set_aside,
    a_place_that_cannot_be_written, an_exercise_is_solved, an_exercise_is_solved_line_by_line, memory_that_is_used_up, commands_below_the_code,
    the_solution_comes_after_a_try, sessions_are_saved,
    the_place_is_said_to_be_kept_only_when_it_is,
    trouble_is_said_also_when_it_was_there_from_the_start, a_course_given_by_its_place_resumes, what_destroys_asks_first,
    what_was_made_in_play_is_not_lost_unsaid, commands_take_what_they_take)
