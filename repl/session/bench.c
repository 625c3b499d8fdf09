#include "session/bench.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "follow/follow.h"
#include "lab/network.h"
#include "session/code_language.h"
#include "session/frame.h"
#include "session/room.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a program that runs is looked after. */
#define LOOK (5 * CLOCK_MILLISECOND)

/* What is left of a program whose first process has ended may take so long to end by itself. */
#define REST (50 * CLOCK_MILLISECOND)

/* A signal that has not reached the program by then is not waited for. */
#define REACHED_WITHIN CLOCK_SECOND

/* So many processes a program may have at once. */
#define PROCESSES_MOST 32

/* A compiler takes no longer, and says no more. */
#define BUILD_WITHIN (20 * CLOCK_SECOND)
#define SAID_MOST    ((size_t)64 << 10)

#define BUILT "program"

struct bench {
    struct bench_place place;
    enum code_language language; /* of what was built last */
    char *source;                /* its file's name */
    uint64_t nonce;              /* of the request that is answered */
};

static void tell(const struct bench *bench, enum frame_kind kind, const void *head, size_t length, const char *words)
{
    struct text frame = TEXT_EMPTY;
    text_add_bytes(&frame, head, length);
    text_add(&frame, words);
    if (!frame_send(bench->place.channel, kind, bench->nonce, frame.bytes, frame.length))
        _exit(0);
    text_free(&frame);
}

/* --- the child ------------------------------------------------------------------------------------------ */

/* What a compiler and a program find, and nothing of who started us. */
static void set_environment(const char *folder)
{
    static const char *const fixed[][2] = {
        {"LANG", "C.UTF-8"},
        {"LC_ALL", "C.UTF-8"},
        {"TERM", "dumb"},
        {"NO_COLOR", "1"},
        {"PYTHONDONTWRITEBYTECODE", "1"},
        {"PYTHONNOUSERSITE", "1"},
        {"PYTHON_COLORS", "0"},
    };
    const char *path = getenv("PATH");
    char *kept = memory_copy(path != NULL ? path : "/usr/local/bin:/usr/bin:/bin");
    clearenv();
    setenv("PATH", kept, 1);
    setenv("HOME", folder, 1);
    setenv("TMPDIR", folder, 1);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        setenv(fixed[i][0], fixed[i][1], 1);
    free(kept);
}

/* It has no terminal that could stop it, and no input. */
static int become(const struct bench *bench, int output)
{
    int nothing = open("/dev/null", O_RDONLY);
    setsid();
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0 || chdir(bench->place.folder) != 0)
        return errno;
    child_close(-1, -1, CHILD_HOUSE_DESCRIPTORS);
    network_give_up_rights();
    room_enter_as_program(bench->place.folder);
    return 0;
}

static int prepare_program(void *owner)
{
    const struct bench *bench = owner;
    return become(bench, bench->place.output);
}

/* --- building ------------------------------------------------------------------------------------------- */

/* Lines count as in the file that the text is from. */
static bool write_source(const struct bench *bench, int first_line, const char *text, size_t length)
{
    struct text whole = TEXT_EMPTY;
    char *path = text_make("%s/%s", bench->place.folder, bench->source);
    text_add_repeat(&whole, "\n", first_line > 1 ? (size_t)first_line - 1 : 0);
    text_add_bytes(&whole, text, length);
    unlink(path);
    bool fine = file_create(path, text_string(&whole), whole.length);
    free(path);
    text_free(&whole);
    return fine;
}

/* Until the compiler has ended; nobody waits for it any more when the worker is gone. */
static void read_words(const struct bench *bench, int from, struct text *said, int64_t moment)
{
    char bytes[4096];
    struct pollfd ready[] = {{.fd = from, .events = POLLIN}, {.fd = bench->place.channel}};
    while (clock_now() < moment && poll(ready, 2, clock_poll_timeout(moment)) >= 0) {
        ssize_t count = ready[0].revents != 0 ? read(from, bytes, sizeof bytes) : -1;
        if (count == 0 || ready[1].revents != 0)
            return;
        if (count > 0)
            text_add_bytes(said, bytes, said->length < SAID_MOST ? (size_t)count : 0);
    }
    text_add(said, "The compiler took too long.\n");
}

/* True when it ended well. */
static bool run_compiler(const struct bench *bench, char *const arguments[], struct text *said)
{
    int ends[2], status = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t parent = getpid(), process = fork();
    if (process == 0) {
        child_begin(parent);
        if (become(bench, ends[1]) == 0)
            execvp(arguments[0], arguments);
        dprintf(STDERR_FILENO, "%s cannot be started: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    if (process > 0) {
        read_words(bench, ends[0], said, clock_after(BUILD_WITHIN));
        kill(-process, SIGKILL);
        child_wait(process, &status);
    }
    close(ends[0]);
    return process > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool compile(const struct bench *bench, struct text *said)
{
    char *arguments[] = {
        (char *)"cc", (char *)"-Wall", (char *)"-Wextra", (char *)"-g", (char *)"-fdiagnostics-color=never",
        (char *)"-o", (char *)BUILT,   (char *)"-x",      (char *)"c",  bench->source,
        NULL};
    return run_compiler(bench, arguments, said);
}

static void serve_build(struct bench *bench, const struct text *frame)
{
    struct bench_source head;
    struct text said = TEXT_EMPTY;
    memcpy(&head, frame->bytes, sizeof head);
    const char *name = frame->bytes + sizeof head, *text = name + head.name_length;
    char *whole = memory_copy_bytes(name, head.name_length);
    free(bench->source);
    bench->source = memory_copy(path_name(whole));
    bench->language = (enum code_language)head.language;
    bool fine = write_source(bench, head.first_line, text, frame->length - (size_t)(text - frame->bytes)) &&
                (bench->language != CODE_C || compile(bench, &said));
    tell(bench, FRAME_BUILT, fine ? "1" : "0", 1, text_string(&said));
    text_free(&said);
    free(whole);
}

/* --- running -------------------------------------------------------------------------------------------- */

static void tell_end(const struct bench *bench, const struct bench_end *end, const char *words)
{
    tell(bench, FRAME_ENDED, end, sizeof *end, words);
}

/* Whose end ends all that it follows, wherever that has forked to: so each program has one of its own. */
static _Noreturn void leave(int report, int status, enum bench_why why)
{
    const struct bench_end end = {status, (int32_t)why};
    _exit(write(report, &end, sizeof end) == sizeof end ? 0 : 1);
}

static void serve_send(const struct bench *bench, struct follow *follow, int number)
{
    struct text frame = TEXT_EMPTY;
    uint64_t nonce;
    int32_t signal;
    if (frame_receive(bench->place.channel, &nonce, &frame) != FRAME_SEND)
        _exit(0);
    memcpy(&signal, frame.bytes, sizeof signal);
    pid_t process = follow_process(follow, number);
    if (signal == SIGKILL)
        follow_signal(follow, number, signal);
    else if (kill(process, signal) == 0)
        for (int64_t moment = clock_after(REACHED_WITHIN); child_awaits(process, signal) && clock_now() < moment;)
            follow_run(follow, number, FOLLOW_ENDED, CLOCK_MILLISECOND);
    tell(bench, FRAME_SENT, "", 0, "");
    text_free(&frame);
}

/* Until it is so: bounded, and with the signals that are to reach it. */
static void go_on(const struct bench *bench, struct follow *follow, int number, enum follow_until until, int report)
{
    struct pollfd asked = {.fd = bench->place.channel, .events = POLLIN};
    while (!follow_run(follow, number, until, LOOK)) {
        if (follow_running(follow, number) > PROCESSES_MOST)
            leave(report, SIGKILL, BENCH_PROCESSES);
        if (poll(&asked, 1, 0) > 0)
            serve_send(bench, follow, number);
    }
}

/* In a process of its own: until the program has ended, and with it what it has left behind. */
static _Noreturn void look_after(const struct bench *bench, struct follow *follow, int number, bool listens, int report)
{
    int status = SIGKILL;
    if (listens) {
        go_on(bench, follow, number, FOLLOW_LISTENS, report);
        if (follow_running(follow, number) > 0)
            tell(bench, FRAME_LISTENS, "", 0, "");
    }
    go_on(bench, follow, number, FOLLOW_ENDED, report);
    follow_ended(follow, number, &status);
    follow_run(follow, number, FOLLOW_GONE, REST);
    leave(report, status, BENCH_BY_ITSELF);
}

static _Noreturn void start(struct bench *bench, char *const arguments[], bool listens, int report)
{
    struct follow *follow = follow_new(&(struct follow_options){.ring = bench->place.ring});
    const struct follow_program program = {
        .arguments = arguments, .name = "you", .actor = 0, .prepare = prepare_program, .owner = bench};
    int number;
    struct status status = follow_start(follow, &program, &number);
    if (!status_fine(status)) {
        char *words = follow_explain(status, arguments[0], NULL);
        tell_end(bench, &(struct bench_end){0, BENCH_NOT_STARTED}, words);
        _exit(0);
    }
    int32_t process = follow_process(follow, number);
    tell(bench, FRAME_BEGUN, &process, sizeof process, "");
    look_after(bench, follow, number, listens, report);
}

/* Until it has ended. */
static void run_program(struct bench *bench, char *const arguments[], bool listens)
{
    struct bench_end end;
    int ends[2], status = 0;
    pid_t parent = getpid(), process = -1;
    if (pipe2(ends, O_CLOEXEC) == 0 && (process = fork()) == 0) {
        child_begin(parent);
        start(bench, arguments, listens, ends[1]);
    }
    if (process < 0)
        _exit(1);
    close(ends[1]);
    child_wait(process, &status);
    if (read(ends[0], &end, sizeof end) == sizeof end)
        tell_end(bench, &end, "");
    else if (status != 0)
        tell_end(bench, &(struct bench_end){SIGKILL, BENCH_BY_ITSELF}, "");
    close(ends[0]);
}

static void serve_start(struct bench *bench, struct text *frame)
{
    char *arguments[256], *built = text_make("%s/" BUILT, bench->place.folder);
    size_t count = 0;
    arguments[count++] = bench->language == CODE_C ? built : (char *)code_languages[bench->language].tool;
    if (bench->language != CODE_C)
        arguments[count++] = bench->source;
    for (size_t at = 1; at < frame->length && count + 1 < sizeof arguments / sizeof *arguments;
         at += strlen(frame->bytes + at) + 1)
        arguments[count++] = frame->bytes + at;
    arguments[count] = NULL;
    run_program(bench, arguments, frame->bytes[0] == 1);
    free(built);
}

/* --- serving -------------------------------------------------------------------------------------------- */

static void serve(struct bench *bench, struct text *frame)
{
    uint64_t nonce;
    switch (frame_receive(bench->place.channel, &nonce, frame)) {
    case FRAME_BUILD:
        bench->nonce = nonce;
        serve_build(bench, frame);
        break;
    case FRAME_START:
        bench->nonce = nonce;
        serve_start(bench, frame);
        break;
    case FRAME_SEND: /* it has ended meanwhile */
        break;
    default:
        _exit(0);
    }
}

_Noreturn void bench_run(const struct bench_place *place, pid_t parent)
{
    struct bench bench = {.place = *place};
    struct text frame = TEXT_EMPTY;
    /* The worker's end is not always told: from its room no signal leads here.  But its channel closes. */
    child_begin(parent);
    /* Who has changed their user may not follow what they start. */
    prctl(PR_SET_DUMPABLE, 1);
    set_environment(place->folder);
    for (;;)
        serve(&bench, &frame);
}
