/*
 * python_lines.h: the line of Python that a followed interpreter is at.  Floor: follow.
 *
 * CPython offers no way to ask from outside, so its own structures are read where they lie.  That is done for the
 * versions whose structures are known, 3.11 to 3.13; for any other there are no lines.  The program is not touched.
 */
#ifndef SOCKRATES_FOLLOW_PYTHON_LINES_H
#define SOCKRATES_FOLLOW_PYTHON_LINES_H

#include <stdint.h>
#include <sys/types.h>

struct python_layout;

/* That of the interpreter whose Py_Version is this; NULL for none that is known. */
const struct python_layout *python_layout_of(uint64_t version);

/*
 * The line where the thread is in the innermost file that is no part of Python itself; 0 unknown.  `runtime` is the
 * address of _PyRuntime.
 */
int python_line(const struct python_layout *layout, uint64_t runtime, pid_t thread);

#endif
