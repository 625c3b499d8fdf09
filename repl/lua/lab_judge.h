/*
 * lab_judge.h: rules that are functions.  Floor: lua.
 *
 * Whoever blocks in connect() cannot answer for packets: a rule runs in the wire's process, in a Lua state that has
 * nothing but Lua's own functions, little memory, and for each packet a bounded number of instructions.  What a rule
 * does wrong is told once, and the packet passes.
 */
#ifndef SOCKRATES_LUA_LAB_JUDGE_H
#define SOCKRATES_LUA_LAB_JUDGE_H

#include "lab/wire.h"

#include <lua.h>

/* For a session, and for a script, whose trouble is told on standard error too. */
extern const struct wire_judge lab_judge, lab_judge_aloud;

/*
 * Pushes the function at the index as a program: its code, where it stands, and the learner's variables that are plain
 * values, as they are now.  `call` is for the errors; TypeError and ValueError for what cannot be one.
 */
void lab_push_program(lua_State *L, int index, const char *call);

#endif
