#include "session/disturb.h"

#include "base/child.h"
#include "base/clock.h"
#include "lab/fault.h"
#include "lab/network.h"
#include "lab/wire.h"
#include "trace/packet.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How long relays are given to hear of it. */
#define PATIENCE CLOCK_SECOND

/* The board, and what only the worker itself knows. */
struct board {
    struct relay_board shared; /* first, so that the lab's pointer leads here */
    int rope;                  /* rings the bell */
    uint64_t begin;            /* the number of the first event since then */
    uint32_t rule;             /* of the wire; 0: none */
    char name[FAULT_NAME_ROOM];
};

static struct board *board_of(const struct runtime *runtime)
{
    return (struct board *)runtime->lab.board;
}

void disturb_prepare(struct runtime *runtime)
{
    int ends[2];
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED || pipe2(ends, O_CLOEXEC) != 0)
        _exit(1);
    *board = (struct board){.rope = child_move_up(ends[1], CHILD_HOUSE_DESCRIPTORS)};
    board->shared.bell = child_move_up(ends[0], CHILD_HOUSE_DESCRIPTORS);
    board->shared.learner = getpid();
    runtime->lab.board = &board->shared;
}

/* --- beginning ------------------------------------------------------------------------------------------ */

static uint64_t count_from(const json_t *value)
{
    json_int_t count = json_integer_value(value);
    return count > 0 ? (uint64_t)count : 0;
}

static bool read_run(struct fault_run *run, const json_t *wanted)
{
    const char *nearest, *name = json_string_value(json_object_get(wanted, "fault"));
    const json_t *longest = json_object_get(wanted, "longest");
    *run = (struct fault_run){.run = count_from(json_object_get(wanted, "run"))};
    for (size_t way = 0; way < RELAY_WAYS; way++)
        run->measure.longest[way] = count_from(json_array_get(longest, way));
    run->measure.packets = count_from(json_object_get(wanted, "packets"));
    return name != NULL && fault_read(&run->wish, name, &nearest);
}

static bool tell(const struct network *network, struct wire_order order, int64_t *answer)
{
    return status_fine(wire_tell(network->orders, order, NULL, 0, answer));
}

/* What the wire can do is done by the wire: pictures show it as it is. */
static bool tell_wire(struct board *board, const struct network *network, const struct fault_run *run)
{
    struct relay_manner *manner = &board->shared.manner;
    int64_t answer = 0;
    bool fine = true;
    if (network != NULL && fault_packet(run) > 0) {
        struct rule rule = {
            .fate = PACKET_DROPPED, .kinds = 1 << PACKET_TCP | 1 << PACKET_UDP, .nth = fault_packet(run)};
        fine = tell(network, (struct wire_order){.kind = WIRE_RULE, .rule = rule}, &answer);
        board->rule = (uint32_t)answer;
    }
    for (uint32_t host = 0; network != NULL && manner->delay > 0 && host < NETWORK_HOSTS; host++) {
        struct wire_order order = {.kind = WIRE_MANNER, .number = host, .manner = {.delay = manner->delay}};
        fine = fine && tell(network, order, &answer);
        if (host + 1 < NETWORK_HOSTS)
            continue;
        manner->delay = 0;
        atomic_fetch_add(&board->shared.applied, 1);
    }
    return fine;
}

static void hear_signal(int number)
{
    (void)number;
}

/* A signal that nobody has a handler for interrupts nobody: this one has. */
static void be_interruptible(void)
{
    struct sigaction action = {.sa_handler = hear_signal}, before;
    if (sigaction(SIGURG, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        sigaction(SIGURG, &action, NULL);
}

static uint32_t count_relays(const struct lab *lab)
{
    uint32_t count = 0;
    for (struct peer *peer = lab->peers; peer != NULL; peer = peer->next)
        count += peer->relay > 0 && peer_alive(peer);
    return count;
}

/* Until every relay knows: what the learner does next meets the bad day. */
static void ring_bell(struct board *board, const struct lab *lab)
{
    const struct timespec soon = {.tv_nsec = 50 * CLOCK_MICROSECOND};
    int64_t limit = clock_after(PATIENCE);
    uint32_t relays = count_relays(lab);
    atomic_store(&board->shared.armed, 1);
    if (write(board->rope, "!", 1) != 1)
        return;
    while (atomic_load(&board->shared.heard) < relays && clock_now() < limit)
        nanosleep(&soon, NULL);
}

bool disturb_begin(struct runtime *runtime, const json_t *wanted)
{
    struct board *board = board_of(runtime);
    struct fault_run run;
    if (board == NULL || atomic_load(&board->shared.armed) != 0)
        return false;
    if (json_is_object(wanted)) {
        if (!read_run(&run, wanted))
            return false;
        fault_manner(&run, &board->shared.manner);
        fault_name(&run.wish, board->name);
        if (!tell_wire(board, runtime->lab.network, &run))
            return false;
        if (board->shared.manner.interrupts)
            be_interruptible();
    }
    board->shared.wired = runtime->lab.network != NULL;
    board->begin = ring_next(runtime->net.ring);
    ring_bell(board, &runtime->lab);
    return true;
}

/* --- telling -------------------------------------------------------------------------------------------- */

static json_int_t count_packets(const struct runtime *runtime, uint64_t begin)
{
    json_int_t count = (json_int_t)atomic_load(&runtime->lab.board->packets);
    struct event event;
    struct packet packet;
    for (uint64_t number = begin; number < ring_next(runtime->net.ring); number++)
        count += ring_read(runtime->net.ring, number, &event) && packet_of_event(&packet, &event) &&
                 (packet.kind == PACKET_TCP || packet.kind == PACKET_UDP);
    return count;
}

json_t *disturb_tell(struct runtime *runtime)
{
    const struct board *board = board_of(runtime);
    int64_t dropped = 0;
    if (board == NULL)
        return NULL;
    const struct relay_board *shared = &board->shared;
    if (board->rule > 0)
        tell(runtime->lab.network, (struct wire_order){.kind = WIRE_COUNT, .number = board->rule}, &dropped);
    return json_pack("{s: [I, I], s: I, s: I}", "longest", (json_int_t)atomic_load(&shared->longest[RELAY_TO_CLIENT]),
                     (json_int_t)atomic_load(&shared->longest[RELAY_TO_PEER]), "packets",
                     count_packets(runtime, board->begin), "applied",
                     (json_int_t)atomic_load(&shared->applied) + (json_int_t)dropped);
}

const char *disturb_name(const struct runtime *runtime)
{
    const struct board *board = board_of(runtime);
    return board != NULL && board->name[0] != '\0' ? board->name : NULL;
}
