-- lab.lua trips|stream|nothing N: round trips of 64 bytes with an echo; 64 KiB there and back; only the start.
local what, times = arg[1], tonumber(arg[2])
if what == "nothing" then return end
local s = socket.create_connection(lab.echo().address)
s:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
local data = ("x"):rep(what == "trips" and 64 or 1 << 16)
for i = 1, times do
  s:sendall(data)
  local left = #data
  while left > 0 do left = left - #s:recv(left) end
end
