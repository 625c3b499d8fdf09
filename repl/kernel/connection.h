/*
 * connection.h: where a notebook server wants its kernel to listen.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_CONNECTION_H
#define SOCKRATES_KERNEL_CONNECTION_H

#include "base/text.h"

#include <stdbool.h>

enum port { PORT_SHELL, PORT_CONTROL, PORT_STDIN, PORT_IOPUB, PORT_HEARTBEAT, PORT_COUNT };

struct connection {
    char *addresses[PORT_COUNT]; /* as ZeroMQ writes them: "tcp://127.0.0.1:5001" */
    int ports[PORT_COUNT];
    char *key;
};

/* Reads the file; false, and why as a sentence, when it is no connection file. */
bool connection_read(struct connection *connection, const char *path, struct text *why);
void connection_free(struct connection *connection);

/* "shell", "iopub": as the file calls it, without "_port". */
const char *port_name(enum port port);

#endif
