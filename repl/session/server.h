/*
 * server.h: a server of the learner's that a check has started.  Floor: session.
 *
 * A function gets its listener and runs as a peer; a program gets the host and the port where it is to listen.  To the
 * check both are the same.
 */
#ifndef SOCKRATES_SESSION_SERVER_H
#define SOCKRATES_SESSION_SERVER_H

#include "session/evaluator.h"

#include <lua.h>

/*
 * The function at index 1, or nil for the program, with the options of lab.peer() at index 2: gives back the server, or
 * nil and why it does not listen.
 */
int server_start(lua_State *L, struct evaluator *evaluator);

#endif
