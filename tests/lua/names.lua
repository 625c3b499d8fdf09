-- Sections 8 and 10: names, services, interfaces, addresses as bytes; create_connection and create_server.
-- Only what needs no name server; tests/golden/resolver.py has one that does not answer.
local expect = require "expect"

local STREAM = socket.SOCK_STREAM

expect.case("getaddrinfo of numeric hosts", function()
    local list = socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, STREAM)
    expect.equal(#list, 1)
    local family, type, proto, canonical, address = table.unpack(list[1])
    expect.truthy(rawequal(family, socket.AF_INET) and rawequal(type, STREAM))
    expect.equal({proto, canonical, address}, {6, "", {"127.0.0.1", 80}})
    expect.equal(#socket.getaddrinfo("127.0.0.1", 80), 3)
    expect.equal(socket.getaddrinfo("::1", "80", {type = STREAM})[1][5], {"::1", 80, 0, 0})
    expect.equal(socket.getaddrinfo("127.1", nil, 0, STREAM)[1][5], {"127.0.0.1", 0})
    expect.equal(socket.getaddrinfo("0x7f.1", nil, 0, STREAM)[1][5], {"127.0.0.1", 0})
    -- The port's range is not checked: 65616 is 80.
    expect.equal(socket.getaddrinfo("127.0.0.1", 65616, 0, STREAM)[1][5][2], 80)
    expect.equal(socket.getaddrinfo("::ffff:127.0.0.1", 1, socket.AF_INET6, STREAM)[1][5][1], "::ffff:127.0.0.1")
end)

expect.case("getaddrinfo without a host", function()
    local hosts = {}
    for _, found in ipairs(socket.getaddrinfo(nil, 80, {type = STREAM})) do hosts[found[5][1]] = true end
    expect.truthy(hosts["127.0.0.1"] or hosts["::1"])
    hosts = {}
    for _, found in ipairs(socket.getaddrinfo(nil, 80, {type = STREAM, flags = socket.AI_PASSIVE})) do
        hosts[found[5][1]] = true
    end
    expect.truthy(hosts["0.0.0.0"] or hosts["::"])
end)

expect.case("getaddrinfo fails with a gaierror", function()
    local function fails(symbol, ...)
        local raised = expect.raises("gaierror", socket.getaddrinfo, ...)
        expect.equal(raised.errno, socket[symbol])
        expect.truthy(raised:isa(OSError) and raised:isa(socket.gaierror))
        return raised
    end
    expect.equal(tostring(fails("EAI_NONAME", nil, nil)), "gaierror: [Errno -2] Name or service not known")
    fails("EAI_FAMILY", "127.0.0.1", 80, 99)
    fails("EAI_ADDRFAMILY", "::1", 80, socket.AF_INET)
    fails("EAI_ADDRFAMILY", "127.0.0.1", 80, socket.AF_INET6)
    fails("EAI_SERVICE", "127.0.0.1", "no such service")
    fails("EAI_NONAME", "localhost", 80, 0, 0, 0, socket.AI_NUMERICHOST)
    fails("EAI_NONAME", "127.0.0.1", "http", 0, 0, 0, socket.AI_NUMERICSERV)
    fails("EAI_BADFLAGS", "127.0.0.1", 80, 0, 0, 0, 1 << 20)
    expect.raises("TypeError", socket.getaddrinfo, "127.0.0.1")
    expect.raises("TypeError", socket.getaddrinfo, 127, 80)
    expect.raises("TypeError", socket.getaddrinfo, "127.0.0.1", 80.5)
    expect.raises("TypeError", socket.getaddrinfo, "127.0.0.1", {})
    expect.raises("TypeError", socket.getaddrinfo, "a\0b", 80)
    expect.matches(expect.raises("TypeError", socket.getaddrinfo, "127.0.0.1", 80, {famly = 2}), "'famly'")
end)

expect.case("names of /etc/hosts", function()
    expect.equal(socket.gethostbyname("localhost"), "127.0.0.1")
    local list = socket.getaddrinfo("localhost", 80, socket.AF_INET, STREAM, 0, socket.AI_CANONNAME)
    expect.equal({list[1][4] ~= "", list[1][5]}, {true, {"127.0.0.1", 80}})
    local name, aliases, addresses = socket.gethostbyname_ex("localhost")
    expect.equal({name ~= "", type(aliases), addresses[1]}, {true, "table", "127.0.0.1"})
    name, aliases, addresses = socket.gethostbyaddr("127.0.0.1")
    expect.equal({type(name), type(aliases), addresses}, {"string", "table", {"127.0.0.1"}})
    -- Sockets take names too.
    local listener = socket.socket()
    listener:bind("localhost", 0)
    expect.equal(listener:getsockname()[1], "127.0.0.1")
end)

expect.case("gethostbyname", function()
    expect.equal(socket.gethostbyname("127.0.0.1"), "127.0.0.1")
    expect.equal(socket.gethostbyname(""), "0.0.0.0")
    expect.equal(socket.gethostbyname("<broadcast>"), "255.255.255.255")
    expect.equal({socket.gethostbyname_ex("127.0.0.1")}, {"127.0.0.1", {}, {"127.0.0.1"}})
    expect.raises("gaierror", socket.gethostbyname, "::1")
    expect.raises("TypeError", socket.gethostbyname)
    expect.raises("TypeError", socket.gethostbyname, 5)
end)

expect.case("names of this machine", function()
    local name = socket.gethostname()
    expect.truthy(#name > 0)
    expect.truthy(#socket.getfqdn() > 0)
    expect.equal(#socket.getfqdn(""), #socket.getfqdn())
end)

expect.case("getnameinfo", function()
    local numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    expect.equal({socket.getnameinfo({"127.0.0.1", 80}, numeric)}, {"127.0.0.1", "80"})
    expect.equal({socket.getnameinfo({"::1", 80}, numeric)}, {"::1", "80"})
    expect.equal({socket.getnameinfo({"::1", 80, 0, 0}, numeric)}, {"::1", "80"})
    expect.equal(select(2, socket.getnameinfo({"127.0.0.1", 80}, socket.NI_NUMERICSERV)), "80")
    expect.equal(expect.raises("gaierror", socket.getnameinfo, {"localhost", 80}, 0).errno, socket.EAI_NONAME)
    expect.equal(expect.raises("OSError", socket.getnameinfo, {"127.0.0.1", 80, 0}, 0).errno, nil)
    expect.raises("TypeError", socket.getnameinfo, {"127.0.0.1"}, 0)
    expect.raises("TypeError", socket.getnameinfo, {"127.0.0.1", "80"}, 0)
    expect.raises("TypeError", socket.getnameinfo, {"127.0.0.1", 80})
    expect.raises("TypeError", socket.getnameinfo, "127.0.0.1", 0)
    expect.raises("OverflowError", socket.getnameinfo, {"::1", 80, 1 << 20}, 0)
end)

expect.case("addresses as bytes", function()
    expect.equal(socket.inet_aton("127.0.0.1"), "\127\0\0\1")
    expect.equal(socket.inet_aton("127.1"), "\127\0\0\1")
    expect.equal(socket.inet_ntoa("\192\0\2\1"), "192.0.2.1")
    expect.equal(socket.inet_pton(socket.AF_INET, "1.2.3.4"), "\1\2\3\4")
    expect.equal(socket.inet_pton(socket.AF_INET6, "::1"), ("\0"):rep(15) .. "\1")
    expect.equal(socket.inet_ntop(socket.AF_INET6, ("\0"):rep(15) .. "\1"), "::1")
    for _, call in ipairs{{socket.inet_aton, "x"}, {socket.inet_ntoa, "x"}, {socket.inet_pton, 2, "127.1"}} do
        expect.equal(expect.raises("OSError", table.unpack(call)).errno, nil)
    end
    expect.raises("EAFNOSUPPORT", socket.inet_pton, socket.AF_UNIX, "x")
    expect.raises("ValueError", socket.inet_ntop, socket.AF_UNIX, "x")
    expect.raises("ValueError", socket.inet_ntop, socket.AF_INET, "x")
    expect.raises("TypeError", socket.inet_aton, 5)
end)

expect.case("byte order", function()
    expect.equal({socket.htons(0x1234), socket.ntohs(0x3412)}, {0x3412, 0x1234})
    expect.equal({socket.htonl(0x12345678), socket.ntohl(0x78563412)}, {0x78563412, 0x12345678})
    expect.equal({socket.htons(0), socket.htonl(0xffffffff)}, {0, 0xffffffff})
    for _, name in ipairs{"htons", "ntohs", "htonl", "ntohl"} do
        local most = name:sub(-1) == "s" and 0xffff or 0xffffffff
        expect.equal(socket[name](most), most)
        expect.raises("OverflowError", socket[name], -1)
        expect.raises("OverflowError", socket[name], most + 1)
        expect.raises("TypeError", socket[name], "1")
        expect.raises("TypeError", socket[name], 1.5)
        expect.raises("TypeError", socket[name])
    end
end)

expect.case("services and protocols", function()
    -- Minimal machines have no /etc/services.
    if pcall(socket.getservbyname, "http") then
        expect.equal(socket.getservbyname("http", "tcp"), 80)
        expect.equal(socket.getservbyport(80), "http")
        expect.equal(socket.getservbyport(80, "tcp"), "http")
    end
    if pcall(socket.getprotobyname, "tcp") then
        expect.equal(socket.getprotobyname("tcp"), socket.IPPROTO_TCP)
    end
    expect.matches(expect.raises("OSError", socket.getservbyname, "no such thing"), "service/proto not found")
    expect.matches(expect.raises("OSError", socket.getservbyport, 1, "nothing"), "port/proto not found")
    expect.matches(expect.raises("OSError", socket.getprotobyname, "no such thing"), "protocol not found")
    expect.raises("OverflowError", socket.getservbyport, 65536)
    expect.raises("OverflowError", socket.getservbyport, -1)
    expect.raises("TypeError", socket.getservbyname, 80)
end)

expect.case("interfaces", function()
    local index = socket.if_nametoindex("lo")
    expect.equal(socket.if_indextoname(index), "lo")
    local found = false
    for _, one in ipairs(socket.if_nameindex()) do
        found = found or (one[1] == index and one[2] == "lo")
    end
    expect.truthy(found, "lo among the interfaces")
    expect.matches(expect.raises("OSError", socket.if_nametoindex, "nonesuch0"), "no interface with this name")
    expect.raises("ENXIO", socket.if_indextoname, 1 << 30)
    expect.raises("OverflowError", socket.if_indextoname, -1)
end)

expect.case("room for ancillary data", function()
    expect.equal({socket.CMSG_LEN(4), socket.CMSG_SPACE(4)}, {20, 24})
    expect.raises("OverflowError", socket.CMSG_LEN, -1)
    expect.raises("OverflowError", socket.CMSG_SPACE, 1 << 40)
    expect.raises("TypeError", socket.CMSG_LEN, "4")
end)

expect.case("create_connection", function()
    local listener = socket.create_server{"127.0.0.1", 0}
    local address = listener:getsockname()
    expect.equal(socket.create_connection(address):gettimeout(), nil)
    expect.equal(socket.create_connection(address, 3):gettimeout(), 3.0)
    socket.setdefaulttimeout(7)
    expect.equal(socket.create_connection(address):gettimeout(), 7.0)
    -- nil given is none, nothing given is the default.
    expect.equal(socket.create_connection(address, nil):gettimeout(), nil)
    expect.equal(socket.create_connection(address, {timeout = 2}):gettimeout(), 2.0)
    socket.setdefaulttimeout(nil)
    local s = socket.create_connection("localhost", address[2], {source_address = {"127.0.0.1", 0}})
    expect.equal(s:getpeername(), address)
    s = socket.create_connection(address, 2, {"127.0.0.1", 0})
    expect.equal({s:gettimeout(), s:getpeername()}, {2.0, address})
end)

expect.case("create_connection fails with the last error, or all", function()
    local address = lab.refused().address
    expect.raises("ECONNREFUSED", socket.create_connection, address)
    expect.raises("TimeoutError", socket.create_connection, lab.silent().address, 0.05)
    local group = expect.raises("ExceptionGroup", socket.create_connection, address, {all_errors = true})
    expect.equal({#group.exceptions, group.exceptions[1].errno}, {1, errno.ECONNREFUSED})
    expect.matches(group, "create_connection failed")
    expect.raises("gaierror", socket.create_connection, {"127.0.0.1", "no such service"})
    expect.raises("ValueError", socket.create_connection, {"127.0.0.1"})
    local four = expect.raises("ValueError", socket.create_connection, {"::1", 80, 0, 0})
    expect.matches(four, "address%[1%] and address%[2%]")
    expect.raises("TypeError", socket.create_connection)
    expect.raises("TypeError", socket.create_connection, address, "soon")
    expect.raises("ValueError", socket.create_connection, address, -1)
    expect.raises("TypeError", socket.create_connection, address, {tiemout = 1})
    expect.raises("EADDRNOTAVAIL", socket.create_connection, address, 1, {"192.0.2.1", 0})
end)

expect.case("a handler's error leaves create_connection at once", function()
    local address = lab.silent().address
    signal.signal(signal.SIGALRM, function() error(OSError(1, "mine")) end)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    expect.matches(expect.raises("EPERM", socket.create_connection, address), "mine")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
end)

expect.case("create_server", function()
    local listener = socket.create_server({"127.0.0.1", 0}, {backlog = 1})
    expect.equal(listener:getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), 1)
    expect.equal(listener:getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), 1)
    local raised = expect.raises("EADDRINUSE", socket.create_server, listener:getsockname())
    expect.matches(raised, "Address already in use %(while attempting to bind on address 127.0.0.1:%d+%)")
    local first = socket.create_server({"127.0.0.1", 0}, {reuse_port = true})
    socket.create_server(first:getsockname(), {reuse_port = true}):close()
    expect.raises("ValueError", socket.create_server, {"127.0.0.1", 0}, {dualstack_ipv6 = true})
    expect.raises("TypeError", socket.create_server, {"127.0.0.1", 0}, {reuse = true})
    expect.raises("TypeError", socket.create_server, {"127.0.0.1", 0}, 5)
    expect.raises("OverflowError", socket.create_server, {"127.0.0.1", 65536})
    expect.raises("TypeError", socket.create_server)
end)

expect.case("create_server for IPv6, alone and with IPv4", function()
    expect.equal(socket.has_ipv6, true)
    if not socket.has_dualstack_ipv6() then
        return print("skipped: no IPv6 on this machine")
    end
    local alone = socket.create_server({"::1", 0}, {family = socket.AF_INET6})
    expect.equal(alone:getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY), 1)
    expect.equal(socket.create_connection(alone:getsockname()[1], alone:getsockname()[2]):getpeername()[1], "::1")
    local both = socket.create_server({"", 0}, {family = socket.AF_INET6, dualstack_ipv6 = true})
    expect.equal(both:getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY), 0)
    local s = socket.create_connection("127.0.0.1", both:getsockname()[2])
    expect.equal(both:accept():getpeername()[1], "::ffff:127.0.0.1")
    s:close()
end)
