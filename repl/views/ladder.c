#include "views/ladder.h"

#include "base/array.h"
#include "base/memory.h"
#include "trace/left.h"
#include "trace/packets.h"
#include "views/ladder_lanes.h"
#include "views/ladder_packets.h"
#include "views/ladder_rows.h"
#include "views/order.h"

#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_GAP  (10 * CLOCK_MILLISECOND)
#define DEFAULT_MOST 160
#define NOWHERE      SIZE_MAX

struct builder {
    struct ladder *ladder;
    const struct timeline *timeline;
    struct ladder_options options;
    struct ladder_lanes lanes;
    bool *left;          /* by socket: see trace/left.h */
    size_t *message_row; /* by message: the row of its arrow, NOWHERE */
    bool *begun;         /* by operation: a row shows its beginning */
    int64_t last_at;     /* when the last thing that is drawn happened */
};

/* --- rows ----------------------------------------------------------------------------------------------- */

static struct ladder_row *add_row(struct builder *builder, enum ladder_row_kind kind, int64_t at)
{
    struct ladder *ladder = builder->ladder;
    ARRAY_ADD(ladder->rows, ladder->row_count, (struct ladder_row){.kind = kind, .at = at});
    return &ladder->rows[ladder->row_count - 1];
}

/* What the kernel's timers do is never as long twice: the nearest of a few steps, from 1, 1.5, 2, ... to 8. */
static int64_t round_gap(int64_t gap)
{
    static const int64_t steps[] = {10, 15, 20, 30, 40, 50, 60, 80, 100};
    int64_t unit = 1;
    while (gap / unit >= 95)
        unit *= 10;
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && 2 * gap > (steps[i] + steps[i + 1]) * unit)
        i++;
    return steps[i] * unit;
}

static struct ladder_row *begin_row(struct builder *builder, int64_t at)
{
    if (builder->ladder->row_count > 0 && at - builder->last_at >= builder->options.gap) {
        int64_t gap = at - builder->last_at;
        add_row(builder, LADDER_GAP, builder->last_at)->gap = builder->ladder->rounded ? round_gap(gap) : gap;
    }
    builder->last_at = at;
    return add_row(builder, LADDER_ROW, at);
}

static void add_cell(struct builder *builder, struct ladder_row *row, int lane, uint32_t operation,
                     enum ladder_phase phase)
{
    row->cells[row->cell_count++] = (struct ladder_cell){.lane = lane, .operation = operation, .phase = phase};
    builder->ladder->lanes[lane].last_row = (size_t)(row - builder->ladder->rows) + 1;
}

static bool is_lost(const struct builder *builder, const struct message *message)
{
    const struct operations *operations = builder->ladder->operations;
    if (message->kind != MESSAGE_CONNECT)
        return false;
    const struct operation *operation = &operations->list[operations->of_event[message->sent]];
    return operation->timed_out || operation->error == ETIMEDOUT;
}

/* Not where packets show it. */
static void add_arrow(struct builder *builder, struct ladder_row *row, uint32_t index)
{
    const struct message *message = &builder->ladder->messages->list[index];
    if (ladder_has_packets_of(builder->ladder, message))
        return;
    int from = ladder_lanes_message(&builder->lanes, message, true),
        to = ladder_lanes_message(&builder->lanes, message, false);
    if (from == to)
        return;
    row->arrow = (struct ladder_arrow){.from = from, .to = to, .message = index, .lost = is_lost(builder, message)};
    row->has_arrow = true;
    builder->message_row[index] = (size_t)(row - builder->ladder->rows);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

static const struct operation *operation_at(const struct builder *builder, uint32_t index)
{
    return &builder->ladder->operations->list[index];
}

static bool is_slow(const struct builder *builder, const struct operation *operation)
{
    return operation->end == 0 || operation->end - operation->begin >= builder->options.gap;
}

/* An event loop looks whether anything is ready, and goes on at once; a library asks for names that it writes down. */
static bool only_looks(const struct builder *builder, const struct operation *operation)
{
    enum call_act act = operation_act(operation);
    bool nothing = act == ACT_WAIT && operation->end != 0 && operation->result == 0 && operation->asked == 0 &&
                   !operation->timed_out && !is_slow(builder, operation);
    return builder->options.busy && (nothing || act == ACT_GET_NAME || act == ACT_GET_PEER_NAME);
}

/* What no row tells of is left out. */
static enum call_picture picture_of(const struct builder *builder, const struct operation *operation)
{
    const struct event *event = timeline_event(builder->timeline, operation->first);
    int s = builder->ladder->sockets->of_event[operation->first];
    bool left = s >= 0 && builder->left[s] && operation->actor != builder->ladder->own;
    if (event->flags & EVENT_SETUP || left || only_looks(builder, operation))
        return PICTURE_HIDDEN;
    if (operation->kind == EVENT_STATE)
        return builder->options.states ? PICTURE_LOCAL : PICTURE_HIDDEN;
    if (operation->kind == EVENT_NOTE || operation->kind == EVENT_HANDLER)
        return PICTURE_LOCAL;
    const struct call *call = call_of(event);
    bool failed = operation->error != 0 || operation->timed_out;
    if (call->act == ACT_NONE || (operation->actor != builder->ladder->own && call->sets_up && !failed))
        return PICTURE_HIDDEN;
    if (call->picture == PICTURE_HIDDEN && (failed || event_asks_for_error(event)))
        return PICTURE_LOCAL;
    return (enum call_picture)call->picture;
}

static uint32_t sent_by(const struct builder *builder, const struct operation *operation)
{
    const struct messages *messages = builder->ladder->messages;
    uint32_t message = messages->sent_by[operation->last];
    return message != MESSAGE_NOWHERE ? message : messages->sent_by[operation->first];
}

/* Where the cell may stand beside the arrow that it received, if that is not above something newer. */
static struct ladder_row *row_to_join(struct builder *builder, uint32_t message, int lane, int64_t at)
{
    size_t index = message == MESSAGE_NOWHERE ? NOWHERE : builder->message_row[message];
    if (index == NOWHERE || builder->ladder->lanes[lane].last_row > index)
        return NULL;
    struct ladder_row *row = &builder->ladder->rows[index];
    bool fits = row->cell_count < 2 && row->has_arrow && row->arrow.to == lane && at - row->at < builder->options.gap;
    return fits ? row : NULL;
}

static void draw_received(struct builder *builder, uint32_t index, int64_t at, enum ladder_phase phase)
{
    const struct operation *operation = operation_at(builder, index);
    uint32_t message = builder->ladder->messages->received_by[operation->last];
    int lane = ladder_lanes_operation(&builder->lanes, operation);
    struct ladder_row *row = row_to_join(builder, message, lane, at);
    if (row == NULL)
        row = ladder_packet_receiver(builder->ladder, operation, lane, builder->ladder->lanes[lane].last_row, at,
                                     builder->options.gap);
    bool joins = row != NULL;
    if (!joins)
        row = begin_row(builder, at);
    if (at > builder->last_at)
        builder->last_at = at;
    add_cell(builder, row, lane, index, phase);
    if (!joins && message != MESSAGE_NOWHERE && builder->message_row[message] == NOWHERE &&
        builder->ladder->messages->list[message].sent == MESSAGE_NOWHERE)
        add_arrow(builder, row, message);
    row->cells[row->cell_count - 1].alone = !row->has_arrow;
}

/* A peer that is stopped ends all its connections at once. */
static void draw_other_ends(struct builder *builder, uint32_t event, uint32_t message, int64_t at)
{
    const struct messages *messages = builder->ladder->messages;
    for (; message < messages->count && messages->list[message].sent == event; message++)
        if (!ladder_has_packets_of(builder->ladder, &messages->list[message]))
            add_arrow(builder, begin_row(builder, at), message);
}

static void draw_sent(struct builder *builder, uint32_t index, int64_t at, enum ladder_phase phase)
{
    const struct operation *operation = operation_at(builder, index);
    uint32_t message = sent_by(builder, operation);
    struct ladder_row *row = begin_row(builder, at);
    add_cell(builder, row, ladder_lanes_operation(&builder->lanes, operation), index, phase);
    if (message != MESSAGE_NOWHERE && builder->message_row[message] == NOWHERE)
        add_arrow(builder, row, message);
    row->cells[0].alone = !row->has_arrow;
    if (operation->kind == EVENT_NOTE && message != MESSAGE_NOWHERE)
        draw_other_ends(builder, operation->first, message + 1, at);
}

/* Makes room for a row at this place, or moves the one at `from` there: what stands between goes down by one. */
static struct ladder_row *shift_rows(struct builder *builder, size_t place, size_t from)
{
    struct ladder *ladder = builder->ladder;
    struct ladder_row moved = ladder->rows[from];
    memmove(&ladder->rows[place + 1], &ladder->rows[place], (from - place) * sizeof moved);
    ladder->rows[place] = moved;
    for (size_t i = 0; i < ladder->lane_count; i++)
        if (ladder->lanes[i].last_row > place && ladder->lanes[i].last_row <= from)
            ladder->lanes[i].last_row++;
    for (size_t i = 0; i < ladder->messages->count; i++)
        if (builder->message_row[i] >= place && builder->message_row[i] < from)
            builder->message_row[i]++;
    return &ladder->rows[place];
}

/* The kernel asked once more and gave up at the same time; the wire heard of it a little later. */
#define LITTLE_LATER (2 * CLOCK_MILLISECOND)

static struct ladder_row *row_before_end(struct builder *builder, const struct seen_packet *packet, int from)
{
    struct ladder *ladder = builder->ladder;
    struct ladder_row *last = ladder->row_count > 0 ? &ladder->rows[ladder->row_count - 1] : NULL;
    if (last == NULL || last->kind != LADDER_ROW || last->has_arrow || last->cell_count != 1 ||
        last->cells[0].lane != from || last->cells[0].phase != LADDER_ENDED ||
        operation_at(builder, last->cells[0].operation)->error != ETIMEDOUT ||
        packet->event->begin - last->at > LITTLE_LATER)
        return NULL;
    int64_t at = last->at;
    add_row(builder, LADDER_ROW, at);
    return shift_rows(builder, ladder->row_count - 2, ladder->row_count - 1);
}

/* The packets of a normal picture come in the order that was; the rest gets one that is the same in every run. */
static bool is_settled(const struct builder *builder)
{
    return builder->options.normal && builder->ladder->packets != NULL;
}

/* Above the row of a call stand the packets that left before the one that the call sent. */
static struct ladder_row *below_earlier_packets(struct builder *builder, struct ladder_row *row, int from)
{
    struct ladder *ladder = builder->ladder;
    size_t index = (size_t)(row - ladder->rows);
    for (size_t i = index + 1; i < ladder->row_count; i++) {
        struct ladder_row *other = &ladder->rows[i];
        if (other->kind != LADDER_ROW || other->cell_count > 0 || other->arrow.packet == NULL ||
            other->arrow.from != from)
            continue;
        other->at = ladder->rows[index].at;
        shift_rows(builder, index++, i);
    }
    return &ladder->rows[index];
}

/* The row of the packet's arrow, if nobody has waited since. */
static size_t arrow_row(const struct ladder *ladder, const struct seen_packet *packet)
{
    for (size_t i = ladder->row_count; i-- > 0 && ladder->rows[i].kind == LADDER_ROW;)
        if (ladder->rows[i].has_arrow && ladder->rows[i].arrow.packet == packet)
            return i;
    return NOWHERE;
}

/*
 * What a packet did to one end: under its arrow, beside what it did to the other.  It keeps no call from standing
 * beside the arrow.
 */
static void draw_change(struct builder *builder, const struct seen_packet *packet, bool sender, int64_t at,
                        uint32_t event)
{
    struct ladder *ladder = builder->ladder;
    int state = sender ? packet->sender_state : packet->receiver_state;
    if (state == 0 || !builder->options.states)
        return;
    struct ladder_cell cell = {.lane = ladder_lanes_packet(&builder->lanes, packet, sender),
                               .operation = ladder->operations->of_event[event],
                               .state = state,
                               .socket = ladder_packet_end(ladder, packet, sender).socket};
    bool apart = !sender && packet_hold(packet->event) >= builder->options.gap;
    size_t place = apart ? NOWHERE : arrow_row(ladder, packet);
    struct ladder_row *below = place != NOWHERE && place + 1 < ladder->row_count ? &ladder->rows[place + 1] : NULL;
    if (below == NULL || !ladder_row_is_change(below) || below->cell_count == 2 || below->cells[0].lane == cell.lane) {
        int64_t time = place == NOWHERE ? at : ladder->rows[place].at;
        below = place == NOWHERE ? begin_row(builder, at) : add_row(builder, LADDER_ROW, time);
        if (place != NOWHERE)
            below = shift_rows(builder, place + 1, ladder->row_count - 1);
    }
    below->cells[below->cell_count++] = cell;
}

static void draw_packet(struct builder *builder, const struct seen_packet *packet, uint32_t event)
{
    if (ladder_packet_is_plain_ack(packet) && !builder->options.acks)
        return;
    int from = ladder_lanes_packet(&builder->lanes, packet, true),
        to = ladder_lanes_packet(&builder->lanes, packet, false);
    struct ladder_row *row = ladder_packet_sender(builder->ladder, packet, from, builder->options.gap);
    if (row != NULL)
        row = below_earlier_packets(builder, row, from);
    if (row == NULL)
        row = row_before_end(builder, packet, from);
    if (row == NULL)
        row = begin_row(builder, packet->event->begin);
    for (size_t i = 0; i < row->cell_count; i++)
        row->cells[i].alone = false;
    row->arrow = (struct ladder_arrow){.from = from,
                                       .to = to,
                                       .packet = packet,
                                       .lost = !packet_arrives(&packet->packet),
                                       .pending = packet->event->end == 0 && !builder->options.normal};
    row->has_arrow = true;
    draw_change(builder, packet, true, packet->event->begin, event);
}

/* Two changes of state at the same time stand side by side. */
static void draw_state(struct builder *builder, uint32_t index, int64_t at)
{
    const struct ladder *ladder = builder->ladder;
    struct ladder_row *last = ladder->row_count > 0 ? &ladder->rows[ladder->row_count - 1] : NULL;
    int lane = ladder_lanes_operation(&builder->lanes, operation_at(builder, index));
    bool joins = last != NULL && last->kind == LADDER_ROW && last->cell_count == 1 && !last->has_arrow &&
                 last->cells[0].lane != lane && operation_at(builder, last->cells[0].operation)->kind == EVENT_STATE &&
                 !is_settled(builder);
    size_t before = builder->ladder->lanes[lane].last_row;
    struct ladder_row *row = joins ? last : begin_row(builder, at);
    add_cell(builder, row, lane, index, LADDER_WHOLE);
    /* It keeps no call from standing beside the arrow that it received. */
    builder->ladder->lanes[lane].last_row = before;
}

/* A connect whose packets are shown: it returned because of the second one. */
static bool is_answered_apart(const struct builder *builder, const struct operation *operation)
{
    const struct ladder *ladder = builder->ladder;
    uint32_t message = sent_by(builder, operation);
    int s = ladder->sockets->of_event[operation->first];
    return operation->kind == EVENT_CALL && operation_act(operation) == ACT_CONNECT && operation->error == 0 &&
           operation->end != 0 && s >= 0 && ladder->sockets->list[s].type == SOCK_STREAM &&
           message != MESSAGE_NOWHERE && ladder_has_packets_of(ladder, &ladder->messages->list[message]);
}

/* What the kernel said, and packets brought about: they tell the moment. */
static bool is_told(const struct builder *builder, const struct operation *operation)
{
    const struct ladder *ladder = builder->ladder;
    int64_t after = timeline_event(builder->timeline, operation->first)->arg[1];
    int s = ladder->sockets->of_event[operation->first];
    /* One in TIME-WAIT has a half that is closed, the descriptor's, and came through FIN-WAIT-2, be it by the same
     * packet. */
    bool within = after == TCP_CLOSE || after == TCP_FIN_WAIT2;
    return ladder->packets != NULL &&
           (ladder_packets_tell(ladder, s, after) || (within && ladder_packets_tell(ladder, s, TCP_TIME_WAIT)));
}

static void draw_begin(struct builder *builder, uint32_t index)
{
    const struct operation *operation = operation_at(builder, index);
    enum call_picture picture = picture_of(builder, operation);
    bool slow = is_slow(builder, operation);
    if (operation->kind == EVENT_STATE && is_told(builder, operation))
        return;
    if (picture == PICTURE_HIDDEN ||
        (picture == PICTURE_RECEIVE && (!slow || operation->actor != builder->ladder->own)))
        return;
    if (operation->kind == EVENT_STATE) {
        draw_state(builder, index, operation->begin);
        return;
    }
    bool refused = picture == PICTURE_CONNECT && operation->error != 0 && operation->error != EINPROGRESS &&
                   sent_by(builder, operation) != MESSAGE_NOWHERE;
    bool two_rows = operation->kind == EVENT_CALL && (slow || refused);
    builder->begun[index] = two_rows || is_answered_apart(builder, operation);
    two_rows = builder->begun[index];
    draw_sent(builder, index, operation->begin, two_rows ? LADDER_BEGUN : LADDER_WHOLE);
}

/* The kernel asked in vain: no packet tells that the end is closed. */
static void draw_giving_up(struct builder *builder, uint32_t index)
{
    const struct operation *operation = operation_at(builder, index);
    int s = builder->ladder->sockets->of_event[operation->first];
    if (builder->ladder->packets == NULL || !builder->options.states || operation->error != ETIMEDOUT || s < 0 ||
        builder->ladder->sockets->list[s].type != SOCK_STREAM)
        return;
    int lane = ladder_lanes_operation(&builder->lanes, operation);
    struct ladder_row *row = begin_row(builder, operation->end);
    add_cell(builder, row, lane, index, LADDER_WHOLE);
    row->cells[0].state = TCP_CLOSE;
    row->cells[0].socket = s;
}

/* When the last packet came that was there by then; 0 for none. */
static int64_t last_arrival(const struct ladder *ladder, int64_t at)
{
    int64_t last = 0;
    for (size_t i = 0; i < ladder->packet_count; i++) {
        const struct seen_packet *packet = &ladder->packets[i];
        int64_t arrival = packet->event->begin + packet_hold(packet->event);
        if (packet_arrives(&packet->packet) && arrival <= at && arrival > last)
            last = arrival;
    }
    return last;
}

/*
 * On a busy machine a call comes back a little late.  In a normal picture one that waited for a time ends when that was
 * over, and another one when what it waited for was there: shortly before.
 */
static int64_t end_of(const struct builder *builder, const struct operation *operation)
{
    int64_t end = operation->end, over = operation->begin + operation->asked, arrival;
    if (!builder->ladder->rounded)
        return end;
    if (operation->timed_out || operation_act(operation) == ACT_SLEEP) {
        end = over < end ? over : end;
    } else {
        arrival = last_arrival(builder->ladder, end);
        over = arrival > builder->last_at ? arrival : builder->last_at;
        end = end - over < 2 * builder->options.gap ? over : end;
    }
    return end > builder->last_at ? end : builder->last_at;
}

static void draw_end(struct builder *builder, uint32_t index)
{
    const struct operation *operation = operation_at(builder, index);
    enum call_picture picture = picture_of(builder, operation);
    if (operation->kind != EVENT_CALL || picture == PICTURE_HIDDEN ||
        (!builder->begun[index] && picture != PICTURE_RECEIVE))
        return;
    draw_received(builder, index, end_of(builder, operation), builder->begun[index] ? LADDER_ENDED : LADDER_WHOLE);
    draw_giving_up(builder, index);
}

static void draw(struct builder *builder, const struct moment *moment)
{
    const struct operations *operations = builder->ladder->operations;
    uint32_t index = operations->of_event[moment->event];
    const struct operation *operation = &operations->list[index];
    bool earlier = moment->event < builder->timeline->earlier_count;
    const struct seen_packet *packet =
        ladder_packet_of(builder->ladder, timeline_event(builder->timeline, moment->event));
    if (packet != NULL && !moment->end)
        draw_packet(builder, packet, moment->event);
    else if (packet != NULL)
        draw_change(builder, packet, false, moment->at, moment->event);
    else if (!moment->end && !earlier && moment->event == operation->first)
        draw_begin(builder, index);
    else if (moment->end && (!earlier || moment->at >= builder->timeline->begin) && moment->event == operation->last)
        draw_end(builder, index);
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static void build(struct builder *builder, const struct moment *moments, size_t count)
{
    struct ladder *ladder = builder->ladder;
    builder->begun = memory_new(ladder->operations->count, sizeof *builder->begun);
    builder->message_row = memory_new(ladder->messages->count, sizeof *builder->message_row);
    for (size_t i = 0; i < ladder->messages->count; i++)
        builder->message_row[i] = NOWHERE;
    ladder_lanes_begin(&builder->lanes, ladder, builder->options.busy);
    builder->left = builder->options.normal ? left_find(ladder->sockets, ladder->timeline->begin)
                                            : memory_new(ladder->sockets->count, sizeof(bool));
    for (size_t i = 0; i < count; i++)
        draw(builder, &moments[i]);
    ladder_lanes_order(ladder);
    if (is_settled(builder))
        ladder_settle(ladder);
    ladder_lanes_end(&builder->lanes);
    ladder_fold(ladder);
    ladder_limit(ladder, builder->options.most);
    free(builder->begun);
    free(builder->message_row);
    free(builder->left);
}

struct ladder_options ladder_normal_options(void)
{
    return (struct ladder_options){.gap = 50 * CLOCK_MILLISECOND, .most = 80, .normal = true};
}

struct ladder *ladder_new(const struct findings *findings, const struct ladder_options *options)
{
    struct ladder *ladder = memory_new(1, sizeof *ladder);
    struct builder builder = {.ladder = ladder, .timeline = &findings->timeline, .options = *options};
    if (options->packets)
        ladder->packets = packets_of(&findings->timeline, &ladder->packet_count);
    ladder->numbers = options->numbers;
    ladder->rounded = options->normal && ladder->packets != NULL;
    struct moment *ordered = options->normal && ladder->packets == NULL ? order_make(findings, &ladder->ordered) : NULL;
    builder.options.gap = options->gap ? options->gap : DEFAULT_GAP;
    builder.options.most = options->most ? options->most : DEFAULT_MOST;
    ladder->timeline = &findings->timeline;
    ladder->operations = ladder->ordered ? ladder->ordered : findings->operations;
    ladder->sockets = findings->sockets;
    ladder->messages = findings->messages;
    if (options->busy)
        ladder_find_own(ladder);
    build(&builder, ordered ? ordered : findings->moments, findings->moment_count);
    free(ordered);
    return ladder;
}

void ladder_free(struct ladder *ladder)
{
    if (ladder == NULL)
        return;
    operations_free(ladder->ordered);
    free(ladder->packets);
    free(ladder->at_home);
    free(ladder->lanes);
    free(ladder->rows);
    free(ladder);
}

bool ladder_has_arrows(const struct ladder *ladder)
{
    for (size_t i = 0; i < ladder->row_count; i++)
        if (ladder->rows[i].has_arrow)
            return true;
    return false;
}

bool ladder_arrow_data(struct ladder_data *data, const struct ladder *ladder, const struct ladder_arrow *arrow)
{
    if (arrow->packet != NULL) {
        const struct packet *packet = &arrow->packet->packet;
        *data = (struct ladder_data){packet->content, packet->kept, packet->data};
        return packet->content != NULL && (packet->data > 0 || packet->kind == PACKET_UDP);
    }
    const struct message *message = &ladder->messages->list[arrow->message];
    if (message->kind != MESSAGE_DATA || message->sent == MESSAGE_NOWHERE)
        return false;
    const struct event *event = timeline_event(ladder->timeline, message->sent);
    *data = (struct ladder_data){event_data(event), event->data_length, (size_t)event_data_total(event)};
    return true;
}
