/*
 * handlers.h: functions that signals call, and that make calls themselves.  Floor: translate.
 */
#ifndef SOCKRATES_TRANSLATE_HANDLERS_H
#define SOCKRATES_TRANSLATE_HANDLERS_H

#include "translate/program.h"

/* Finds the handlers of a part that make calls. */
void handlers_find(struct part *part);

/* Where a call is to be written; NULL: it is made by no handler of the program. */
struct code *handlers_code(struct part *part, const struct operation *operation);

/* Once all calls are written: makes equal runs one, and bodies of them. */
void handlers_finish(struct part *part);

/* The name of the handler that a sigaction(2) installed; one that makes no calls is "on_signal". */
#define HANDLER_IDLE "on_signal"
const char *handlers_name(const struct part *part, const struct operation *operation);

/* True when one of them uses the variable. */
bool handlers_use(const struct part *part, const char *name);

#endif
