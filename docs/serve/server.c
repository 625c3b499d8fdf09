#include "server.h"

#include "visits.h"

#include "base/inside.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USUAL_PORT = 8000, IDLE_SECONDS = 30, HEADERS_MOST = 32 * 1024 };

struct server {
    char *folder;
    struct MHD_Daemon *daemon;
    struct visits *visits;
    unsigned port;
    pthread_mutex_t lock; /* for what follows */
    unsigned long version;
    char *trouble;
};

/* What every page gets on its way through: it waits for the next build, and loads itself again then. */
static const char reload_script[] =
    "\"use strict\";\n"
    "(async function () {\n"
    "    let known = null;\n"
    "    function tell(trouble) {\n"
    "        let box = document.querySelector(\"pre.trouble\");\n"
    "        if (!box && trouble)\n"
    "            document.body.prepend(box = Object.assign(document.createElement(\"pre\"), { className: \"trouble\" }));\n"
    "        if (box)\n"
    "            box.textContent = trouble;\n"
    "        if (box)\n"
    "            box.hidden = !trouble;\n"
    "    }\n"
    "    for (;;) {\n"
    "        try {\n"
    "            const answer = await (await fetch(\"/-/changed?since=\" + (known ?? \"\"))).json();\n"
    "            if (known !== null && answer.version !== known)\n"
    "                return location.reload();\n"
    "            known = answer.version;\n"
    "            tell(answer.trouble);\n"
    "        } catch (error) {\n"
    "            await new Promise((resume) => setTimeout(resume, 1000));\n"
    "        }\n"
    "    }\n"
    "})();\n";

static const struct {
    const char *end, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".xml", "application/xml"},
    {".json", "application/json"},
    {".pdf", "application/pdf"},
    {".txt", "text/plain; charset=utf-8"},
    {".lua", "text/plain; charset=utf-8"},
    {".c", "text/plain; charset=utf-8"},
    {".py", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t end = strlen(types[i].end);
        if (length > end && strcmp(path + length - end, types[i].end) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type, char *bytes,
                              size_t length)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(length, bytes, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status, const char *words)
{
    return answer(connection, status, "text/plain; charset=utf-8", memory_copy(words), strlen(words));
}

/* Lets a page know of new builds. */
static void add_script(struct text *page)
{
    static const char tag[] = "<script src=\"/-/reload.js\" defer></script>\n";
    char *head = page->bytes ? strstr(page->bytes, "</head>") : NULL;
    if (head == NULL)
        return;
    size_t before = (size_t)(head - page->bytes);
    struct text whole = TEXT_EMPTY;
    text_add_bytes(&whole, page->bytes, before);
    text_add(&whole, tag);
    text_add_bytes(&whole, page->bytes + before, page->length - before);
    text_free(page);
    *page = whole;
}

static enum MHD_Result answer_file(struct server *server, struct MHD_Connection *connection, const char *url)
{
    const char *path = url + strspn(url, "/");
    size_t length = strlen(path);
    char *name = length == 0 || path[length - 1] == '/' ? text_make("%sindex.html", path) : memory_copy(path);
    struct text bytes = TEXT_EMPTY;
    unsigned status = MHD_HTTP_OK;
    if (!inside_read(&bytes, server->folder, name)) {
        status = MHD_HTTP_NOT_FOUND;
        free(name);
        name = memory_copy("404.html");
        text_clear(&bytes);
        inside_read(&bytes, server->folder, name);
    }
    const char *type = type_of(name);
    if (strncmp(type, "text/html", 9) == 0)
        add_script(&bytes);
    free(name);
    length = bytes.length;
    return answer(connection, status, type, text_steal(&bytes), length);
}

/* True when the page knows the version that there is. */
static bool is_known(struct server *server, struct MHD_Connection *connection)
{
    const char *since = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "since");
    return since != NULL && *since != '\0' && strtoul(since, NULL, 10) == server->version;
}

/* Answers at once when there is news since the version that the page knows, else when there is, or after a while. */
static enum MHD_Result answer_changed(struct server *server, struct MHD_Connection *connection)
{
    pthread_mutex_lock(&server->lock);
    bool waits = is_known(server, connection) && visits_wait(server->visits, connection);
    json_t *json =
        waits ? NULL : json_pack("{s:I, s:s}", "version", (json_int_t)server->version, "trouble", server->trouble);
    pthread_mutex_unlock(&server->lock);
    if (waits)
        return MHD_YES;
    char *bytes = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return answer(connection, MHD_HTTP_OK, "application/json", bytes, strlen(bytes));
}

/* "localhost:8000", "127.0.0.1:8000" and "[::1]:8000" mean us; every other name is somebody's trick. */
static bool is_for_us(struct MHD_Connection *connection)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    for (size_t i = 0; host != NULL && i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) != 0)
            continue;
        const char *port = host + length + (host[length] == ':');
        if (*port == '\0' || (host[length] == ':' && port[strspn(port, "0123456789")] == '\0'))
            return true;
    }
    return false;
}

static enum MHD_Result handle(void *self, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)version, (void)upload;
    struct server *server = self;
    bool first = *state == NULL; /* only the headers are there: what is refused is so before its body comes */
    *state = server;
    if (first && !is_for_us(connection))
        return answer_text(connection, MHD_HTTP_FORBIDDEN, "Only for this machine.\n");
    if (first && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    if (first || *upload_size > 0) {
        *upload_size = 0; /* nothing that is sent is wanted */
        return MHD_YES;
    }
    if (strcmp(url, "/-/changed") == 0)
        return answer_changed(server, connection);
    if (strcmp(url, "/-/reload.js") == 0)
        return answer(connection, MHD_HTTP_OK, "text/javascript", memory_copy(reload_script), sizeof reload_script - 1);
    return answer_file(server, connection, url);
}

static struct MHD_Daemon *start(struct server *server, unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL,
                            handle, server, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT, (unsigned)VISITS_MOST,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MOST, MHD_OPTION_NOTIFY_CONNECTION,
                            visits_notify, server->visits, MHD_OPTION_NOTIFY_COMPLETED, visits_completed,
                            server->visits, MHD_OPTION_END);
}

struct server *server_new(const char *folder, unsigned port)
{
    struct server *server = memory_new(1, sizeof *server);
    server->folder = memory_copy(folder);
    server->trouble = memory_copy("");
    pthread_mutex_init(&server->lock, NULL);
    server->visits = visits_new();
    server->daemon = server->visits ? start(server, port ? port : USUAL_PORT) : NULL;
    if (server->daemon == NULL && server->visits != NULL && port == 0 && errno == EADDRINUSE)
        server->daemon = start(server, 0);
    if (server->daemon == NULL) {
        int error = errno;
        server_free(server);
        errno = error;
        return NULL;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : port;
    return server;
}

unsigned server_port(const struct server *server)
{
    return server->port;
}

void server_changed(struct server *server, const char *trouble)
{
    pthread_mutex_lock(&server->lock);
    server->version++;
    free(server->trouble);
    server->trouble = memory_copy(trouble);
    pthread_mutex_unlock(&server->lock);
    visits_wake(server->visits);
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    if (server->visits != NULL)
        visits_end(server->visits); /* nobody may wait while it stops */
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    if (server->visits != NULL)
        visits_free(server->visits);
    pthread_mutex_destroy(&server->lock);
    free(server->folder);
    free(server->trouble);
    free(server);
}
