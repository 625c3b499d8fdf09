"""Through a lesson step by step: the first three presses of Enter, predictions, quizzes, back and forth."""
import tempfile

from support.screen import Person, check, run


def three_presses_of_enter():
    with Person("stepping", rows=40) as person:
        person.sees("start")
        person.enter()
        person.enter()
        person.enter()
        person.sees("three")


def a_prediction_is_judged_by_the_run():
    for answer, name in (("2", "predicted"), ("a", "mispredicted")):
        with Person("stepping", rows=40, arguments=["learn", "1"]) as person:
            person.enter()
            person.enter()
            person.enter("7")
            person.has("Choose one of 1 to 2.")
            person.enter()
            person.has("a guess is fine")
            person.enter(answer)
            person.sees(name)


def enter_at_a_question_says_once_how_to_answer():
    for columns in (80, 40):
        with Person("asked", columns=columns, rows=40, arguments=["learn", "1"]) as person:
            person.enter(":goto 3")
            before = person.shown()
            person.enter()
            check(before != person.shown() and "guess is fine" in person.shown(), person.shown())
            before = person.shown()
            for _ in range(5):
                person.enter()
            person.until(lambda: person.shown() == before, "a screen as it was")
            person.enter("?")
            check(person.scrolled().count("What will connect") == 2, person.scrolled())
            person.enter(" ? ")
            check(person.scrolled().count("What will connect") == 3, person.scrolled())
            person.enter(":next")
            person.has("Enter goes on.")


def answers_as_people_write_them():
    for answer in ("2", "b", "B", "2.", "2)", "(2)", "b)", " 2 "):
        with Person("written", rows=40, arguments=["learn", "1"]) as person:
            person.enter(":goto 3")
            person.enter(answer)
            person.has("You said: fail at once with ECONNREFUSED.")
    with Person("written", rows=40, arguments=["learn", "1"]) as person:
        person.enter(":goto 3")
        for answer in ("-1", "0", "3", "1 2", "99999999999999999999"):
            mark = len(person.raw)
            person.enter(answer)
            check("Choose one of 1 to 2." in person.raw[mark:], person.shown())
        for word in ("yes", "refused"):
            mark = len(person.raw)
            person.enter(word)
            check("a guess is fine" in person.raw[mark:], person.shown())
        mark = len(person.raw)
        person.enter("s")
        person.enter("1 + 1")
        check("a guess is fine" not in person.raw[mark:], person.shown())
        person.enter("2")
        person.has("So it is.")


def no_key_piles_up_what_it_says():
    with Person("piles", rows=40, arguments=["learn", "1"]) as person:
        person.enter(":goto 7")
        person.interrupt()
        for _ in range(5):
            person.enter()
        check(person.scrolled().count(":starter offers the code again") == 1, person.scrolled())
        for _ in range(3):
            person.interrupt()
        check(person.scrolled().count("Ctrl-D or :quit leaves.") == 1, person.scrolled())
    with Person("piles", rows=40, arguments=["learn", "connect"]) as person:
        person.enter(":goto 5")
        for _ in range(5):
            person.enter()
        check(person.scrolled().count("type on as you like") == 1, person.scrolled())
    with tempfile.TemporaryDirectory() as empty, Person("piles", rows=40, lessons=empty) as person:
        for _ in range(5):
            person.enter()
        check(person.scrolled().count("There are no lessons in") == 1, person.scrolled())


def a_quiz_with_several_right_answers():
    with Person("stepping", rows=40, arguments=["learn", "1"]) as person:
        person.enter(":goto 5")
        person.has("Replayed 3 blocks in a fresh session.")
        person.enter("1")
        person.has("1 of 2 found. There are more.")
        person.enter("1,2")
        person.has("1 right, 1 wrong, of 2 to find.", "There is no rope.")
        person.enter("1 3")
        person.has("Right.")
        person.sees("quiz")


def free_play_and_back():
    with Person("stepping", rows=40, arguments=["learn", "1"]) as person:
        person.enter()
        person.enter("s:close()")
        person.enter("s")
        person.has("[closed]")
        person.enter(":back")
        person.sees("back")


def places():
    with Person("stepping", rows=40, arguments=["learn", "connect"]) as person:
        person.has("Lesson 2 of 2", "connect and its outcomes")
        person.enter(":goto nobody-answers")
        person.enter("hidden")
        person.has("TimeoutError: timed out", "No answer from", "within")
        person.enter(":goto 99")
        person.has("Say a step from 1 to 5, or a section:")
        person.enter(":goto #server")
        person.enter(":lessons")
        person.sees("lessons")
        person.enter(":lesson nothing")
        person.has('There is no lesson "nothing".')


def the_end_of_a_lesson():
    with Person("stepping", rows=30, arguments=["learn", "1"]) as person:
        person.enter(":goto 8")
        person.sees("end")
        person.enter()
        person.has("Lesson 2 of 2", "Who answers?")
        person.enter(":goto 5")
        person.enter()
        person.has("That was the last lesson.")


def a_diary_of_predictions():
    with Person("stepping", rows=40, arguments=["learn", "1"]) as person:
        for _ in range(2):
            person.enter(":goto 3")
            person.enter("1")
            person.has("It went otherwise.")
        person.enter(":goto 8")
        person.sees("diary")
        person.enter("1")
        person.has("Not quite.", "It would if nobody answered at all.")
        person.enter("2")
        person.has("Right.", "The machine answered, and it said no", "Enter goes on with lesson 2")
        person.enter("\x0c:goto 8")
        person.has("That is all.", "Enter goes on with lesson 2")
        person.has_not("you expected")


def the_question_of_the_diary_can_be_left():
    with Person("stepping", rows=40, arguments=["learn", "1"]) as person:
        person.enter(":goto 3")
        person.enter("1")
        person.enter(":goto 8")
        person.has('Once you expected "It waits for ever", and it went otherwise.')
        person.enter("s")
        person.has("socket.socket fd=")
        person.enter(":next")
        person.has("Lesson 2 of 2", "Who answers?")


run(answers_as_people_write_them, enter_at_a_question_says_once_how_to_answer, no_key_piles_up_what_it_says,
    three_presses_of_enter, a_prediction_is_judged_by_the_run, a_quiz_with_several_right_answers, free_play_and_back,
    places, the_end_of_a_lesson, a_diary_of_predictions, the_question_of_the_diary_can_be_left)
