/*
 * translate_python_calls.c: how each call is written in Python.
 */
#include "render/translate_python.h"

#include "base/memory.h"
#include "lua/errors.h"
#include "net/address.h"
#include "net/net.h"
#include "session/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* --- small things --------------------------------------------------------------------------------------- */

void python_comment(struct part *part, const char *words, struct text *out)
{
    (void)part;
    text_add(out, "# ");
    for (const char *c = words; *c != '\0'; c++)
        text_add_char(out, *c == '\n' ? ' ' : *c);
    text_add_char(out, '\n');
}

static bool failed(const struct operation *operation)
{
    return operation->error != 0 || operation->timed_out;
}

static void explain(const struct operation *operation, struct text *out)
{
    const char *words = operation->timed_out ? "Nothing came in time." : program_reason(operation->error);
    if (words != NULL)
        python_comment(NULL, words, out);
}

/* The class that the error has in Python. */
static const char *class_of(const struct operation *operation)
{
    if (operation->timed_out)
        return "TimeoutError";
    return error_class_of_errno(operation->error);
}

/* The statement; what failed is caught and said. */
static void add_statement(struct part *part, const struct operation *operation, const char *statement, struct text *out)
{
    bool raised = program_raised(part, operation);
    if (!raised)
        explain(operation, out);
    if (raised) {
        part->uses |= USES_RAISING;
        text_format(out, "with signal_ends(\"%s\"):\n    %s\n", event_call_name(operation->call), statement);
    } else if (!failed(operation)) {
        text_format(out, "%s\n", statement);
    } else {
        text_format(out, "try:\n    %s\nexcept %s as error:\n    print(\"%s:\", repr(error))\n", statement,
                    class_of(operation), event_call_name(operation->call));
    }
}

__attribute__((format(printf, 4, 5))) static void write_statement(struct part *part, const struct operation *operation,
                                                                  struct text *out, const char *format, ...)
{
    struct text statement = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_format_list(&statement, format, list);
    va_end(list);
    add_statement(part, operation, text_string(&statement), out);
    text_free(&statement);
}

/* --- literals ------------------------------------------------------------------------------------------- */

static void add_bytes(struct text *out, const char *bytes, size_t length)
{
    text_add(out, "b\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char *found = c ? strchr("\n\r\t\"\\", c) : NULL;
        if (found != NULL)
            text_format(out, "\\%c", "nrt\"\\"[found - "\n\r\t\"\\"]);
        else if (c >= 32 && c < 127)
            text_add_char(out, (char)c);
        else
            text_format(out, "\\x%02x", c);
    }
    text_add_char(out, '"');
}

static void add_data(const struct event *event, int64_t length, struct text *out)
{
    bool whole = length <= (int64_t)event->data_length;
    add_bytes(out, event_data(event), whole ? (size_t)length : event->data_length);
    if (!whole)
        text_format(out, " + b\".\" * %" PRId64, length - (int64_t)event->data_length);
}

static void say_dots(const struct event *event, int64_t length, struct text *out)
{
    if (length <= (int64_t)event->data_length)
        return;
    char *words = text_make("Only the first %u of %" PRId64 " bytes were recorded; the others are dots here.",
                            event->data_length, length);
    python_comment(NULL, words, out);
    free(words);
}

static void add_flags(struct text *out, int64_t flags, bool comma)
{
    struct text names = TEXT_EMPTY;
    if (flags == 0)
        return;
    call_text_flags(&names, "MSG_", flags);
    text_add(out, comma ? ", " : "");
    for (const char *name = text_string(&names); *name != '\0';) {
        size_t length = strcspn(name, "|");
        text_add(out, *name == 'M' ? "socket." : "");
        text_add_bytes(out, name, length);
        name += length;
        if (*name == '|')
            text_add(out, " | "), name++;
    }
    text_free(&names);
}

/* A constant of the socket module, or the number. */
static void add_constant(struct text *out, const char *prefix, int64_t value)
{
    size_t before = out->length;
    call_text_constant(out, prefix, value);
    if (strncmp(out->bytes + before, prefix, strlen(prefix)) != 0)
        return;
    char *name = memory_copy(out->bytes + before);
    text_cut(out, before);
    text_format(out, "socket.%s", name);
    free(name);
}

/* Quoted as text; an abstract name is bytes. */
static void add_address(struct part *part, const struct trace_address *address, struct text *out)
{
    const char *known = program_address(part->program, address);
    if (known != NULL) {
        text_add(out, known);
        return;
    }
    struct net_address place = {.length = address->length};
    memcpy(&place.storage, address->bytes, address->length);
    if (place.any.sa_family == AF_UNIX) {
        size_t length;
        const char *path = address_unix_path(&place, &length);
        add_bytes(out, path, length);
    } else {
        char host[ADDRESS_HOST_ROOM];
        address_host(&place, host);
        text_format(out, "(\"%s\", %d)", host, program_port(part->program, address));
    }
}

/* --- calls ---------------------------------------------------------------------------------------------- */

static const char *wish_of(const struct part *part, const struct operation *operation)
{
    const struct traced_socket *s = program_socket(part, operation);
    return s != NULL && s->listening ? "listener" : "s";
}

static void add_kind(struct text *out, const struct event *event)
{
    add_constant(out, "AF_", event->arg[0]);
    text_add(out, ", ");
    add_constant(out, "SOCK_", event->arg[1] & 0xf);
    if (event->arg[1] & SOCK_NONBLOCK)
        text_add(out, " | socket.SOCK_NONBLOCK");
    if (event->arg[2] != 0) {
        text_add(out, ", ");
        add_constant(out, "IPPROTO_", event->arg[2]);
    }
}

static void write_socket(struct part *part, const struct operation *operation, struct text *out)
{
    struct text kind = TEXT_EMPTY;
    const char *name =
        failed(operation) ? "s" : part_name_new(part, operation, (int)operation->result, wish_of(part, operation));
    add_kind(&kind, program_last(part, operation));
    text_add_char(out, '\n');
    write_statement(part, operation, out, "%s = socket.socket(%s)", name, text_string(&kind));
    text_free(&kind);
}

static void write_pair(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text kind = TEXT_EMPTY;
    const char *one = part_name_new(part, operation, operation->fd, "one");
    const char *other = part_name_new(part, operation, (int)event->arg[3], "other");
    add_kind(&kind, event);
    text_format(out, "%s, %s = socket.socketpair(%s)\n", one, other, text_string(&kind));
    text_free(&kind);
}

static void write_to_address(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_first(part, operation));
    struct text place = TEXT_EMPTY;
    add_address(part, &address, &place);
    write_statement(part, operation, out, "%s.%s(%s)", s, event_call_name(operation->call), text_string(&place));
    text_free(&place);
}

static void write_name(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_last(part, operation));
    bool own = operation->call == CALL_GETSOCKNAME;
    char *name = own ? text_make("%s%s%s_address", part->actor ? part->name : "", part->actor ? "_" : "", s)
                     : memory_copy("from_whom");
    write_statement(part, operation, out, "%s = %s.%s()", name, s, event_call_name(operation->call));
    if (own && !failed(operation))
        program_know_address(part->program, &address, name);
    free(name);
}

static void write_accept(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const char *name = failed(operation) ? "conn" : part_name_new(part, operation, (int)operation->result, "conn");
    write_statement(part, operation, out, "%s, from_whom = %s.accept()", name, s);
}

static void write_receive(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    bool from = operation->call == CALL_RECVFROM;
    part->uses |= from ? USES_FROM : 0;
    struct text flags = TEXT_EMPTY;
    add_flags(&flags, event->arg[1], true);
    write_statement(part, operation, out, "data%s = %s.%s(%" PRId64 "%s)", from ? ", from_whom" : "", s,
                    event_call_name(operation->call), event->arg[0], text_string(&flags));
    if (!failed(operation) && operation->result == 0 && event->arg[0] > 0)
        python_comment(part, "b\"\": the other side sends nothing more.", out);
    if (!failed(operation))
        text_format(out, "print(\"%s:\", data)\n", event_call_name(operation->call));
    text_free(&flags);
}

static bool answers_sender(const struct part *part, const struct event *event)
{
    struct trace_address address = trace_address_of(event);
    return program_address(part->program, &address) == NULL && trace_address_port(&address) >= 32768 &&
           part->uses & USES_FROM;
}

static void write_send(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct trace_address address = trace_address_of(event);
    struct text data = TEXT_EMPTY, more = TEXT_EMPTY;
    say_dots(event, event->arg[0], out);
    add_data(event, event->arg[0], &data);
    add_flags(&more, event->arg[1], true);
    if (operation->call == CALL_SENDTO) {
        text_add(&more, ", ");
        if (answers_sender(part, event))
            text_add(&more, "from_whom");
        else
            add_address(part, &address, &more);
    }
    write_statement(part, operation, out, "%s.%s(%s%s)", s, event_call_name(operation->call), text_string(&data),
                    text_string(&more));
    text_free(&data);
    text_free(&more);
}

static void add_option(const struct event *event, struct text *out)
{
    struct text level = TEXT_EMPTY, option = TEXT_EMPTY;
    call_text_level(&level, event->arg[0]);
    call_text_option(&option, event->arg[0], event->arg[1]);
    text_format(out, "%s%s, %s%s", text_string(&level)[0] < 'A' ? "" : "socket.", text_string(&level),
                text_string(&option)[0] < 'A' ? "" : "socket.", text_string(&option));
    text_free(&level);
    text_free(&option);
}

static bool write_option(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text option = TEXT_EMPTY, value = TEXT_EMPTY;
    bool number = event->arg[2] == (int64_t)sizeof(int), sets = operation->call == CALL_SETSOCKOPT;
    add_option(event, &option);
    if (sets && !number && event->arg[2] > (int64_t)event->data_length)
        return text_free(&option), false;
    if (sets && number)
        text_format(&value, ", %" PRId64, event->arg[3]);
    else if (sets)
        text_add(&value, ", "), add_bytes(&value, event_data(event), (size_t)event->arg[2]);
    else if (!number)
        text_format(&value, ", %" PRId64, event->arg[2]);
    if (sets)
        write_statement(part, operation, out, "%s.setsockopt(%s%s)", s, text_string(&option), text_string(&value));
    else
        write_statement(part, operation, out, "print(\"getsockopt:\", %s.getsockopt(%s%s))", s, text_string(&option),
                        text_string(&value));
    text_free(&option);
    text_free(&value);
    return true;
}

static void write_timeout(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    if (event->arg[0] && event->arg[1] > 0)
        write_statement(part, operation, out, "%s.settimeout(%.9g)", s, (double)event->arg[1] / CLOCK_SECOND);
    else
        write_statement(part, operation, out, "%s.setblocking(%s)", s, event->arg[0] ? "False" : "True");
}

static bool write_message(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct text words = TEXT_EMPTY;
    if (event->arg[2] > 0 || event->address_length > 0 || program_last(part, operation)->arg[2] > 0)
        return false;
    if (operation->call == CALL_SENDMSG) {
        say_dots(event, event->arg[0], out);
        add_data(event, event->arg[0], &words);
        write_statement(part, operation, out, "%s.sendmsg([%s])", s, text_string(&words));
    } else {
        write_statement(part, operation, out, "data, *_ = %s.recvmsg(%" PRId64 ")", s, event->arg[0]);
    }
    text_free(&words);
    return true;
}

static bool write_lookup(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text words = TEXT_EMPTY;
    if (event->data_length == 0)
        return false;
    text_add(&words, "socket.getaddrinfo(");
    add_bytes(&words, event_data(event), event->data_length);
    text_add(&words, ", None, ");
    add_constant(&words, "AF_", event->arg[0]);
    text_format(&words, ", %" PRId64 ")", event->arg[1]);
    if (event->result < 0)
        text_format(out, "try:\n    %s\nexcept socket.gaierror as error:\n    print(\"getaddrinfo:\", error)\n",
                    text_string(&words));
    else
        write_statement(part, operation, out, "%s", text_string(&words));
    text_free(&words);
    return true;
}

static void write_close(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    text_format(out, "%s.close()\n", s);
    part_name_drop(part, operation->actor, operation->fd);
}

/* --- waiting for many ----------------------------------------------------------------------------------- */

static bool add_list(struct part *part, const struct operation *operation, uint64_t mask, struct text *out)
{
    size_t count = 0;
    text_add_char(out, '[');
    for (int fd = 0; fd < 64; fd++) {
        const char *name = mask >> fd & 1 ? part_name(part, operation->actor, fd) : "";
        if (name == NULL)
            return false;
        if (*name != '\0')
            text_format(out, "%s%s", count++ > 0 ? ", " : "", name);
    }
    text_add_char(out, ']');
    return true;
}

static bool write_select(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_first(part, operation);
    int64_t masks[3] = {event->arg[0], event->arg[1], event->arg[2]};
    struct text lists = TEXT_EMPTY;
    bool known = true;
    if (event->data_length == sizeof masks)
        memcpy(masks, event_data(event), sizeof masks);
    for (int i = 0; i < 3; i++) {
        text_add(&lists, i > 0 ? ", " : "");
        known = known && add_list(part, operation, (uint64_t)masks[i], &lists);
    }
    part->uses |= USES_SELECT;
    if (event->arg[3] >= 0)
        text_format(&lists, ", %.9g", (double)program_time(part->program, event->arg[3]) / CLOCK_SECOND);
    if (known)
        write_statement(part, operation, out, "print(\"select:\", [len(list) for list in select.select(%s)])",
                        text_string(&lists));
    text_free(&lists);
    return known;
}

static bool write_poll(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct pollfd list[PROGRAM_WATCHED_MOST];
    size_t count;
    if (!program_watched(event, list, &count))
        return false;
    part->uses |= USES_SELECT;
    text_add(out, "poll = select.poll()\n");
    for (size_t i = 0; i < count; i++) {
        const char *name = part_name(part, operation->actor, list[i].fd);
        if (name == NULL)
            return false;
        text_format(out, "poll.register(%s, %d)\n", name, list[i].events);
    }
    if (event->arg[1] < 0)
        text_add(out, "print(\"poll:\", len(poll.poll()))\n");
    else
        text_format(out, "print(\"poll:\", len(poll.poll(%" PRId64 ")))\n", event->arg[1]);
    return true;
}

static bool write_epoll_change(struct part *part, const struct operation *operation, const char *epoll,
                               struct text *out)
{
    const struct event *event = program_last(part, operation);
    const char *name = part_name(part, operation->actor, (int)event->arg[1]);
    if (name == NULL)
        return false;
    if (event->arg[0] == EPOLL_CTL_DEL)
        write_statement(part, operation, out, "%s.unregister(%s)", epoll, name);
    else
        write_statement(part, operation, out, "%s.%s(%s, %" PRId64 ")", epoll,
                        event->arg[0] == EPOLL_CTL_ADD ? "register" : "modify", name, event->arg[2]);
    return true;
}

/* --- time and signals ----------------------------------------------------------------------------------- */

static void write_handler(struct part *part, const struct operation *operation, struct text *out)
{
    const char *const handlers[] = {"signal.SIG_DFL", "signal.SIG_IGN", program_handler(part, operation),
                                    "signal.SIG_DFL"};
    const struct event *event = program_last(part, operation);
    struct text name = TEXT_EMPTY;
    int64_t kind = event->arg[1];
    call_text_signal(&name, event->arg[0]);
    part->uses |= USES_SIGNAL | (kind == 2 && strcmp(handlers[2], "on_signal") == 0 ? USES_HANDLER : 0);
    if (event->arg[2])
        write_statement(part, operation, out, "signal.siginterrupt(signal.%s, False)", text_string(&name));
    else
        write_statement(part, operation, out, "signal.signal(signal.%s, %s)", text_string(&name),
                        handlers[kind >= 0 && kind < 4 ? kind : 0]);
    text_free(&name);
}

static void write_timer(struct part *part, const struct operation *operation, struct text *out)
{
    static const char *const names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    const struct event *event = program_last(part, operation);
    part->uses |= USES_SIGNAL;
    write_statement(part, operation, out, "signal.setitimer(signal.%s, %.9g, %.9g)",
                    event->arg[0] >= 0 && event->arg[0] < 3 ? names[event->arg[0]] : "ITIMER_REAL",
                    (double)event->arg[1] / CLOCK_SECOND, (double)event->arg[2] / CLOCK_SECOND);
}

static void write_raise(struct part *part, const struct operation *operation, struct text *out)
{
    struct text name = TEXT_EMPTY;
    call_text_signal(&name, program_last(part, operation)->arg[0]);
    part->uses |= USES_SIGNAL;
    write_statement(part, operation, out, "signal.raise_signal(signal.%s)", text_string(&name));
    text_free(&name);
}

static void write_sleep(struct part *part, const struct operation *operation, struct text *out)
{
    part->uses |= USES_TIME;
    write_statement(part, operation, out, "time.sleep(%.9g)",
                    (double)program_time(part->program, program_first(part, operation)->arg[0]) / CLOCK_SECOND);
}

/* --- all calls ------------------------------------------------------------------------------------------ */

static bool write_plain(struct part *part, const struct operation *operation, struct text *out)
{
    switch (operation->call) {
    case CALL_SOCKET:
        return write_socket(part, operation, out), true;
    case CALL_SOCKETPAIR:
        return !failed(operation) && (write_pair(part, operation, out), true);
    case CALL_SELECT:
        return write_select(part, operation, out);
    case CALL_POLL_LIST:
        return write_poll(part, operation, out);
    case CALL_EPOLL_CREATE:
        part->uses |= USES_SELECT;
        text_format(out, "%s = select.epoll()\n", part_name_new(part, operation, (int)operation->result, "epoll"));
        return true;
    case CALL_GETADDRINFO:
        return write_lookup(part, operation, out);
    case CALL_SLEEP:
        return write_sleep(part, operation, out), true;
    case CALL_PAUSE:
        part->uses |= USES_SIGNAL;
        return write_statement(part, operation, out, "signal.pause()"), true;
    case CALL_SETITIMER:
        return write_timer(part, operation, out), true;
    case CALL_ALARM:
        part->uses |= USES_SIGNAL;
        return text_format(out, "signal.alarm(%" PRId64 ")\n", program_last(part, operation)->arg[0]), true;
    case CALL_SIGACTION:
        return write_handler(part, operation, out), true;
    case CALL_RAISE:
        return write_raise(part, operation, out), true;
    default:
        return false;
    }
}

static bool write_on_socket(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text how = TEXT_EMPTY;
    switch (operation->call) {
    case CALL_CONNECT:
    case CALL_BIND:
        return write_to_address(part, operation, s, out), true;
    case CALL_LISTEN:
        return write_statement(part, operation, out, "%s.listen(%" PRId64 ")", s, event->arg[0]), true;
    case CALL_ACCEPT:
        return write_accept(part, operation, s, out), true;
    case CALL_RECV:
    case CALL_RECVFROM:
        return write_receive(part, operation, s, out), true;
    case CALL_SEND:
    case CALL_SENDTO:
        return write_send(part, operation, s, out), true;
    case CALL_SHUTDOWN:
        add_constant(&how, "SHUT_", event->arg[0]);
        write_statement(part, operation, out, "%s.shutdown(%s)", s, text_string(&how));
        return text_free(&how), true;
    case CALL_CLOSE:
        return write_close(part, operation, s, out), true;
    case CALL_DUP:
        return !failed(operation) &&
               (text_format(out, "%s = %s.dup()\n", part_name_new(part, operation, (int)operation->result, "copy"), s),
                true);
    case CALL_POLL:
        return write_poll(part, operation, out);
    case CALL_SETSOCKOPT:
    case CALL_GETSOCKOPT:
        return write_option(part, operation, s, out);
    case CALL_GETSOCKNAME:
    case CALL_GETPEERNAME:
        return write_name(part, operation, s, out), true;
    case CALL_NONBLOCK:
        return write_timeout(part, operation, s, out), true;
    case CALL_INHERITED:
        return write_statement(part, operation, out, "%s.get_inheritable()", s), true;
    case CALL_INHERIT:
        return write_statement(part, operation, out, "%s.set_inheritable(%s)", s, event->arg[0] ? "False" : "True"),
               true;
    case CALL_SENDMSG:
    case CALL_RECVMSG:
        return write_message(part, operation, s, out);
    case CALL_EPOLL_CTL:
        return write_epoll_change(part, operation, s, out);
    case CALL_EPOLL:
        part->uses |= USES_SELECT;
        return write_statement(part, operation, out, "print(\"epoll:\", len(%s.poll(%.9g)))", s,
                               event->arg[1] < 0 ? -1 : (double)event->arg[1] / 1000),
               true;
    default:
        return false;
    }
}

bool python_call(struct part *part, const struct operation *operation, struct text *out)
{
    const char *s = operation->fd >= 0 ? part_name(part, operation->actor, operation->fd) : NULL;
    bool own_socket = operation->call == CALL_SOCKETPAIR || operation->call == CALL_EPOLL_CREATE;
    if (operation->fd < 0 || own_socket)
        return write_plain(part, operation, out);
    return s != NULL && write_on_socket(part, operation, s, out);
}
