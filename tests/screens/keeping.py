"""What is kept: progress through kill -9, two tutors at once, damaged and newer files, exercises, saved sessions."""
import json
import os
import re
import sqlite3
import subprocess

from support.screen import LESSONS, PROGRAM, UP, Person, check, run


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


def sessions_are_saved():
    with Person("keeping") as person:
        person.enter("s = socket.socket()")
        person.enter("s:connect('127.0.0.1', 9)")
        person.enter("l = socket.socket() l:bind('127.0.0.1', 0) l:listen()")
        person.enter("l:getsockname()")
        person.enter("6 * 7")
        script, lesson = os.path.join(person.home, "a.lua"), os.path.join(person.home, "a.md")
        person.enter(":save " + script)
        person.enter(":save " + lesson)
        person.enter(":save " + lesson)
        person.has("5 entries saved in", "is there already")
        ran = command(person, "run", script)
        check(ran.returncode == 0 and "42" in ran.stdout and "Connection refused" in ran.stdout, ran)
        checked = command(person, "check", lesson)
        check(checked.returncode == 0, checked.stdout + checked.stderr)


run(kill_9_and_resume, the_table, two_at_once, a_damaged_file_is_set_aside, a_newer_file_is_set_aside,
    a_place_that_cannot_be_written, an_exercise_is_solved, commands_below_the_code,
    the_solution_comes_after_a_try, sessions_are_saved)
