#include "lua/arguments.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "net/interface.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <sys/socket.h>

/* --- addresses as bytes --------------------------------------------------------------------------------- */

static int text_to_inet(lua_State *L)
{
    struct in_addr address;
    argument_count(L, 1, 1, "socket.inet_aton(text)");
    if (inet_aton(argument_word(L, 1, "the address"), &address) == 0)
        return error_throw(L, "OSError", "illegal IP address string passed to inet_aton");
    lua_pushlstring(L, (const char *)&address, sizeof address);
    return 1;
}

static int inet_to_text(lua_State *L)
{
    char text[INET_ADDRSTRLEN];
    size_t length;
    argument_count(L, 1, 1, "socket.inet_ntoa(bytes)");
    const char *bytes = argument_bytes(L, 1, "the packed address", &length);
    if (length != sizeof(struct in_addr))
        return error_throw(L, "OSError", "packed IP wrong length for inet_ntoa");
    lua_pushstring(L, inet_ntop(AF_INET, bytes, text, sizeof text));
    return 1;
}

/* The bytes an address of the family takes; 0 for families that have no text. */
static size_t packed_length(int family)
{
    return family == AF_INET ? sizeof(struct in_addr) : family == AF_INET6 ? sizeof(struct in6_addr) : 0;
}

static int text_to_address(lua_State *L)
{
    argument_count(L, 2, 2, "socket.inet_pton(family, text)");
    int family = argument_integer(L, 1, "the family");
    const char *text = argument_word(L, 2, "the address");
    char packed[sizeof(struct in6_addr)];
    if (packed_length(family) == 0)
        return error_raise(L, status_errno("inet_pton", EAFNOSUPPORT));
    if (inet_pton(family, text, packed) != 1)
        return error_throw(L, "OSError", "illegal IP address string passed to inet_pton");
    lua_pushlstring(L, packed, packed_length(family));
    return 1;
}

static int address_to_text(lua_State *L)
{
    char text[INET6_ADDRSTRLEN];
    size_t length;
    argument_count(L, 2, 2, "socket.inet_ntop(family, bytes)");
    int family = argument_integer(L, 1, "the family");
    const char *packed = argument_bytes(L, 2, "the packed address", &length);
    if (packed_length(family) == 0)
        return error_throw(L, "ValueError", "unknown address family %d", family);
    if (length != packed_length(family))
        return error_throw(L, "ValueError", "invalid length of packed IP address string");
    lua_pushstring(L, inet_ntop(family, packed, text, sizeof text));
    return 1;
}

/* --- byte order ----------------------------------------------------------------------------------------- */

static uint32_t unsigned_argument(lua_State *L, const char *call, int bits)
{
    lua_Integer value;
    argument_count(L, 1, 1, call);
    if (!enum_integer(L, 1, &value))
        error_throw(L, "TypeError", "%s() takes an integer, not %s", call, argument_kind(L, 1));
    if (value < 0)
        error_throw(L, "OverflowError", "%s: can't convert a negative number to %d-bit unsigned integer", call, bits);
    if (value >> bits != 0)
        error_throw(L, "OverflowError", "%s: the number is too large for a %d-bit unsigned integer", call, bits);
    return (uint32_t)value;
}

static int convert_htons(lua_State *L)
{
    lua_pushinteger(L, htons((uint16_t)unsigned_argument(L, "htons", 16)));
    return 1;
}

static int convert_ntohs(lua_State *L)
{
    lua_pushinteger(L, ntohs((uint16_t)unsigned_argument(L, "ntohs", 16)));
    return 1;
}

static int convert_htonl(lua_State *L)
{
    lua_pushinteger(L, htonl(unsigned_argument(L, "htonl", 32)));
    return 1;
}

static int convert_ntohl(lua_State *L)
{
    lua_pushinteger(L, ntohl(unsigned_argument(L, "ntohl", 32)));
    return 1;
}

/* --- services and protocols ----------------------------------------------------------------------------- */

static const char *optional_protocol(lua_State *L, int index)
{
    return lua_isnoneornil(L, index) ? NULL : argument_word(L, index, "the protocol");
}

static int service_by_name(lua_State *L)
{
    argument_count(L, 1, 2, "socket.getservbyname(name, protocol)");
    const struct servent *service = getservbyname(argument_word(L, 1, "the service"), optional_protocol(L, 2));
    if (service == NULL)
        return error_throw(L, "OSError", "service/proto not found");
    lua_pushinteger(L, ntohs((uint16_t)service->s_port));
    return 1;
}

static int service_by_port(lua_State *L)
{
    argument_count(L, 1, 2, "socket.getservbyport(port, protocol)");
    int port = argument_integer(L, 1, "the port");
    if (port < 0 || port > 65535)
        return error_throw(L, "OverflowError", "getservbyport: port must be 0-65535.");
    const struct servent *service = getservbyport(htons((uint16_t)port), optional_protocol(L, 2));
    if (service == NULL)
        return error_throw(L, "OSError", "port/proto not found");
    lua_pushstring(L, service->s_name);
    return 1;
}

static int protocol_by_name(lua_State *L)
{
    argument_count(L, 1, 1, "socket.getprotobyname(name)");
    const struct protoent *protocol = getprotobyname(argument_word(L, 1, "the protocol"));
    if (protocol == NULL)
        return error_throw(L, "OSError", "protocol not found");
    lua_pushinteger(L, protocol->p_proto);
    return 1;
}

/* --- interfaces ----------------------------------------------------------------------------------------- */

#define MOST_INTERFACES 256

static int list_interfaces(lua_State *L)
{
    argument_count(L, 0, 0, "socket.if_nameindex()");
    struct interface list[MOST_INTERFACES];
    size_t count;
    error_check(L, interface_list(list, MOST_INTERFACES, &count));
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushinteger(L, list[i].index);
        lua_pushstring(L, list[i].name);
        push_list(L, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int interface_to_index(lua_State *L)
{
    argument_count(L, 1, 1, "socket.if_nametoindex(name)");
    unsigned index = interface_index(argument_word(L, 1, "the interface"));
    if (index == 0)
        return error_throw(L, "OSError", "no interface with this name");
    lua_pushinteger(L, index);
    return 1;
}

static int index_to_interface(lua_State *L)
{
    argument_count(L, 1, 1, "socket.if_indextoname(index)");
    char name[IF_NAMESIZE];
    lua_Integer index;
    if (!enum_integer(L, 1, &index))
        index = argument_integer(L, 1, "the index");
    if (index < 0)
        return error_throw(L, "OverflowError", "an interface's index is not negative");
    /* No interface has an index that does not fit. */
    error_check(L, interface_name(index > UINT_MAX ? 0 : (unsigned)index, name));
    lua_pushstring(L, name);
    return 1;
}

/* --- the rows ------------------------------------------------------------------------------------------- */

const struct function_row socket_number_functions[] = {
    {"inet_aton", text_to_inet},
    {"inet_ntoa", inet_to_text},
    {"inet_pton", text_to_address},
    {"inet_ntop", address_to_text},
    {"htons", convert_htons},
    {"ntohs", convert_ntohs},
    {"htonl", convert_htonl},
    {"ntohl", convert_ntohl},
    {"getservbyname", service_by_name},
    {"getservbyport", service_by_port},
    {"getprotobyname", protocol_by_name},
    {"if_nameindex", list_interfaces},
    {"if_nametoindex", interface_to_index},
    {"if_indextoname", index_to_interface},
    {NULL, NULL},
};
