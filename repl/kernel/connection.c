#include "kernel/connection.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST (64 << 10) /* bytes of such a file */

static const char *const names[PORT_COUNT] = {
    [PORT_SHELL] = "shell", [PORT_CONTROL] = "control", [PORT_STDIN] = "stdin",
    [PORT_IOPUB] = "iopub", [PORT_HEARTBEAT] = "hb",
};

const char *port_name(enum port port)
{
    return names[port];
}

/* Opens what is a file, and never waits for what is not. */
static int open_file(const char *path, struct text *why)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &about) != 0) {
        text_format(why, "it cannot be read: %s", strerror(errno));
    } else if (!S_ISREG(about.st_mode) || about.st_size > LONGEST) {
        text_add(why, S_ISREG(about.st_mode) ? "it is too long for one" : "it is not a file");
        close(fd);
        fd = -1;
    }
    return fd;
}

static json_t *read_object(const char *path, struct text *why)
{
    int fd = open_file(path, why);
    if (fd < 0)
        return NULL;
    json_error_t error;
    json_t *value = json_loadfd(fd, 0, &error);
    close(fd);
    if (value == NULL)
        text_format(why, "line %d is not JSON: %s", error.line, error.text);
    else if (!json_is_object(value))
        text_add(why, "it holds no JSON object");
    if (json_is_object(value))
        return value;
    json_decref(value);
    return NULL;
}

static const char *string_in(const json_t *object, const char *name, const char *otherwise)
{
    const json_t *value = json_object_get(object, name);
    return value == NULL ? otherwise : json_string_value(value);
}

static bool take_port(struct connection *connection, const json_t *object, enum port port, struct text *why)
{
    const char *transport = string_in(object, "transport", "tcp"), *ip = string_in(object, "ip", "127.0.0.1");
    bool ipc = strcmp(transport, "ipc") == 0;
    char *name = text_make("%s_port", names[port]);
    const json_t *value = json_object_get(object, name);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 1 || number > (ipc ? INT_MAX : 65535))
        text_format(why, "its \"%s\" is not the number of a port", name);
    connection->ports[port] = (int)number;
    const char *form = ipc ? "ipc://%s-%d" : strchr(ip, ':') != NULL ? "tcp://[%s]:%d" : "tcp://%s:%d";
    connection->addresses[port] = text_make(form, ip, (int)number);
    free(name);
    return why->length == 0;
}

static bool take(struct connection *connection, const json_t *object, struct text *why)
{
    const char *transport = string_in(object, "transport", "tcp"), *ip = string_in(object, "ip", "127.0.0.1");
    const char *scheme = string_in(object, "signature_scheme", "hmac-sha256"), *key = string_in(object, "key", "");
    if (transport == NULL || (strcmp(transport, "tcp") != 0 && strcmp(transport, "ipc") != 0))
        text_add(why, "its \"transport\" is neither \"tcp\" nor \"ipc\"");
    else if (ip == NULL || *ip == '\0')
        text_add(why, "its \"ip\" is no address");
    else if (key == NULL || scheme == NULL || (*key != '\0' && strcmp(scheme, "hmac-sha256") != 0))
        text_add(why, "messages cannot be signed as it asks for, only with \"hmac-sha256\"");
    for (enum port port = 0; port < PORT_COUNT && why->length == 0; port++)
        take_port(connection, object, port, why);
    connection->key = memory_copy(key);
    return why->length == 0;
}

bool connection_read(struct connection *connection, const char *path, struct text *why)
{
    *connection = (struct connection){.key = NULL};
    json_t *object = read_object(path, why);
    bool fine = object != NULL && take(connection, object, why);
    json_decref(object);
    return fine;
}

void connection_free(struct connection *connection)
{
    for (enum port port = 0; port < PORT_COUNT; port++)
        free(connection->addresses[port]);
    free(connection->key);
}
