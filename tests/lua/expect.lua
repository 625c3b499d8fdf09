-- The assertions themselves: each holds when it should, and fails, with its place, when it should.

local expect = require "expect"

local function fails(pattern, assertion, ...)
    local fine, message = pcall(assertion, ...)
    assert(not fine, "an assertion that should fail did not")
    assert(tostring(message):find(pattern), "the wrong complaint: " .. tostring(message))
end

expect.case("equal compares tables to the ground", function()
    expect.equal({1, {a = "x"}}, {1, {a = "x"}})
    fails("expected 2, got 1", expect.equal, 1, 2)
    fails('expected "1", got 1', expect.equal, 1, "1")
    fails("expected", expect.equal, {1, {a = "x"}}, {1, {a = "y"}})
    fails("expected", expect.equal, {1, 2}, {1})
    fails("expected", expect.equal, {1}, {1, 2})
end)

expect.case("truthy and matches", function()
    expect.truthy(0)
    fails("expected a peer to hold, got nil", expect.truthy, nil, "a peer")
    expect.matches("port 80", "%d+")
    fails("expected something like", expect.matches, "port", "%d+")
end)

expect.case("raises knows classes, parents, errno symbols and plain messages", function()
    local function refuse()
        local s <close> = socket.socket()
        s:connect(lab.refused().address)
    end
    expect.raises("ConnectionRefusedError", refuse)
    expect.raises("OSError", refuse)
    expect.equal(expect.raises("ECONNREFUSED", refuse).errno, errno.ECONNREFUSED)
    expect.raises("went wrong", error, "it went wrong")
    fails("expected TimeoutError to be raised, got", expect.raises, "TimeoutError", refuse)
    fails("expected EPIPE to be raised, got", expect.raises, "EPIPE", refuse)
    fails("but nothing was", expect.raises, "OSError", function() end)
end)

expect.case("a case that fails is named with its place and ends the program with 1", function()
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write('local expect = require "expect"\nexpect.case("two is one", function()\n',
        '    expect.equal(2, 1)\nend)\nprint("not reached")\n')
    file:close()
    local program = io.popen(string.format("'%s' run %s 2>&1", os.getenv "SOCKRATES", name))
    local said = program:read "a"
    local _, _, status = program:close()
    os.remove(name)
    expect.equal(status, 1)
    expect.matches(said, "FAILED  two is one")
    expect.matches(said, name:gsub("%p", "%%%0") .. ":3: expected 1, got 2")
    expect.truthy(not said:find "not reached", "the end of the program")
end)
