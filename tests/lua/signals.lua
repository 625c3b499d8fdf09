-- Section 6: interrupted calls, and what a handler may do.
local expect = require "expect"
local ring = require "ring"

-- What one call does while the timer rings every 10 ms.
local function ringing(body)
    local count = 0
    ring.every(0.01, function() count = count + 1 end)
    local begin = time.monotonic()
    local results = table.pack(pcall(body))
    local took = time.monotonic() - begin
    ring.stop()
    return took, count, results
end

-- A listener whose queue is full: nobody is answered.
local silent = lab.silent()

local function waiting_calls(timeout)
    local a, b = socket.socketpair()
    local listener = socket.create_server{"127.0.0.1", 0}
    local full, rest = socket.socketpair()
    full:setblocking(false)
    pcall(function() while true do full:send(("x"):rep(65536)) end end)
    local udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp:bind("127.0.0.1", 0)
    local connecting = socket.socket()
    for _, s in ipairs{a, listener, full, udp, connecting} do
        s:settimeout(timeout)
    end
    return {
        recv = function() return a:recv(1) end,
        recv_into = a.recv_into and function() return a:recv_into(bytearray(1)) end,
        recvfrom = function() return udp:recvfrom(10) end,
        accept = function() return listener:accept() end,
        send = function() return full:send("x") end,
        sendall = function() return full:sendall(("x"):rep(1000000)) end,
        connect = function() return connecting:connect(silent.address) end,
    }, {a, b, listener, full, rest, udp, connecting}
end

expect.case("a handler is called with the signal's number", function()
    local got
    expect.equal(signal.signal(signal.SIGUSR1, function(...) got = {...} end), signal.SIG_DFL)
    signal.raise_signal(signal.SIGUSR1)
    expect.equal(got, {signal.SIGUSR1.value})
    expect.equal(math.type(got[1]), "integer")
    expect.equal(type(signal.getsignal(signal.SIGUSR1)), "function")
    expect.equal(type(signal.signal(signal.SIGUSR1, signal.SIG_IGN)), "function")
    got = nil
    signal.raise_signal(signal.SIGUSR1)
    expect.equal(got, nil)
    expect.equal(signal.signal(signal.SIGUSR1, signal.SIG_DFL), signal.SIG_IGN)
end)

expect.case("signals and handlers are enumerations", function()
    expect.equal(tostring(signal.SIGALRM), "<Signals.SIGALRM: 14>")
    expect.equal(signal.Signals(14), signal.SIGALRM)
    expect.equal(signal.Signals(17).name, "SIGCHLD")
    expect.equal(signal.SIGCLD, signal.SIGCHLD)
    expect.equal(signal.Signals["SIGINT"].value, 2)
    expect.equal(#signal.Signals, 33)
    expect.equal(tostring(signal.SIG_DFL), "<Handlers.SIG_DFL: 0>")
    expect.equal(signal.Handlers(1), signal.SIG_IGN)
    expect.equal(signal.strsignal(signal.SIGALRM), "Alarm clock")
    expect.raises("ValueError", signal.Signals, 99)
end)

expect.case("what cannot be handled is said", function()
    expect.raises("EINVAL", signal.signal, signal.SIGKILL, function() end)
    expect.raises("EINVAL", signal.signal, signal.SIGSTOP, signal.SIG_IGN)
    expect.raises("ValueError", signal.signal, 0, function() end)
    expect.raises("ValueError", signal.signal, 65, function() end)
    expect.raises("ValueError", signal.getsignal, -1)
    expect.raises("TypeError", signal.signal, signal.SIGUSR1, "handler")
    expect.raises("TypeError", signal.signal, signal.SIGUSR1, nil)
    expect.raises("TypeError", signal.signal, signal.SIGUSR1)
    expect.raises("TypeError", signal.signal, "SIGUSR1", function() end)
    -- The old handler is still there.
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    expect.raises("TypeError", signal.signal, signal.SIGUSR2, 5)
    expect.equal(signal.getsignal(signal.SIGUSR2), signal.SIG_IGN)
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)
end)

expect.case("whatever can be called is a handler", function()
    local count = 0
    signal.signal(signal.SIGUSR1, setmetatable({}, {__call = function() count = count + 1 end}))
    os.kill(os.getpid(), signal.SIGUSR1)
    expect.equal(count, 1)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
end)

expect.case("a handler that returns: every call goes on, within its own time", function()
    local calls, keep = waiting_calls(0.15)
    for name, call in pairs(calls) do
        local took, count, results = ringing(call)
        expect.equal({name, results[1]}, {name, false})
        expect.truthy(results[2]:isa("TimeoutError"), name .. " times out, not " .. tostring(results[2]))
        -- Each ring that began the time anew would make it endless.
        expect.truthy(took >= 0.149, name .. " takes its time, not " .. took)
        expect.truthy(count >= 1, name .. " is interrupted")
    end
    expect.truthy(#keep > 0)
end)

expect.case("a handler that raises: its error leaves every call unchanged", function()
    for _, timeout in ipairs{false, 60} do
        local calls, keep = waiting_calls(timeout or nil)
        for name, call in pairs(calls) do
            local thrown = {"out of", name}
            local fine, raised = ring.raising(thrown, call)
            expect.equal({name, fine}, {name, false})
            expect.truthy(raised == thrown, name .. " raises the very same value")
        end
        expect.truthy(#keep > 0)
    end
end)

expect.case("sleep, select, poll and epoll go on, and end when they would have ended", function()
    local a = socket.socketpair()
    local p, ep = select.poll(), select.epoll()
    p:register(a, select.POLLIN)
    ep:register(a, select.EPOLLIN)
    local calls = {
        sleep = function() time.sleep(0.1) end,
        select = function() return #select.select({a}, {}, {}, 0.1) end,
        poll = function() return #p:poll(100) end,
        epoll = function() return #ep:poll(0.1) end,
    }
    for name, call in pairs(calls) do
        local took, count, results = ringing(call)
        expect.equal({name, results[1]}, {name, true})
        expect.truthy(took >= 0.099, name .. " takes 0.1 s, not " .. took)
        expect.truthy(count >= 1, name .. " is interrupted")
    end
    for name, call in pairs{
        sleep = function() time.sleep(60) end,
        select = function() return select.select({a}, {}, {}) end,
        poll = function() return p:poll() end,
        epoll = function() return ep:poll() end,
    } do
        expect.equal({name, ring.raising("out", call)}, {name, false, "out"})
    end
end)

expect.case("the handler runs in the coroutine that was blocked, and its error leaves there", function()
    local a, b = socket.socketpair()
    local seen
    local blocked = coroutine.create(function()
        return pcall(a.recv, a, 1)
    end)
    ring.within(a.recv, function()
        seen = coroutine.running()
        error("inside", 0)
    end)
    local _, fine, raised = coroutine.resume(blocked)
    expect.truthy(seen == blocked, "the blocked coroutine")
    expect.equal({fine, raised}, {false, "inside"})
    ring.stop()
    b:close()
end)

expect.case("a loop without calls is interrupted too, also in a coroutine", function()
    local function spin() while true do end end
    for _, body in ipairs{spin, coroutine.wrap(spin)} do
        local enough = TimeoutError("enough")
        expect.equal({ring.raising(enough, body)}, {false, enough})
    end
    -- One that returns lets the loop go on.
    local rang, turns = 0, 0
    ring.every(0.01, function() rang = rang + 1 end)
    while rang < 3 do turns = turns + 1 end
    expect.truthy(turns > 0)
    ring.stop()
end)

expect.case("a hook of the script's own stays after a signal", function()
    local lines, rang = 0, 0
    local function hook() lines = lines + 1 end
    debug.sethook(hook, "l", 1000)
    signal.signal(signal.SIGUSR1, function() rang = rang + 1 end)
    signal.raise_signal(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    expect.equal({debug.gethook()}, {hook, "l", 1000})
    local before = lines
    local _ = 1
    expect.truthy(lines > before, "the hook is called")
    ring.every(0.01, function() rang = rang + 1 end)
    while rang < 5 do end
    ring.stop()
    expect.equal({debug.gethook()}, {hook, "l", 1000})
    -- Each coroutine has its own.
    local function calls() end
    local other = coroutine.create(function()
        expect.equal(debug.gethook(), nil)
        coroutine.yield()
        signal.raise_signal(signal.SIGUSR1)
        expect.equal({debug.gethook()}, {calls, "c", 0})
    end)
    assert(coroutine.resume(other))
    debug.sethook(other, calls, "c")
    debug.sethook()
    assert(coroutine.resume(other))
    signal.raise_signal(signal.SIGUSR1)
    expect.equal(debug.gethook(), nil)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
end)

expect.case("a signal that comes just before a call blocks is not lost", function()
    local a, b = socket.socketpair()
    local count = 0
    signal.signal(signal.SIGALRM, function() count = count + 1 error("x", 0) end)
    local function once(microseconds)
        signal.setitimer(signal.ITIMER_REAL, microseconds / 1e6)
        a:recv(1)
    end
    for i = 1, 3000 do
        expect.equal(pcall(once, 1 + i % 60), false)
    end
    expect.equal(count, 3000)
    ring.stop()
    b:close()
end)

expect.case("handlers may be interrupted by others, within reason", function()
    local order = {}
    signal.signal(signal.SIGUSR2, function() order[#order + 1] = "inner" end)
    signal.signal(signal.SIGUSR1, function()
        order[#order + 1] = "begin"
        signal.raise_signal(signal.SIGUSR2)
        order[#order + 1] = "end"
    end)
    signal.raise_signal(signal.SIGUSR1)
    expect.equal(order, {"begin", "inner", "end"})
    signal.signal(signal.SIGUSR1, function() signal.raise_signal(signal.SIGUSR1) end)
    expect.raises("RuntimeError", signal.raise_signal, signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)
end)

expect.case("connect after EINTR is not called twice: it waits for the attempt", function()
    local s = socket.socket()
    s:settimeout(nil)
    local rang = 0
    ring.every(0.02, function()
        -- A port of its own: the attempt has begun.
        rang = rang + (s:getsockname()[2] > 0 and 1 or 0)
        if rang == 3 then error("enough", 0) end
    end)
    local fine, raised = pcall(s.connect_ex, s, silent.address)
    ring.stop()
    -- From connect_ex as well the handler's error is raised, not returned.
    expect.equal({fine, raised, rang}, {false, "enough", 3})
    -- The attempt goes on in the kernel.
    s:setblocking(false)
    expect.equal(s:connect_ex(silent.address), errno.EALREADY)
end)

expect.case("connect with timeout 0 on a descriptor that blocks: InterruptedError", function()
    local s = socket.socket()
    local twin = s:dup()
    s:setblocking(false)
    -- The two share O_NONBLOCK, not the timeout: now s has timeout 0 and its descriptor blocks.
    twin:setblocking(true)
    ring.every(0.02, function() end)
    expect.raises("EINTR", s.connect, s, silent.address)
    local t = socket.socket()
    twin = t:dup()
    t:setblocking(false)
    twin:setblocking(true)
    expect.equal(t:connect_ex(silent.address), errno.EINTR)
    ring.stop()
end)

expect.case("an interrupted connect of AF_UNIX to a full queue really connects in the end", function()
    local listener = socket.socket(socket.AF_UNIX)
    listener:bind("")
    listener:listen(0)
    local first = socket.socket(socket.AF_UNIX)
    first:connect(listener:getsockname())
    local s, rang, conn = socket.socket(socket.AF_UNIX), 0, nil
    ring.every(0.02, function()
        rang = rang + 1
        if rang == 3 then conn = listener:accept() end
    end)
    s:connect(listener:getsockname())
    ring.stop()
    expect.truthy(rang >= 3)
    s:sendall("hello")
    conn = listener:accept()
    expect.equal(conn:recv(5), "hello")
    listener:close()
end)

expect.case("MSG_WAITALL that was interrupted after some bytes gives those", function()
    local a, b = socket.socketpair()
    a:sendall("abc")
    local rang = 0
    ring.every(0.02, function() rang = rang + 1 end)
    expect.equal(b:recv(10, socket.MSG_WAITALL), "abc")
    expect.truthy(rang >= 1)
    ring.stop()
end)

expect.case("a handler that closed the socket makes the call fail with EBADF", function()
    local data = ("x"):rep(10000000)
    local function closes(timeout, name, argument)
        local a, b = socket.socketpair()
        a:settimeout(timeout)
        local other
        ring.within(a[name], function()
            a:close()
            -- Takes the number of the descriptor: the call must not go on with this one.
            other = socket.socket()
        end)
        expect.raises("EBADF", a[name], a, argument)
        other:close()
        b:close()
    end
    for _, timeout in ipairs{false, 60} do
        closes(timeout or nil, "recv", 1)
        closes(timeout or nil, "sendall", data)
    end
    ring.stop()
end)

expect.case("after a partial send, sendall runs handlers too", function()
    local a, b = socket.socketpair()
    local data = ("x"):rep(10000000)
    ring.within(a.sendall, function() error("half way", 0) end)
    local fine, raised = pcall(a.sendall, a, data)
    expect.equal({fine, raised}, {false, "half way"})
    b:setblocking(false)
    expect.truthy(#b:recv(100) == 100, "some bytes have gone")
    ring.stop()
end)

expect.case("close is not made again", function()
    local a = socket.socketpair()
    local fd = a:fileno()
    a:close()
    expect.equal(a:fileno(), -1)
    a:close()
    expect.truthy(fd >= 0)
end)

expect.case("a deadline that passed in a handler is not extended", function()
    local a, b = socket.socketpair()
    a:settimeout(0.1)
    ring.within(a.recv, function()
        time.sleep(0.2)
        b:send("x")
    end)
    expect.raises("TimeoutError", a.recv, a, 1)
    ring.stop()
end)

expect.case("pause returns after a handler has run", function()
    local count = 0
    ring.within(signal.pause, function() count = count + 1 end)
    repeat signal.pause() until count > 0
    expect.equal(count, 1)
    ring.stop()
    expect.equal({ring.raising("woken", signal.pause)}, {false, "woken"})
end)

expect.case("timers tell what is left", function()
    signal.signal(signal.SIGALRM, function() end)
    expect.equal({signal.setitimer(signal.ITIMER_REAL, 50, 2.5)}, {0.0, 0.0})
    local left, interval = signal.getitimer(signal.ITIMER_REAL)
    expect.truthy(left > 20 and left <= 50.1, "most is left: " .. left)
    expect.equal(interval, 2.5)
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    expect.truthy(left > 20)
    expect.equal(interval, 2.5)
    expect.equal(signal.alarm(100), 0)
    left = signal.alarm(0)
    expect.truthy(left > 50 and left <= 100)
    expect.raises("EINVAL", signal.setitimer, signal.ITIMER_REAL, -1)
    expect.raises("EINVAL", signal.setitimer, 99, 1)
    expect.raises("TypeError", signal.setitimer, signal.ITIMER_REAL, "1")
    expect.raises("ValueError", signal.setitimer, signal.ITIMER_REAL, 0 / 0)
    expect.raises("OverflowError", signal.setitimer, signal.ITIMER_REAL, math.huge)
    expect.raises("TypeError", signal.alarm, 0.5)
    ring.stop()
end)

expect.case("siginterrupt: with SA_RESTART the handler runs after the call", function()
    signal.signal(signal.SIGALRM, function() error("afterwards", 0) end)
    signal.siginterrupt(signal.SIGALRM, false)
    local p = lab.peer(function(listener)
        local conn = listener:accept()
        conn:recv(2)
        local waiting = "/proc/" .. os.getppid() .. "/stat"
        repeat
            local file <close> = io.open(waiting)
            local state = file:read("a"):match("%) (%a)")
        until state == "S"
        os.kill(os.getppid(), signal.SIGALRM)
        conn:sendall("xy")
        conn:recv(1)
    end)
    local s = socket.socket()
    s:connect(p.address)
    s:sendall("go")
    expect.equal({pcall(function() return (s:recv(1)) end)}, {false, "afterwards"})
    expect.equal(s:recv(1), "y")
    ring.stop()
    p:stop()
    s:close()
end)

expect.case("Ctrl-C's own handler", function()
    expect.truthy(signal.getsignal(signal.SIGINT) == signal.default_int_handler)
    expect.raises("KeyboardInterrupt", signal.default_int_handler)
    local got = 0
    local before = signal.signal(signal.SIGINT, function() got = got + 1 end)
    expect.truthy(before == signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)
    expect.equal(got, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)
    expect.equal(signal.getsignal(signal.SIGINT), signal.SIG_IGN)
    signal.signal(signal.SIGINT, before)
    expect.truthy(signal.getsignal(signal.SIGINT) == signal.default_int_handler)
end)

expect.case("a peer has handlers of its own", function()
    signal.signal(signal.SIGUSR1, function() error("not here") end)
    local p = lab.peer(function(listener)
        assert(signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL)
        local conn
        signal.signal(signal.SIGUSR1, function() conn:sendall("signalled") end)
        conn = listener:accept()
        conn:sendall("ready")
        conn:recv(1)
    end)
    local s = socket.socket()
    s:connect(p.address)
    expect.equal(s:recv(5), "ready")
    os.kill(p.pid, signal.SIGUSR1)
    expect.equal(s:recv(9, socket.MSG_WAITALL), "signalled")
    p:stop()
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
end)

expect.case("a peer that ends is a SIGCHLD", function()
    local count = 0
    signal.signal(signal.SIGCHLD, function() count = count + 1 end)
    local p = lab.echo()
    p:stop()
    expect.equal(count, 1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    lab.echo():stop()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
end)

expect.case("os.kill and its like", function()
    expect.equal(os.kill(os.getpid(), 0), nil)
    expect.raises("ProcessLookupError", os.kill, 0x7ffffffe, 0)
    expect.raises("EINVAL", os.kill, os.getpid(), 99)
    expect.equal(os.strerror(111), "Connection refused")
    expect.truthy(os.getppid() ~= os.getpid())
end)
