"""What peers say, and how they fail, is seen: at the next prompt, by :peers and :why, and in advice."""

from support.screen import Person, check, run

CLEAR = "\x0c"
FAILED = "server failed: prompt:1: attempt to index a nil value (field 'x')"


def a_peer_that_fails():
    with Person("peers", rows=60) as person:
        person.enter("function serve(l) print('starting', 1); local c = l:accept(); c.x.y = 1 end")
        person.enter("p = lab.peer(serve, {name='server'})")
        person.has("server: starting")
        person.enter("s = socket.create_connection(p.host, p.port)")
        person.has(FAILED)
        person.enter("s:recv(1)")
        person.enter("t = socket.create_connection(p.host, p.port)")
        person.has('The peer "server" has failed: prompt:1: attempt to index a nil value')
        person.has_not("nothing listens")
        for command in [":peers", ":why"]:
            person.enter(CLEAR + command)
            person.has(FAILED)


def a_peer_that_says_much():
    with Person("much", rows=60) as person:
        person.enter("p = lab.peer(function() for i = 1, 999 do print(i) end; print(('x'):rep(100000)) end)")
        person.has("Peers said more before this.", "peer: 999")
        check(person.shown().count("x" * 70) < 55, "what it says is bounded")
        person.enter(CLEAR + ":peers")
        person.has("x" * 70)
        person.enter(CLEAR + ":why")
        person.has("more before these. :peers shows them.")
        check("peer: 900" not in person.shown(), person.shown())


def a_peer_that_speaks_again_and_again():
    with Person("again", rows=60) as person:
        person.enter("p = lab.peer(function() for i = 1, 400 do time.sleep(0.0001) end print('over') end)")
        while "peer: over" not in person.shown():
            person.enter(CLEAR + ":peers")
        person.enter(CLEAR + ":why")
        check(person.scrolled().count("clock_nanosleep") <= 100, person.scrolled())
        person.has("more before these. :calls all shows them.")


def a_peer_that_speaks_while_nothing_runs():
    with Person("late", rows=60) as person:
        person.enter("function serve(l) local c = l:accept() time.sleep(0.1) print('news') c:send('x') end")
        person.enter("p = lab.peer(serve) s = socket.create_connection(p.host, p.port)")
        while "peer: news" not in person.shown():
            person.enter(CLEAR + ":peers")
        check(person.shown().count("peer: news") == 1, "it is told twice")
        for command in [":ladder", ":calls all", ":why"]:
            person.enter(CLEAR + command)
            person.has("news" if command != ":calls all" else "send(")
        person.enter("s:recv(1)")
        person.enter(CLEAR + ":why")
        check("peer: news" not in person.shown(), "it stands in two pictures")
        person.enter("p = lab.peer(serve, {name='two'}) s = socket.create_connection(p.host, p.port)")
        while "two: news" not in person.shown():
            person.enter(CLEAR + ":peers")
        person.enter("s:recv(1)")
        person.enter(CLEAR + ":ladder")
        person.has("before", "news", "send() = 1")


def a_peer_that_leaves():
    with Person("leaves", rows=40) as person:
        person.enter("lab.peer(function() os.exit(3) end)")
        person.enter("lab.peer(function() end)")
        person.enter(CLEAR + ":peers")
        person.has("ended with 3", "ended\n")


def a_handler_that_raises():
    with Person("handler") as person:
        person.enter("signal.signal(signal.SIGALRM, function() error(socket.timeout('late')) end)")
        person.enter("a, b = socket.socketpair()")
        person.enter("signal.setitimer(signal.ITIMER_REAL, 0.05); a:recv(1)")
        person.has("SIGALRM came, and its handler raised")
        person.has_not("settimeout")
        person.enter(CLEAR + ":why")
        person.has("Your own handler decided")
        person.enter(CLEAR + "a:settimeout(0.05)")
        person.enter("a:recv(1)")
        person.has("No byte came within")
        person.enter(CLEAR + "time.sleep(0.05) error(socket.timeout('x'))")
        person.has_not("settimeout")


run(a_peer_that_fails, a_peer_that_says_much, a_peer_that_speaks_again_and_again,
    a_peer_that_speaks_while_nothing_runs, a_peer_that_leaves, a_handler_that_raises)
