/*
 * doctor.h: what works here, and what to do about the rest.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_DOCTOR_H
#define SOCKRATES_TERMINAL_DOCTOR_H

#include "terminal/tutor.h"

/* :doctor */
void doctor_show(struct tutor *tutor);

/* `sockrates doctor`; 1 when something that lessons need is missing. */
int doctor_command(int argc, char **argv);

#endif
