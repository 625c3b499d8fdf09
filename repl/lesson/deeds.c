#include "lesson/deeds.h"

#include "base/array.h"
#include "base/memory.h"
#include "translate/recording.h"
#include "views/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* So much of what was sent or received is told. */
#define DATA_MOST 60

/* Ports from here on are the kernel's choice. */
#define PORT_CHOSEN 32768

struct known_socket {
    int fd;
    int64_t born;
    bool given; /* CPython has not asked about it yet */
};

struct deeds {
    struct deeds_options options;
    struct known_socket *sockets;
    size_t socket_count;
    uint16_t *ports;
    size_t port_count;
};

/* What a line is made of. */
struct line {
    struct deeds *deeds;
    const struct findings *findings;
    const struct operation *operation;
    const struct event *first, *last; /* of the operation's events */
    struct text *out;
};

struct deeds *deeds_new(const struct deeds_options *options)
{
    struct deeds *deeds = memory_new(1, sizeof *deeds);
    deeds->options = *options;
    return deeds;
}

void deeds_free(struct deeds *deeds)
{
    if (deeds == NULL)
        return;
    free(deeds->sockets);
    free(deeds->ports);
    free(deeds);
}

/* --- names ---------------------------------------------------------------------------------------------- */

static size_t socket_number(struct deeds *deeds, int fd, int64_t born)
{
    for (size_t i = 0; i < deeds->socket_count; i++)
        if (deeds->sockets[i].fd == fd && deeds->sockets[i].born == born)
            return i;
    ARRAY_ADD(deeds->sockets, deeds->socket_count, (struct known_socket){.fd = fd, .born = born});
    return deeds->socket_count - 1;
}

/* The one that had this descriptor at that moment; NULL for none. */
static const struct traced_socket *socket_at(const struct findings *findings, int fd, int64_t at)
{
    for (size_t i = findings->sockets->count; i-- > 0;) {
        const struct traced_socket *socket = &findings->sockets->list[i];
        if (socket->actor == 0 && socket->fd == fd && socket->born <= at)
            return socket;
    }
    return NULL;
}

static size_t add_socket(const struct line *line, int fd, int64_t at)
{
    const struct traced_socket *socket = socket_at(line->findings, fd, at);
    size_t number = socket_number(line->deeds, fd, socket != NULL ? socket->born : 0);
    text_format(line->out, "s%zu", number + 1);
    return number;
}

static void add_own(const struct line *line)
{
    int index = line->findings->sockets->of_event[line->operation->first];
    const struct traced_socket *socket = index >= 0 ? &line->findings->sockets->list[index] : NULL;
    size_t number = socket_number(line->deeds, line->operation->fd, socket != NULL ? socket->born : 0);
    text_format(line->out, "s%zu", number + 1);
}

/* One that the call gave. */
static void add_new(const struct line *line, int64_t fd)
{
    size_t number = add_socket(line, (int)fd, line->operation->end);
    line->deeds->sockets[number].given = line->operation->call != CALL_SOCKET;
}

static size_t port_number(struct deeds *deeds, uint16_t port)
{
    for (size_t i = 0; i < deeds->port_count; i++)
        if (deeds->ports[i] == port)
            return i + 1;
    ARRAY_ADD(deeds->ports, deeds->port_count, port);
    return deeds->port_count;
}

static void add_address(const struct line *line, const struct address *address)
{
    uint16_t port = address_port(address);
    for (size_t i = 0; i < line->deeds->options.place_count; i++)
        if (address_same(address, &line->deeds->options.places[i].address)) {
            text_add(line->out, line->deeds->options.places[i].name);
            return;
        }
    if (port < PORT_CHOSEN) {
        call_text_address(line->out, address, true);
        return;
    }
    struct address bare = *address;
    struct text whole = TEXT_EMPTY;
    address_set_port(&bare, 0);
    address_write(&whole, &bare);
    text_cut(&whole, whole.length - 1);
    text_format(line->out, "%sport%zu", text_string(&whole), port_number(line->deeds, port));
    text_free(&whole);
}

/* --- waiting -------------------------------------------------------------------------------------------- */

/* What somebody waits for. */
struct awaited {
    int fd;
    bool to_send;
};

static bool awaited_in_list(const struct event *event, struct awaited *one)
{
    struct pollfd list[WATCHED_MOST];
    size_t count;
    if (!recording_watched(event, list, &count) || count != 1)
        return false;
    *one = (struct awaited){list[0].fd, list[0].events & POLLOUT};
    return true;
}

static bool awaited_in_sets(const struct event *event, struct awaited *one)
{
    int64_t masks[3];
    recording_masks(event, masks);
    uint64_t all = (uint64_t)(masks[0] | masks[1]);
    if (all == 0 || (all & (all - 1)) != 0 || (masks[0] & masks[1]) != 0)
        return false;
    *one = (struct awaited){__builtin_ctzll(all), masks[1] != 0};
    return true;
}

/* True when the call waits for one descriptor, or when it was one on it that waited in vain. */
static bool awaited_one(const struct findings *findings, const struct operation *operation, struct awaited *one)
{
    const struct event *event = timeline_event(&findings->timeline, operation->first);
    *one = (struct awaited){operation->fd, operation_act(operation) == ACT_SEND};
    switch (operation->call) {
    case CALL_POLL:
    case CALL_POLL_LIST:
        return awaited_in_list(event, one);
    case CALL_SELECT:
        return awaited_in_sets(event, one);
    default:
        return operation->timed_out && operation_act(operation) != ACT_CONNECT;
    }
}

/* --- one line ------------------------------------------------------------------------------------------- */

static int64_t number(const struct line *line, enum call_argument argument)
{
    return event_argument(line->first, argument);
}

static void add_result(const struct line *line)
{
    const struct operation *operation = line->operation;
    if (operation->end == 0)
        text_add(line->out, " = ...");
    else if (operation->timed_out)
        text_add(line->out, ": timed out");
    else if (operation->error != 0) {
        text_add(line->out, " = ");
        call_text_error(line->out, operation->error);
    } else
        text_format(line->out, " = %" PRId64, operation->result);
}

static bool is_fine(const struct line *line)
{
    return line->operation->end != 0 && !line->operation->timed_out && line->operation->error == 0;
}

/* The socket that it gave, or what went wrong. */
static void add_given(const struct line *line)
{
    if (!is_fine(line)) {
        add_result(line);
        return;
    }
    text_add(line->out, " = ");
    add_new(line, line->operation->result);
}

/* A stream is TCP, datagrams are UDP, whether the program says so or not. */
static bool is_usual(const struct line *line)
{
    int64_t type = number(line, ARG_TYPE) & 0xf, protocol = number(line, ARG_PROTOCOL);
    return protocol == 0 || (type == SOCK_STREAM && protocol == IPPROTO_TCP) ||
           (type == SOCK_DGRAM && protocol == IPPROTO_UDP);
}

static void add_kind(const struct line *line)
{
    call_text_constant(line->out, "AF_", number(line, ARG_FAMILY));
    text_add(line->out, ", ");
    call_text_constant(line->out, "SOCK_", number(line, ARG_TYPE) & 0xf);
    if (!is_usual(line))
        text_format(line->out, ", %" PRId64, number(line, ARG_PROTOCOL));
    text_add(line->out, ")");
}

static void create(const struct line *line)
{
    text_add(line->out, "socket(");
    add_kind(line);
    add_given(line);
}

static void pair(const struct line *line)
{
    text_add(line->out, "socketpair(");
    add_kind(line);
    if (!is_fine(line)) {
        add_result(line);
        return;
    }
    text_add(line->out, " = ");
    add_new(line, line->last->fd);
    text_add(line->out, ", ");
    add_new(line, event_argument(line->last, ARG_SECOND));
}

static void accept_one(const struct line *line)
{
    text_add(line->out, "accept(");
    add_own(line);
    text_add(line->out, ")");
    add_given(line);
}

static void copy(const struct line *line)
{
    text_add(line->out, "dup(");
    add_own(line);
    text_add(line->out, ")");
    add_given(line);
}

/* connect and bind: "connect(s1, echo) = 0" */
static void with_address(const struct line *line)
{
    const struct address address = event_address(line->first);
    text_format(line->out, "%s(", call_row(line->operation->call)->name);
    add_own(line);
    text_add(line->out, ", ");
    add_address(line, &address);
    text_add(line->out, ")");
    add_result(line);
}

static void name(const struct line *line)
{
    const struct address address = event_address(line->last);
    text_format(line->out, "%s(", call_row(line->operation->call)->name);
    add_own(line);
    text_add(line->out, ")");
    if (!is_fine(line)) {
        add_result(line);
        return;
    }
    text_add(line->out, " = ");
    add_address(line, &address);
}

static void start_listening(const struct line *line)
{
    text_add(line->out, "listen(");
    add_own(line);
    text_format(line->out, ", %" PRId64 ")", number(line, ARG_BACKLOG));
    add_result(line);
}

static void shut(const struct line *line)
{
    text_add(line->out, "shutdown(");
    add_own(line);
    text_add(line->out, ", ");
    call_text_how(line->out, number(line, ARG_HOW));
    text_add(line->out, ")");
    add_result(line);
}

static void plain(const struct line *line)
{
    text_format(line->out, "%s(", call_row(line->operation->call)->name);
    add_own(line);
    text_add(line->out, ")");
    add_result(line);
}

/* That no signal shall come is what Python and Lua see to in other ways. */
static void add_flags(const struct line *line)
{
    int64_t flags = number(line, ARG_FLAGS) & ~(int64_t)MSG_NOSIGNAL;
    if (flags == 0)
        return;
    text_add(line->out, ", ");
    call_text_flags(line->out, "MSG_", flags);
}

static void send_data(const struct line *line)
{
    const struct address address = event_address(line->first);
    text_add(line->out, "send(");
    add_own(line);
    text_add(line->out, ", ");
    call_text_bytes(line->out, event_data(line->last), line->last->data_length, number(line, ARG_LENGTH), DATA_MOST);
    add_flags(line);
    if (address.length > 0) {
        text_add(line->out, ", to ");
        add_address(line, &address);
    }
    text_add(line->out, ")");
    add_result(line);
}

static void receive_data(const struct line *line)
{
    const struct address address = event_address(line->last);
    text_add(line->out, "recv(");
    add_own(line);
    text_format(line->out, ", %" PRId64, number(line, ARG_LENGTH));
    add_flags(line);
    text_add(line->out, ")");
    add_result(line);
    if (!is_fine(line))
        return;
    text_add(line->out, " ");
    call_text_data(line->out, line->last, DATA_MOST, false);
    if (address.length > 0) {
        text_add(line->out, " from ");
        add_address(line, &address);
    }
}

/* In vain, or until it is ready; whoever waits for one says what for. */
static void wait_for(const struct line *line)
{
    struct awaited one;
    text_add(line->out, "wait(");
    if (awaited_one(line->findings, line->operation, &one)) {
        add_socket(line, one.fd, line->operation->begin);
        text_add(line->out, one.to_send ? ", to send" : ", to receive");
    }
    text_add(line->out, ")");
    if (line->operation->timed_out || (line->operation->end != 0 && line->operation->result == 0))
        text_add(line->out, ": timed out");
    else
        add_result(line);
}

static void option(const struct line *line)
{
    bool sets = operation_act(line->operation) == ACT_SET_OPTION;
    text_add(line->out, sets ? "setsockopt(" : "getsockopt(");
    add_own(line);
    text_add(line->out, ", ");
    call_text_level(line->out, number(line, ARG_LEVEL));
    text_add(line->out, ", ");
    call_text_option(line->out, number(line, ARG_LEVEL), number(line, ARG_OPTION));
    if (sets)
        text_format(line->out, ", %" PRId64, number(line, ARG_VALUE));
    text_add(line->out, ")");
    if (sets || !is_fine(line))
        add_result(line);
    else
        text_format(line->out, " = %" PRId64, event_argument(line->last, ARG_VALUE));
}

/* What counts; everything else is left out. */
typedef void write_line(const struct line *line);
static write_line *const writers[] = {
    [ACT_CREATE] = create,
    [ACT_PAIR] = pair,
    [ACT_CONNECT] = with_address,
    [ACT_BIND] = with_address,
    [ACT_LISTEN] = start_listening,
    [ACT_ACCEPT] = accept_one,
    [ACT_SHUTDOWN] = shut,
    [ACT_CLOSE] = plain,
    [ACT_COPY] = copy,
    [ACT_RECEIVE] = receive_data,
    [ACT_SEND] = send_data,
    [ACT_WAIT] = wait_for,
    [ACT_SET_OPTION] = option,
    [ACT_GET_OPTION] = option,
    [ACT_GET_NAME] = name,
    [ACT_GET_PEER_NAME] = name,
};

static write_line *writer_of(const struct operation *operation)
{
    if (operation->timed_out && operation_act(operation) != ACT_CONNECT)
        return wait_for;
    size_t act = operation_act(operation);
    return act < sizeof writers / sizeof *writers ? writers[act] : NULL;
}

/* --- what counts ---------------------------------------------------------------------------------------- */

/* The operations of one step while they are put together. */
struct reading {
    const struct findings *findings;
    struct operation *list;
    size_t count;
};

static bool counts(const struct findings *findings, const struct operation *operation)
{
    const struct event *event = timeline_event(&findings->timeline, operation->first);
    return operation->kind == EVENT_CALL && operation->actor == 0 && !(event->flags & EVENT_SETUP) &&
           operation->error != EBADF && writer_of(operation) != NULL;
}

static void take_operations(struct reading *reading, int64_t begin, int64_t end)
{
    const struct operations *operations = reading->findings->operations;
    size_t earlier = reading->findings->timeline.earlier_count;
    reading->list = memory_new(operations->count + 1, sizeof *reading->list);
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->list[i];
        if (operation->first >= earlier && operation->begin >= begin && operation->begin < end &&
            counts(reading->findings, operation))
            reading->list[reading->count++] = *operation;
    }
}

/* The operation so many places on; one that is nothing behind the last. */
static const struct operation *ahead(const struct reading *reading, size_t index, size_t more)
{
    static const struct operation nothing = {.fd = -1};
    return index + more < reading->count ? &reading->list[index + more] : &nothing;
}

/* True when it waits for that descriptor alone. */
static bool waits_for(const struct reading *reading, const struct operation *operation, int fd)
{
    struct awaited one;
    return operation_act(operation) == ACT_WAIT && awaited_one(reading->findings, operation, &one) && one.fd == fd;
}

static bool is_in_vain(const struct operation *operation)
{
    return operation->end != 0 && operation->error == 0 && operation->result == 0;
}

/* Nothing was done with the socket: the next call on it closes it. */
static bool is_idle(const struct reading *reading, size_t index)
{
    const struct operation *create = &reading->list[index];
    for (size_t i = index + 1; create->call == CALL_SOCKET && create->error == 0 && i < reading->count; i++)
        if (reading->list[i].fd == create->result)
            return operation_act(&reading->list[i]) == ACT_CLOSE;
    return false;
}

static void drop_idle(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (!is_idle(reading, i))
            continue;
        int64_t fd = reading->list[i].result;
        for (size_t k = i + 1; reading->list[i].call != CALL_NONE; k++)
            if (reading->list[k].fd == fd)
                reading->list[k].call = reading->list[i].call = CALL_NONE;
    }
    size_t kept = 0;
    for (size_t i = 0; i < reading->count; i++)
        if (reading->list[i].call != CALL_NONE)
            reading->list[kept++] = reading->list[i];
    reading->count = kept;
}

/* connect(2) that went on alone; how many operations tell what became of it. */
static size_t collect_connect(const struct reading *reading, size_t index, struct operation *connect)
{
    const struct operation *wait = ahead(reading, index, 1), *question = ahead(reading, index, 2);
    if (operation_act(connect) != ACT_CONNECT || connect->error != EINPROGRESS ||
        !waits_for(reading, wait, connect->fd))
        return 0;
    if (is_in_vain(wait)) {
        connect->timed_out = true;
        return 1;
    }
    const struct event *event = timeline_event(&reading->findings->timeline, question->last);
    if (question->fd != connect->fd || question->call != CALL_GETSOCKOPT || !event_asks_for_error(event))
        return 0;
    connect->error = (int)event_argument(event, ARG_VALUE);
    connect->result = connect->error != 0 ? -1 : 0;
    return 2;
}

static bool moves(const struct operation *operation)
{
    enum call_act act = operation_act(operation);
    return act == ACT_RECEIVE || act == ACT_SEND || act == ACT_ACCEPT || act == ACT_CONNECT;
}

/* It is made again, or only waits for what comes next. */
static bool is_prelude(const struct reading *reading, size_t index)
{
    const struct operation *operation = ahead(reading, index, 0), *next = ahead(reading, index, 1);
    if (operation->error == EINTR)
        return next->call == operation->call && next->fd == operation->fd;
    if (operation->error == EAGAIN && moves(operation))
        return waits_for(reading, next, operation->fd);
    return !is_in_vain(operation) && moves(next) && waits_for(reading, operation, next->fd);
}

/* What CPython asks of a socket that it was given, and nobody else. */
static bool is_cpython(struct deeds *deeds, const struct findings *findings, const struct operation *operation)
{
    int index = findings->sockets->of_event[operation->first];
    if (!deeds->options.python || operation->call != CALL_GETSOCKNAME || index < 0)
        return false;
    struct known_socket *socket =
        &deeds->sockets[socket_number(deeds, operation->fd, findings->sockets->list[index].born)];
    bool given = socket->given;
    socket->given = false;
    return given;
}

static void write_operation(struct deeds *deeds, struct text *out, const struct findings *findings,
                            const struct operation *operation)
{
    const struct line line = {.deeds = deeds,
                              .findings = findings,
                              .operation = operation,
                              .first = timeline_event(&findings->timeline, operation->first),
                              .last = timeline_event(&findings->timeline, operation->last),
                              .out = out};
    if (is_cpython(deeds, findings, operation))
        return;
    writer_of(operation)(&line);
    text_add(out, "\n");
}

void deeds_add(struct deeds *deeds, struct text *out, const struct findings *findings, int64_t begin, int64_t end)
{
    struct reading reading = {.findings = findings};
    take_operations(&reading, begin, end);
    drop_idle(&reading);
    for (size_t i = 0; i < reading.count; i++) {
        struct operation operation = reading.list[i];
        if (is_prelude(&reading, i))
            continue;
        i += collect_connect(&reading, i, &operation);
        write_operation(deeds, out, findings, &operation);
    }
    free(reading.list);
}
