#include "lua/constants.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/rds.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>

static const struct constant_row rows[] = {
#include "constants.inc"
    {NULL, 0},
};

const struct enum_class address_family = {"AddressFamily", "AF_", false, rows};
const struct enum_class socket_kind = {"SocketKind", "SOCK_", false, rows};
const struct enum_class message_flag = {"MsgFlag", "MSG_", true, rows};
const struct enum_class address_info = {"AddressInfo", "AI_", true, rows};

static const struct enum_class *const classes[] = {&address_family, &socket_kind, &message_flag, &address_info};
#define CLASSES (sizeof classes / sizeof *classes)
#define ROWS    (sizeof rows / sizeof *rows - 1)

bool constant_push(lua_State *L, const char *name)
{
    for (size_t i = 0; i < CLASSES; i++)
        if (strcmp(classes[i]->name, name) == 0)
            return enum_push_class(L, classes[i]), true;
    if (strcmp(name, "has_ipv6") == 0)
        return lua_pushboolean(L, true), true;
    for (const struct constant_row *row = rows; row->name != NULL; row++) {
        if (strcmp(row->name, name) != 0)
            continue;
        for (size_t i = 0; i < CLASSES; i++)
            if (strncmp(name, classes[i]->prefix, strlen(classes[i]->prefix)) == 0)
                return enum_push(L, classes[i], row->value), true;
        return lua_pushinteger(L, row->value), true;
    }
    return false;
}

size_t constant_count(void)
{
    return ROWS + CLASSES + 1;
}

const char *constant_name_at(size_t index)
{
    if (index < ROWS)
        return rows[index].name;
    if (index < ROWS + CLASSES)
        return classes[index - ROWS]->name;
    return index == ROWS + CLASSES ? "has_ipv6" : NULL;
}

/* SO_J1939_... and SO_VM_... are options of other levels than SO_...: their numbers mean something else. */
static bool is_of_another_level(const char *name, const char *prefix)
{
    return strcmp(prefix, "SO_") == 0 && (strncmp(name, "SO_J1939_", 9) == 0 || strncmp(name, "SO_VM_", 6) == 0);
}

const char *constant_name_of(const char *prefix, lua_Integer value)
{
    for (const struct constant_row *row = rows; row->name != NULL; row++)
        if (row->value == value && strncmp(row->name, prefix, strlen(prefix)) == 0 &&
            !is_of_another_level(row->name, prefix))
            return row->name;
    return NULL;
}
