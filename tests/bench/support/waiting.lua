-- waiting.c's server, in Sockrates' Lua.
local listener = socket.create_server({"127.0.0.1", 0}, {backlog = 1000})
local epoll = select.epoll()
local number, connections, IN = listener:fileno(), {}, select.EPOLLIN

epoll:register(listener, IN)
print(listener:getsockname()[2])
io.stdout:flush()
while true do
    for _, event in ipairs(epoll:poll()) do
        local fd = event[1]
        if fd == number then
            local connection = listener:accept()
            connections[connection:fileno()] = connection
            epoll:register(connection, IN)
        else
            local connection = connections[fd]
            local data = connection:recv(64)
            if data == "" then
                connections[fd] = nil
                connection:close()
            else
                connection:send(data)
            end
        end
    end
end
