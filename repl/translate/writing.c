#include "translate/writing.h"

#include "net/net.h"
#include "views/call_text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* --- what languages ask --------------------------------------------------------------------------------- */

void writing_uses(const struct writing *writing, struct code *out, const char *sections)
{
    if (sections != NULL)
        out->needs |= sections_bits(writing->part->program->sections, sections);
}

void writing_constants(const struct writing *writing, struct code *out, enum home home, const char *names)
{
    for (const char *name = names; *name != '\0';) {
        size_t length = strcspn(name, "|");
        code_add(out, isalpha((unsigned char)*name) ? writing->language->prefixes[home] : "");
        text_add_bytes(&out->text, name, length);
        name += length;
        if (*name == '|')
            code_add(out, writing->language->either), name++;
    }
}

bool writing_descriptor(const struct writing *writing, struct code *out, int fd)
{
    const char *name = part_name(writing->part, writing->operation->actor, fd);
    if (name != NULL)
        code_name(out, name, CODE_READS);
    return name != NULL;
}

/* The language or our own variables have the name. */
static bool is_reserved(const struct program *program, const char *name)
{
    bool reserved = program_is_reserved(program, name) || sections_bits(program->sections, name) != 0 ||
                    text_ends(name, "_address") || text_ends(name, "_process") || strncmp(name, "on_", 3) == 0 ||
                    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(name);
    for (size_t i = 0; i < program->part_count; i++)
        reserved = reserved || strcmp(program->parts[i].name, name) == 0;
    return reserved;
}

const char *writing_new(const struct writing *writing, int fd, int place, const char *wish)
{
    struct part *part = writing->part;
    char *own = recording_name(&part->program->recording, writing->operation, place);
    bool reserved = own != NULL && is_reserved(part->program, own);
    char *name = text_make("%s%s", own ? own : wish, reserved ? "_" : "");
    const char *variable = part_name_new(part, writing->operation->actor, fd, name);
    free(own);
    free(name);
    return variable;
}

bool writing_prints(const struct writing *writing, const char *text, size_t length)
{
    const struct recording *recording = &writing->part->program->recording;
    const struct operation *print = recording_print(recording, writing->operation);
    if (print == NULL || !recording->needed[recording_index(recording, print)])
        return false;
    const struct event *event = recording_first(recording, print);
    bool same = event->data_length == length + 1 && event->arg[0] == event->data_length &&
                memcmp(event_data(event), text, length) == 0 && event_data(event)[length] == '\n';
    if (same)
        writing->part->printed = print;
    return same;
}

const char *writing_means_nothing(const struct writing *writing)
{
    const struct traced_socket *socket = recording_socket(&writing->part->program->recording, writing->operation);
    if (writing->operation->result != 0 || writing->first->arg[0] <= 0)
        return NULL;
    return socket != NULL && socket->type == SOCK_DGRAM ? "a datagram without data."
                                                        : "the other side sends nothing more.";
}

bool writing_prints_data(const struct writing *writing)
{
    const struct event *event = writing->last;
    return writing->operation->result == event->data_length && event->data_length > 0 &&
           writing_prints(writing, event_data(event), event->data_length);
}

int64_t writing_timeout(const struct writing *writing)
{
    const struct recording *recording = &writing->part->program->recording;
    return recording->timeouts[recording_index(recording, writing->operation)];
}

size_t writing_known(struct writing *writing, int64_t length)
{
    const struct event *event = writing->first;
    if (length <= (int64_t)event->data_length)
        return (size_t)length;
    char *words = text_make("Only the first %u of %" PRId64 " bytes were recorded; the others are dots here.",
                            event->data_length, length);
    writing->language->comment(writing->out, words);
    free(words);
    return event->data_length;
}

enum whose writing_address(const struct writing *writing, const struct address *address, const char **name)
{
    bool chosen = address_port(address) >= PROGRAM_CHOSEN, whole;
    bool sender = chosen && address_same(&writing->part->from, address);
    *name = NULL;
    /* What the program's own process knows by name, a peer's does not. */
    if (sender && writing->part->actor != 0)
        return WHOSE_SENDER;
    *name = program_address(writing->part->program, address, &whole);
    if (*name != NULL)
        return whole ? WHOSE_KNOWN : WHOSE_PORT;
    return sender ? WHOSE_SENDER : WHOSE_LITERAL;
}

struct zone writing_zone(const struct address *address)
{
    struct sockaddr_in6 in6;
    if (address->length < sizeof in6)
        return (struct zone){0, 0};
    memcpy(&in6, address->bytes, sizeof in6);
    return in6.sin6_family == AF_INET6 ? (struct zone){ntohl(in6.sin6_flowinfo), in6.sin6_scope_id}
                                       : (struct zone){0, 0};
}

const char *writing_address_name(const struct writing *writing)
{
    const struct part *part = writing->part;
    bool peer = part->actor != 0;
    char *wish = text_make("%s%s%s_address", peer ? part->name : "", peer ? "_" : "", writing->s);
    const char *name = program_address_name(part->program, wish);
    free(wish);
    return name;
}

void writing_hears(const struct writing *writing, const struct event *event)
{
    writing->part->from = event_address(event);
}

void writing_quoted(struct code *out, const char *bytes, size_t length, const char *also, const char *format)
{
    static const char plain[] = "\n\r\t\"\\", letters[] = "nrt\"\\";
    text_add_char(&out->text, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char *found = c ? strchr(plain, c) : NULL;
        if (found != NULL)
            code_format(out, "\\%c", letters[found - plain]);
        else if (c && strchr(also, c) != NULL)
            code_format(out, "\\%c", c);
        else if ((c >= 32 && c < 127) || format == NULL)
            text_add_char(&out->text, (char)c);
        else
            code_format(out, format, c);
    }
    text_add_char(&out->text, '"');
}

const char *writing_reason(const struct writing *writing)
{
    static const struct {
        int error;
        const char *words;
    } reasons[] = {
        {ECONNREFUSED, "Refused: nobody listens there."},
        {ECONNRESET, "The other side has torn the connection down."},
        {EPIPE, "The other side takes nothing more."},
        {EAGAIN, "Nothing there yet, and nobody waits."},
        {EINPROGRESS, "The kernel goes on with it alone."},
        {EALREADY, "The attempt is still under way."},
        {EISCONN, "It is connected already."},
        {ENOTCONN, "It is not connected."},
        {EADDRINUSE, "Somebody else has that address."},
        {ETIMEDOUT, "Nobody answered."},
        {EINTR, "A signal ended the call."},
        {EBADF, "The socket is closed."},
        {ENOENT, "There is no such path."},
        {EMSGSIZE, "Too much for one message."},
    };
    if (writing->operation->timed_out)
        return "Nothing came in time.";
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].error == writing->operation->error)
            return reasons[i].words;
    return NULL;
}

/* --- placeholders that all languages share -------------------------------------------------------------- */

static bool s(struct writing *writing, struct code *out)
{
    if (writing->s != NULL)
        code_name(out, writing->s, CODE_READS);
    return writing->s != NULL;
}

static bool new (struct writing *writing, struct code *out)
{
    if (writing->new != NULL)
        code_name(out, writing->new, CODE_SETS);
    else
        code_add(out, writing->wish);
    return true;
}

static bool other(struct writing *writing, struct code *out)
{
    return writing_descriptor(writing, out, (int)writing->last->arg[1]);
}

static bool name(struct writing *writing, struct code *out)
{
    code_add(out, writing->name);
    return true;
}

/* Adds the constants that were named, and forgets them. */
static bool take(struct writing *writing, struct code *out, enum home home, struct text *names)
{
    writing_constants(writing, out, home, text_string(names));
    text_free(names);
    return true;
}

static bool protocol(struct writing *writing, struct code *out)
{
    struct text names = TEXT_EMPTY;
    if (writing->last->arg[2] != 0)
        call_text_constant(&names, "IPPROTO_", writing->last->arg[2]);
    else
        text_add_char(&names, '0');
    return take(writing, out, HOME_SOCKET, &names);
}

static bool option(struct writing *writing, struct code *out)
{
    struct text names = TEXT_EMPTY;
    call_text_option(&names, writing->last->arg[0], writing->last->arg[1]);
    return take(writing, out, HOME_SOCKET, &names);
}

static bool which(struct writing *writing, struct code *out)
{
    static const char *const timers[] = {"ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF"};
    int64_t timer = writing->last->arg[0];
    writing_constants(writing, out, HOME_SIGNAL, timers[timer > 0 && timer < 3 ? timer : 0]);
    return true;
}

static bool operation(struct writing *writing, struct code *out)
{
    static const char *const operations[] = {
        [EPOLL_CTL_ADD] = "EPOLL_CTL_ADD", [EPOLL_CTL_MOD] = "EPOLL_CTL_MOD", [EPOLL_CTL_DEL] = "EPOLL_CTL_DEL"};
    int64_t change = writing->last->arg[0];
    bool known = change >= EPOLL_CTL_ADD && change <= EPOLL_CTL_MOD;
    writing_constants(writing, out, HOME_SELECT, known ? operations[change] : "");
    return known;
}

/* Those of accept4(2) are the socket's, others a message's. */
static bool flags(struct writing *writing, struct code *out)
{
    struct text names = TEXT_EMPTY;
    call_text_argument(&names, writing->first, call_argument_named(call_of(writing->first), "flags"), false);
    return take(writing, out, HOME_SOCKET, &names);
}

/* Nothing, where the program signals itself; of another process the number is another one each time. */
static bool own(struct writing *writing, struct code *out)
{
    (void)out;
    return writing->first->arg[2] != 0;
}

static void family_names(struct text *out, int64_t value)
{
    call_text_constant(out, "AF_", value);
}

static const struct placeholder shared[] = {
    {"s", .write = s},
    {"new", .write = new},
    {"other", .write = other},
    {"name", .write = name},
    {"protocol", .write = protocol},
    {"option", .write = option},
    {"which", .write = which},
    {"own", .write = own},
    {"operation", .write = operation},
    {"family", .names = family_names},
    {"type", .names = call_text_type, .argument = 1},
    {"how", .names = call_text_how},
    {"flags", .write = flags},
    {"level", .names = call_text_level},
    {"signal", .names = call_text_signal, .home = HOME_SIGNAL},
    {"sent", .names = call_text_signal, .home = HOME_SIGNAL, .argument = 1},
    {"epoll_events", .names = call_text_epoll_events, .home = HOME_SELECT, .argument = 2},
    {.name = "backlog"},
    {"length", .first = true},
    {"room", .first = true},
    {.name = "seconds"},
    {"timeout_ms", .argument = 1, .first = true},
    {"type_number", .argument = 1},
    {"value", .argument = 3},
    {.name = NULL},
};

static const struct placeholder *find(const struct placeholder *list, const char *name, size_t length)
{
    for (; list->name != NULL; list++)
        if (*list->name == *name && strncmp(list->name, name, length) == 0 && list->name[length] == '\0')
            return list;
    return NULL;
}

static bool write_placeholder(const struct placeholder *placeholder, struct writing *writing, struct code *out)
{
    if (placeholder->write != NULL)
        return placeholder->write(writing, out);
    const struct event *event = placeholder->first ? writing->first : writing->last;
    int64_t value = event->arg[placeholder->argument];
    struct text names = TEXT_EMPTY;
    if (placeholder->names != NULL)
        placeholder->names(&names, value);
    else
        text_format(&names, "%" PRId64, value);
    return take(writing, out, placeholder->home, &names);
}

bool writing_fill(struct writing *writing, const char *template, struct code *out)
{
    for (const char *c = template; *c != '\0';) {
        size_t length = *c == '{' ? strspn(c + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
        const struct placeholder *placeholder = NULL;
        if (length > 0 && c[length + 1] == '}') {
            placeholder = find(writing->language->placeholders, c + 1, length);
            placeholder = placeholder ? placeholder : find(shared, c + 1, length);
        }
        if (placeholder != NULL && !write_placeholder(placeholder, writing, out))
            return false;
        if (placeholder == NULL)
            text_add_char(&out->text, *c);
        c += placeholder != NULL ? length + 2 : 1;
    }
    return true;
}

/* --- calls ---------------------------------------------------------------------------------------------- */

bool writing_statement(struct writing *writing, const char *template)
{
    struct code call = CODE_EMPTY;
    if (writing->row->form != FORM_PLAIN)
        writing->language->explain(writing);
    bool fine = writing_fill(writing, template, &call);
    if (fine) {
        writing_uses(writing, writing->out, writing->row->uses);
        code_take_uses(writing->out, &call);
        writing->language->statement(writing, &call);
    }
    code_free(&call);
    return fine;
}

/* What a descriptor is called when nobody says otherwise. */
static const char *wish_of(const struct writing *writing)
{
    const struct traced_socket *socket = recording_socket(&writing->part->program->recording, writing->operation);
    switch (operation_act(writing->operation)) {
    case ACT_ACCEPT:
        return "conn";
    case ACT_COPY:
        return "copy";
    case ACT_CREATE_EPOLL:
        return "epoll";
    default:
        return socket != NULL && socket->listening ? "listener" : "s";
    }
}

static bool write_row(struct writing *writing)
{
    const struct written *row = writing->row;
    if (row->write != NULL)
        return row->write(writing);
    if (row->template == NULL)
        return false;
    writing->wish = wish_of(writing);
    if (row->form == FORM_OPENS && !writing->failed)
        writing->new = writing_new(writing, (int)writing->operation->result, 0, writing->wish);
    return writing_statement(writing, row->template);
}

static struct writing begin(struct part *part, const struct operation *operation, struct code *out)
{
    const struct recording *recording = &part->program->recording;
    const struct language *language = part->program->language;
    struct writing writing = {.part = part,
                              .language = language,
                              .row = &language->calls[operation->call],
                              .operation = operation,
                              .begin = operation,
                              .first = recording_first(recording, operation),
                              .last = recording_last(recording, operation),
                              .name = event_call_name(operation->call),
                              .failed = operation->error != 0 || operation->timed_out,
                              .out = out};
    if (operation->fd >= 0)
        writing.s = part_name(part, operation->actor, operation->fd);
    return writing;
}

bool writing_call(struct part *part, const struct operation *operation, struct code *out)
{
    struct writing writing = begin(part, operation, out);
    bool own = operation->call == CALL_SOCKETPAIR || operation->call == CALL_EPOLL_CREATE;
    if (part->in_handler && writing.language->asks_handlers && !call_row(operation->call)->signal_safe)
        return false;
    if (operation->fd >= 0 && !own && writing.s == NULL)
        return false;
    if (operation->call == CALL_SOCKET)
        code_add(out, "\n"); /* a paragraph of its own */
    bool fine = write_row(&writing);
    if (operation->call == CALL_CLOSE)
        part_name_drop(part, operation->actor, operation->fd);
    return fine;
}

bool writing_function(struct part *part, const struct operation *operation, struct code *out,
                      const struct operation **last)
{
    const struct recording *recording = &part->program->recording;
    const struct written *functions = part->program->language->functions;
    enum event_function function = recording_function(recording, operation);
    if (functions == NULL || function == FUNCTION_NONE)
        return false;
    *last = recording_function_end(recording, operation);
    struct writing writing = begin(part, *last, out);
    writing.row = &functions[function];
    writing.name = event_function_name(function);
    writing.begin = operation;
    writing.first = recording_first(recording, operation);
    return write_row(&writing);
}
