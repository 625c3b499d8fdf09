#include "render/advice.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "trace/address.h"
#include "trace/symbols.h"
#include "render/habits.h"
#include "render/wire_words.h"
#include "views/call_text.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum who {
    WHO_NOBODY,
    WHO_PEER_KERNEL,
    WHO_PEER,
    WHO_KERNEL,
    WHO_KERNEL_PATIENCE,
    WHO_TIMER,
    WHO_SIGNAL,
    WHO_RESOLVER,
    WHO_ROUTER,
    WHO_YOU,
    WHO_HANDLER,
    WHO_TIMEOUT,
};

static const char *const deciders[] = {
    [WHO_PEER_KERNEL] = "The kernel at {address} decided. Its program was not asked.",
    [WHO_PEER] = "The program at the other end decided.",
    [WHO_KERNEL] = "Your own kernel decided, at once. Nothing was sent.",
    [WHO_KERNEL_PATIENCE] = "Your own kernel decided, after asking again and again in vain.",
    [WHO_TIMER] = "Your own timer decided, the one that settimeout() set. Nobody answered before it.",
    [WHO_SIGNAL] = "A signal decided: it ended the wait.",
    [WHO_RESOLVER] = "The resolver decided, the part of your system that turns names into addresses.",
    [WHO_ROUTER] = "Your own kernel or a router on the way decided.",
    [WHO_YOU] = "You decided, with Ctrl-C.",
    [WHO_TIMEOUT] = "Your own program decided: it would not wait longer. Nobody answered before.",
    [WHO_HANDLER] = "Your own handler decided: it raised this error when {signal} came.",
};

#define ANY_CALL CALL_NONE

/* An address of IPv4 for many machines: multicast, and the broadcasts that this machine knows. */
#define FAMILY_MANY (-1)

/* A name of AF_UNIX that no file has. */
#define FAMILY_ABSTRACT (-2)

/* Whatever the address: the socket is one for datagrams. */
#define FAMILY_DATAGRAM (-3)

/* The first row that fits is taken. */
static const struct row {
    const char *name;     /* an errno or EAI_ symbol, or a class for errors without a number */
    enum event_call call; /* ANY_CALL for every one */
    int family;           /* of the call's address; 0 for every one, or one of those above */
    enum who who;
    const char *seen, *attempt;
} rows[] = {
    {"ECONNREFUSED", ANY_CALL, FAMILY_ABSTRACT, WHO_KERNEL,
     "Nobody listens under the name {address}. Such a name is gone with its socket.",
     "Start the server first, or check the name."},
    {"EADDRINUSE", CALL_BIND, FAMILY_ABSTRACT, WHO_KERNEL, "Another socket has the name {address}.",
     "Take another name, or close that socket."},
    {"ECONNREFUSED", CALL_CONNECT, AF_UNIX, WHO_KERNEL,
     "The file {address} is there, but nobody listens on it any more.",
     "Start the server again, or remove the file it left behind."},
    {"ECONNREFUSED", CALL_CONNECT, 0, WHO_PEER_KERNEL,
     "The machine answered, and it said no: nothing listens on {port} there.",
     "Start a server on that port, or check the number."},
    {"ECONNREFUSED", ANY_CALL, 0, WHO_PEER_KERNEL,
     "What was sent earlier was refused, a datagram or the question of connect(): nothing listens on that port.",
     "Start the server first, or check the port. After a connect() that did not wait, read SO_ERROR before you send."},
    {"ETIMEDOUT", CALL_CONNECT, 0, WHO_KERNEL_PATIENCE,
     "Nobody answered for {elapsed}. The kernel asked several times, then gave up.",
     "Check the address, or try again later. A machine that is off and a firewall that drops packets look "
     "just like this."},
    {"ETIMEDOUT", ANY_CALL, 0, WHO_KERNEL_PATIENCE, "The other side stopped answering, and the kernel gave up.",
     "The connection is lost: close this socket and connect with a new one."},
    {"TimeoutError", CALL_CONNECT, 0, WHO_TIMER, "No answer from {address} within {elapsed}. Nobody said no either.",
     "Give it longer with settimeout(), or check the address."},
    {"TimeoutError", CALL_ACCEPT, 0, WHO_TIMER, "Nobody connected within {elapsed}.",
     "Connect a client first, or wait longer with settimeout()."},
    {"TimeoutError", CALL_RECV, FAMILY_DATAGRAM, WHO_TIMER,
     "No datagram came within {elapsed}. Yours may be lost, or its answer, or nobody is there.",
     "Send it again, if it may arrive twice, or wait longer."},
    {"TimeoutError", CALL_RECVFROM, FAMILY_DATAGRAM, WHO_TIMER,
     "No datagram came within {elapsed}. Yours may be lost, or its answer, or nobody is there.",
     "Send it again, if it may arrive twice, or wait longer."},
    {"TimeoutError", CALL_RECV, 0, WHO_TIMER, "No byte came within {elapsed}. The connection is still there.",
     "Call recv again to wait on, or check that the other side has something to send."},
    {"TimeoutError", CALL_SEND, 0, WHO_TIMER,
     "The other side did not read for {elapsed}, so there was no room to send.",
     "Let the other side read, or wait longer. Some bytes may be on their way already."},
    {"TimeoutError", ANY_CALL, 0, WHO_TIMER, "Your own deadline passed after {elapsed}.",
     "Wait longer with settimeout(), or ask why nobody answered."},
    {"EINPROGRESS", CALL_CONNECT, 0, WHO_KERNEL,
     "Not a failure. The socket does not block, so connect() began and came back at once.",
     "Wait until the socket is writable with select or poll, then read SO_ERROR. Or call settimeout() "
     "before: "
     "then connect() waits itself."},
    {"EALREADY", CALL_CONNECT, 0, WHO_KERNEL, "The first connect() on this socket is still under way.",
     "Wait until the socket is writable, then read SO_ERROR. Or close it and begin with a new one."},
    {"EISCONN", CALL_CONNECT, 0, WHO_KERNEL, "This socket is connected already.",
     "Use it as it is, or make a new socket for another connection."},
    {"EISCONN", ANY_CALL, 0, WHO_KERNEL, "This socket is connected already, so it takes no other address.",
     "Leave the address out, or use another socket."},
    {"ENETUNREACH", CALL_CONNECT, FAMILY_MANY, WHO_KERNEL,
     "{host} is the address of many machines at once, and a connection has one other end.",
     "Check the address. Datagrams can go to many: socket.SOCK_DGRAM with sendto()."},
    {"ENETUNREACH", ANY_CALL, 0, WHO_KERNEL, "There is no road to {host}: no route in your kernel's table leads there.",
     "Check the address and that the network is up. `ip route` lists the roads."},
    {"EHOSTUNREACH", ANY_CALL, 0, WHO_ROUTER, "The last router before {host} could not find that machine.",
     "Check the address, and that the machine is on. A firewall may say so too."},
    {"ECONNABORTED", CALL_CONNECT, 0, WHO_KERNEL, "The last attempt with this socket failed, and it remembers that.",
     "Make a new socket for each attempt."},
    {"ECONNABORTED", ANY_CALL, 0, WHO_PEER, "The client left before accept() could take it.",
     "Call accept again for the next one."},
    {"ECONNRESET", ANY_CALL, 0, WHO_PEER_KERNEL,
     "The other side broke the connection off. What was still under way is lost.",
     "Connect again with a new socket. Look at the other side: it closed with data unread, or it died."},
    {"EPIPE", ANY_CALL, 0, WHO_KERNEL, "This socket cannot send: it is not connected, or the connection has ended.",
     "Connect first. After an end, make a new socket and connect again."},
    {"ESHUTDOWN", ANY_CALL, 0, WHO_KERNEL, "You shut this direction down before.",
     "Make a new connection to send more."},
    {"ENOTCONN", ANY_CALL, 0, WHO_KERNEL, "This socket is not connected to anybody.",
     "Call connect first. On a server, use the socket that accept() returned, not the listening one."},
    {"EAGAIN", CALL_ACCEPT, 0, WHO_KERNEL, "Nobody waits to be accepted right now, and the socket does not block.",
     "Wait with select or poll until it is readable, or call setblocking(true)."},
    {"EAGAIN", CALL_SEND, 0, WHO_KERNEL, "The send buffer is full right now, and the socket does not block.",
     "Wait with select or poll until it is writable, then send the rest."},
    {"EAGAIN", ANY_CALL, 0, WHO_KERNEL, "Nothing is there right now, and the socket does not block.",
     "Wait with select or poll until it is ready, or call setblocking(true)."},
    {"EADDRINUSE", CALL_BIND, AF_UNIX, WHO_KERNEL, "Something is at {address} already.",
     "Remove that file if its server is gone, or take another name."},
    {"EADDRINUSE", ANY_CALL, 0, WHO_KERNEL, "{address} is taken: another socket has it, or had it a moment ago.",
     "Take port 0 to be given a free one, or set SO_REUSEADDR before bind."},
    {"EADDRNOTAVAIL", CALL_BIND, 0, WHO_KERNEL, "{host} is not an address of this machine.",
     "Bind to \"127.0.0.1\", or to \"\" for every address of this machine."},
    {"EADDRNOTAVAIL", ANY_CALL, 0, WHO_KERNEL, "No address of this machine can be used to reach {address}.",
     "Check the address. Every local port may also be in use."},
    {"EACCES", CALL_BIND, AF_UNIX, WHO_KERNEL, "You may not create {address}.",
     "Choose a folder that is yours, or look at the permissions of this one."},
    {"EACCES", CALL_BIND, 0, WHO_KERNEL, "{port} is reserved: those below 1024 need privilege.",
     "Take a port from 1024 on, or port 0 to be given one."},
    {"EACCES", CALL_CONNECT, AF_UNIX, WHO_KERNEL, "You may not write to {address}.",
     "Ask whoever owns it, or look at its permissions."},
    {"EACCES", ANY_CALL, 0, WHO_KERNEL, "The kernel does not allow this to {address}.",
     "For a broadcast address set SO_BROADCAST first, or send to the address of one machine."},
    {"EPERM", CALL_SOCKET, 0, WHO_KERNEL, "This kind of socket needs privilege.",
     "Raw sockets work inside the lab. SOCK_STREAM and SOCK_DGRAM need nothing."},
    {"EPERM", ANY_CALL, 0, WHO_KERNEL, "The kernel does not allow this here.",
     "In a session only this machine can be reached. Start with --network for the world outside."},
    {"ENOENT", ANY_CALL, AF_UNIX, WHO_KERNEL, "There is no file {address}, so nobody can be behind it.",
     "Start the server first, or check the path."},
    {"EBADF", ANY_CALL, 0, WHO_KERNEL, "This socket is closed. Its number means nothing any more.",
     "Make a new socket. A closed one cannot be opened again."},
    {"ENOTSOCK", ANY_CALL, 0, WHO_KERNEL, "That descriptor is not a socket.",
     "Check the number. A socket tells its own with fileno()."},
    {"EINVAL", CALL_ACCEPT, 0, WHO_KERNEL, "This socket does not listen.",
     "Call bind and listen before accept. Accept on that socket, not on one that is connected."},
    {"EINVAL", CALL_BIND, 0, WHO_KERNEL, "This socket has an address already.",
     "Bind once, and before connect or listen. Make a new socket for another address."},
    {"EINVAL", CALL_SOCKET, 0, WHO_KERNEL, "This family does not know that type of socket.",
     "Try socket.SOCK_STREAM or socket.SOCK_DGRAM."},
    {"EINVAL", ANY_CALL, 0, WHO_KERNEL, "{call} got a value that makes no sense for this socket.",
     "Check the arguments and the order of the calls."},
    {"EAFNOSUPPORT", CALL_SOCKET, 0, WHO_KERNEL, "Your kernel does not know this address family.",
     "Try socket.AF_INET, socket.AF_INET6 or socket.AF_UNIX."},
    {"EAFNOSUPPORT", ANY_CALL, 0, WHO_KERNEL, "The address is of another family than the socket.",
     "Make the socket with the family of the address, or take an address of the socket's family."},
    {"EPROTONOSUPPORT", ANY_CALL, 0, WHO_KERNEL, "This family and type do not go with that protocol.",
     "Leave the protocol out. Only a raw socket needs one, such as socket.IPPROTO_ICMP."},
    {"ESOCKTNOSUPPORT", ANY_CALL, 0, WHO_KERNEL, "This family has no sockets of that type.",
     "Try socket.SOCK_STREAM or socket.SOCK_DGRAM."},
    {"EPROTOTYPE", ANY_CALL, 0, WHO_KERNEL, "The two ends are of different types.",
     "Use the same type of socket on both ends."},
    {"EOPNOTSUPP", ANY_CALL, 0, WHO_KERNEL, "This type of socket cannot do {call}.",
     "listen and accept need a stream socket. A datagram socket needs neither: bind, then recvfrom."},
    {"ENOPROTOOPT", ANY_CALL, 0, WHO_KERNEL, "This socket does not know that option at that level.",
     "Check that level and option belong together, as SOL_SOCKET with SO_..., IPPROTO_TCP with TCP_..."},
    {"EMSGSIZE", ANY_CALL, 0, WHO_KERNEL, "The message is too long for one datagram.",
     "Send at most 65507 bytes at a time over UDP and IPv4, or use a stream socket."},
    {"EDESTADDRREQ", ANY_CALL, 0, WHO_KERNEL, "The socket does not know where to send to.",
     "Use sendto with an address, or connect first."},
    {"EMFILE", ANY_CALL, 0, WHO_KERNEL, "All descriptors of this process are in use.",
     "Close sockets that you no longer need. Those declared with `local s <close>` close by themselves."},
    {"ENOBUFS", ANY_CALL, 0, WHO_KERNEL, "The kernel has no memory for this just now.",
     "Close some sockets, then try again."},
    {"EINTR", ANY_CALL, 0, WHO_SIGNAL, "A signal came while {call} waited.",
     "For connect: wait until writable, then read SO_ERROR. Do not call connect again."},
    {"EAI_NONAME", ANY_CALL, 0, WHO_RESOLVER, "No machine is known by that name.",
     "Check the spelling. A number such as \"127.0.0.1\" needs no lookup."},
    {"EAI_AGAIN", ANY_CALL, 0, WHO_RESOLVER, "The name server did not answer. The name may be right or wrong.",
     "Check the network, then try again. A number such as \"127.0.0.1\" needs no lookup."},
    {"EAI_NODATA", ANY_CALL, 0, WHO_RESOLVER, "The name is known, but has no address of that kind.",
     "Take the other one of socket.AF_INET and socket.AF_INET6, or 0 for any."},
    {"EAI_SERVICE", ANY_CALL, 0, WHO_RESOLVER, "No such service for this type of socket.",
     "Give the port as a number, or check the spelling."},
    {"EAI_FAMILY", ANY_CALL, 0, WHO_RESOLVER, "The resolver does not know this address family.",
     "Try socket.AF_INET or socket.AF_INET6."},
    {"EAI_ADDRFAMILY", ANY_CALL, 0, WHO_RESOLVER, "The name has no address of the socket's family.",
     "Make a socket of the other family. socket.getaddrinfo() tells which addresses the name has."},
    {"KeyboardInterrupt", CALL_CONNECT, 0, WHO_YOU, "connect to {address} had no answer after {elapsed}.",
     "The socket is still there. settimeout() makes it give up by itself."},
    {"KeyboardInterrupt", CALL_ACCEPT, 0, WHO_YOU, "Nobody had connected after {elapsed}.",
     "The socket still listens. settimeout() makes it give up by itself."},
    {"KeyboardInterrupt", CALL_RECV, 0, WHO_YOU, "No byte had come after {elapsed}.",
     "The connection is still there. settimeout() makes recv give up by itself."},
};

/* What to try instead where the program is in any language: the rows above speak Lua's. */
static const struct row anywhere[] = {
    {"TimeoutError", CALL_CONNECT, 0, WHO_TIMER, NULL, "Wait longer, or check the address."},
    {"TimeoutError", CALL_ACCEPT, 0, WHO_TIMER, NULL, "Connect a client first, or wait longer."},
    {"TimeoutError", ANY_CALL, 0, WHO_TIMER, NULL, "Wait longer, or ask why nobody answered."},
    {"ENETUNREACH", CALL_CONNECT, FAMILY_MANY, WHO_KERNEL, NULL,
     "Check the address. Datagrams can go to many: SOCK_DGRAM with sendto()."},
    {"EAGAIN", CALL_ACCEPT, 0, WHO_KERNEL, NULL, "Wait with select or poll until it is readable, or let it block."},
    {"EAGAIN", ANY_CALL, 0, WHO_KERNEL, NULL, "Wait with select or poll until it is ready, or let it block."},
    {"EADDRNOTAVAIL", CALL_BIND, 0, WHO_KERNEL, NULL,
     "Bind to 127.0.0.1, or to 0.0.0.0 for every address of this machine."},
    {"EPERM", CALL_SOCKET, 0, WHO_KERNEL, NULL,
     "Raw sockets work in `sockrates lab`. SOCK_STREAM and SOCK_DGRAM need nothing."},
    {"EPERM", ANY_CALL, 0, WHO_KERNEL, NULL, "A firewall on this machine may forbid it, or it needs privilege."},
    {"EBADF", ANY_CALL, 0, WHO_KERNEL, NULL,
     "Look for where it was closed. Make a new socket: a closed one cannot be opened again."},
    {"ENOTSOCK", ANY_CALL, 0, WHO_KERNEL, NULL,
     "Check the number: it may be a file, or have been closed and given away again."},
    {"EINVAL", CALL_SOCKET, 0, WHO_KERNEL, NULL, "Try SOCK_STREAM or SOCK_DGRAM."},
    {"EAFNOSUPPORT", CALL_SOCKET, 0, WHO_KERNEL, NULL, "Try AF_INET, AF_INET6 or AF_UNIX."},
    {"EPROTONOSUPPORT", ANY_CALL, 0, WHO_KERNEL, NULL,
     "Give 0. Only a raw socket needs a protocol, such as IPPROTO_ICMP."},
    {"ESOCKTNOSUPPORT", ANY_CALL, 0, WHO_KERNEL, NULL, "Try SOCK_STREAM or SOCK_DGRAM."},
    {"EMFILE", ANY_CALL, 0, WHO_KERNEL, NULL,
     "Close sockets that you no longer need: every accept() and socket() wants its close()."},
};

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

/* What a template's {word} stands for in this outcome. */
static void add_word(struct text *out, const char *word, size_t length, const struct case_of *of)
{
    const struct event *call = of->call;
    struct address address = call_address(call);
    char host[ADDRESS_HOST_ROOM] = "that machine";
    if (is_internet(&address))
        address_host(&address, host);
    if (strncmp(word, "address", length) == 0 && address.length > 0)
        address_write(out, &address);
    else if (strncmp(word, "address", length) == 0)
        text_add(out, "that address");
    else if (strncmp(word, "port", length) == 0 && is_internet(&address))
        text_format(out, "port %u", (unsigned)address_port(&address));
    else if (strncmp(word, "port", length) == 0)
        text_add(out, "that port");
    else if (strncmp(word, "elapsed", length) == 0 && call == NULL)
        text_add(out, "a while");
    else if (strncmp(word, "elapsed", length) == 0)
        duration_write(out, call_elapsed(of->outcome, call), DURATION_TOLD);
    else if (strncmp(word, "signal", length) == 0 && of->handler != NULL)
        call_text_signal(out, of->handler->arg[0]);
    else if (strncmp(word, "class", length) == 0)
        text_add(out, of->outcome->error.class);
    else if (strncmp(word, "peer", length) == 0)
        text_add(out, of->outcome->actors[of->failure.actor]);
    else if (strncmp(word, "failure", length) == 0)
        note_write(out, text_string(&of->failure.words), strcspn(text_string(&of->failure.words), "\n"), true);
    else if (strncmp(word, "call", length) == 0)
        text_format(out, call ? "%s()" : "the call", call ? event_call_name((enum event_call)call->call) : "");
    else
        text_add(out, host);
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
static bool needs_call(enum who who, const char *name)
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

static bool fits(const struct row *row, const struct case_of *of)
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

static bool take_row(struct advice *advice, const struct row *row, const struct case_of *of)
{
    const char *attempt = row->attempt;
    for (size_t i = 0; of->program && i < sizeof anywhere / sizeof *anywhere; i++)
        if (strcmp(anywhere[i].name, row->name) == 0 && anywhere[i].call == row->call &&
            anywhere[i].family == row->family)
            attempt = anywhere[i].attempt;
    advice->seen = fill_in(row->seen, of);
    advice->attempt = fill_in(attempt, of);
    advice->who = fill_in(deciders[of->program && row->who == WHO_TIMER ? WHO_TIMEOUT : row->who], of);
    return true;
}

/* Before what the error is called counts who raised it, and what became of the peer at the other end. */
static const struct row by_handler = {
    .who = WHO_HANDLER,
    .seen = "{signal} came, and its handler raised {class}.",
    .attempt = "A handler that returns lets the call go on. pcall() catches what it raises."};

static const struct row by_failure = {
    .seen = "The peer \"{peer}\" has failed: {failure}",
    .attempt = "Mend its function, and start it again. A peer that failed neither listens nor answers."};

static bool find_advice(struct advice *advice, const struct case_of *of)
{
    if (of->handler != NULL && of->outcome->kind == OUTCOME_ERROR)
        return take_row(advice, &by_handler, of);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!fits(&rows[i], of))
            continue;
        struct row row = rows[i];
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
static void add_signal(struct advice *advice, const struct outcome *outcome, const struct event *call)
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
    add_signal(advice, outcome, failed->call);
    return true;
}

/* Rows about AF_UNIX and the like would need an address to make sense. */
static bool is_about(const struct row *row, const char *symbol)
{
    return row->family == 0 && strcmp(row->name, symbol) == 0;
}

void advice_about(struct text *markdown, const char *symbol)
{
    static const struct outcome unknown = {.kind = OUTCOME_ERROR};
    static const struct case_of nothing = {.outcome = &unknown};
    size_t count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        count += is_about(&rows[i], symbol);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is_about(&rows[i], symbol))
            continue;
        char *seen = fill_in(rows[i].seen, &nothing), *attempt = fill_in(rows[i].attempt, &nothing);
        if (rows[i].call != ANY_CALL)
            text_format(markdown, "- `%s`: %s %s\n", event_call_name(rows[i].call), seen, attempt);
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
