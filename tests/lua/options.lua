-- Section 10 of the table, options: what is Lua's own about them; the rest is compared with Python elsewhere.
local expect = require "expect"

expect.case("integers, booleans, members, bytes", function()
    local s <close> = socket.socket()
    local function reuse() return s:getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) end
    for _, value in ipairs{ 1, true, socket.AF_UNIX, 1.0 } do
        s:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, value)
        expect.equal(reuse(), 1)
        s:setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, false)
        expect.equal(reuse(), 0)
    end
    s:setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, string.pack("ii", 1, 5))
    expect.equal({ string.unpack("ii", s:getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)) }, { 1, 5, 9 })
    s:setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytearray(8))
    expect.equal(s:getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 4), ("\0"):rep(4))
end)

expect.case("nil as value needs a length", function()
    local s <close> = socket.socket()
    expect.raises("TypeError", s.setsockopt, s, 1, 2, nil)
    expect.raises("EINVAL", s.setsockopt, s, socket.IPPROTO_TCP, socket.TCP_NODELAY, nil, 0)
end)

expect.case("a text of digits is bytes, not a number", function()
    local s <close> = socket.socket()
    expect.raises("EINVAL", s.setsockopt, s, socket.SOL_SOCKET, socket.SO_REUSEADDR, "1")
end)
