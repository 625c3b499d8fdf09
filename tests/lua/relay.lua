-- A relay passes bytes on as it is told: in pieces, late, only so far.
local expect = require "expect"
local equal = expect.equal

local echo = lab.echo()

local function through(options)
    options.to = options.to or echo
    local relay, s = lab.relay(options), socket.socket()
    s:settimeout(5)
    s:connect(relay.address)
    return s, relay
end

-- What each recv gives, until `count` bytes are there.
local function receive(s, count)
    local got, list = 0, {}
    while got < count do
        local data = s:recv(65536)
        if data == "" then break end
        got = got + #data
        list[#list + 1] = data
    end
    return list
end

local message = "a message of forty bytes, neither 39 nor"

expect.case("it passes everything on when nothing is said", function()
    local s = through {}
    local long = ("x"):rep(100000)
    local peer_reads = lab.peer(function(l) local c = l:accept() c:sendall(long) c:recv(1) end)
    local t = through {to = peer_reads}
    equal(table.concat(receive(t, #long)) == long, true)
    s:sendall("hello")
    equal(table.concat(receive(s, 5)), "hello")
    s:shutdown(socket.SHUT_WR)
    equal(s:recv(1), "")
end)

expect.case("pieces arrive as calls of recv of their own, wherever the cut is", function()
    for cut = 1, #message - 1 do
        local s, relay = through {pieces = {cut}}
        s:sendall(message)
        local got = receive(s, #message)
        equal(got[1], message:sub(1, cut))
        equal(got[2], message:sub(cut + 1))
        s:close()
        relay:stop()
    end
end)

expect.case("a byte at a time", function()
    local s = through {pieces = 1}
    s:sendall(message)
    equal(#receive(s, #message), #message)
end)

expect.case("toward the peer", function()
    local server = lab.peer(function(l)
        local c, got = l:accept(), 0
        while got < 5 do
            local data = c:recv(100)
            got = got + #data
            c:sendall(#data .. " ")
        end
    end)
    local s = through {to = server, pieces = {2}, toward = "peer"}
    s:sendall("hello")
    equal(table.concat(receive(s, 4)), "2 3 ")
end)

expect.case("whoever looks first and does not read gets the rest all the same", function()
    local s = through {pieces = {2}}
    s:sendall("hello")
    while #s:recv(100, socket.MSG_PEEK) < 5 do time.sleep(0.01) end
    equal(s:recv(100), "hello")
end)

expect.case("ends: a reset, a close, half of one, silence", function()
    local s = through {reset_after = 3}
    s:sendall("hello")
    equal(s:recv(100), "hel")
    expect.raises("ECONNRESET", s.recv, s, 100)
    s = through {close_after = 3}
    s:sendall("hello")
    equal(s:recv(100), "hel")
    equal(s:recv(100), "")
    s = through {close_after = 0}
    equal(s:recv(100), "")
    local server = lab.peer(function(l) local c = l:accept() c:sendall("bye") c:recv(100) end)
    s = through {to = server, close_after = 3, half_close = true}
    equal(s:recv(100), "bye")
    equal(s:recv(100), "")
    s:sendall("I still speak")
    s = through {stall_after = 3}
    s:sendall("hello")
    equal(s:recv(100), "hel")
    s:settimeout(0.05)
    expect.raises("TimeoutError", s.recv, s, 100)
end)

expect.case("time: a delay, pauses, a rate", function()
    for _, options in ipairs {{delay = 0.1}, {pieces = 1, pause = 0.025}, {rate = "400bit"}} do
        local s = through(options)
        local begin = time.monotonic()
        s:sendall("hello")
        receive(s, 5)
        local took = time.monotonic() - begin
        equal(took >= 0.08 and took < 2, true)
    end
end)

expect.case("only the first connections", function()
    local relay = lab.relay {to = echo, pieces = 1, connections = 1}
    for _, count in ipairs {5, 1} do
        local s = socket.create_connection(relay.address)
        s:sendall("hello")
        equal(#receive(s, 5), count)
        s:close()
    end
end)

expect.case("families", function()
    local far = lab.echo {family = socket.AF_UNIX}
    local s = socket.socket(socket.AF_UNIX)
    s:connect(lab.relay({to = far, family = socket.AF_UNIX, pieces = {3, 3}}).address)
    s:sendall("hello world")
    equal(table.concat(receive(s, 11), "|"), "hel|lo |world")
end)

expect.case("a peer that is gone ends the connection", function()
    local s = through {to = lab.refused()}
    local fine, data = pcall(s.recv, s, 100)
    equal(fine and data or "reset", fine and "" or "reset")
end)

expect.case("values that cannot be", function()
    for _, options in ipairs {{pieces = 0}, {pieces = {}}, {delay = -1}, {close_after = -1}, {half_close = true},
    {reset_after = 1, close_after = 1}, {toward = "me"}, {rate = "fast"}} do
        options.to = echo
        expect.raises("ValueError", lab.relay, options)
    end
    expect.raises("TypeError", lab.relay, {pieces = 1})
    expect.raises("TypeError", lab.relay, {to = echo, peices = 1})
    expect.raises("TypeError", lab.relay)
end)
