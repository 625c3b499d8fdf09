"""Commands, questions, front matter and lab.on() in cells, and the pictures below them."""
import os
import subprocess
import sys
import xml.dom.minidom

from support.client import Kernel

TALK = "server = lab.echo()\ns = socket.socket()\ns:connect(server.address)\ns:send('hello')\ns:recv(10)"


def plain(answered):
    """The texts of what was displayed."""
    assert answered.content["status"] == "ok", answered.content
    return [shown["data"]["text/plain"] for shown in answered.of("display_data")]


def pictures(kernel):
    shown = kernel.run(TALK).of("display_data")
    assert len(shown) == 1 and shown[0]["data"].keys() == {"text/plain", "image/svg+xml"}
    drawing = xml.dom.minidom.parseString(shown[0]["data"]["image/svg+xml"]).documentElement
    assert drawing.getElementsByTagName("title") and drawing.getElementsByTagName("desc")
    assert '"hello"' in shown[0]["data"]["text/plain"]
    assert not kernel.run("1 + 1").of("display_data"), "a cell that spoke to nobody has no picture"
    failed = kernel.run("server:stop() s:send('again') time.sleep(0.05) s:send('more') s:recv(10) s:recv(10)")
    assert failed.content["status"] == "error" and failed.of("display_data"), "a failure has its picture, too"
    ids = {shown["data"]["image/svg+xml"].split('aria-labelledby="')[1].split('"')[0]
           for shown in [*kernel.run(":ladder\n:ladder").of("display_data")]}
    assert len(ids) == 2, "pictures of one page have ids of their own"


def commands(kernel):
    assert "Nothing ran yet" in plain(kernel.run(":why"))[0]
    below = kernel.run(TALK + "\n\n:c\n:python\n\n:sockets\n")
    assert below.value == '"hello"'
    ladder, c, python, sockets = below.of("display_data")
    assert c["data"]["text/markdown"].startswith("```c\n") and "connect(" in c["data"]["text/plain"]
    assert python["data"]["text/markdown"].startswith("```python\n")
    assert "ESTABLISHED" in sockets["data"]["text/plain"] and "<table>" in sockets["data"]["text/html"]
    before = kernel.run(":peers\n\nx = 5\nx")
    assert "echo" in plain(before)[0] and before.value == "5"
    assert "x = 5" in plain(kernel.run(":vars"))[0]
    assert "No call was made" in plain(kernel.run(":why"))[0]
    assert "connect(" in plain(kernel.run(TALK + "\n:calls"))[1]
    ruler, none, which = kernel.run(TALK + "\n:chart bytes\n:chart ready\n:chart moon").of("display_data")[-3:]
    assert "│hello│" in ruler["data"]["text/plain"] and "<desc" in ruler["data"]["image/svg+xml"]
    assert "Nobody called select()" in none["data"]["text/plain"] and none["data"].keys() == {"text/plain"}
    assert ":chart time" in which["data"]["text/plain"]
    kernel.run("names = {} for i = 1, 200000 do names['n' .. i] = i _G['g' .. i] = i end")
    assert "... = more variables" in plain(kernel.run(":vars"))[0]
    for code in ("names.n", "g"):
        said = kernel.ask("shell", "complete_request", {"code": code, "cursor_pos": len(code)}).content
        assert len(said["matches"]) > 900, (code, len(said["matches"]))
    assert kernel.run("#names").value == "0", "the session lives"
    kernel.run("names = nil for i = 1, 200000 do _G['g' .. i] = nil end")
    many = kernel.run("for i = 1, 200 do _G['s' .. i] = socket.socket() end\n:sockets").of("display_data")[-1]["data"]
    assert many["text/html"].count("<tr>") > 200, many["text/html"][:2000]
    assert kernel.run("for i = 1, 200 do _G['s' .. i]:close() end").error is None
    ladder, *charts = kernel.run(TALK + "\n:chart").of("display_data")
    assert "│hello│" in charts[0]["data"]["text/plain"], charts
    assert all("image/svg+xml" in chart["data"] for chart in charts), charts
    assert "nothing for a chart" in plain(kernel.run("x = 5\n:chart"))[0]
    # In the middle of Lua a colon is Lua's, also where the method has a command's name.
    assert kernel.run("thing = {vars = function() return 7 end}\ny = thing\n:vars()\ny").value == "7"
    assert kernel.run("y = [[\n:vars\n]]\ny").value == '"\\n:vars\\n"' or kernel.run("#y").value == "6"
    # What is none, what takes nothing, what needs a terminal or a file.
    unknown = kernel.run(":laddr")
    assert unknown.error == "UnknownCommand" and ":ladder" in unknown.content["evalue"]
    assert kernel.run(":xyzzy\n1").error == "UnknownCommand"
    assert "means nothing" in plain(kernel.run(":sockets now"))[0]
    for command in ("next", "lesson 2", "save x.lua", "edit", "quit"):
        assert "tutor in a terminal" in plain(kernel.run(f":{command}"))[0], command
    for command in ("c /tmp/written.c", "python all written.py", "packets /tmp/written.pcapng"):
        assert "writes no files" in plain(kernel.run(f":{command}"))[0], command
    assert not os.path.exists("/tmp/written.c") and not os.path.exists("/tmp/written.pcapng")
    assert "private network" in plain(kernel.run(":ladder packets"))[0]
    # A failure ends the Lua; what a command shows of it, it shows all the same.
    failed = kernel.run("kept = 5 error('no')\n:vars")
    assert failed.error == "LuaError" and "kept" in failed.of("display_data")[0]["data"]["text/plain"], failed.content
    assert not kernel.run(":check\n:vars").of("display_data")


def help(kernel):
    listed = kernel.run(":help").of("display_data")[0]["data"]
    assert ":ladder" in listed["text/plain"] and ":next" not in listed["text/plain"], listed
    assert "| `:ladder` |" in listed["text/markdown"]
    for question in ("connect?", "s:connect?", ":help connect"):
        shown = kernel.run(question).of("display_data")[0]["data"]
        assert "Connects to an address" in shown["text/plain"] and "**s:connect" in shown["text/markdown"], question
    assert "Did you mean" in plain(kernel.run("conect?"))[0]
    assert kernel.run("x = 5 ?").error == "SyntaxError"


def peers_speak(kernel):
    said = kernel.run("p = lab.peer(function(listener) print('from the peer') listener:accept():recv(1) error('gone') end)\n"
                      "s = socket.create_connection(p.address) s:send('x') s:recv(1)")
    assert "peer: from the peer\n" in said.printed and "peer failed: " in said.printed and "gone" in said.printed, said.printed


def fresh(kernel):
    assert kernel.run("s = socket.socket()\ns:fileno()").value == "3", "the first socket is 3, as in the lessons"
    kernel.run("x = 1")
    assert kernel.run("---\ntitle: A lesson\nnetwork: loopback\n---\nx").value == "1", "it is there already"
    wrong = kernel.run("---\nnetwork: elsewhere\n---\nx = 2")
    assert wrong.error == "LessonError" and "loopback" in wrong.content["evalue"]
    assert kernel.run("x").value == "1"
    assert kernel.run("--- a comment\nx").value == "1" and kernel.run("---\nx").value == "1"


for step in (pictures, commands, help, peers_speak, fresh):
    with Kernel() as kernel:
        step(kernel)


# --- the private network ------------------------------------------------------------------------------------

def move(kernel):
    kernel.run("x = 1")
    assert "loopback" in plain(kernel.run(":lab"))[0]
    first = kernel.run("-- the network of this notebook\nlab.on()\nlab.echo().address[1]")
    assert first.value == '"10.0.0.2"' and "fresh session" in first.printed, first.content
    assert kernel.run("type(x)").value == '"nil"'
    kernel.run("x = 2")
    assert kernel.run("lab.on()\nx").value == "2", "it is there already"
    packets = kernel.run(TALK + "\n:packets\n:ladder packets").of("display_data")
    assert "SYN" in packets[1]["data"]["text/plain"] and "SYN" in packets[2]["data"]["text/plain"], packets
    assert "private network" in plain(kernel.run(":lab"))[0]
    plain(kernel.run(":lab off"))
    assert kernel.run("lab.echo().address[1]").value == '"127.0.0.1"'
    assert kernel.run("---\nnetwork: lab\n---").content["status"] == "ok"
    assert kernel.run("lab.echo().address[1]").value == '"10.0.0.2"'
    assert kernel.run("os.exit()").error == "SessionEnded"
    assert kernel.run("lab.echo().address[1]").value == '"10.0.0.2"', "a fresh session is where the one before was"


def late(kernel):
    failed = kernel.run("x = 1 lab.on()")
    assert failed.error == "OSError" and "lab.on()" in "".join(failed.content["traceback"]), failed.content


with Kernel() as kernel:
    late(kernel)
said = subprocess.run([os.environ["SOCKRATES"], "doctor"], capture_output=True, text=True, timeout=60, check=False).stdout
with Kernel() as kernel:
    if next(line for line in said.splitlines() if " Lab " in line).startswith("yes"):
        move(kernel)
        sys.exit(0)
    refused = kernel.run("lab.on() 1")
    assert refused.error == "NoPrivateNetwork" and refused.content["evalue"], refused.content
print("This system makes no private network: lab.on() was not tried.")
sys.exit(1 if os.environ.get("CI") else 77)
