-- expect: what a test in Lua asks for.  A case that fails is named on standard error with its place, and the
-- program ends with 1.
--
--     local expect = require "expect"
--
--     expect.case("an address in use is refused", function()
--         expect.raises("EADDRINUSE", function() other:bind(address) end)
--     end)
--
-- Every function but case() may also be used outside a case.

local expect = {}

local function show(value)
    return type(value) == "string" and string.format("%q", value) or tostring(value)
end

-- The error is raised where the test called the assertion: two levels above fail().
local function fail(format, ...)
    error(string.format(format, ...), 3)
end

-- Runs a case; cases run in the order written, at once.
function expect.case(name, body)
    local fine, trouble = xpcall(body, function(raised)
        return debug.traceback(tostring(raised), 2)
    end)
    if not fine then
        io.stderr:write("FAILED  ", name, "\n", trouble, "\n")
        os.exit(1, true)
    end
end

-- The same value: == , or tables with equal fields all the way down.
local function same(a, b)
    if a == b then
        return true
    end
    if type(a) ~= "table" or type(b) ~= "table" then
        return false
    end
    for key, value in pairs(a) do
        if not same(value, b[key]) then
            return false
        end
    end
    for key in pairs(b) do
        if a[key] == nil then
            return false
        end
    end
    return true
end

local function show_deep(value)
    if type(value) ~= "table" or getmetatable(value) then
        return show(value)
    end
    local fields = {}
    for key, field in pairs(value) do
        fields[#fields + 1] = string.format("[%s] = %s", show(key), show_deep(field))
    end
    table.sort(fields)
    return "{" .. table.concat(fields, ", ") .. "}"
end

function expect.equal(got, wanted)
    if not same(got, wanted) then
        fail("expected %s, got %s", show_deep(wanted), show_deep(got))
    end
end

function expect.truthy(value, what)
    if not value then
        fail("expected %s to hold, got %s", what or "a condition", show(value))
    end
end

-- The text (of any value) matches the Lua pattern.
function expect.matches(value, pattern)
    if not tostring(value):find(pattern) then
        fail("expected something like %s, got %s", show(pattern), show(value))
    end
end

-- True when the raised value is what `wanted` names: a class ("TimeoutError", also a parent's name), an errno
-- symbol ("ECONNREFUSED"), or else a pattern in the message of a plain error.
local function is(raised, wanted)
    if type(raised) == "string" then
        return raised:find(wanted) ~= nil
    end
    local symbol = require("errno")[wanted]
    if symbol ~= nil then
        return raised.errno == symbol
    end
    return raised.class == wanted or raised:isa(wanted)
end

-- The function raises what is named (see above); returns what was raised, for more questions.
function expect.raises(wanted, body, ...)
    local fine, raised = pcall(body, ...)
    if fine then
        fail("expected %s to be raised, but nothing was", wanted)
    end
    if not is(raised, wanted) then
        fail("expected %s to be raised, got %s", wanted, show(raised))
    end
    return raised
end

return expect
