#include "translate/python_calls.h"

#include "lua/errors.h"
#include "trace/address.h"
#include "net/net.h"
#include "translate/handlers.h"
#include "views/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

/* --- what all calls share ------------------------------------------------------------------------------- */

void python_comment(struct code *out, const char *words)
{
    code_add(out, "# ");
    for (const char *c = words; *c != '\0'; c++)
        text_add_char(&out->text, *c == '\n' ? ' ' : *c);
    code_add(out, "\n");
}

static bool raised(const struct writing *writing)
{
    return recording_raised(&writing->part->program->recording, writing->operation);
}

void python_explain(struct writing *writing)
{
    const char *words = writing_reason(writing);
    if (words != NULL && !raised(writing))
        python_comment(writing->out, words);
}

/* The statement; what failed is caught and said. */
void python_statement(struct writing *writing, const struct code *call)
{
    const struct operation *operation = writing->operation;
    const char *name = writing->name, *text = text_string(&call->text), *nothing = writing_means_nothing(writing);
    struct code *out = writing->out;
    if (writing->row->form == FORM_PLAIN) {
        code_format(out, "%s\n", text);
    } else if (raised(writing)) {
        writing_uses(writing, out, "signal_ends");
        code_format(out, "with signal_ends(\"%s\"):\n    %s\n", name, text);
    } else if (!writing->failed) {
        code_format(out, "%s\n", text);
    } else {
        const char *class = operation->timed_out ? "TimeoutError" : error_class_of_errno(operation->error);
        code_format(out, "try:\n    %s\nexcept %s as error:\n    print(\"%s:\", repr(error))\n", text, class, name);
    }
    if (writing->row->form != FORM_GETS || writing->failed)
        return;
    if (nothing != NULL) {
        struct text words = TEXT_EMPTY;
        text_format(&words, "b\"\": %s", nothing);
        python_comment(out, text_string(&words));
        text_free(&words);
    }
    if (writing_prints_data(writing))
        code_add(out, "print(data.decode())\n");
    else
        code_format(out, "print(\"%s:\", data)\n", name);
}

void python_print(struct code *out, const char *text, size_t length, bool line)
{
    code_add(out, "print(");
    writing_quoted(out, text, length, "", NULL);
    code_add(out, line ? ")\n" : ", end=\"\")\n");
}

/* --- placeholders --------------------------------------------------------------------------------------- */

static void add_bytes(struct code *out, const char *bytes, size_t length)
{
    text_add_char(&out->text, 'b');
    writing_quoted(out, bytes, length, "", "\\x%02x");
}

static void add_seconds(struct code *out, int64_t nanoseconds)
{
    code_format(out, "%.9g", (double)nanoseconds / CLOCK_SECOND);
}

static bool data(struct writing *writing, struct code *out)
{
    int64_t length = writing->first->arg[0];
    size_t known = writing_known(writing, length);
    add_bytes(out, event_data(writing->first), known);
    if ((int64_t)known < length)
        code_format(out, " + b\".\" * %" PRId64, length - (int64_t)known);
    return true;
}

/* Quoted as text; an abstract name is bytes. */
static bool address(struct writing *writing, struct code *out)
{
    struct address address = event_address(writing->first);
    const char *known;
    enum whose whose = writing_address(writing, &address, &known);
    if (whose == WHOSE_KNOWN || whose == WHOSE_SENDER) {
        code_name(out, whose == WHOSE_KNOWN ? known : "from_whom", CODE_READS);
        return true;
    }
    struct address place = {.length = address.length};
    memcpy(&place.storage, address.bytes, address.length);
    if (place.any.sa_family == AF_UNIX) {
        size_t length;
        const char *path = address_unix_path(&place, &length);
        add_bytes(out, path, length);
    } else {
        char host[ADDRESS_HOST_ROOM];
        struct zone zone = writing_zone(&address);
        address_bare_host(&place, host);
        code_format(out, "(\"%s\", ", host);
        if (whose == WHOSE_PORT)
            code_name(out, known, CODE_READS), code_add(out, "[1]");
        else
            code_format(out, "%d", program_port(writing->part->program, &address));
        if (zone.flow != 0 || zone.scope != 0)
            code_format(out, ", %u, %u", zone.flow, zone.scope);
        code_add(out, ")");
    }
    return true;
}

/* ", socket.MSG_PEEK", or nothing. */
static bool flags(struct writing *writing, struct code *out)
{
    struct text names = TEXT_EMPTY;
    if (writing->first->arg[1] == 0)
        return true;
    call_text_flags(&names, "MSG_", writing->first->arg[1]);
    code_add(out, ", ");
    writing_constants(writing, out, HOME_SOCKET, text_string(&names));
    text_free(&names);
    return true;
}

static bool protocol(struct writing *writing, struct code *out)
{
    return writing->last->arg[2] == 0 || writing_fill(writing, ", {protocol}", out);
}

/* A variable that is not one of a descriptor's; who was heard last is known from here on. */
static bool sender(struct writing *writing, struct code *out)
{
    code_name(out, "from_whom", CODE_SETS);
    if (!writing->failed)
        writing_hears(writing, writing->last);
    return true;
}

static bool option_value(struct writing *writing, struct code *out)
{
    const struct event *event = writing->last;
    bool number = event->arg[2] == (int64_t)sizeof(int);
    if (number)
        code_format(out, "%" PRId64, event->arg[3]);
    else if (event->arg[2] <= (int64_t)event->data_length)
        add_bytes(out, event_data(event), (size_t)event->arg[2]);
    return number || event->arg[2] <= (int64_t)event->data_length;
}

static bool option_room(struct writing *writing, struct code *out)
{
    if (writing->last->arg[2] != (int64_t)sizeof(int))
        code_format(out, ", %" PRId64, writing->last->arg[2]);
    return true;
}

static bool blocks(struct writing *writing, struct code *out)
{
    code_add(out, writing->last->arg[0] ? "False" : "True");
    return true;
}

/* What select() waits for, and how long. */
static bool lists(struct writing *writing, struct code *out)
{
    int64_t masks[3];
    recording_masks(writing->first, masks);
    for (int i = 0; i < 3; i++) {
        const char *between = "";
        code_add(out, i > 0 ? ", [" : "[");
        for (int fd = 0; fd < 64; fd++) {
            if (!((uint64_t)masks[i] >> fd & 1))
                continue;
            code_add(out, between);
            between = ", ";
            if (!writing_descriptor(writing, out, fd))
                return false;
        }
        code_add(out, "]");
    }
    if (writing->first->arg[3] >= 0) {
        code_add(out, ", ");
        add_seconds(out, program_time(writing->part->program, writing->first->arg[3]));
    }
    return true;
}

static bool epoll_seconds(struct writing *writing, struct code *out)
{
    int64_t timeout = writing->last->arg[1];
    code_format(out, "%.9g", timeout < 0 ? -1 : (double)timeout / 1000);
    return true;
}

static bool interval(struct writing *writing, struct code *out)
{
    add_seconds(out, writing->last->arg[2]);
    return true;
}

static bool first_time(struct writing *writing, struct code *out)
{
    add_seconds(out, writing->last->arg[1]);
    return true;
}

static bool sleep_time(struct writing *writing, struct code *out)
{
    add_seconds(out, program_time(writing->part->program, writing->first->arg[0]));
    return true;
}

static bool host(struct writing *writing, struct code *out)
{
    add_bytes(out, event_data(writing->last), writing->last->data_length);
    return writing->last->data_length > 0;
}

const struct placeholder python_placeholders[] = {
    {"data", .write = data},
    {"address", .write = address},
    {"flags", .write = flags},
    {"optional_protocol", .write = protocol},
    {"sender", .write = sender},
    {"lists", .write = lists},
    {"option_value", .write = option_value},
    {"option_room", .write = option_room},
    {"blocks", .write = blocks},
    {"epoll_seconds", .write = epoll_seconds},
    {"interval", .write = interval},
    {"first_time", .write = first_time},
    {"sleep_time", .write = sleep_time},
    {"host", .write = host},
    {.name = NULL},
};

/* --- calls that are more than one template -------------------------------------------------------------- */

static bool write_pair(struct writing *writing)
{
    if (writing->failed)
        return false;
    code_name(writing->out, writing_new(writing, writing->operation->fd, 0, "one"), CODE_SETS);
    code_add(writing->out, ", ");
    code_name(writing->out, writing_new(writing, (int)writing->last->arg[3], 1, "other"), CODE_SETS);
    return writing_fill(writing, " = socket.socketpair({family}, {type}{optional_protocol})\n", writing->out);
}

/* From here on the program knows an address that it could not know when it was written. */
static bool write_name(struct writing *writing)
{
    struct address address = event_address(writing->last);
    const char *name = writing_address_name(writing);
    code_mention(writing->out, name, CODE_SETS);
    char template[200];
    snprintf(template, sizeof template, "%s = {s}.getsockname()", name);
    writing_statement(writing, template);
    if (!writing->failed)
        program_know_address(writing->part->program, &address, name);
    return true;
}

/* Python asks for no flags: its sockets are not inherited, and one that does not block is made so. */
static bool write_accept4(struct writing *writing)
{
    int64_t asked = event_argument(writing->last, ARG_SOCKET_FLAGS);
    writing->wish = "conn";
    if (!writing->failed)
        writing->new = writing_new(writing, (int)writing->operation->result, 0, writing->wish);
    bool fine = writing_statement(writing, "{new}, {sender} = {s}.accept()");
    bool nonblocking = !writing->failed && (asked & SOCK_NONBLOCK) != 0;
    return fine && (!nonblocking || writing_statement(writing, "{new}.setblocking(False)"));
}

static bool write_nonblock(struct writing *writing)
{
    const struct event *event = writing->last;
    if (!event->arg[0] || event->arg[1] <= 0)
        return writing_statement(writing, "{s}.setblocking({blocks})");
    return writing_statement(writing, "{s}.settimeout({first_time})");
}

/* One piece stands for all; what travels beside the data is not recorded. */
static bool write_message(struct writing *writing)
{
    const struct event *event = writing->first;
    if (event->arg[2] > 0 || event->address_length > 0 || writing->last->arg[2] > 0)
        return false;
    bool sends = writing->operation->call == CALL_SENDMSG;
    return writing_statement(writing, sends ? "{s}.sendmsg([{data}])" : "data, *_ = {s}.recvmsg({room})");
}

static bool write_lookup(struct writing *writing)
{
    static const char call[] = "socket.getaddrinfo({host}, None, {family}, {type_number})";
    if (writing->last->result >= 0)
        return writing_statement(writing, call);
    code_add(writing->out, "try:\n    ");
    bool fine = writing_fill(writing, call, writing->out);
    code_add(writing->out, "\nexcept socket.gaierror as error:\n    print(\"getaddrinfo:\", error)\n");
    return fine;
}

static bool write_poll(struct writing *writing)
{
    struct code *out = writing->out;
    struct pollfd list[WATCHED_MOST];
    size_t count;
    if (!recording_watched(writing->first, list, &count))
        return false;
    writing_uses(writing, out, "select");
    code_add(out, "poll = select.poll()\n");
    for (size_t i = 0; i < count; i++) {
        code_add(out, "poll.register(");
        if (!writing_descriptor(writing, out, list[i].fd))
            return false;
        struct text events = TEXT_EMPTY;
        call_text_events(&events, list[i].events);
        code_add(out, ", ");
        writing_constants(writing, out, HOME_SELECT, text_string(&events));
        code_add(out, ")\n");
        text_free(&events);
    }
    bool waits = writing->first->arg[1] < 0;
    return writing_fill(
        writing, waits ? "print(\"poll:\", len(poll.poll()))\n" : "print(\"poll:\", len(poll.poll({timeout_ms})))\n",
        out);
}

static bool write_epoll_change(struct writing *writing)
{
    switch (writing->last->arg[0]) {
    case EPOLL_CTL_DEL:
        return writing_statement(writing, "{s}.unregister({other})");
    case EPOLL_CTL_ADD:
        return writing_statement(writing, "{s}.register({other}, {epoll_events})");
    default:
        return writing_statement(writing, "{s}.modify({other}, {epoll_events})");
    }
}

/* --- signals -------------------------------------------------------------------------------------------- */

static bool write_handler(struct writing *writing)
{
    const char *name = handlers_name(writing->part, writing->operation);
    const char *const handlers[] = {"signal.SIG_DFL", "signal.SIG_IGN", name, "signal.SIG_DFL"};
    int64_t kind = writing->last->arg[1];
    char template[120];
    writing_uses(writing, writing->out, kind == 2 && strcmp(name, HANDLER_IDLE) == 0 ? HANDLER_IDLE : NULL);
    if (writing->last->arg[2])
        return writing_statement(writing, "signal.siginterrupt({signal}, False)");
    snprintf(template, sizeof template, "signal.signal({signal}, %s)", handlers[kind >= 0 && kind < 4 ? kind : 0]);
    return writing_statement(writing, template);
}

/* --- functions that both have --------------------------------------------------------------------------- */

/* Its answer is the error's number: nothing is raised. */
static bool write_connect_ex(struct writing *writing)
{
    char number[16];
    int error = writing->operation->timed_out ? EAGAIN : writing->operation->error;
    int length = snprintf(number, sizeof number, "%d", error);
    bool prints = writing_prints(writing, number, (size_t)length);
    writing->failed = false;
    return writing_statement(writing, prints ? "print({s}.connect_ex({address}))"
                                             : "print(\"connect_ex:\", {s}.connect_ex({address}))");
}

/* The operation of the function's that made this call; NULL for none. */
static const struct operation *made(const struct writing *writing, enum event_call call)
{
    return recording_function_part(&writing->part->program->recording, writing->begin, writing->operation, call);
}

/* What became of it, and which of its operations holds the address. */
static bool write_opening(struct writing *writing, const struct operation *decides, const struct operation *addressed,
                          const char *template)
{
    const struct operation *opened = made(writing, CALL_SOCKET);
    const struct recording *recording = &writing->part->program->recording;
    writing->operation = opened;
    writing->failed = decides->error != 0 || decides->timed_out;
    writing->wish = "s";
    if (!writing->failed)
        writing->new = writing_new(writing, (int)opened->result, 0, decides->call == CALL_CONNECT ? "s" : "listener");
    writing->operation = decides;
    writing->first = writing->last = recording_first(recording, addressed);
    code_add(writing->out, "\n");
    return writing_statement(writing, template);
}

static int64_t number_of(const struct writing *writing, const struct operation *operation, int argument)
{
    return recording_first(&writing->part->program->recording, operation)->arg[argument];
}

static bool write_server(struct writing *writing)
{
    const struct operation *opened = made(writing, CALL_SOCKET), *bound = made(writing, CALL_BIND),
                           *listens = made(writing, CALL_LISTEN), *option = made(writing, CALL_SETSOCKOPT);
    /* A look-up before, or more options than one: told call by call. */
    if (opened != writing->begin || bound == NULL || option == NULL || number_of(writing, opened, 0) != AF_INET ||
        number_of(writing, option, 1) != SO_REUSEADDR)
        return false;
    char template[80] = "{new} = socket.create_server({address})";
    if (listens != NULL && number_of(writing, listens, 0) != 128)
        snprintf(template, sizeof template, "{new} = socket.create_server({address}, backlog=%d)",
                 (int)number_of(writing, listens, 0));
    return write_opening(writing, bound->error != 0 || listens == NULL ? bound : listens, bound, template);
}

static bool write_connection(struct writing *writing)
{
    const struct operation *opened = made(writing, CALL_SOCKET), *connects = made(writing, CALL_CONNECT),
                           *timeout = made(writing, CALL_NONBLOCK);
    if (opened == NULL || opened->error != 0 || connects == NULL || made(writing, CALL_BIND) != NULL)
        return false;
    struct text template = TEXT_EMPTY;
    text_add(&template, "{new} = socket.create_connection({address}");
    if (timeout != NULL)
        text_format(&template, ", timeout=%.9g", (double)number_of(writing, timeout, 1) / CLOCK_SECOND);
    text_add_char(&template, ')');
    bool fine = write_opening(writing, connects, connects, text_string(&template));
    text_free(&template);
    return fine;
}

const struct written python_functions[FUNCTION_COUNT] = {
    [FUNCTION_CONNECT_EX] = {.write = write_connect_ex},
    [FUNCTION_SENDALL] = {"{s}.sendall({data}{flags})"},
    [FUNCTION_CREATE_SERVER] = {.write = write_server},
    [FUNCTION_CREATE_CONNECTION] = {.write = write_connection},
};

/* --- the rows ------------------------------------------------------------------------------------------- */

const struct written python_calls[CALL_COUNT] = {
    [CALL_SOCKET] = {"{new} = socket.socket({family}, {type}{optional_protocol})", FORM_OPENS},
    [CALL_SOCKETPAIR] = {.write = write_pair},
    [CALL_CONNECT] = {"{s}.connect({address})"},
    [CALL_BIND] = {"{s}.bind({address})"},
    [CALL_LISTEN] = {"{s}.listen({backlog})"},
    [CALL_ACCEPT] = {"{new}, {sender} = {s}.accept()", FORM_OPENS},
    [CALL_ACCEPT4] = {.write = write_accept4, .form = FORM_OPENS},
    [CALL_RECV] = {"data = {s}.recv({room}{flags})", FORM_GETS},
    [CALL_RECVFROM] = {"data, {sender} = {s}.recvfrom({room}{flags})", FORM_GETS},
    [CALL_SEND] = {"{s}.send({data}{flags})"},
    [CALL_SENDTO] = {"{s}.sendto({data}{flags}, {address})"},
    [CALL_RECVMSG] = {.write = write_message},
    [CALL_SENDMSG] = {.write = write_message},
    [CALL_READ] = {"data = {s}.recv({room})", FORM_GETS},
    [CALL_WRITE] = {"{s}.send({data})"},
    [CALL_SHUTDOWN] = {"{s}.shutdown({how})"},
    [CALL_CLOSE] = {"{s}.close()", FORM_PLAIN},
    [CALL_DUP] = {"{new} = {s}.dup()", FORM_OPENS},
    [CALL_POLL] = {.write = write_poll},
    [CALL_POLL_LIST] = {.write = write_poll},
    [CALL_SELECT] = {"print(\"select:\", [len(list) for list in select.select({lists})])", .uses = "select"},
    [CALL_EPOLL_CREATE] = {"{new} = select.epoll()", FORM_OPENS, "select"},
    [CALL_EPOLL_CTL] = {.write = write_epoll_change},
    [CALL_EPOLL] = {"print(\"epoll:\", len({s}.poll({epoll_seconds})))", .uses = "select"},
    [CALL_SETSOCKOPT] = {"{s}.setsockopt({level}, {option}, {option_value})"},
    [CALL_GETSOCKOPT] = {"print(\"getsockopt:\", {s}.getsockopt({level}, {option}{option_room}))"},
    [CALL_GETSOCKNAME] = {.write = write_name},
    [CALL_GETPEERNAME] = {"{sender} = {s}.getpeername()"},
    [CALL_NONBLOCK] = {.write = write_nonblock},
    [CALL_IOCTL] = {.write = write_nonblock},
    [CALL_GET_FLAGS] = {"{s}.getblocking()"},
    [CALL_INHERIT] = {"{s}.set_inheritable({blocks})"},
    [CALL_INHERITED] = {"{s}.get_inheritable()"},
    [CALL_SLEEP] = {"time.sleep({sleep_time})", .uses = "time"},
    [CALL_PAUSE] = {"signal.pause()", .uses = "signal"},
    [CALL_SETITIMER] = {"signal.setitimer({which}, {first_time}, {interval})", .uses = "signal"},
    [CALL_ALARM] = {"signal.alarm({seconds})", FORM_PLAIN, "signal"},
    [CALL_KILL] = {"os.kill(os.getpid(){own}, {sent})", .uses = "os signal"},
    [CALL_RAISE] = {"signal.raise_signal({signal})", .uses = "signal"},
    [CALL_SIGACTION] = {.write = write_handler, .uses = "signal"},
    [CALL_GETADDRINFO] = {.write = write_lookup},
};
