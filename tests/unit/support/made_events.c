#include "made_events.h"

#include "base/memory.h"
#include "net/resolve.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned flag;
} flags[] = {{"wait", EVENT_WAIT},     {"retry", EVENT_RETRY}, {"setup", EVENT_SETUP},
             {"failed", EVENT_FAILED}, {"ended", EVENT_ENDED}, {"continued", EVENT_CONTINUED}};

static const char *const kinds[] = {[EVENT_NOTE] = "note", [EVENT_HANDLER] = "handler", [EVENT_STATE] = "state"};

struct maker {
    struct outcome *outcome;
    double shift; /* of times, while lines are repeated */
};

static _Noreturn void fail(const char *what, const char *line)
{
    fprintf(stderr, "%s: %s\n", what, line);
    exit(1);
}

static uint16_t actor_of(struct outcome *outcome, const char *name)
{
    for (size_t i = 0; i < outcome->actor_count; i++)
        if (strcmp(outcome->actors[i], name) == 0)
            return (uint16_t)i;
    outcome->actors = memory_resize(outcome->actors, outcome->actor_count + 1, sizeof *outcome->actors);
    outcome->actors[outcome->actor_count] = memory_copy(name);
    return (uint16_t)outcome->actor_count++;
}

/* Where among its arguments a call has this one; -1: nowhere. */
static int argument_of(const struct event *event, const char *key, size_t length)
{
    static const char *const states[4] = {"before", "after"}, *const handlers[4] = {"signal"};
    const char *const *names = event->kind == EVENT_STATE ? states : handlers;
    for (int i = 0; i < 4; i++) {
        const char *name = event->kind == EVENT_CALL ? call_argument_name(call_of(event)->holds[i]) : names[i];
        if (name != NULL && strlen(name) == length && strncmp(name, key, length) == 0)
            return i;
    }
    return -1;
}

static struct address read_address(const char *text)
{
    struct address address;
    char host[128];
    const char *colon = strrchr(text, ':');
    if (*text == '@' || *text == '/') {
        snprintf(host, sizeof host, "%s", text);
        if (*text == '@')
            host[0] = '\0';
        address_unix(&address, host, *text == '@' && text[1] == '\0' ? 0 : strlen(text));
        return address;
    }
    if (colon == NULL)
        fail("no address", text);
    bool six = *text == '[';
    snprintf(host, sizeof host, "%.*s", (int)(colon - text) - 2 * six, text + six);
    resolve_numeric(&address, six ? AF_INET6 : AF_INET, host);
    address.length = six ? sizeof address.in6 : sizeof address.in;
    address_set_port(&address, (uint16_t)atoi(colon + 1));
    return address;
}

static void put_data(struct event *event, const char *bytes, size_t length)
{
    size_t at = event->address_length + event->data_length;
    for (size_t i = 0; i < length && at < EVENT_ROOM; i++, at++) {
        char c = bytes[i];
        if (c == '\\' && i + 1 < length) {
            c = bytes[++i];
            c = c == 's' ? ' ' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        event->payload[at] = c;
        event->data_length++;
    }
}

static void put_address(struct event *event, const char *text, bool local)
{
    struct address address = read_address(text);
    if (local) {
        memcpy(event->payload + event->address_length, &address.any, address.length);
        event->data_length = address.length;
    } else {
        memcpy(event->payload, &address.any, address.length);
        event->address_length = address.length;
    }
}

static void take_key(struct event *event, const char *word, const char *line)
{
    const char *equal = strchr(word, '='), *value = equal + 1;
    size_t length = (size_t)(equal - word);
    int argument = argument_of(event, word, length);
    if (strncmp(word, "fd=", 3) == 0) {
        event->fd = atoi(value);
    } else if (strncmp(word, "line=", 5) == 0) {
        event->line = atoi(value);
    } else if (strncmp(word, "address=", 8) == 0 || strncmp(word, "local=", 6) == 0) {
        put_address(event, value, *word == 'l');
    } else if (strncmp(word, "data=", 5) == 0) {
        put_data(event, value, strlen(value));
    } else if (strncmp(word, "more=", 5) == 0) {
        for (int i = 1; i < atoi(value); i++)
            put_data(event, event_data(event), 1);
    } else if (strncmp(word, "flags=", 6) == 0 && !isdigit((unsigned char)*value)) {
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
            event->flags |= strstr(value, flags[i].name) ? flags[i].flag : 0;
    } else if (argument >= 0 && argument < 4) {
        event->arg[argument] = atoll(value);
    } else {
        fail("an unknown key", line);
    }
}

static int error_of(const char *symbol, const char *line)
{
    for (int error = 1; error < 200; error++)
        if (strerrorname_np(error) != NULL && strcmp(strerrorname_np(error), symbol) == 0)
            return error;
    fail("an unknown error", line);
}

/* --- packets -------------------------------------------------------------------------------------------- */

struct frame {
    struct event *event;
    struct address from, to;
    unsigned number[3]; /* seq, ack, win */
    uint8_t flags, protocol;
    uint8_t type, code; /* of ICMP */
    char data[EVENT_ROOM];
};

static void put_number(struct event *event, unsigned value, int bytes)
{
    while (bytes-- > 0 && event->data_length < EVENT_ROOM)
        event->payload[event->data_length++] = (char)(bytes < 4 ? value >> 8 * bytes : 0);
}

static void put_ports(struct event *event, const struct address *from, const struct address *to)
{
    put_number(event, address_port(from), 2);
    put_number(event, address_port(to), 2);
}

static void put_ip(struct event *event, uint8_t protocol, size_t length, const struct address *from,
                   const struct address *to)
{
    put_number(event, 0x4500, 2);
    put_number(event, 20 + (unsigned)length, 2);
    put_number(event, 0, 4);
    put_number(event, 64u << 8 | protocol, 2);
    put_number(event, 0, 2);
    put_number(event, ntohl(from->in.sin_addr.s_addr), 4);
    put_number(event, ntohl(to->in.sin_addr.s_addr), 4);
}

/* What ICMP is about went the other way, and was UDP or TCP. */
static void put_about(struct frame *frame)
{
    put_number(frame->event, (unsigned)frame->type << 24 | (unsigned)frame->code << 16, 4);
    put_number(frame->event, 0, 4);
    put_ip(frame->event, IPPROTO_UDP, 8, &frame->to, &frame->from);
    put_ports(frame->event, &frame->to, &frame->from);
    put_number(frame->event, 0, 4);
}

static void put_tcp(struct frame *frame)
{
    put_ports(frame->event, &frame->from, &frame->to);
    put_number(frame->event, frame->number[0], 4);
    put_number(frame->event, frame->number[1], 4);
    put_number(frame->event, 0x5000u | frame->flags, 2);
    put_number(frame->event, frame->number[2], 2);
    put_number(frame->event, 0, 4);
}

static void put_frame(struct frame *frame)
{
    struct event *event = frame->event;
    size_t data = strlen(frame->data), heads[] = {[IPPROTO_ICMP] = 36, [IPPROTO_TCP] = 20, [IPPROTO_UDP] = 8};
    put_number(event, 0, 12);
    put_number(event, 0x0800, 2);
    put_ip(event, frame->protocol, heads[frame->protocol] + data, &frame->from, &frame->to);
    if (frame->protocol == IPPROTO_ICMP) {
        put_about(frame);
    } else if (frame->protocol == IPPROTO_UDP) {
        put_ports(event, &frame->from, &frame->to);
        put_number(event, (unsigned)(8 + data) << 16, 4);
    } else {
        put_tcp(frame);
    }
    put_data(event, frame->data, data);
    event->arg[0] = event->data_length;
}

static void take_flags(struct frame *frame, const char *names)
{
    static const char *const list[] = {"FIN", "SYN", "RST", "PSH", "ACK"};
    frame->protocol = IPPROTO_TCP;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        frame->flags |= strstr(names, list[i]) ? (uint8_t)(1 << i) : 0;
}

static void take_packet_key(struct frame *frame, const char *word, const char *line)
{
    static const char *const numbers[] = {"seq=", "ack=", "win="};
    const char *value = strchr(word, '=') + 1;
    for (size_t i = 0; i < 3; i++)
        if (strncmp(word, numbers[i], 4) == 0) {
            frame->number[i] = (unsigned)atoll(value);
            return;
        }
    if (strncmp(word, "from=", 5) == 0)
        frame->from = read_address(value);
    else if (strncmp(word, "to=", 3) == 0)
        frame->to = read_address(value);
    else if (strncmp(word, "data=", 5) == 0)
        snprintf(frame->data, sizeof frame->data, "%s", value);
    else if (strncmp(word, "fate=", 5) == 0)
        frame->event->arg[2] = atoi(value);
    else if (strncmp(word, "tcp=", 4) == 0)
        take_flags(frame, value);
    else if (sscanf(word, "icmp=%hhu,%hhu", &frame->type, &frame->code) == 2)
        frame->protocol = IPPROTO_ICMP;
    else
        fail("an unknown key of a packet", line);
}

/* The rest of a line about a packet; the host "me" is number 0. */
static void take_packet(struct event *event, const char *host, char **rest, const char *line)
{
    struct frame frame = {.event = event, .number = {0, 0, 64240}, .protocol = IPPROTO_UDP};
    const char *word;
    event->kind = EVENT_PACKET;
    event->arg[1] = strcmp(host, "me") != 0;
    event->arg[3] = event->end > event->begin ? event->end - event->begin : 0;
    while ((word = strtok_r(NULL, " ", rest)) != NULL)
        take_packet_key(&frame, word, line);
    put_frame(&frame);
}

/* --- events --------------------------------------------------------------------------------------------- */

static void set_kind(struct event *event, const char *name, const char *line)
{
    for (int i = EVENT_NOTE; i <= EVENT_STATE; i++)
        if (strcmp(kinds[i], name) == 0)
            event->kind = (uint16_t)i;
    for (int i = 0; event->kind == 0 && i < CALL_COUNT; i++)
        if (strcmp(event_call_name(i), name) == 0) {
            event->kind = EVENT_CALL;
            event->call = (uint16_t)i;
        }
    if (event->kind == 0)
        fail("an unknown call", line);
}

static struct event *new_event(struct outcome *outcome)
{
    if ((outcome->event_count & (outcome->event_count - 1)) == 0)
        outcome->events = memory_resize(outcome->events, outcome->event_count ? 2 * outcome->event_count : 1,
                                        sizeof *outcome->events);
    struct event *event = &outcome->events[outcome->event_count++];
    memset((void *)event, 0, sizeof *event);
    event->fd = -1;
    return event;
}

static int64_t milliseconds(double value)
{
    return (int64_t)(value * 1e6 + 0.5) + 1;
}

static void take_event(struct maker *maker, const char *line)
{
    char *copy = memory_copy(line), *rest, *word = strtok_r(copy, " ", &rest);
    struct event *event = new_event(maker->outcome);
    event->begin = milliseconds(atof(word) + maker->shift);
    word = strtok_r(NULL, " ", &rest);
    event->end = *word == '-' ? 0 : milliseconds(atof(word) + maker->shift);
    const char *who = strtok_r(NULL, " ", &rest), *what = strtok_r(NULL, " ", &rest);
    if (strcmp(what, "packet") == 0) {
        take_packet(event, who, &rest, line);
        free(copy);
        return;
    }
    event->actor = actor_of(maker->outcome, who);
    set_kind(event, what, line);
    while ((word = strtok_r(NULL, " ", &rest)) != NULL && strcmp(word, "=") != 0)
        take_key(event, word, line);
    if (word != NULL && (word = strtok_r(NULL, " ", &rest)) != NULL)
        event->result = atoll(word);
    if (word != NULL && (word = strtok_r(NULL, " ", &rest)) != NULL)
        event->error = error_of(word, line);
    free(copy);
}

/* Events come in the order in which they began, as in the ring. */
static int by_begin(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static void begin_step(struct outcome *outcome)
{
    if (outcome->event_count > 0)
        qsort(outcome->events, outcome->event_count, sizeof *outcome->events, by_begin);
    for (size_t i = 0; i < outcome->event_count; i++)
        earlier_add(&outcome->earlier, &outcome->events[i]);
    free(outcome->events);
    outcome->events = NULL;
    outcome->event_count = 0;
}

/* Takes lines up to "end" or the end; where it stopped. */
static const char *take_lines(struct maker *maker, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        char *line = memory_copy_bytes(text, length);
        text += length + (text[length] == '\n');
        int times;
        double apart;
        bool ends = strcmp(line, "end") == 0;
        if (strcmp(line, "step") == 0) {
            begin_step(maker->outcome);
        } else if (sscanf(line, "repeat %d %lf", &times, &apart) == 2) {
            const char *after = text;
            for (int i = 0; i < times; i++) {
                maker->shift = i * apart;
                after = take_lines(maker, text);
            }
            maker->shift = 0;
            text = after;
        } else if (length > 0 && *line != '#' && !ends) {
            take_event(maker, line);
        }
        free(line);
        if (ends)
            break;
    }
    return text;
}

struct outcome *made_events(const char *text)
{
    struct maker maker = {.outcome = outcome_new()};
    struct outcome *outcome = maker.outcome;
    actor_of(outcome, "you");
    take_lines(&maker, text);
    qsort(outcome->events, outcome->event_count, sizeof *outcome->events, by_begin);
    outcome->begin = outcome->event_count > 0 ? outcome->events[0].begin : 0;
    for (size_t i = 0; i < outcome->event_count; i++)
        if (outcome->events[i].actor == 0) {
            outcome->begin = outcome->events[i].begin;
            break;
        }
    return outcome;
}
