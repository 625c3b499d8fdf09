#include "terminal/follow.h"

#include "base/child.h"
#include "follow/follow.h"
#include "follow/lines.h"
#include "render/command_line.h"
#include "terminal/followed.h"
#include "terminal/hosts.h"
#include "terminal/trace.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* So long a program of --with may take until it listens, and to end once it is told to. */
#define LISTENS_WITHIN (10 * CLOCK_SECOND)
#define ENDS_WITHIN    CLOCK_SECOND
#define QUIET_WITHIN   CLOCK_SECOND

/* So long a program may take to collect its children before it is said that somebody is left. */
#define LEFT_AFTER (300 * CLOCK_MILLISECOND)

/* Programs make more calls than lessons do; what is not used costs nothing. */
#define CAPACITY (4 * (size_t)RING_CAPACITY)

struct following {
    const struct command_line *line;
    struct ring *ring;
    struct past *past;
    struct follow *follow;
    struct tracer *tracer;
    const struct hosts *hosts; /* where the programs are; NULL: on this machine */
    int64_t takes;             /* that a packet is on its way, there and back */
    enum setting beside;       /* the option of programs that are started before */
    int error;                 /* standard error as the program shall have it, where ours is a file; -1 */
    int program;               /* its number */
    int with[COMMAND_LINE_MANY];
    int with_count;
};

/* --- signals -------------------------------------------------------------------------------------------- */

/* What a signal handler must find. */
static struct follow *volatile followed;
static volatile sig_atomic_t interrupted;
static volatile pid_t told; /* the program's process, while it runs */

/* From the terminal it comes to the program as well: what it does then is its own affair, and we wait for that. */
static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
    if (followed != NULL && told == 0)
        follow_stop(followed);
}

/* Those come to us alone. */
static void pass_on(int number)
{
    int error = errno;
    if (told != 0)
        kill(told, number);
    else
        on_interrupt(number);
    errno = error;
}

/* With handlers, not ignored: what is ignored stays so in the program. */
static void take_signals(void)
{
    static const struct {
        int number;
        void (*handler)(int number);
    } rows[] = {{SIGINT, on_interrupt}, {SIGQUIT, on_interrupt}, {SIGTERM, pass_on}, {SIGHUP, pass_on}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sigaction action = {.sa_handler = rows[i].handler}, before;
        sigaction(rows[i].number, NULL, &before);
        if (before.sa_handler != SIG_IGN)
            sigaction(rows[i].number, &action, NULL);
    }
}

/* --- words ---------------------------------------------------------------------------------------------- */

static void on_remark(void *owner, enum follow_remark remark, const char *program)
{
    static const char *const words[FOLLOW_REMARKS] = {
        [REMARK_IO_URING] = "%s uses io_uring: what it does that way is not seen here.",
        [REMARK_FOREIGN] = "%s is a program of 32 bits, or of another kind of processor: its calls are not seen.",
        [REMARK_SHUT] = "%s lets nobody look into its memory: addresses and data of its calls are not seen.",
        [REMARK_RIGHTS] = "%s has rights of its own (set-user-ID or the like): followed, it runs without them.",
    };
    (void)owner;
    command_line_tell(SUBCOMMAND_TRACE, words[remark], program);
}

int follow_not_started(enum subcommand_name name, struct status status, const char *program)
{
    int ends;
    char *words = follow_explain(status, program, &ends);
    command_line_tell(name, "cannot %s %s. %s", name == SUBCOMMAND_TRACE ? "follow" : "run", program, words);
    free(words);
    return ends;
}

/* --- starting ------------------------------------------------------------------------------------------- */

static void take_error(const struct following *following)
{
    if (following->error >= 0)
        dup2(following->error, STDERR_FILENO);
}

static void go_to(const struct following *following, int host)
{
    if (following->hosts == NULL)
        return;
    struct program_way way = hosts_way(following->hosts, host);
    way.aside = host == NETWORK_PEER;
    program_prepare(&way);
}

static int prepare_program(void *owner)
{
    take_error(owner);
    go_to(owner, NETWORK_ME);
    return 0;
}

static int prepare_with(void *owner)
{
    const struct following *following = owner;
    take_error(following);
    if (following->hosts == NULL)
        program_step_aside();
    go_to(following, NETWORK_PEER);
    return 0;
}

/* "server: ./server 8000": the name, yours to free, or NULL; *command is what follows it. */
static char *split_name(const char *said, const char **command)
{
    size_t length = 0;
    while (isalnum((unsigned char)said[length]) || (said[length] != '\0' && strchr("_.-", said[length]) != NULL))
        length++;
    bool named = length > 0 && said[length] == ':' && isspace((unsigned char)said[length + 1]);
    *command = named ? said + length + 1 : said;
    *command += strspn(*command, " \t");
    return named ? strndup(said, length) : NULL;
}

/* The shell reads its words, and then is the program itself. */
static int start_with(struct following *following, const char *said)
{
    const char *command;
    char *name = split_name(said, &command), *line = NULL;
    if (*command == '\0' || asprintf(&line, "exec %s", command) < 0) {
        free(name);
        return command_line_wrong(SUBCOMMAND_TRACE, "--with '%s' names no program", said);
    }
    char *arguments[] = {(char *)"/bin/sh", (char *)"-c", line, NULL};
    const struct follow_program program = {
        .arguments = arguments, .name = name, .actor = -1, .prepare = prepare_with, .owner = following};
    int *number = &following->with[following->with_count], ended = 0, status = 0;
    struct status begun = follow_start(following->follow, &program, number);
    if (!status_fine(begun)) {
        status = follow_not_started(SUBCOMMAND_TRACE, begun, "/bin/sh");
    } else {
        following->with_count++;
        bool listens = follow_run(following->follow, *number, FOLLOW_LISTENS, LISTENS_WITHIN);
        if (!interrupted && follow_ended(following->follow, *number, &ended)) {
            command_line_tell(SUBCOMMAND_TRACE, "'%s' has ended before it listened.", command);
            status = 1;
        } else if (!interrupted && !listens) {
            command_line_tell(SUBCOMMAND_TRACE, "'%s' does not listen after 10 s; going on without.", command);
        }
    }
    free(line);
    free(name);
    return status;
}

static int start_all(struct following *following)
{
    const struct command_line *line = following->line;
    int from = 0;
    for (const char *said; !interrupted && (said = command_line_next(line, following->beside, &from)) != NULL;) {
        int status = start_with(following, said);
        if (status != 0)
            return status;
    }
    const struct follow_program program = {
        .arguments = line->arguments, .actor = 0, .prepare = prepare_program, .owner = following};
    if (interrupted)
        return 130;
    struct status begun = follow_start(following->follow, &program, &following->program);
    return status_fine(begun) ? 0 : follow_not_started(SUBCOMMAND_TRACE, begun, line->arguments[0]);
}

/* --- running -------------------------------------------------------------------------------------------- */

/* What the program left behind runs until it ends, or somebody has enough of it. */
static void wait_for_rest(struct following *following)
{
    struct follow *follow = following->follow;
    interrupted = 0;
    if (follow_run(follow, following->program, FOLLOW_GONE, LEFT_AFTER))
        return;
    size_t left = follow_running(follow, following->program);
    if (!interrupted)
        command_line_tell(SUBCOMMAND_TRACE, "%zu of its processes run%s on; Ctrl-C ends %s.", left,
                          left == 1 ? "s" : "", left == 1 ? "it" : "them");
    while (!interrupted && !follow_run(follow, following->program, FOLLOW_GONE, FOLLOW_FOREVER))
        continue;
    follow_signal(follow, following->program, SIGTERM);
    follow_run(follow, following->program, FOLLOW_GONE, ENDS_WITHIN);
}

/* Those that were started beside it end with it, once they have done what there is to do. */
static void end_with(struct following *following)
{
    if (following->hosts != NULL)
        network_catch_up(&following->hosts->network);
    if (following->with_count > 0)
        follow_run(following->follow, following->with[0], FOLLOW_QUIET, QUIET_WITHIN + following->takes);
    for (int i = following->with_count; i-- > 0;) {
        follow_signal(following->follow, following->with[i], SIGTERM);
        follow_run(following->follow, following->with[i], FOLLOW_GONE, ENDS_WITHIN);
    }
}

/* The status of waitpid(2) with which it ended. */
static int run_to_end(struct following *following)
{
    int status = 0;
    told = follow_process(following->follow, following->program);
    while (!follow_run(following->follow, following->program, FOLLOW_ENDED, FOLLOW_FOREVER) &&
           !follow_ended(following->follow, following->program, NULL))
        continue;
    told = 0;
    follow_ended(following->follow, following->program, &status);
    wait_for_rest(following);
    end_with(following);
    return status;
}

/* We end as it did. */
static int end_like(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    const struct rlimit none = {0, 0};
    fflush(NULL);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

/* A program that was killed could not set the terminal back to what it was. */
static void restore_terminal(const struct termios *before, int status)
{
    if (WIFSIGNALED(status) && tcgetpgrp(STDIN_FILENO) == getpgrp())
        tcsetattr(STDIN_FILENO, TCSADRAIN, before);
}

/* --- all of it ------------------------------------------------------------------------------------------ */

/* What we say goes into the file; what the program says there, does not. */
static bool redirect(struct following *following, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        command_line_tell(SUBCOMMAND_TRACE, "cannot write %s: %s", path, strerror(errno));
        return false;
    }
    following->error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, CHILD_HOUSE_DESCRIPTORS);
    dup2(file, STDERR_FILENO);
    close(file);
    return true;
}

static int follow_all(struct following *following)
{
    const struct said *said = following->line->said;
    int view = said[SETTING_VIEW].number;
    const struct followed_wishes wishes = {.svg = said[SETTING_SVG].word,
                                           .json = said[SETTING_JSON_FILE].word,
                                           .pcapng = said[SETTING_PCAPNG].word,
                                           .ladder = !said[SETTING_QUIET].number && !said[SETTING_CALLS].number,
                                           .chart = view == VIEW_NONE ? CHARTS : (enum chart_kind)(view - VIEW_CHART),
                                           .packets = following->hosts != NULL};
    const struct lines_functions *reader = lines_load();
    struct lines *lines = reader ? reader->new () : NULL;
    const struct follow_options options = {.ring = following->ring,
                                           .past = following->past,
                                           .takes = following->takes,
                                           .all = said[SETTING_ALL].number,
                                           .remark = on_remark,
                                           .line = reader ? reader->at : NULL,
                                           .forget = reader ? reader->forget : NULL,
                                           .lines = lines};
    struct termios modes;
    bool terminal = tcgetattr(STDIN_FILENO, &modes) == 0;
    followed = following->follow = follow_new(&options);
    take_signals();
    int status = 0, begun = start_all(following);
    if (begun == 0)
        status = run_to_end(following);
    uint64_t left_out = follow_left_out(following->follow);
    followed = NULL;
    follow_free(following->follow);
    if (reader != NULL)
        reader->free(lines);
    tracer_stop(following->tracer);
    if (begun != 0)
        return begun;
    if (terminal)
        restore_terminal(&modes, status);
    if (following->hosts != NULL)
        hosts_settle(following->hosts, following->takes);
    bool kept = followed_show(following->ring, following->past, &wishes, left_out);
    return !kept && status == 0 ? 1 : end_like(status);
}

int follow_on_hosts(const struct command_line *line, const struct hosts *hosts, int64_t takes)
{
    struct following following = {.line = line,
                                  .beside = SETTING_PEER,
                                  .ring = hosts->ring,
                                  .past = past_new(),
                                  .hosts = hosts,
                                  .takes = takes,
                                  .error = -1};
    int status = follow_all(&following);
    past_free(following.past);
    return status;
}

int follow_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_TRACE, argc, argv, &status))
        return status;
    const struct said *said = line.said;
    if (said[SETTING_PCAPNG].word != NULL && !said[SETTING_LAB].number)
        return command_line_wrong(SUBCOMMAND_TRACE, "--pcapng needs --lab: packets are seen in a private network only");
    if (said[SETTING_LAB].number && hosts_around(SUBCOMMAND_TRACE))
        return 1;
    struct hosts hosts;
    struct following following = {
        .line = &line, .beside = SETTING_WITH, .ring = ring_new(CAPACITY), .past = past_new(), .error = -1};
    bool ready = said[SETTING_OUTPUT].word == NULL || redirect(&following, said[SETTING_OUTPUT].word);
    if (ready && said[SETTING_CALLS].number)
        following.tracer = tracer_start(following.ring, false);
    if (ready && said[SETTING_LAB].number) {
        following.hosts = &hosts;
        ready = hosts_enter(&hosts, following.ring, SUBCOMMAND_TRACE);
    }
    status = ready ? follow_all(&following) : 1;
    past_free(following.past);
    if (following.hosts != NULL)
        hosts_leave(&hosts);
    ring_free(following.ring);
    return status;
}
