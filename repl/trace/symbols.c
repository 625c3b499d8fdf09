#include "trace/symbols.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
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

const struct constant_row constant_rows[] = {
#include "constants.inc"
    {NULL, 0},
};

const size_t constant_row_count = sizeof constant_rows / sizeof *constant_rows - 1;

/* SO_J1939_... and SO_VM_... are options of other levels than SO_...: their numbers mean something else. */
static bool is_of_another_level(const char *name, const char *prefix)
{
    return strcmp(prefix, "SO_") == 0 && (strncmp(name, "SO_J1939_", 9) == 0 || strncmp(name, "SO_VM_", 6) == 0);
}

const char *constant_name_of(const char *prefix, long long value)
{
    for (const struct constant_row *row = constant_rows; row->name != NULL; row++)
        if (row->value == value && strncmp(row->name, prefix, strlen(prefix)) == 0 &&
            !is_of_another_level(row->name, prefix))
            return row->name;
    return NULL;
}

const char *error_symbol(int code)
{
    static const struct {
        int code;
        const char *name;
    } eai[] = {
        {EAI_BADFLAGS, "EAI_BADFLAGS"}, {EAI_NONAME, "EAI_NONAME"},   {EAI_AGAIN, "EAI_AGAIN"},
        {EAI_FAIL, "EAI_FAIL"},         {EAI_NODATA, "EAI_NODATA"},   {EAI_FAMILY, "EAI_FAMILY"},
        {EAI_SOCKTYPE, "EAI_SOCKTYPE"}, {EAI_SERVICE, "EAI_SERVICE"}, {EAI_ADDRFAMILY, "EAI_ADDRFAMILY"},
        {EAI_MEMORY, "EAI_MEMORY"},     {EAI_SYSTEM, "EAI_SYSTEM"},   {EAI_OVERFLOW, "EAI_OVERFLOW"},
    };
    for (size_t i = 0; code < 0 && i < sizeof eai / sizeof *eai; i++)
        if (eai[i].code == code)
            return eai[i].name;
    return code > 0 ? strerrorname_np(code) : NULL;
}
