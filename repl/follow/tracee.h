/*
 * tracee.h: what a stopped program has in its memory and behind its descriptors.  Floor: follow.
 *
 * Looking changes nothing for the program.  What it says of itself is not trusted: an address may be wrong, a length
 * may be huge.
 */
#ifndef SOCKRATES_FOLLOW_TRACEE_H
#define SOCKRATES_FOLLOW_TRACEE_H

#include "trace/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Copies what is there, from the beginning on; how many bytes: fewer where its memory ends. */
size_t tracee_read(pid_t process, uint64_t from, void *to, size_t length);

/* True when all of it could be read. */
bool tracee_take(pid_t process, uint64_t from, void *to, size_t length);

/* False when the kernel lets nobody look into its memory, as of prctl(2) PR_SET_DUMPABLE; `stack` is an address there.
 */
bool tracee_is_open(pid_t process, uint64_t stack);

/* The address of a process's socket, or of the other end; false when there is none. */
bool tracee_name(pid_t process, int fd, bool peer, struct address *address);

/* Calls back with each open socket of the process, and whether exec closes it. */
void tracee_sockets(pid_t process, void (*found)(void *owner, int fd, bool closes), void *owner);

/* True when it is a socket of datagrams. */
bool tracee_is_datagram(pid_t process, int fd);

/* What the kernel numbers the socket behind the descriptor with; 0 when it is none. */
uint64_t tracee_socket(pid_t process, int fd);

#endif
