#include "render/advice.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/rows.h"
#include "trace/address.h"
#include "trace/symbols.h"
#include "render/advice_rows.h"
#include "render/habits.h"
#include "render/wire_words.h"
#include "views/call_text.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* What an outcome says of its error, read once. */
struct case_of {
    const struct outcome *outcome;
    struct findings *findings;
    const struct event *call;    /* that the error came from; NULL when no call of the learner's failed */
    const struct event *handler; /* that raised it; NULL */
    struct note failure;         /* of the peer at the other end; failed false: it has not */
    bool program;                /* it is of a program in any language */
    enum event_call as;          /* rows are looked up as for this call; CALL_NONE: for its own */
};

static bool is_candidate(const struct event *event)
{
    return event->kind == EVENT_CALL && event->actor == 0 && !(event->flags & (EVENT_WAIT | EVENT_RETRY)) &&
           event->call != CALL_CLOSE && event->call != CALL_GETSOCKOPT;
}

static const struct operation *operation_of(const struct case_of *of, const struct event *event)
{
    const struct operations *operations = of->findings->operations;
    size_t index = of->outcome->earlier.count + (size_t)(event - of->outcome->events);
    return &operations->list[operations->of_event[index]];
}

/* It waited as settimeout() says, and in vain. */
static bool waited(const struct operation *operation)
{
    return operation->timed_out || operation->waits > 0 || operation->error == EAGAIN;
}

/* The newest call that may have raised the error. */
static const struct event *failed_call(const struct case_of *of)
{
    const struct outcome_error *error = &of->outcome->error;
    bool timer = error->class != NULL && error->code == 0 && strcmp(error->class, "TimeoutError") == 0;
    for (size_t i = of->outcome->event_count; i-- > 0;) {
        const struct event *event = &of->outcome->events[i];
        if (!is_candidate(event))
            continue;
        bool pending = event->call == CALL_CONNECT && event->error == EINPROGRESS;
        if (error->code > 0 ? event->error == error->code || pending : !timer || waited(operation_of(of, event)))
            return event;
    }
    return NULL;
}

/* The handler of a signal that raised an error, when it is the last that the learner's program did. */
static const struct event *failed_handler(const struct case_of *of)
{
    const struct operations *operations = of->findings->operations;
    uint32_t handler = OPERATION_NONE;
    for (uint32_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->list[i];
        if (operation->actor != 0 || operation->first < of->outcome->earlier.count)
            continue;
        if (operation->kind == EVENT_HANDLER && operation->result < 0)
            handler = i;
        else if (operation->kind == EVENT_CALL && operation->handler != handler && operation->call != CALL_CLOSE)
            handler = OPERATION_NONE;
    }
    return handler == OPERATION_NONE ? NULL : timeline_event(&of->findings->timeline, operations->list[handler].first);
}

/* The socket that the call was made on; -1 for none. */
static int socket_of(const struct case_of *of)
{
    size_t first = of->outcome->earlier.count;
    return of->findings->sockets->of_event[first + (size_t)(of->call - of->outcome->events)];
}

static bool is_datagram(const struct case_of *of)
{
    int s = of->call != NULL ? socket_of(of) : -1;
    return s >= 0 && of->findings->sockets->list[s].type == SOCK_DGRAM;
}

/* The actor at the other end of the call: connected with it, or the last to have had the address; 0 unknown. */
static int other_end(const struct case_of *of)
{
    const struct sockets *sockets = of->findings->sockets;
    if (of->call == NULL)
        return 0;
    int s = socket_of(of);
    struct address address = event_address(of->call);
    if (s >= 0 && sockets->list[s].other >= 0)
        return sockets->list[sockets->list[s].other].actor;
    if (address.length == 0 && s >= 0)
        address = sockets->list[s].remote;
    for (size_t i = sockets->count; i-- > 0 && address.length > 0;)
        if (sockets->list[i].local.length == address.length &&
            memcmp(sockets->list[i].local.bytes, address.bytes, address.length) == 0)
            return sockets->list[i].actor;
    return 0;
}

static struct note failure_at(const struct outcome *outcome, int actor)
{
    struct notes notes = outcome_notes(outcome, true);
    struct note found = {.failed = false};
    for (size_t i = 0; i < notes.count && actor > 0; i++)
        if (notes.list[i].actor == actor && notes.list[i].failed) {
            text_free(&found.words);
            found = notes.list[i];
            notes.list[i].words = (struct text)TEXT_EMPTY;
        }
    notes_free(&notes);
    return found;
}

static struct case_of read_case(const struct outcome *outcome)
{
    struct case_of of = {.outcome = outcome, .findings = outcome_findings(outcome)};
    of.handler = failed_handler(&of);
    of.call = failed_call(&of);
    of.failure = failure_at(outcome, other_end(&of));
    return of;
}

static void forget_case(struct case_of *of)
{
    findings_free(of->findings);
    text_free(&of->failure.words);
}

/* From the call's begin to the end of the last of the waits and retries that belong to it. */
static int64_t call_elapsed(const struct outcome *outcome, const struct event *call)
{
    if (call == NULL)
        return outcome->elapsed;
    int64_t end = call->end ? call->end : outcome->begin + outcome->elapsed;
    for (const struct event *event = call + 1; event < outcome->events + outcome->event_count; event++) {
        if (event->actor != call->actor || event->chunk != call->chunk || event->kind != EVENT_CALL)
            continue;
        if (!(event->flags & (EVENT_WAIT | EVENT_RETRY)))
            break;
        end = event->end ? event->end : outcome->begin + outcome->elapsed;
    }
    return end - call->begin;
}

static struct address call_address(const struct event *call)
{
    return call ? event_address(call) : (struct address){0};
}

static bool is_internet(const struct address *address)
{
    return address_family_of(address) == AF_INET || address_family_of(address) == AF_INET6;
}

/* --- what a template's {words} stand for ---------------------------------------------------------------- */

static bool add_address(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)of;
    if (address->length > 0)
        address_write(out, address);
    return address->length > 0;
}

static bool add_port(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)of;
    if (is_internet(address))
        text_format(out, "port %u", (unsigned)address_port(address));
    return is_internet(address);
}

static bool add_host(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)of;
    char host[ADDRESS_HOST_ROOM];
    if (!is_internet(address))
        return false;
    address_host(address, host);
    text_add(out, host);
    return true;
}

static bool add_elapsed(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    if (of->call != NULL)
        duration_write(out, call_elapsed(of->outcome, of->call), DURATION_TOLD);
    return of->call != NULL;
}

static bool add_call(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    if (of->call != NULL)
        text_format(out, "%s()", event_call_name((enum event_call)of->call->call));
    return of->call != NULL;
}

static bool add_signal(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    if (of->handler != NULL)
        call_text_signal(out, of->handler->arg[0]);
    return of->handler != NULL;
}

static bool add_class(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    text_add(out, of->outcome->error.class);
    return true;
}

static bool add_peer(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    text_add(out, of->outcome->actors[of->failure.actor]);
    return true;
}

static bool add_failure(struct text *out, const struct case_of *of, const struct address *address)
{
    (void)address;
    note_write(out, text_string(&of->failure.words), strcspn(text_string(&of->failure.words), "\n"), true);
    return true;
}

/* False: the case does not know, and the other words stand there. */
static const struct word {
    const char *name;
    bool (*add)(struct text *out, const struct case_of *of, const struct address *address);
    const char *otherwise;
} words[] = {
    {"address", add_address, "that address"},
    {"host", add_host, "that machine"},
    {"port", add_port, "that port"},
    {"elapsed", add_elapsed, "a while"},
    {"call", add_call, "the call"},
    {"signal", add_signal, "a signal"},
    {"class", add_class, NULL},
    {"peer", add_peer, NULL},
    {"failure", add_failure, NULL},
};

static void add_word(struct text *out, const char *name, size_t length, const struct case_of *of)
{
    struct address address = call_address(of->call);
    for (size_t i = 0; i < ROW_COUNT(words); i++)
        if (strlen(words[i].name) == length && strncmp(words[i].name, name, length) == 0 &&
            !words[i].add(out, of, &address))
            text_add(out, words[i].otherwise);
}

static char *fill_in(const char *template, const struct case_of *of)
{
    if (template == NULL)
        return NULL;
    struct text out = TEXT_EMPTY;
    for (const char *at = template; *at != '\0';) {
        size_t plain = strcspn(at, "{");
        text_add_bytes(&out, at, plain);
        at += plain;
        if (*at == '\0')
            break;
        size_t length = strcspn(at, "}");
        size_t before = out.length;
        add_word(&out, at + 1, length - 1, of);
        if (before == 0 && (strncmp(out.bytes, "that ", 5) == 0 || strncmp(out.bytes, "port ", 5) == 0))
            out.bytes[0] = (char)(out.bytes[0] - 'a' + 'A'); /* it begins the sentence */
        at += length + 1;
    }
    return text_steal(&out);
}

/* Only an interface's own mask tells its broadcast: 10.0.1.255 may be one machine. */
static bool is_broadcast_here(in_addr_t host)
{
    struct ifaddrs *interfaces;
    bool found = false;
    if (getifaddrs(&interfaces) != 0)
        return false;
    for (struct ifaddrs *one = interfaces; one != NULL && !found; one = one->ifa_next)
        found = (one->ifa_flags & IFF_BROADCAST) && one->ifa_broadaddr != NULL &&
                one->ifa_broadaddr->sa_family == AF_INET &&
                ((struct sockaddr_in *)one->ifa_broadaddr)->sin_addr.s_addr == host;
    freeifaddrs(interfaces);
    return found;
}

static bool is_for_many(const struct address *address)
{
    if (address->any.sa_family != AF_INET)
        return false;
    in_addr_t host = address->in.sin_addr.s_addr;
    return IN_MULTICAST(ntohl(host)) || host == htonl(INADDR_BROADCAST) || host == htonl(0x7fffffff) ||
           is_broadcast_here(host);
}

/* Errors that only a call can have: code that raises one by itself says nothing of the net. */
static bool needs_call(enum advice_who who, const char *name)
{
    static const bool far[] = {[WHO_PEER_KERNEL] = true, [WHO_PEER] = true,   [WHO_KERNEL_PATIENCE] = true,
                               [WHO_TIMER] = true,       [WHO_ROUTER] = true, [WHO_HANDLER] = false};
    return far[who] || strcmp(name, "EAGAIN") == 0 || strcmp(name, "EPIPE") == 0;
}

static bool is_abstract(const struct address *address)
{
    size_t length;
    const char *path = address_unix_path(address, &length);
    return address_family_of(address) == AF_UNIX && length > 0 && *path == '\0';
}

static bool fits(const struct advice_row *row, const struct case_of *of)
{
    const struct outcome_error *error = &of->outcome->error;
    const char *name = error->symbol ? error->symbol : error->class;
    if (name == NULL || strcmp(row->name, name) != 0 || (of->call == NULL && needs_call(row->who, name)))
        return false;
    if (row->who == WHO_YOU && of->outcome->kind != OUTCOME_INTERRUPTED)
        return false;
    if (row->call != ANY_CALL && (of->call == NULL || (of->as ? of->as : of->call->call) != row->call))
        return false;
    struct address address = call_address(of->call);
    return row->family == 0 || address.any.sa_family == row->family ||
           (row->family == FAMILY_MANY && is_for_many(&address)) ||
           (row->family == FAMILY_ABSTRACT && is_abstract(&address)) ||
           (row->family == FAMILY_DATAGRAM && is_datagram(of));
}

static bool take_row(struct advice *advice, const struct advice_row *row, const struct case_of *of)
{
    bool anywhere = of->program && row->anywhere != NULL;
    advice->seen = fill_in(row->seen, of);
    advice->attempt = fill_in(anywhere ? row->anywhere : row->attempt, of);
    advice->who = fill_in(advice_deciders[of->program && row->who == WHO_TIMER ? WHO_TIMEOUT : row->who], of);
    return true;
}

/* Before what the error is called counts who raised it, and what became of the peer at the other end. */
static const struct advice_row by_handler = {
    .who = WHO_HANDLER,
    .seen = "{signal} came, and its handler raised {class}.",
    .attempt = "A handler that returns lets the call go on. pcall() catches what it raises."};

static const struct advice_row by_failure = {
    .seen = "The peer \"{peer}\" has failed: {failure}",
    .attempt = "Mend its function, and start it again. A peer that failed neither listens nor answers."};

static bool find_advice(struct advice *advice, const struct case_of *of)
{
    if (of->handler != NULL && of->outcome->kind == OUTCOME_ERROR)
        return take_row(advice, &by_handler, of);
    for (size_t i = 0; advice_rows[i].name != NULL; i++) {
        if (!fits(&advice_rows[i], of))
            continue;
        struct advice_row row = advice_rows[i];
        if (of->failure.failed && needs_call(row.who, row.name)) {
            row.seen = by_failure.seen;
            row.attempt = by_failure.attempt;
        }
        return take_row(advice, &row, of);
    }
    return false;
}

/* What the wire hears of a little after the call has returned, still belongs to it. */
#define LITTLE_LATER (2 * CLOCK_MILLISECOND)

/* A connection begins with its call; what came back to another call, earlier ones of the step may have caused. */
static char *on_the_wire(const struct case_of *of)
{
    struct text out = TEXT_EMPTY;
    if (of->call == NULL)
        return NULL;
    const struct operation *operation = operation_of(of, of->call);
    bool connects = of->call->call == CALL_CONNECT, goes_on = operation->end == 0 || operation->error == EINPROGRESS;
    struct wire_call call = {.remote = call_address(of->call),
                             .connects = connects,
                             .from = connects ? of->call->begin : 0,
                             .until = goes_on ? INT64_MAX : operation->end + LITTLE_LATER};
    int s = of->findings->sockets->of_event[of->outcome->earlier.count + (size_t)(of->call - of->outcome->events)];
    if (s >= 0 && !connects)
        call.local = of->findings->sockets->list[s].local;
    if (call.remote.length == 0 && s >= 0)
        call.remote = of->findings->sockets->list[s].remote;
    if (is_internet(&call.remote))
        wire_words(&out, &of->findings->timeline, &call);
    if (out.length == 0)
        return NULL;
    return text_steal(&out);
}

bool advice_of(struct advice *advice, const struct outcome *outcome, const char *source)
{
    *advice = (struct advice){.seen = NULL};
    if (outcome->kind == OUTCOME_ENDED)
        return false;
    if (habits_advice(&advice->seen, &advice->attempt, outcome, source))
        return true;
    if (outcome->kind != OUTCOME_ERROR && outcome->kind != OUTCOME_INTERRUPTED)
        return false;
    struct case_of of = read_case(outcome);
    bool found = find_advice(advice, &of);
    if (found)
        advice->wire = on_the_wire(&of);
    forget_case(&of);
    return found;
}

/* Every language has its own words for receiving and sending; what goes wrong is the same. */
static enum event_call row_call(enum call_act act)
{
    return act == ACT_RECEIVE ? CALL_RECV : act == ACT_SEND ? CALL_SEND : act == ACT_ACCEPT ? CALL_ACCEPT : CALL_NONE;
}

/* A signal that is not expected ends a program that sends to nobody. */
static void tell_sigpipe(struct advice *advice, const struct outcome *outcome, const struct event *call)
{
    bool ended = false;
    for (size_t i = 0; i < outcome->event_count && call->error == EPIPE; i++) {
        const struct event *event = &outcome->events[i];
        ended = ended || (event->kind == EVENT_NOTE && event->flags & EVENT_ENDED && event->actor == call->actor &&
                          event->arg[0] == SIGPIPE);
    }
    if (!ended)
        return;
    free(advice->attempt);
    advice->attempt = memory_copy("SIGPIPE came with it, and ended the program before it could see the error. Ignore "
                                  "the signal, or send with MSG_NOSIGNAL, and look at what send returns.");
}

bool advice_of_call(struct advice *advice, const struct outcome *outcome, const struct findings *findings,
                    const struct failed_call *failed)
{
    struct outcome told = *outcome;
    told.kind = OUTCOME_ERROR;
    told.error = (struct outcome_error){.class = (char *)(failed->error != 0 ? "OSError" : "TimeoutError"),
                                        .code = failed->error,
                                        .symbol = (char *)error_symbol(failed->error)};
    const struct case_of of = {.outcome = &told,
                               .findings = (struct findings *)findings,
                               .call = failed->call,
                               .program = true,
                               .as = row_call(failed->act)};
    *advice = (struct advice){.seen = NULL};
    bool found = find_advice(advice, &of);
    if (!found)
        return false;
    advice->wire = on_the_wire(&of);
    tell_sigpipe(advice, outcome, failed->call);
    return true;
}

/* Rows about AF_UNIX and the like would need an address to make sense. */
static bool is_about(const struct advice_row *row, const char *symbol)
{
    return row->family == 0 && strcmp(row->name, symbol) == 0;
}

void advice_about(struct text *markdown, const char *symbol)
{
    static const struct outcome unknown = {.kind = OUTCOME_ERROR};
    static const struct case_of nothing = {.outcome = &unknown};
    const struct advice_row *row;
    size_t count = 0;
    for (row = advice_rows; row->name != NULL; row++)
        count += is_about(row, symbol);
    for (row = advice_rows; row->name != NULL; row++) {
        if (!is_about(row, symbol))
            continue;
        char *seen = fill_in(row->seen, &nothing), *attempt = fill_in(row->attempt, &nothing);
        if (row->call != ANY_CALL)
            text_format(markdown, "- `%s`: %s %s\n", event_call_name(row->call), seen, attempt);
        else if (count > 1)
            text_format(markdown, "- other calls: %s %s\n", seen, attempt);
        else
            text_format(markdown, "%s\n", attempt);
        free(seen);
        free(attempt);
    }
}

void advice_free(struct advice *advice)
{
    free(advice->seen);
    free(advice->attempt);
    free(advice->who);
    free(advice->wire);
}
