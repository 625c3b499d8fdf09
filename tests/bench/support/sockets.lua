-- sockets.c's calls in Sockrates' Lua.
local socket = require "socket"
local mode, workload, port, times = ...
local block, small = ("x"):rep(65536), ("x"):rep(64)

local function serve()
    local listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener:bind("127.0.0.1", 0)
    listener:listen(128)
    print(listener:getsockname()[2])
    io.stdout:flush()
    while true do
        local client = listener:accept()
        client:recv(1)
        local data = client:recv(64)
        while #data > 0 do
            client:send(data)
            data = client:recv(64)
        end
        client:close()
    end
end

if mode == "server" then serve() end
port, times = math.tointeger(port), math.tointeger(times)

local function reach(kind, what)
    local s = socket.socket(socket.AF_INET, kind)
    s:connect("127.0.0.1", port)
    if what then s:send(what) end
    return s
end

local function ping(s)
    for _ = 1, times do
        s:send(small)
        s:recv(64)
    end
    s:close()
end

local workloads = {}

function workloads.echo() ping(reach(socket.SOCK_STREAM, "e")) end

function workloads.datagram() ping(reach(socket.SOCK_DGRAM)) end

function workloads.timeout()
    local s = reach(socket.SOCK_STREAM, "e")
    s:settimeout(5)
    ping(s)
end

function workloads.send()
    local s = reach(socket.SOCK_STREAM, "s")
    for _ = 1, times do s:sendall(block) end
    s:close()
end

function workloads.receive()
    local s, left = reach(socket.SOCK_STREAM, "g"), times * 65536
    while left > 0 do left = left - #s:recv(65536) end
    s:close()
end

function workloads.connect()
    for _ = 1, times do
        local s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s:connect("127.0.0.1", port)
        s:close()
    end
end

workloads[workload]()
