-- Section 10: select, poll and epoll; what they do when interrupted is in signals.lua.
local expect = require "expect"
local ring = require "ring"

local function pair()
    return socket.socketpair()
end

local function took(body)
    local begin = time.monotonic()
    body()
    return time.monotonic() - begin
end

expect.case("Lua's own select works as before", function()
    expect.equal(select("#"), 0)
    expect.equal(select("#", 1, nil, nil), 3)
    expect.equal({select(2, "a", "b", "c")}, {"b", "c"})
    expect.equal({select(-1, "a", "b", "c")}, {"c"})
    expect.raises("out of range", select, 0)
    expect.truthy(require "select" == select)
    expect.equal(tostring(select), "<module 'select'>")
    local count = 0
    for _ in pairs(select) do count = count + 1 end
    expect.truthy(count > 30)
end)

expect.case("select gives back the same objects", function()
    local a, b = pair()
    local read, write, except = select.select({a, b}, {a, b:fileno()}, {a}, 1)
    expect.equal({#read, #write, #except}, {0, 2, 0})
    expect.truthy(write[1] == a)
    expect.equal(write[2], b:fileno())
    a:send("x")
    local wrapper = {fileno = function() return b:fileno() end}
    read = select.select({a, wrapper, b}, {}, {})
    expect.equal(#read, 2)
    expect.truthy(read[1] == wrapper and read[2] == b)
end)

expect.case("select waits as long as it is told", function()
    local a = pair()
    local elapsed = took(function()
        expect.equal({select.select({a}, {}, {}, 0.05)}, {{}, {}, {}})
    end)
    expect.truthy(elapsed >= 0.05)
    expect.equal(#select.select({a}, {}, {}, 0), 0)
    expect.equal({select.select({}, {}, {}, 0.01)}, {{}, {}, {}})
    local p = lab.peer(function(listener)
        local conn = listener:accept()
        conn:recv(1)
        conn:sendall("x")
        conn:recv(1)
    end)
    local s = socket.socket()
    s:connect(p.address)
    s:send("go")
    expect.truthy(select.select({s}, {}, {}, nil)[1] == s)
end)

expect.case("select of a listener, of an end and of a refusal", function()
    local listener = socket.create_server{"127.0.0.1", 0}
    expect.equal(#select.select({listener}, {}, {}, 0), 0)
    local s = socket.socket()
    s:connect(listener:getsockname())
    expect.truthy(select.select({listener}, {}, {}, 5)[1] == listener)
    local conn = listener:accept()
    s:close()
    expect.truthy(select.select({conn}, {}, {}, 5)[1] == conn)
    expect.equal(conn:recv(1), "")
    -- A refused attempt is readable and writable.
    local refused = socket.socket()
    refused:setblocking(false)
    pcall(refused.connect, refused, lab.refused().address)
    local read, write = select.select({refused}, {refused}, {}, 5)
    expect.equal({#read, #write}, {1, 1})
    expect.equal(refused:getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), errno.ECONNREFUSED)
end)

expect.case("select refuses what is no socket", function()
    local a = pair()
    local closed = socket.socket()
    local number = closed:fileno()
    closed:close()
    expect.raises("ValueError", select.select, {closed}, {}, {}, 0)
    expect.raises("ValueError", select.select, {}, {-1}, {}, 0)
    expect.raises("ValueError", select.select, {1024}, {}, {}, 0)
    expect.raises("EBADF", select.select, {number}, {}, {}, 0)
    expect.raises("TypeError", select.select, {"x"}, {}, {}, 0)
    expect.raises("TypeError", select.select, {{}}, {}, {}, 0)
    expect.raises("TypeError", select.select, {{fileno = function() return "3" end}}, {}, {}, 0)
    expect.raises("TypeError", select.select, a, {}, {}, 0)
    expect.raises("TypeError", select.select, {a}, {})
    expect.raises("TypeError", select.select, {a}, {}, {}, 0, 0)
    expect.raises("TypeError", select.select, {a}, {}, {}, "0")
    expect.raises("ValueError", select.select, {a}, {}, {}, -1)
    expect.raises("ValueError", select.select, {a}, {}, {}, 0 / 0)
    expect.raises("OverflowError", select.select, {a}, {}, {}, math.huge)
    -- An error of fileno() itself comes through.
    expect.raises("no number today", select.select, {{fileno = function() error("no number today") end}}, {}, {}, 0)
end)

expect.case("poll: registered once, asked often", function()
    local a, b = pair()
    local p = select.poll()
    expect.equal(#p:poll(0), 0)
    p:register(a)
    p:register(b, select.POLLIN)
    expect.equal(p:poll(0), {{a:fileno(), select.POLLOUT}})
    a:send("x")
    local found = {}
    for _, event in ipairs(p:poll()) do found[event[1]] = event[2] end
    expect.equal(found, {[a:fileno()] = select.POLLOUT, [b:fileno()] = select.POLLIN})
    p:register(a, 0)
    expect.equal(p:poll(0), {{b:fileno(), select.POLLIN}})
    p:modify(b, select.POLLOUT)
    expect.equal(p:poll(0), {{b:fileno(), select.POLLOUT}})
    p:unregister(b)
    expect.equal(p:poll(10), {})
    p:unregister(a)
    a:close()
    p:register(b, select.POLLIN)
    b:recv(1)
    expect.equal(p:poll(0), {{b:fileno(), select.POLLIN | select.POLLHUP}})
end)

expect.case("poll of many that come and go", function()
    local p, open = select.poll(), {}
    for i = 1, 60 do
        local a, b = pair()
        open[i] = {a, b}
        p:register(a, select.POLLOUT)
        p:register(b, select.POLLIN)
    end
    for i = 1, 60, 3 do
        p:unregister(open[i][1])
        p:unregister(open[i][2])
    end
    local seen = {}
    for _, event in ipairs(p:poll(0)) do
        expect.equal(seen[event[1]], nil)
        seen[event[1]] = event[2]
    end
    for i, both in ipairs(open) do
        expect.equal(seen[both[1]:fileno()], i % 3 ~= 1 and select.POLLOUT or nil)
        expect.equal(seen[both[2]:fileno()], nil)
    end
end)

expect.case("poll: milliseconds, rounded up, and what it refuses", function()
    local a = pair()
    local p = select.poll()
    p:register(a, select.POLLIN)
    expect.truthy(took(function() p:poll(50) end) >= 0.05)
    expect.truthy(took(function() p:poll(0.1) end) >= 0.0001)
    expect.raises("FileNotFoundError", p.modify, p, 999, 0)
    expect.raises("KeyError", p.unregister, p, 999)
    expect.raises("TypeError", p.poll, p, "1")
    expect.raises("ValueError", p.poll, p, 0 / 0)
    expect.raises("OverflowError", p.poll, p, 1e12)
    expect.raises("TypeError", p.register, p)
    expect.raises("TypeError", p.register, p, a, "POLLIN")
    expect.raises("ValueError", p.register, p, a, -1)
    expect.raises("OverflowError", p.register, p, a, 65536)
    expect.raises("ValueError", p.register, p, -1)
    expect.raises("TypeError", p.poll, {})
    p:register(900, select.POLLIN)
    expect.equal(p:poll(0), {{900, select.POLLNVAL}})
end)

expect.case("a handler may change what is polled", function()
    local p, open = select.poll(), {}
    for i = 1, 20 do
        open[i] = {pair()}
        p:register(open[i][1], select.POLLIN)
    end
    ring.within(p.poll, function()
        for i = 1, 10 do p:unregister(open[i][1]) end
        for i = 1, 20 do p:register(open[i][2], select.POLLIN) end
        expect.equal(#p:poll(0), 0)
        open[1][2]:send("x")
    end)
    -- What was registered when the call began counts: the first is among it.
    expect.equal(p:poll(), {{open[1][1]:fileno(), select.POLLIN}})
    expect.equal(p:poll(0), {})
    ring.stop()
end)

expect.case("epoll", function()
    local a, b = pair()
    local ep = select.epoll()
    expect.truthy(ep:fileno() > 2)
    ep:register(b, select.EPOLLIN)
    expect.raises("FileExistsError", ep.register, ep, b)
    expect.equal(ep:poll(0), {})
    expect.truthy(took(function() ep:poll(0.05) end) >= 0.05)
    a:send("x")
    expect.equal(ep:poll(), {{b:fileno(), select.EPOLLIN}})
    expect.equal(ep:poll(-1), {{b:fileno(), select.EPOLLIN}})
    ep:modify(b, select.EPOLLOUT)
    expect.equal(ep:poll(nil, 1), {{b:fileno(), select.EPOLLOUT}})
    ep:register(a, select.EPOLLOUT)
    expect.equal(#ep:poll(0), 2)
    expect.equal(#ep:poll(0, 1), 1)
    ep:unregister(b)
    expect.raises("FileNotFoundError", ep.unregister, ep, b)
    expect.raises("FileNotFoundError", ep.modify, ep, b, 0)
    -- It can be watched itself.
    expect.truthy(select.select({ep}, {}, {}, 0)[1] == ep)
    expect.equal(ep.closed, false)
    ep:close()
    ep:close()
    expect.equal(ep.closed, true)
    for _, name in ipairs{"poll", "fileno", "register"} do
        expect.matches(expect.raises("ValueError", ep[name], ep, name == "register" and a or nil), "closed epoll")
    end
    expect.raises("ValueError", select.epoll, -5)
    local other <close> = select.epoll()
    expect.raises("ValueError", other.poll, other, 0, 0)
    expect.raises("TypeError", other.poll, other, "1")
end)

expect.case("edge-triggered and one-shot", function()
    local a, b = pair()
    local ep <close> = select.epoll()
    ep:register(b, select.EPOLLIN | select.EPOLLET)
    a:send("x")
    expect.equal(#ep:poll(0), 1)
    expect.equal(#ep:poll(0), 0)
    a:send("y")
    expect.equal(#ep:poll(0), 1)
    ep:modify(b, select.EPOLLIN | select.EPOLLONESHOT)
    expect.equal(#ep:poll(0), 1)
    a:send("z")
    expect.equal(#ep:poll(0), 0)
end)

expect.case("a block's end closes an epoll object, and so does the collector", function()
    local fd
    do
        local ep <close> = select.epoll()
        fd = ep:fileno()
    end
    expect.raises("EBADF", select.select, {fd}, {}, {}, 0)
    fd = select.epoll():fileno()
    collectgarbage()
    collectgarbage()
    expect.raises("EBADF", select.select, {fd}, {}, {}, 0)
end)

expect.case("a handler that closes the epoll object", function()
    local ep = select.epoll()
    local a = pair()
    ep:register(a, select.EPOLLIN)
    local other
    ring.within(ep.poll, function()
        ep:close()
        other = socket.socket()
    end)
    expect.raises("EBADF", ep.poll, ep, 60)
    ring.stop()
    other:close()
end)

expect.case("a peer does not have the epoll object of the one who started it", function()
    local ep = select.epoll()
    local p = lab.peer(function(listener)
        local closed = ep.closed or not pcall(ep.fileno, ep)
        listener:accept():sendall(tostring(closed))
    end)
    local s = socket.socket()
    s:connect(p.address)
    expect.equal(s:recv(10), "true")
    ep:close()
end)

expect.case("constants are the system's", function()
    expect.equal({select.POLLIN, select.POLLPRI, select.POLLOUT, select.POLLERR, select.POLLHUP, select.POLLNVAL},
                 {1, 2, 4, 8, 16, 32})
    expect.equal({select.EPOLLIN, select.EPOLLET, select.EPOLLONESHOT, select.EPOLL_CLOEXEC},
                 {1, 1 << 31, 1 << 30, 524288})
    expect.truthy(select.error == OSError)
end)
