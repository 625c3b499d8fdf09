/*
 * name.h: what a followed program is called in pictures.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_NAME_H
#define SOCKRATES_FOLLOW_NAME_H

#include <stdbool.h>
#include <sys/types.h>

/* Programs that run another one: python3, sh. */
bool name_is_interpreter(const char *path);

/* "server" of ./server, "client.py" of python3 client.py, "http.server" of python3 -m http.server; yours to free. */
char *name_of_arguments(char *const *arguments);

/* The same of a process, as it was started. */
char *name_of_process(pid_t process);

#endif
