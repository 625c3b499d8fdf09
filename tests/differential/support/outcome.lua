-- Runs the steps of scenarios in Sockrates and writes what became of each as lines of JSON: see compare.py.
local outcome = {}

local function quote(text)
    return '"' .. text:gsub('[%c"\\\128-\255]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function hex(bytes)
    return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

local shown

local function number(value)
    if value ~= value or value == math.huge or value == -math.huge then
        return "null"
    end
    return math.type(value) == "integer" and ("%d"):format(value) or ("%.17g"):format(value)
end

local function list(values, count)
    local parts = {}
    for i = 1, count do
        parts[i] = shown(values[i])
    end
    return "[" .. table.concat(parts, ", ") .. "]"
end

-- An error of ours, or one of Lua's own: a string that stands for its class.
local function raised(value)
    if type(value) ~= "table" then
        return ('{"raised": "Lua", "errno": null, "text": %s}'):format(quote(tostring(value)))
    end
    local text = value:isa(OSError) and quote(value.message) or "null"
    return ('{"raised": %s, "errno": %s, "text": %s}'):format(quote(value.class), shown(value.errno), text)
end

local objects = { ["socket.socket"] = "socket", ["socket file"] = "file" }

function shown(value)
    local kind = type(value)
    if kind == "nil" or kind == "boolean" then
        return tostring(value == nil and "null" or value)
    elseif kind == "number" then
        return number(value)
    elseif kind == "string" then
        return ('{"bytes": "%s"}'):format(hex(value))
    elseif kind == "table" and value.isa then
        return raised(value)
    elseif kind == "table" then
        return list(value, #value)
    end
    local name = (getmetatable(value) or {}).__name
    if name == "enum member" then
        return ('{"member": %s}'):format(quote(tostring(value)))
    elseif name == "bytearray" then
        return ('{"bytes": "%s"}'):format(hex(tostring(value)))
    end
    return ('{"object": %s}'):format(quote(objects[name] or name or kind))
end

-- Several results are a list, as Python's tuple is; none is nil.
local function results(fine, ...)
    if not fine then
        return raised((...))
    end
    local count = select("#", ...)
    return count == 1 and shown((...)) or count == 0 and "null" or list({ ... }, count)
end

local world = {
    nan = 0 / 0,
    inf = math.huge,
    temporary = function(name) return os.getenv("DIFFERENTIAL") .. "/" .. name end,
    abstract = function(name, length)
        local text = "\0" .. os.getenv("DIFFERENTIAL") .. "/" .. name
        return text .. ("y"):rep((length or 0) - #text)
    end,
    opened = function(name, data)
        local path = os.getenv("DIFFERENTIAL") .. "/" .. name
        local file <close> = io.open(path, "wb")
        file:write(data)
        return io.open(path, "rb")
    end,
    fail = function() error(ValueError("from a handler")) end,
    soon = function(call, interval)
        signal.setitimer(signal.ITIMER_REAL, 0.1, interval or 0)
        return call()
    end,
    all = function(values)
        local list = {}
        for i, value in ipairs(values) do list[i] = value end
        return list
    end,
}

function outcome.run(title, steps)
    local environment = setmetatable({}, { __index = function(_, name)
        local own = world[name]
        if own ~= nil then return own end
        return _G[name]
    end })
    local lines = {}
    for i, source in ipairs(steps) do
        local chunk = assert(load(source, title, "t", environment))
        local begin = time.monotonic()
        local value = results(pcall(chunk))
        lines[i] = ('{"value": %s, "took": %.6f}'):format(value, time.monotonic() - begin)
    end
    socket.setdefaulttimeout(nil)
    environment = nil
    collectgarbage()
    print(('{"title": %s, "steps": [%s]}'):format(quote(title), table.concat(lines, ", ")))
end

return outcome
