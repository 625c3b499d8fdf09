/*
 * observe.h: what a check sees of what ran before it.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_OBSERVE_H
#define SOCKRATES_SESSION_OBSERVE_H

#include <jansson.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evaluator;

/* A new chunk begins, which may go on with what is judged already; and it has run for so long. */
void observe_begin(lua_State *L, struct evaluator *evaluator, bool continues);
void observe_end(struct evaluator *evaluator, int64_t elapsed);

/* Something was printed. */
void observe_add_output(struct evaluator *evaluator, const char *bytes, size_t length);

/* Keeps the `count` values from index `first` on, if there are any; keeps the error value at the index. */
void observe_keep_values(lua_State *L, int first, int count);
void observe_keep_failure(lua_State *L, int index);

/* The names of what a check sees; NULL ends them. */
extern const char *const observe_names[];

/*
 * All of it as plain data, for a session that judges another one's learner; and in that session: from here on this is
 * what its checks see.  Both may raise.
 */
json_t *observe_tell(lua_State *L, struct evaluator *evaluator);
void observe_take(lua_State *L, const json_t *told);

/* Sets them in the table on top of the stack. */
void observe_offer(lua_State *L, struct evaluator *evaluator);

#endif
