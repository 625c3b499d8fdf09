/*
 * looking.h: :sockets, :peers, :vars, :save.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LOOKING_H
#define SOCKRATES_TERMINAL_LOOKING_H

#include "terminal/tutor.h"

void looking_sockets(struct tutor *tutor);
void looking_peers(struct tutor *tutor);
void looking_vars(struct tutor *tutor);
void looking_save(struct tutor *tutor, const char *argument);
void looking_why(struct tutor *tutor);

#endif
