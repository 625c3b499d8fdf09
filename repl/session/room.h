/*
 * room.h: the walls around a worker, second line.  Floor: session.
 *
 * What a lesson may do is decided by the doors that its Lua calls go through: no files, no programs, this machine only.
 * This stands behind them, in case one has a hole.  It is the kernel's: no rights of root, no files but the few that
 * names are looked up in, no new programs, no signals to others (Landlock), and only the system calls that a session
 * needs (seccomp).  Each is used where the kernel has it.
 */
#ifndef SOCKRATES_SESSION_ROOM_H
#define SOCKRATES_SESSION_ROOM_H

#include <stdbool.h>

struct room {
    int landlock;   /* the version of Landlock that the kernel has; 0: none */
    bool scopes;    /* it keeps signals and abstract UNIX names apart (version 6, Linux 6.12) */
    bool filter;    /* seccomp with filters */
    bool sanitized; /* this program is built with sanitizers, whose calls no filter lists */
};

/* What the kernel has. */
struct room room_look(void);

/*
 * Gives the folder to whoever the worker becomes: nobody, when root started it.  Before entering it with chdir(2).
 */
void room_prepare(const char *folder);

/*
 * No rights of root from here on: as nobody, or, in a namespace without others, without what makes root special.
 * `network`: it will make a network of its own next; who is still called root needs CAP_SETFCAP until then.
 */
void room_leave_root(bool network);

/*
 * Shuts the doors behind the calling process, for good; what it forks from here on is inside too.  `folder` is where
 * UNIX sockets may be made; NULL for nowhere.  In a network of its own it may go from host to host, and its peers give
 * up what that needs.  What the kernel does not have is left out.
 */
void room_enter(const char *folder, bool network);

/*
 * The same for a compiler, or a program in another language, that is started next: it reads and starts what is
 * installed, and writes in the folder.  Memory, the size of files and descriptors are
 * bounded for each of its processes.
 */
void room_enter_as_program(const char *folder);

#endif
