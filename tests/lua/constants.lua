-- Section 2 of the table, and what is Lua's own about it; values and order are compared with Python elsewhere.
local expect = require "expect"

expect.case("members are unique objects, by value and by name", function()
    expect.truthy(rawequal(socket.AddressFamily(2), socket.AF_INET))
    expect.truthy(rawequal(socket.AddressFamily["AF_INET"], socket.AF_INET))
    expect.truthy(rawequal(socket.AddressFamily.AF_INET, socket.AF_INET))
    expect.truthy(rawequal(socket.MSG_PEEK | socket.MSG_OOB, socket.MsgFlag(3)))
end)

expect.case("members are keys of tables", function()
    local names = { [socket.AF_INET] = "four", [socket.AF_INET6] = "six" }
    expect.equal(names[socket.socket().family], "four")
    expect.equal(names[socket.AddressFamily(10)], "six")
end)

expect.case("members of two classes are equal when their values are", function()
    expect.truthy(socket.AF_UNIX == socket.SOCK_STREAM)
    expect.truthy(not rawequal(socket.AF_UNIX, socket.SOCK_STREAM))
end)

expect.case("a number is never == to a member, and .value is the way", function()
    expect.truthy(socket.AF_INET ~= 2)
    expect.truthy(socket.AF_INET.value == 2)
    expect.truthy(socket.AF_INET <= 2 and socket.AF_INET >= 2)
end)

expect.case("in text a member is its digits", function()
    expect.equal("family " .. socket.AF_INET, "family 2")
    expect.equal(socket.AF_INET .. "", "2")
    expect.equal(tostring(socket.AF_INET), "<AddressFamily.AF_INET: 2>")
    expect.equal(("%d"):format(socket.AF_INET.value), "2")
end)

expect.case("calculating with members", function()
    expect.equal(math.type(socket.AF_INET + 1), "integer")
    expect.equal(socket.SOCK_STREAM | socket.SOCK_NONBLOCK, 2049)
    expect.equal(tostring(socket.MSG_PEEK | 1), "<MsgFlag.MSG_OOB|MSG_PEEK: 3>")
    expect.equal(tostring(1 | socket.MSG_PEEK), "<MsgFlag.MSG_OOB|MSG_PEEK: 3>")
    expect.equal((~socket.MSG_PEEK & socket.MSG_PEEK).value, 0)
    expect.equal(-socket.AF_INET, -2)
    expect.equal(7 // socket.AF_INET, 3)
    expect.equal(7 % socket.AF_INET, 1)
    expect.equal(2 ^ socket.AF_INET, 4.0)
    expect.equal(1 << socket.AF_INET, 4)
end)

expect.case("comparing with something else says what can be compared", function()
    local err = expect.raises("TypeError", function() return socket.AF_INET < "x" end)
    expect.matches(err, "members and numbers")
end)

expect.case("loops go over the members in the order of their values", function()
    local last = -1
    for i, member in ipairs(socket.AddressFamily) do
        expect.truthy(member.value > last)
        expect.truthy(rawequal(socket.AddressFamily[i], member))
        last = member.value
    end
    local count = 0
    for _ in pairs(socket.AddressFamily) do count = count + 1 end
    expect.equal(count, #socket.AddressFamily)
end)

expect.case("neither members nor classes can be changed", function()
    expect.raises("AttributeError", function() socket.AF_INET.value = 3 end)
    expect.raises("AttributeError", function() socket.AddressFamily.AF_INET = 3 end)
end)

expect.case("every function takes members and integers", function()
    expect.equal(socket.socket(2, 1).family, socket.AF_INET)
    expect.equal(socket.socket(socket.AF_INET, socket.SOCK_STREAM).type, socket.SOCK_STREAM)
    local a, b = socket.socketpair()
    a:send("x")
    expect.equal(b:recv(1, 2), "x")
    expect.equal(b:recv(1, socket.MSG_PEEK), "x")
end)

expect.case("names that are not there are nil", function()
    expect.equal(socket.AF_NOTHING, nil)
    expect.raises("KeyError", function() return socket.AddressFamily.AF_NOTHING end)
end)
