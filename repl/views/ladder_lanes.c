#include "views/ladder_lanes.h"

#include "base/array.h"
#include "base/memory.h"
#include "views/ladder_packets.h"

#include <stdlib.h>
#include <string.h>

static int add_lane(struct ladder *ladder, struct ladder_lane lane)
{
    ARRAY_ADD(ladder->lanes, ladder->lane_count, lane);
    return (int)ladder->lane_count - 1;
}

static int actor_lane(struct ladder *ladder, int actor, int side)
{
    for (size_t i = 0; i < ladder->lane_count; i++)
        if (ladder->lanes[i].actor == actor && ladder->lanes[i].side == side)
            return (int)i;
    return add_lane(ladder, (struct ladder_lane){.actor = actor, .side = side});
}

static int place_lane(struct ladder *ladder, const struct address *place)
{
    for (size_t i = 0; i < ladder->lane_count; i++)
        if (ladder->lanes[i].actor < 0 && ladder->lanes[i].place.length == place->length &&
            memcmp(ladder->lanes[i].place.bytes, place->bytes, place->length) == 0)
            return (int)i;
    return add_lane(ladder, (struct ladder_lane){.actor = -1, .place = *place});
}

/* The lane of who uses a socket, -1 for none: who got it from another talks with nobody in his own process. */
static int user_lane(const struct ladder_lanes *lanes, int s, int actor)
{
    bool own = s >= 0 && lanes->ladder->sockets->list[s].actor == actor;
    return actor_lane(lanes->ladder, actor, own ? lanes->sides[s] : 0);
}

static int socket_lane(const struct ladder_lanes *lanes, int s, const struct address *place)
{
    if (s < 0)
        return place_lane(lanes->ladder, place);
    return user_lane(lanes, s, lanes->ladder->sockets->list[s].user);
}

/* With whoever made the call, as several may have the socket. */
int ladder_lanes_message(const struct ladder_lanes *lanes, const struct message *message, bool sender)
{
    uint32_t call = sender ? message->sent : message->received;
    int s = sender ? message->from : message->to;
    if (s < 0 || call == MESSAGE_NOWHERE)
        return socket_lane(lanes, s, &message->place);
    return user_lane(lanes, s, timeline_event(lanes->ladder->timeline, call)->actor);
}

int ladder_lanes_operation(const struct ladder_lanes *lanes, const struct operation *operation)
{
    int s = lanes->ladder->sockets->of_event[operation->first];
    return user_lane(lanes, s, operation->actor);
}

/* By socket: whether anything was ever sent or received on it.  Yours to free. */
static bool *find_used(const struct ladder *ladder)
{
    const struct sockets *sockets = ladder->sockets;
    bool *used = memory_new(sockets->count, sizeof *used);
    for (size_t i = 0; i < timeline_count(ladder->timeline); i++) {
        enum call_act act = event_act(timeline_event(ladder->timeline, i));
        if (sockets->of_event[i] >= 0 && (act == ACT_SEND || act == ACT_RECEIVE))
            used[sockets->of_event[i]] = true;
    }
    return used;
}

/* Where an actor talks with itself, the end that was called gets a lane of its own. */
static int *find_sides(const struct ladder *ladder, bool busy)
{
    const struct sockets *sockets = ladder->sockets;
    const struct messages *messages = ladder->messages;
    bool *used = find_used(ladder);
    int *sides = memory_new(sockets->count, sizeof *sides);
    for (size_t i = 0; i < sockets->count; i++) {
        const struct traced_socket *s = &sockets->list[i];
        if (!s->accepted || s->other < 0 || sockets->list[s->other].actor != s->actor ||
            (busy && s->listener < 0 && !used[i] && !used[s->other]))
            continue;
        sides[i] = s->listener >= 0 ? 1 : 2;
        if (s->listener >= 0)
            sides[s->listener] = 1;
    }
    free(used);
    for (size_t i = 0; i < messages->count; i++) {
        const struct message *message = &messages->list[i];
        if (message->from < 0 || message->to < 0)
            continue;
        const struct traced_socket *from = &sockets->list[message->from], *to = &sockets->list[message->to];
        if (from->actor == to->actor && to->bound && !from->bound)
            sides[message->to] = 1;
    }
    return sides;
}

int ladder_lanes_packet(const struct ladder_lanes *lanes, const struct seen_packet *packet, bool sender)
{
    struct packet_end end = ladder_packet_end(lanes->ladder, packet, sender);
    if (end.socket < 0 && end.learner)
        return actor_lane(lanes->ladder, 0, 0);
    return socket_lane(lanes, end.socket, &end.place);
}

void ladder_lanes_begin(struct ladder_lanes *lanes, struct ladder *ladder, bool busy)
{
    *lanes = (struct ladder_lanes){.ladder = ladder, .sides = find_sides(ladder, busy)};
}

/* --- all of them are there -------------------------------------------------------------------------------- */

static size_t lane_rank(const struct ladder *ladder, size_t lane)
{
    return ladder->lanes[lane].actor == ladder->own ? (size_t)ladder->lanes[lane].side : 3 + lane;
}

static void renumber_row(struct ladder_row *row, const int *new_numbers)
{
    for (size_t i = 0; i < row->cell_count; i++)
        row->cells[i].lane = new_numbers[row->cells[i].lane];
    if (row->has_arrow) {
        row->arrow.from = new_numbers[row->arrow.from];
        row->arrow.to = new_numbers[row->arrow.to];
    }
}

void ladder_lanes_order(struct ladder *ladder)
{
    struct ladder_lane *lanes = memory_new(ladder->lane_count, sizeof *lanes);
    int *new_numbers = memory_new(ladder->lane_count, sizeof *new_numbers);
    for (size_t i = 0; i < ladder->lane_count; i++) {
        size_t place = 0;
        for (size_t j = 0; j < ladder->lane_count; j++)
            place += lane_rank(ladder, j) < lane_rank(ladder, i);
        lanes[place] = ladder->lanes[i];
        new_numbers[i] = (int)place;
    }
    for (size_t i = 0; i < ladder->row_count; i++)
        renumber_row(&ladder->rows[i], new_numbers);
    free(ladder->lanes);
    free(new_numbers);
    ladder->lanes = lanes;
}

/* Where an actor listens, and whether it has another lane. */
static void describe(const struct ladder_lanes *lanes)
{
    struct ladder *ladder = lanes->ladder;
    for (size_t i = 0; i < ladder->lane_count; i++) {
        struct ladder_lane *lane = &ladder->lanes[i];
        for (size_t j = 0; j < ladder->lane_count && lane->actor >= 0; j++)
            lane->talks_with_itself = lane->talks_with_itself || (j != i && ladder->lanes[j].actor == lane->actor);
        for (size_t j = 0; j < ladder->sockets->count && lane->actor >= 0; j++) {
            const struct traced_socket *s = &ladder->sockets->list[j];
            bool here = s->actor == lane->actor && lanes->sides[j] == lane->side;
            /* Port 0 was asked for; which one the kernel chose, nobody has said. */
            int family = address_family_of(&s->local);
            here = here && (address_port(&s->local) != 0 || (family != AF_INET && family != AF_INET6));
            if (here && s->bound && !s->accepted && (s->gone == 0 || s->gone >= ladder->timeline->begin))
                lane->place = s->local;
        }
    }
}

/* How many sockets but listeners the cells of each lane are about, so that the words need no numbers where there is
 * one. */
static void count_sockets(struct ladder *ladder)
{
    int *seen = memory_new(ladder->sockets->count, sizeof *seen);
    for (size_t i = 0; i < ladder->row_count; i++)
        for (size_t j = 0; j < ladder->rows[i].cell_count; j++) {
            const struct ladder_cell *cell = &ladder->rows[i].cells[j];
            int s = cell->state != 0 ? cell->socket
                                     : ladder->sockets->of_event[ladder->operations->list[cell->operation].first];
            if (s < 0 || seen[s] || ladder->sockets->list[s].listening)
                continue;
            seen[s] = 1;
            ladder->lanes[cell->lane].sockets++;
        }
    free(seen);
}

void ladder_lanes_end(struct ladder_lanes *lanes)
{
    describe(lanes);
    count_sockets(lanes->ladder);
    free(lanes->sides);
}
