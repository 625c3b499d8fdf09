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

/* Each line of the body, one step further in. */
static void indent(struct text *out, const struct text *body, size_t steps)
{
    const char *line = text_string(body), *end = line + body->length;
    line += *line == '\n';
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = next ? (size_t)(next - line) : (size_t)(end - line);
        if (length > 0)
            text_add_repeat(out, "    ", steps);
        text_add_bytes(out, line, length);
        text_add_char(out, '\n');
        line += length + 1;
    }
}

static void loop(struct part *part, size_t times, const struct text *body, struct text *out)
{
    (void)part;
    text_format(out, "for (int i = 0; i < %zu; i++) {\n", times);
    indent(out, body, 1);
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
    {USES_ADDRESS, "<netinet/in.h>"},
    {USES_TCP, "<netinet/tcp.h>"},
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
    {USES_TIME, "<time.h>"},
    {0, "<unistd.h>"},
};

/* Functions that the program brings along. */
static const struct {
    unsigned uses;
    const char *text;
} helpers[] = {
    {USES_ADDRESS | USES_TO | USES_FROM,
     "/* A socket address of any family. */\n"
     "struct address {\n"
     "    struct sockaddr_storage bytes;\n"
     "    socklen_t length;\n"
     "};\n\n"},
    {0,
     "/* Says which call failed and why, and ends the program. */\n"
     "static void fail(const char *call)\n"
     "{\n"
     "    perror(call);\n"
     "    exit(1);\n"
     "}\n\n"},
    {USES_INTERNET,
     "static struct address internet(const char *host, int port)\n"
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
    {USES_LOCAL,
     "/* A path; or a name in no folder, which begins with a zero byte. */\n"
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
    {USES_AGAIN,
     "/* After a call that failed: true when it is to be made again, at once or once the socket is ready. */\n"
     "static int again(int fd, short events, int milliseconds)\n"
     "{\n"
     "    struct pollfd ready = {.fd = fd, .events = events};\n"
     "    if (errno == EINTR)\n"
     "        return 1;\n"
     "    if (errno != EAGAIN && errno != EINPROGRESS)\n"
     "        return 0;\n"
     "    int count = poll(&ready, 1, milliseconds);\n"
     "    if (count == 0)\n"
     "        errno = ETIMEDOUT;\n"
     "    return count > 0 || (count < 0 && errno == EINTR);\n"
     "}\n\n"},
    {USES_CONNECT_WITHIN,
     "/* An attempt goes on without us: wait for its end, then ask what became of it. */\n"
     "static int connect_within(int fd, const struct sockaddr *to, socklen_t length, int milliseconds)\n"
     "{\n"
     "    int error = 0;\n"
     "    socklen_t size = sizeof error;\n"
     "    if (connect(fd, to, length) == 0)\n"
     "        return 0;\n"
     "    if (errno != EINPROGRESS || !again(fd, POLLOUT, milliseconds))\n"
     "        return -1;\n"
     "    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)\n"
     "        return -1;\n"
     "    errno = error;\n"
     "    return error ? -1 : 0;\n"
     "}\n\n"},
    {USES_DOTS,
     "/* The known beginning of something longer, and dots. */\n"
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
    {USES_PEERS,
     "/* Runs a peer in a process of its own, with its listener and nothing else that is open here. */\n"
     "static pid_t start_peer(void (*run)(int listener), int listener, int other)\n"
     "{\n"
     "    fflush(NULL);\n"
     "    pid_t process = fork();\n"
     "    if (process < 0)\n"
     "        fail(\"fork\");\n"
     "    if (process == 0) {\n"
     "        prctl(PR_SET_PDEATHSIG, SIGKILL);\n"
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
        text_format(out, " *\n * %zu calls are left out; comments say which.\n", program->left_out);
    text_add(out, " */\n#define _GNU_SOURCE\n");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (headers[i].uses == 0 || program->uses & headers[i].uses)
            text_format(out, "#include %s\n", headers[i].line);
    text_add_char(out, '\n');
}

static bool needs_fail(const struct program *program)
{
    if (program->uses & (USES_DOTS | USES_PEERS))
        return true;
    for (size_t i = 0; i < program->part_count; i++)
        if (strstr(text_string(&program->parts[i].body), "fail(") != NULL)
            return true;
    return false;
}

static void add_helpers(struct text *out, const struct program *program)
{
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (helpers[i].uses == 0 ? needs_fail(program) : (program->uses & helpers[i].uses) != 0)
            text_add(out, helpers[i].text);
    if (strstr(text_string(&program->parts[0].body), "on_signal") != NULL)
        text_add(out, "/* The call that waits comes back; that is all that is wanted. */\n"
                      "static void on_signal(int number)\n{\n    (void)number;\n}\n\n");
}

/* Those that several parts may use. */
static void add_shared_variables(struct text *out, const struct program *program)
{
    size_t before = out->length;
    for (size_t i = 0; i < program->address_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(program->addresses[i].name, program->addresses[j].name) == 0;
        if (!seen)
            text_format(out, "static struct address %s;\n", program->addresses[i].name);
    }
    if (out->length > before)
        text_add_char(out, '\n');
}

static void add_variables(struct text *out, const struct part *part)
{
    struct text list = TEXT_EMPTY;
    for (size_t i = 0; i < part->variable_count; i++) {
        const char *name = part->variables[i].name;
        if (part->actor != 0 && strcmp(name, "listener") == 0)
            continue;
        text_format(&list, "%s%s", list.length > 0 ? ", " : "", name);
    }
    if (list.length > 0)
        text_format(out, "    int %s;\n", text_string(&list));
    if (part->uses & USES_COUNT)
        text_add(out, "    ssize_t count;\n");
    if (part->uses & USES_DATA)
        text_format(out, "    static char data[%zu];\n", part->room);
    if (part->uses & (USES_TO | USES_FROM))
        text_format(out, "    struct address %s%s%s;\n", part->uses & USES_TO ? "to" : "",
                    (part->uses & (USES_TO | USES_FROM)) == (USES_TO | USES_FROM) ? ", " : "",
                    part->uses & USES_FROM ? "from" : "");
    for (size_t i = 1; i < part->program->part_count && part->actor == 0; i++)
        if (part->program->parts[i].started)
            text_format(out, "    pid_t %s_process;\n", part->program->parts[i].name);
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
    indent(out, &part->body, 1);
    if (part->actor == 0)
        text_add(out, "    return 0;\n");
    else if (strstr(text_string(&part->body), "listener") == NULL)
        text_add(out, "    (void)listener;\n");
    text_add(out, "}\n");
}

/* What was set and is never looked at would be a warning. */
static void mark_unused(struct program *program)
{
    for (size_t i = 1; i < program->part_count; i++) {
        struct part *peer = &program->parts[i];
        char *use = text_make("kill(%s_process", peer->name);
        if (peer->started && strstr(text_string(&program->parts[0].body), use) == NULL)
            text_format(&program->parts[0].body, "(void)%s_process;\n", peer->name);
        free(use);
    }
}

void translate_c(struct text *out, const struct timeline *timeline, bool all)
{
    struct program *program = program_new(timeline, &language, all);
    mark_unused(program);
    add_head(out, program);
    add_helpers(out, program);
    add_shared_variables(out, program);
    for (size_t i = program->part_count; i-- > 0;) {
        if (i > 0 && !program->parts[i].started)
            continue;
        add_part(out, &program->parts[i]);
        text_add(out, i > 0 ? "\n" : "");
    }
    program_free(program);
}
