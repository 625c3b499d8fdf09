-- Section 9 of the table: what is Lua's own about data; the rest is compared with Python elsewhere.
local expect = require "expect"

expect.case("a bytearray", function()
    local b = bytearray(4)
    expect.equal(#b, 4)
    expect.equal(tostring(b), "\0\0\0\0")
    b[1], b[4] = 65, 255
    expect.equal({ b[1], b[2], b[4], b[5], b[0] }, { 65, 0, 255 })
    expect.equal(b:sub(1, 1), "A")
    expect.equal(b:sub(-1), "\255")
    expect.equal(b:sub(3, 2), "")
    expect.equal(b:sub(-100, 100), "A\0\0\255")
    expect.equal(tostring(bytearray("text")), "text")
    expect.equal(tostring(bytearray{ 104, 105 }), "hi")
    expect.truthy(bytearray("x") == bytearray("x"))
    expect.truthy(bytearray("x") ~= bytearray("y"))
    expect.equal(#bytearray(), 0)
    expect.truthy(rawequal(bytearray, socket.bytearray))
    for _, wrong in ipairs{ 256, -1 } do
        expect.raises("ValueError", function() b[1] = wrong end)
    end
    expect.raises("IndexError", function() b[5] = 1 end)
    expect.raises("TypeError", function() b[1] = "x" end)
    expect.raises("AttributeError", function() b.x = 1 end)
    expect.raises("ValueError", bytearray, -1)
    expect.raises("TypeError", bytearray, 1.5)
    expect.raises("TypeError", b.sub, b, "x")
end)

expect.case("receiving into it", function()
    local a, b = socket.socketpair()
    local _ <close> = a
    local _ <close> = b
    local buffer = bytearray(5)
    a:send("hello world")
    expect.equal(b:recv_into(buffer), 5)
    expect.equal(buffer:sub(), "hello")
    a:send(buffer)
    expect.equal(b:recv(100), " worldhello")
end)

expect.case("sendto takes the address as one argument", function()
    local s <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s:bind("127.0.0.1", 0)
    expect.equal(s:sendto("x", s:getsockname()), 1)
    expect.equal(s:sendto("y", 0, s:getsockname()), 1)
    local data, from = s:recvfrom(10)
    expect.equal({ data, from }, { "x", s:getsockname() })
    expect.matches(expect.raises("TypeError", s.sendto, s, "x", "127.0.0.1", 9), "must be a table")
end)

-- A file that is really one, for sendfile: a part, the rest, and where the file stands afterwards.
expect.case("sendfile", function()
    local a, b = socket.socketpair()
    local _ <close> = a
    local _ <close> = b
    local path = os.tmpname()
    local file <close> = io.open(path, "w+")
    os.remove(path)
    file:write("0123456789")
    expect.equal(a:sendfile(file), 10)
    expect.equal(b:recv(100), "0123456789")
    expect.equal(a:sendfile(file, 2, 3), 3)
    expect.equal(b:recv(100), "234")
    expect.equal(file:read("a"), "56789")
    expect.equal(a:sendfile(file, 20), 0)
    expect.raises("ValueError", a.sendfile, a, file, 0, 0)
    expect.raises("ValueError", a.sendfile, a, file, -1)
    a:setblocking(false)
    expect.raises("ValueError", a.sendfile, a, file)
    local u <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    expect.raises("ValueError", u.sendfile, u, file)
end)

expect.case("more than one system call's worth", function()
    local p = lab.peer(function(l)
        local conn = l:accept()
        local total, part = 0, conn:recv(100000)
        while #part > 0 do
            total = total + #part
            part = conn:recv(100000)
        end
        conn:sendall(tostring(total))
    end)
    local s <close> = socket.socket()
    s:connect(p.address)
    s:sendall(("x"):rep(3000000))
    s:shutdown(socket.SHUT_WR)
    expect.equal(s:recv(100), "3000000")
end)

expect.case("a timeout that a slow reader stretches ends sendall all the same", function()
    local p = lab.peer(function(l)
        local conn = l:accept()
        for _ = 1, 100 do
            if #conn:recv(4096) == 0 then return end
            time.sleep(0.05)
        end
    end)
    local s <close> = socket.socket()
    s:connect(p.address)
    s:settimeout(0.3)
    expect.raises("TimeoutError", s.sendall, s, ("x"):rep(20000000))
    p:stop()
end)

expect.case("a message's descriptors are the receiver's", function()
    local a, b = socket.socketpair()
    local _ <close> = a
    local _ <close> = b
    local s <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    socket.send_fds(a, { "with ", "descriptors" }, { s:fileno(), a:fileno() })
    local data, fds, flags, from = socket.recv_fds(b, 100, 10)
    expect.equal({ data, #fds, flags, from }, { "with descriptors", 2, 0 })
    local copy <close> = socket.socket{ fileno = fds[1] }
    expect.equal(copy.type, socket.SOCK_DGRAM)
    socket.close(fds[2])
end)

expect.case("a table that lies about its length", function()
    local a <close> = socket.socketpair()
    local lengths = 0
    local liar = setmetatable({}, {
        __len = function() lengths = lengths + 1; return lengths end,
        __index = function() return { 1, 1, ("x"):rep(100) } end,
    })
    expect.raises("ValueError", a.sendmsg, a, { "x" }, liar)
    for _, length in ipairs{ -1, math.mininteger, math.maxinteger } do
        liar = setmetatable({}, { __len = function() return length end, __index = function() return 1 end })
        expect.raises("ValueError", bytearray, liar)
        expect.raises("ValueError", a.sendmsg, a, liar)
        expect.raises("ValueError", a.recvmsg_into, a, liar)
        expect.raises("ValueError", socket.send_fds, a, { "x" }, liar)
        expect.raises("ValueError", select.select, liar, {}, {})
        expect.raises("ValueError", a.connect, socket.socket(), liar)
    end
end)
