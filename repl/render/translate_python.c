#include "render/translate.h"

#include "base/memory.h"
#include "lua/errors.h"
#include "net/address.h"
#include "net/net.h"
#include "render/program.h"
#include "session/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* What a program uses and has to import or bring along. */
enum { USES_SIGNAL = 1, USES_TIME = 2, USES_SELECT = 4, USES_PEERS = 8, USES_HANDLER = 16, USES_RAISING = 32, USES_FROM = 64 };

/* --- small things --------------------------------------------------------------------------------------- */

static void comment(struct part *part, const char *words, struct text *out)
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
        comment(NULL, words, out);
}

/* The class that the error has in Python; a handler that raised has its own. */
static const char *class_of(const struct operation *operation)
{
    if (operation->timed_out)
        return "TimeoutError";
    if (operation->error == EINTR && operation->call != CALL_CONNECT)
        return "Interrupted";
    return error_class_of_errno(operation->error);
}

/* The statement; what failed is caught and said. */
static void add_statement(const struct operation *operation, const char *statement, struct text *out)
{
    explain(operation, out);
    if (!failed(operation))
        text_format(out, "%s\n", statement);
    else
        text_format(out, "try:\n    %s\nexcept %s as error:\n    print(\"%s:\", repr(error))\n", statement,
                    class_of(operation), event_call_name(operation->call));
}

__attribute__((format(printf, 3, 4))) static void write_statement(const struct operation *operation,
                                                                  struct text *out, const char *format, ...)
{
    struct text statement = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_format_list(&statement, format, list);
    va_end(list);
    add_statement(operation, text_string(&statement), out);
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
    comment(NULL, words, out);
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
        text_format(out, "(\"%s\", %d)", host, trace_address_port(address));
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
    const char *name = failed(operation)
                           ? "s"
                           : part_name_new(part, operation, (int)operation->result, wish_of(part, operation));
    add_kind(&kind, program_last(part, operation));
    text_add_char(out, '\n');
    write_statement(operation, out, "%s = socket.socket(%s)", name, text_string(&kind));
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
    write_statement(operation, out, "%s.%s(%s)", s, event_call_name(operation->call), text_string(&place));
    text_free(&place);
}

static void write_name(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_last(part, operation));
    bool own = operation->call == CALL_GETSOCKNAME;
    char *name = own ? text_make("%s%s%s_address", part->actor ? part->name : "", part->actor ? "_" : "", s)
                     : memory_copy("from_whom");
    write_statement(operation, out, "%s = %s.%s()", name, s, event_call_name(operation->call));
    if (own && !failed(operation))
        program_know_address(part->program, &address, name);
    free(name);
}

static void write_accept(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const char *name = failed(operation) ? "conn" : part_name_new(part, operation, (int)operation->result, "conn");
    write_statement(operation, out, "%s, from_whom = %s.accept()", name, s);
}

static void write_receive(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    bool from = operation->call == CALL_RECVFROM;
    part->uses |= from ? USES_FROM : 0;
    struct text flags = TEXT_EMPTY;
    add_flags(&flags, event->arg[1], true);
    write_statement(operation, out, "data%s = %s.%s(%" PRId64 "%s)", from ? ", from_whom" : "", s,
                    event_call_name(operation->call), event->arg[0], text_string(&flags));
    if (!failed(operation) && operation->result == 0 && event->arg[0] > 0)
        comment(part, "b\"\": the other side sends nothing more.", out);
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
    write_statement(operation, out, "%s.%s(%s%s)", s, event_call_name(operation->call), text_string(&data),
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
        write_statement(operation, out, "%s.setsockopt(%s%s)", s, text_string(&option), text_string(&value));
    else
        write_statement(operation, out, "print(\"getsockopt:\", %s.getsockopt(%s%s))", s, text_string(&option),
                        text_string(&value));
    text_free(&option);
    text_free(&value);
    return true;
}

static void write_timeout(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    if (event->arg[0] && event->arg[1] > 0)
        write_statement(operation, out, "%s.settimeout(%.9g)", s, (double)event->arg[1] / CLOCK_SECOND);
    else
        write_statement(operation, out, "%s.setblocking(%s)", s, event->arg[0] ? "False" : "True");
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
        text_format(&lists, ", %.9g", (double)event->arg[3] / CLOCK_SECOND);
    if (known)
        write_statement(operation, out, "print(\"select:\", [len(list) for list in select.select(%s)])",
                        text_string(&lists));
    text_free(&lists);
    return known;
}

static bool write_poll(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)] = {{.fd = event->fd, .events = (short)event->arg[0]}};
    size_t count = operation->call == CALL_POLL ? 1 : (size_t)event->arg[0];
    if (operation->call == CALL_POLL_LIST && count * sizeof *list > event->data_length)
        return false;
    if (operation->call == CALL_POLL_LIST)
        memcpy(list, event_data(event), count * sizeof *list);
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

static bool write_epoll_change(struct part *part, const struct operation *operation, const char *epoll, struct text *out)
{
    const struct event *event = program_last(part, operation);
    const char *name = part_name(part, operation->actor, (int)event->arg[1]);
    if (name == NULL)
        return false;
    if (event->arg[0] == EPOLL_CTL_DEL)
        write_statement(operation, out, "%s.unregister(%s)", epoll, name);
    else
        write_statement(operation, out, "%s.%s(%s, %" PRId64 ")", epoll,
                        event->arg[0] == EPOLL_CTL_ADD ? "register" : "modify", name, event->arg[2]);
    return true;
}

/* --- time and signals ----------------------------------------------------------------------------------- */

/* True when a handler raised while this program ran. */
static bool handler_raises(const struct program *program)
{
    for (size_t i = 0; i < timeline_count(program->timeline); i++) {
        const struct event *event = timeline_event(program->timeline, i);
        if (event->kind == EVENT_HANDLER && event->result < 0)
            return true;
    }
    return false;
}

static void write_handler(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    bool raises = handler_raises(part->program);
    const char *const handlers[] = {"signal.SIG_DFL", "signal.SIG_IGN", raises ? "raise_interrupted" : "on_signal",
                                    "signal.SIG_DFL"};
    struct text name = TEXT_EMPTY;
    int64_t kind = event->arg[1];
    call_text_signal(&name, event->arg[0]);
    part->uses |= USES_SIGNAL | (kind == 2 ? raises ? USES_RAISING : USES_HANDLER : 0);
    write_statement(operation, out, "signal.signal(signal.%s, %s)", text_string(&name),
                    handlers[kind >= 0 && kind < 4 ? kind : 0]);
    text_free(&name);
}

static void write_timer(struct part *part, const struct operation *operation, struct text *out)
{
    static const char *const names[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    const struct event *event = program_last(part, operation);
    part->uses |= USES_SIGNAL;
    write_statement(operation, out, "signal.setitimer(signal.%s, %.9g, %.9g)",
                    event->arg[0] >= 0 && event->arg[0] < 3 ? names[event->arg[0]] : "ITIMER_REAL",
                    (double)event->arg[1] / CLOCK_SECOND, (double)event->arg[2] / CLOCK_SECOND);
}

static void write_raise(struct part *part, const struct operation *operation, struct text *out)
{
    struct text name = TEXT_EMPTY;
    call_text_signal(&name, program_last(part, operation)->arg[0]);
    part->uses |= USES_SIGNAL;
    write_statement(operation, out, "signal.raise_signal(signal.%s)", text_string(&name));
    text_free(&name);
}

static void write_sleep(struct part *part, const struct operation *operation, struct text *out)
{
    part->uses |= USES_TIME;
    write_statement(operation, out, "time.sleep(%.9g)",
                    (double)program_first(part, operation)->arg[0] / CLOCK_SECOND);
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
    case CALL_SLEEP:
        return write_sleep(part, operation, out), true;
    case CALL_PAUSE:
        part->uses |= USES_SIGNAL;
        return write_statement(operation, out, "signal.pause()"), true;
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
        return write_statement(operation, out, "%s.listen(%" PRId64 ")", s, event->arg[0]), true;
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
        write_statement(operation, out, "%s.shutdown(%s)", s, text_string(&how));
        return text_free(&how), true;
    case CALL_CLOSE:
        return write_close(part, operation, s, out), true;
    case CALL_DUP:
        return !failed(operation) && (text_format(out, "%s = %s.dup()\n",
                                                  part_name_new(part, operation, (int)operation->result, "copy"), s),
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
    case CALL_EPOLL_CTL:
        return write_epoll_change(part, operation, s, out);
    case CALL_EPOLL:
        part->uses |= USES_SELECT;
        return write_statement(operation, out, "print(\"epoll:\", len(%s.poll(%.9g)))", s,
                               event->arg[1] < 0 ? -1 : (double)event->arg[1] / 1000),
               true;
    default:
        return false;
    }
}

static bool call(struct part *part, const struct operation *operation, struct text *out)
{
    const char *s = operation->fd >= 0 ? part_name(part, operation->actor, operation->fd) : NULL;
    bool own_socket = operation->call == CALL_SOCKETPAIR || operation->call == CALL_EPOLL_CREATE;
    if (operation->fd < 0 || own_socket)
        return write_plain(part, operation, out);
    return s != NULL && write_on_socket(part, operation, s, out);
}

/* --- peers, loops --------------------------------------------------------------------------------------- */

static void start(struct part *part, const struct part *peer, struct text *out)
{
    part->uses |= USES_PEERS;
    text_format(out, "%s_process = start(%s", peer->name, peer->name);
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open && part->variables[i].actor == peer->actor) {
            text_format(out, ", %s", part->variables[i].name);
            part->variables[i].open = false;
        }
    text_add(out, ")\n");
}

static void stop(struct part *part, const struct part *peer, struct text *out)
{
    part->uses |= USES_PEERS;
    text_format(out, "os.kill(%s_process, signal.SIGKILL)\nos.waitpid(%s_process, 0)\n", peer->name, peer->name);
}

static void stay(struct part *part, struct text *out)
{
    comment(part, "It is there until the program ends.", out);
    text_add(out, "signal.pause()\n");
}

static void indent(struct text *out, const struct text *body)
{
    const char *line = text_string(body), *end = line + body->length;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = next ? (size_t)(next - line) : (size_t)(end - line);
        text_add(out, length > 0 ? "    " : "");
        text_add_bytes(out, line, length);
        text_add_char(out, '\n');
        line += length + 1;
    }
}

static void loop(struct part *part, size_t times, const struct text *body, struct text *out)
{
    (void)part;
    text_format(out, "for _ in range(%zu):\n", times);
    indent(out, body);
}

static const struct language language = {call, comment, start, stop, stay, loop};

/* --- the file ------------------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct program *program)
{
    static const struct {
        unsigned uses;
        const char *name;
    } modules[] = {
        {USES_PEERS, "atexit"},
        {USES_PEERS, "os"},
        {USES_SELECT, "select"},
        {USES_SIGNAL | USES_PEERS, "signal"},
        {0, "socket"},
        {USES_TIME, "time"},
    };
    text_add(out, "\"\"\"The calls that were made, as Python.  Written by Sockrates from what really happened.\n");
    if (program->left_out > 0)
        text_format(out, "\n%zu calls are left out; comments say which.\n", program->left_out);
    text_add(out, "\"\"\"\n");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (modules[i].uses == 0 || program->uses & modules[i].uses)
            text_format(out, "import %s\n", modules[i].name);
    text_add_char(out, '\n');
}

static void add_helpers(struct text *out, const struct program *program)
{
    if (program->uses & USES_PEERS)
        text_add(out, "\ndef start(peer, listener, *others):\n"
                      "    \"\"\"Runs a peer in a process of its own, with its listener and nothing else that is open here.\"\"\"\n"
                      "    process = os.fork()\n"
                      "    if process == 0:\n"
                      "        kept = {listener.fileno()} | {other.fileno() for other in others}\n"
                      "        for fd in set(range(3, 1024)) - kept:\n"
                      "            try:\n"
                      "                os.close(fd)\n"
                      "            except OSError:\n"
                      "                pass\n"
                      "        try:\n"
                      "            peer(listener)\n"
                      "        finally:\n"
                      "            os._exit(0)\n"
                      "    for inherited in (listener, *others):\n"
                      "        inherited.close()\n"
                      "    atexit.register(end, process)\n"
                      "    return process\n\n"
                      "\ndef end(process):\n"
                      "    try:\n"
                      "        os.kill(process, signal.SIGKILL)\n"
                      "    except ProcessLookupError:\n"
                      "        pass\n\n");
    if (program->uses & USES_HANDLER)
        text_add(out, "\ndef on_signal(number, frame):\n    \"\"\"The call that was interrupted is made again.\"\"\"\n\n");
    if (program->uses & USES_RAISING)
        text_add(out, "\nclass Interrupted(Exception):\n    \"\"\"Raised by the handler: the call is left.\"\"\"\n\n"
                      "\ndef raise_interrupted(number, frame):\n    raise Interrupted\n\n");
}

static void add_peer(struct text *out, const struct part *part)
{
    text_format(out, "\ndef %s(listener):\n    \"\"\"A peer, in a process of its own.\"\"\"\n", part->name);
    indent(out, &part->body);
    text_add_char(out, '\n');
}

void translate_python(struct text *out, const struct timeline *timeline, bool all)
{
    struct program *program = program_new(timeline, &language, all);
    add_head(out, program);
    add_helpers(out, program);
    for (size_t i = 1; i < program->part_count; i++)
        if (program->parts[i].started)
            add_peer(out, &program->parts[i]);
    text_add(out, program->uses & (USES_PEERS | USES_HANDLER | USES_RAISING) ? "\n" : "");
    text_add_bytes(out, text_string(&program->parts[0].body), program->parts[0].body.length);
    program_free(program);
}
