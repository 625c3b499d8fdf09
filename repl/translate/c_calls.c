#include "translate/c_calls.h"

#include "trace/address.h"
#include "net/net.h"
#include "translate/handlers.h"
#include "views/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MOST (1 << 20)

/* --- what all calls share ------------------------------------------------------------------------------- */

void c_comment(struct code *out, const char *words)
{
    code_add(out, "/* ");
    for (const char *c = words; *c != '\0'; c++)
        code_add(out, c[0] == '*' && c[1] == '/' ? "* " : (char[]){*c == '\n' ? ' ' : *c, '\0'});
    code_add(out, " */\n");
}

void c_explain(struct writing *writing)
{
    const struct operation *operation = writing->operation;
    const char *reason = writing_reason(writing), *nothing = writing_means_nothing(writing);
    struct text words = TEXT_EMPTY;
    if (reason != NULL)
        text_add(&words, reason);
    else if (operation->error != 0)
        call_text_error(&words, operation->error);
    else if (writing->row->form == FORM_GETS && nothing != NULL)
        text_format(&words, "0 bytes: %s", nothing);
    if (words.length > 0)
        c_comment(writing->out, text_string(&words));
    text_free(&words);
}

/*
 * What is expected to work ends the program when it does not; what failed then may fail now.  A handler must
 * not print.
 */
static void check(struct writing *writing, const char *condition)
{
    if (!writing->part->in_handler) {
        code_format(writing->out, "if (%s < 0)\n    %s(\"%s\");\n", condition, writing->failed ? "perror" : "fail",
                    writing->name);
        writing_uses(writing, writing->out, writing->failed ? NULL : "fail");
    } else if (!writing->failed) {
        code_format(writing->out, "if (%s < 0)\n    _exit(1);\n", condition);
    } else if (strchr(condition, '(') != NULL) {
        code_format(writing->out, "%s;\n", condition);
    }
}

static void check_variable(struct writing *writing, const char *variable)
{
    check(writing, variable);
    if (!writing->part->in_handler || !writing->failed)
        code_mention(writing->out, variable, CODE_READS);
}

static int milliseconds(int64_t nanoseconds)
{
    return (int)((nanoseconds + CLOCK_MILLISECOND - 1) / CLOCK_MILLISECOND);
}

/* The assignment, made again as long as timeout and signals ask for it. */
static void add_attempts(struct writing *writing, const char *variable, const struct code *call)
{
    struct code *out = writing->out;
    const char *text = text_string(&call->text);
    int64_t timeout = writing->row->waits ? writing_timeout(writing) : NET_FOREVER;
    bool ends = writing->operation->error == EINTR;
    code_mention(out, variable, CODE_SETS);
    if (timeout > 0) {
        code_format(out, "until = deadline(%d);\ndo\n    %s = %s;\nwhile (%s < 0 && %s(%s, %s, until));\n",
                    milliseconds(timeout), variable, text, variable, ends ? "errno == EAGAIN && ready" : "again",
                    writing->s, writing->row->waits);
        code_mention(out, "until", CODE_SETS | CODE_READS);
        writing_uses(writing, out, ends ? "ready" : "again");
    } else if (writing->operation->interruptions > 0 && !ends) {
        code_format(out, "do\n    %s = %s;\nwhile (%s < 0 && errno == EINTR);\n", variable, text, variable);
    } else {
        code_format(out, "%s = %s;\n", variable, text);
        return;
    }
    code_mention(out, variable, CODE_READS);
}

static void say_count(struct writing *writing)
{
    if (writing->part->in_handler)
        return;
    code_mention(writing->out, "count", CODE_READS);
    if (writing_prints_data(writing)) {
        code_add(writing->out, "printf(\"%.*s\\n\", (int)count, data);\n");
        return;
    }
    code_format(writing->out, "%sprintf(\"%s: %%zd bytes\\n\", count);\n", writing->failed ? "else\n    " : "",
                writing->name);
}

void c_statement(struct writing *writing, const struct code *call)
{
    enum form form = writing->row->form;
    const char *variable = writing->new ? writing->new : "count";
    if (form == FORM_OPENS && writing->new == NULL && writing->row->waits == NULL)
        form = FORM_CHECKED;
    if (form == FORM_PLAIN) {
        code_format(writing->out, "%s;\n", text_string(&call->text));
    } else if (form == FORM_CHECKED) {
        check(writing, text_string(&call->text));
    } else {
        add_attempts(writing, variable, call);
        check_variable(writing, variable);
    }
    if (form == FORM_GETS)
        say_count(writing);
}

static void add_literal(struct code *out, const char *bytes, size_t length)
{
    /* Two question marks may begin a trigraph. */
    writing_quoted(out, bytes, length, "?", "\\%03o");
}

void c_print(struct code *out, const char *text, size_t length, bool line)
{
    code_add(out, line ? "puts(" : "fputs(");
    add_literal(out, text, length);
    code_add(out, line ? ");\n" : ", stdout);\n");
}

/* --- placeholders --------------------------------------------------------------------------------------- */

static void add_path(struct writing *writing, const struct address *place)
{
    size_t length;
    const char *path = address_unix_path(place, &length);
    code_add(writing->out, "local(");
    add_literal(writing->out, path, length);
    code_format(writing->out, ", %zu)", length);
    writing_uses(writing, writing->out, "local");
}

/* The port may be one that only the run tells. */
static void add_place(struct writing *writing, const struct address *address, const char *port_of)
{
    struct code *out = writing->out;
    struct address place = {.length = address->length};
    memcpy(&place.storage, address->bytes, address->length);
    if (place.any.sa_family == AF_UNIX) {
        add_path(writing, &place);
        return;
    }
    char host[ADDRESS_HOST_ROOM];
    struct zone zone = writing_zone(address);
    bool zoned = zone.flow != 0 || zone.scope != 0;
    address_bare_host(&place, host);
    code_format(out, "%s(\"%s\", ", zoned ? "internet6" : "internet", host);
    if (port_of != NULL)
        code_format(out, "port_of(&%s)", port_of);
    else
        code_format(out, "%d", program_port(writing->part->program, address));
    if (zoned)
        code_format(out, ", %u, %u", zone.flow, zone.scope);
    code_add(out, ")");
    writing_uses(writing, out, zoned ? "internet6" : "internet");
    if (port_of != NULL) {
        writing_uses(writing, out, "port_of");
        code_mention(out, port_of, CODE_READS);
    }
}

static void add_pointer(struct code *out, const char *variable)
{
    code_format(out, "(struct sockaddr *)&%s.bytes, %s.length", variable, variable);
    code_mention(out, variable, CODE_READS);
}

/* Where it sends to: with the line before that makes the address, if one is needed. */
static bool address(struct writing *writing, struct code *out)
{
    struct address address = event_address(writing->first);
    const char *known;
    enum whose whose = writing_address(writing, &address, &known);
    if (whose == WHOSE_KNOWN || whose == WHOSE_SENDER) {
        add_pointer(out, whose == WHOSE_KNOWN ? known : "from");
    } else {
        code_add(writing->out, "to = ");
        add_place(writing, &address, known);
        code_add(writing->out, ";\n");
        add_pointer(out, "to");
    }
    writing_uses(writing, out, "address");
    return true;
}

/* Where it hears from: the line before says how much room there is. */
static bool sender(struct writing *writing, struct code *out)
{
    code_add(writing->out, "from.length = sizeof from.bytes;\n");
    code_add(out, "(struct sockaddr *)&from.bytes, &from.length");
    code_mention(out, "from", CODE_SETS | CODE_READS);
    writing_uses(writing, out, "address");
    writing_hears(writing, writing->last);
    return true;
}

static bool data(struct writing *writing, struct code *out)
{
    int64_t length = writing->first->arg[0];
    size_t known = writing_known(writing, length);
    bool whole = (int64_t)known == length;
    code_add(out, whole ? "" : "with_dots(");
    add_literal(out, event_data(writing->first), known);
    if (!whole)
        code_format(out, ", %zu, %" PRId64 ")", known, length);
    writing_uses(writing, out, whole ? NULL : "with_dots");
    return true;
}

/* The buffer and its size. */
static bool buffer(struct writing *writing, struct code *out)
{
    int64_t asked = writing->first->arg[0];
    size_t room = asked > ROOM_MOST ? ROOM_MOST : asked < 1 ? 1 : (size_t)asked;
    code_format(out, "data, %zu", asked < 1 ? (size_t)0 : room);
    code_mention(out, "data", CODE_READS);
    out->room = room > out->room ? room : out->room;
    return true;
}

static bool option(struct writing *writing, struct code *out)
{
    struct text name = TEXT_EMPTY;
    call_text_option(&name, writing->last->arg[0], writing->last->arg[1]);
    code_add(out, text_string(&name));
    text_free(&name);
    writing_uses(writing, out, writing->last->arg[0] == IPPROTO_TCP ? "inet tcp" : "inet");
    return true;
}

static bool option_value(struct writing *writing, struct code *out)
{
    const struct event *event = writing->last;
    if (event->arg[2] > (int64_t)event->data_length)
        return false;
    if (event->arg[2] == (int64_t)sizeof(int)) {
        code_format(out, "&(int){%" PRId64 "}, sizeof(int)", event->arg[3]);
    } else {
        add_literal(out, event_data(event), (size_t)event->arg[2]);
        code_format(out, ", %" PRId64, event->arg[2]);
    }
    return true;
}

static bool protocol(struct writing *writing, struct code *out)
{
    if (writing->last->arg[2] == 0)
        return code_add(out, "0"), true;
    struct text name = TEXT_EMPTY;
    call_text_constant(&name, "IPPROTO_", writing->last->arg[2]);
    code_add(out, text_string(&name));
    text_free(&name);
    writing_uses(writing, out, "inet");
    return true;
}

static bool nonblock(struct writing *writing, struct code *out)
{
    if (writing->last->arg[1] > 0)
        c_comment(writing->out, "A timeout is a socket that does not block, and poll.");
    code_add(out, writing->last->arg[0] ? "| O_NONBLOCK" : "& ~O_NONBLOCK");
    return true;
}

static bool close_on_exec(struct writing *writing, struct code *out)
{
    code_add(out, writing->last->arg[0] ? "FD_CLOEXEC" : "0");
    return true;
}

static void add_time(struct code *out, int64_t time, int64_t unit)
{
    code_format(out, "{%" PRId64 ", %" PRId64 "}", time / CLOCK_SECOND, time % CLOCK_SECOND / unit);
}

static bool interval(struct writing *writing, struct code *out)
{
    add_time(out, writing->last->arg[2], CLOCK_MICROSECOND);
    return true;
}

static bool first_time(struct writing *writing, struct code *out)
{
    add_time(out, writing->last->arg[1], CLOCK_MICROSECOND);
    return true;
}

static bool sleep_time(struct writing *writing, struct code *out)
{
    add_time(out, program_time(writing->part->program, writing->first->arg[0]), 1);
    return true;
}

static bool handler(struct writing *writing, struct code *out)
{
    const char *const handlers[] = {"SIG_DFL", "SIG_IGN", handlers_name(writing->part, writing->operation), "SIG_DFL"};
    const struct event *event = writing->last;
    const char *name = handlers[event->arg[1] >= 0 && event->arg[1] < 4 ? event->arg[1] : 0];
    c_comment(writing->out, event->arg[2] ? "With SA_RESTART the kernel makes an interrupted call again by itself."
                                          : "Without SA_RESTART a call that waits comes back with EINTR.");
    code_format(out, "%s%s", name, event->arg[2] ? ", .sa_flags = SA_RESTART" : "");
    writing_uses(writing, out, strcmp(name, HANDLER_IDLE) == 0 ? "on_signal" : NULL);
    return true;
}

/* What ends the program when the call fails now and did not then. */
static bool complain(struct writing *writing, struct code *out)
{
    if (writing->part->in_handler)
        return code_add(out, "_exit(1)"), true;
    const char *function = writing->failed ? "perror" : "fail";
    code_format(out, "%s(\"%s\")", function, writing->name);
    writing_uses(writing, out, function);
    return true;
}

static bool host(struct writing *writing, struct code *out)
{
    add_literal(out, event_data(writing->last), writing->last->data_length);
    return writing->last->data_length > 0;
}

static bool most(struct writing *writing, struct code *out)
{
    int64_t most = writing->first->arg[0];
    code_format(out, "%" PRId64, most > 64 ? 64 : most);
    return true;
}

const struct placeholder c_placeholders[] = {
    {"address", .write = address},
    {"sender", .write = sender},
    {"data", .write = data},
    {"buffer", .write = buffer},
    {"option", .write = option},
    {"option_value", .write = option_value},
    {"protocol", .write = protocol},
    {"nonblock", .write = nonblock},
    {"close_on_exec", .write = close_on_exec},
    {"interval", .write = interval},
    {"first_time", .write = first_time},
    {"sleep_time", .write = sleep_time},
    {"handler", .write = handler},
    {"complain", .write = complain},
    {"host", .write = host},
    {"most", .write = most},
    {.name = NULL},
};

/* --- calls that are more than one template -------------------------------------------------------------- */

static bool write_pair(struct writing *writing)
{
    if (writing->failed)
        return false;
    const char *one = writing_new(writing, writing->operation->fd, 0, "one");
    const char *second = writing_new(writing, (int)writing->last->arg[3], 1, "other");
    if (!writing_fill(writing,
                      "{\n    int pair[2];\n    if (socketpair({family}, {type}, {protocol}, pair) < 0)\n"
                      "        {complain};\n    ",
                      writing->out))
        return false;
    code_name(writing->out, one, CODE_SETS);
    code_add(writing->out, " = pair[0];\n    ");
    code_name(writing->out, second, CODE_SETS);
    code_add(writing->out, " = pair[1];\n}\n");
    return true;
}

/* An attempt that waits, or that a signal ended, is more than connect(2). */
static bool write_connect(struct writing *writing)
{
    const struct operation *operation = writing->operation;
    int64_t timeout = writing_timeout(writing);
    struct code call = CODE_EMPTY;
    int limit = timeout > 0 ? milliseconds(timeout) : -1;
    if (operation->waits > 0 && operation->error == EINTR) {
        c_explain(writing);
        code_format(&call,
                    "if (connect({s}, {address}) < 0 && (errno != EINPROGRESS || !ready({s}, POLLOUT, "
                    "deadline(%d))))\n    perror(\"connect\");\n",
                    limit);
        writing_uses(writing, writing->out, "ready");
        struct code lines = CODE_EMPTY;
        writing_fill(writing, text_string(&call.text), &lines);
        code_join(writing->out, &lines);
        code_free(&lines);
    } else if (operation->waits > 0 || (timeout > 0 && !operation->error)) {
        code_format(&call, "connect_within({s}, {address}, %d)", limit);
        writing_uses(writing, writing->out, "connect_within");
        writing_statement(writing, text_string(&call.text));
    } else {
        writing_statement(writing, "connect({s}, {address})");
    }
    code_free(&call);
    return true;
}

/* From here on the program knows an address that it could not know when it was written. */
static bool write_name(struct writing *writing)
{
    struct address address = event_address(writing->last);
    struct part *part = writing->part;
    bool own = writing->operation->call == CALL_GETSOCKNAME;
    const char *name = own ? writing_address_name(writing) : "from";
    if (own && !writing->failed)
        program_know_address(part->program, &address, name);
    else if (!own)
        writing_hears(writing, writing->last);
    code_format(writing->out, "%s.length = sizeof %s.bytes;\n", name, name);
    c_explain(writing);
    char *call = text_make("{name}({s}, (struct sockaddr *)&%s.bytes, &%s.length)", name, name);
    struct code filled = CODE_EMPTY;
    writing_fill(writing, call, &filled);
    code_take_uses(writing->out, &filled);
    code_mention(writing->out, name, CODE_SETS | CODE_READS);
    writing_uses(writing, writing->out, "address");
    check(writing, text_string(&filled.text));
    code_free(&filled);
    free(call);
    return true;
}

static bool write_get_option(struct writing *writing)
{
    int64_t size = writing->last->arg[2];
    bool number = size == (int64_t)sizeof(int);
    struct code call = CODE_EMPTY;
    code_add(&call, "{\n    ");
    if (number)
        code_add(&call, "int value;\n");
    else
        code_format(&call, "char value[%" PRId64 "];\n", size > 0 ? size : 1);
    code_format(&call,
                "    socklen_t length = sizeof value;\n"
                "    if (getsockopt({s}, {level}, {option}, %svalue, &length) < 0)\n"
                "        {complain};\n    else\n        printf(\"{option}: %s);\n}\n",
                number ? "&" : "", number ? "%d\\n\", value" : "%u bytes\\n\", (unsigned)length");
    writing_fill(writing, text_string(&call.text), writing->out);
    code_free(&call);
    return true;
}

/* One piece stands for all; what travels beside the data is not recorded. */
static bool write_message(struct writing *writing)
{
    const struct event *event = writing->first;
    bool sends = writing->operation->call == CALL_SENDMSG;
    int64_t length = event->arg[0] > ROOM_MOST ? ROOM_MOST : event->arg[0];
    struct code block = CODE_EMPTY;
    if (event->arg[2] > 0 || (sends && event->address_length > 0) || writing->last->arg[2] > 0)
        return false;
    if (sends)
        code_format(&block, "{\n    struct iovec piece = {(char *){data}, %" PRId64 "};\n", length);
    else
        code_add(&block, "{\n    struct iovec piece = {{buffer}};\n");
    code_add(&block, "    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};\n"
                     "    count = {name}({s}, &message, {flags});\n}\n");
    struct code lines = CODE_EMPTY;
    writing_fill(writing, text_string(&block.text), &lines);
    code_join(writing->out, &lines);
    code_mention(writing->out, "count", CODE_SETS);
    writing_uses(writing, writing->out, writing->row->uses);
    check_variable(writing, "count");
    code_free(&lines);
    code_free(&block);
    return true;
}

/* --- waiting for many ----------------------------------------------------------------------------------- */

static bool add_set(struct writing *writing, uint64_t mask, const char *set)
{
    struct code *out = writing->out;
    if (mask == 0)
        return true;
    code_format(out, "    fd_set %s;\n    FD_ZERO(&%s);\n", set, set);
    for (int fd = 0; fd < 64; fd++) {
        if (!(mask >> fd & 1))
            continue;
        code_add(out, "    FD_SET(");
        if (!writing_descriptor(writing, out, fd))
            return false;
        code_format(out, ", &%s);\n", set);
    }
    return true;
}

/* The call's line within its block, made again when a handler came into it: here nothing does that by itself. */
static void add_waiting(struct writing *writing, const char *call)
{
    if (writing->operation->interruptions > 0 && writing->operation->error != EINTR)
        code_format(writing->out,
                    "    int ready;\n    do\n        ready = %s;\n    while (ready < 0 && errno == EINTR);\n", call);
    else
        code_format(writing->out, "    int ready = %s;\n", call);
}

static bool write_select(struct writing *writing)
{
    static const char *const sets[] = {"readable", "writable", "special"};
    struct code *out = writing->out;
    int64_t masks[3], timeout = program_time(writing->part->program, writing->first->arg[3]);
    recording_masks(writing->first, masks);
    code_add(out, "{\n");
    for (int i = 0; i < 3; i++)
        if (!add_set(writing, (uint64_t)masks[i], sets[i]))
            return false;
    if (timeout >= 0) {
        code_add(out, "    struct timeval limit = ");
        add_time(out, timeout, CLOCK_MICROSECOND);
        code_add(out, ";\n");
    }
    struct text call = TEXT_EMPTY;
    text_add(&call, "select(FD_SETSIZE");
    for (int i = 0; i < 3; i++)
        text_format(&call, ", %s%s", masks[i] ? "&" : "", masks[i] ? sets[i] : "NULL");
    text_format(&call, ", %s)", timeout >= 0 ? "&limit" : "NULL");
    add_waiting(writing, text_string(&call));
    text_free(&call);
    writing_uses(writing, out, writing->row->uses);
    return writing_fill(
        writing, "    if (ready < 0)\n        {complain};\n    printf(\"select: %d ready\\n\", ready);\n}\n", out);
}

static bool write_poll(struct writing *writing)
{
    struct code *out = writing->out;
    struct pollfd list[WATCHED_MOST];
    size_t count;
    if (!recording_watched(writing->first, list, &count))
        return false;
    code_add(out, "{\n    struct pollfd watched[] = {");
    for (size_t i = 0; i < count; i++) {
        struct text events = TEXT_EMPTY;
        code_add(out, i > 0 ? ", {" : "{");
        if (!writing_descriptor(writing, out, list[i].fd))
            return false;
        call_text_events(&events, list[i].events);
        code_format(out, ", %s, 0}", text_string(&events));
        text_free(&events);
    }
    writing_uses(writing, out, writing->row->uses);
    code_add(out, "};\n");
    struct code call = CODE_EMPTY;
    code_format(&call, "poll(watched, %zu, ", count);
    bool fine = writing_fill(writing, "{timeout_ms})", &call);
    add_waiting(writing, text_string(&call.text));
    code_free(&call);
    return fine && writing_fill(writing,
                                "    if (ready < 0)\n        {complain};\n"
                                "    printf(\"poll: %d ready\\n\", ready);\n}\n",
                                out);
}

static bool write_epoll(struct writing *writing)
{
    writing_uses(writing, writing->out, "epoll");
    return writing_fill(writing,
                        "{\n    struct epoll_event events[64];\n"
                        "    int ready = epoll_wait({s}, events, {most}, {timeout_ms});\n"
                        "    if (ready < 0)\n        {complain};\n    printf(\"epoll_wait: %d ready\\n\", ready);\n}\n",
                        writing->out);
}

static bool write_lookup(struct writing *writing)
{
    writing_uses(writing, writing->out, "names");
    return writing_fill(writing,
                        "{\n    struct addrinfo hints = {.ai_family = {family}, .ai_socktype = {type_number}}, "
                        "*list = NULL;\n    int error = getaddrinfo({host}, NULL, &hints, &list);\n"
                        "    if (error != 0)\n"
                        "        fprintf(stderr, \"getaddrinfo: %s\\n\", gai_strerror(error));\n"
                        "    else\n        freeaddrinfo(list);\n}\n",
                        writing->out);
}

/* --- the rows ------------------------------------------------------------------------------------------- */

const struct written c_calls[CALL_COUNT] = {
    [CALL_SOCKET] = {"socket({family}, {type}, {protocol})", FORM_OPENS},
    [CALL_SOCKETPAIR] = {.write = write_pair},
    [CALL_CONNECT] = {.write = write_connect},
    [CALL_BIND] = {"bind({s}, {address})"},
    [CALL_LISTEN] = {"listen({s}, {backlog})"},
    [CALL_ACCEPT] = {"accept({s}, NULL, NULL)", FORM_OPENS, .waits = "POLLIN"},
    [CALL_ACCEPT4] = {"accept4({s}, NULL, NULL, {flags})", FORM_OPENS, .waits = "POLLIN"},
    [CALL_RECV] = {"recv({s}, {buffer}, {flags})", FORM_GETS, .waits = "POLLIN"},
    [CALL_RECVFROM] = {"recvfrom({s}, {buffer}, {flags}, {sender})", FORM_GETS, .waits = "POLLIN"},
    [CALL_SEND] = {"send({s}, {data}, {length}, {flags})", FORM_COUNTS, "pipe", "POLLOUT"},
    [CALL_SENDTO] = {"sendto({s}, {data}, {length}, {flags}, {address})", FORM_COUNTS, "pipe", "POLLOUT"},
    [CALL_RECVMSG] = {.write = write_message},
    [CALL_SENDMSG] = {.write = write_message, .uses = "pipe"},
    [CALL_READ] = {"read({s}, {buffer})", FORM_GETS, .waits = "POLLIN"},
    [CALL_WRITE] = {"write({s}, {data}, {length})", FORM_COUNTS, "pipe", "POLLOUT"},
    [CALL_SHUTDOWN] = {"shutdown({s}, {how})"},
    [CALL_CLOSE] = {"close({s})", FORM_PLAIN},
    [CALL_DUP] = {"dup({s})", FORM_OPENS},
    [CALL_POLL] = {.write = write_poll, .uses = "poll"},
    [CALL_POLL_LIST] = {.write = write_poll, .uses = "poll"},
    [CALL_SELECT] = {.write = write_select, .uses = "select"},
    [CALL_EPOLL_CREATE] = {"epoll_create1(0)", FORM_OPENS, "epoll"},
    [CALL_EPOLL_CTL] = {"epoll_ctl({s}, {operation}, {other}, &(struct epoll_event){.events = {epoll_events}, "
                        ".data.fd = {other}})"},
    [CALL_EPOLL] = {.write = write_epoll},
    [CALL_SETSOCKOPT] = {"setsockopt({s}, {level}, {option}, {option_value})"},
    [CALL_GETSOCKOPT] = {.write = write_get_option},
    [CALL_GETSOCKNAME] = {.write = write_name},
    [CALL_GETPEERNAME] = {.write = write_name},
    [CALL_NONBLOCK] = {"fcntl({s}, F_SETFL, fcntl({s}, F_GETFL) {nonblock})", .uses = "fcntl"},
    [CALL_IOCTL] = {"fcntl({s}, F_SETFL, fcntl({s}, F_GETFL) {nonblock})", .uses = "fcntl"},
    [CALL_GET_FLAGS] = {"fcntl({s}, F_GETFL)", .uses = "fcntl"},
    [CALL_INHERIT] = {"fcntl({s}, F_SETFD, {close_on_exec})", .uses = "fcntl"},
    [CALL_INHERITED] = {"fcntl({s}, F_GETFD)", .uses = "fcntl"},
    [CALL_SLEEP] = {"nanosleep(&(struct timespec){sleep_time}, NULL)", FORM_PLAIN, "time"},
    [CALL_PAUSE] = {"pause()", FORM_PLAIN},
    [CALL_SETITIMER] = {"setitimer({which}, &(struct itimerval){.it_interval = {interval}, .it_value = {first_time}}, "
                        "NULL)",
                        .uses = "timer"},
    [CALL_ALARM] = {"alarm({seconds})", FORM_PLAIN},
    [CALL_KILL] = {"kill(getpid(){own}, {sent})", .uses = "signal"},
    [CALL_RAISE] = {"raise({signal})", FORM_PLAIN, "signal"},
    [CALL_SIGACTION] = {"sigaction({signal}, &(struct sigaction){.sa_handler = {handler}}, NULL)", .uses = "signal"},
    [CALL_GETADDRINFO] = {.write = write_lookup},
};
