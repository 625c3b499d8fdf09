-- makefile(): what is Lua's own about it; the rest is compared with Python elsewhere.
local expect = require "expect"
local ring = require "ring"

local function pair()
    local a, b = socket.socketpair()
    return a, b
end

expect.case("loops over lines", function()
    local a, b = pair()
    a:sendall("one\ntwo\nthree")
    a:close()
    local lines = {}
    local f <close> = b:makefile()
    for line in f:lines() do lines[#lines + 1] = line end
    expect.equal(lines, { "one\n", "two\n", "three" })
    b:close()
end)

expect.case("the file itself is a loop", function()
    local a, b = pair()
    a:sendall("one\ntwo\n")
    a:close()
    local lines = {}
    for line in b:makefile() do lines[#lines + 1] = line end
    expect.equal(lines, { "one\n", "two\n" })
    b:close()
end)

expect.case("a block closes its file and sends what is left", function()
    local a, b = pair()
    do
        local f <close> = a:makefile("w")
        f:write("left over")
    end
    expect.equal(b:recv(100), "left over")
    expect.truthy(a:fileno() >= 0)
    a:close()
    b:close()
end)

expect.case("a lost file sends what it can", function()
    local a, b = pair()
    a:makefile("w"):write("lost")
    collectgarbage()
    expect.equal(b:recv(100), "lost")
    a:close()
    expect.equal(b:recv(100), "")
    b:close()
end)

expect.case("a closed socket lives as long as its files", function()
    local a, b = pair()
    local f = a:makefile("rw")
    a:close()
    expect.matches(a, "%[closed%] fd=%d")
    f:write("still there")
    f:close()
    expect.equal(a:fileno(), -1)
    expect.equal(b:recv(100), "still there")
    b:close()
end)

expect.case("a block's socket with a file", function()
    local f, b
    do
        local a <close>, other = pair()
        f, b = a:makefile("rw"), other
    end
    b:send("line\n")
    expect.equal(f:readline(), "line\n")
    f:close()
    expect.equal(b:recv(1), "")
    b:close()
end)

expect.case("the file keeps the socket from the collector", function()
    local f, b
    do
        local a, other = pair()
        f, b = a:makefile(), other
    end
    collectgarbage()
    b:send("here\n")
    expect.equal(f:readline(), "here\n")
    f:close()
    b:close()
end)

expect.case("its text, fields and end", function()
    local a, b = pair()
    local f = a:makefile("rwb")
    expect.equal(tostring(f), ("<socket file fd=%d, mode='rwb'>"):format(a:fileno()))
    expect.equal({ f.mode, f.closed }, { "rwb", false })
    expect.raises("AttributeError", function() f.mode = "r" end)
    f:close()
    expect.equal(f.closed, true)
    expect.matches(f, "%[closed%]")
    expect.raises("ValueError", f.read, f)
    expect.raises("ValueError", f.write, f, "x")
    a:close()
    b:close()
end)

expect.case("a limit that ends in the middle of a line", function()
    local a, b = pair()
    a:sendall(("x"):rep(10000) .. "\nrest\n")
    local f <close> = b:makefile()
    expect.equal(#f:readline(9000), 9000)
    expect.equal(#f:readline(9000), 1001)
    expect.equal(f:readline(0), "")
    expect.equal(f:readline(), "rest\n")
    a:close()
    b:close()
end)

expect.case("a close that cannot send says so, and is a close", function()
    local a, b = pair()
    local f = a:makefile("w")
    f:write("nobody reads this")
    b:close()
    expect.raises("BrokenPipeError", f.close, f)
    expect.equal(f.closed, true)
    f:close()
    a:close()
end)

expect.case("writing more than fits without waiting", function()
    local a, b = pair()
    a:setblocking(false)
    local f = a:makefile("w")
    local err = expect.raises("BlockingIOError", f.write, f, ("x"):rep(4000000))
    expect.equal({ err.errno, err.strerror }, { errno.EAGAIN, "write could not complete without blocking" })
    expect.truthy(#b:recv(100000) > 0)
    b:close()
    expect.raises("BrokenPipeError", f.close, f)
    a:close()
end)

expect.case("a handler may not use the file that it interrupted", function()
    local a <close>, b = socket.socketpair()
    local f = a:makefile("wb")
    local inside
    ring.within(f.write, function()
        inside = { pcall(f.write, f, "x") }
        error("out", 0)
    end)
    expect.equal({ pcall(f.write, f, ("y"):rep(3000000)) }, { false, "out" })
    ring.stop()
    expect.equal({ inside[1], inside[2].class }, { false, "RuntimeError" })
    b:close()
    expect.raises("BrokenPipeError", f.close, f)
end)

expect.case("a mode may be a bytearray, as everywhere else", function()
    local a <close> = socket.socketpair()
    expect.equal(a:makefile(bytearray("wb")):writable(), true)
    expect.raises("ValueError", a.makefile, a, bytearray(4))
end)
