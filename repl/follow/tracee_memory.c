#include "follow/tracee.h"

#include <errno.h>
#include <sys/uio.h>

#define PAGE UINT64_C(4096)

/* The kernel reads a part as a whole or not at all: so a part ends where a page does. */
#define PARTS 16

size_t tracee_read(pid_t process, uint64_t from, void *to, size_t length)
{
    size_t done = 0;
    while (done < length) {
        struct iovec local = {(char *)to + done, 0}, remote[PARTS];
        size_t count = 0, asked = 0;
        while (count < PARTS && done + asked < length) {
            uint64_t at = from + done + asked, page = PAGE - at % PAGE;
            size_t left = length - done - asked, part = left < page ? left : (size_t)page;
            remote[count++] = (struct iovec){(void *)(uintptr_t)at, part};
            asked += part;
        }
        local.iov_len = asked;
        ssize_t got = process_vm_readv(process, &local, 1, remote, count, 0);
        if (got <= 0)
            break;
        done += (size_t)got;
        if ((size_t)got < asked)
            break;
    }
    return done;
}

bool tracee_is_open(pid_t process, uint64_t stack)
{
    char byte;
    struct iovec local = {&byte, 1}, remote = {(void *)(uintptr_t)stack, 1};
    return process_vm_readv(process, &local, 1, &remote, 1, 0) == 1 || errno != EPERM;
}

bool tracee_take(pid_t process, uint64_t from, void *to, size_t length)
{
    return from != 0 && tracee_read(process, from, to, length) == length;
}
