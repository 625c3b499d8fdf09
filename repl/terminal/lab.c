#include "terminal/lab.h"

#include "base/array.h"
#include "lab/listening.h"
#include "lab/terms.h"
#include "lab/wire.h"
#include "render/command_line.h"
#include "session/outcome.h"
#include "lab/pcapng.h"
#include "terminal/follow.h"
#include "terminal/hosts.h"
#include "terminal/keep.h"
#include "terminal/lab_wire.h"
#include "terminal/trace.h"
#include "render/terminal_views.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a program on the other host may take until it listens, and to end when it is asked to. */
#define READY_WITHIN (5 * CLOCK_SECOND)
#define END_WITHIN   CLOCK_SECOND

/* When nobody reads the records, a ring that stays in the processor's cache. */
#define UNREAD_CAPACITY 1024

struct companion {
    const char *command;
    pid_t process; /* 0: it has ended */
};

struct lab_run {
    const struct command_line *line;
    const struct wire_wish *wish;
    struct hosts hosts;
    struct companion *companions;
    size_t companion_count;
    bool stopped;    /* we were told to end before the program began */
    sigset_t before; /* signals that were held back when we came */
    sigset_t heard;
};

/* --- signals and terminal ------------------------------------------------------------------------------- */

/* Ctrl-C is for the program; who ends us, ends it. */
static const int heard[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP};

static void hold_signals(struct lab_run *run)
{
    sigset_t held;
    sigemptyset(&run->heard);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        sigaddset(&run->heard, heard[i]);
    held = run->heard;
    sigaddset(&held, SIGTTOU);
    sigprocmask(SIG_BLOCK, &held, &run->before);
    signal(SIGCHLD, SIG_DFL);
}

/* The one that came within this time, in nanoseconds; 0 none.  CLOCK_NEVER waits. */
static int next_signal(const struct lab_run *run, int64_t within)
{
    const struct timespec limit = {within / CLOCK_SECOND, within % CLOCK_SECOND};
    int number;
    do
        number = sigtimedwait(&run->heard, NULL, within == CLOCK_NEVER ? NULL : &limit);
    while (number < 0 && errno == EINTR && within == CLOCK_NEVER);
    return number > 0 ? number : 0;
}

/* --- programs on the other host ------------------------------------------------------------------------- */

static void tell_end(const char *command, int status, const char *when)
{
    if (WIFSIGNALED(status))
        command_line_tell(SUBCOMMAND_LAB, "on peer, `%s` was ended%s by a signal: %s", command, when,
                          strsignal(WTERMSIG(status)));
    else
        command_line_tell(SUBCOMMAND_LAB, "on peer, `%s` ended%s with exit status %d", command, when,
                          WEXITSTATUS(status));
}

/* The one that this process was, which is no more. */
static struct companion *take_companion(struct lab_run *run, pid_t process)
{
    for (size_t i = 0; i < run->companion_count; i++)
        if (run->companions[i].process == process) {
            run->companions[i].process = 0;
            return &run->companions[i];
        }
    return NULL;
}

/* Waits until more listen than before; false when it ended before, and nobody listens, or we were told to stop. */
static bool wait_until_it_listens(struct lab_run *run, struct companion *companion, int diag, size_t before)
{
    int64_t until = clock_after(READY_WITHIN), pause = CLOCK_MILLISECOND;
    size_t count = before;
    int status;
    for (;;) {
        if (!status_fine(listening_count(diag, &count)) || count > before)
            return true;
        if (waitpid(companion->process, &status, WNOHANG) == companion->process) {
            tell_end(companion->command, status, " before it listened on a port,");
            companion->process = 0;
            return false;
        }
        if (clock_now() >= until) {
            command_line_tell(SUBCOMMAND_LAB, "on peer, `%s` listens on no port after 5 s; going on",
                              companion->command);
            return true;
        }
        int number = next_signal(run, pause);
        if (number != 0 && number != SIGCHLD)
            return run->stopped = true, false;
        pause = pause < 16 * CLOCK_MILLISECOND ? 2 * pause : pause;
    }
}

static bool start_companion(struct lab_run *run, const char *command, int diag)
{
    char shell[] = "/bin/sh", option[] = "-c", *words = text_make("%s", command);
    char *argv[] = {shell, option, words, NULL};
    struct program_way way = hosts_way(&run->hosts, NETWORK_PEER);
    struct companion companion = {.command = command};
    size_t before = 0;
    listening_count(diag, &before);
    way.aside = true;
    struct status status = program_start(&companion.process, &way, argv);
    free(words);
    if (!status_fine(status)) {
        command_line_tell(SUBCOMMAND_LAB, "cannot start `%s`: %s", command, strerror(status.error));
        return false;
    }
    ARRAY_ADD(run->companions, run->companion_count, companion);
    return wait_until_it_listens(run, &run->companions[run->companion_count - 1], diag, before);
}

static bool start_companions(struct lab_run *run)
{
    int diag = -1;
    bool fine = status_fine(network_go(&run->hosts.network, NETWORK_PEER)) && status_fine(listening_open(&diag));
    network_go(&run->hosts.network, NETWORK_ME);
    int from = 0;
    for (const char *command; fine && (command = command_line_next(run->line, SETTING_PEER, &from)) != NULL;)
        fine = start_companion(run, command, diag);
    if (diag >= 0)
        close(diag);
    return fine;
}

/* There and back over the wire. */
static int64_t takes(const struct lab_run *run)
{
    return 2 * (run->wish->manner.delay + run->wish->manner.jitter);
}

static bool any_companion(const struct lab_run *run)
{
    for (size_t i = 0; i < run->companion_count; i++)
        if (run->companions[i].process > 0)
            return true;
    return false;
}

/* Each may end in its own way; who takes too long is killed with the keeper. */
static void end_companions(struct lab_run *run)
{
    int64_t until = clock_after(END_WITHIN);
    for (size_t i = 0; i < run->companion_count; i++)
        if (run->companions[i].process > 0)
            kill(-run->companions[i].process, SIGTERM);
    while (any_companion(run) && clock_now() < until) {
        for (pid_t ended; (ended = waitpid(-1, NULL, WNOHANG)) > 0;)
            take_companion(run, ended);
        if (any_companion(run))
            next_signal(run, 10 * CLOCK_MILLISECOND);
    }
}

/* --- the program ---------------------------------------------------------------------------------------- */

/* It was stopped: so are we, until whoever started us lets us go on. */
static void stop_with(pid_t process, int terminal)
{
    if (terminal >= 0)
        tcsetpgrp(terminal, getpgrp());
    raise(SIGTSTP);
    if (terminal >= 0)
        tcsetpgrp(terminal, process);
    kill(terminal >= 0 ? -process : process, SIGCONT);
}

static void end_companion(struct lab_run *run, pid_t process, int status)
{
    const struct companion *companion = take_companion(run, process);
    if (companion != NULL && status != 0)
        tell_end(companion->command, status, "");
}

static int wait_for_program(struct lab_run *run, pid_t process, int terminal)
{
    for (;;) {
        int number = next_signal(run, CLOCK_NEVER), status;
        if (number == SIGTERM || number == SIGHUP)
            kill(process, number);
        for (pid_t changed; (changed = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
            if (changed == process && WIFSTOPPED(status))
                stop_with(process, terminal);
            else if (changed == process)
                return status;
            else if (!WIFSTOPPED(status))
                end_companion(run, changed, status);
        }
    }
}

/* As if it had been started without us: what ended it, ends us. */
static int end_as(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    sigset_t all;
    sigfillset(&all);
    prctl(PR_SET_DUMPABLE, 0); /* one core is enough */
    signal(WTERMSIG(status), SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

static char *shell_of(void)
{
    const char *shell = getenv("SHELL");
    return text_make("%s", shell != NULL && *shell == '/' ? shell : "/bin/sh");
}

static void add_line(struct text *out, const struct look *look, const char *name, const char *words)
{
    char *first = text_make("%-8s", name);
    look_wrap(out, look, first, "        ", words);
    free(first);
}

static void add_host(struct text *out, const struct look *look, int host, const char *what)
{
    char *name = text_make("  %s", term_hosts[host]);
    char *words = text_make("%s  %s  %s", network_address(host, AF_INET), network_address(host, AF_INET6), what);
    add_line(out, look, name, words);
    free(words);
    free(name);
}

/* Where the person is, what is on the other side, and how to leave. */
static void greet(const struct lab_run *run)
{
    struct text out = TEXT_EMPTY, wire = TEXT_EMPTY;
    struct look look = trace_look();
    int from = 0;
    look_wrap(&out, &look, "", "", "A private network of two hosts, and you are on the first.");
    add_host(&out, &look, NETWORK_ME, "this shell");
    add_host(&out, &look, NETWORK_PEER,
             run->hosts.commands ? "`peer COMMAND` runs a program there, `peer` alone a shell" : "");
    for (const char *command; (command = command_line_next(run->line, SETTING_PEER, &from)) != NULL;) {
        char *words = text_make("runs there: %s", command);
        add_line(&out, &look, "", words);
        free(words);
    }
    lab_wire_describe(&wire, run->line);
    add_line(&out, &look, "  wire", text_string(&wire));
    look_wrap(&out, &look, "", "", "`exit` leaves; what still runs on the two hosts ends then.");
    fputs(text_string(&out), stderr);
    text_free(&wire);
    text_free(&out);
}

/* Runs the program that was asked for, or a shell; its status as of waitpid(2). */
static int run_program(struct lab_run *run)
{
    bool alone = run->line->count == 0;
    char *shell = shell_of(), *own[] = {shell, NULL};
    char *const *argv = alone ? own : run->line->arguments;
    struct program_way way = hosts_way(&run->hosts, NETWORK_ME);
    pid_t process;
    if (alone && isatty(STDIN_FILENO)) {
        greet(run);
        way.terminal = STDIN_FILENO;
    }
    struct status status = program_start(&process, &way, argv);
    int ended = status_fine(status) ? wait_for_program(run, process, way.terminal)
                                    : follow_not_started(SUBCOMMAND_LAB, status, argv[0]) << 8;
    if (way.terminal >= 0)
        tcsetpgrp(way.terminal, getpgrp());
    free(shell);
    return ended;
}

/* --- what came of it ------------------------------------------------------------------------------------ */

/* True when all that was asked for could be written. */
static bool show(struct lab_run *run)
{
    struct outcome *outcome = outcome_new();
    struct past *past = past_new();
    struct text out = TEXT_EMPTY;
    struct look look = trace_look();
    const char *path = run->line->said[SETTING_PCAPNG].word;
    uint64_t last = ring_next(run->hosts.ring);
    outcome_take_events(outcome, past, run->hosts.ring, &(struct outcome_span){.own = last, .last = last});
    outcome->begin = outcome->event_count > 0 ? outcome->events[0].begin : 0;
    struct findings *findings = outcome_findings(outcome);
    if (run->line->said[SETTING_VIEW].number == VIEW_LADDER)
        terminal_ladder(&out, findings, &(struct ladder_options){.packets = true, .states = true}, &look);
    trace_print(&out);
    if (outcome->dropped > 0)
        command_line_tell(SUBCOMMAND_LAB, "the first %llu packets are not known any more",
                          (unsigned long long)outcome->dropped);
    text_clear(&out);
    if (path != NULL)
        pcapng_write(&out, &findings->timeline);
    bool fine = path == NULL || keep_in_file(SUBCOMMAND_LAB, path, &out);
    text_free(&out);
    findings_free(findings);
    past_free(past);
    outcome_free(outcome);
    return fine;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static bool is_read(const struct command_line *line)
{
    return line->said[SETTING_VIEW].number != VIEW_NONE || line->said[SETTING_PCAPNG].word != NULL;
}

/* With a picture of both hosts' calls, and the packets between them. */
static int follow_programs(struct lab_run *run)
{
    char *shell = shell_of(), *own[] = {shell, NULL};
    struct command_line line = *run->line;
    if (line.count == 0) {
        if (isatty(STDIN_FILENO))
            greet(run);
        line.arguments = own;
        line.count = 1;
    }
    int status = follow_on_hosts(&line, &run->hosts, takes(run));
    free(shell);
    return status;
}

/* The status as of waitpid(2). */
static int run_programs(struct lab_run *run)
{
    int status = 1 << 8;
    if (start_companions(run))
        status = run_program(run);
    else if (run->stopped)
        status = 130 << 8;
    if (!run->stopped && any_companion(run))
        hosts_settle(&run->hosts, takes(run)); /* they may finish what they are at */
    end_companions(run);
    if (is_read(run->line)) {
        hosts_settle(&run->hosts, takes(run));
        if (!show(run) && status == 0)
            status = 1 << 8;
    }
    return status;
}

static int run_lab(const struct command_line *line, const struct wire_wish *wish)
{
    struct lab_run run = {.line = line, .wish = wish};
    bool traced = line->said[SETTING_TRACE].number != 0;
    struct ring *ring = ring_new(traced || is_read(line) ? RING_CAPACITY : UNREAD_CAPACITY);
    int status = 1 << 8;
    if (!traced)
        hold_signals(&run);
    if (hosts_enter(&run.hosts, ring, SUBCOMMAND_LAB) && lab_wire_tell(wish, run.hosts.network.orders)) {
        run.hosts.signals = traced ? run.hosts.signals : run.before;
        status = traced ? follow_programs(&run) : run_programs(&run);
    }
    hosts_leave(&run.hosts);
    free(run.companions);
    ring_free(ring);
    return traced ? status : end_as(status);
}

/* In a lab: the program, or a shell, on one of its hosts. */
static int go_to_host(const struct command_line *line)
{
    int host = line->said[SETTING_HOST].number - 1;
    pid_t keeper = program_keeper();
    char *shell = shell_of(), *own[] = {shell, NULL};
    char *const *argv = line->count > 0 ? line->arguments : own;
    if (keeper <= 0)
        return command_line_wrong(SUBCOMMAND_LAB, "there is no lab around this: `sockrates lab` begins one");
    struct status status = keeper_go(keeper, host);
    if (!status_fine(status)) {
        command_line_tell(SUBCOMMAND_LAB, "cannot reach the host %s: %s", term_hosts[host], strerror(status.error));
        return 1;
    }
    program_become(argv);
    int ended = follow_not_started(SUBCOMMAND_LAB, status_errno("execve", errno), argv[0]);
    free(shell);
    return ended;
}

int lab_command(int argc, char **argv)
{
    struct command_line line;
    struct wire_wish wish;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_LAB, argc, argv, &status))
        return status;
    if (line.said[SETTING_HOST].word != NULL)
        return go_to_host(&line);
    if (!lab_wire_read(&wish, &line, &status))
        return status;
    if (hosts_around(SUBCOMMAND_LAB))
        return 1;
    return run_lab(&line, &wish);
}
