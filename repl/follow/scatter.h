/*
 * scatter.h: calls whose bytes lie in several places: struct iovec, struct msghdr, descriptors that travel.  Floor:
 * follow.
 */
#ifndef SOCKRATES_FOLLOW_SCATTER_H
#define SOCKRATES_FOLLOW_SCATTER_H

#include "follow/invocation.h"
#include "trace/event.h"

/* Before the call, then after it; as the rows of syscalls.c need them. */
bool scatter_enter_send(const struct invocation *call, struct event *event);
bool scatter_enter_receive(const struct invocation *call, struct event *event);
void scatter_leave_receive(const struct invocation *call, struct event *event);
bool scatter_enter_readv(const struct invocation *call, struct event *event);
void scatter_leave_readv(const struct invocation *call, struct event *event);
bool scatter_enter_writev(const struct invocation *call, struct event *event);

/* Calls back with each descriptor that the message of sendmsg(2) or recvmsg(2) carries (SCM_RIGHTS). */
typedef void scatter_visit(void *owner, int fd);
void scatter_rights(const struct invocation *call, scatter_visit *visit, void *owner);

#endif
