-- echo.c's calls with LuaSocket.
local socket = require "socket"
local mode, port, rounds = ...

if mode == "server" then
    local listener = assert(socket.bind("127.0.0.1", 0))
    print((select(2, listener:getsockname())))
    io.stdout:flush()
    while true do
        local client = listener:accept()
        local data = client:receive(64)
        while data do
            client:send(data)
            data = client:receive(64)
        end
        client:close()
    end
end

local s = assert(socket.connect("127.0.0.1", tonumber(port)))
local data = ("x"):rep(64)
for _ = 1, math.tointeger(rounds) do
    s:send(data)
    s:receive(64)
end
s:close()
