/*
 * watch.h: how the states of TCP sockets change.  Floor: net.
 *
 * Only where a picture is wanted: in sessions.  After calls that may change a state the kernel is asked for it
 * (TCP_INFO), and for sockets that are closed already by their addresses (sock_diag).  What is recorded was
 * seen, not concluded; a state that came and went between two calls is not there.
 */
#ifndef SOCKRATES_NET_WATCH_H
#define SOCKRATES_NET_WATCH_H

#include "net/net.h"

struct net_watch;

/* Begins, and forgets what was known; ends. */
void watch_begin(struct net *net);
void watch_end(struct net *net);

/* Looks at every socket, also at those closed a while ago: at the end of a step. */
void watch_look(struct net *net);

#endif
