/*
 * handles.h: which descriptors of a program are sockets.  Floor: follow.
 *
 * A table is what the kernel calls the open files of a process: threads share one, fork copies it, exec closes a part.
 * It is kept from the calls alone, so that a read from a file costs no look at the system.
 */
#ifndef SOCKRATES_FOLLOW_HANDLES_H
#define SOCKRATES_FOLLOW_HANDLES_H

#include <stdbool.h>
#include <stddef.h>

enum handle_kind {
    HANDLE_NONE,   /* no socket, as far as anybody knows */
    HANDLE_SOCKET, /* a socket */
    HANDLE_HIDDEN, /* a socket that the C library opened for itself */
    HANDLE_CLOSED, /* was a socket, and is closed */
};

struct handles;

struct handles *handles_new(void);
struct handles *handles_copy(const struct handles *handles);
struct handles *handles_share(struct handles *handles);

/* Gives back one share; NULL is fine. */
void handles_free(struct handles *handles);

enum handle_kind handles_kind(const struct handles *handles, int fd);

/* From now on it is a socket; `closes`: exec closes it. */
void handles_open(struct handles *handles, int fd, bool hidden, bool closes);
void handles_close(struct handles *handles, int fd);

/* `copy` is what `fd` is now. */
void handles_duplicate(struct handles *handles, int fd, int copy, bool closes);
void handles_set_closes(struct handles *handles, int fd, bool closes);

/* Descriptors from first to last: closed, or closed by exec. */
void handles_close_range(struct handles *handles, unsigned first, unsigned last, bool at_exec);

/* What a process has after exec: the table is its alone, and what exec closes is gone. */
struct handles *handles_exec(struct handles *handles);

/* How many are sockets that are shown. */
size_t handles_count(const struct handles *handles);

#endif
