#include "views/ladder_words.h"

#include "base/duration.h"
#include "base/utf8.h"
#include "trace/notes.h"
#include "views/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* --- lanes ---------------------------------------------------------------------------------------------- */

/* Where a packet has no port, as those of ICMP, it is the host's. */
static void add_place(struct text *out, const struct address *place, bool normal)
{
    char host[ADDRESS_HOST_ROOM];
    if (address_family_of(place) == AF_UNIX || address_port(place) != 0) {
        call_text_address(out, place, normal);
        return;
    }
    address_host(place, host);
    text_add(out, host);
}

void ladder_lane_name(struct text *out, const struct ladder *ladder, size_t index, bool normal)
{
    const struct ladder_lane *lane = &ladder->lanes[index];
    if (lane->actor < 0 && !normal && call_text_chosen(&lane->place))
        text_add(out, "unknown ");
    if (lane->actor < 0) {
        add_place(out, &lane->place, normal);
        return;
    }
    const char *name = timeline_actor(ladder->timeline, lane->actor);
    utf8_add_visible(out, name, strlen(name));
    if (lane->talks_with_itself && lane->side > 0)
        text_add(out, lane->side == 1 ? " as server" : ", other end");
}

void ladder_lane_place(struct text *out, const struct ladder *ladder, size_t index, bool normal)
{
    const struct ladder_lane *lane = &ladder->lanes[index];
    /* The port that the kernel chose for a peer says nothing. */
    if (lane->actor >= 0 && lane->place.length > 2 && !normal)
        call_text_address(out, &lane->place, false);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

static const struct event *event_of(const struct ladder *ladder, const struct ladder_cell *cell)
{
    return timeline_event(ladder->timeline, ladder->operations->list[cell->operation].first);
}

static const struct event *last_event_of(const struct ladder *ladder, const struct ladder_cell *cell)
{
    return timeline_event(ladder->timeline, ladder->operations->list[cell->operation].last);
}

/* Which of several sockets: its descriptor, or a letter that is the same in every run. */
static void add_socket(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal)
{
    bool state = cell->state != 0;
    int s = state ? cell->socket : ladder->sockets->of_event[ladder->operations->list[cell->operation].first];
    if (ladder->lanes[cell->lane].sockets < 2 || s < 0)
        return;
    if ((state || event_of(ladder, cell)->kind == EVENT_STATE) && !normal)
        text_add(out, "fd ");
    int before = 0;
    for (int i = 0; i < s; i++)
        before += ladder->sockets->list[i].actor == ladder->sockets->list[s].actor;
    if (normal)
        text_format(out, "%c", 'a' + before % 26);
    else
        text_format(out, "%d", state ? ladder->sockets->list[s].fd : event_of(ladder, cell)->fd);
}

static void add_state(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal,
                      int64_t state)
{
    size_t before = out->length;
    add_socket(out, ladder, cell, normal);
    text_add(out, out->length > before ? " " : "");
    text_add(out, call_state(state));
}

static void add_event_address(struct text *out, const struct event *event, bool normal)
{
    struct address address = event_address(event);
    if (address.length > 0)
        call_text_address(out, &address, normal);
}

/* The one argument that matters.  A time that is no whole number of milliseconds was computed from what is left. */
static void add_salient(struct text *out, const struct event *event, const struct ladder_cell *cell, bool normal)
{
    enum call_argument salient = call_of(event)->salient;
    int64_t number = event_argument(event, salient);
    switch (salient) {
    case ARG_NONE:
        break;
    case ARG_ADDRESS: /* an arrow shows it */
        if (cell->alone)
            add_event_address(out, event, normal);
        break;
    case ARG_TIMEOUT:
        if (!normal || number % CLOCK_MILLISECOND == 0)
            duration_write(out, number, DURATION_SHOWN);
        break;
    case ARG_TIMER_VALUE:
        duration_write(out, number, DURATION_SHOWN);
        break;
    default:
        call_text_argument(out, event, salient, normal);
    }
}

static const char *short_name(const struct event *event)
{
    const struct call *call = call_of(event);
    return call->word ? call->word : call->name;
}

static void add_call(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal)
{
    const struct event *event = event_of(ladder, cell);
    text_add(out, short_name(event));
    text_add_char(out, '(');
    size_t before = out->length;
    if (event_act(event) != ACT_CREATE && event_act(event) != ACT_PAIR)
        add_socket(out, ladder, cell, normal);
    size_t between = out->length;
    add_salient(out, event, cell, normal);
    if (out->length > between && between > before) {
        struct text salient = TEXT_EMPTY;
        text_add(&salient, out->bytes + between);
        text_cut(out, between);
        text_format(out, ", %s", text_string(&salient));
        text_free(&salient);
    }
    text_add_char(out, ')');
}

static void add_result(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal)
{
    const struct operation *operation = &ladder->operations->list[cell->operation];
    const struct event *event = last_event_of(ladder, cell);
    enum call_gives gives = call_row(operation->call)->gives;
    int64_t value = event_argument(event, ARG_VALUE);
    const char *space = cell->phase == LADDER_ENDED ? "" : " ";
    if (operation->timed_out) {
        text_format(out, "%stimed out", space);
    } else if (operation->error != 0) {
        text_add(out, space);
        call_text_error(out, operation->error);
    } else if (event_asks_for_error(event) && gives == GIVES_VALUE && value != 0) {
        text_format(out, "%s= ", space);
        call_text_error(out, (int)value);
    } else if (call_of(event)->gives == GIVES_VALUE) {
        text_format(out, "%s= %" PRId64, space, value);
    } else if ((gives == GIVES_DESCRIPTOR && !normal) || gives == GIVES_COUNT) {
        text_format(out, "%s= %" PRId64, space, operation->result);
    } else if (cell->phase == LADDER_ENDED) {
        text_add(out, "done");
    }
    if (operation->interruptions > 0 && operation->error != EINTR)
        text_add(out, ", after EINTR");
    if (cell->alone && operation->error == 0 && event_data_total(event) > 0 && gives == GIVES_COUNT) {
        text_add_char(out, ' ');
        call_text_data(out, event, 24, normal);
    }
}

/* --- the rest of what happens --------------------------------------------------------------------------- */

static void collect_note(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell)
{
    const struct operation *operation = &ladder->operations->list[cell->operation];
    for (size_t i = operation->first; i <= operation->last; i++) {
        const struct event *event = timeline_event(ladder->timeline, i);
        if (ladder->operations->of_event[i] == cell->operation)
            text_add_bytes(out, event_data(event), event->data_length);
    }
}

static void add_note(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool failed)
{
    struct text whole = TEXT_EMPTY;
    collect_note(&whole, ladder, cell);
    note_write(out, text_string(&whole), whole.length, failed);
    text_free(&whole);
}

bool ladder_cell_reason(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell)
{
    const struct event *event = event_of(ladder, cell);
    if (cell->state != 0 || event->kind != EVENT_NOTE || !(event->flags & EVENT_FAILED))
        return false;
    struct text whole = TEXT_EMPTY;
    collect_note(&whole, ladder, cell);
    text_add(out, "failed: ");
    note_write_reason(out, text_string(&whole), whole.length);
    text_free(&whole);
    return true;
}

static void add_handler(struct text *out, const struct event *event)
{
    call_text_signal(out, event->arg[0]);
    text_add(out, event->end == 0 ? ": handler runs" : event->result < 0 ? ": handler raises" : ": handler returns");
}

void ladder_cell_words(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal)
{
    const struct event *event = event_of(ladder, cell);
    if (cell->state != 0) {
        add_state(out, ladder, cell, normal, cell->state);
        return;
    }
    switch (event->kind) {
    case EVENT_NOTE:
        text_add(out, event->flags & EVENT_FAILED ? "failed: " : "");
        add_note(out, ladder, cell, event->flags & EVENT_FAILED);
        break;
    case EVENT_HANDLER:
        add_handler(out, event);
        break;
    case EVENT_STATE:
        add_state(out, ladder, cell, normal, event->arg[1]);
        break;
    default:
        if (event->flags & EVENT_THREAD && event->chunk > 0)
            text_format(out, "thread %u: ", event->chunk + 1);
        if (cell->phase != LADDER_ENDED)
            add_call(out, ladder, cell, normal);
        if (cell->phase != LADDER_BEGUN)
            add_result(out, ladder, cell, normal);
        else if (ladder->operations->list[cell->operation].end == 0)
            text_add(out, " waits");
    }
}

enum ladder_look ladder_cell_look(const struct ladder *ladder, const struct ladder_cell *cell)
{
    const struct operation *operation = &ladder->operations->list[cell->operation];
    const struct event *event = event_of(ladder, cell);
    if (cell->state != 0)
        return LADDER_STATE;
    switch (event->kind) {
    case EVENT_NOTE:
        return event->flags & EVENT_FAILED ? LADDER_FAILED : LADDER_NOTED;
    case EVENT_HANDLER:
        return event->result < 0 ? LADDER_FAILED : LADDER_NOTED;
    case EVENT_STATE:
        return LADDER_STATE;
    }
    bool failed = operation->error != 0 || operation->timed_out ||
                  (event_asks_for_error(event) && event_argument(event, ARG_VALUE) != 0);
    return failed && cell->phase != LADDER_BEGUN && operation->error != EINPROGRESS ? LADDER_FAILED : LADDER_CALL;
}

/* --- arrows and rows ------------------------------------------------------------------------------------ */

/* The data in quotes, `bytes` of it, and how much there was if that cannot be seen. */
static void add_data(struct text *out, const struct ladder_data *data, size_t bytes, bool count)
{
    size_t begin = out->length;
    call_text_bytes(out, data->bytes, data->kept, (int64_t)data->total, bytes);
    /* "abc"... is C's way; here the sign stands inside, where it takes less room. */
    if (out->length - begin > strlen("...") && strncmp(out->bytes + out->length - 3, "...", 3) == 0) {
        text_cut(out, out->length - 4);
        text_add(out, "…\"");
    }
    if (!count)
        return;
    text_add_char(out, ' ');
    call_text_count(out, (uint64_t)data->total);
    text_add(out, data->total == 1 ? " byte" : " bytes");
}

#define PREVIEW_MOST  24
#define PREVIEW_LEAST 3

/* As many bytes as fit; false when these are too few. */
static bool try_data(struct text *out, const struct ladder_data *data, size_t most, size_t columns, bool count)
{
    size_t begin = out->length, least = most < PREVIEW_LEAST ? most : PREVIEW_LEAST;
    for (size_t bytes = most + 1; bytes-- > least;) {
        add_data(out, data, bytes, count);
        if (utf8_columns(out->bytes + begin, out->length - begin) <= columns)
            return true;
        text_cut(out, begin);
    }
    return false;
}

static void add_fitting_data(struct text *out, const struct ladder_data *data, size_t columns)
{
    size_t begin = out->length, most = data->kept < PREVIEW_MOST ? data->kept : PREVIEW_MOST;
    if (data->total > most && try_data(out, data, most, columns, true))
        return;
    if (try_data(out, data, most, columns, false))
        return;
    text_format(out, data->total == 1 ? "%zu byte" : "%zu bytes", data->total);
    if (out->length - begin > columns)
        text_cut(out, begin);
}

/* What the packet is, but for its data. */
static void add_packet_kind(struct text *out, const struct packet *packet)
{
    if (packet->fragment)
        text_add(out, "fragment");
    else if (packet->kind != PACKET_TCP)
        packet_describe_notice(out, packet);
    else if ((packet->flags & TCP_FLAG_SYN) != 0)
        text_add(out, (packet->flags & TCP_FLAG_ACK) != 0 ? "SYN+ACK" : "SYN");
    else if ((packet->flags & (TCP_FLAG_RST | TCP_FLAG_FIN)) != 0)
        text_add(out, (packet->flags & TCP_FLAG_RST) != 0 ? "RST" : "FIN");
    else if (packet->data == 0)
        text_add(out, "ACK");
}

/* Behind what it is: its numbers, what its neighbours tell. */
static void add_packet_rest(struct text *out, const struct seen_packet *seen, bool numbers)
{
    static const char *const findings[] = {
        [PACKET_RESENT] = " again", [PACKET_DUPLICATE_ACK] = " again", [PACKET_ZERO_WINDOW] = ", no room"};
    const char *finding = seen->packet.fate == PACKET_DUPLICATED ? ", a copy"
                          : seen->packet.fate == PACKET_INJECTED ? ", forged"
                                                                 : findings[seen->finding];
    text_add(out, finding ? finding : "");
    if (!numbers || seen->packet.kind != PACKET_TCP)
        return;
    text_format(out, " seq %" PRIu32, seen->sequence);
    if ((seen->packet.flags & TCP_FLAG_ACK) != 0)
        text_format(out, " ack %" PRIu32, seen->acknowledged);
}

/* Data gives way first, then the numbers; what a packet is stays as long as it can. */
static void add_packet_words(struct text *out, const struct ladder *ladder, const struct ladder_arrow *arrow,
                             size_t columns)
{
    struct ladder_data data;
    struct text kind = TEXT_EMPTY, rest = TEXT_EMPTY;
    bool carries = ladder_arrow_data(&data, ladder, arrow);
    size_t begin = out->length;
    add_packet_kind(&kind, &arrow->packet->packet);
    add_packet_rest(&rest, arrow->packet, ladder->numbers);
    size_t least = kind.length + (carries ? strlen("\"\"") + PREVIEW_LEAST : 0);
    if (least + rest.length > columns && ladder->numbers) {
        text_clear(&rest);
        add_packet_rest(&rest, arrow->packet, false);
    }
    if (least + rest.length > columns)
        text_clear(&rest);
    size_t separator = carries && kind.length > 0 ? 2 : 0, taken = kind.length + separator + rest.length;
    if (carries && taken < columns)
        add_fitting_data(out, &data, columns - taken);
    if (out->length > begin && kind.length > 0)
        text_add(out, ", ");
    const char *short_kind = strncmp(text_string(&kind), "ICMP ", 5) == 0 && kind.length > columns ? "ICMP" : NULL;
    text_add(out, short_kind ? short_kind : text_string(&kind));
    text_add(out, text_string(&rest));
    if (utf8_columns(text_string(out) + begin, out->length - begin) > columns)
        text_cut(out, begin);
    text_free(&kind);
    text_free(&rest);
}

void ladder_arrow_words(struct text *out, const struct ladder *ladder, const struct ladder_arrow *arrow, size_t columns)
{
    static const char *const words[] = {
        [MESSAGE_CONNECT] = "", [MESSAGE_END] = "end", [MESSAGE_RESET] = "reset", [MESSAGE_REFUSED] = "refused"};
    struct ladder_data data;
    if (arrow->packet != NULL) {
        add_packet_words(out, ladder, arrow, columns);
        return;
    }
    bool carries = ladder_arrow_data(&data, ladder, arrow);
    const char *word = arrow->lost ? "no answer" : words[ladder->messages->list[arrow->message].kind];
    if (carries)
        add_fitting_data(out, &data, columns);
    else if (strlen(word) <= columns)
        text_add(out, word);
}

/* The calls of the rows before a fold: "send, recv". */
static void add_period(struct text *out, const struct ladder *ladder, size_t row)
{
    size_t before = out->length;
    for (size_t i = row - ladder->rows[row].period; i < row; i++)
        for (size_t j = 0; j < ladder->rows[i].cell_count; j++) {
            const struct ladder_cell *cell = &ladder->rows[i].cells[j];
            const struct event *event = event_of(ladder, cell);
            if (event->kind != EVENT_CALL || ladder->operations->list[cell->operation].actor != 0)
                continue;
            text_add(out, out->length > before ? ", " : ": ");
            text_add(out, short_name(event));
        }
}

void ladder_row_words(struct text *out, const struct ladder *ladder, size_t index)
{
    const struct ladder_row *row = &ladder->rows[index];
    switch (row->kind) {
    case LADDER_GAP:
        text_add(out, ladder->rounded ? "about " : "");
        duration_write(out, row->gap, DURATION_SHOWN);
        break;
    case LADDER_FOLD:
        call_text_count(out, row->times);
        text_add(out, " more times");
        add_period(out, ladder, index);
        break;
    case LADDER_HIDDEN:
        call_text_count(out, row->times);
        text_add(out, " rows are left out");
        break;
    case LADDER_ROW:
        break;
    }
}

/* --- sentences ------------------------------------------------------------------------------------------ */

static void add_fate(struct text *out, const struct ladder_arrow *arrow)
{
    if (arrow->packet != NULL)
        text_add(out, arrow->lost ? ", lost" : arrow->pending ? ", on its way" : "");
}

static void add_cell_sentence(struct text *out, const struct ladder *ladder, const struct ladder_row *row,
                              const struct ladder_cell *cell, bool normal)
{
    ladder_lane_name(out, ladder, (size_t)cell->lane, normal);
    text_add(out, ": ");
    ladder_cell_words(out, ladder, cell, normal);
    if (!row->has_arrow || row->arrow.from != cell->lane)
        return;
    struct text words = TEXT_EMPTY;
    ladder_arrow_words(&words, ladder, &row->arrow, 48);
    if (words.length > 0)
        text_format(out, ", %s", text_string(&words));
    text_add(out, " to ");
    ladder_lane_name(out, ladder, (size_t)row->arrow.to, normal);
    add_fate(out, &row->arrow);
    text_free(&words);
}

static bool arrow_has_cell(const struct ladder_row *row)
{
    for (size_t i = 0; i < row->cell_count; i++)
        if (row->cells[i].lane == row->arrow.from)
            return true;
    return false;
}

static void add_row_sentences(struct text *out, const struct ladder *ladder, const struct ladder_row *row, bool normal)
{
    for (size_t i = 0; i < row->cell_count; i++) {
        text_add(out, i > 0 ? "; " : "");
        add_cell_sentence(out, ladder, row, &row->cells[i], normal);
    }
    if (row->has_arrow && !arrow_has_cell(row)) {
        text_add(out, row->cell_count > 0 ? ", " : "");
        ladder_arrow_words(out, ladder, &row->arrow, 48);
        text_add(out, " by ");
        ladder_lane_name(out, ladder, (size_t)row->arrow.from, normal);
        add_fate(out, &row->arrow);
    }
}

void ladder_sentences(struct text *out, const struct ladder *ladder, bool normal)
{
    for (size_t i = 0; i < ladder->row_count; i++) {
        if (ladder->rows[i].kind == LADDER_ROW)
            add_row_sentences(out, ladder, &ladder->rows[i], normal);
        else
            ladder_row_words(out, ladder, i);
        text_add(out, ".\n");
    }
}
