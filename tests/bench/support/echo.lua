-- echo.c's calls, in Sockrates' Lua.
local socket = require "socket"
local mode, port, rounds = ...

if mode == "server" then
    local listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener:bind("127.0.0.1", 0)
    listener:listen(5)
    local _, own = listener:getsockname()
    print(math.type(own) and own or listener:getsockname()[2])
    io.stdout:flush()
    while true do
        local client = listener:accept()
        local data = client:recv(64)
        while #data > 0 do
            client:send(data)
            data = client:recv(64)
        end
        client:close()
    end
end

local s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s:connect("127.0.0.1", math.tointeger(port))
local data = ("x"):rep(64)
for _ = 1, math.tointeger(rounds) do
    s:send(data)
    s:recv(64)
end
s:close()
