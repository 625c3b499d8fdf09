-- lab.lua trips|stream|nothing|connect|wire|rules|memory N [HOST PORT]: round trips of 64 bytes with an echo; 64 KiB there and
-- back; only the start; how long connect takes over a wire of 50 ms; nanoseconds that the wire's process works for a
-- packet, without and with a rule that is a function; KiB of memory that the lab's processes have.
local what, times = arg[1], tonumber(arg[2])

local function read_number(path)
  local file <close> = assert(io.open(path))
  return file:read("n")
end

-- The wire is the first child.
local function children()
  local list, file <close> = {}, assert(io.open("/proc/self/task/" .. read_number("/proc/self/stat") .. "/children"))
  for pid in file:read("a"):gmatch("%d+") do list[#list + 1] = pid end
  return list
end

-- The server may still be starting.
local function connect()
  if not arg[3] then return socket.create_connection(lab.echo().address) end
  for i = 1, 1000 do
    local fine, s = pcall(socket.create_connection, {arg[3], tonumber(arg[4])})
    if fine then return s end
    time.sleep(0.005)
  end
  error("nobody listens")
end

if what == "nothing" then return end
if what == "connect" then
  local p = lab.echo()
  lab.wire{delay=0.05}
  local begin = time.monotonic()
  socket.create_connection(p.address)
  print(time.monotonic() - begin)
  return
end
local s = connect()
if what == "memory" then
  local total = 0
  s:sendall("x")
  s:recv(1)
  for _, pid in ipairs(children()) do
    for line in io.lines("/proc/" .. pid .. "/status") do
      if line:find("^RssAnon") then total = total + tonumber(line:match("%d+")) end
    end
  end
  print(total)
  return
end
s:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
if what == "rules" then lab.drop(function(p) return p.fin and p.from == "me" end) end
local data = ("x"):rep(what == "stream" and 1 << 16 or 64)
local worked = (what == "wire" or what == "rules") and "/proc/" .. children()[1] .. "/schedstat"
local before = worked and read_number(worked)
for i = 1, times do
  s:sendall(data)
  local left = #data
  while left > 0 do left = left - #s:recv(left) end
end
if worked then print((read_number(worked) - before) / #lab.packets{proto="tcp"}) end
