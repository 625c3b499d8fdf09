/*
 * server.h: a folder over HTTP, for its author alone.  Part of `docs serve`.
 *
 * Listens on loopback and answers only who asks for loopback by name, so that no page of the net can read
 * drafts through the author's browser.  Pages learn of a new build and load themselves again.
 */
#ifndef SOCKRATES_DOCS_SERVER_H
#define SOCKRATES_DOCS_SERVER_H

#include <stddef.h>

struct server;

/*
 * Serves the folder; `port` 0 is the usual one, or any free one where that is taken.  NULL and errno when no
 * port can be had.
 */
struct server *server_new(const char *folder, unsigned port);
void server_free(struct server *server);

unsigned server_port(const struct server *server);

/* Tells every open page that the folder has changed; `trouble` is shown on them, "" for none. */
void server_changed(struct server *server, const char *trouble);

#endif
