#include "net/interface.h"

#include <errno.h>
#include <string.h>

struct status interface_list(struct interface *list, size_t room, size_t *count)
{
    struct if_nameindex *all = if_nameindex();
    *count = 0;
    if (all == NULL)
        return status_errno("if_nameindex", errno);
    for (const struct if_nameindex *one = all; one->if_index != 0 && *count < room; one++, (*count)++) {
        list[*count] = (struct interface){.index = one->if_index};
        strncpy(list[*count].name, one->if_name, IF_NAMESIZE - 1);
    }
    if_freenameindex(all);
    return STATUS_OK;
}

unsigned interface_index(const char *name)
{
    return if_nametoindex(name);
}

struct status interface_name(unsigned index, char name[IF_NAMESIZE])
{
    return if_indextoname(index, name) != NULL ? STATUS_OK : status_errno("if_indextoname", errno);
}
