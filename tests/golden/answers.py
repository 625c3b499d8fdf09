"""The course's exercises: different right answers pass, plausible wrong ones do not.

Each answer stands in the lesson's own exercise, a right one as its solution, a wrong one as its starter.
"""
import os
import re
import subprocess
import tempfile

SOCKRATES = os.environ["SOCKRATES"]
LESSONS = os.path.join(os.path.dirname(__file__), "..", "..", "lessons")

# What lessons before the exercise leave for it.
BEFORE = {"asynchronous-connect": """function begin(address)
  local one = socket.socket()
  one:setblocking(false)
  local code = one:connect_ex(address)
  if code == 0 or code == errno.EINPROGRESS then return one, code end
  one:close()
  return nil, code
end
function leave(list, one)
  for i, other in ipairs(list) do
    if other == one then table.remove(list, i) end
  end
end
"""}

# What an exercise needs of the machine, as its lesson says.
FRONT = {"packet-by-packet": "network: lab\nneeds: [lab]\n"}

CONVERSATION = """listener = socket.socket()
listener:bind("127.0.0.1", 0)
listener:listen()
client = socket.socket()
client:connect(listener:getsockname())
client:sendall("ping")
"""
TRY = """
nobody = lab.refused().address
for i = 1, 300 do answers(nobody) end
"""
FIRST = """
here = lab.echo()
one = connect_first(socket.getaddrinfo("127.0.0.1", here.port, {type = socket.SOCK_STREAM}))
"""
NO_ANSWER = """
yes, no, silence = try(lab.echo().address, 0.3), try(lab.refused().address, 0.3), try(lab.silent().address, 0.3)
"""
OPEN = """
echo, nobody, hole = lab.echo(), lab.refused(), lab.silent()
#open_ones{echo.address, nobody.address, hole.address}
"""
RACE = """
hole, nobody, echo = lab.silent(), lab.refused(), lab.echo()
winner = race({hole.address, nobody.address, echo.address}, 0.5)
"""
RIGHT, WRONG = {}, {}

RIGHT["what-is-a-socket"] = [CONVERSATION + code for code in (
    "conn = listener:accept() conn:recv(100) conn:sendall('pong')\nclient:recv(100)",
    "conn = listener:accept() conn:recvfrom(100) conn:send('pong') client:recvfrom(100)",
    "conn = listener:accept() conn:recv(2) conn:recv(2) conn:send('po') conn:send('ng') client:recv(3) client:recv(3)",
    "conn = listener:accept() conn:recvmsg(100) conn:sendmsg({'po', 'ng'}) client:recvmsg(100)",
    "b = bytearray(4) conn = listener:accept() conn:recv(4, socket.MSG_PEEK) conn:recv_into(b) "
    "conn:sendall('pong') client:recv_into(b) print(b)",
    "local c <close> = listener:accept() print(c:recv(4)) c:sendall('pong') print(client:recv(4)) client:close()",
    "type = listener:accept() string = type:recv(100) type:sendall('pong') error = client:recv(100)",
)]
WRONG["what-is-a-socket"] = [CONVERSATION + code for code in (
    "listener:recv(100)",
    "conn = listener:accept() conn:recv(100)",
    "conn = listener:accept() conn:recv(100) conn:sendall('pong')",
    "conn = listener:accept() conn:recv(100) client:sendall('pong') conn:recv(100)",
    "conn = listener:accept() conn:sendall('pong') client:recv(100)",
    "conn = listener:accept() conn:recv(100) conn:sendall('ping') client:recv(100)",
    "conn = listener:accept() conn:recv(100, socket.MSG_PEEK) conn:sendall('pong') client:recv(100)",
    "a, b = socket.socketpair() a:sendall('pong') b:recv(100)",
)] + ["a, b = socket.socketpair() a:sendall('ping') b:recv(100) b:sendall('pong') a:recv(100)"]

ASK = "'GET ' .. path .. ' HTTP/1.1\\r\\nHost: ' .. host .. '\\r\\nConnection: close\\r\\n\\r\\n'"
READ = "local answer = '' repeat local part = s:recv(512) answer = answer .. part until part == '' "
JUDGE = ("local status, body = answer:match('^HTTP/1.1 (%d+)'), answer:match('\\r\\n\\r\\n(.*)') "
         "local length = tonumber(answer:match('Content%-Length: (%d+)')) "
         "if not body or length and #body < length then return nil, 'cut off' end return tonumber(status), body")
GET = "function get(host, port, path)\n"
GOT = "\nend\nget('localhost', lab.web().port, '/hello.txt')"
OPEN_GET = "local s <close> = socket.create_connection({host, port}) s:sendall(" + ASK + ") "
RIGHT["your-first-client"] = [GET + code + GOT for code in (
    OPEN_GET + READ + JUDGE,
    # The steps one by one, for each address of the name.
    "local s for _, e in ipairs(socket.getaddrinfo(host, port, {type = socket.SOCK_STREAM})) do "
    "s = socket.socket(e[1], e[2], e[3]) if s:connect_ex(e[5]) == 0 then break end s:close() end "
    "s:send(" + ASK + ") " + READ + "s:close() " + JUDGE,
    # As a file.
    OPEN_GET + "local f = s:makefile('r') local answer = f:read() f:close() " + JUDGE,
    # The bytes are counted, and the connection would stay open.
    "local s <close> = socket.create_connection({host, port}) "
    "s:sendall('GET ' .. path .. ' HTTP/1.1\\r\\nHost: ' .. host .. '\\r\\n\\r\\n') local got = '' local function more() "
    "local part = s:recv(64) got = got .. part return part ~= '' end "
    "while not got:find('\\r\\n\\r\\n') do if not more() then return nil, 'cut off' end end "
    "local head, body = got:match('^(.-)\\r\\n\\r\\n(.*)$') local length = tonumber(head:match('Content%-Length: (%d+)')) "
    "while #got < #head + 4 + length do if not more() then return nil, 'cut off' end end "
    "return math.tointeger(tonumber(head:match('%d%d%d'))), got:sub(#head + 5)",
    # A timeout, half-closed, recv_into.
    "local s = socket.create_connection({host, port}, 2) s:sendall(" + ASK + ") s:shutdown(socket.SHUT_WR) "
    "local b, parts = bytearray(100), {} while true do local n = s:recv_into(b) if n == 0 then break end "
    "parts[#parts + 1] = tostring(b):sub(1, n) end s:close() local answer = table.concat(parts) " + JUDGE,
)]
WRONG["your-first-client"] = [GET + code + GOT for code in (
    OPEN_GET + "local answer = s:recv(4096) " + JUDGE,
    OPEN_GET + READ + "return tonumber(answer:match('%d%d%d')), answer:match('\\r\\n\\r\\n(.*)')",
    OPEN_GET.replace(" <close>", "") + READ + JUDGE,
    OPEN_GET.replace("Host: ' .. host", "Host: me'") + READ + JUDGE,
    OPEN_GET.replace("\\r\\n\\r\\n'", "\\r\\n'") + "s:settimeout(0.2) " + READ + JUDGE,
    OPEN_GET + READ + JUDGE.replace("tonumber(status)", "status"),
    OPEN_GET + READ + JUDGE.replace("'cut off'", "nil"),
    OPEN_GET + READ + JUDGE.replace("#body < length", "#body > length"),
)]

RIGHT["creating-one"] = ["function answers(address)\n" + code + "\nend" + TRY for code in (
    "local s <close> = socket.socket() return (pcall(function() s:connect(address) end))",
    "local s = socket.socket() local fine = pcall(s.connect, s, address) s:close() return fine",
    "local s = socket.socket() local code = s:connect_ex(address) s:close() return code == 0",
    "local fine, s = pcall(socket.create_connection, address) if fine then s:close() end return fine",
    "local s = socket.socket() s:setblocking(false) local code = s:connect_ex(address) "
    "if code ~= 0 then select.select({}, {s}, {}, 1) code = s:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) end "
    "s:close() return code == 0",
    "local s = socket.socket() local fine = pcall(s.connect, s, address) socket.close(s:detach()) return fine",
)]
WRONG["creating-one"] = ["function answers(address)\n" + code + "\nend" + TRY for code in (
    "local s = socket.socket() return (pcall(function() s:connect(address) end))",
    "collectgarbage() local s = socket.socket() return (pcall(function() s:connect(address) end))",
    "local s = socket.socket() local fine = pcall(s.connect, s, address) s = nil collectgarbage() return fine",
    "local s = socket.socket() local fine = pcall(s.connect, s, address) if not fine then s:close() end return fine",
    "local s = socket.socket() s:connect(address) s:close() return true",
    "local s <close> = socket.socket() return s:connect_ex(address)",
    "return false",
)] + ["function answers(address) local s <close> = socket.socket() return (pcall(s.connect, s, address)) end answers(lab.refused().address)"]

RIGHT["families-and-types"] = ["function connect_first(found)\n" + code + "\nend" + FIRST for code in (
    "local last for _, entry in ipairs(found) do local made, s = pcall(socket.socket, entry[1], entry[2], entry[3]) "
    "if made then local fine, err = pcall(s.connect, s, entry[5]) if fine then return s end s:close() last = err "
    "else last = s end end error(last)",
    # One function for one entry, and errors pass through.
    "local function one(entry) local s = socket.socket(table.unpack(entry, 1, 3)) "
    "local fine, err = pcall(function() s:connect(entry[5]) end) if fine then return s end s:close() error(err, 0) end "
    "local last for i = 1, #found do local fine, got = pcall(one, found[i]) if fine then return got end last = got end error(last, 0)",
    # Codes, turned into errors again.
    "local last for _, e in ipairs(found) do local made, s = pcall(socket.socket, e[1], e[2], e[3]) "
    "if not made then last = s else local code = s:connect_ex(e[5]) if code == 0 then return s end s:close() "
    "last = OSError(code, os.strerror(code)) end end error(last)",
    # <close>, and the winner is detached from it.
    "local last for _, e in ipairs(found) do local fine, got = pcall(function() "
    "local s <close> = socket.socket(e[1], e[2], e[3]) s:connect(e[5]) return s:dup() end) "
    "if fine then return got end last = got end error(last)",
    # The rest of the list, by recursion.
    "local function try(i) local e = found[i] local made, s = pcall(socket.socket, e[1], e[2], e[3]) local fine, err = made, s "
    "if made then fine, err = pcall(s.connect, s, e[5]) if fine then return s end s:close() end "
    "if found[i + 1] then return try(i + 1) end error(err) end return try(1)",
    "local list, last = table.move(found, 1, #found, 1, {}), nil while list[1] do local e = table.remove(list, 1) "
    "local made, s = pcall(socket.socket, {family = e[1], type = e[2], proto = e[3]}) if made then s:settimeout(1) "
    "local fine, err = pcall(s.connect, s, e[5]) s:settimeout(nil) if fine then return s end last = err s:close() "
    "else last = s end end error(last)",
)]
WRONG["families-and-types"] = ["function connect_first(found)\n" + code + "\nend" + FIRST for code in (
    "local e = found[1] local s = socket.socket(e[1], e[2], e[3]) s:connect(e[5]) return s",
    "local s = socket.socket() for _, e in ipairs(found) do if pcall(s.connect, s, e[5]) then return s end end",
    "local last for _, e in ipairs(found) do local made, s = pcall(socket.socket, e[1], e[2], e[3]) if made then "
    "local fine, err = pcall(s.connect, s, e[5]) if fine then return s end last = err else last = s end end error(last)",
    "for _, e in ipairs(found) do local s = socket.socket(e[1], e[2], e[3]) "
    "if pcall(s.connect, s, e[5]) then return s end s:close() end",
    "local first for _, e in ipairs(found) do local made, s = pcall(socket.socket, e[1], e[2], e[3]) if made then "
    "local fine, err = pcall(s.connect, s, e[5]) if fine then return s end s:close() first = first or err "
    "else first = first or s end end error(first)",
    "for _, e in ipairs(found) do local made, s = pcall(socket.socket, e[1], e[2], e[3]) if made then "
    "if pcall(s.connect, s, e[5]) then return s end s:close() end end error('no address works')",
    "local s = socket.socket() s:connect(found[#found][5]) return s",
)]

OPENED = "local s <close> = socket.socket() s:settimeout(0.3) "
TRIED = OPENED + "local fine, err = pcall(s.connect, s, host, port) "
RIGHT["connect"] = ["function who_answered(host, port)\n" + code + "\nend" for code in (
    TRIED + "if fine or err:isa(ConnectionRefusedError) then return 'other' elseif err:isa(TimeoutError) then return 'nobody' "
    "elseif err:isa(socket.gaierror) then return 'resolver' end return 'own'",
    TRIED + "local words = {ConnectionRefusedError = 'other', TimeoutError = 'nobody', gaierror = 'resolver'} "
    "return fine and 'other' or words[err.class] or 'own'",
    # Codes, and the name looked up first.
    "local known, found = pcall(socket.getaddrinfo, host, port, {type = socket.SOCK_STREAM}) if not known then return 'resolver' end "
    + OPENED + "local code = s:connect_ex(found[1][5]) "
    "if code == 0 or code == errno.ECONNREFUSED then return 'other' end return code == errno.EAGAIN and 'nobody' or 'own'",
    "local fine, s = pcall(socket.create_connection, {host, port}, 0.3) if fine then s:close() return 'other' end "
    "if s.errno == nil then return 'nobody' elseif s.errno < 0 then return 'resolver' end "
    "return s.errno == errno.ECONNREFUSED and 'other' or 'own'",
    # Without waiting in connect.
    "local s <close> = socket.socket() s:setblocking(false) local fine, code = pcall(s.connect_ex, s, host, port) "
    "if not fine then return 'resolver' end if code == errno.EINPROGRESS then "
    "if #select.select({s}, {s}, {}, 0.3) == 0 and #select.select({}, {s}, {}, 0) == 0 and not pcall(s.getpeername, s) "
    "then return 'nobody' end code = s:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) end "
    "return (code == 0 or code == errno.ECONNREFUSED) and 'other' or 'own'",
    "local s = socket.socket() s:settimeout(0.2) local fine, err = pcall(function() s:connect({host, port}) end) s:close() "
    "local text = tostring(err) return (fine or text:find('refused')) and 'other' or text:find('timed out') and 'nobody' "
    "or text:find('gaierror') and 'resolver' or 'own'",
)]
WRONG["connect"] = ["function who_answered(host, port)\n" + code + "\nend" for code in (
    TRIED + "return fine and 'other' or err:isa(TimeoutError) and 'nobody' or err:isa(socket.gaierror) and 'resolver' or 'own'",
    TRIED + "if fine or err:isa(ConnectionRefusedError) then return 'other' elseif err:isa(OSError) then return 'own' end "
    "return 'resolver'",
    TRIED + "return (fine or err:isa(ConnectionRefusedError) or err:isa(TimeoutError)) and 'other' "
    "or err:isa(socket.gaierror) and 'resolver' or 'own'",
    TRIED + "return (fine or err:isa(ConnectionRefusedError)) and 'other' or err:isa(TimeoutError) and 'nobody' or 'own'",
    "local s = socket.socket() s:settimeout(0.3) local fine, err = pcall(s.connect, s, host, port) if fine then s:close() end "
    "return (fine or err:isa(ConnectionRefusedError)) and 'other' or err:isa(TimeoutError) and 'nobody' "
    "or err:isa(socket.gaierror) and 'resolver' or 'own'",
    "local s <close> = socket.socket() s:settimeout(0) local fine, err = pcall(s.connect, s, host, port) "
    "return (fine or err:isa(ConnectionRefusedError)) and 'other' or err:isa(BlockingIOError) and 'nobody' "
    "or err:isa(socket.gaierror) and 'resolver' or 'own'",
    OPENED + "s:connect(host, port) return 'other'",
)]

RIGHT["timeouts"] = ["function try(address, seconds)\n" + code + "\nend" + NO_ANSWER for code in (
    "local s <close> = socket.socket() s:settimeout(seconds) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(seconds) local code = s:connect_ex(address) "
    "return code == 0 and 'connected' or code == errno.ECONNREFUSED and 'refused' or 'no answer'",
    "local fine, s = pcall(socket.create_connection, address, seconds) if fine then s:close() return 'connected' end "
    "return s.class == 'ConnectionRefusedError' and 'refused' or 'no answer'",
    "local s <close> = socket.socket() s:setblocking(false) s:connect_ex(address) "
    "local _, ready = select.select({}, {s}, {}, seconds) if #ready == 0 then return 'no answer' end "
    "return s:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and 'connected' or 'refused'",
    "local s = socket.socket() s:settimeout(seconds) local fine, err = pcall(function() s:connect(address) end) s:close() "
    "if fine then return 'connected' end return tostring(err):find('timed out') and 'no answer' or 'refused'",
    "socket.setdefaulttimeout(seconds) local s <close> = socket.socket() socket.setdefaulttimeout(nil) "
    "local fine, err = pcall(s.connect, s, address) if fine then return 'connected' end "
    "return err.errno and 'refused' or 'no answer'",
)]
WRONG["timeouts"] = ["function try(address, seconds)\n" + code + "\nend" + NO_ANSWER for code in (
    "socket.setdefaulttimeout(seconds) local s <close> = socket.socket() local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(6 * seconds) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(0.3) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(seconds) return s:connect_ex(address) == 0 and 'connected' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(seconds) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or tostring(err)",
    "local s <close> = socket.socket() s:settimeout(0) local code = s:connect_ex(address) "
    "return code == 0 and 'connected' or code == errno.EINPROGRESS and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:settimeout(seconds) s:connect(address) return 'connected'",
    "local s = socket.socket() s:settimeout(seconds) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
    "local s <close> = socket.socket() s:setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, string.pack('ll', seconds // 1, 300000)) "
    "s:settimeout(1) local fine, err = pcall(s.connect, s, address) "
    "return fine and 'connected' or err:isa(TimeoutError) and 'no answer' or 'refused'",
)]

RIGHT["connect-ex"] = ["function open_ones(addresses)\nlocal found = {}\nfor _, address in ipairs(addresses) do\n" + code +
               "\nend\nreturn found\nend" + OPEN for code in (
    "local s <close> = socket.socket() s:settimeout(0.2) if s:connect_ex(address) == 0 then found[#found + 1] = address end",
    "local s = socket.socket() s:settimeout(0.2) local code = s:connect_ex(address) s:close() "
    "if code == 0 then table.insert(found, address) end",
    "local fine, s = pcall(socket.create_connection, address, 0.2) if fine then found[#found + 1] = address s:close() end",
    "local s <close> = socket.socket() s:settimeout(0.2) if pcall(s.connect, s, address) then found[#found + 1] = address end",
    "local s <close> = socket.socket() s:settimeout(0.2) local code = s:connect_ex(address) "
    "if not (code ~= 0) then found[#found + 1] = s:getpeername() end",
)]
WRONG["connect-ex"] = ["function open_ones(addresses)\nlocal found = {}\nfor _, address in ipairs(addresses) do\n"
               "local s <close> = socket.socket() s:settimeout(0.2)\n" + code + "\nend\nreturn found\nend" + OPEN for code in (
    "if s:connect_ex(address) then found[#found + 1] = address end",
    "if s:connect_ex(address) ~= errno.ECONNREFUSED then found[#found + 1] = address end",
    "if not s:connect_ex(address) then found[#found + 1] = address end",
    "if s:connect_ex(address) ~= 0 then found[#found + 1] = address end",
    "if s:connect_ex(address) == 0 then found[#found + 1] = s end",
    "if s:connect_ex(address) == 0 then found[#found + 1] = address end if #found == 1 then return found end",
    "if s:connect_ex(address) == 0 then table.insert(found, 1, address) end",
    "s:settimeout(2) if s:connect_ex(address) == 0 then found[#found + 1] = address end",
    "local t = socket.socket() t:settimeout(0.2) if t:connect_ex(address) == 0 then found[#found + 1] = address end",
)]

RACED = "function race(addresses, seconds)\nlocal deadline = time.monotonic() + seconds\n"
RIGHT["asynchronous-connect"] = [RACED + code + "\nend" + RACE for code in (
    """local next_start, waiting, winner, i = 0, {}, nil, 1
while not winner and time.monotonic() < deadline and (addresses[i] or #waiting > 0) do
  local now = time.monotonic()
  if addresses[i] and now >= next_start then
    local one, code = begin(addresses[i])
    i = i + 1
    next_start = one and now + 0.1 or now
    if code == 0 then winner = one else waiting[#waiting + 1] = one end
  else
    local _, ready = select.select({}, waiting, {}, math.max(0, math.min(addresses[i] and next_start or deadline, deadline) - now))
    for _, one in ipairs(ready) do
      leave(waiting, one)
      if one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and not winner then winner = one
      else one:close() next_start = now end
    end
  end
end
for _, one in ipairs(waiting) do one:close() end
return winner""",
    # Address by address, each with a wait of its own; getpeername as the witness.
    """local waiting, winner = {}, nil
for i = 1, #addresses + 1 do
  if addresses[i] then
    local one, code = begin(addresses[i])
    if code == 0 then winner = one break end
    waiting[#waiting + 1] = one
  end
  local till = addresses[i + 1] and math.min(deadline, time.monotonic() + 0.1) or deadline
  local failed = addresses[i + 1] and #waiting == 0
  while not winner and not failed and #waiting > 0 do
    local _, ready = select.select({}, waiting, {}, math.max(0, till - time.monotonic()))
    if #ready == 0 then break end
    for _, one in ipairs(ready) do
      leave(waiting, one)
      if not winner and pcall(one.getpeername, one) then winner = one else one:close() failed = addresses[i + 1] ~= nil end
    end
  end
  if winner or time.monotonic() >= deadline then break end
end
for _, one in ipairs(waiting) do one:close() end
return winner""",
    # poll, and a table by descriptor.
    """local poller, by, i, next_start, winner = select.poll(), {}, 1, 0, nil
while not winner and (addresses[i] or next(by)) do
  local now = time.monotonic()
  if now >= deadline then break end
  if addresses[i] and now >= next_start then
    local one = begin(addresses[i])
    i = i + 1
    if one then poller:register(one, select.POLLOUT) by[one:fileno()] = one next_start = now + 0.1 end
  else
    for _, event in ipairs(poller:poll(1000 * math.max(0, math.min(deadline, addresses[i] and next_start or deadline) - now))) do
      local one = by[event[1]]
      poller:unregister(one) by[event[1]] = nil
      if not winner and one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 then winner = one
      else one:close() next_start = 0 end
    end
  end
end
for _, one in pairs(by) do one:close() end
return winner""",
    # Looking every few milliseconds.
    """local waiting, winner, i, next_start = {}, nil, 1, 0
while not winner and time.monotonic() < deadline and (addresses[i] or #waiting > 0) do
  if addresses[i] and time.monotonic() >= next_start then
    local one = begin(addresses[i])
    i = i + 1
    if one then waiting[#waiting + 1] = one next_start = time.monotonic() + 0.1 end
  end
  for k = #waiting, 1, -1 do
    local one = waiting[k]
    if one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) ~= 0 then one:close() table.remove(waiting, k) next_start = 0
    elseif not winner and pcall(one.getpeername, one) then winner = one table.remove(waiting, k) end
  end
  if not winner then time.sleep(0.002) end
end
for _, one in ipairs(waiting) do one:close() end
return winner""",
    # A wait of its own for each head start.
    """local open, winner, n = {}, nil, 0
local function look(till)
  while not winner and #open > 0 do
    local _, ready = select.select({}, open, {}, math.max(0, till - time.monotonic()))
    if #ready == 0 then return end
    local one = ready[1]
    leave(open, one)
    local code = one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code == 0 then winner = one else one:close() return end
  end
end
for _, address in ipairs(addresses) do
  local s = socket.socket()
  s:settimeout(0)
  local code = s:connect_ex(address)
  if code == 0 then winner = s break end
  if code == errno.EINPROGRESS then open[#open + 1] = s look(math.min(deadline, time.monotonic() + 0.1)) else s:close() end
  if winner then break end
end
while not winner and #open > 0 and time.monotonic() < deadline do look(deadline) end
for _, s in ipairs(open) do s:close() end
return winner""",
)]
ALL_AT_ONCE = """local waiting, winner = {}, nil
for _, address in ipairs(addresses) do waiting[#waiting + 1] = begin(address) end
"""
WRONG["asynchronous-connect"] = [RACED + code + "\nend" + RACE for code in (
    ALL_AT_ONCE + "local _, ready = select.select({}, waiting, {}, seconds)\nreturn ready[1]",
    """for _, address in ipairs(addresses) do
  local s = socket.socket() s:settimeout(seconds / #addresses)
  if s:connect_ex(address) == 0 then return s end
  s:close()
end""",
    # A timeout of 0.1 s for each: the first ones are given up.
    """for _, address in ipairs(addresses) do
  local s = socket.socket() s:settimeout(0.1)
  if s:connect_ex(address) == 0 then return s end
  s:close()
end
time.sleep(math.max(0, deadline - time.monotonic()))""",
    ALL_AT_ONCE + """repeat
  local _, ready = select.select({}, waiting, {}, math.max(0, deadline - time.monotonic()))
  for _, one in ipairs(ready) do
    leave(waiting, one)
    if not winner and one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 then winner = one else one:close() end
  end
until winner or #ready == 0
for _, one in ipairs(waiting) do one:close() end
return winner""",
    ALL_AT_ONCE + """repeat
  local _, ready = select.select({}, waiting, {}, math.max(0, deadline - time.monotonic()))
  for _, one in ipairs(ready) do
    leave(waiting, one)
    if one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 then winner = one else one:close() end
  end
until winner or #ready == 0
waiting = nil collectgarbage()
return winner""",
    "return begin(addresses[1])",
)]

ASKED = """count = 0
function ask(address, question, seconds)
  count = count + 1
  local number, deadline = tostring(count), time.monotonic() + seconds
  local s <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
  local function left(till) return math.max(0.001, till - time.monotonic()) end
"""
RIGHT["udp"] = [code + "\nend" for code in (
    # One wait for each try, cut into pieces by what is not the answer.
    ASKED + """s:connect(address)
while time.monotonic() < deadline do
  pcall(s.send, s, number .. " " .. question)
  local again = math.min(deadline, time.monotonic() + 0.1)
  while time.monotonic() < again do
    s:settimeout(left(again))
    local fine, data = pcall(s.recv, s, 65535)
    local text = fine and data:match("^" .. number .. " (.*)$")
    if text then return text end
  end
end""",
    # Not connected: the sender is compared. select waits.
    ASKED + """local again = 0
while time.monotonic() < deadline do
  if time.monotonic() >= again then s:sendto(number .. " " .. question, address) again = time.monotonic() + 0.1 end
  if #select.select({s}, {}, {}, left(math.min(again, deadline))) > 0 then
    local data, from = s:recvfrom(4096)
    local of, text = data:match("^(%d+) (.*)$")
    if of == number and from[1] == address[1] and from[2] == address[2] then return text end
  end
end""",
    # A random number, and looking every few milliseconds.
    """function ask(address, question, seconds)
  local number = math.random(1, 1 << 40)
  local begin, tries = time.monotonic(), 0
  local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
  s:connect(address)
  s:setblocking(false)
  local answer
  while not answer and time.monotonic() - begin < seconds do
    if time.monotonic() - begin >= tries * 0.1 then
      pcall(s.send, s, number .. " " .. question)
      tries = tries + 1
    end
    local fine, data = pcall(s.recv, s, 4096)
    if not fine then time.sleep(0.003)
    elseif data:sub(1, #tostring(number) + 1) == number .. " " then answer = data:sub(#tostring(number) + 2) end
  end
  s:close()
  return answer""",
    # poll, and getaddrinfo's family.
    ASKED + """s:connect(address)
local poll, tries, begin = select.poll(), 0, time.monotonic()
poll:register(s, select.POLLIN)
repeat
  if time.monotonic() >= begin + 0.1 * tries then tries = tries + 1 pcall(s.send, s, number .. " " .. question) end
  if #poll:poll(1000 * left(math.min(begin + 0.1 * tries, deadline))) > 0 then
    local fine, data = pcall(s.recv, s, 4096)
    if fine and data:find(number .. " ", 1, true) == 1 then return (data:gsub("^%d+ ", "")) end
  end
until time.monotonic() >= deadline""",
    # By recursion: what is left of the time goes to the next try.
    """last = 100
local function try(s, request, number, till)
  if time.monotonic() >= till then return nil end
  pcall(s.send, s, request)
  local again = math.min(till, time.monotonic() + 0.1)
  local function listen()
    if time.monotonic() >= again then return nil end
    s:settimeout(math.max(0.001, again - time.monotonic()))
    local fine, data = pcall(s.recv, s, 4096)
    return fine and data:match("^" .. number .. " (.*)") or listen()
  end
  return listen() or try(s, request, number, till)
end
function ask(address, question, seconds)
  last = last + 1
  local s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
  s:connect(address)
  local answer = try(s, last .. " " .. question, last, time.monotonic() + seconds)
  s:close()
  return answer""",
)]
WRONG["udp"] = [ASKED + code + "\nend" for code in (
    # The answer's number is not looked at.
    """s:connect(address) s:settimeout(0.1)
while time.monotonic() < deadline do
  pcall(s.send, s, number .. " " .. question)
  local fine, data = pcall(s.recv, s, 4096)
  if fine then return data:match(" (.*)$") end
end""",
    # No retry.
    """s:connect(address) pcall(s.send, s, number .. " " .. question)
while time.monotonic() < deadline do
  s:settimeout(left(deadline))
  local fine, data = pcall(s.recv, s, 4096)
  local text = fine and data:match("^" .. number .. " (.*)$")
  if text then return text end
end""",
    # Whoever sends the number is believed.
    """local again = 0
while time.monotonic() < deadline do
  if time.monotonic() >= again then s:sendto(number .. " " .. question, address) again = time.monotonic() + 0.1 end
  s:settimeout(left(math.min(again, deadline)))
  local fine, data = pcall(s.recv, s, 4096)
  local text = fine and data:match("^" .. number .. " (.*)$")
  if text then return text end
end""",
    # The same number for every question.
    """s:connect(address) number = "1"
while time.monotonic() < deadline do
  pcall(s.send, s, number .. " " .. question)
  local again = math.min(deadline, time.monotonic() + 0.1)
  while time.monotonic() < again do
    s:settimeout(left(again))
    local fine, data = pcall(s.recv, s, 4096)
    local text = fine and data:match("^" .. number .. " (.*)$")
    if text then return text end
  end
end""",
    # A wrong number costs a whole try: an old answer is taken for a lost one, and nobody waits on.
    """s:connect(address) s:settimeout(0.1)
for _ = 1, 3 do
  s:send(number .. " " .. question)
  local data = s:recv(4096)
  local text = data:match("^" .. number .. " (.*)$")
  if text then return text end
end""",
    # For ever.
    """s:connect(address) s:settimeout(0.1)
while true do
  pcall(s.send, s, number .. " " .. question)
  local fine, data = pcall(s.recv, s, 4096)
  local text = fine and data:match("^" .. number .. " (.*)$")
  if text then return text end
end""",
)]

BEFORE["a-client-that-never-hangs"] = """function till(s, deadline)
  local left = deadline - time.monotonic()
  if left <= 0 then error(TimeoutError("the deadline is over")) end
  s:settimeout(left)
  return s
end
function exchange(s, deadline)
  till(s, deadline):sendall("time?\\n")
  local got = ""
  while not got:find("\\n") do
    local data = till(s, deadline):recv(100)
    if data == "" then error("the other side closed after " .. #got .. " bytes", 0) end
    got = got .. data
  end
  return got:match("^[^\\n]*")
end
function connect_first(addresses, deadline)
  local waiting, next_start, i, last = {}, 0, 1, TimeoutError("nobody answered in time")
  local winner
  local function failed(one, code)
    one:close()
    last, next_start = OSError(code, os.strerror(code)), 0
  end
  while not winner and time.monotonic() < deadline and (addresses[i] or #waiting > 0) do
    local now = time.monotonic()
    if addresses[i] and now >= next_start then
      local one = socket.socket(#addresses[i] == 4 and socket.AF_INET6 or socket.AF_INET)
      one:setblocking(false)
      local code = one:connect_ex(addresses[i])
      i, next_start = i + 1, now + 0.05
      if code == 0 or code == errno.EINPROGRESS then table.insert(waiting, one) else failed(one, code) end
    else
      local wake = addresses[i] and math.min(next_start, deadline) or deadline
      local _, ready = select.select({}, waiting, {}, math.max(0, wake - now))
      for k = #waiting, 1, -1 do
        local one = waiting[k]
        if one == ready[1] then
          table.remove(waiting, k)
          local code = one:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
          if code == 0 then winner = one else failed(one, code) end
        end
      end
    end
  end
  for _, one in ipairs(waiting) do one:close() end
  return winner or error(last, 0)
end
hole, clock = lab.silent(), lab.echo()
"""

RIGHT["a-client-that-never-hangs"] = [code + "\nend" for code in (
    # The lesson's functions, and a pause that grows.
    """function ask(addresses, seconds)
  local deadline, tries, why = time.monotonic() + seconds, 0, "there was no time"
  repeat
    local fine, answer = pcall(function()
      local s <close> = connect_first(addresses, deadline)
      return exchange(s, deadline)
    end)
    if fine then return answer end
    why, tries = tostring(answer), tries + 1
    time.sleep(math.max(0, math.min(deadline - time.monotonic(), math.random() * 0.02 * 2^math.min(tries, 4))))
  until time.monotonic() >= deadline
  return nil, why""",
    # One address after the other, each with a part of the time, and one deadline.
    """function ask(addresses, seconds)
  local over, why = time.monotonic() + seconds, "no address"
  local function left(most) return math.max(0.001, math.min(most or seconds, over - time.monotonic())) end
  local function try(address)
    local s <close> = socket.socket()
    s:settimeout(left(seconds / 4))
    s:connect(address)
    s:settimeout(left())
    s:sendall("time?\\n")
    local got = ""
    repeat
      s:settimeout(left())
      local data = s:recv(4096)
      if data == "" then error("closed too early", 0) end
      got = got .. data
    until got:find("\\n") or time.monotonic() > over
    return got:match("^(.-)\\n") or error("too late", 0)
  end
  while time.monotonic() < over do
    for _, address in ipairs(addresses) do
      local fine, line = pcall(try, address)
      if fine then return line end
      why = tostring(line)
    end
    time.sleep(left(0.01 + math.random() * 0.03))
  end
  return nil, why""",
    # Without waiting in any call: poll, and one loop.
    """function ask(addresses, seconds)
  local over, i, why = time.monotonic() + seconds, 0, "no answer"
  while time.monotonic() < over do
    i = i % #addresses + 1
    local s = socket.socket()
    s:setblocking(false)
    local code, sent, got, line = s:connect_ex(addresses[i]), false, "", nil
    local failed = code ~= 0 and code ~= errno.EINPROGRESS
    local till = math.min(over, time.monotonic() + (#addresses > 1 and 0.1 or seconds))
    local poll = select.poll()
    poll:register(s, select.POLLOUT)
    while not failed and not line and time.monotonic() < (sent and over or till) do
      local events = poll:poll(math.ceil(1000 * math.max(0, (sent and over or till) - time.monotonic())))
      if #events == 0 then why = "no answer in time"
      elseif not sent then
        code = s:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        failed, why = code ~= 0, os.strerror(code)
        if not failed then sent = pcall(s.send, s, "time?\\n") poll:modify(s, select.POLLIN) end
      else
        local fine, data = pcall(s.recv, s, 100)
        if not fine or data == "" then failed, why = true, fine and "closed" or tostring(data)
        else got = got .. data line = got:match("^([^\\n]*)\\n") end
      end
    end
    s:close()
    if line then return line end
    time.sleep(math.max(0, math.min(0.005 + math.random() * 0.02, over - time.monotonic())))
  end
  return nil, why""",
    # A file over the socket cannot keep a deadline for all; a byte at a time can.
    """function ask(addresses, seconds)
  local deadline = time.monotonic() + seconds
  local function line_of(s)
    till(s, deadline):sendall("time?\\n")
    local bytes = {}
    while true do
      local one = till(s, deadline):recv(1)
      if one == "" then error("closed after " .. #bytes .. " bytes") end
      if one == "\\n" then return table.concat(bytes) end
      bytes[#bytes + 1] = one
    end
  end
  local why
  while time.monotonic() < deadline do
    local made, s = pcall(connect_first, addresses, deadline)
    if made then
      local fine, line = pcall(line_of, s)
      s:close()
      if fine then return line end
      why = line
    else
      why = s
    end
    time.sleep(math.max(0, math.min(0.03 * math.random(), deadline - time.monotonic())))
  end
  return nil, "no answer: " .. tostring(why)""",
    # By recursion.
    """local function again(addresses, deadline, pause, why)
  if time.monotonic() >= deadline then return nil, why end
  local fine, line = pcall(function()
    local s <close> = connect_first(addresses, deadline)
    return exchange(s, deadline)
  end)
  if fine then return line end
  time.sleep(math.max(0, math.min(math.random() * pause, deadline - time.monotonic())))
  return again(addresses, deadline, math.min(2 * pause, 0.1), tostring(line))
end
function ask(addresses, seconds)
  return again(addresses, time.monotonic() + seconds, 0.02, "no time")""",
)]
WRONG["a-client-that-never-hangs"] = ["function ask(addresses, seconds)\n" + code + "\nend" for code in (
    # One try.
    """local deadline = time.monotonic() + seconds
local fine, line = pcall(function()
  local s <close> = connect_first(addresses, deadline)
  return exchange(s, deadline)
end)
if fine then return line end
return nil, tostring(line)""",
    # The first address only.
    """local deadline, why = time.monotonic() + seconds, "no time"
while time.monotonic() < deadline do
  local fine, line = pcall(function()
    local s <close> = socket.socket()
    till(s, deadline):connect(addresses[1])
    return exchange(s, deadline)
  end)
  if fine then return line end
  why = tostring(line)
  time.sleep(0.01)
end
return nil, why""",
    # Errors pass through.
    """local deadline = time.monotonic() + seconds
local s <close> = connect_first(addresses, deadline)
return exchange(s, deadline)""",
    # For ever.
    """while true do
  local fine, line = pcall(function()
    local s <close> = connect_first(addresses, time.monotonic() + seconds)
    return exchange(s, time.monotonic() + seconds)
  end)
  if fine then return line end
  time.sleep(0.01)
end""",
    # No reason.
    """local deadline = time.monotonic() + seconds
while time.monotonic() < deadline do
  local fine, line = pcall(function()
    local s <close> = connect_first(addresses, deadline)
    return exchange(s, deadline)
  end)
  if fine then return line end
  time.sleep(0.01)
end""",
    # One recv.
    """local deadline, why = time.monotonic() + seconds, "no time"
while time.monotonic() < deadline do
  local fine, line = pcall(function()
    local s <close> = connect_first(addresses, deadline)
    till(s, deadline):sendall("time?\\n")
    local line = till(s, deadline):recv(100):match("^[^\\n]+")
    return line or error("closed")
  end)
  if fine then return line end
  why = tostring(line)
  time.sleep(0.01)
end
return nil, why""",
)]

TALK = "repeat local data = conn:recv(4096) conn:sendall(data) until data == '' "
BELL = "local wake, bell = socket.socketpair() signal.signal(signal.SIGTERM, function() bell:send('!') end) local served = 0 "
RIGHT["signals"] = ["function serve(listener)\n" + code + "\nend" for code in (
    BELL + """while true do
  local ready = select.select({wake, listener}, {}, {})
  if ready[1] == wake then break end
  local conn <close> = listener:accept()
""" + TALK + "served = served + 1 end listener:close() return served",
    # poll
    BELL + """local poll = select.poll()
poll:register(wake, select.POLLIN) poll:register(listener, select.POLLIN)
while true do
  local stop = false
  for _, event in ipairs(poll:poll()) do stop = stop or event[1] == wake:fileno() end
  if stop then listener:close() return served end
  local conn = listener:accept()
""" + TALK + "conn:close() served = served + 1 end",
    # A variable, and a timeout after which it is looked at.
    """local stop, served = false, 0
signal.signal(signal.SIGTERM, function() stop = true end)
listener:settimeout(0.02)
while not stop do
  local fine, conn = pcall(listener.accept, listener)
  if fine then conn:setblocking(true) """ + TALK + "conn:close() served = served + 1 end end listener:close() return served",
    # The handler raises, but only while nobody is served.
    """local busy, stop, served = false, false, 0
signal.signal(signal.SIGTERM, function() stop = true if not busy then error(InterruptedError('stop')) end end)
while not stop do
  local fine, ready = pcall(select.select, {listener}, {}, {})
  busy = true
  if fine and not stop then local conn <close> = listener:accept() """ + TALK + """served = served + 1 end
  busy = false
end
listener:close() return served""",
    # The handler closes the listener: accept ends with EBADF.
    """local served = 0
signal.signal(signal.SIGTERM, function() listener:close() end)
while true do
  local fine, conn = pcall(listener.accept, listener)
  if not fine then return served end
""" + TALK + "conn:close() served = served + 1 end",
    # All clients at once.
    BELL + """local talking = {}
while true do
  local list = {wake, listener, table.unpack(talking)}
  if not listener then table.remove(list, 2) end
  for _, one in ipairs((select.select(list, {}, {}))) do
    if one == wake then wake:recv(1) listener:close()
      while #talking > 0 do
        local conn = table.remove(talking) """ + TALK + """conn:close() served = served + 1
      end
      return served
    elseif one == listener then talking[#talking + 1] = listener:accept()
    else
      local data = one:recv(4096)
      if data == '' then
        for i, other in ipairs(talking) do if other == one then table.remove(talking, i) end end
        one:close() served = served + 1
      else one:sendall(data) end
    end
  end
end""",
)]
WRONG["signals"] = ["function serve(listener)\n" + code + "\nend" for code in (
    "local stop, served = false, 0 signal.signal(signal.SIGTERM, function() stop = true end) while not stop do "
    "local conn <close> = listener:accept() " + TALK + "served = served + 1 end listener:close() return served",
    "signal.signal(signal.SIGTERM, function() error(InterruptedError('stop')) end) local served = 0 pcall(function() "
    "while true do local conn <close> = listener:accept() " + TALK + "served = served + 1 end end) return served",
    "while true do local conn <close> = listener:accept() " + TALK + "end",
    BELL + "while true do local ready = select.select({listener, wake}, {}, {}) if ready[1] == wake then return served end "
    "local conn <close> = listener:accept() " + TALK + "served = served + 1 end",
    # The signal is ignored.
    "signal.signal(signal.SIGTERM, signal.SIG_IGN) while true do local conn <close> = listener:accept() " + TALK + "end",
    # One client only.
    BELL + "local conn <close> = listener:accept() " + TALK + "return 1",
)]

SERVE_ONE = "conn:sendall(conn:recv(1000))"
RIGHT["bind-listen-accept"] = ["function serve(listener)\n" + code + "\nend" for code in (
    "while true do local conn <close> = listener:accept() pcall(function() " + SERVE_ONE + " end) end",
    "while true do local fine, conn = pcall(listener.accept, listener) if fine then pcall(function() " + SERVE_ONE + " end) conn:close() end end",
    # One client by recursion, and errors looked at.
    "local function one() local conn <close> = listener:accept() " + SERVE_ONE + " end "
    "while true do local fine, err = pcall(one) if not fine and not err:isa(ConnectionError) then error(err) end end",
    # Up to the end of the line, and nothing said to those who ended.
    "while true do local conn = listener:accept() local line = '' while not line:find('\\n') do "
    "local fine, part = pcall(conn.recv, conn, 10) if not fine or part == '' then break end line = line .. part end "
    "if line:find('\\n') then pcall(conn.sendall, conn, line) end conn:close() end",
    # Those that are connected at once.
    """local open = {listener}
while true do
  for _, one in ipairs((select.select(open, {}, {}))) do
    if one == listener then open[#open + 1] = listener:accept()
    else
      pcall(function() one:send(one:recv(100)) end)
      one:close()
      for i, other in ipairs(open) do if other == one then table.remove(open, i) end end
    end
  end
end""",
)]
WRONG["bind-listen-accept"] = ["function serve(listener)\n" + code + "\nend" for code in (
    "while true do local conn <close> = listener:accept() " + SERVE_ONE + " end",
    "while true do local conn = listener:accept() pcall(function() " + SERVE_ONE + " conn:close() end) end",
    "pcall(function() while true do local conn <close> = listener:accept() " + SERVE_ONE + " end end)",
    "local conn = listener:accept() while true do pcall(function() " + SERVE_ONE + " end) end",
    "local conn <close> = listener:accept() pcall(function() " + SERVE_ONE + " end)",
    "while true do local conn = listener:accept() pcall(function() " + SERVE_ONE + " end) end",
    "while true do local conn <close> = listener:accept() pcall(function() conn:sendall('ok\\n') end) end",
)]

LOCAL = "function listen_local()\n"
RIGHT["addresses-and-names"] = [LOCAL + code + "\nend\nlisten_local()" for code in (
    "local a = socket.create_server({'127.0.0.1', 0}) local fine, b = pcall(socket.create_server, {'::1', a:getsockname()[2]}, "
    "{family = socket.AF_INET6}) return fine and {a, b} or {a}",
    # As a client would look it up, and again when the port is taken.
    "local function once() local list, port = {}, 0 for _, e in ipairs(socket.getaddrinfo(nil, 80, {type = socket.SOCK_STREAM})) do "
    "local s = socket.socket(e[1], e[2], e[3]) s:bind(e[5][1], port) s:listen() port = s:getsockname()[2] list[#list + 1] = s end "
    "return list end local fine, list repeat fine, list = pcall(once) until fine return list",
    # IPv6 first, and again when the port is taken.
    "for _ = 1, 10 do local six = socket.socket(socket.AF_INET6) local has = pcall(six.bind, six, '::1', 0) "
    "local four = socket.socket() if pcall(four.bind, four, '127.0.0.1', has and six:getsockname()[2] or 0) then four:listen() "
    "if has then six:listen() return {six, four} end return {four} end six:close() four:close() end",
    "local s = {socket.socket(), socket.socket(socket.AF_INET6)} s[1]:bind('127.0.0.1', 0) s[1]:listen() "
    "s[2]:setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1) "
    "if not pcall(s[2].bind, s[2], '::1', s[1]:getsockname()[2]) then return {s[1]} end s[2]:listen(5) return s",
    "local list = {} for _, host in ipairs{'127.0.0.1', '::1'} do pcall(function() "
    "local s = socket.socket(host == '::1' and socket.AF_INET6 or socket.AF_INET) "
    "s:bind(host, list[1] and list[1]:getsockname()[2] or 0) s:listen() list[#list + 1] = s end) end return list",
)]
WRONG["addresses-and-names"] = [LOCAL + code + "\nend\nlisten_local()" for code in (
    "local s = socket.socket(socket.AF_INET6) s:bind('::', 0) s:listen() return {s}",
    "local s = socket.socket() s:bind('0.0.0.0', 0) s:listen() return {s}",
    "local s = socket.socket() s:listen() return {s}",
    "local a, b = socket.socket(), socket.socket(socket.AF_INET6) a:bind('127.0.0.1', 0) a:listen() b:bind('::1', 0) b:listen() return {a, b}",
    "local a, b = socket.socket(), socket.socket(socket.AF_INET6) a:bind('127.0.0.1', 0) b:bind('::1', a:getsockname()[2]) return {a, b}",
    "local s = socket.socket() s:bind('localhost', 0) s:listen() return s",
    "local a, b = socket.socket(), socket.socket(socket.AF_INET6) b:bind('::', 0) b:listen() return {b}",
)]

PUMP = "function pump(from, to)\nlocal count = 0 "
RIGHT["bytes-not-messages"] = [PUMP + code + "\nend" for code in (
    "while true do local piece = from:recv(65536) if piece == '' then return count end to:sendall(piece) count = count + #piece end",
    "repeat local piece = from:recv(100000) to:sendall(piece) count = count + #piece until piece == '' return count",
    # What send did not take is sent again.
    "while true do local piece = from:recv(9000) if piece == '' then return count end count = count + #piece "
    "while piece ~= '' do piece = piece:sub(to:send(piece) + 1) end end",
    "for line in from:makefile('r'):lines() do to:sendall(line) count = count + #line end return count",
    # All of it first.
    "local all = {} repeat all[#all + 1] = from:recv(4096) until all[#all] == '' local text = table.concat(all) to:sendall(text) return #text",
    # A buffer that is filled again and again, and select.
    "local buffer = bytearray(5000) while true do local n = from:recv_into(buffer) if n == 0 then return count end "
    "local at = 1 while at <= n do select.select({}, {to}, {}) at = at + to:send(buffer:sub(at, n)) end count = count + n end",
    # As files.
    "local a, b = from:makefile('r'), to:makefile('w') while true do local piece = a:read(1000) if piece == '' then break end "
    "b:write(piece) count = count + #piece end b:flush() a:close() b:close() return count",
)]
WRONG["bytes-not-messages"] = [PUMP + code + "\nend" for code in (
    "local piece = from:recv(1000000) to:sendall(piece) return #piece",
    "repeat local piece = from:recv(4096) to:sendall(piece) count = count + #piece until #piece < 4096 return count",
    "while true do local piece = from:recv(65536) if piece == '' then return count end to:send(piece) count = count + #piece end",
    "while true do local piece = from:recv(65536) if piece == '' then return count end count = count + to:send(piece) end",
    "while true do local piece = from:recv(65536) if piece == '' then to:close() return count end to:sendall(piece) count = count + #piece end",
    "repeat local piece = from:recv(4096) to:sendall(piece) count = count + #piece until piece:find('\\n\\n') return count",
    "while true do local piece = from:recv(65536) if piece == '' then return end to:sendall(piece) end",
)]

EXACTLY = ("local function exactly(n) local got = '' while #got < n do local part = conn:recv(n - #got) "
           "if part == '' then error('ended', 0) end got = got .. part end return got end ")
DIGITS = ("return function() local digits = conn:recv(1) if digits == '' then return nil end while digits:sub(-1) ~= ':' do "
          "if not digits:match('^%d%d?$') then error('bad', 0) end digits = digits .. exactly(1) end "
          "local size = tonumber(digits:match('^(%d+):$')) if not size then error('bad', 0) end if size > 20 then error('long', 0) end ")
BODY = "local body = exactly(size) if exactly(1) ~= ',' then error('bad', 0) end return body end"
BUFFERED = """local buffer, ended = '', false
return function()
  while true do
    local digits, rest = buffer:match('^(%d%d?):(.*)$')
    if digits then
      local size = tonumber(digits)
      if size > 20 then error('long') end
      if #rest > size then
        if rest:sub(size + 1, size + 1) ~= ',' then error('no comma') end
        buffer = rest:sub(size + 2)
        return rest:sub(1, size)
      end
    elseif buffer ~= '' and not buffer:match('^%d%d?$') then error('bad') end
    local part = conn:recv(4096)
    if part == '' then
      if buffer ~= '' then error('ended') end
      return nil
    end
    buffer = buffer .. part
  end
end"""
RIGHT["framing"] = ["function messages(conn)\n" + code + "\nend" for code in (
    EXACTLY + DIGITS + BODY,
    BUFFERED,
    # A coroutine that is fed by itself.
    EXACTLY + "return coroutine.wrap(function() while true do local digits = conn:recv(1) if digits == '' then return nil end "
    "local one = digits while true do if not one:match('%d') or #digits > 2 then error('bad', 0) end one = exactly(1) "
    "if one == ':' then break end digits = digits .. one end if tonumber(digits) > 20 then error('long', 0) end "
    "local body = exactly(tonumber(digits) + 1) if body:sub(-1) ~= ',' then error('bad', 0) end "
    "coroutine.yield(body:sub(1, -2)) end end)",
    # A file keeps what is read too much.
    "local f = conn:makefile('r') local function exactly(n) local got = n == 0 and '' or f:read(n) "
    "if #got < n then error('ended', 0) end return got end "
    + DIGITS.replace("conn:recv(1)", "f:read(1)") + BODY,
    # One byte at a time, through a machine of states.
    "return function() local state, digits, body = 'digits', '', '' while true do local c = conn:recv(1) "
    "if c == '' then if state == 'digits' and digits == '' then return nil end error('ended') end "
    "if state == 'digits' then if c:match('%d') then digits = digits .. c if tonumber(digits) > 20 then error('long') end "
    "elseif c == ':' and digits ~= '' then state = tonumber(digits) == 0 and 'comma' or 'body' else error('bad') end "
    "elseif state == 'body' then body = body .. c if #body == tonumber(digits) then state = 'comma' end "
    "elseif c == ',' then return body else error('bad') end end end",
)]
WRONG["framing"] = ["function messages(conn)\n" + code + "\nend" for code in (
    EXACTLY + DIGITS + "local body = conn:recv(size) if exactly(1) ~= ',' then error('bad') end return body end",
    EXACTLY + DIGITS + "local body = exactly(size) exactly(1) return body end",
    EXACTLY + DIGITS.replace("if size > 20 then error('long', 0) end ", "") + BODY,
    EXACTLY.replace("error('ended', 0)", "return got") + DIGITS + BODY,
    BUFFERED.replace("if buffer ~= '' then error('ended') end", ""),
    BUFFERED.replace("buffer = rest:sub(size + 2)", "buffer = ''"),
    BUFFERED.replace("conn:recv(4096)", "conn:recv(4096) buffer = ''"),
    # Cut at commas.
    "local f, all = 1, {} local text = '' repeat local part = conn:recv(4096) text = text .. part until part == '' "
    "for m in text:gmatch('%d+:(.-),') do all[#all + 1] = m end local i = 0 return function() i = i + 1 return all[i] end",
    BUFFERED.replace("elseif buffer ~= '' and not buffer:match('^%d%d?$') then error('bad') end", "end"),    # A sign and a blank are taken for digits.
    EXACTLY + "return function() local d = conn:recv(1) if d == '' then return nil end while d:sub(-1) ~= ':' do "
    "if #d > 3 or d:find('[^%d+ ]') then error('bad') end d = d .. exactly(1) end "
    "local size = tonumber(d:sub(1, -2)) if not size or size > 20 then error('bad') end " + BODY,
)]


EXCHANGE = "function exchange(s, request, count, seconds)\nlocal deadline, sent, answer = time.monotonic() + seconds, 0, ''\n"
EXCHANGED = """
echo = lab.echo()
s = socket.create_connection(echo.address)
exchange(s, "hello", 5, 1)
"""
RIGHT["deadlines"] = [EXCHANGE + code + "\nend" + EXCHANGED for code in (
    """local function left() return math.max(0.001, deadline - time.monotonic()) end
while sent < #request do
  if time.monotonic() >= deadline then return nil, sent, 0 end
  s:settimeout(left())
  local fine, n = pcall(s.send, s, request:sub(sent + 1, sent + 4096))
  if not fine then return nil, sent, 0 end
  sent = sent + n
end
while #answer < count do
  if time.monotonic() >= deadline then return nil, sent, #answer end
  s:settimeout(left())
  local fine, data = pcall(s.recv, s, count - #answer)
  if not fine or data == '' then return nil, sent, #answer end
  answer = answer .. data
end
return answer, sent, #answer""",
    # select, and a socket that does not wait.
    """s:setblocking(false)
while sent < #request or #answer < count do
  local left = deadline - time.monotonic()
  if left <= 0 then return nil, sent, #answer end
  local reading, writing = {}, {}
  if sent < #request then writing[1] = s else reading[1] = s end
  select.select(reading, writing, {}, left)
  local fine, got
  if sent < #request then fine, got = pcall(s.send, s, request:sub(sent + 1)) else fine, got = pcall(s.recv, s, count - #answer) end
  if not fine then
    if not got:isa(BlockingIOError) then return nil, sent, #answer end
  elseif sent < #request then sent = sent + got
  elseif got == '' then return nil, sent, #answer
  else answer = answer .. got end
end
return answer, sent, #answer""",
    # poll.
    """local poller = select.poll()
local function ready(mask)
  poller:register(s, mask)
  local left = deadline - time.monotonic()
  return left > 0 and #poller:poll(1000 * left) > 0
end
s:setblocking(false)
while sent < #request do
  if not ready(select.POLLOUT) then return nil, sent, 0 end
  local fine, n = pcall(s.send, s, request:sub(sent + 1))
  if not fine then return nil, sent, 0 end
  sent = sent + n
end
while #answer < count do
  if not ready(select.POLLIN) then return nil, sent, #answer end
  local fine, data = pcall(s.recv, s, count - #answer)
  if not fine or data == '' then return nil, sent, #answer end
  answer = answer .. data
end
return answer, sent, #answer""",
    # Errors carry the way out; sendmsg and recvfrom.
    """local fine = pcall(function()
  local function allow()
    local left = deadline - time.monotonic()
    if left <= 0 then error(TimeoutError('over')) end
    s:settimeout(left)
  end
  while sent < #request do allow() sent = sent + s:sendmsg({request:sub(sent + 1)}) end
  while #answer < count do
    allow()
    local data = s:recvfrom(count - #answer)
    assert(data ~= '')
    answer = answer .. data
  end
end)
return fine and answer or nil, sent, #answer""",
    # Looking every few milliseconds.
    """s:settimeout(0)
while #answer < count do
  if time.monotonic() > deadline then return nil, sent, #answer end
  local fine, got
  if sent < #request then
    fine, got = pcall(s.send, s, request:sub(sent + 1, sent + 100000))
    if fine then sent = sent + got end
  else
    fine, got = pcall(s.recv, s, count - #answer)
    if got == '' then break end
    if fine then answer = answer .. got end
  end
  if not fine then
    if got.errno ~= errno.EAGAIN then break end
    time.sleep(0.001)
  end
end
return #answer == count and answer or nil, sent, #answer""",
    # Pieces in a bytearray.
    """local buffer = bytearray(count)
local received = 0
local function try(call)
  local left = deadline - time.monotonic()
  if left <= 0 then return 0 end
  s:settimeout(left)
  local fine, n = pcall(call)
  return fine and n or 0
end
while sent < #request do
  local n = try(function() return s:send(request:sub(sent + 1)) end)
  if n == 0 then return nil, sent, received end
  sent = sent + n
end
while received < count do
  local piece = bytearray(count - received)
  local n = try(function() return s:recv_into(piece) end)
  if n == 0 then return nil, sent, received end
  answer = answer .. piece:sub(1, n)
  received = received + n
end
return answer, sent, received""",
)]
ONE_BY_ONE = """while sent < #request do
  s:settimeout(math.max(0.001, deadline - time.monotonic()))
  local fine, n = pcall(s.send, s, request:sub(sent + 1))
  if not fine then return nil, sent, 0 end
  sent = sent + n
end
"""
WRONG["deadlines"] = [EXCHANGE + code + "\nend" for code in (
    "s:settimeout(seconds) s:sendall(request) return s:recv(count), #request, count",
    "s:settimeout(seconds) if not pcall(s.sendall, s, request) then return nil, 0, 0 end "
    "while #answer < count do local fine, data = pcall(s.recv, s, count - #answer) "
    "if not fine or data == '' then return nil, #request, #answer end answer = answer .. data end return answer, #request, count",
    # Nobody looks whether the time is over.
    "while sent < #request do s:settimeout(deadline - time.monotonic()) local fine, n = pcall(s.send, s, request:sub(sent + 1)) "
    "if fine then sent = sent + n end end while #answer < count do s:settimeout(deadline - time.monotonic()) "
    "local fine, data = pcall(s.recv, s, count - #answer) if fine then answer = answer .. data end end return answer, sent, #answer",
    ONE_BY_ONE + "local fine, data = pcall(s.recv, s, count) if not fine then return nil, sent, 0 end return data, sent, #data",
    ONE_BY_ONE + "s:settimeout(seconds) while #answer < count do local fine, data = pcall(s.recv, s, count - #answer) "
    "if not fine or data == '' then return nil, sent, #answer end answer = answer .. data end return answer, sent, #answer",
    ONE_BY_ONE + "while #answer < count do s:settimeout(math.max(0.001, deadline - time.monotonic())) "
    "local fine, data = pcall(s.recv, s, 65536) if not fine or data == '' then return nil, sent, #answer end "
    "answer = answer .. data end return answer:sub(1, count), sent, count",
)]


LAST = """
near, far = socket.socketpair()
near:sendall("hello")
near:shutdown(socket.SHUT_WR)
goodbye(far, "bye", 1)
near:recv(3)
"""
FAREWELL = "function goodbye(conn, text, seconds)\nlocal deadline = time.monotonic() + seconds\n"
RIGHT["closing"] = [FAREWELL + code + "\nend" + LAST for code in (
    "local function left() return math.max(0.001, deadline - time.monotonic()) end "
    "pcall(function() conn:settimeout(seconds) conn:sendall(text) conn:shutdown(socket.SHUT_WR) "
    "while time.monotonic() < deadline do conn:settimeout(left()) if conn:recv(4096) == '' then break end end end) conn:close()",
    # select, and a socket that does not wait.
    "conn:settimeout(seconds) pcall(conn.sendall, conn, text) pcall(conn.shutdown, conn, socket.SHUT_WR) conn:setblocking(false) "
    "while true do local left = deadline - time.monotonic() if left <= 0 then break end "
    "if #select.select({conn}, {}, {}, left) == 0 then break end local fine, data = pcall(conn.recv, conn, 100000) "
    "if data == '' or not fine and not data:isa(BlockingIOError) then break end end conn:close()",
    # poll.
    "local conn <close> = conn local poller = select.poll() poller:register(conn, select.POLLIN) "
    "conn:settimeout(seconds) if not pcall(conn.sendall, conn, text) then return end "
    "if not pcall(conn.shutdown, conn, socket.SHUT_WR) then return end while time.monotonic() < deadline do "
    "if #poller:poll(1000 * math.max(0, deadline - time.monotonic())) == 0 then return end "
    "local fine, data = pcall(conn.recv, conn, 65536) if not fine or data == '' then return end end",
    # Into one buffer, again and again.
    "local buffer = bytearray(65536) local fine = pcall(function() conn:settimeout(seconds) conn:sendall(text) "
    "conn:shutdown(socket.SHUT_WR) repeat local left = deadline - time.monotonic() if left <= 0 then break end "
    "conn:settimeout(left) until conn:recv_into(buffer) == 0 end) conn:close() return fine",
    # Looking every few milliseconds.
    "pcall(function() conn:settimeout(seconds) conn:sendall(text) conn:shutdown(socket.SHUT_WR) conn:settimeout(0) end) "
    "while time.monotonic() < deadline do local fine, data = pcall(conn.recv, conn, 1000000) "
    "if data == '' then break end if not fine then if data.errno ~= errno.EAGAIN then break end time.sleep(0.002) end end conn:close()",
)]
WRONG["closing"] = [FAREWELL + code + "\nend" for code in (
    "conn:sendall(text) conn:close()",
    "pcall(conn.sendall, conn, text) pcall(conn.shutdown, conn, socket.SHUT_RDWR) conn:close()",
    "pcall(conn.sendall, conn, text) pcall(conn.shutdown, conn, socket.SHUT_WR) time.sleep(seconds) conn:close()",
    "conn:setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, string.pack('ii', 1, 1)) pcall(conn.sendall, conn, text) conn:close()",
    "conn:settimeout(seconds) pcall(function() conn:sendall(text) conn:shutdown(socket.SHUT_WR) "
    "repeat until conn:recv(65536) == '' end) conn:close()",
    "pcall(function() conn:sendall(text) conn:shutdown(socket.SHUT_WR) repeat conn:settimeout(math.max(0.001, deadline - "
    "time.monotonic())) until conn:recv(65536) == '' or time.monotonic() > deadline end)",
    # Errors of a client that is gone come out.
    "conn:sendall(text) conn:shutdown(socket.SHUT_WR) repeat conn:settimeout(math.max(0.001, deadline - time.monotonic())) "
    "until conn:recv(65536) == '' or time.monotonic() > deadline conn:close()",
)]


LINES = """local function lines_of(heard, conn, data)
  local found = {}
  heard[conn] = heard[conn] .. data
  local whole, rest = heard[conn]:match("^(.*\\n)(.*)$")
  if whole then
    heard[conn] = rest
    for line in whole:gmatch("[^\\n]*\\n") do found[#found + 1] = line end
  end
  return found
end
local heard = {}
"""
CHAT = """
chat = lab.peer(serve, {name = "chat"})
"""
ROUND = """while true do
  local list = {listener}
  for conn in pairs(heard) do list[#list + 1] = conn end
  for _, conn in ipairs((select.select(list, {}, {}))) do
    if conn == listener then
      local new = listener:accept()
      %s
      heard[new] = ""
    elseif heard[conn] then
      local fine, data = pcall(conn.recv, conn, 4096)
      if not fine or data == "" then %s
      else for _, line in ipairs(lines_of(heard, conn, data)) do
        for other in pairs(heard) do if other ~= conn then %s end end
      end end
    end
  end
end"""
LEFT = "heard[conn] = nil conn:close()"
RIGHT["select-and-poll"] = ["function serve(listener)\n" + LINES + code + "\nend" + CHAT for code in (
    # Whoever does not take a line at once is disconnected.
    ROUND % ("new:setblocking(false)", LEFT,
             "local sent, n = pcall(other.send, other, line) if not sent or n < #line then heard[other] = nil other:close() end"),
    # So is whoever takes too long for one.
    ROUND % ("new:settimeout(0.02)", LEFT, "if not pcall(other.sendall, other, line) then heard[other] = nil other:close() end"),
    # What is not taken waits; poll.
    """local poller, by, unsent = select.poll(), {}, {}
poller:register(listener, select.POLLIN)
while true do
  for _, event in ipairs(poller:poll()) do
    local conn = by[event[1]]
    if event[1] == listener:fileno() then
      local new = listener:accept()
      new:settimeout(0)
      by[new:fileno()], heard[new], unsent[new] = new, "", ""
      poller:register(new, select.POLLIN)
    elseif conn then
      if event[2] & select.POLLOUT ~= 0 then
        local fine, n = pcall(conn.send, conn, unsent[conn])
        if fine then unsent[conn] = unsent[conn]:sub(n + 1) end
        poller:modify(conn, unsent[conn] == "" and select.POLLIN or select.POLLIN | select.POLLOUT)
      end
      if event[2] & ~select.POLLOUT ~= 0 then
        local fine, data = pcall(conn.recv, conn, 100)
        if not fine or data == "" then
          poller:unregister(conn)
          by[event[1]], heard[conn], unsent[conn] = nil, nil, nil
          conn:close()
        else
          for _, line in ipairs(lines_of(heard, conn, data)) do
            for other in pairs(heard) do
              if other ~= conn then
                unsent[other] = unsent[other] .. line
                poller:modify(other, select.POLLIN | select.POLLOUT)
              end
            end
          end
        end
      end
    end
  end
end""",
    # epoll, and at most so many lines for each.
    """local ep, by, waiting = select.epoll(), {}, {}
ep:register(listener, select.EPOLLIN)
local function drop(conn) by[conn:fileno()] = nil heard[conn] = nil waiting[conn] = nil ep:unregister(conn) conn:close() end
while true do
  for _, event in ipairs(ep:poll()) do
    if event[1] == listener:fileno() then
      local new = listener:accept()
      new:setblocking(false)
      ep:register(new, select.EPOLLIN)
      by[new:fileno()], heard[new], waiting[new] = new, "", {}
    elseif by[event[1]] then
      local conn = by[event[1]]
      local fine, data = pcall(conn.recv, conn, 4096)
      if data == "" or not fine and not data:isa(BlockingIOError) then drop(conn)
      elseif fine then
        for _, line in ipairs(lines_of(heard, conn, data)) do
          for other in pairs(heard) do
            if other ~= conn and (#waiting[other] > 0 or not pcall(other.send, other, line, socket.MSG_DONTWAIT)) then
              table.insert(waiting[other], line)
              if #waiting[other] > 3 then drop(other) end
            end
          end
        end
      end
    end
  end
end""",
    # A coroutine for each client.
    """local tasks = {}
local function say(from, line)
  for other in pairs(heard) do
    if other ~= from then
      local fine, n = pcall(other.send, other, line)
      if not fine or n ~= #line then heard[other] = nil tasks[other] = nil other:close() end
    end
  end
end
local function talk(conn)
  while true do
    coroutine.yield()
    local fine, data = pcall(conn.recv, conn, 1000)
    if not fine or data == "" then break end
    for _, line in ipairs(lines_of(heard, conn, data)) do say(conn, line) end
  end
  heard[conn], tasks[conn] = nil, nil
  conn:close()
end
while true do
  local list = {listener}
  for conn in pairs(tasks) do list[#list + 1] = conn end
  for _, one in ipairs((select.select(list, {}, {}, 10))) do
    if one == listener then
      local conn = listener:accept()
      conn:setblocking(false)
      heard[conn] = ""
      tasks[conn] = coroutine.wrap(talk)
      tasks[conn](conn)
    elseif tasks[one] then tasks[one]() end
  end
end""",
)]
WRONG["select-and-poll"] = ["function serve(listener)\n" + LINES + code + "\nend" for code in (
    # One after the other.
    "while true do local conn = listener:accept() repeat local data = conn:recv(100) conn:sendall(data) until data == '' conn:close() end",
    # To the sender as well.
    (ROUND % ("new:setblocking(false)", LEFT, "pcall(other.send, other, line)")).replace("if other ~= conn then pcall", "if true then pcall"),
    # It waits for a client that does not read.
    ROUND % ("", LEFT, "pcall(other.sendall, other, line)"),
    # A client that breaks off ends the server.
    (ROUND % ("new:setblocking(false)", LEFT, "pcall(other.send, other, line)")).replace(
        "pcall(conn.recv, conn, 4096)", "true, conn:recv(4096)"),
    # What has ended stays in the list.
    ROUND % ("new:setblocking(false)", "", "pcall(other.send, other, line)"),
    # It looks all the time.
    (ROUND % ("new:setblocking(false)", LEFT, "pcall(other.send, other, line)")).replace("{}, {}))", "{}, {}, 0))"),
    "return true",
)]


RESTARTED = """
old = socket.create_server({"127.0.0.1", 0})
early = socket.create_connection(old:getsockname())
new, waiting = restart(old)
#waiting, true
"""
BOUND = ("local new = socket.socket() new:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) "
         "new:bind(address) new:listen() ")
TAKEN = ("old:setblocking(false) while true do local fine, conn = pcall(old.accept, old) if not fine then break end "
         "waiting[#waiting + 1] = conn end old:close() ")
RIGHT["time-wait"] = ["function restart(old)\nlocal address, waiting = old:getsockname(), {}\n" + code + "\nend" + RESTARTED for code in (
    TAKEN + BOUND + "return new, waiting",
    TAKEN + "return socket.create_server(address), waiting",
    # Is there one more?
    "while #select.select({old}, {}, {}, 0) > 0 do table.insert(waiting, (old:accept())) end old:close() " + BOUND + "return new, waiting",
    "local poller = select.poll() poller:register(old, select.POLLIN) while #poller:poll(0) > 0 do "
    "waiting[#waiting + 1] = old:accept() end old:close() return socket.create_server(address, {backlog = 50}), waiting",
    "old:settimeout(0.02) pcall(function() while true do local conn = old:accept() waiting[#waiting + 1] = conn end end) old:close() "
    "local new = socket.socket(socket.AF_INET, socket.SOCK_STREAM) "
    "new:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, string.pack('i', 1)) "
    "new:bind(address[1], address[2]) new:listen(10) return new, waiting",
    # One after the other, by recursion.
    "old:settimeout(0) local function take() local fine, conn = pcall(old.accept, old) "
    "if fine then table.insert(waiting, conn) return take() end end take() old:close() " + BOUND + "return new, waiting",
)]
WRONG["time-wait"] = ["function restart(old)\nlocal address, waiting = old:getsockname(), {}\n" + code + "\nend" for code in (
    "old:close() return socket.create_server(address), waiting",
    TAKEN + "local new = socket.socket() new:bind(address) new:listen() return new, waiting",
    TAKEN + "local new = socket.socket() new:bind(address) new:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) new:listen() return new, waiting",
    "while true do local fine, conn = pcall(old.accept, old) if not fine then break end waiting[#waiting + 1] = conn end "
    "old:close() return socket.create_server(address), waiting",
    TAKEN + "return socket.create_server({'127.0.0.1', 0}), waiting",
    TAKEN + BOUND + "return new, {}",
    BOUND + "return new, waiting",
    # Anybody else may listen there, too.
    TAKEN + "local new = socket.socket() new:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) "
    "new:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1) new:bind(address) new:listen() return new, waiting",
)]


LOOK = "function look(port)\nlocal syn = {from = 'me', syn = true, from_port = 5001, to_port = port, seq = 0}\n"
ANSWERED = ("local function answered(list) for _, p in ipairs(list) do if p.from == 'peer' and p.from_port == port "
            "and p.to_port == syn.from_port then return p.rst and 'closed' or 'open' end end end\n")
RIGHT["packet-by-packet"] = [LOOK + ANSWERED + code + "\nend" for code in (
    "local sent = lab.inject(syn) local stop = time.monotonic() + 0.3 "
    "while time.monotonic() < stop do local got = answered(lab.packets{since = sent.number}) if got then return got end time.sleep(0.01) end "
    "return 'silent'",
    # It waits the whole time, and looks once.
    "local sent = lab.inject(syn) time.sleep(0.3) return answered(lab.packets{proto = 'tcp', since = sent.number}) or 'silent'",
    # By place instead of number.
    "local before = #lab.packets() lab.inject(syn) time.sleep(0.25) "
    "return answered(table.move(lab.packets(), before + 1, before + 10000, 1, {})) or 'silent'",
    # A port of its own each time, so that no older packet fits.
    "used = (used or 6000) + 1 syn.from_port = used lab.inject(syn) local stop = time.monotonic() + 0.3 "
    "repeat local got = answered(lab.packets()) until got or time.monotonic() > stop return answered(lab.packets()) or 'silent'",
    # Step by step.
    "lab.pause() lab.inject(syn) local stop, got = time.monotonic() + 0.3 "
    "while not got and time.monotonic() < stop do local packet = lab.step(0.05) got = packet and answered{packet} end "
    "lab.resume() return got or 'silent'",
)]
WRONG["packet-by-packet"] = [LOOK + ANSWERED + code + "\nend" for code in (
    "local sent = lab.inject(syn) time.sleep(0.3) return answered(lab.packets{since = sent.number}) and 'open' or 'silent'",
    "local sent = lab.inject(syn) time.sleep(0.3) return answered(lab.packets{since = sent.number}) or 'closed'",
    "lab.inject(syn) time.sleep(0.3) return answered(lab.packets()) or 'silent'",
    # The newest packet of that port, which may be of another conversation.
    "local sent = lab.inject(syn) time.sleep(0.3) local got = 'silent' for _, p in ipairs(lab.packets{since = sent.number}) do "
    "if p.from == 'peer' and p.from_port == port then got = p.rst and 'closed' or 'open' end end return got",
    "local s <close> = socket.socket() s:settimeout(0.3) local code = s:connect_ex{'peer', port} "
    "return code == 0 and 'open' or code == errno.ECONNREFUSED and 'closed' or 'silent'",
    "for try = 1, 3 do local sent = lab.inject(syn) time.sleep(0.1) local got = answered(lab.packets{since = sent.number}) "
    "if got then return got end end return 'silent'",
)]


BEFORE["tls-over-this"] = """function read_exactly(sock, count)
  local parts, left = {}, count
  while left > 0 do
    local data = sock:recv(left)
    if data == "" then return nil, count - left end
    parts[#parts + 1] = data
    left = left - #data
  end
  return table.concat(parts)
end
function read_record(sock)
  local head, got = read_exactly(sock, 5)
  if not head and got > 0 then return false end
  if not head then return nil end
  local kind, _, length = string.unpack(">BI2I2", head)
  local body = read_exactly(sock, length)
  if not body then return false end
  return kind, body
end
"""
RIGHT["tls-over-this"] = ["function records(s)\nlocal found = {} " + code + "\nend" for code in (
    "for kind in function() return (read_record(s)) end do if not kind then return found, false end found[#found + 1] = kind end return found, true",
    # All of it first.
    "local all, at = '', 1 repeat local data = s:recv(4096) all = all .. data until data == '' "
    "while at + 4 <= #all do local kind, _, length = string.unpack('>BI2I2', all, at) if at + 4 + length > #all then break end "
    "found[#found + 1] = kind at = at + 5 + length end return found, at == #all + 1",
    # A file keeps what is read too much.
    "local f = s:makefile('r') while true do local head = f:read(5) if head == '' then return found, true end "
    "if #head < 5 then return found, false end local kind, _, length = string.unpack('>BI2I2', head) "
    "if length > 0 and #f:read(length) < length then return found, false end found[#found + 1] = kind end",
    # Byte by byte.
    "local state, head, left = 'head', '', 0 while true do local c = s:recv(1) "
    "if c == '' then return found, state == 'head' and head == '' end "
    "if state == 'head' then head = head .. c if #head == 5 then left = string.unpack('>I2', head, 4) state = 'body' end "
    "else left = left - 1 end if state == 'body' and left == 0 then found[#found + 1] = head:byte() state, head = 'head', '' end end",
)]
WRONG["tls-over-this"] = ["function records(s)\nlocal found = {} " + code + "\nend" for code in (
    # Whole bodies are hoped for.
    "while true do local head = read_exactly(s, 5) if not head then return found, true end "
    "local kind, _, length = string.unpack('>BI2I2', head) s:recv(length) found[#found + 1] = kind end",
    # An empty record is taken for the end.
    "while true do local kind, body = read_record(s) if not kind or body == '' then return found, kind == nil end found[#found + 1] = kind end",
    # One that has begun counts.
    "while true do local head, got = read_exactly(s, 5) if not head then return found, got == 0 end "
    "local kind, _, length = string.unpack('>BI2I2', head) found[#found + 1] = kind if not read_exactly(s, length) then return found, false end end",
    # What does not fit into one recv is given up.
    "while true do local head = s:recv(5, socket.MSG_WAITALL) if head == '' then return found, true end if #head < 5 then return found, false end "
    "local kind, _, length = string.unpack('>BI2I2', head) if length > 16384 then return found, false end "
    "if not read_exactly(s, length) then return found, false end found[#found + 1] = kind end",
    "local kind = read_record(s) while kind do found[#found + 1] = kind kind = read_record(s) end return found",
)]


FRONT["raw-sockets"] = "network: lab\nneeds: [raw]\n"
BEFORE["raw-sockets"] = """function checksum(data)
  if #data % 2 == 1 then data = data .. "\\0" end
  local sum = 0
  for i = 1, #data, 2 do sum = sum + string.unpack(">I2", data, i) end
  while sum > 0xffff do sum = (sum & 0xffff) + (sum >> 16) end
  return ~sum & 0xffff
end
function echo_request(id, number, data)
  local without = string.pack(">BBI2I2I2", 8, 0, 0, id, number) .. data
  return string.pack(">BBI2I2I2", 8, 0, checksum(without), id, number) .. data
end
function icmp(packet)
  local header = 4 * (packet:byte(1) & 15)
  if #packet < header + 8 then return nil end
  local kind, code, _, id, number = string.unpack(">BBI2I2I2", packet, header + 1)
  return {type = kind, code = code, id = id, number = number, data = packet:sub(header + 9)}
end
"""
PING = ("function ping(host, seconds)\nlocal s <close> = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) "
        "local began = time.monotonic() ")
RIGHT["raw-sockets"] = [PING + code + "\nend" for code in (
    # A number of its own each time, and the data.
    "count = (count or 0) + 1 s:sendto(echo_request(4711, count, 'mine'), {host, 0}) while true do "
    "local left = began + seconds - time.monotonic() if left <= 0 then return nil end s:settimeout(left) "
    "local fine, packet = pcall(s.recv, s, 2000) if not fine then return nil end local got = icmp(packet) "
    "if got and got.type == 0 and got.id == 4711 and got.number == count and got.data == 'mine' then return time.monotonic() - began end end",
    # select waits.
    "local id = math.random(2, 65535) s:sendto(echo_request(id, 1, ''), {host, 0}) "
    "while #select.select({s}, {}, {}, math.max(0, began + seconds - time.monotonic())) > 0 do local got = icmp(s:recv(2000)) "
    "if got and got.type == 0 and got.id == id then return time.monotonic() - began end end",
    # Connected, so that only this host is heard.
    "local id, buffer = math.random(2, 65535), bytearray(2000) s:connect(host, 0) s:send(echo_request(id, 9, 'x')) s:settimeout(0) "
    "while time.monotonic() < began + seconds do local fine, n = pcall(s.recv_into, s, buffer) "
    "local got = fine and icmp(buffer:sub(1, n)) if got and got.type == 0 and got.id == id then return time.monotonic() - began end "
    "if not fine then time.sleep(0.001) end end",
)]
WRONG["raw-sockets"] = [PING + code + "\nend" for code in (
    # Any reply is its own.
    "s:settimeout(seconds) s:sendto(echo_request(1, 1, 'x'), {host, 0}) while true do local fine, packet = pcall(s.recv, s, 2000) "
    "if not fine then return nil end if icmp(packet).type == 0 then return time.monotonic() - began end end",
    # Milliseconds.
    "local id = math.random(2, 65535) s:settimeout(seconds) s:sendto(echo_request(id, 1, 'x'), {host, 0}) while true do "
    "local fine, packet = pcall(s.recv, s, 2000) if not fine then return nil end local got = icmp(packet) "
    "if got.type == 0 and got.id == id then return 1000 * (time.monotonic() - began) end end",
    # It raises what recv raises.
    "local id = math.random(2, 65535) s:settimeout(seconds) s:sendto(echo_request(id, 1, 'x'), {host, 0}) "
    "repeat local got = icmp(s:recv(2000)) until got.type == 0 and got.id == id return time.monotonic() - began",
    # The checksum is left to the kernel.
    "local id = math.random(2, 65535) s:sendto(string.pack('>BBI2I2I2', 8, 0, 0, id, 1), {host, 0}) s:settimeout(seconds) "
    "local fine, packet = pcall(s.recv, s, 2000) if fine and icmp(packet).id == id then return time.monotonic() - began end",
)]


def replaced(text, role, code):
    """The lesson with this code in the block of the role, and without the output that was expected of it."""
    text, count = re.subn(r"(```lua \{\." + role + r"\}\n).*?\n```(\n\n```output\n.*?\n```)?",
                          lambda match: match[1] + code + "\n```", text, count=1, flags=re.S)
    assert count == 1
    return text


def exercise(lesson):
    name = next(name for name in os.listdir(LESSONS) if name[3:] == lesson + ".md")
    with open(os.path.join(LESSONS, name)) as file:
        text = file.read()
    before = f"```lua\n{BEFORE[lesson]}```\n\n" if lesson in BEFORE else ""
    text = re.sub(r"\n[^\n]+\n\n```(lua|python|c) \{\.wrong[^\n]*\}\n.*?\n```\n\n```output\n.*?\n```\n", "", text, flags=re.S)
    text = re.sub(r"```(python|c) \{\.[^\n]*\}\n.*?\n```\n", "", text, flags=re.S)
    first = text[text.index("## Exercise"):]
    return f"---\ntimeout: 6s\n{FRONT.get(lesson, '')}---\n# X\n\n" + before + first[:first.index("\n## ") + 1]


with tempfile.TemporaryDirectory() as folder:
    answers = {}
    for lesson in RIGHT:
        text = exercise(lesson)
        for i in range(max(len(RIGHT[lesson]), len(WRONG[lesson]))):
            right, wrong = RIGHT[lesson][i % len(RIGHT[lesson])], WRONG[lesson][i % len(WRONG[lesson])]
            path = os.path.join(folder, f"{lesson}-{i}.md")
            answers[path] = (right, wrong)
            with open(path, "w") as file:
                file.write(replaced(replaced(text, "starter", wrong), "solution", right))
    done = subprocess.run([SOCKRATES, "check", "--jobs", "4", folder], capture_output=True, text=True, timeout=380)
    if done.returncode != 0:
        for path, (right, wrong) in answers.items():
            if f"  {path}:" in done.stdout:
                print(f"--- {os.path.basename(path)}\nright:\n{right}\nwrong:\n{wrong}\n")
    assert done.returncode == 0, done.stdout + done.stderr
print("ok", sum(map(len, RIGHT.values())), "right answers,", sum(map(len, WRONG.values())), "wrong ones")
