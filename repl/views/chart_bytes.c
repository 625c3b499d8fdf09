/*
 * The ruler of bytes.  A stream is bytes in order; a call that sends or receives is a piece of it.  Where any piece
 * ends the ruler has a cut, and between two cuts stand the bytes.
 */
#include "views/chart_source.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "views/call_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MOST_SEGMENTS 40 /* between cuts; of more the middle is left out */
#define KEPT_IN_FRONT 28
#define WIDEST        32 /* letters of a segment: what 40 columns have room for */
#define FOLD_LETTERS  15
#define LONGEST       (INT64_C(1) << 40) /* bytes of one call; a record that says more is wrong */

struct piece {
    uint32_t event;
    int64_t from, to; /* bytes of the stream */
};

struct side {
    struct piece *pieces;
    size_t count;
    int64_t all; /* bytes, also of pieces that are not shown */
};

struct stream {
    int from, to; /* sockets; -1: of nobody we know */
    struct side sent, received;
    int64_t begin, end; /* what is shown of it */
    int64_t *cuts;
    size_t cut_count;
    size_t fold;      /* this segment stands for several; SIZE_MAX: none does */
    int64_t *letters; /* where each cut stands */
};

struct ruler {
    struct chart *chart;
    const struct chart_source *source;
    struct stream *streams;
    size_t count;
    size_t *sends, *receives; /* by socket: 1 + the stream that it sends, receives */
};

/* --- streams -------------------------------------------------------------------------------------------- */

static struct stream *stream_between(struct ruler *ruler, int from, int to)
{
    size_t *number = from >= 0 ? &ruler->sends[from] : &ruler->receives[to];
    if (*number == 0) {
        ARRAY_ADD(ruler->streams, ruler->count, (struct stream){.from = from, .to = to, .fold = SIZE_MAX});
        *number = ruler->count;
    }
    return &ruler->streams[*number - 1];
}

static void add_piece(struct side *side, uint32_t event, int64_t length)
{
    ARRAY_ADD(side->pieces, side->count, (struct piece){event, side->all, side->all + length});
    side->all += length;
}

static void take(struct ruler *ruler, const struct moment *moment)
{
    const struct sockets *sockets = ruler->source->findings->sockets;
    const struct event *event = timeline_event(&ruler->source->findings->timeline, moment->event);
    int s = sockets->of_event[moment->event];
    enum call_act act = event_act(event);
    if (s < 0 || event->result <= 0 || event->result > LONGEST || event->end == 0 || event->error != 0)
        return;
    int type = sockets->list[s].type, other = sockets->list[s].other;
    int64_t flags = event_argument(event, ARG_FLAGS);
    if ((type != 0 && type != SOCK_STREAM) || flags & MSG_OOB)
        return;
    if (act == ACT_SEND && !moment->end)
        add_piece(&stream_between(ruler, s, other)->sent, moment->event, event->result);
    if (act == ACT_RECEIVE && moment->end && !(flags & MSG_PEEK))
        add_piece(&stream_between(ruler, other, s)->received, moment->event, event->result);
}

/* --- cuts ----------------------------------------------------------------------------------------------- */

static bool in_step(const struct ruler *ruler, const struct piece *piece)
{
    const struct timeline *timeline = &ruler->source->findings->timeline;
    return piece->event >= timeline->earlier_count || timeline_event(timeline, piece->event)->end >= timeline->begin;
}

/* From the first byte that the step touched; false when it touched none. */
static bool find_span(const struct ruler *ruler, struct stream *stream)
{
    const struct side *sides[] = {&stream->sent, &stream->received};
    stream->end = stream->sent.all > stream->received.all ? stream->sent.all : stream->received.all;
    stream->begin = stream->end;
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < sides[i]->count; k++)
            if (in_step(ruler, &sides[i]->pieces[k]) && sides[i]->pieces[k].from < stream->begin)
                stream->begin = sides[i]->pieces[k].from;
    return stream->begin < stream->end;
}

/* Both sides' pieces are in order: their ends, each once. */
static void find_cuts(struct stream *stream)
{
    size_t i = 0, k = 0;
    ARRAY_ADD(stream->cuts, stream->cut_count, stream->begin);
    while (i < stream->sent.count || k < stream->received.count) {
        int64_t a = i < stream->sent.count ? stream->sent.pieces[i].to : INT64_MAX;
        int64_t b = k < stream->received.count ? stream->received.pieces[k].to : INT64_MAX;
        int64_t cut = a < b ? a : b;
        i += a == cut;
        k += b == cut;
        if (cut > stream->begin)
            ARRAY_ADD(stream->cuts, stream->cut_count, cut);
    }
    size_t segments = stream->cut_count - 1;
    if (segments <= MOST_SEGMENTS)
        return;
    size_t left = MOST_SEGMENTS - KEPT_IN_FRONT - 1;
    memmove(&stream->cuts[KEPT_IN_FRONT + 1], &stream->cuts[segments - left], (left + 1) * sizeof *stream->cuts);
    stream->cut_count = MOST_SEGMENTS + 1;
    stream->fold = KEPT_IN_FRONT;
}

/* --- the bytes ------------------------------------------------------------------------------------------ */

/* The first piece that ends there or behind it. */
static size_t piece_until(const struct side *side, int64_t at)
{
    size_t low = 0, high = side->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (side->pieces[middle].to < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is known of the bytes from `at` on, in the record of the piece that holds them; how many. */
static size_t known_at(const struct ruler *ruler, const struct side *side, int64_t at, const char **bytes)
{
    size_t low = piece_until(side, at + 1);
    if (low == side->count || side->pieces[low].from > at)
        return 0;
    const struct event *event = timeline_event(&ruler->source->findings->timeline, side->pieces[low].event);
    int64_t offset = at - side->pieces[low].from;
    if (call_of(event)->data != DATA_MOVED || offset >= event->data_length)
        return 0;
    *bytes = event_data(event) + offset;
    return (size_t)(event->data_length - offset);
}

/* The bytes between two cuts, escaped; "…" for what is not known or finds no room. */
static void add_bytes(struct text *out, const struct ruler *ruler, const struct stream *stream, size_t segment)
{
    int64_t from = stream->cuts[segment], length = stream->cuts[segment + 1] - from;
    const char *bytes = NULL;
    size_t kept = known_at(ruler, &stream->sent, from, &bytes);
    if (kept == 0)
        kept = known_at(ruler, &stream->received, from, &bytes);
    if ((int64_t)kept > length)
        kept = (size_t)length;
    for (size_t shown = kept;; shown--) {
        struct text quoted = TEXT_EMPTY;
        bool all = (int64_t)shown == length;
        call_text_bytes(&quoted, bytes != NULL ? bytes : "", shown, (int64_t)shown, shown);
        size_t columns = utf8_columns(quoted.bytes + 1, quoted.length - 2) + !all;
        if (columns <= WIDEST) {
            text_add_bytes(out, quoted.bytes + 1, quoted.length - 2);
            text_add(out, all ? "" : "…");
        }
        text_free(&quoted);
        if (columns <= WIDEST)
            return;
    }
}

/* --- the picture ---------------------------------------------------------------------------------------- */

static void add_count(struct text *out, int64_t count, const char *one, const char *many)
{
    call_text_count(out, (uint64_t)count);
    text_add(out, count == 1 ? one : many);
}

static char *title_of(const struct ruler *ruler, const struct stream *stream)
{
    struct text title = TEXT_EMPTY;
    int64_t waiting = stream->sent.all - stream->received.all;
    chart_end_name(&title, ruler->source, stream->from);
    text_add(&title, " to ");
    chart_end_name(&title, ruler->source, stream->to);
    text_add(&title, ": ");
    add_count(&title, stream->end - stream->begin, " byte", " bytes");
    if (waiting > 0) {
        text_add(&title, ", ");
        call_text_count(&title, (uint64_t)waiting);
        bool over = stream->to >= 0 && ruler->source->findings->sockets->list[stream->to].gone != 0;
        text_add(&title, over ? " never read" : " not read yet");
    }
    return text_steal(&title);
}

/* The cut at this byte; that of the fold's nearer end for what is left out. */
static size_t cut_at(const struct stream *stream, int64_t at)
{
    size_t low = 0, high = stream->cut_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (stream->cuts[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where a piece ends; of one that ends in what is left out, before that. */
static size_t end_cut(const struct stream *stream, const struct piece *piece)
{
    bool inside = stream->fold != SIZE_MAX && piece->to > stream->cuts[stream->fold] &&
                  piece->to <= stream->cuts[stream->fold + 1];
    return inside ? stream->fold : cut_at(stream, piece->to);
}

static bool is_folded(const struct stream *stream, const struct piece *piece)
{
    return stream->fold != SIZE_MAX && piece->from >= stream->cuts[stream->fold] &&
           piece->to <= stream->cuts[stream->fold + 1];
}

static void add_piece_words(struct text *out, const struct ruler *ruler, const struct stream *stream,
                            const struct piece *piece, size_t number)
{
    const struct event *event = timeline_event(&ruler->source->findings->timeline, piece->event);
    int64_t from = piece->from > stream->begin ? piece->from - stream->begin : 0;
    text_format(out, "%s %zu: bytes ", event_call_name((enum event_call)event->call), number);
    call_text_count(out, (uint64_t)from);
    text_add(out, " to ");
    call_text_count(out, (uint64_t)(piece->to - stream->begin));
    if (call_of(event)->data == DATA_MOVED && event->data_length > 0) {
        text_add(out, ", ");
        call_text_data(out, event, WIDEST, false);
    }
}

/* The pieces by number; gives how many are folded. */
static size_t add_pieces(const struct ruler *ruler, struct chart_row *row, const struct stream *stream, bool sent)
{
    const struct side *side = sent ? &stream->sent : &stream->received;
    size_t number = 0, folded = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct piece *piece = &side->pieces[i];
        if (piece->to <= stream->begin)
            continue;
        number++;
        folded += is_folded(stream, piece);
        if (is_folded(stream, piece))
            continue;
        int64_t from = piece->from > stream->begin ? piece->from : stream->begin;
        struct text words = TEXT_EMPTY;
        add_piece_words(&words, ruler, stream, piece, number);
        chart_add_span(row, (struct chart_span){.kind = sent ? SPAN_SENT : SPAN_RECEIVED,
                                                .from = stream->letters[cut_at(stream, from)],
                                                .to = stream->letters[end_cut(stream, piece)],
                                                .first = from - stream->begin,
                                                .last = piece->to - stream->begin,
                                                .label = text_make("%zu", number),
                                                .words = text_steal(&words)});
    }
    return folded;
}

static void add_folded(struct chart_row *row, const struct stream *stream, size_t folded)
{
    struct text count = TEXT_EMPTY;
    add_count(&count, (int64_t)folded, " more", " more");
    chart_add_span(row, (struct chart_span){.kind = SPAN_MORE,
                                            .from = stream->letters[stream->fold],
                                            .to = stream->letters[stream->fold + 1],
                                            .first = stream->cuts[stream->fold] - stream->begin,
                                            .last = stream->cuts[stream->fold + 1] - stream->begin,
                                            .label = memory_copy(text_string(&count)),
                                            .words = text_steal(&count)});
}

/* Bytes that only the other side knows of, from `from` to the end. */
static void add_missing(struct chart_row *row, const struct stream *stream, bool sent, int64_t from)
{
    struct text words = TEXT_EMPTY;
    add_count(&words, stream->end - from, " byte ", " bytes ");
    text_add(&words, sent ? "from somebody we do not know" : "not read");
    chart_add_span(row, (struct chart_span){.kind = sent ? SPAN_UNKNOWN : SPAN_UNREAD,
                                            .from = stream->letters[cut_at(stream, from)],
                                            .to = stream->letters[stream->cut_count - 1],
                                            .first = from - stream->begin,
                                            .last = stream->end - stream->begin,
                                            .label = memory_copy(sent ? "unknown" : "not read"),
                                            .words = text_steal(&words)});
}

/* One of the two rows. */
static void add_side(const struct ruler *ruler, struct chart_panel *panel, const struct stream *stream, bool sent)
{
    int64_t all = sent ? stream->sent.all : stream->received.all;
    struct chart_row *row = chart_add_row(panel, memory_copy(sent ? "send" : "recv"));
    size_t folded = add_pieces(ruler, row, stream, sent);
    if (folded > 0)
        add_folded(row, stream, folded);
    if (all < stream->end)
        add_missing(row, stream, sent, all > stream->begin ? all : stream->begin);
}

static bool ends_piece(const struct side *side, int64_t at)
{
    size_t first = piece_until(side, at);
    return (first < side->count && side->pieces[first].to == at) || at == side->all;
}

/* The bytes, and between them how far up and down each cut reaches. */
static void add_middle(struct chart_panel *panel, const struct stream *stream, char **bytes)
{
    struct chart_row *row = chart_add_row(panel, memory_copy(""));
    for (size_t i = 0; i < stream->cut_count; i++) {
        int64_t cut = stream->cuts[i], at = cut - stream->begin;
        bool edge = i == 0 || i + 1 == stream->cut_count;
        bool above = edge || ends_piece(&stream->sent, cut), below = edge || ends_piece(&stream->received, cut);
        chart_add_span(row, (struct chart_span){.kind = above && below ? SPAN_CUT_BOTH
                                                        : above        ? SPAN_CUT_SENT
                                                                       : SPAN_CUT_RECEIVED,
                                                .from = stream->letters[i],
                                                .to = stream->letters[i] + 1,
                                                .first = at,
                                                .last = at});
        if (i + 1 < stream->cut_count)
            chart_add_span(row, (struct chart_span){.kind = SPAN_BYTES,
                                                    .from = stream->letters[i] + 1,
                                                    .to = stream->letters[i + 1],
                                                    .first = at,
                                                    .last = stream->cuts[i + 1] - stream->begin,
                                                    .label = bytes[i]});
    }
}

/* Two numbers find room in a segment that holds both, and words in one that says that something is missing. */
static int64_t letters_needed(const struct stream *stream, size_t segment, const char *bytes)
{
    int64_t needed = (int64_t)utf8_columns(bytes, strlen(bytes)), least = 1;
    int64_t from = stream->cuts[segment];
    if (segment == stream->fold)
        least = FOLD_LETTERS;
    else if (from == stream->received.all || from == stream->sent.all)
        least = 10; /* "not read" */
    return needed > least ? needed : least;
}

static void draw(struct ruler *ruler, struct stream *stream)
{
    find_cuts(stream);
    size_t segments = stream->cut_count - 1;
    struct chart_panel *panel = chart_add_panel(ruler->chart, title_of(ruler, stream), CHART_LETTERS);
    char **bytes = memory_new(segments, sizeof *bytes);
    stream->letters = memory_new(stream->cut_count, sizeof *stream->letters);
    for (size_t i = 0; i < segments; i++) {
        struct text text = TEXT_EMPTY;
        if (i == stream->fold)
            text_add(&text, "…");
        else
            add_bytes(&text, ruler, stream, i);
        bytes[i] = text_steal(&text);
        stream->letters[i + 1] = stream->letters[i] + 1 + letters_needed(stream, i, bytes[i]);
    }
    panel->shared = true;
    panel->extent = stream->letters[segments] + 1;
    panel->tick_label = memory_copy("byte");
    add_side(ruler, panel, stream, true);
    add_middle(panel, stream, bytes);
    add_side(ruler, panel, stream, false);
    for (size_t i = 0; i <= segments; i++) {
        struct text at = TEXT_EMPTY;
        call_text_count(&at, (uint64_t)(stream->cuts[i] - stream->begin));
        chart_add_tick(panel, stream->letters[i], text_steal(&at));
        chart_add_break(panel, stream->letters[i]);
    }
    free(bytes);
}

void chart_make_bytes(struct chart *chart, const struct chart_source *source)
{
    size_t sockets = source->findings->sockets->count;
    struct ruler ruler = {.chart = chart,
                          .source = source,
                          .sends = memory_new(sockets, sizeof *ruler.sends),
                          .receives = memory_new(sockets, sizeof *ruler.receives)};
    for (size_t i = 0; i < source->moment_count; i++)
        take(&ruler, &source->moments[i]);
    for (size_t i = 0; i < ruler.count; i++)
        if (find_span(&ruler, &ruler.streams[i]))
            draw(&ruler, &ruler.streams[i]);
    for (size_t i = 0; i < ruler.count; i++) {
        free(ruler.streams[i].sent.pieces);
        free(ruler.streams[i].received.pieces);
        free(ruler.streams[i].cuts);
        free(ruler.streams[i].letters);
    }
    free(ruler.streams);
    free(ruler.sends);
    free(ruler.receives);
}
