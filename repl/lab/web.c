#include "lab/web.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

#define HEAD_MOST 8192

/* --- what there is -------------------------------------------------------------------------------------- */

static const struct page {
    const char *target, *type, *text;
} pages[] = {
    {"/", "text/html; charset=utf-8",
     "<!doctype html>\n<title>A small web server</title>\n<p>Hello. There is <a href=\"/hello.txt\">another page</a>.\n"},
    {"/hello.txt", "text/plain; charset=utf-8", "Hello from a small web server.\n"},
};

static const struct page *find_page(const char *target, size_t length)
{
    const char *query = memchr(target, '?', length);
    length = query != NULL ? (size_t)(query - target) : length;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strlen(pages[i].target) == length && memcmp(pages[i].target, target, length) == 0)
            return &pages[i];
    return NULL;
}

/* --- a request ------------------------------------------------------------------------------------------ */

struct request {
    const char *method, *target;
    size_t method_length, target_length;
    int minor; /* of HTTP/1.x; -1: it is no request of HTTP/1 */
    bool host, close, keep, body;
};

/* The line without its end, and where the next one begins. */
static const char *end_of_line(const char *line, const char *end, const char **next)
{
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    *next = feed != NULL ? feed + 1 : end;
    const char *last = feed != NULL ? feed : end;
    return last > line && last[-1] == '\r' ? last - 1 : last;
}

static void read_first_line(struct request *request, const char *line, const char *end)
{
    static const char version[] = " HTTP/1.";
    const size_t tail = sizeof version; /* and the digit */
    const char *space = memchr(line, ' ', (size_t)(end - line));
    request->minor = -1;
    if (space == NULL || space == line || (size_t)(end - space) < tail + 2)
        return;
    request->method = line;
    request->method_length = (size_t)(space - line);
    request->target = space + 1;
    request->target_length = (size_t)(end - tail - request->target);
    bool well = memcmp(end - tail, version, sizeof version - 1) == 0 && end[-1] >= '0' && end[-1] <= '9' &&
                *request->target == '/' && memchr(request->target, ' ', request->target_length) == NULL;
    if (well)
        request->minor = end[-1] - '0';
}

/* True when the word is one of those that the value lists. */
static bool lists(const char *value, const char *end, const char *word)
{
    size_t length = strlen(word);
    while (value < end) {
        value += strspn(value, ", \t");
        size_t part = strcspn(value, ", \t\r\n");
        if (part == length && strncasecmp(value, word, length) == 0)
            return true;
        if (part == 0)
            break;
        value += part;
    }
    return false;
}

static void read_field(struct request *request, const char *line, const char *end)
{
    const char *colon = memchr(line, ':', (size_t)(end - line));
    size_t name = colon != NULL ? (size_t)(colon - line) : 0;
    if (name == strlen("Host") && strncasecmp(line, "Host", name) == 0)
        request->host = true;
    if (name == strlen("Connection") && strncasecmp(line, "Connection", name) == 0) {
        request->close = request->close || lists(colon + 1, end, "close");
        request->keep = request->keep || lists(colon + 1, end, "keep-alive");
    }
    bool length = name == strlen("Content-Length") && strncasecmp(line, "Content-Length", name) == 0;
    bool coding = name == strlen("Transfer-Encoding") && strncasecmp(line, "Transfer-Encoding", name) == 0;
    request->body = request->body || coding || (length && !lists(colon + 1, end, "0"));
}

/* The empty line that ends the head; NULL: it is still to come. */
static const char *end_of_head(const char *bytes, size_t length)
{
    const char *end = bytes + length, *next;
    for (const char *line = bytes; line < end; line = next) {
        const char *last = end_of_line(line, end, &next);
        if (last == line && next[-1] == '\n')
            return next;
    }
    return NULL;
}

/* --- its answer ----------------------------------------------------------------------------------------- */

enum answer { FINE, BAD, MISSING, NOT_ALLOWED, TOO_LARGE };

static const struct {
    const char *status, *text, *field;
} answers[] = {
    [FINE] = {"200 OK", NULL, ""},
    [BAD] = {"400 Bad Request", "That is no request of HTTP/1.1.\n", ""},
    [MISSING] = {"404 Not Found", "There is no such page here.\n", ""},
    [NOT_ALLOWED] = {"405 Method Not Allowed", "Only GET and HEAD work here.\n", "Allow: GET, HEAD\r\n"},
    [TOO_LARGE] = {"431 Request Header Fields Too Large", "The head of a request may have 8192 bytes here.\n", ""},
};

static bool is_method(const struct request *request, const char *name)
{
    return request->method_length == strlen(name) && memcmp(request->method, name, request->method_length) == 0;
}

/* HTTP/1.1 needs to know which host is asked. */
static enum answer judge(const struct request *request, const struct page **page)
{
    if (request->minor < 0 || (request->minor > 0 && !request->host))
        return BAD;
    if (!is_method(request, "GET") && !is_method(request, "HEAD"))
        return NOT_ALLOWED;
    *page = find_page(request->target, request->target_length);
    return *page != NULL ? FINE : MISSING;
}

/* The length is what GET would get; HEAD gets nothing but that. */
static void write_answer(struct text *out, enum answer answer, const struct page *page, bool head, bool stays)
{
    const char *text = page != NULL ? page->text : answers[answer].text;
    text_format(out, "HTTP/1.1 %s\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n",
                answers[answer].status, answers[answer].field, page != NULL ? page->type : "text/plain; charset=utf-8",
                strlen(text), stays ? "keep-alive" : "close");
    if (!head)
        text_add(out, text);
}

/*
 * The answer to the first request among these bytes, added to `out`; how many of them that was.  0: more must come.
 * `stays` is false when the connection is to be closed behind it.
 */
static size_t answer_first(struct text *out, const char *bytes, size_t length, bool *stays)
{
    struct request request = {.minor = -1};
    const struct page *page = NULL;
    const char *end = end_of_head(bytes, length), *line = bytes, *next;
    *stays = false;
    if (end == NULL && length < HEAD_MOST)
        return 0;
    if (end == NULL) {
        write_answer(out, TOO_LARGE, NULL, false, false);
        return length;
    }
    const char *last = end_of_line(line, end, &next);
    read_first_line(&request, line, last);
    for (line = next; line < end; line = next) {
        last = end_of_line(line, end, &next);
        read_field(&request, line, last);
    }
    enum answer answer = judge(&request, &page);
    /* What a body is, nobody here knows: where it ends neither. */
    *stays = answer != BAD && !request.body && !request.close && (request.minor > 0 || request.keep);
    write_answer(out, answer, page, is_method(&request, "HEAD"), *stays);
    return (size_t)(end - bytes);
}

/* --- the peer ------------------------------------------------------------------------------------------- */

/* What has come and is not answered yet, with a zero byte behind it. */
struct visit {
    char bytes[HEAD_MOST + 1];
    size_t length;
};

static bool serve(struct net *net, struct net_socket *client, void *memory)
{
    struct visit *visit = memory;
    size_t received, used, sent;
    bool stays = true;
    struct status status =
        socket_receive(net, client, visit->bytes + visit->length, HEAD_MOST - visit->length, 0, &received);
    if (!status_fine(status) || received == 0)
        return false;
    visit->length += received;
    do {
        struct text out = TEXT_EMPTY;
        visit->bytes[visit->length] = '\0';
        used = answer_first(&out, visit->bytes, visit->length, &stays);
        if (used > 0)
            stays = status_fine(socket_send_all(net, client, out.bytes, out.length, 0, &sent)) && stays;
        text_free(&out);
        visit->length -= used;
        memmove(visit->bytes, visit->bytes + used, visit->length);
    } while (used > 0 && stays);
    return used == 0 || stays;
}

int peer_web(void *self, struct net *net, struct net_socket *listener)
{
    (void)self;
    peer_serve_clients(net, listener, serve, sizeof(struct visit));
    return 0;
}
