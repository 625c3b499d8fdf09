-- The small web server: what it answers, and whether the connection stays.
local expect = require "expect"

-- Reads one answer: its status, its head and its body, which `bodiless` answers do not have.
local function answer(s, bodiless)
    local head = ""
    repeat
        local part = s:recv(1)
        expect.truthy(part ~= "")
        head = head .. part
    until head:find("\r\n\r\n", 1, true)
    local length, body = tonumber(head:match("Content%-Length: (%d+)")), ""
    while not bodiless and #body < length do body = body .. s:recv(length - #body) end
    return head:match("^HTTP/1%.1 (%d+)"), head, body
end

local server = lab.web()
local rows = {
    { "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", "200", "Hello from", true },
    { "GET / HTTP/1.1\nhost:a\n\n", "200", "<!doctype", true },
    { "GET /?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", "200", "<!doctype", true },
    { "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200", "", true },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200", "<!doctype", false },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close\r\n\r\n", "200", "<!doctype", false },
    { "GET / HTTP/1.0\r\n\r\n", "200", "<!doctype", false },
    { "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200", "<!doctype", true },
    { "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "404", "There is no", true },
    { "HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n", "404", "", true },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", "405", "Only GET", false },
    { "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405", "Only GET", true },
    { "GET / HTTP/1.1\r\n\r\n", "400", "That is no", false },
    { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "400", "That is no", false },
    { "GET /\r\n\r\n", "400", "That is no", false },
    { "hello\r\n\r\n", "400", "That is no", false },
    { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false },
    { "GET HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false },
    { " / HTTP/1.1\r\nHost: a\r\n\r\n", "400", "That is no", false },
    { "\r\n", "400", "That is no", false },
    { ("x"):rep(8192), "431", "The head", false },
}

expect.case("every request has its answer", function()
    for _, row in ipairs(rows) do
        local request, status, begins, stays = table.unpack(row)
        local s = socket.create_connection(server.address)
        s:settimeout(10)
        s:sendall(request)
        local code, head, body = answer(s, begins == "")
        expect.equal(code .. " " .. request, status .. " " .. request)
        expect.equal(body:sub(1, #begins), begins)
        expect.equal(head:match("Connection: ([%w-]+)"), stays and "keep-alive" or "close")
        if stays then
            s:sendall("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            expect.equal(answer(s), "200")
        else
            expect.equal(s:recv(1), "")
        end
        s:close()
    end
end)

expect.case("a request may come in any pieces, and several in one", function()
    local s = socket.create_connection(server.address)
    local request = "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"
    s:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for i = 1, #request do s:sendall(request:sub(i, i)) end
    expect.equal(answer(s), "200")
    s:sendall(request .. request:sub(1, 10))
    expect.equal(answer(s), "200")
    s:sendall(request:sub(11) .. "HEAD / HTTP/1.0\r\n\r\n")
    expect.equal(answer(s), "200")
    expect.equal(answer(s, true), "200")
    expect.equal(s:recv(1), "")
end)

expect.case("who leaves in the middle disturbs nobody", function()
    local s = socket.create_connection(server.address)
    s:sendall("GET / HT")
    s:close()
    s = socket.create_connection(server.address)
    s:sendall("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    expect.equal(answer(s), "200")
    expect.truthy(server:alive())
end)

expect.case("datagrams are no streams", function()
    expect.raises("ValueError", function() lab.web { type = socket.SOCK_DGRAM } end)
    expect.raises("TypeError", function() lab.web { pages = 3 } end)
end)
