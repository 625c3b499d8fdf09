"""Charts of the last step: a ruler of bytes, bars of time, who was ready when."""
from support.screen import Person, check, run

STREAM = "left, right = socket.socketpair()"
PIECES = "left:send('he') left:send('llo ') right:recv(4) time.sleep(0.05)"
LOOKS = "for i = 1, 3 do select.select({right}, {}, {}, 0) right:recv(1) end left:setblocking(false)"


def a_name_chooses():
    with Person("charts", rows=50) as person:
        person.enter(":chart")
        person.has("Nothing ran yet.")
        person.enter(STREAM)
        person.enter(":chart")
        person.has("The last step has nothing for a chart")
        person.enter(PIECES)
        person.enter(":chart bytes")
        person.has("left to right: 6 bytes, 2 not read yet", "send  ├1─┼──────2──────┤", "│he╵ll╷o ", "╌not read╌┤")
        person.has_not("sleep()")
        person.enter(":chart ready")
        person.has("Nobody called select(), poll() or epoll_wait() in the last step.")
        person.enter(":chart")
        person.has("sleep()", "━━━━━", "in a call")
        person.enter(":chart colours")
        person.has("There are :chart bytes, :chart time and :chart ready.")


def looks_that_stay_ready():
    with Person("charts", rows=40) as person:
        person.enter(STREAM)
        person.enter("left:send('abcde')")
        person.enter(LOOKS)
        person.enter(":chart ready")
        person.has("you looked 3 times", "right  r━━━r━━━r", "stayed ready")


def narrow_and_plain():
    with Person("charts", columns=40, rows=60) as person:
        person.enter(STREAM)
        person.enter("for i = 1, 9 do left:send('piece ' .. i) end right:recv(20)")
        person.enter(":chart bytes")
        person.has("left to right: 63 bytes, 43 not read yet", "not read")
        check(all(len(line) <= 40 for line in person.shown().splitlines()), person.shown())
    with Person("charts", rows=40, arguments=["learn", "--plain"]) as person:
        person.enter(STREAM)
        person.enter(PIECES)
        person.enter(":chart bytes")
        person.has('send 1: bytes 0 to 2, "he"', "2 bytes not read")
        person.has_not("├")
    with Person("charts", rows=40, env={"LC_ALL": "C", "LANG": "C"}) as person:
        person.enter(STREAM)
        person.enter(PIECES)
        person.enter(":chart bytes")
        person.has("send  |1-|------2------|", "|he'll,o ")


run(a_name_chooses, looks_that_stay_ready, narrow_and_plain)
