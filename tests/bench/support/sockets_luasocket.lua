-- sockets.c's calls with LuaSocket.
local socket = require "socket"
local mode, workload, port, times = ...
local block, small = ("x"):rep(65536), ("x"):rep(64)

local function serve()
    local listener = assert(socket.bind("127.0.0.1", 0))
    print((select(2, listener:getsockname())))
    io.stdout:flush()
    while true do
        local client = listener:accept()
        client:receive(1)
        local data = client:receive(64)
        while data do
            client:send(data)
            data = client:receive(64)
        end
        client:close()
    end
end

if mode == "server" then serve() end
port, times = tonumber(port), math.tointeger(times)

local function reach(what)
    local s = assert(socket.connect("127.0.0.1", port))
    if what then s:send(what) end
    return s
end

local function ping(s)
    for _ = 1, times do
        s:send(small)
        s:receive(64)
    end
    s:close()
end

local workloads = {}

function workloads.echo() ping(reach("e")) end

function workloads.datagram()
    local s = socket.udp()
    s:setpeername("127.0.0.1", port)
    ping(s)
end

function workloads.timeout()
    local s = reach("e")
    s:settimeout(5)
    ping(s)
end

function workloads.send()
    local s = reach("s")
    for _ = 1, times do s:send(block) end
    s:close()
end

function workloads.receive()
    local s = reach("g")
    for _ = 1, times do s:receive(65536) end
    s:close()
end

function workloads.connect()
    for _ = 1, times do
        local s = socket.connect("127.0.0.1", port)
        s:close()
    end
end

workloads[workload]()
