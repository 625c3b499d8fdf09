/*
 * leftovers: runs one test in a session, an environment and a folder of its own, and fails when the test
 * leaves something behind: a living process, or a file in its working or temporary folder.
 *
 *     leftovers --time SECONDS -- COMMAND [ARGUMENT...]
 *
 * The test's exit status is kept unless something was left.  TMPDIR, HOME and the working folder are fresh
 * folders; what a program keeps in HOME (history, progress) is its own affair.  The test becomes a child of
 * a "subreaper", so whatever it forks, however often, comes back here when its parent goes.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A peer may need a moment to notice that its session ended; longer than this is a leak. */
#define PATIENCE (2 * CLOCK_SECOND)

enum { EXIT_LEFT_SOMETHING = 99, EXIT_TIMED_OUT = 98, EXIT_USAGE = 2, EXIT_NOT_RUN = 127 };

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(EXIT_NOT_RUN);
}

/* The rest of a folder in HOME's neighbourhood: everything the test may write to. */
struct place {
    char *root;
    char *work;
    char *temporary;
    char *home;
};

static char *make_folder(const char *root, const char *name)
{
    char *path = text_make("%s/%s", root, name);
    if (mkdir(path, 0700) != 0)
        give_up(path);
    return path;
}

/* Short, below /tmp: the path of a UNIX socket has room for 107 bytes. */
static struct place make_place(void)
{
    struct place place = {.root = memory_copy("/tmp/test-XXXXXX")};
    if (mkdtemp(place.root) == NULL)
        give_up("mkdtemp");
    place.work = make_folder(place.root, "work");
    place.temporary = make_folder(place.root, "tmp");
    place.home = make_folder(place.root, "home");
    return place;
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts, (void)kind, (void)walk;
    return remove(path);
}

static void remove_place(struct place *place)
{
    if (nftw(place->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        perror(place->root);
    free(place->root);
    free(place->work);
    free(place->temporary);
    free(place->home);
}

static const char *kind_of(const char *path)
{
    struct stat facts;
    if (lstat(path, &facts) != 0)
        return "entry";
    return S_ISSOCK(facts.st_mode) ? "socket" : S_ISDIR(facts.st_mode) ? "folder" : "file";
}

/* Says what lies in the folder; true when there is anything. */
static bool report_entries(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL)
        give_up(folder);
    bool any = false;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *path = text_make("%s/%s", folder, entry->d_name);
        fprintf(stderr, "leftovers: the test left a %s: %s\n", kind_of(path), path);
        free(path);
        any = true;
    }
    closedir(entries);
    return any;
}

/* The parent of a process, 0 when it is gone. */
static pid_t parent_of(pid_t process)
{
    char *path = text_make("/proc/%d/stat", (int)process);
    struct text stat = TEXT_EMPTY;
    int parent = 0;
    if (text_read_file(&stat, path)) {
        /* The name stands in parentheses and may hold some itself. */
        const char *after = strrchr(text_string(&stat), ')');
        if (after != NULL && sscanf(after, ") %*c %d", &parent) != 1)
            parent = 0;
    }
    text_free(&stat);
    free(path);
    return parent;
}

static bool descends_from_here(pid_t process)
{
    while (process > 1 && process != getpid())
        process = parent_of(process);
    return process == getpid();
}

static char *command_of(pid_t process)
{
    char *path = text_make("/proc/%d/cmdline", (int)process);
    struct text command = TEXT_EMPTY;
    text_read_file(&command, path);
    for (size_t i = 0; i + 1 < command.length; i++)
        if (command.bytes[i] == '\0')
            command.bytes[i] = ' ';
    free(path);
    return text_steal(&command);
}

/* Calls `action` for every process that descends from this one. */
static void each_descendant(void (*action)(pid_t process))
{
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        give_up("/proc");
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        pid_t process = atoi(entry->d_name);
        if (process > 0 && process != getpid() && descends_from_here(process))
            action(process);
    }
    closedir(processes);
}

static void report_process(pid_t process)
{
    char *command = command_of(process);
    if (command[0] != '\0')
        fprintf(stderr, "leftovers: still alive: %d %s\n", (int)process, command);
    free(command);
}

static void kill_process(pid_t process)
{
    kill(process, SIGKILL);
}

/* Killing may free new orphans, hence the loop; ends when no child is left. */
static void kill_everything(void)
{
    do {
        each_descendant(kill_process);
    } while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

/* Waits for a signal (a child ended, or we are told to stop) until the moment; its number, 0 for none. */
static int wait_signal(const sigset_t *signals, int64_t moment)
{
    int64_t left = moment - clock_now();
    if (left <= 0)
        return 0;
    struct timespec limit = {left / CLOCK_SECOND, left % CLOCK_SECOND};
    int number = sigtimedwait(signals, NULL, &limit);
    return number > 0 ? number : errno == EINTR ? SIGCHLD : 0;
}

/* Reaps what ended; sets *status when `child` was among it.  False when no child is left at all. */
static bool reap(pid_t child, int *status, bool *ended)
{
    int how;
    pid_t process;
    while ((process = waitpid(-1, &how, WNOHANG)) > 0) {
        if (process == child) {
            *status = how;
            *ended = true;
        }
    }
    return process == 0;
}

static int exit_status(int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    fprintf(stderr, "leftovers: the test was killed by signal %d (%s)\n", WTERMSIG(status),
            strsignal(WTERMSIG(status)));
    return 128 + WTERMSIG(status);
}

static _Noreturn void run(char **command, const struct place *place, const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
    setsid();
    setenv("HOME", place->home, 1);
    setenv("TMPDIR", place->temporary, 1);
    static const char *const unwanted[] = {"XDG_DATA_HOME",   "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
                                           "XDG_RUNTIME_DIR", "NO_COLOR",       "COLUMNS",         "LINES",
                                           "LUA_INIT",        "LUA_INIT_5_4",   "LUA_PATH_5_4",    "LUA_CPATH",
                                           "LUA_CPATH_5_4"};
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
        unsetenv(unwanted[i]);
    if (chdir(place->work) != 0)
        give_up(place->work);
    execvp(command[0], command);
    give_up(command[0]);
}

/* Waits for the test itself; its exit status. */
static int wait_for_test(pid_t child, const sigset_t *signals, int64_t limit)
{
    int status = 0;
    bool ended = false;
    int64_t moment = clock_after(limit);
    while (reap(child, &status, &ended), !ended) {
        int number = wait_signal(signals, moment);
        if (number == SIGCHLD)
            continue;
        fprintf(stderr, number ? "leftovers: stopped\n" : "leftovers: the test took longer than its limit\n");
        each_descendant(report_process);
        kill_everything();
        return EXIT_TIMED_OUT;
    }
    return exit_status(status);
}

/* Gives descendants their moment to go; false, said and killed, when some stay. */
static bool nobody_stays(pid_t child, const sigset_t *signals)
{
    int status;
    bool ended;
    int64_t moment = clock_after(PATIENCE);
    while (reap(child, &status, &ended)) {
        if (wait_signal(signals, moment) == SIGCHLD)
            continue;
        each_descendant(report_process);
        kill_everything();
        return false;
    }
    return true;
}

static int test(char **command, int64_t limit)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    struct place place = make_place();
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0)
        run(command, &place, &before);
    int result = wait_for_test(child, &signals, limit);
    bool left = !nobody_stays(child, &signals);
    left |= report_entries(place.work);
    left |= report_entries(place.temporary);
    remove_place(&place);
    return left && (result == 0 || result == 77) ? EXIT_LEFT_SOMETHING : result;
}

int main(int count, char **arguments)
{
    if (count < 5 || strcmp(arguments[1], "--time") != 0 || strcmp(arguments[3], "--") != 0 ||
        atoi(arguments[2]) <= 0) {
        fprintf(stderr, "usage: leftovers --time SECONDS -- COMMAND [ARGUMENT...]\n");
        return EXIT_USAGE;
    }
    return test(arguments + 4, atoi(arguments[2]) * CLOCK_SECOND);
}
