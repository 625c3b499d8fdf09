-- echo.lua: sends back what one client after the other sends, on port 7777.
local listener = socket.create_server({"10.0.0.2", 7777})
while true do
  local client = listener:accept()
  client:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
  repeat
    local data = client:recv(65536)
    client:sendall(data)
  until data == ""
end
