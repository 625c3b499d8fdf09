#include "session/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct header {
    uint32_t kind, length;
};

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

bool frame_send(int fd, enum frame_kind kind, const char *bytes, size_t length)
{
    struct header header = {(uint32_t)kind, (uint32_t)length};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)bytes, length}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t count;
    do
        count = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return false;
    size_t sent = (size_t)count;
    if (sent < sizeof header) {
        if (!write_all(fd, (char *)&header + sent, sizeof header - sent))
            return false;
        sent = sizeof header;
    }
    return write_all(fd, bytes + (sent - sizeof header), length - (sent - sizeof header));
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

enum frame_kind frame_receive(int fd, struct text *bytes)
{
    struct header header;
    text_clear(bytes);
    if (!read_all(fd, (char *)&header, sizeof header))
        return 0;
    char part[4096];
    for (size_t left = header.length; left > 0;) {
        size_t size = left < sizeof part ? left : sizeof part;
        if (!read_all(fd, part, size))
            return 0;
        text_add_bytes(bytes, part, size);
        left -= size;
    }
    return header.kind;
}

enum frame_kind frame_next(const struct text *arrived, size_t *at, const char **bytes, size_t *length)
{
    struct header header;
    size_t left = arrived->length - *at;
    if (left < sizeof header)
        return 0;
    memcpy(&header, arrived->bytes + *at, sizeof header);
    if (left - sizeof header < header.length)
        return 0;
    *bytes = arrived->bytes + *at + sizeof header;
    *length = header.length;
    *at += sizeof header + header.length;
    return header.kind;
}
