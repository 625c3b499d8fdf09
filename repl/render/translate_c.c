#include "render/translate.h"

#include "base/memory.h"
#include "render/translate_c.h"

#include <stdlib.h>
#include <string.h>

/* --- peers, loops --------------------------------------------------------------------------------------- */

static void start(struct part *part, const struct part *peer, struct text *out)
{
    const char *names[2] = {"-1", "-1"};
    size_t count = 0;
    for (size_t i = 0; i < part->variable_count && count < 2; i++)
        if (part->variables[i].open && part->variables[i].actor == peer->actor)
            names[count++] = part->variables[i].name;
    part->uses |= USES_PEERS | USES_SIGNALS;
    text_format(out, "%s_process = start_peer(%s, %s, %s);\n", peer->name, peer->name, names[0], names[1]);
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].actor == peer->actor)
            part->variables[i].open = false;
}

static void stop(struct part *part, const struct part *peer, struct text *out)
{
    part->uses |= USES_PEERS | USES_SIGNALS;
    text_format(out, "kill(%s_process, SIGKILL);\nwaitpid(%s_process, NULL, 0);\n", peer->name, peer->name);
}

static void stay(struct part *part, struct text *out)
{
    c_comment(part, "It is there until the program ends.", out);
    text_add(out, "pause();\n");
}

static void loop(struct part *part, size_t times, const struct text *body, struct text *out)
{
    (void)part;
    text_format(out, "for (int i = 0; i < %zu; i++) {\n", times);
    c_indent(out, body, 1);
    text_add(out, "}\n");
}

static const struct language language = {c_call, c_comment, start, stop, stay, loop};

/* --- the file ------------------------------------------------------------------------------------------- */

static const struct {
    unsigned uses;
    const char *line;
} headers[] = {
    {USES_ADDRESS, "<arpa/inet.h>"},
    {0, "<errno.h>"},
    {USES_FCNTL, "<fcntl.h>"},
    {USES_ADDRESS | USES_NET, "<netinet/in.h>"},
    {USES_TCP, "<netinet/tcp.h>"},
    {USES_NAMES, "<netdb.h>"},
    {USES_AGAIN | USES_POLL, "<poll.h>"},
    {USES_SIGNALS | USES_PIPE, "<signal.h>"},
    {USES_LOCAL, "<stddef.h>"},
    {0, "<stdio.h>"},
    {0, "<stdlib.h>"},
    {0, "<string.h>"},
    {USES_EPOLL, "<sys/epoll.h>"},
    {USES_PEERS, "<sys/prctl.h>"},
    {USES_SELECT, "<sys/select.h>"},
    {0, "<sys/socket.h>"},
    {USES_TIMERS, "<sys/time.h>"},
    {USES_LOCAL, "<sys/un.h>"},
    {USES_PEERS, "<sys/wait.h>"},
    {USES_TIME | USES_AGAIN, "<time.h>"},
    {0, "<unistd.h>"},
};

/* Functions that the program brings along. */
static const struct helper {
    const char *name; /* whoever mentions it needs it */
    const char *text;
} helpers[] = {
    {"struct address", "/* A socket address of any family. */\n"
                       "struct address {\n"
                       "    struct sockaddr_storage bytes;\n"
                       "    socklen_t length;\n"
                       "};\n\n"},
    {"fail(", "/* Says which call failed and why, and ends the program. */\n"
              "static void fail(const char *call)\n"
              "{\n"
              "    perror(call);\n"
              "    exit(1);\n"
              "}\n\n"},
    {"internet(", "static struct address internet(const char *host, int port)\n"
                  "{\n"
                  "    struct address address = {.length = sizeof(struct sockaddr_in)};\n"
                  "    struct sockaddr_in *in = (struct sockaddr_in *)&address.bytes;\n"
                  "    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address.bytes;\n"
                  "    if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {\n"
                  "        in->sin_family = AF_INET;\n"
                  "        in->sin_port = htons(port);\n"
                  "    } else if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1) {\n"
                  "        in6->sin6_family = AF_INET6;\n"
                  "        in6->sin6_port = htons(port);\n"
                  "        address.length = sizeof *in6;\n"
                  "    }\n"
                  "    return address;\n"
                  "}\n\n"},
    {"local(", "/* A path; or a name in no folder, which begins with a zero byte. */\n"
               "static struct address local(const char *path, size_t length)\n"
               "{\n"
               "    struct address address = {.length = offsetof(struct sockaddr_un, sun_path) + length};\n"
               "    struct sockaddr_un *un = (struct sockaddr_un *)&address.bytes;\n"
               "    un->sun_family = AF_UNIX;\n"
               "    memcpy(un->sun_path, path, length);\n"
               "    if (length > 0 && path[0] != '\\0')\n"
               "        address.length++;\n"
               "    return address;\n"
               "}\n\n"},
    {"deadline(", "/* The moment in so many milliseconds, in milliseconds; -1 for ever. */\n"
                  "static long long deadline(int milliseconds)\n"
                  "{\n"
                  "    struct timespec now;\n"
                  "    if (milliseconds < 0)\n"
                  "        return -1;\n"
                  "    clock_gettime(CLOCK_MONOTONIC, &now);\n"
                  "    return now.tv_sec * 1000LL + now.tv_nsec / 1000000 + milliseconds;\n"
                  "}\n\n"},
    {"ready(", "/* Waits for the socket until then.  0 says that the time is over, or that a signal came: "
               "see errno. */\n"
               "static int ready(int fd, short events, long long until)\n"
               "{\n"
               "    struct pollfd watched = {.fd = fd, .events = events};\n"
               "    long long left = until < 0 ? -1 : until - deadline(0);\n"
               "    int count = poll(&watched, 1, until >= 0 && left < 0 ? 0 : left);\n"
               "    if (count == 0)\n"
               "        errno = ETIMEDOUT;\n"
               "    return count > 0;\n"
               "}\n\n"},
    {"again(", "/* After a call that failed: true when it is to be made again, at once or once the socket is "
               "ready. */\n"
               "static int again(int fd, short events, long long until)\n"
               "{\n"
               "    if (errno == EINTR)\n"
               "        return 1;\n"
               "    return errno == EAGAIN && (ready(fd, events, until) || errno == EINTR);\n"
               "}\n\n"},
    {"connect_within(",
     "/* An attempt goes on without us: wait for its end, however many signals come, then ask what became of "
     "it. */\n"
     "static int connect_within(int fd, const struct sockaddr *to, socklen_t length, int milliseconds)\n"
     "{\n"
     "    long long until = deadline(milliseconds);\n"
     "    int error = 0;\n"
     "    socklen_t size = sizeof error;\n"
     "    if (connect(fd, to, length) == 0)\n"
     "        return 0;\n"
     "    if (errno != EINPROGRESS && errno != EINTR)\n"
     "        return -1;\n"
     "    while (!ready(fd, POLLOUT, until))\n"
     "        if (errno != EINTR)\n"
     "            return -1;\n"
     "    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)\n"
     "        return -1;\n"
     "    errno = error;\n"
     "    return error ? -1 : 0;\n"
     "}\n\n"},
    {"with_dots(", "/* The known beginning of something longer, and dots. */\n"
                   "static const char *with_dots(const char *known, size_t length, size_t whole)\n"
                   "{\n"
                   "    static char *bytes;\n"
                   "    bytes = realloc(bytes, whole);\n"
                   "    if (bytes == NULL)\n"
                   "        fail(\"realloc\");\n"
                   "    memset(bytes, '.', whole);\n"
                   "    memcpy(bytes, known, length);\n"
                   "    return bytes;\n"
                   "}\n\n"},
    {"start_peer(", "/* Runs a peer in a process of its own, with its listener and nothing else that is open here. */\n"
                    "static pid_t start_peer(void (*run)(int listener), int listener, int other)\n"
                    "{\n"
                    "    fflush(NULL);\n"
                    "    pid_t parent = getpid(), process = fork();\n"
                    "    if (process < 0)\n"
                    "        fail(\"fork\");\n"
                    "    if (process == 0) {\n"
                    "        prctl(PR_SET_PDEATHSIG, SIGKILL);\n"
                    "        if (getppid() != parent)\n"
                    "            _exit(0);\n"
                    "        for (int fd = 3; fd < 1024; fd++)\n"
                    "            if (fd != listener && fd != other)\n"
                    "                close(fd);\n"
                    "        run(listener);\n"
                    "        fflush(NULL);\n"
                    "        _exit(0);\n"
                    "    }\n"
                    "    close(listener);\n"
                    "    if (other >= 0)\n"
                    "        close(other);\n"
                    "    return process;\n"
                    "}\n\n"},
};

static void add_head(struct text *out, const struct program *program)
{
    text_add(out, "/*\n"
                  " * The calls that were made, as C.  Written by Sockrates from what really happened.\n"
                  " *\n"
                  " *     gcc -Wall -Wextra -o step step.c && ./step\n");
    if (program->left_out > 0)
        text_format(out,
                    " *\n * Left out: %zu of the calls. Comments say which, or they are too long ago, and "
                    "then this may wait for ever.\n",
                    program->left_out);
    text_add(out, " */\n#define _GNU_SOURCE\n");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (headers[i].uses == 0 || program->uses & headers[i].uses)
            text_format(out, "#include %s\n", headers[i].line);
    text_add_char(out, '\n');
}

/* True when a part that is written mentions the name. */
static bool is_mentioned(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->part_count; i++)
        if ((i == 0 || program->parts[i].started) && strstr(text_string(&program->parts[i].body), name) != NULL)
            return true;
    for (size_t i = 0; i < program->parts[0].handler_count; i++)
        if (strstr(text_string(&program->parts[0].handlers[i].text), name) != NULL)
            return true;
    return false;
}

#define HELPERS (sizeof helpers / sizeof *helpers)

/* What the parts mention, and what that mentions in turn: helpers lean only on those before them. */
static void add_helpers(struct text *out, const struct program *program)
{
    bool needed[HELPERS];
    for (size_t i = HELPERS; i-- > 0;) {
        needed[i] = is_mentioned(program, helpers[i].name) || (i == 0 && program->uses & USES_ADDRESS);
        for (size_t j = i + 1; j < HELPERS; j++)
            needed[i] = needed[i] || (needed[j] && strstr(helpers[j].text, helpers[i].name) != NULL);
    }
    for (size_t i = 0; i < HELPERS; i++)
        if (needed[i])
            text_add(out, helpers[i].text);
    if (is_mentioned(program, "on_signal}") || is_mentioned(program, "on_signal,"))
        text_add(out, "/* The call that waits comes back; that is all that is wanted. */\n"
                      "static void on_signal(int number)\n{\n    (void)number;\n}\n\n");
}

/* Those that several parts may use. */
static void add_shared_variables(struct text *out, const struct program *program)
{
    size_t before = out->length;
    for (size_t i = 0; i < program->address_count; i++) {
        bool seen = !is_mentioned(program, program->addresses[i].name);
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(program->addresses[i].name, program->addresses[j].name) == 0;
        if (!seen)
            text_format(out, "static struct address %s;\n", program->addresses[i].name);
    }
    if (out->length > before)
        text_add_char(out, '\n');
}

static void add_process(struct text *out, const struct part *part, const struct part *peer)
{
    char *name = text_make("%s_process", peer->name);
    if (c_mention_of(&part->body, name) != C_NOT_MENTIONED)
        text_format(out, "    pid_t %s;\n", name);
    free(name);
}

static void add_variables(struct text *out, const struct part *part)
{
    struct text list = TEXT_EMPTY;
    for (size_t i = 0; i < part->variable_count; i++) {
        const char *name = part->variables[i].name;
        bool given = (part->actor != 0 && strcmp(name, "listener") == 0) || c_is_shared(part, name);
        if (!given && c_mention_of(&part->body, name) != C_NOT_MENTIONED)
            text_format(&list, "%s%s", list.length > 0 ? ", " : "", name);
    }
    if (list.length > 0)
        text_format(out, "    int %s;\n", text_string(&list));
    c_add_locals(out, part, &part->body);
    for (size_t i = 1; i < part->program->part_count && part->actor == 0; i++)
        add_process(out, part, &part->program->parts[i]);
    text_free(&list);
}

static void add_part(struct text *out, const struct part *part)
{
    if (part->actor == 0)
        text_add(out, "int main(void)\n{\n");
    else
        text_format(out, "/* A peer, in a process of its own. */\nstatic void %s(int listener)\n{\n", part->name);
    size_t before = out->length;
    add_variables(out, part);
    if (out->length > before)
        text_add_char(out, '\n');
    if (part->actor == 0 && part->program->uses & USES_PIPE)
        text_add(out, "    /* Sending to nobody shall be an error, not the end. */\n    signal(SIGPIPE, SIG_IGN);\n\n");
    c_indent(out, &part->body, 1);
    if (part->actor == 0)
        text_add(out, "    return 0;\n");
    else if (strstr(text_string(&part->body), "listener") == NULL)
        text_add(out, "    (void)listener;\n");
    text_add(out, "}\n");
}

static void mark_unused(struct part *part, const char *name)
{
    if (c_mention_of(&part->body, name) == C_ONLY_SET && !c_is_shared(part, name))
        text_format(&part->body, "(void)%s;\n", name);
}

/* Before the lines are written: what was set and is never looked at would be a warning. */
static void mark_all_unused(struct program *program)
{
    for (size_t i = 0; i < program->part_count; i++) {
        struct part *part = &program->parts[i];
        char *process = text_make("%s_process", part->name);
        mark_unused(&program->parts[0], process);
        free(process);
        for (size_t j = 0; j < part->variable_count; j++)
            mark_unused(part, part->variables[j].name);
    }
}

bool translate_c(struct text *out, const struct timeline *timeline, const struct translate_options *options)
{
    struct program *program = program_new(timeline, &language, options);
    c_make_handlers(&program->parts[0]);
    mark_all_unused(program);
    add_head(out, program);
    add_helpers(out, program);
    add_shared_variables(out, program);
    c_add_handlers(out, &program->parts[0]);
    for (size_t i = program->part_count; i-- > 0;) {
        if (i > 0 && !program->parts[i].started)
            continue;
        add_part(out, &program->parts[i]);
        text_add(out, i > 0 ? "\n" : "");
    }
    bool whole = program_is_whole(program);
    program_free(program);
    return whole;
}
