/*
 * poll.h: poll and epoll objects.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_POLL_H
#define SOCKRATES_LUA_POLL_H

#include "lua/rows.h"

/* Rows of the select module: what makes them, and their methods. */
extern const struct function_row poll_functions[], poll_methods[], epoll_methods[];

#endif
