/* Timelines from text, see tests/golden/ladder/README.md. */
#ifndef TESTS_MADE_EVENTS_H
#define TESTS_MADE_EVENTS_H

#include "session/outcome.h"

/* The outcome with these events; free with outcome_free(). */
struct outcome *made_events(const char *text);

#endif
