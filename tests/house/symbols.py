"""What the built libraries call: each outside library behind its wall, socket calls behind net/.

Asks nm for the undefined symbols of every object. The rule is first tried on made lists.
"""
import os
import re
import sys

from support.house import objects

# The walls in order; each may use the outside libraries of its own row and of the rows before it.
WALLS = [
    ("sockets", r"utf8proc_\w+"),
    ("views", r"json_\w+|jansson_\w+"),
    ("sessions", r"lua_\w+|luaL_\w+|luaopen_\w+"),
    ("lessons", r"cmark_\w+|yaml_\w+"),
    ("progress", r"sqlite3_\w+|SHA256\w+"),
    ("tutor", r"rl_\w+|readline|add_history|history_\w+|using_history"),
]
# The site generator stands beside the tutor, on the lessons.
BESIDE = {"pages": "lessons"}

SOCKET_CALLS = set("""socket socketpair connect bind listen accept accept4 send sendto sendmsg sendmmsg recv recvfrom
    recvmsg recvmmsg shutdown setsockopt getsockopt getsockname getpeername getaddrinfo getnameinfo gethostbyname
    gethostbyaddr if_nametoindex sockatmark""".split())
# Who but net/ may call them, and why.
EXCEPTIONS = {
    r"repl/session/(worker|frame|channel|session|workshop)\.c": {"socketpair", "send", "recv", "sendmsg", "recvmsg"},
    # ^ the channels between a front, its worker and its bench are no learner's sockets
    r"repl/lab/links\.c": {"socket", "send", "recv", "if_nametoindex"},  # asks the kernel for interfaces
    r"repl/lab/listening\.c": {"socket", "send", "recv"},  # and for listening sockets
    r"repl/lab/wire\.c": {"socket", "socketpair", "bind", "setsockopt", "send", "recv", "sendmsg", "recvmsg", "recvmmsg",
                          "if_nametoindex"},
    # ^ the wire itself, and its orders
}


def library_of(symbol):
    for index, (_, pattern) in enumerate(WALLS):
        if re.fullmatch(pattern, symbol):
            return index
    return None


def complaints(wall, path, undefined):
    names = [name for name, _ in WALLS]
    height = names.index(BESIDE.get(wall, wall))
    spared = set().union(*(calls for pattern, calls in EXCEPTIONS.items() if re.fullmatch(pattern, path)))
    for symbol in sorted(undefined):
        library = library_of(symbol)
        if library is not None and library > height:
            yield f"{path} calls {symbol}, which stands behind the wall '{names[library]}'"
        if symbol in SOCKET_CALLS and not path.startswith("repl/net/") and symbol not in spared:
            yield f"{path} calls {symbol}(); only repl/net/ may"


def try_on_made_lists():
    def count(*arguments):
        return len(list(complaints(*arguments)))

    assert count("sockets", "repl/net/socket.c", {"connect", "malloc", "utf8proc_charwidth"}) == 0
    assert count("sockets", "repl/lab/peer.c", {"connect"}) == 1
    assert count("sockets", "repl/base/text.c", {"lua_pushnil", "json_pack"}) == 2
    assert count("sessions", "repl/lua/errors.c", {"lua_pushnil"}) == 0
    assert count("sessions", "repl/lua/socket_module.c", {"recv"}) == 1
    assert count("sessions", "repl/session/worker.c", {"socketpair"}) == 0
    assert count("sessions", "repl/session/worker.c", {"connect"}) == 1
    assert count("lessons", "repl/lesson/lesson.c", {"cmark_node_new", "sqlite3_open"}) == 1
    assert count("pages", "docs/page.c", {"cmark_node_new", "rl_bind_key"}) == 1


try_on_made_lists()
seen, trouble = 0, []
walls = [name for name, _ in WALLS] + list(BESIDE)
for path, (wall, _, undefined) in sorted(objects(os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES_BUILD"]).items()):
    if wall in walls:
        seen += 1
        trouble += complaints(wall, path, undefined)
assert seen > 100, f"only {seen} objects were found"
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
