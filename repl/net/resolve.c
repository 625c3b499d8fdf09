#include "net/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

static ssize_t run_getaddrinfo(struct net_call *call)
{
    struct addrinfo hints = {.ai_family = (int)call->arg[0], .ai_socktype = SOCK_STREAM}, *list = NULL;
    int error = getaddrinfo(call->data, NULL, &hints, &list);
    if (error == 0) {
        memcpy(&call->address->storage, list->ai_addr, list->ai_addrlen);
        call->address->length = list->ai_addrlen;
        freeaddrinfo(list);
    }
    *(int *)call->more = error;
    return error == 0 || error == EAI_SYSTEM ? error : (errno = EIO, -1);
}

struct status resolve_host(struct net *net, struct net_address *address, int family, const char *host)
{
    if (address_numeric(address, family, host))
        return STATUS_OK;
    int error = 0;
    address->length = 0;
    struct net_call call = {.call = CALL_GETADDRINFO,
                            .run = run_getaddrinfo,
                            .fd = -1,
                            .arg = {family, SOCK_STREAM},
                            .address = address,
                            .data = (void *)host,
                            .length = strlen(host),
                            .more = &error};
    struct status status = net_call_once(net, &call, NULL);
    if (error == 0 || error == EAI_SYSTEM)
        return status;
    return (struct status){.kind = STATUS_NAME, .error = error, .call = "getaddrinfo"};
}
