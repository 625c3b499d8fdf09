#include "session/workshop.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/memory.h"
#include "session/bench.h"
#include "session/frame.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* How often it is asked whether to stop. */
#define ASK (20 * CLOCK_MILLISECOND)

/* So long a program may take to end after SIGINT. */
#define GRACE (200 * CLOCK_MILLISECOND)

struct workshop {
    int channel;  /* to the bench */
    int output;   /* what programs print, as they print it */
    char *folder; /* with a slash: Python says where a file lies */
    size_t folder_length;
    char *held; /* the start of a folder's name, which may go on in the next piece */
    size_t held_length;
    bool running, listens;
    int signals; /* that were asked for, and are not sent yet */
    pid_t process;
    bool enough;    /* it printed more than anybody wants */
    uint64_t nonce; /* of the newest request: who was interrupted does not take the answer to it for another's */
    int64_t asked;  /* the moment when it was told to end; 0: it was not */
    bool stopped;
    struct workshop_end end;
};

/* --- starting ------------------------------------------------------------------------------------------- */

/* Lines come when they are printed, as at a terminal; nothing is done to what is written. */
static bool open_terminal(int ends[2])
{
    struct termios modes;
    const char *name;
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ends[1] = -1;
    if (ends[0] >= 0 && unlockpt(ends[0]) == 0 && (name = ptsname(ends[0])) != NULL)
        ends[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[1] >= 0 && tcgetattr(ends[1], &modes) == 0) {
        cfmakeraw(&modes);
        if (tcsetattr(ends[1], TCSANOW, &modes) == 0)
            return true;
    }
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    return false;
}

static bool open_output(int ends[2])
{
    if (!open_terminal(ends) && pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ends[0] = child_move_up(ends[0], CHILD_HOUSE_DESCRIPTORS);
    ends[1] = child_move_up(ends[1], CHILD_HOUSE_DESCRIPTORS);
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

struct workshop *workshop_new(struct ring *ring, const char *folder)
{
    int pair[2], output[2];
    pid_t parent = getpid();
    if (folder == NULL || !open_output(output) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return NULL;
    pair[0] = child_move_up(pair[0], CHILD_HOUSE_DESCRIPTORS);
    pair[1] = child_move_up(pair[1], CHILD_HOUSE_DESCRIPTORS);
    pid_t bench = fork();
    if (bench == 0) {
        child_close(pair[1], output[1], INT_MAX);
        bench_run(&(struct bench_place){pair[1], output[1], folder, ring}, parent);
    }
    close(pair[1]);
    close(output[1]);
    if (bench < 0)
        return NULL;
    struct workshop *workshop = memory_new(1, sizeof *workshop);
    workshop->channel = pair[0];
    workshop->output = output[0];
    workshop->folder = text_make("%s/", folder);
    workshop->folder_length = strlen(workshop->folder);
    workshop->held = memory_new(workshop->folder_length + 1, 1);
    return workshop;
}

/* --- output --------------------------------------------------------------------------------------------- */

static void give(struct workshop *workshop, const struct workshop_watcher *watcher, const char *bytes, size_t length)
{
    if (length > 0 && !workshop->enough && !watcher->output(watcher->owner, bytes, length))
        workshop->enough = true;
}

/* How much of the folder's name the bytes begin with. */
static size_t common(const struct workshop *workshop, const char *bytes, size_t length)
{
    size_t most = length < workshop->folder_length ? length : workshop->folder_length;
    return memcmp(bytes, workshop->folder, most) == 0 ? most : 0;
}

/* Passes them on without the folder's name, and gives back how much of the end may be the start of one. */
static size_t pass_on(struct workshop *workshop, const struct workshop_watcher *watcher, const char *bytes,
                      size_t length)
{
    size_t at = 0;
    for (const char *found; (found = memchr(bytes + at, '/', length - at)) != NULL;) {
        size_t place = (size_t)(found - bytes), same = common(workshop, found, length - place);
        if (same > 0 && same < workshop->folder_length) {
            give(workshop, watcher, bytes + at, place - at);
            return same;
        }
        bool whole = same == workshop->folder_length;
        give(workshop, watcher, bytes + at, place + !whole - at);
        at = place + (whole ? same : 1);
    }
    give(workshop, watcher, bytes + at, length - at);
    return 0;
}

static void take_output(struct workshop *workshop, const struct workshop_watcher *watcher)
{
    char bytes[65536];
    ssize_t count;
    do {
        struct text whole = TEXT_EMPTY;
        count = read(workshop->output, bytes, sizeof bytes);
        if (count <= 0)
            return;
        text_add_bytes(&whole, workshop->held, workshop->held_length);
        text_add_bytes(&whole, bytes, (size_t)count);
        workshop->held_length = pass_on(workshop, watcher, whole.bytes, whole.length);
        memcpy(workshop->held, whole.bytes + whole.length - workshop->held_length, workshop->held_length);
        text_free(&whole);
    } while (count == sizeof bytes && !workshop->enough);
}

/* --- waiting -------------------------------------------------------------------------------------------- */

/* For anything from the bench or the program, but not for long. */
static bool wait_a_moment(const struct workshop *workshop)
{
    struct pollfd ready[] = {{.fd = workshop->channel, .events = POLLIN}, {.fd = workshop->output, .events = POLLIN}};
    poll(ready, 2, (int)(ASK / CLOCK_MILLISECOND));
    return ready[0].revents != 0;
}

/* Waits for what the bench says to the newest request; 0 when it is gone. */
static enum frame_kind receive(const struct workshop *workshop, struct text *frame)
{
    uint64_t nonce;
    enum frame_kind kind;
    do
        kind = frame_receive(workshop->channel, &nonce, frame);
    while (kind != 0 && nonce != workshop->nonce);
    return kind;
}

static void send_signal(struct workshop *workshop, int signal)
{
    int32_t number = signal;
    workshop->signals++;
    frame_send(workshop->channel, FRAME_SEND, 0, (const char *)&number, sizeof number);
}

/* As Ctrl-C does; who does not hear it is killed. */
static void make_end(struct workshop *workshop)
{
    int64_t now = clock_now();
    if (workshop->asked == 0)
        send_signal(workshop, workshop->enough ? SIGKILL : SIGINT);
    else if (now - workshop->asked > GRACE)
        send_signal(workshop, SIGKILL);
    workshop->asked = workshop->asked == 0 ? now : workshop->asked;
}

static void end_lost(struct workshop *workshop)
{
    workshop->running = false;
    workshop->end = (struct workshop_end){.status = -1, .failed = memory_copy("Who runs programs here is gone.")};
}

static void take_end(struct workshop *workshop, const struct text *frame)
{
    static const char *const whys[] = {[BENCH_PROCESSES] = "it had more than 32 processes at once"};
    struct bench_end end;
    workshop->running = false;
    memcpy(&end, frame->bytes, sizeof end);
    workshop->end = (struct workshop_end){
        .status = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : -1,
        .signal = WIFSIGNALED(end.status) ? WTERMSIG(end.status) : 0,
        .why = end.why == BENCH_PROCESSES ? whys[end.why]
               : workshop->enough         ? "it printed too much"
                                          : NULL,
        .failed = end.why == BENCH_NOT_STARTED ? memory_copy(frame->bytes + sizeof end) : NULL,
        .stopped = workshop->stopped,
    };
}

static bool goes_on(struct workshop *workshop, const struct workshop_watcher *watcher)
{
    struct text frame = TEXT_EMPTY;
    if (!workshop->running)
        return false;
    bool told = wait_a_moment(workshop);
    take_output(workshop, watcher);
    if (told) {
        enum frame_kind kind = receive(workshop, &frame);
        if (kind == FRAME_ENDED)
            take_end(workshop, &frame);
        else if (kind == FRAME_LISTENS)
            workshop->listens = true;
        else if (kind == FRAME_SENT)
            workshop->signals--;
        else if (kind == 0)
            end_lost(workshop);
        take_output(workshop, watcher);
    }
    text_free(&frame);
    workshop->stopped = workshop->stopped || watcher->stopping(watcher->owner);
    if (workshop->running && (workshop->stopped || workshop->enough))
        make_end(workshop);
    return workshop->running;
}

/* --- the end -------------------------------------------------------------------------------------------- */

static struct workshop_end finish(struct workshop *workshop, const struct workshop_watcher *watcher)
{
    while (goes_on(workshop, watcher))
        continue;
    give(workshop, watcher, workshop->held, workshop->held_length);
    workshop->held_length = 0;
    return workshop->end;
}

static bool hear_nothing(void *owner, const char *bytes, size_t length)
{
    (void)owner, (void)bytes, (void)length;
    return true;
}

static bool stop_at_once(void *owner)
{
    (void)owner;
    return true;
}

void workshop_stop(struct workshop *workshop)
{
    const struct workshop_watcher nobody = {.output = hear_nothing, .stopping = stop_at_once};
    if (!workshop->running)
        return;
    send_signal(workshop, SIGKILL);
    free(finish(workshop, &nobody).failed);
}

/* --- building ------------------------------------------------------------------------------------------- */

bool workshop_build(struct workshop *workshop, const struct workshop_source *source,
                    const struct workshop_watcher *watcher, struct text *said)
{
    const struct bench_source head = {source->language, source->first_line, (uint32_t)strlen(source->name)};
    struct text frame = TEXT_EMPTY;
    workshop_stop(workshop);
    text_add_bytes(&frame, (const char *)&head, sizeof head);
    text_add(&frame, source->name);
    text_add_bytes(&frame, source->text, source->length);
    bool fine = frame_send(workshop->channel, FRAME_BUILD, ++workshop->nonce, frame.bytes, frame.length);
    while (fine && !wait_a_moment(workshop))
        fine = !watcher->stopping(watcher->owner);
    fine = fine && receive(workshop, &frame) == FRAME_BUILT;
    if (fine)
        text_add(said, frame.bytes + 1);
    fine = fine && frame.bytes[0] == '1';
    text_free(&frame);
    return fine;
}

/* --- running -------------------------------------------------------------------------------------------- */

static bool start(struct workshop *workshop, char *const *arguments, bool listens)
{
    struct text frame = TEXT_EMPTY;
    int32_t number = 0;
    text_add_char(&frame, listens);
    for (char *const *argument = arguments; *argument != NULL; argument++)
        text_add_bytes(&frame, *argument, strlen(*argument) + 1);
    workshop->running = true;
    workshop->listens = false;
    workshop->signals = 0;
    workshop->enough = workshop->stopped = false;
    workshop->asked = 0;
    workshop->held_length = 0;
    enum frame_kind kind = 0;
    if (frame_send(workshop->channel, FRAME_START, ++workshop->nonce, frame.bytes, frame.length))
        kind = receive(workshop, &frame);
    if (kind == FRAME_BEGUN)
        memcpy(&number, frame.bytes, sizeof number);
    else if (kind == FRAME_ENDED)
        take_end(workshop, &frame);
    else
        end_lost(workshop);
    text_free(&frame);
    workshop->process = number;
    return kind == FRAME_BEGUN;
}

struct workshop_end workshop_run(struct workshop *workshop, char *const *arguments,
                                 const struct workshop_watcher *watcher)
{
    workshop_stop(workshop);
    start(workshop, arguments, false);
    return finish(workshop, watcher);
}

bool workshop_start(struct workshop *workshop, char *const *arguments, const struct workshop_watcher *watcher)
{
    workshop_stop(workshop);
    start(workshop, arguments, true);
    while (!workshop->listens && goes_on(workshop, watcher))
        continue;
    return workshop->running;
}

bool workshop_wait(struct workshop *workshop, const struct workshop_watcher *watcher, int64_t moment,
                   struct workshop_end *end)
{
    while (goes_on(workshop, watcher) && clock_now() < moment)
        continue;
    if (!workshop->running)
        *end = finish(workshop, watcher);
    return !workshop->running;
}

void workshop_signal(struct workshop *workshop, const struct workshop_watcher *watcher, int signal)
{
    if (workshop->running)
        send_signal(workshop, signal);
    while (workshop->signals > 0 && goes_on(workshop, watcher))
        continue;
}

pid_t workshop_process(const struct workshop *workshop)
{
    return workshop->process;
}
