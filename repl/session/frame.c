#include "session/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}

bool frame_send(int fd, enum frame_kind kind, uint64_t nonce, const char *bytes, size_t length)
{
    struct frame_head head = {(uint32_t)kind, (uint32_t)length, nonce};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, length}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t count;
    do
        count = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return false;
    size_t sent = (size_t)count;
    if (sent < sizeof head) {
        if (!write_all(fd, (char *)&head + sent, sizeof head - sent))
            return false;
        sent = sizeof head;
    }
    return write_all(fd, bytes + (sent - sizeof head), length - (sent - sizeof head));
}

static bool read_all(int fd, char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = recv(fd, bytes, length, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}

enum frame_kind frame_receive(int fd, uint64_t *nonce, struct text *bytes)
{
    struct frame_head head;
    text_clear(bytes);
    if (!read_all(fd, (char *)&head, sizeof head))
        return 0;
    *nonce = head.nonce;
    char part[4096];
    for (size_t left = head.length; left > 0;) {
        size_t size = left < sizeof part ? left : sizeof part;
        if (!read_all(fd, part, size))
            return 0;
        text_add_bytes(bytes, part, size);
        left -= size;
    }
    return head.kind;
}
