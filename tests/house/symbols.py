"""What the built libraries call: each outside library behind its wall, socket calls behind net/.

Asks nm for the undefined symbols of every object in the archives. The rule is first tried on made lists.
"""
import glob
import os
import re
import subprocess
import sys

# The walls in order; each may use the outside libraries of its own row and of the rows before it.
WALLS = [
    ("sockets", r"utf8proc_\w+"),
    ("views", r"json_\w+|jansson_\w+"),
    ("sessions", r"lua_\w+|luaL_\w+|luaopen_\w+"),
    ("lessons", r"cmark_\w+|yaml_\w+"),
    ("progress", r"sqlite3_\w+"),
    ("tutor", r"rl_\w+|readline|add_history|history_\w+|using_history"),
]
# The site generator stands beside the tutor, on the lessons.
BESIDE = {"pages": "lessons"}

SOCKET_CALLS = set("""socket socketpair connect bind listen accept accept4 send sendto sendmsg sendmmsg recv recvfrom
    recvmsg recvmmsg shutdown setsockopt getsockopt getsockname getpeername getaddrinfo getnameinfo gethostbyname
    gethostbyaddr if_nametoindex sockatmark""".split())
# Who but net/ may call them, and why.
EXCEPTIONS = {
    ("sessions", r"(worker|frame|channel|session)\.c\.o"): {"socketpair", "send", "recv", "sendmsg", "recvmsg"},
    # ^ the channel between a front and its worker is no learner's socket
}


def library_of(symbol):
    for index, (_, pattern) in enumerate(WALLS):
        if re.fullmatch(pattern, symbol):
            return index
    return None


def complaints(wall, member, net_members, undefined):
    names = [name for name, _ in WALLS]
    height = names.index(BESIDE.get(wall, wall))
    spared = set().union(*(calls for (where, pattern), calls in EXCEPTIONS.items()
                           if where == wall and re.fullmatch(pattern, member)))
    for symbol in sorted(undefined):
        library = library_of(symbol)
        if library is not None and library > height:
            yield f"lib{wall}.a({member}) calls {symbol}, which stands behind the wall '{names[library]}'"
        if symbol in SOCKET_CALLS and member not in net_members and symbol not in spared:
            yield f"lib{wall}.a({member}) calls {symbol}(); only repl/net/ may"


def undefined_symbols(archive):
    """Yields (object, symbols) for each object of the archive."""
    text = subprocess.run(["nm", "-u", archive], check=True, capture_output=True, text=True).stdout
    for block in re.split(r"\n(?=\S+\.o:\n)", text):
        head, _, rest = block.strip().partition(":\n")
        yield head, {line.split()[-1].split("@")[0] for line in rest.splitlines() if line.strip()}


def try_on_made_lists():
    def count(*arguments):
        return len(list(complaints(*arguments)))

    net = {"socket.c.o"}
    assert count("sockets", "socket.c.o", net, {"connect", "malloc", "utf8proc_charwidth"}) == 0
    assert count("sockets", "peer.c.o", net, {"connect"}) == 1
    assert count("sockets", "text.c.o", net, {"lua_pushnil", "json_pack"}) == 2
    assert count("sessions", "errors.c.o", net, {"lua_pushnil"}) == 0
    assert count("sessions", "socket_module.c.o", net, {"recv"}) == 1
    assert count("sessions", "worker.c.o", net, {"socketpair"}) == 0
    assert count("sessions", "worker.c.o", net, {"connect"}) == 1
    assert count("lessons", "lesson.c.o", net, {"cmark_node_new", "sqlite3_open"}) == 1
    assert count("pages", "page.c.o", net, {"cmark_node_new", "rl_bind_key"}) == 1


try_on_made_lists()
source, build = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES_BUILD"]
net_members = {os.path.basename(path) + ".o" for path in glob.glob(f"{source}/repl/net/*.c")}
# nm knows an object by its file's name only, so that name must stand nowhere else behind the same wall.
others = {os.path.basename(path) + ".o"
          for floor in ("base", "trace", "lab") for path in glob.glob(f"{source}/repl/{floor}/*.c")}
trouble, seen = [], 0
for wall in [name for name, _ in WALLS] + list(BESIDE):
    archive = f"{build}/lib{wall}.a"
    if not os.path.exists(archive):
        continue
    for member, undefined in undefined_symbols(archive):
        seen += 1
        members = net_members if wall == "sockets" else set()
        trouble += complaints(wall, member, members, undefined)
trouble += [f"{name[:-2]} stands in repl/net/ and behind the same wall elsewhere: rename one"
            for name in sorted(net_members & others)]
assert seen > 10, f"only {seen} objects were found under {build}"
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
