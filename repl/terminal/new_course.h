/*
 * new_course.h: `sockrates new course NAME`.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_NEW_COURSE_H
#define SOCKRATES_TERMINAL_NEW_COURSE_H

int new_course_command(int argc, char **argv);

#endif
