/*
 * visits.h: who is connected, and for how long.  Part of `docs serve`.
 *
 * A browser's tab that waits for the next build says nothing for hours, and so does a client that only wants to hold
 * a connection.  Requests end within a bounded time, waiting ones are answered now and then, those that were left
 * behind at once, and when there are too many the oldest goes.  Functions may be called from several threads.
 */
#ifndef SOCKRATES_DOCS_VISITS_H
#define SOCKRATES_DOCS_VISITS_H

#include <microhttpd.h>
#include <stdbool.h>

struct visits;
struct visit;

/* So many connections may be open at once. */
enum { VISITS_MOST = 400 };

struct visits *visits_new(void);

/* Nobody waits from here on; then the server may stop, and when it has, the visits are freed. */
void visits_end(struct visits *visits);
void visits_free(struct visits *visits);

/* MHD_OPTION_NOTIFY_CONNECTION: `self` is the visits, and the context becomes the struct visit. */
void visits_notify(void *self, struct MHD_Connection *connection, void **context,
                   enum MHD_ConnectionNotificationCode code);

/* MHD_OPTION_NOTIFY_COMPLETED: the request was answered, and another may come. */
void visits_completed(void *self, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code);

/*
 * Suspends the connection until visits_wake(), or until it has waited long enough.  False when it has, and is to be
 * answered now.
 */
bool visits_wait(struct visits *visits, struct MHD_Connection *connection);

/* Everybody who waits is answered. */
void visits_wake(struct visits *visits);

#endif
