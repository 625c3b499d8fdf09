/*
 * translate_c_calls.c: how each call is written in C.
 */
#include "render/translate_c.h"

#include "base/memory.h"
#include "net/address.h"
#include "net/net.h"
#include "session/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MOST (1 << 20)

/* --- small things --------------------------------------------------------------------------------------- */

void c_comment(struct part *part, const char *words, struct text *out)
{
    (void)part;
    text_add(out, "/* ");
    for (const char *c = words; *c != '\0'; c++)
        text_add(out, c[0] == '*' && c[1] == '/' ? "* " : (char[]){*c == '\n' ? ' ' : *c, '\0'});
    text_add(out, " */\n");
}

bool c_failed(const struct operation *operation)
{
    return operation->error != 0 || operation->timed_out;
}

void c_explain(const struct operation *operation, struct text *out)
{
    struct text words = TEXT_EMPTY;
    if (operation->timed_out)
        text_add(&words, "Nothing came in time.");
    else if (program_reason(operation->error) != NULL)
        text_add(&words, program_reason(operation->error));
    else if (operation->error != 0)
        call_text_error(&words, operation->error);
    if (words.length > 0)
        c_comment(NULL, text_string(&words), out);
    text_free(&words);
}

/*
 * What is expected to work ends the program when it does not; what failed then may fail now.  A handler must
 * not print.
 */
void c_check(struct part *part, const struct operation *operation, const char *condition, struct text *out)
{
    if (!part->in_handler)
        text_format(out, "if (%s < 0)\n    %s(\"%s\");\n", condition, c_failed(operation) ? "perror" : "fail",
                    event_call_name(operation->call));
    else if (!c_failed(operation))
        text_format(out, "if (%s < 0)\n    _exit(1);\n", condition);
    else if (strchr(condition, '(') != NULL)
        text_format(out, "%s;\n", condition);
}

void c_checked(struct part *part, const struct operation *operation, struct text *call, struct text *out)
{
    c_explain(operation, out);
    c_check(part, operation, text_string(call), out);
    text_free(call);
}

/* --- literals ------------------------------------------------------------------------------------------- */

void c_literal(struct text *out, const char *bytes, size_t length)
{
    text_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char *found = c ? strchr("\n\r\t\"\\", c) : NULL;
        if (found != NULL)
            text_format(out, "\\%c", "nrt\"\\"[found - "\n\r\t\"\\"]);
        else if (c == '?')
            text_add(out, "\\?"); /* two of them may begin a trigraph */
        else if (c >= 32 && c < 127)
            text_add_char(out, (char)c);
        else
            text_format(out, "\\%03o", c);
    }
    text_add_char(out, '"');
}

/* Data to be sent; what was not recorded is said to be dots. */
static void add_data(struct part *part, const struct event *event, int64_t length, struct text *out)
{
    if (length <= (int64_t)event->data_length) {
        c_literal(out, event_data(event), (size_t)length);
        return;
    }
    part->uses |= USES_DOTS;
    text_add(out, "with_dots(");
    c_literal(out, event_data(event), event->data_length);
    text_format(out, ", %u, %" PRId64 ")", event->data_length, length);
}

static void say_dots(const struct event *event, int64_t length, struct text *out)
{
    if (length <= (int64_t)event->data_length)
        return;
    char *words = text_make("Only the first %u of %" PRId64 " bytes were recorded; the others are dots here.",
                            event->data_length, length);
    c_comment(NULL, words, out);
    free(words);
}

/* --- addresses ------------------------------------------------------------------------------------------ */

static void add_place(struct part *part, const struct trace_address *address, struct text *out)
{
    struct net_address place = {.length = address->length};
    memcpy(&place.storage, address->bytes, address->length);
    if (place.any.sa_family == AF_UNIX) {
        size_t length;
        const char *path = address_unix_path(&place, &length);
        part->uses |= USES_LOCAL | USES_ADDRESS;
        text_add(out, "local(");
        c_literal(out, path, length);
        text_format(out, ", %zu)", length);
        return;
    }
    char host[ADDRESS_HOST_ROOM];
    address_host(&place, host);
    part->uses |= USES_INTERNET | USES_ADDRESS;
    text_format(out, "internet(\"%s\", %d)", host, program_port(part->program, address));
}

/* Adds the line that makes the address, if one is needed; the variable that holds it. */
static const char *prepare_address(struct part *part, const struct trace_address *address, struct text *out)
{
    const char *known = program_address(part->program, address);
    if (known != NULL)
        return known;
    part->uses |= USES_TO;
    text_add(out, "to = ");
    add_place(part, address, out);
    text_add(out, ";\n");
    return "to";
}

static char *pointer_to(const char *variable)
{
    return text_make("(struct sockaddr *)&%s.bytes, %s.length", variable, variable);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

static int milliseconds(int64_t nanoseconds)
{
    return (int)((nanoseconds + CLOCK_MILLISECOND - 1) / CLOCK_MILLISECOND);
}

/* The assignment, made again as long as timeout and signals ask for it. */
static void add_attempts(struct part *part, const struct operation *operation, const char *variable, const char *socket,
                         const char *events, const struct text *call, struct text *out)
{
    int64_t timeout = program_timeout(part, operation);
    bool ends = operation->error == EINTR;
    if (timeout > 0) {
        part->uses |= USES_AGAIN;
        text_format(out, "until = deadline(%d);\ndo\n    %s = %s;\nwhile (%s < 0 && %s(%s, %s, until));\n",
                    milliseconds(timeout), variable, text_string(call), variable,
                    ends ? "errno == EAGAIN && ready" : "again", socket, events);
    } else if (operation->interruptions > 0 && !ends) {
        text_format(out, "do\n    %s = %s;\nwhile (%s < 0 && errno == EINTR);\n", variable, text_string(call),
                    variable);
    } else {
        text_format(out, "%s = %s;\n", variable, text_string(call));
    }
}

static const char *wish_of(const struct part *part, const struct operation *operation)
{
    const struct traced_socket *s = program_socket(part, operation);
    return operation->call == CALL_EPOLL_CREATE ? "epoll" : s != NULL && s->listening ? "listener" : "s";
}

static void write_socket(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text call = TEXT_EMPTY;
    const char *name =
        c_failed(operation) ? "s" : part_name_new(part, operation, (int)operation->result, wish_of(part, operation));
    text_add(&call, "socket(");
    call_text_constant(&call, "AF_", event->arg[0]);
    text_add(&call, ", ");
    call_text_type(&call, event->arg[1]);
    text_add(&call, ", ");
    if (event->arg[2] == 0)
        text_add_char(&call, '0');
    else
        call_text_constant(&call, "IPPROTO_", event->arg[2]);
    part->uses |= event->arg[2] ? USES_NET : 0;
    text_add_char(&call, ')');
    text_add_char(out, '\n');
    c_explain(operation, out);
    if (c_failed(operation)) {
        c_check(part, operation, text_string(&call), out);
    } else {
        text_format(out, "%s = %s;\n", name, text_string(&call));
        c_check(part, operation, name, out);
    }
    text_free(&call);
}

static void write_pair(struct part *part, const struct operation *operation, struct text *out)
{
    const struct event *event = program_last(part, operation);
    const char *one = part_name_new(part, operation, operation->fd, "one");
    const char *other = part_name_new(part, operation, (int)event->arg[3], "other");
    struct text call = TEXT_EMPTY;
    text_add(&call, "socketpair(");
    call_text_constant(&call, "AF_", event->arg[0]);
    text_add(&call, ", ");
    call_text_type(&call, event->arg[1]);
    text_format(out, "{\n    int pair[2];\n    if (%s, %" PRId64 ", pair) < 0)\n        %s;\n", text_string(&call),
                event->arg[2], part->in_handler ? "_exit(1)" : "fail(\"socketpair\")");
    text_format(out, "    %s = pair[0];\n    %s = pair[1];\n}\n", one, other);
    text_free(&call);
}

static void write_connect(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_first(part, operation));
    struct text call = TEXT_EMPTY;
    int64_t timeout = program_timeout(part, operation);
    c_explain(operation, out);
    char *to = pointer_to(prepare_address(part, &address, out));
    if (operation->waits > 0 && operation->error == EINTR) {
        part->uses |= USES_AGAIN;
        text_format(&call, "connect(%s, %s) < 0 && (errno != EINPROGRESS || !ready(%s, POLLOUT, deadline(%d)))", s, to,
                    s, timeout > 0 ? milliseconds(timeout) : -1);
        text_format(out, "if (%s)\n    perror(\"connect\");\n", text_string(&call));
        text_free(&call);
        free(to);
        return;
    } else if (operation->waits > 0 || (timeout > 0 && !operation->error)) {
        part->uses |= USES_AGAIN;
        text_format(&call, "connect_within(%s, %s, %d)", s, to, timeout > 0 ? milliseconds(timeout) : -1);
    } else {
        text_format(&call, "connect(%s, %s)", s, to);
    }
    c_check(part, operation, text_string(&call), out);
    text_free(&call);
    free(to);
}

static void write_bind(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_last(part, operation));
    c_explain(operation, out);
    char *to = pointer_to(prepare_address(part, &address, out)), *call = text_make("bind(%s, %s)", s, to);
    c_check(part, operation, call, out);
    free(call);
    free(to);
}

/* From here on the program knows an address that it could not know when it was written. */
static void write_name(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct trace_address address = trace_address_of(program_last(part, operation));
    bool own = operation->call == CALL_GETSOCKNAME;
    char *name = own ? text_make("%s%s%s_address", part->actor ? part->name : "", part->actor ? "_" : "", s)
                     : memory_copy("from");
    part->uses |= own ? USES_ADDRESS : USES_FROM | USES_ADDRESS;
    if (own && !c_failed(operation))
        program_know_address(part->program, &address, name);
    text_format(out, "%s.length = sizeof %s.bytes;\n", name, name);
    char *call =
        text_make("%s(%s, (struct sockaddr *)&%s.bytes, &%s.length)", event_call_name(operation->call), s, name, name);
    c_explain(operation, out);
    c_check(part, operation, call, out);
    free(call);
    free(name);
}

static void write_accept(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct text call = TEXT_EMPTY;
    text_format(&call, "accept(%s, NULL, NULL)", s);
    c_explain(operation, out);
    if (c_failed(operation)) {
        part->uses |= USES_COUNT;
        add_attempts(part, operation, "count", s, "POLLIN", &call, out);
        c_check(part, operation, "count", out);
    } else {
        const char *name = part_name_new(part, operation, (int)operation->result, "conn");
        add_attempts(part, operation, name, s, "POLLIN", &call, out);
        c_check(part, operation, name, out);
    }
    text_free(&call);
}

static void say_count(const struct part *part, const struct operation *operation, struct text *out)
{
    if (part->in_handler)
        return;
    if (c_failed(operation))
        text_format(out, "else\n    ");
    text_format(out, "printf(\"%s: %%zd bytes\\n\", count);\n", event_call_name(operation->call));
}

static void write_receive(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    bool from = operation->call == CALL_RECVFROM;
    size_t room = event->arg[0] > ROOM_MOST ? ROOM_MOST : event->arg[0] < 1 ? 1 : (size_t)event->arg[0];
    struct text call = TEXT_EMPTY;
    part->uses |= USES_COUNT | USES_DATA | (from ? USES_FROM | USES_ADDRESS : 0);
    part->room = room > part->room ? room : part->room;
    c_explain(operation, out);
    if (operation->error == 0 && !operation->timed_out && operation->result == 0 && event->arg[0] > 0)
        c_comment(part, "0 bytes: the other side sends nothing more.", out);
    if (from)
        text_add(out, "from.length = sizeof from.bytes;\n");
    text_format(&call, "%s(%s, data, %zu, ", from ? "recvfrom" : "recv", s, event->arg[0] < 1 ? (size_t)0 : room);
    call_text_flags(&call, "MSG_", event->arg[1]);
    text_add(&call, from ? ", (struct sockaddr *)&from.bytes, &from.length)" : ")");
    add_attempts(part, operation, "count", s, "POLLIN", &call, out);
    c_check(part, operation, "count", out);
    say_count(part, operation, out);
    text_free(&call);
}

/* Who is answered: known by then, written in the program, or the sender of what was received last. */
static char *receiver_of(struct part *part, const struct event *event, struct text *out)
{
    struct trace_address address = trace_address_of(event);
    const char *known = program_address(part->program, &address);
    bool answers = known == NULL && trace_address_port(&address) >= 32768 && part->uses & USES_FROM;
    return pointer_to(answers ? "from" : prepare_address(part, &address, out));
}

static void write_send(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    struct text call = TEXT_EMPTY;
    part->uses |= USES_COUNT | USES_PIPE;
    say_dots(event, event->arg[0], out);
    c_explain(operation, out);
    char *to = operation->call == CALL_SENDTO ? receiver_of(part, event, out) : NULL;
    text_format(&call, "%s(%s, ", to ? "sendto" : "send", s);
    add_data(part, event, event->arg[0], &call);
    text_format(&call, ", %" PRId64 ", ", event->arg[0]);
    call_text_flags(&call, "MSG_", event->arg[1]);
    text_format(&call, "%s%s)", to ? ", " : "", to ? to : "");
    add_attempts(part, operation, "count", s, "POLLOUT", &call, out);
    c_check(part, operation, "count", out);
    text_free(&call);
    free(to);
}

static void add_option(struct part *part, const struct event *event, struct text *out)
{
    part->uses |= USES_NET | (event->arg[0] == IPPROTO_TCP ? USES_TCP : 0);
    call_text_level(out, event->arg[0]);
    text_add(out, ", ");
    call_text_option(out, event->arg[0], event->arg[1]);
}

static bool write_set_option(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text call = TEXT_EMPTY;
    if (event->arg[2] > (int64_t)event->data_length)
        return false;
    text_format(&call, "setsockopt(%s, ", s);
    add_option(part, event, &call);
    if (event->arg[2] == (int64_t)sizeof(int)) {
        text_format(&call, ", &(int){%" PRId64 "}, sizeof(int))", event->arg[3]);
    } else {
        text_add(&call, ", ");
        c_literal(&call, event_data(event), (size_t)event->arg[2]);
        text_format(&call, ", %" PRId64 ")", event->arg[2]);
    }
    c_checked(part, operation, &call, out);
    return true;
}

static void write_get_option(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text call = TEXT_EMPTY;
    bool number = event->arg[2] == (int64_t)sizeof(int);
    text_format(&call, "getsockopt(%s, ", s);
    add_option(part, event, &call);
    if (number)
        text_add(out, "{\n    int value;\n");
    else
        text_format(out, "{\n    char value[%" PRId64 "];\n", event->arg[2] > 0 ? event->arg[2] : 1);
    text_format(out,
                "    socklen_t length = sizeof value;\n    if (%s, %svalue, &length) < 0)\n"
                "        %s(\"getsockopt\");\n    else\n        printf(\"",
                text_string(&call), number ? "&" : "", c_failed(operation) ? "perror" : "fail");
    call_text_option(out, event->arg[0], event->arg[1]);
    text_add(out, number ? ": %d\\n\", value);\n}\n" : ": %u bytes\\n\", (unsigned)length);\n}\n");
    text_free(&call);
}

static void write_nonblock(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_last(part, operation);
    struct text call = TEXT_EMPTY;
    part->uses |= USES_FCNTL;
    if (event->arg[1] > 0)
        c_comment(part, "A timeout is a socket that does not block, and poll.", out);
    text_format(&call, "fcntl(%s, F_SETFL, fcntl(%s, F_GETFL) %s)", s, s,
                event->arg[0] ? "| O_NONBLOCK" : "& ~O_NONBLOCK");
    c_checked(part, operation, &call, out);
}

static void write_inherit(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct text call = TEXT_EMPTY;
    const char *flags = program_last(part, operation)->arg[0] ? "FD_CLOEXEC" : "0";
    part->uses |= USES_FCNTL;
    if (operation->call == CALL_INHERITED)
        text_format(&call, "fcntl(%s, F_GETFD)", s);
    else
        text_format(&call, "fcntl(%s, F_SETFD, %s)", s, flags);
    c_checked(part, operation, &call, out);
}

/* One piece stands for all; what travels beside the data is not recorded. */
static bool write_message(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    const struct event *event = program_first(part, operation);
    bool sends = operation->call == CALL_SENDMSG;
    int64_t length = event->arg[0] > ROOM_MOST ? ROOM_MOST : event->arg[0];
    struct text call = TEXT_EMPTY;
    if (event->arg[2] > 0 || (sends && event->address_length > 0) || program_last(part, operation)->arg[2] > 0)
        return false;
    part->uses |= USES_COUNT | (sends ? USES_PIPE : USES_DATA);
    if (!sends && (size_t)length > part->room)
        part->room = (size_t)length;
    if (sends)
        say_dots(event, length, out);
    text_add(out, "{\n    struct iovec piece = {");
    if (sends)
        text_add(out, "(char *)"), add_data(part, event, length, out);
    else
        text_add(out, "data");
    text_format(out, ", %" PRId64 "};\n    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};\n", length);
    text_format(&call, "%s(%s, &message, ", event_call_name(operation->call), s);
    call_text_flags(&call, "MSG_", event->arg[1]);
    text_add_char(&call, ')');
    text_format(out, "    count = %s;\n}\n", text_string(&call));
    c_check(part, operation, "count", out);
    text_free(&call);
    return true;
}

static void write_close(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    text_format(out, "close(%s);\n", s);
    part_name_drop(part, operation->actor, operation->fd);
}

static void write_copy(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    char *call = text_make("dup(%s)", s);
    const char *name = c_failed(operation) ? "count" : part_name_new(part, operation, (int)operation->result, "copy");
    part->uses |= c_failed(operation) ? USES_COUNT : 0;
    text_format(out, "%s = %s;\n", name, call);
    c_check(part, operation, name, out);
    free(call);
}

/* --- all calls ------------------------------------------------------------------------------------------ */

static bool write_on_socket(struct part *part, const struct operation *operation, const char *s, struct text *out)
{
    struct text call = TEXT_EMPTY;
    switch (operation->call) {
    case CALL_CONNECT:
        return write_connect(part, operation, s, out), true;
    case CALL_BIND:
        return write_bind(part, operation, s, out), true;
    case CALL_LISTEN:
        text_format(&call, "listen(%s, %" PRId64 ")", s, program_last(part, operation)->arg[0]);
        return c_checked(part, operation, &call, out), true;
    case CALL_ACCEPT:
        return write_accept(part, operation, s, out), true;
    case CALL_RECV:
    case CALL_RECVFROM:
        return write_receive(part, operation, s, out), true;
    case CALL_SEND:
    case CALL_SENDTO:
        return write_send(part, operation, s, out), true;
    case CALL_SHUTDOWN:
        text_format(&call, "shutdown(%s, ", s);
        call_text_how(&call, program_last(part, operation)->arg[0]);
        text_add_char(&call, ')');
        return c_checked(part, operation, &call, out), true;
    case CALL_CLOSE:
        return write_close(part, operation, s, out), true;
    case CALL_DUP:
        return write_copy(part, operation, s, out), true;
    case CALL_POLL:
        return c_poll(part, operation, out);
    case CALL_SETSOCKOPT:
        return write_set_option(part, operation, s, out);
    case CALL_GETSOCKOPT:
        return write_get_option(part, operation, s, out), true;
    case CALL_GETSOCKNAME:
    case CALL_GETPEERNAME:
        return write_name(part, operation, s, out), true;
    case CALL_NONBLOCK:
        return write_nonblock(part, operation, s, out), true;
    case CALL_INHERIT:
    case CALL_INHERITED:
        return write_inherit(part, operation, s, out), true;
    case CALL_SENDMSG:
    case CALL_RECVMSG:
        return write_message(part, operation, s, out);
    case CALL_EPOLL_CTL:
        return c_epoll_change(part, operation, s, out);
    case CALL_EPOLL:
        return c_epoll_wait(part, operation, s, out), true;
    default:
        return false;
    }
}

/* Calls that are on no socket, or make one. */
static bool write_plain(struct part *part, const struct operation *operation, struct text *out)
{
    switch (operation->call) {
    case CALL_SOCKET:
        return write_socket(part, operation, out), true;
    case CALL_SOCKETPAIR:
        return !c_failed(operation) && (write_pair(part, operation, out), true);
    default:
        return c_plain_call(part, operation, out);
    }
}

/* signal-safety(7), and setitimer(2), which only asks the kernel. */
static bool handler_may(const struct operation *operation)
{
    static const uint16_t calls[] = {CALL_SOCKET,   CALL_SOCKETPAIR,  CALL_CONNECT,   CALL_BIND,       CALL_LISTEN,
                                     CALL_ACCEPT,   CALL_RECV,        CALL_RECVFROM,  CALL_SEND,       CALL_SENDTO,
                                     CALL_SHUTDOWN, CALL_CLOSE,       CALL_DUP,       CALL_SETSOCKOPT, CALL_GETSOCKNAME,
                                     CALL_ALARM,    CALL_GETPEERNAME, CALL_SIGACTION, CALL_RAISE,      CALL_NONBLOCK,
                                     CALL_INHERIT,  CALL_SETITIMER};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (operation->call == calls[i])
            return true;
    return false;
}

bool c_call(struct part *part, const struct operation *operation, struct text *out)
{
    const char *s = operation->fd >= 0 ? part_name(part, operation->actor, operation->fd) : NULL;
    bool own_socket = operation->call == CALL_SOCKETPAIR || operation->call == CALL_EPOLL_CREATE;
    if (part->in_handler && !handler_may(operation))
        return false;
    if (operation->fd < 0 || own_socket)
        return write_plain(part, operation, out);
    return s != NULL && write_on_socket(part, operation, s, out);
}
