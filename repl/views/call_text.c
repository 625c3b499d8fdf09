#include "views/call_text.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "trace/address.h"
#include "trace/symbols.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
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

/* The bits of epoll are those of poll, with a letter more in their names, and three of its own. */
static void add_events(struct text *out, uint32_t events, bool epoll)
{
    static const struct {
        uint32_t event;
        const char *name;
    } names[] = {{POLLIN, "POLLIN"},
                 {POLLPRI, "POLLPRI"},
                 {POLLOUT, "POLLOUT"},
                 {POLLERR, "POLLERR"},
                 {POLLHUP, "POLLHUP"},
                 {POLLNVAL, "POLLNVAL"},
                 {POLLRDHUP, "POLLRDHUP"},
                 {POLLRDNORM, "POLLRDNORM"},
                 {POLLRDBAND, "POLLRDBAND"},
                 {POLLWRNORM, "POLLWRNORM"},
                 {POLLWRBAND, "POLLWRBAND"},
                 {POLLMSG, "POLLMSG"},
                 {EPOLLEXCLUSIVE, "POLLEXCLUSIVE"},
                 {EPOLLONESHOT, "POLLONESHOT"},
                 {EPOLLET, "POLLET"}};
    size_t before = out->length;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (events & names[i].event && !(epoll && names[i].event == POLLNVAL)) {
            text_format(out, "%s%s%s", out->length > before ? "|" : "", epoll ? "E" : "", names[i].name);
            events &= ~names[i].event;
        }
    if (events != 0 || out->length == before)
        text_format(out, events ? "%s%#" PRIx32 : "%s%" PRIu32, out->length > before ? "|" : "", events);
}

void call_text_events(struct text *out, int64_t events)
{
    add_events(out, (uint16_t)events, false);
}

void call_text_epoll_events(struct text *out, int64_t events)
{
    add_events(out, (uint32_t)events, true);
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

#define IP_BEFORE_NUMBER 4

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

void call_text_bytes(struct text *out, const char *bytes, size_t kept, int64_t all, size_t most)
{
    size_t length = (int64_t)kept > all ? (size_t)all : kept, shown = length < most ? length : most;
    text_add_char(out, '"');
    for (size_t i = 0; i < shown;) {
        int32_t point;
        size_t taken = utf8_decode(bytes + i, length - i, &point);
        add_escaped(out, bytes + i, taken, point);
        i += taken;
    }
    text_add(out, (int64_t)shown < all ? "\"..." : "\"");
}

/* A raw socket gives the header of IP along: version and length of it, service, length of all, number, ... */
static bool is_ip_packet(const struct event *event)
{
    const unsigned char *bytes = (const unsigned char *)event_data(event);
    return event_act(event) == ACT_RECEIVE && event->data_length >= IP_BEFORE_NUMBER && bytes[0] == 0x45 &&
           (bytes[2] << 8 | bytes[3]) == event->result;
}

void call_text_data(struct text *out, const struct event *event, size_t most, bool normal)
{
    if (normal && is_ip_packet(event) && most > IP_BEFORE_NUMBER)
        most = IP_BEFORE_NUMBER;
    call_text_bytes(out, event_data(event), event->data_length, event_data_total(event), most);
}

/* Ports from here on are chosen by the kernel. */
#define EPHEMERAL 32768

/* bind(2) without a name: the kernel chooses one, a zero byte and five hexadecimal digits. */
bool call_text_chosen(const struct address *address)
{
    size_t length, digits = 0;
    const char *path = address_unix_path(address, &length);
    if (address_family_of(address) != AF_UNIX || length != 6 || path[0] != '\0')
        return false;
    while (digits < 5 && isxdigit((unsigned char)path[1 + digits]))
        digits++;
    return digits == 5;
}

void call_text_address(struct text *out, const struct address *address, bool normal)
{
    struct text whole = TEXT_EMPTY;
    address_write(&whole, address);
    const char *text = text_string(&whole), *colon = strrchr(text, ':');
    if (normal && call_text_chosen(address)) {
        text_add(out, "@name");
    } else if (normal && colon != NULL && address_port(address) >= EPHEMERAL) {
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

static int64_t number_of(const struct writer *writer, enum call_argument argument)
{
    return event_argument(writer->event, argument);
}

static void fd(const struct writer *writer)
{
    add_number(writer->out, writer->event->fd);
}

static void family(const struct writer *writer)
{
    call_text_constant(writer->out, "AF_", number_of(writer, ARG_FAMILY));
}

static void type(const struct writer *writer)
{
    call_text_type(writer->out, number_of(writer, ARG_TYPE));
}

static void protocol(const struct writer *writer)
{
    if (number_of(writer, ARG_PROTOCOL) == 0)
        text_add(writer->out, "0");
    else
        call_text_constant(writer->out, "IPPROTO_", number_of(writer, ARG_PROTOCOL));
}

static void pair(const struct writer *writer)
{
    text_format(writer->out, "[%d, %" PRId64 "]", writer->event->fd, number_of(writer, ARG_SECOND));
}

static void address(const struct writer *writer)
{
    const struct address given = event_address(writer->event);
    if (given.length < sizeof given.any.sa_family) {
        text_add(writer->out, "NULL");
        return;
    }
    text_add_char(writer->out, '{');
    call_text_constant(writer->out, "AF_", address_family_of(&given));
    text_add(writer->out, ", ");
    call_text_address(writer->out, &given, writer->normal);
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
    call_text_data(writer->out, writer->event, writer->most, writer->normal);
}

static void flags(const struct writer *writer)
{
    call_text_flags(writer->out, "MSG_", number_of(writer, ARG_FLAGS));
}

static void socket_flags(const struct writer *writer)
{
    call_text_flags(writer->out, "SOCK_", number_of(writer, ARG_SOCKET_FLAGS));
}

static void message(const struct writer *writer)
{
    int64_t control = number_of(writer, ARG_CONTROL);
    text_add_char(writer->out, '{');
    if (writer->event->address_length > 0) {
        address(writer);
        text_add(writer->out, ", ");
    }
    data(writer);
    if (control > 0)
        text_format(writer->out, ", %" PRId64 " bytes of control data", control);
    text_add_char(writer->out, '}');
}

static void epoll_flags(const struct writer *writer)
{
    int64_t given = number_of(writer, ARG_EPOLL_FLAGS);
    if (given == EPOLL_CLOEXEC)
        text_add(writer->out, "EPOLL_CLOEXEC");
    else
        add_number(writer->out, given);
}

static void how(const struct writer *writer)
{
    call_text_how(writer->out, number_of(writer, ARG_HOW));
}

static void watched(const struct writer *writer)
{
    int64_t found = number_of(writer, ARG_REVENTS);
    text_format(writer->out, "{%d, ", writer->event->fd);
    call_text_events(writer->out, number_of(writer, ARG_EVENTS));
    if (found != 0) {
        text_add(writer->out, " -> ");
        call_text_events(writer->out, found);
    }
    text_add(writer->out, "}, 1");
}

/* The array that poll(2) was given, and what it found. */
static void watched_list(const struct writer *writer)
{
    const struct event *event = writer->event;
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)];
    size_t kept = event->data_length / sizeof *list;
    uint64_t ready = event->result > 0 ? (uint64_t)number_of(writer, ARG_READY) : 0;
    int64_t count = number_of(writer, ARG_COUNT);
    memcpy(list, event_data(event), kept * sizeof *list);
    text_add_char(writer->out, '[');
    for (size_t i = 0; i < kept; i++) {
        text_format(writer->out, "%s{%d, ", i > 0 ? ", " : "", list[i].fd);
        call_text_events(writer->out, list[i].events);
        text_add(writer->out, ready >> i & 1 ? ", ready}" : "}");
    }
    text_format(writer->out, "%s], %" PRId64, (int64_t)kept < count ? ", ..." : "", count);
}

static void operation(const struct writer *writer)
{
    static const char *const names[] = {"?", "EPOLL_CTL_ADD", "EPOLL_CTL_DEL", "EPOLL_CTL_MOD"};
    int64_t number = number_of(writer, ARG_OPERATION);
    text_add(writer->out, number > 0 && number < 4 ? names[number] : "?");
}

static void epoll_events(const struct writer *writer)
{
    text_add_char(writer->out, '{');
    call_text_epoll_events(writer->out, number_of(writer, ARG_EVENTS));
    text_add_char(writer->out, '}');
}

/* What is left of a timeout differs; the whole of it does not, unless it was computed. */
static void milliseconds(const struct writer *writer)
{
    int64_t within = number_of(writer, ARG_WITHIN);
    bool whole = writer->normal && writer->event->flags & EVENT_WAIT && within > 0;
    if (whole && within % CLOCK_MILLISECOND != 0)
        text_add(writer->out, "{what is left}");
    else if (whole)
        add_number(writer->out, within / CLOCK_MILLISECOND);
    else
        add_number(writer->out, number_of(writer, ARG_TIMEOUT_MS));
}

static void level(const struct writer *writer)
{
    call_text_level(writer->out, number_of(writer, ARG_LEVEL));
}

static void option(const struct writer *writer)
{
    call_text_option(writer->out, number_of(writer, ARG_LEVEL), number_of(writer, ARG_OPTION));
}

static void value(const struct writer *writer)
{
    const struct event *event = writer->event;
    int64_t number = number_of(writer, ARG_VALUE);
    bool error = number_of(writer, ARG_LEVEL) == SOL_SOCKET && number_of(writer, ARG_OPTION) == SO_ERROR;
    if (error && number != 0)
        call_text_error(writer->out, (int)number);
    else if (number_of(writer, ARG_LENGTH) == (int64_t)sizeof(int) && event->error == 0)
        text_format(writer->out, "[%" PRId64 "]", number);
    else
        data(writer);
}

static void nonblocking(const struct writer *writer)
{
    bool ioctl = writer->event->call == CALL_IOCTL, wanted = number_of(writer, ARG_NONBLOCKING) != 0;
    text_add(writer->out, ioctl    ? wanted ? "FIONBIO, [1]" : "FIONBIO, [0]"
                          : wanted ? "F_SETFL, O_NONBLOCK"
                                   : "F_SETFL, 0");
}

static void close_on_exec(const struct writer *writer)
{
    text_add(writer->out, number_of(writer, ARG_CLOSE_ON_EXEC) ? "F_SETFD, FD_CLOEXEC" : "F_SETFD, 0");
}

static void get_flags(const struct writer *writer)
{
    text_add(writer->out, writer->event->call == CALL_GET_FLAGS ? "F_GETFL" : "F_GETFD");
}

static void offset(const struct writer *writer)
{
    text_format(writer->out, "[%" PRId64 "]", number_of(writer, ARG_OFFSET));
}

/* What is no whole number of milliseconds was computed from what is left. */
static void seconds(const struct writer *writer, int64_t nanoseconds)
{
    if (writer->normal && nanoseconds % CLOCK_MILLISECOND != 0)
        text_add(writer->out, "{what is left}");
    else
        text_format(writer->out, "{%.9g s}", (double)nanoseconds / CLOCK_SECOND);
}

static void clock_name(const struct writer *writer)
{
    text_add(writer->out, "CLOCK_MONOTONIC, 0");
}

static void timeout(const struct writer *writer)
{
    if (number_of(writer, ARG_TIMEOUT) < 0)
        text_add(writer->out, "NULL");
    else
        seconds(writer, number_of(writer, ARG_TIMEOUT));
}

static void timer(const struct writer *writer)
{
    static const char *const names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    int64_t which = number_of(writer, ARG_TIMER);
    text_add(writer->out, which >= 0 && which < 3 ? names[which] : "?");
}

static void timer_value(const struct writer *writer)
{
    seconds(writer, number_of(writer, ARG_TIMER_VALUE));
    if (number_of(writer, ARG_TIMER_INTERVAL) > 0) {
        text_add(writer->out, " every ");
        seconds(writer, number_of(writer, ARG_TIMER_INTERVAL));
    }
}

static void process(const struct writer *writer)
{
    if (writer->normal && number_of(writer, ARG_PROCESS) > 1)
        text_add(writer->out, "pid");
    else
        add_number(writer->out, number_of(writer, ARG_PROCESS));
}

static void signal_name(const struct writer *writer)
{
    call_text_signal(writer->out, number_of(writer, ARG_SIGNAL));
}

static void handler(const struct writer *writer)
{
    static const char *const kinds[] = {"SIG_DFL", "SIG_IGN", "handler", "handler"};
    int64_t kind = number_of(writer, ARG_HANDLER);
    text_format(writer->out, number_of(writer, ARG_RESTART) ? "{%s, SA_RESTART}" : "%s",
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
static void sets(const struct writer *writer)
{
    static const enum call_argument kinds[] = {ARG_READ, ARG_WRITE, ARG_EXCEPT};
    uint64_t all = 0;
    int above = 0;
    for (size_t i = 0; i < 3; i++)
        all |= (uint64_t)number_of(writer, kinds[i]);
    for (; all != 0; all >>= 1)
        above++;
    text_format(writer->out, "%d", above);
    for (size_t i = 0; i < 3; i++) {
        text_add(writer->out, ", ");
        add_set(writer->out, (uint64_t)number_of(writer, kinds[i]));
    }
}

/* How each kind is written; those that are missing are plain numbers. */
static void (*const writers[ARG_KINDS])(const struct writer *writer) = {
    [ARG_FD] = fd,
    [ARG_FAMILY] = family,
    [ARG_TYPE] = type,
    [ARG_PROTOCOL] = protocol,
    [ARG_PAIR] = pair,
    [ARG_ADDRESS] = address,
    [ARG_ADDRESS_LENGTH] = address_length,
    [ARG_ADDRESS_ROOM] = address_room,
    [ARG_DATA] = data,
    [ARG_FLAGS] = flags,
    [ARG_SOCKET_FLAGS] = socket_flags,
    [ARG_MESSAGE] = message,
    [ARG_EPOLL_FLAGS] = epoll_flags,
    [ARG_HOW] = how,
    [ARG_WATCHED] = watched,
    [ARG_WATCHED_LIST] = watched_list,
    [ARG_OPERATION] = operation,
    [ARG_EVENTS] = epoll_events,
    [ARG_TIMEOUT_MS] = milliseconds,
    [ARG_LEVEL] = level,
    [ARG_OPTION] = option,
    [ARG_VALUE] = value,
    [ARG_NONBLOCKING] = nonblocking,
    [ARG_CLOSE_ON_EXEC] = close_on_exec,
    [ARG_GET_FLAGS] = get_flags,
    [ARG_OFFSET] = offset,
    [ARG_CLOCK] = clock_name,
    [ARG_TIMEOUT] = timeout,
    [ARG_TIMER] = timer,
    [ARG_TIMER_VALUE] = timer_value,
    [ARG_PROCESS] = process,
    [ARG_SIGNAL] = signal_name,
    [ARG_HANDLER] = handler,
    [ARG_SETS] = sets,
};

static void add_argument(const struct writer *writer, enum call_argument argument)
{
    if (writers[argument] != NULL)
        writers[argument](writer);
    else
        add_number(writer->out, number_of(writer, argument));
}

void call_text_argument(struct text *out, const struct event *event, enum call_argument argument, bool normal)
{
    add_argument(&(struct writer){out, event, 0, normal}, argument);
}

void call_text(struct text *out, const struct event *event, size_t most, bool normal)
{
    const struct writer writer = {out, event, most, normal};
    const struct call *call = call_of(event);
    text_add(out, call->name);
    text_add_char(out, '(');
    for (size_t i = 0; i < CALL_ARGUMENTS && call->arguments[i] != ARG_NONE; i++) {
        text_add(out, i > 0 ? ", " : "");
        add_argument(&writer, call->arguments[i]);
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
