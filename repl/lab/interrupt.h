/*
 * interrupt.h: EINTR for another process.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_INTERRUPT_H
#define SOCKRATES_LAB_INTERRUPT_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Sends the process a signal while it waits in a call, and waits until it waits again, both for a moment only.  It is
 * one that the process has a handler for: others would end it, or not be noticed.  False when nothing was sent.
 */
bool interrupt_waiting(pid_t process);

#endif
