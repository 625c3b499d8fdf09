-- Places for datagrams: where nobody is, the kernel says so; where nobody answers, nobody does.
local expect = require "expect"
local equal = expect.equal

local function ask(place)
    local s <close> = socket.socket(place.address[3] and socket.AF_INET6 or socket.AF_INET, socket.SOCK_DGRAM)
    s:settimeout(0.2)
    s:connect(place.address)
    s:send("anybody there?")
    local fine, answer = pcall(s.recv, s, 100)
    return fine and answer or answer.class
end

local families = { socket.AF_INET, socket.has_ipv6 and socket.AF_INET6 or nil }
for _, family in ipairs(families) do
    expect.case("nobody is there, " .. tostring(family), function()
        equal(ask(lab.refused { type = socket.SOCK_DGRAM, family = family }), "ConnectionRefusedError")
    end)
    expect.case("nobody answers, " .. tostring(family), function()
        equal(ask(lab.silent { type = socket.SOCK_DGRAM, family = family }), "TimeoutError")
    end)
end

expect.case("its port stays taken", function()
    local place = lab.refused { type = socket.SOCK_DGRAM }
    local s <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    local fine, err = pcall(s.bind, s, place.address)
    equal(not fine and err.errno, errno.EADDRINUSE)
end)

expect.case("one that is not connected hears nothing of it", function()
    local s <close> = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s:settimeout(0.1)
    s:sendto("anybody there?", lab.refused { type = socket.SOCK_DGRAM }.address)
    local fine, err = pcall(s.recv, s, 100)
    equal(not fine and err.class, "TimeoutError")
end)
