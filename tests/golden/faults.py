"""Answers on bad days: the right ones pass with every fault, and those that work on a good day only are told which, where
and what happened. As root and as an ordinary user; with the wire of a private network where one can be made."""
import json
import os
import shutil
import subprocess

SOCKRATES = os.environ["SOCKRATES"]
LAB = subprocess.run([SOCKRATES, "run", "--lab", "-"], input="", capture_output=True, text=True,
                     check=False).returncode == 0

LESSON = """{front}# X

{before}

## Exercise: it

Do it.

{setup}```lua {{.starter}}
x = 1
```

<details><summary>Solution</summary>

```lua {{.solution}}
{solution}
```

</details>

<details><summary>Check</summary>

```lua {{.check {options}}}
{check}
```

{wrong}</details>
"""


def lua(code, options=""):
    return f"```lua {{{options}}}\n{code.strip()}\n```\n\n" if code else ""


def lesson(solution, check, faults, front="", before="", setup="", wrong="", options=""):
    text = LESSON.format(front=front, before=lua(before, ".hidden"), setup=lua(setup, ".setup"),
                         solution=solution.strip(), check=check.strip(), options=f"faults={{{faults}}} {options}",
                         wrong="A mistake.\n\n" + lua(wrong, ".wrong") if wrong else "")
    with open("x.md", "w", encoding="utf-8") as file:
        file.write(text)


def run(*options, user=()):
    done = subprocess.run([*user, SOCKRATES, "check", *options, "x.md"], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def tried(user=()):
    """What the report for programs says of the solution: {fault: (verdict, place, message)}."""
    status, out = run("--json", user=user)
    blocks = json.loads(out)["lessons"][0]["blocks"]
    faults = [fault for block in blocks for fault in block.get("faults", [])]
    return status, {fault["fault"]: (fault["verdict"], fault.get("place"), fault.get("message")) for fault in faults}


READ = """
function read(conn)
  local parts = {}
  while true do
    local data = conn:recv(100)
    if data == "" then break end
    parts[#parts + 1] = data
  end
  local all = table.concat(parts)
  return all:sub(-1) == "." and all or nil
end
"""
READ_ONCE = "function read(conn) return conn:recv(100) end"
READ_WHAT_COMES = READ.replace('all:sub(-1) == "." and all or nil', "all")
READ_CHECK = """
local peer = lab.peer(function(listener) listener:accept():sendall("a few words.") end)
local fine, got = pcall(read, socket.create_connection(peer.address))
local hopeless = fault == "close" or fault == "rst" or fault == "gone"
if hopeless and fine and got ~= nil then return false, ("%q is half of it."):format(got) end
if not hopeless and got ~= "a few words." then return false, "It gave " .. tostring(got) .. "." end
"""

# A right answer passes with every fault; others fail with those that they do not bear, where they first show.
lesson(READ, READ_CHECK, "split, bytes, delay, drip, close, rst, gone, eintr")
status, faults = tried()
assert status == 0 and len(faults) == 8, faults
assert all(fault == ("passed", None, None) for fault in faults.values()), faults

lesson(READ_ONCE, READ_CHECK, "split,bytes,delay,close,rst,gone")
status, faults = tried()
assert status == 1, faults
assert faults["split"] == ("failed", "behind byte 1 of 12", "It gave a."), faults
assert faults["bytes"] == ("failed", "", "It gave a."), faults
assert faults["delay"][0] == "passed", faults
assert faults["close"] == ("failed", "behind byte 1 of 12", '"a" is half of it.'), faults
assert faults["gone"] == ("failed", "", '"" is half of it.'), faults
status, out = run()
assert "does not pass this check on a bad day. split, behind byte 1 of 12: It gave a." in out, out
assert '"a"' in out and "= 1 <" in out, out  # the picture of that run

# A wrong answer may fail on a bad day only, and is told so; a starter likewise.
lesson(READ, READ_CHECK, "split,close", wrong=READ_WHAT_COMES)
assert run()[0] == 0, run()
lesson(READ, READ_CHECK, "split", wrong=READ_WHAT_COMES)
status, out = run()
assert status == 1 and "This wrong answer passes the check" in out, out

# The lesson before the exercise, and what it set up, are as on a good day; what the exercise then hears is not.
lesson("a, b = nil s = socket.create_connection(echo.address) s:settimeout(1) s:sendall('hello') return s:recv(100)",
       "return result == 'hello', 'It gave ' .. tostring(result) .. '.'", "split,rst",
       before="early = lab.echo() e = socket.create_connection(early.address) e:sendall('abcdef')\n"
              "assert(e:recv(100) == 'abcdef')",
       setup="assert(early) echo = lab.echo() t = socket.create_connection(echo.address) t:sendall('abcdef')\n"
             "assert(t:recv(100) == 'abcdef')")
status, faults = tried()
assert faults["split"] == ("failed", "behind byte 1 of 5", "It gave h."), faults
# A connection that was made before has its bad day, too.
lesson("early:sendall('hello') return early:recv(100)", "return result == 'hello', tostring(result)", "split",
       before="echo = lab.echo() early = socket.create_connection(echo.address)")
assert tried()[1]["split"] == ("failed", "behind byte 1 of 5", "h"), tried()

# A learner's server: in a peer that the check starts, or that the learner's code starts.
SERVE = """
function serve(listener)
  local conn, got = listener:accept(), ""
  while not got:find("\\n") do
    local data = conn:recv(100)
    if data == "" then return end
    got = got .. data
  end
  conn:sendall("hello " .. got)
end
"""
SERVE_ONCE = "function serve(listener) local c = listener:accept() c:sendall('hello ' .. c:recv(100)) end"
ASK = """
local s, got = socket.create_connection({address}), ""
s:settimeout(2)
s:sendall("you\\n")
while not got:find("\\n") do
  local data = s:recv(100)
  if data == "" then break end
  got = got .. data
end
return got == "hello you\\n", ("The answer was %q."):format(got)
"""
started = ASK.replace("{address}", 'lab.peer(serve, {toward="peer"}).address')
lesson(SERVE, started, "split,bytes")
assert run()[0] == 0, run()
lesson(SERVE_ONCE, started, "split,bytes")
assert tried()[1]["split"][:2] == ("failed", "behind byte 1 of 4"), tried()
lesson(SERVE + "server = lab.peer(serve)", ASK.replace("{address}", "server.address"), "split,bytes")
assert run()[0] == 0, run()
lesson(SERVE_ONCE + "\nserver = lab.peer(serve)", ASK.replace("{address}", "server.address"), "split")
assert tried()[1]["split"][0] == "failed", tried()

# Only the first connection: whoever tries again succeeds.
FETCH = """
function fetch(address)
  for _ = 1, TRIES do
    local fine, got = pcall(function()
      local s = socket.create_connection(address)
      local data = s:recv(5, socket.MSG_WAITALL)
      s:close()
      return data
    end)
    if fine and #got == 5 then return got end
  end
end
"""
CHECK = """
local peer = lab.peer(function(listener)
  while true do local c = listener:accept() c:sendall("hello") c:close() end
end)
return fetch(peer.address) == "hello", "Nothing came."
"""
lesson(FETCH.replace("TRIES", "2"), CHECK, "rst@1,close@1,gone@1,rst")
status, faults = tried()
assert [faults[name][0] for name in ("rst@1", "close@1", "gone@1", "rst")] == ["passed"] * 3 + ["failed"], faults
lesson(FETCH.replace("TRIES", "1"), CHECK, "rst@1")
assert tried()[1]["rst@1"][0] == "failed", tried()

# Waiting for ever is noticed, soon when the check says how long it may take; so are nobody and a full queue.
PATIENT = """
function fetch(address)
  local fine, got = pcall(function()
    local s = socket.socket()
    s:settimeout(SECONDS)
    s:connect(address)
    return s:recv(5, socket.MSG_WAITALL)
  end)
  return fine and #got == 5 and got or nil
end
"""
PATIENT_CHECK = CHECK.replace('fetch(peer.address) == "hello"', 'fetch(peer.address) == (fault == nil and "hello" or nil)')
lesson(PATIENT.replace("SECONDS", "1"), PATIENT_CHECK, "full,refused,stall")
status, faults = tried()
assert [fault[0] for fault in faults.values()] == ["passed"] * 3, faults
lesson(PATIENT.replace("SECONDS", "nil"), PATIENT_CHECK, "full,stall", options="timeout=500ms")
status, faults = tried()
for name in "full", "stall":
    assert faults[name][0] == "failed" and faults[name][2].startswith("It had not come to an end after "), faults

# A signal that has a handler: an answer that gives up at the first one fails.
GIVE_UP = """
signal.signal(signal.SIGALRM, function() error("interrupted") end)
function read(conn) local fine, got = pcall(conn.recv, conn, 100) return fine and got or nil end
"""
lesson(GIVE_UP, READ_CHECK, "eintr")
assert tried()[1]["eintr"] == ("failed", "", "It gave nil."), tried()

# What the solution never meets shows nothing: the author is told.
lesson("x = 2", "return x == 2, 'x'", "split")
status, out = run()
assert status == 1 and "never meets the fault split" in out, out

# A hidden check has the same bad days, its own peers too.
ONCE = "function fetch(address) return socket.create_connection(address):recv(5) end"
with open("x.check.lua", "w", encoding="utf-8") as file:
    file.write(CHECK)
lesson(FETCH.replace("TRIES", "1"), "return fetch ~= nil, 'There is no fetch.'", "split,bytes")
assert run()[0] == 0, run()
lesson(ONCE, "return fetch ~= nil, 'There is no fetch.'", "split")
status, faults = tried()
os.remove("x.check.lua")
assert status == 1 and faults["split"] == ("failed", "behind byte 1 of 5", "Nothing came."), faults

# Packets are lost by a wire only.
lesson(READ, READ_CHECK, "loss,split")
status, faults = tried()
assert status == 0 and faults["loss"][0] == "skipped" and faults["split"][0] == "passed", faults
assert "1 fault skipped without a private network" in run()[1], run()
if LAB:
    lesson(READ, READ_CHECK, "loss,split,rst,delay,eintr", front="---\nnetwork: lab\n---\n")
    status, faults = tried()
    assert status == 0 and all(fault[0] == "passed" for fault in faults.values()), faults

# Datagrams are lost by a relay, each in turn; who asks again has an answer all the same.
ASK = """
function ask(address)
  local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
  s:settimeout(0.2)
  for _ = 1, TRIES do
    s:sendto("hello", address)
    local fine, got = pcall(s.recv, s, 100)
    if fine then return got end
  end
end
"""
UDP_CHECK = """return ask(lab.echo{type=socket.SOCK_DGRAM}.address) == "hello", "No answer came." """
for front in ["", "---\nnetwork: lab\n---\n"] if LAB else [""]:
    lesson(ASK.replace("TRIES", "2"), UDP_CHECK, "loss,delay,eintr", front=front)
    status, faults = tried()
    assert status == 0 and all(fault[0] == "passed" for fault in faults.values()), faults
    lesson(ASK.replace("TRIES", "1"), UDP_CHECK, "loss", front=front)
    assert tried()[1]["loss"] == ("failed", "packet 1 of 2", "No answer came."), tried()

# An ordinary user has the same.
ORDINARY = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=-all"]
if os.geteuid() == 0 and os.access(os.path.dirname(SOCKRATES), os.X_OK):
    os.chmod(".", 0o755)
    lesson(READ_ONCE, READ_CHECK, "split,rst", front="---\nnetwork: lab\n---\n" if LAB else "")
    status, faults = tried(user=ORDINARY)
    assert status == 1 and faults["split"] == ("failed", "behind byte 1 of 12", "It gave a."), faults

# The site says which bad days a solution bears, also of what it did not run again.
lesson(READ, READ_CHECK, "split,bytes,loss")
for _ in range(2):
    subprocess.run([os.environ["SOCKRATES_DOCS"], "build", "x.md", "-o", "site", "--no-reference"], check=True,
                   capture_output=True)
    with open("site/x.html", encoding="utf-8") as file:
        page = file.read()
    assert "<li><code>split</code>: the bytes arrive in two pieces, cut at every place</li>" in page, page
    assert "<li><code>bytes</code>: " in page and "<code>loss</code>" not in page, page
    assert "What only a private network can do was not tried" in page, page

shutil.rmtree("site")
os.remove("x.md")
