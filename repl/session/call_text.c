#include "session/call_text.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "lua/constants.h"
#include "lua/errors.h"
#include "net/address.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

/* --- names ---------------------------------------------------------------------------------------------- */

static void add_number(struct text *out, int64_t number)
{
    text_format(out, "%" PRId64, number);
}

void call_text_constant(struct text *out, const char *prefix, int64_t value)
{
    const char *name = constant_name_of(prefix, value);
    if (name != NULL)
        text_add(out, name);
    else
        add_number(out, value);
}

void call_text_flags(struct text *out, const char *prefix, int64_t flags)
{
    size_t before = out->length;
    for (int bit = 0; bit < 32; bit++) {
        int64_t flag = INT64_C(1) << bit;
        const char *name = flags & flag ? constant_name_of(prefix, flag) : NULL;
        if (name == NULL)
            continue;
        text_add(out, out->length > before ? "|" : "");
        text_add(out, name);
        flags &= ~flag;
    }
    if (flags != 0 || out->length == before)
        text_format(out, out->length > before ? "|%#" PRIx64 : flags ? "%#" PRIx64 : "%" PRIx64, (uint64_t)flags);
}

void call_text_type(struct text *out, int64_t type)
{
    call_text_constant(out, "SOCK_", type & 0xf);
    if (type & SOCK_NONBLOCK)
        text_add(out, "|SOCK_NONBLOCK");
    if (type & SOCK_CLOEXEC)
        text_add(out, "|SOCK_CLOEXEC");
}

void call_text_level(struct text *out, int64_t level)
{
    if (level == SOL_SOCKET)
        text_add(out, "SOL_SOCKET");
    else
        call_text_constant(out, "IPPROTO_", level);
}

void call_text_option(struct text *out, int64_t level, int64_t option)
{
    static const struct {
        int level;
        const char *prefix;
    } prefixes[] = {{SOL_SOCKET, "SO_"},
                    {IPPROTO_TCP, "TCP_"},
                    {IPPROTO_IP, "IP_"},
                    {IPPROTO_IPV6, "IPV6_"},
                    {IPPROTO_UDP, "UDP_"}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (prefixes[i].level == level) {
            call_text_constant(out, prefixes[i].prefix, option);
            return;
        }
    add_number(out, option);
}

void call_text_how(struct text *out, int64_t how)
{
    call_text_constant(out, "SHUT_", how);
}

void call_text_error(struct text *out, int error)
{
    const char *symbol = error_symbol(error);
    if (symbol != NULL)
        text_add(out, symbol);
    else
        add_number(out, error);
}

void call_text_signal(struct text *out, int64_t number)
{
    const char *name = sigabbrev_np((int)number);
    if (name != NULL)
        text_format(out, "SIG%s", name);
    else
        add_number(out, number);
}

const char *call_text_state(int64_t state)
{
    static const char *const states[] = {"?",          "ESTABLISHED", "SYN-SENT",    "SYN-RECV",   "FIN-WAIT-1",
                                         "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",      "CLOSE-WAIT", "LAST-ACK",
                                         "LISTEN",     "CLOSING",     "NEW-SYN-RECV"};
    return state >= 0 && (size_t)state < sizeof states / sizeof *states ? states[state] : "?";
}

void call_text_events(struct text *out, int64_t events)
{
    static const struct {
        short event;
        const char *name;
    } names[] = {{POLLIN, "POLLIN"},   {POLLPRI, "POLLPRI"},   {POLLOUT, "POLLOUT"},    {POLLERR, "POLLERR"},
                 {POLLHUP, "POLLHUP"}, {POLLNVAL, "POLLNVAL"}, {POLLRDHUP, "POLLRDHUP"}};
    size_t before = out->length;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (events & names[i].event) {
            text_add(out, out->length > before ? "|" : "");
            text_add(out, names[i].name);
        }
    if (out->length == before)
        text_add(out, "0");
}

void call_text_count(struct text *out, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text_add_char(out, ',');
        text_add_char(out, digits[i]);
    }
}

/* --- data ----------------------------------------------------------------------------------------------- */

static void add_escaped(struct text *out, const char *bytes, size_t length, int32_t point)
{
    static const char plain[] = "\n\r\t\"\\", letters[] = "nrt\"\\";
    const char *found = point > 0 && point < 128 ? strchr(plain, (int)point) : NULL;
    if (found != NULL)
        text_format(out, "\\%c", letters[found - plain]);
    else if (point >= 32 && point != 127 && !(point >= 0x80 && point < 0xa0) && utf8_width(point) > 0)
        text_add_bytes(out, bytes, length);
    else
        for (size_t i = 0; i < length; i++)
            text_format(out, "\\x%02x", (unsigned char)bytes[i]);
}

int64_t call_data_length(const struct event *event)
{
    switch (event->call) {
    case CALL_SEND:
    case CALL_SENDTO:
    case CALL_SENDMSG:
    case CALL_SENDFILE:
    case CALL_RECV:
    case CALL_RECVFROM:
    case CALL_RECVMSG:
        return event->end != 0 && event->result >= 0 ? event->result : event->data_length;
    case CALL_CONNECT:
    case CALL_SELECT: /* what it waits for is kept there */
    case CALL_POLL_LIST:
        return 0;
    default:
        return event->data_length;
    }
}

void call_text_data(struct text *out, const struct event *event, size_t most)
{
    const char *data = event_data(event);
    int64_t all = call_data_length(event);
    size_t length = event->data_length;
    if ((int64_t)length > all)
        length = (size_t)all;
    size_t shown = length < most ? length : most;
    text_add_char(out, '"');
    for (size_t i = 0; i < shown;) {
        int32_t point;
        size_t taken = utf8_decode(data + i, length - i, &point);
        add_escaped(out, data + i, taken, point);
        i += taken;
    }
    text_add(out, (int64_t)shown < all ? "\"..." : "\"");
}

/* Ports from here on are chosen by the kernel. */
#define EPHEMERAL 32768

static unsigned port_of(const char *bytes, size_t length)
{
    struct net_address address = {.length = (socklen_t)length};
    if (length < sizeof address.in || length > sizeof address.storage)
        return 0;
    memcpy(&address.storage, bytes, length);
    int known = address.any.sa_family;
    return known == AF_INET || known == AF_INET6 ? address_port(&address) : 0;
}

/* bind(2) without a name: the kernel chooses one, a zero byte and five hexadecimal digits. */
static bool is_chosen_name(const char *bytes, size_t length)
{
    const size_t head = offsetof(struct sockaddr_un, sun_path);
    sa_family_t known = AF_UNSPEC;
    if (length >= sizeof known)
        memcpy(&known, bytes, sizeof known);
    if (known != AF_UNIX || length != head + 6 || bytes[head] != '\0')
        return false;
    for (size_t i = head + 1; i < length; i++)
        if (!isxdigit((unsigned char)bytes[i]))
            return false;
    return true;
}

void call_text_address(struct text *out, const char *bytes, size_t length, bool normal)
{
    _Alignas(struct sockaddr_storage) char aligned[sizeof(struct sockaddr_storage)];
    struct text whole = TEXT_EMPTY;
    memcpy(aligned, bytes, length < sizeof aligned ? length : sizeof aligned);
    address_write(&whole, (const struct sockaddr *)aligned, (socklen_t)length);
    const char *text = text_string(&whole), *colon = strrchr(text, ':');
    if (normal && is_chosen_name(bytes, length)) {
        text_add(out, "@name");
    } else if (normal && colon != NULL && port_of(aligned, length) >= EPHEMERAL) {
        text_add_bytes(out, text, (size_t)(colon - text));
        text_add(out, ":port");
    } else {
        utf8_add_visible(out, text, whole.length);
    }
    text_free(&whole);
}

/* --- arguments ------------------------------------------------------------------------------------------ */

struct writer {
    struct text *out;
    const struct event *event;
    size_t most;
    bool normal;
};

typedef void add_argument(const struct writer *writer);

static void fd(const struct writer *writer)
{
    add_number(writer->out, writer->event->fd);
}

static void family(const struct writer *writer)
{
    call_text_constant(writer->out, "AF_", writer->event->arg[0]);
}

static void type(const struct writer *writer)
{
    call_text_type(writer->out, writer->event->arg[1]);
}

static void protocol(const struct writer *writer)
{
    if (writer->event->arg[2] == 0)
        text_add(writer->out, "0");
    else
        call_text_constant(writer->out, "IPPROTO_", writer->event->arg[2]);
}

static void pair(const struct writer *writer)
{
    text_format(writer->out, "[%d, %" PRId64 "]", writer->event->fd, writer->event->arg[3]);
}

static void address(const struct writer *writer)
{
    const struct event *event = writer->event;
    sa_family_t known;
    if (event->address_length < sizeof known) {
        text_add(writer->out, "NULL");
        return;
    }
    memcpy(&known, event->payload, sizeof known);
    text_add_char(writer->out, '{');
    call_text_constant(writer->out, "AF_", known);
    text_add(writer->out, ", ");
    call_text_address(writer->out, event->payload, event->address_length, writer->normal);
    text_add_char(writer->out, '}');
}

static void address_length(const struct writer *writer)
{
    text_format(writer->out, "%u", writer->event->address_length);
}

static void address_room(const struct writer *writer)
{
    text_format(writer->out, "[%u]", writer->event->address_length);
}

static void data(const struct writer *writer)
{
    call_text_data(writer->out, writer->event, writer->most);
}

static void length(const struct writer *writer)
{
    add_number(writer->out, writer->event->arg[0]);
}

static void flags(const struct writer *writer)
{
    call_text_flags(writer->out, "MSG_", writer->event->arg[1]);
}

static void message(const struct writer *writer)
{
    text_add_char(writer->out, '{');
    if (writer->event->address_length > 0) {
        address(writer);
        text_add(writer->out, ", ");
    }
    data(writer);
    if (writer->event->arg[2] > 0)
        text_format(writer->out, ", %" PRId64 " bytes of control data", writer->event->arg[2]);
    text_add_char(writer->out, '}');
}

static void backlog(const struct writer *writer)
{
    add_number(writer->out, writer->event->arg[0]);
}

static void how(const struct writer *writer)
{
    call_text_how(writer->out, writer->event->arg[0]);
}

static void watched(const struct writer *writer)
{
    text_format(writer->out, "{%d, ", writer->event->fd);
    call_text_events(writer->out, writer->event->arg[0]);
    if (writer->event->arg[2] != 0) {
        text_add(writer->out, " -> ");
        call_text_events(writer->out, writer->event->arg[2]);
    }
    text_add(writer->out, "}, 1");
}

/* The array that poll(2) was given, and what it found. */
static void watched_list(const struct writer *writer)
{
    const struct event *event = writer->event;
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)];
    size_t kept = event->data_length / sizeof *list;
    memcpy(list, event_data(event), kept * sizeof *list);
    text_add_char(writer->out, '[');
    for (size_t i = 0; i < kept; i++) {
        text_format(writer->out, "%s{%d, ", i > 0 ? ", " : "", list[i].fd);
        call_text_events(writer->out, list[i].events);
        text_add(writer->out, event->result > 0 && (uint64_t)event->arg[2] >> i & 1 ? ", ready}" : "}");
    }
    text_format(writer->out, "%s], %" PRId64, (int64_t)kept < event->arg[0] ? ", ..." : "", event->arg[0]);
}

static void epoll_operation(const struct writer *writer)
{
    static const char *const names[] = {"?", "EPOLL_CTL_ADD", "EPOLL_CTL_DEL", "EPOLL_CTL_MOD"};
    int64_t operation = writer->event->arg[0];
    text_add(writer->out, operation > 0 && operation < 4 ? names[operation] : "?");
}

/* The bits of epoll are those of poll. */
static void epoll_events(const struct writer *writer)
{
    text_add_char(writer->out, '{');
    struct text names = TEXT_EMPTY;
    call_text_events(&names, writer->event->arg[2]);
    for (const char *c = text_string(&names); *c != '\0'; c++)
        text_add(writer->out, strncmp(c, "POLL", 4) == 0 ? "E" : ""), text_add_char(writer->out, *c);
    text_free(&names);
    text_add_char(writer->out, '}');
}

/* What is left of a timeout differs; the whole of it does not. */
static void milliseconds(const struct writer *writer)
{
    const struct event *event = writer->event;
    if (writer->normal && event->flags & EVENT_WAIT && event->arg[3] > 0) {
        add_number(writer->out, event->arg[3] / CLOCK_MILLISECOND);
        return;
    }
    add_number(writer->out, writer->event->arg[1]);
}

static void level(const struct writer *writer)
{
    call_text_level(writer->out, writer->event->arg[0]);
}

static void option(const struct writer *writer)
{
    call_text_option(writer->out, writer->event->arg[0], writer->event->arg[1]);
}

static void value(const struct writer *writer)
{
    const struct event *event = writer->event;
    if (event->arg[0] == SOL_SOCKET && event->arg[1] == SO_ERROR && event->arg[3] != 0)
        call_text_error(writer->out, (int)event->arg[3]);
    else if (event->arg[2] == (int64_t)sizeof(int) && event->error == 0)
        text_format(writer->out, "[%" PRId64 "]", event->arg[3]);
    else
        data(writer);
}

static void value_length(const struct writer *writer)
{
    add_number(writer->out, writer->event->arg[2]);
}

static void status_flags(const struct writer *writer)
{
    text_add(writer->out, writer->event->arg[0] ? "F_SETFL, O_NONBLOCK" : "F_SETFL, 0");
}

static void descriptor_flags(const struct writer *writer)
{
    text_add(writer->out, writer->event->arg[0] ? "F_SETFD, FD_CLOEXEC" : "F_SETFD, 0");
}

static void get_descriptor_flags(const struct writer *writer)
{
    text_add(writer->out, "F_GETFD");
}

static void file(const struct writer *writer)
{
    text_format(writer->out, "%" PRId64 ", [%" PRId64 "], %" PRId64, writer->event->arg[0], writer->event->arg[1],
                writer->event->arg[2]);
}

/* What is no whole number of milliseconds was computed from what is left. */
static void seconds(const struct writer *writer, int64_t nanoseconds)
{
    if (writer->normal && nanoseconds % CLOCK_MILLISECOND != 0)
        text_add(writer->out, "{what is left}");
    else
        text_format(writer->out, "{%.9g s}", (double)nanoseconds / CLOCK_SECOND);
}

static void sleeping(const struct writer *writer)
{
    text_add(writer->out, "CLOCK_MONOTONIC, 0, ");
    seconds(writer, writer->event->arg[0]);
}

static void timer(const struct writer *writer)
{
    static const char *const names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    int64_t which = writer->event->arg[0];
    text_add(writer->out, which >= 0 && which < 3 ? names[which] : "?");
    text_add(writer->out, ", ");
    seconds(writer, writer->event->arg[1]);
    if (writer->event->arg[2] > 0) {
        text_add(writer->out, " every ");
        seconds(writer, writer->event->arg[2]);
    }
}

static void first_number(const struct writer *writer)
{
    add_number(writer->out, writer->event->arg[0]);
}

static void process(const struct writer *writer)
{
    if (writer->normal && writer->event->arg[0] > 1)
        text_add(writer->out, "pid");
    else
        add_number(writer->out, writer->event->arg[0]);
}

static void second_number(const struct writer *writer)
{
    add_number(writer->out, writer->event->arg[1]);
}

static void first_signal(const struct writer *writer)
{
    call_text_signal(writer->out, writer->event->arg[0]);
}

static void second_signal(const struct writer *writer)
{
    call_text_signal(writer->out, writer->event->arg[1]);
}

static void handler(const struct writer *writer)
{
    static const char *const kinds[] = {"SIG_DFL", "SIG_IGN", "handler", "handler"};
    int64_t kind = writer->event->arg[1];
    text_format(writer->out, writer->event->arg[2] ? "{%s, SA_RESTART}" : "%s",
                kind >= 0 && kind < 4 ? kinds[kind] : "handler");
}

/* A set of descriptors, {3, 5}; the empty one is a null pointer. */
static void add_set(struct text *out, uint64_t mask)
{
    const char *separator = "{";
    if (mask == 0)
        text_add(out, "NULL");
    for (int number = 0; number < 64; number++)
        if (mask >> number & 1) {
            text_format(out, "%s%d", separator, number);
            separator = ", ";
        }
    if (mask != 0)
        text_add(out, "}");
}

/* The highest descriptor and one more, then the three sets. */
static void selected(const struct writer *writer)
{
    const int64_t *sets = writer->event->arg;
    uint64_t all = (uint64_t)(sets[0] | sets[1] | sets[2]);
    int highest = -1;
    for (; all != 0; all >>= 1)
        highest++;
    text_format(writer->out, "%d", highest + 1);
    for (int i = 0; i < 3; i++) {
        text_add(writer->out, ", ");
        add_set(writer->out, (uint64_t)sets[i]);
    }
}

static void select_timeout(const struct writer *writer)
{
    if (writer->event->arg[3] < 0)
        text_add(writer->out, "NULL");
    else
        seconds(writer, writer->event->arg[3]);
}

static add_argument *const arguments[CALL_COUNT][6] = {
    [CALL_SOCKET] = {family, type, protocol},
    [CALL_SOCKETPAIR] = {family, type, protocol, pair},
    [CALL_CONNECT] = {fd, address, address_length},
    [CALL_BIND] = {fd, address, address_length},
    [CALL_LISTEN] = {fd, backlog},
    [CALL_ACCEPT] = {fd, address, address_room},
    [CALL_RECV] = {fd, data, length, flags},
    [CALL_SEND] = {fd, data, length, flags},
    [CALL_RECVFROM] = {fd, data, length, flags, address, address_room},
    [CALL_SENDTO] = {fd, data, length, flags, address, address_length},
    [CALL_RECVMSG] = {fd, message, flags},
    [CALL_SENDMSG] = {fd, message, flags},
    [CALL_SHUTDOWN] = {fd, how},
    [CALL_CLOSE] = {fd},
    [CALL_DUP] = {fd},
    [CALL_POLL] = {watched, milliseconds},
    [CALL_POLL_LIST] = {watched_list, milliseconds},
    [CALL_SELECT] = {selected, select_timeout},
    [CALL_EPOLL_CREATE] = {first_number},
    [CALL_EPOLL_CTL] = {fd, epoll_operation, second_number, epoll_events},
    [CALL_EPOLL] = {fd, first_number, milliseconds},
    [CALL_SETSOCKOPT] = {fd, level, option, value, value_length},
    [CALL_GETSOCKOPT] = {fd, level, option, value, value_length},
    [CALL_GETSOCKNAME] = {fd, address, address_room},
    [CALL_GETPEERNAME] = {fd, address, address_room},
    [CALL_NONBLOCK] = {fd, status_flags},
    [CALL_INHERIT] = {fd, descriptor_flags},
    [CALL_INHERITED] = {fd, get_descriptor_flags},
    [CALL_SENDFILE] = {fd, file},
    [CALL_SLEEP] = {sleeping},
    [CALL_SETITIMER] = {timer},
    [CALL_ALARM] = {first_number},
    [CALL_KILL] = {process, second_signal},
    [CALL_RAISE] = {first_signal},
    [CALL_SIGACTION] = {first_signal, handler},
    [CALL_GETADDRINFO] = {data, family, type},
    [CALL_GETNAMEINFO] = {address},
    [CALL_GETHOSTBYNAME] = {data},
    [CALL_GETHOSTBYADDR] = {address},
};

void call_text(struct text *out, const struct event *event, size_t most, bool normal)
{
    const struct writer writer = {out, event, most, normal};
    text_add(out, event_call_name(event->call));
    text_add_char(out, '(');
    for (size_t i = 0; event->call < CALL_COUNT && i < 6 && arguments[event->call][i] != NULL; i++) {
        text_add(out, i > 0 ? ", " : "");
        arguments[event->call][i](&writer);
    }
    text_add_char(out, ')');
}

void call_text_result(struct text *out, const struct event *event)
{
    if (event->end == 0) {
        text_add(out, " = ...");
        return;
    }
    text_format(out, " = %" PRId64, event->result);
    if (event->error == 0)
        return;
    text_add_char(out, ' ');
    call_text_error(out, event->error);
}
