/*
 * Who was ready, and when the program looked.  A column is a look: a call of select(), poll() or their kin that came
 * back.  A row is a socket that was asked about.  Between two looks a line says that something was there to be read all
 * the time, as far as the calls of both sides tell.
 */
#include "views/chart_source.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "views/call_text.h"
#include "views/fold.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define COLUMN        4  /* letters */
#define MOST_LOOKS    60 /* columns; of more the middle is left out */
#define KEPT_IN_FRONT 40
#define MOST_ROWS     24
#define FOLD_LEAST    4
#define WAITED        (10 * CLOCK_MILLISECOND)

/* What a look asked of a descriptor, and found: enum call_found, and these.  READY: it is not known for what. */
enum { ASKED = 8, READY = 16, STAYED = 32 };

struct watched {
    int row;
    unsigned found;
};

struct look {
    uint32_t operation;
    int actor;
    struct watched *list;
    size_t count;
};

/* A socket that was asked about, or a descriptor that is none. */
struct watched_row {
    int actor, socket, fd;
};

/* A descriptor that an epoll object asks about, and what it gives back for it. */
struct registered {
    int actor, epoll, fd;
    int64_t token;
};

/* What is on its way to a socket. */
struct inbox {
    int64_t waiting; /* bytes, datagrams, clients */
    bool ended;
    bool missed; /* there was nothing since the last look */
};

struct watch {
    struct chart *chart;
    const struct chart_source *source;
    struct look *looks;
    size_t look_count;
    size_t *look_of; /* by event: 1 + the look that it ended */
    struct watched_row *rows;
    size_t row_count;
    struct inbox *inboxes; /* by socket */
    struct registered *registered;
    size_t registered_count;
};

/* --- what was asked ------------------------------------------------------------------------------------- */

static int socket_at(const struct watch *watch, int actor, int fd, int64_t at)
{
    const struct sockets *sockets = watch->source->findings->sockets;
    for (size_t i = sockets->count; i-- > 0;) {
        const struct traced_socket *s = &sockets->list[i];
        if (s->fd == fd && (s->actor == actor || s->user == actor) && s->born <= at && (s->gone == 0 || at < s->gone))
            return (int)i;
    }
    return -1;
}

static int row_of(struct watch *watch, int actor, int fd, int64_t at)
{
    int s = socket_at(watch, actor, fd, at);
    for (size_t i = 0; i < watch->row_count; i++)
        if (watch->rows[i].actor == actor && watch->rows[i].socket == s && (s >= 0 || watch->rows[i].fd == fd))
            return (int)i;
    ARRAY_ADD(watch->rows, watch->row_count, (struct watched_row){actor, s, fd});
    return (int)watch->row_count - 1;
}

static void ask(struct watch *watch, struct look *look, int fd, unsigned found)
{
    const struct operations *real = watch->source->findings->operations;
    struct watched one = {row_of(watch, look->actor, fd, real->list[look->operation].begin), found | ASKED};
    ARRAY_ADD(look->list, look->count, one);
}

static unsigned found_in(int64_t events)
{
    return (events & POLLIN ? CALL_FOUND_READ : 0u) | (events & POLLOUT ? CALL_FOUND_WRITE : 0u) |
           (events & ~(POLLIN | POLLOUT) ? CALL_FOUND_OTHER : 0u);
}

static void take_poll(struct watch *watch, struct look *look, const struct event *event)
{
    ask(watch, look, event->fd, event->result > 0 ? found_in(event_argument(event, ARG_REVENTS)) : 0);
}

static void take_poll_list(struct watch *watch, struct look *look, const struct event *event)
{
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)];
    size_t kept = event_is_whole(event) ? event->data_length / sizeof *list : 0;
    uint64_t ready = event->result > 0 ? (uint64_t)event_argument(event, ARG_READY) : 0;
    uint64_t bits = (uint64_t)event_argument(event, ARG_FOUND);
    memcpy(list, event_data(event), kept * sizeof *list);
    for (size_t i = 0; i < kept; i++) {
        unsigned found = i < CALL_FOUND_MOST ? bits >> (CALL_FOUND_BITS * i) & 7 : 0;
        bool is_ready = ready >> i & 1;
        if (is_ready && found == 0)
            found = (list[i].events & (POLLIN | POLLOUT)) == POLLIN    ? CALL_FOUND_READ
                    : (list[i].events & (POLLIN | POLLOUT)) == POLLOUT ? CALL_FOUND_WRITE
                                                                       : READY;
        ask(watch, look, list[i].fd, is_ready ? found : 0);
    }
}

/* Descriptors from 64 on are not recorded. */
static void take_select(struct watch *watch, struct look *look, const struct event *event)
{
    uint64_t asked[3] = {0}, found[3] = {0};
    const enum call_argument sets[] = {ARG_READ, ARG_WRITE, ARG_EXCEPT};
    if (event_is_whole(event))
        memcpy(asked, event_data(event), event->data_length < sizeof asked ? event->data_length : sizeof asked);
    for (size_t i = 0; i < 3; i++)
        found[i] = event->result > 0 ? (uint64_t)event_argument(event, sets[i]) : 0;
    for (int fd = 0; fd < 64; fd++) {
        unsigned is = 0;
        for (unsigned i = 0; i < 3; i++)
            is |= (found[i] >> fd & 1) << i;
        if ((asked[0] | asked[1] | asked[2]) >> fd & 1)
            ask(watch, look, fd, is);
    }
}

/* The kernel's bits are those of poll(2). */
static unsigned epoll_found(const struct event *event, int64_t token)
{
    size_t kept = event_is_whole(event) && event->result > 0 ? event->data_length / sizeof(struct epoll_event) : 0;
    for (size_t i = 0; i < kept; i++) {
        struct epoll_event one;
        memcpy(&one, event_data(event) + i * sizeof one, sizeof one);
        if ((int64_t)one.data.u64 == token)
            return found_in(one.events);
    }
    return 0;
}

static void take_epoll(struct watch *watch, struct look *look, const struct event *event)
{
    for (size_t i = 0; i < watch->registered_count; i++) {
        const struct registered *one = &watch->registered[i];
        if (one->actor == look->actor && one->epoll == event->fd)
            ask(watch, look, one->fd, epoll_found(event, one->token));
    }
}

/* A descriptor that is closed is asked about no more; an epoll object that is closed asks about nothing. */
static void unregister(struct watch *watch, int actor, int epoll, int fd)
{
    size_t kept = 0;
    for (size_t i = 0; i < watch->registered_count; i++) {
        const struct registered *one = &watch->registered[i];
        bool ends = one->actor == actor &&
                    (epoll < 0 ? one->epoll == fd || one->fd == fd : one->epoll == epoll && one->fd == fd);
        if (!ends)
            watch->registered[kept++] = *one;
    }
    watch->registered_count = kept;
}

/* What epoll_wait(2) asks about was said before. */
static void take_change(struct watch *watch, const struct operation *operation)
{
    const struct event *event = timeline_event(&watch->source->findings->timeline, operation->last);
    int fd = (int)event_argument(event, ARG_DESCRIPTOR);
    if (operation_act(operation) == ACT_CLOSE)
        unregister(watch, event->actor, -1, event->fd);
    if (event->call != CALL_EPOLL_CTL || operation->error != 0)
        return;
    unregister(watch, event->actor, event->fd, fd);
    if (event_argument(event, ARG_OPERATION) != EPOLL_CTL_DEL)
        ARRAY_ADD(watch->registered, watch->registered_count,
                  (struct registered){event->actor, event->fd, fd, event_argument(event, ARG_TOKEN)});
}

static void take_look(struct watch *watch, uint32_t index)
{
    const struct operation *operation = &watch->source->operations->list[index];
    const struct timeline *timeline = &watch->source->findings->timeline;
    const struct event *event = timeline_event(timeline, operation->last);
    bool late = operation->last >= timeline->earlier_count || operation->end >= timeline->begin;
    if (operation_act(operation) != ACT_WAIT || operation->end == 0 || event->flags & (EVENT_WAIT | EVENT_SETUP) ||
        !late)
        return;
    struct look *look = ARRAY_MORE(watch->looks, watch->look_count);
    *look = (struct look){.operation = index, .actor = operation->actor};
    watch->look_of[operation->last] = watch->look_count;
    if (event->call == CALL_POLL)
        take_poll(watch, look, event);
    else if (event->call == CALL_POLL_LIST)
        take_poll_list(watch, look, event);
    else if (event->call == CALL_SELECT)
        take_select(watch, look, event);
    else if (event->call == CALL_EPOLL)
        take_epoll(watch, look, event);
}

/* --- what was there ------------------------------------------------------------------------------------- */

static bool is_there(const struct inbox *inbox)
{
    return inbox->waiting > 0 || inbox->ended;
}

static void change(struct watch *watch, int s, int64_t by)
{
    struct inbox *inbox = &watch->inboxes[s];
    inbox->waiting = inbox->waiting + by > 0 ? inbox->waiting + by : 0;
    inbox->missed = inbox->missed || !is_there(inbox);
}

static bool counts_datagrams(const struct watch *watch, int s)
{
    return watch->source->findings->sockets->list[s].type == SOCK_DGRAM;
}

static void arrive(struct watch *watch, const struct message *message)
{
    const struct sockets *sockets = watch->source->findings->sockets;
    int to = message->to;
    if (to < 0)
        return;
    if (message->kind == MESSAGE_CONNECT)
        change(watch, sockets->list[to].listener >= 0 ? sockets->list[to].listener : to, 1);
    else if (message->kind == MESSAGE_DATA)
        change(watch, to, counts_datagrams(watch, to) ? 1 : message->length);
    else
        watch->inboxes[to].ended = true;
}

static void follow(struct watch *watch, const struct moment *moment)
{
    const struct findings *findings = watch->source->findings;
    const struct event *event = timeline_event(&findings->timeline, moment->event);
    int s = findings->sockets->of_event[moment->event];
    uint32_t first = findings->messages->sent_by[moment->event];
    for (size_t i = first; !moment->end && first != MESSAGE_NOWHERE && i < findings->messages->count; i++) {
        if (findings->messages->list[i].sent != moment->event)
            break;
        arrive(watch, &findings->messages->list[i]);
    }
    if (!moment->end || s < 0 || event->error != 0 || event->result < 0)
        return;
    if (event_act(event) == ACT_ACCEPT)
        change(watch, s, -1);
    else if (event_act(event) == ACT_RECEIVE && !(event_argument(event, ARG_FLAGS) & MSG_PEEK))
        change(watch, s, counts_datagrams(watch, s) ? -1 : -event->result);
}

/* The look of before found it ready, and there was something all the time since then. */
static bool stayed(const struct watch *watch, const struct look *look, const struct watched *one)
{
    int s = watch->rows[one->row].socket;
    if (s < 0 || watch->inboxes[s].missed || !(one->found & CALL_FOUND_READ))
        return false;
    for (const struct look *before = look; before-- > watch->looks;) {
        if (before->actor != look->actor)
            continue;
        for (size_t i = 0; i < before->count; i++)
            if (before->list[i].row == one->row)
                return before->list[i].found & CALL_FOUND_READ;
        return false;
    }
    return false;
}

static void see(struct watch *watch, struct look *look)
{
    for (size_t i = 0; i < look->count; i++) {
        int s = watch->rows[look->list[i].row].socket;
        if (look->list[i].found & READY)
            look->list[i].found |= s >= 0 && is_there(&watch->inboxes[s]) ? CALL_FOUND_READ : CALL_FOUND_WRITE;
        if (stayed(watch, look, &look->list[i]))
            look->list[i].found |= STAYED;
        if (s >= 0)
            watch->inboxes[s].missed = !is_there(&watch->inboxes[s]);
    }
}

/* --- the picture ---------------------------------------------------------------------------------------- */

enum column_kind { COLUMN_LOOK, COLUMN_AGAIN, COLUMN_HIDDEN };

struct column {
    enum column_kind kind;
    size_t look;  /* of this actor */
    size_t count; /* how often again; how many are left out */
};

/* The looks of one actor. */
struct panel {
    struct watch *watch;
    struct chart_panel *panel;
    const struct look **looks;
    size_t count;
    struct column *columns;
    size_t column_count;
    int64_t *letters; /* where each column begins, and the last one ends */
};

static const struct watched *find(const struct look *look, int row)
{
    for (size_t i = 0; i < look->count; i++)
        if (look->list[i].row == row)
            return &look->list[i];
    return NULL;
}

static int64_t took(const struct panel *panel, size_t look)
{
    const struct operation *operation = &panel->watch->source->operations->list[panel->looks[look]->operation];
    const int64_t begin = panel->watch->source->findings->timeline.begin;
    return operation->end - (operation->begin > begin ? operation->begin : begin);
}

/* Looks that find the same again are counted; of too many columns the middle is left out. */
static void find_columns(struct panel *panel)
{
    uint64_t *keys = memory_new(panel->count, sizeof *keys);
    size_t folds;
    for (size_t i = 0; i < panel->count; i++) {
        keys[i] = fold_key(0, took(panel, i) >= WAITED);
        for (size_t k = 0; k < panel->looks[i]->count; k++)
            keys[i] = fold_key(fold_key(keys[i], (uint64_t)panel->looks[i]->list[k].row),
                               panel->looks[i]->list[k].found & ~(unsigned)STAYED);
    }
    struct fold *list = fold_find(keys, panel->count, FOLD_LEAST, &folds);
    for (size_t i = 0; i < folds; i++) {
        bool few = list[i].times == 1 || list[i].times * list[i].period <= 12;
        for (size_t k = 0; k < list[i].period * (few ? list[i].times : 1); k++)
            ARRAY_ADD(panel->columns, panel->column_count, (struct column){COLUMN_LOOK, list[i].start + k, 0});
        if (!few)
            ARRAY_ADD(panel->columns, panel->column_count,
                      (struct column){COLUMN_AGAIN, list[i].start + list[i].period, list[i].times - 1});
    }
    free(list);
    free(keys);
    if (panel->column_count <= MOST_LOOKS)
        return;
    size_t last = panel->column_count - (MOST_LOOKS - KEPT_IN_FRONT - 1);
    size_t hidden = panel->columns[last].look - panel->columns[KEPT_IN_FRONT].look;
    panel->columns[KEPT_IN_FRONT] = (struct column){COLUMN_HIDDEN, panel->columns[KEPT_IN_FRONT].look, hidden};
    memmove(&panel->columns[KEPT_IN_FRONT + 1], &panel->columns[last],
            (panel->column_count - last) * sizeof *panel->columns);
    panel->column_count = MOST_LOOKS;
}

/* What stands above a column. */
static char *head_of(const struct panel *panel, const struct column *column)
{
    struct text head = TEXT_EMPTY;
    if (column->kind == COLUMN_LOOK) {
        call_text_count(&head, column->look + 1);
    } else {
        text_add(&head, column->kind == COLUMN_HIDDEN ? "… " : "");
        call_text_count(&head, column->count);
        text_add(&head, column->kind == COLUMN_HIDDEN ? " more" : column->count == 1 ? " time" : " times");
    }
    (void)panel;
    return text_steal(&head);
}

static char *wait_of(const struct panel *panel, const struct column *column)
{
    struct text text = TEXT_EMPTY;
    if (column->kind == COLUMN_LOOK && took(panel, column->look) >= WAITED)
        duration_write(&text, took(panel, column->look), DURATION_TOLD);
    return text_steal(&text);
}

/* The axis with its numbers, and how long each look waited where any did. */
static void add_heads(struct panel *panel)
{
    struct chart_row *waits = NULL;
    panel->letters = memory_new(panel->column_count + 1, sizeof *panel->letters);
    for (size_t i = 0; i < panel->column_count; i++) {
        char *head = head_of(panel, &panel->columns[i]), *wait = wait_of(panel, &panel->columns[i]);
        size_t needed = 1 + (strlen(head) > strlen(wait) ? strlen(head) : strlen(wait));
        panel->letters[i + 1] = panel->letters[i] + (int64_t)(needed > COLUMN ? needed : COLUMN);
        chart_add_tick(panel->panel, panel->letters[i], head);
        chart_add_break(panel->panel, panel->letters[i]);
        if (*wait != '\0' && waits == NULL)
            waits = chart_add_row(panel->panel, memory_copy("waited"));
        if (*wait != '\0')
            chart_add_span(waits,
                           (struct chart_span){.kind = SPAN_NOTE,
                                               .from = panel->letters[i],
                                               .to = panel->letters[i + 1],
                                               .first = (int64_t)panel->columns[i].look + 1,
                                               .last = (int64_t)panel->columns[i].look + 1,
                                               .words = text_make("look %zu %s", panel->columns[i].look + 1, wait),
                                               .label = wait});
        else
            free(wait);
    }
    panel->panel->extent = panel->letters[panel->column_count];
    chart_add_break(panel->panel, panel->panel->extent);
}

static const struct {
    unsigned found;
    const char *letter, *word;
} findings_told[] = {
    {CALL_FOUND_READ, "r", "readable"},
    {CALL_FOUND_WRITE, "w", "writable"},
    {CALL_FOUND_OTHER, "x", "with an exception or error"},
};

static void add_found(const struct panel *panel, struct chart_row *row, size_t column, unsigned found)
{
    struct text letters = TEXT_EMPTY, words = TEXT_EMPTY;
    size_t look = panel->columns[column].look + 1;
    bool any = false;
    text_format(&words, "look %zu ", look);
    for (size_t i = 0; i < sizeof findings_told / sizeof *findings_told; i++)
        if (found & findings_told[i].found) {
            text_add(&letters, findings_told[i].letter);
            text_format(&words, "%s%s", any ? " and " : "", findings_told[i].word);
            any = true;
        }
    if (!any)
        text_add(&words, "not ready");
    chart_add_span(row, (struct chart_span){.kind = any ? SPAN_FOUND : SPAN_FOUND_NOTHING,
                                            .from = panel->letters[column],
                                            .to = panel->letters[column] + (any ? (int64_t)letters.length : 1),
                                            .first = (int64_t)look,
                                            .last = (int64_t)look,
                                            .label = any ? text_steal(&letters) : NULL,
                                            .words = text_steal(&words)});
}

/* How many letters a look wrote into the row. */
static int64_t letters_of(const struct panel *panel, size_t column, int number)
{
    const struct watched *one = find(panel->looks[panel->columns[column].look], number);
    int64_t letters = 0;
    for (size_t i = 0; one != NULL && i < sizeof findings_told / sizeof *findings_told; i++)
        letters += (one->found & findings_told[i].found) != 0;
    return letters;
}

static bool row_stayed(const struct panel *panel, size_t look, int number)
{
    const struct watched *one = look < panel->count ? find(panel->looks[look], number) : NULL;
    return one != NULL && one->found & STAYED;
}

static char *name_of(const struct watch *watch, const struct watched_row *row)
{
    struct text name = TEXT_EMPTY;
    if (row->socket >= 0)
        chart_socket_name(&name, watch->source, row->socket);
    else if (watch->source->normal)
        text_add(&name, "no socket");
    else
        text_format(&name, "fd %d", row->fd);
    return text_steal(&name);
}

/* Lines first: what was found is drawn over them. */
static void add_row(struct panel *panel, int number)
{
    struct chart_row *row = chart_add_row(panel->panel, name_of(panel->watch, &panel->watch->rows[number]));
    for (size_t i = 0; i < panel->column_count; i++) {
        const struct column *column = &panel->columns[i];
        bool again = column->kind == COLUMN_AGAIN && row_stayed(panel, column->look, number);
        bool from_before = i > 0 && column->kind == COLUMN_LOOK && panel->columns[i - 1].kind != COLUMN_HIDDEN &&
                           row_stayed(panel, column->look, number);
        if (again || from_before)
            chart_add_span(row, (struct chart_span){.kind = SPAN_STAYED,
                                                    .from = panel->letters[again ? i : i - 1] +
                                                            (again || panel->columns[i - 1].kind != COLUMN_LOOK
                                                                 ? 0
                                                                 : letters_of(panel, i - 1, number)),
                                                    .to = panel->letters[again ? i + 1 : i],
                                                    .first = (int64_t)column->look,
                                                    .last = (int64_t)column->look + 1});
    }
    for (size_t i = 0; i < panel->column_count; i++) {
        const struct watched *one =
            panel->columns[i].kind == COLUMN_LOOK ? find(panel->looks[panel->columns[i].look], number) : NULL;
        if (one != NULL)
            add_found(panel, row, i, one->found);
    }
}

static char *title_of(const struct watch *watch, int actor, size_t looks)
{
    struct text title = TEXT_EMPTY;
    const char *name = timeline_actor(&watch->source->findings->timeline, actor);
    utf8_add_visible(&title, name, strlen(name));
    text_add(&title, actor == 0 ? " looked " : " looks ");
    call_text_count(&title, looks);
    text_add(&title, looks == 1 ? " time" : " times");
    return text_steal(&title);
}

static void draw_actor(struct watch *watch, int actor)
{
    struct panel panel = {.watch = watch, .looks = memory_new(watch->look_count, sizeof *panel.looks)};
    size_t rows = 0;
    for (size_t i = 0; i < watch->look_count; i++)
        if (watch->looks[i].actor == actor && watch->looks[i].count > 0)
            panel.looks[panel.count++] = &watch->looks[i];
    if (panel.count > 0) {
        panel.panel = chart_add_panel(watch->chart, title_of(watch, actor, panel.count), CHART_LETTERS);
        panel.panel->ticks_above = true;
        panel.panel->tick_label = memory_copy("look");
        find_columns(&panel);
        add_heads(&panel);
        for (size_t i = 0; i < watch->row_count; i++) {
            bool mine = watch->rows[i].actor == actor;
            if (mine && rows++ < MOST_ROWS)
                add_row(&panel, (int)i);
        }
        if (rows > MOST_ROWS)
            chart_add_row(panel.panel, text_make("%zu more", rows - MOST_ROWS));
    }
    free(panel.looks);
    free(panel.columns);
    free(panel.letters);
}

void chart_make_ready(struct chart *chart, const struct chart_source *source)
{
    const struct findings *findings = source->findings;
    struct watch watch = {.chart = chart,
                          .source = source,
                          .look_of = memory_new(timeline_count(&findings->timeline), sizeof *watch.look_of),
                          .inboxes = memory_new(findings->sockets->count, sizeof *watch.inboxes)};
    for (size_t i = 0; i < source->operations->count; i++) {
        take_change(&watch, &source->operations->list[i]);
        take_look(&watch, (uint32_t)i);
    }
    for (size_t i = 0; i < source->moment_count; i++) {
        size_t look = watch.look_of[source->moments[i].event];
        follow(&watch, &source->moments[i]);
        if (source->moments[i].end && look > 0)
            see(&watch, &watch.looks[look - 1]);
    }
    for (size_t i = 0; i < findings->timeline.actor_count; i++)
        draw_actor(&watch, (int)i);
    for (size_t i = 0; i < watch.look_count; i++)
        free(watch.looks[i].list);
    free(watch.looks);
    free(watch.look_of);
    free(watch.rows);
    free(watch.inboxes);
    free(watch.registered);
}
