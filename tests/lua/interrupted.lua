-- The first call to select(2) of a process, interrupted: valgrind, under which the descriptors are counted, must let it
-- go on too.
local expect = require "expect"
local ring = require "ring"

expect.case("select goes on under many signals, whoever watches its calls", function()
    local a, b = socket.socketpair()
    local count = 0
    ring.every(0.001, function() count = count + 1 end)
    repeat -- a machine that stands still makes one signal of many
        expect.equal({pcall(select.select, {a}, {}, {}, 0.1)}, {true, {}, {}, {}})
    until count > 1
    ring.stop()
    expect.truthy(b)
end)
