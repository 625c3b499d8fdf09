/*
 * views.h: what really happened, on request and where a lesson asks for it.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_VIEWS_H
#define SOCKRATES_TERMINAL_VIEWS_H

#include "terminal/tutor.h"
#include "translate/translate.h"

/* Commands: of the last step; "all" for the peers' calls too, for the lesson so far. */
void views_calls(struct tutor *tutor, const char *argument);
/* With words about packets, those are its arrows. */
void views_ladder(struct tutor *tutor, const char *argument);
/* "bytes", "time" or "ready"; "" for all that show anything. */
void views_chart(struct tutor *tutor, const char *argument);
/* In a lab: a line for each packet, or all of the session's in a file. */
void views_packets(struct tutor *tutor, const char *argument);
void views_program(struct tutor *tutor, const char *argument, const struct language *language);

/* After a block: the panes it asks for, and the ladder of one that talked to a peer. */
void views_panes(struct tutor *tutor, const struct block *block);

#endif
