-- Section 4 of the table: sockets come and go; Python's side of it is compared elsewhere.
local expect = require "expect"

expect.case("a block closes its socket", function()
    local kept
    do
        local s <close> = socket.socket()
        kept = s
        expect.truthy(s:fileno() >= 0)
    end
    expect.equal(kept:fileno(), -1)
end)

expect.case("a block that fails closes its socket and passes the error on", function()
    local kept
    expect.raises("ValueError", function()
        local s <close> = socket.socket()
        kept = s
        error(ValueError("inside"))
    end)
    expect.equal(kept:fileno(), -1)
end)

expect.case("what nobody can reach is closed", function()
    local fd = socket.socket():detach()
    socket.close(fd)
    expect.equal(socket.socket():fileno(), fd)
    collectgarbage()
    expect.raises("EBADF", socket.close, fd)
end)

expect.case("its text is Python's", function()
    local s = socket.socket()
    s:bind("127.0.0.1", 0)
    expect.equal(tostring(s), ("<socket.socket fd=%d, family=2, type=1, proto=0, laddr=('127.0.0.1', %d)>"):format(
        s:fileno(), s:getsockname()[2]))
    s:close()
    expect.equal(tostring(s), "<socket.socket [closed] fd=-1, family=2, type=1, proto=0>")
    local u <close> = socket.socket(socket.AF_UNIX)
    expect.equal(tostring(u), ("<socket.socket fd=%d, family=1, type=1, proto=0>"):format(u:fileno()))
    local six <close> = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    six:connect("::1", 9)
    expect.matches(tostring(six), "laddr=%('::1', %d+, 0, 0%), raddr=%('::1', 9, 0, 0%)>$")
end)

expect.case("the table form", function()
    local s <close> = socket.socket{ family = socket.AF_INET6, type = socket.SOCK_DGRAM }
    expect.equal(s.family, socket.AF_INET6)
    expect.equal(s.type, socket.SOCK_DGRAM)
    local t <close> = socket.socket{ fileno = socket.socket():detach() }
    expect.equal(t.proto, 6)
end)

expect.case("fields can be read, not written", function()
    local s <close> = socket.socket()
    for _, field in ipairs{ "family", "type", "proto", "timeout", "anything" } do
        expect.raises("AttributeError", function() s[field] = 1 end)
    end
    expect.equal(s.anything, nil)
end)

expect.case("a socket works in another coroutine", function()
    local a, b = socket.socketpair()
    local co = coroutine.wrap(function() coroutine.yield(b:recv(10)) end)
    a:send("through")
    expect.equal(co(), "through")
    a:close()
    b:close()
end)

expect.case("bare descriptors", function()
    local s = socket.socket()
    local copy = socket.dup(s:fileno())
    expect.truthy(copy ~= s:fileno())
    local fd = s:detach()
    socket.close(fd)
    socket.close(copy)
    expect.raises("EBADF", socket.close, fd)
    expect.raises("EBADF", socket.dup, copy)
end)
