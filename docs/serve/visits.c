#include "visits.h"

#include "base/clock.h"
#include "base/memory.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define LOOK_EVERY     (CLOCK_SECOND / 2)
#define WAIT_LONGEST   (25 * CLOCK_SECOND) /* less than what browsers and MHD wait for an answer */
#define ANSWER_LONGEST (30 * CLOCK_SECOND) /* from the first byte of a request to the last of its answer */
#define CROWD_LONGEST  CLOCK_SECOND        /* the same while many others want to come in */

enum { CROWD = VISITS_MOST / 2, WAITING_MOST = VISITS_MOST / 4 };

struct visit {
    struct visit *before, *next; /* in the order in which they last ended a request, the latest first */
    struct MHD_Connection *connection;
    int socket;
    int64_t since; /* when it came, or was answered last */
    bool waits;    /* suspended */
    bool enough;   /* it has waited, and is to be answered */
};

struct visits {
    struct visit *first, *last;
    size_t count, waiting;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    pthread_t watcher;
    bool ending;
};

static void unlink_visit(struct visits *visits, struct visit *visit)
{
    *(visit->before ? &visit->before->next : &visits->first) = visit->next;
    *(visit->next ? &visit->next->before : &visits->last) = visit->before;
    visits->count--;
}

static void link_first(struct visits *visits, struct visit *visit)
{
    visit->since = clock_now();
    visit->before = NULL;
    visit->next = visits->first;
    *(visits->first ? &visits->first->before : &visits->last) = visit;
    visits->first = visit;
    visits->count++;
}

/* --- waiting -------------------------------------------------------------------------------------------- */

static void resume(struct visits *visits, struct visit *visit)
{
    visit->waits = false;
    visit->enough = true;
    visits->waiting--;
    MHD_resume_connection(visit->connection);
}

/* True when nobody is there any more, or nobody who will say anything. */
static bool is_left(const struct visit *visit)
{
    struct pollfd socket = {.fd = visit->socket, .events = POLLRDHUP};
    return poll(&socket, 1, 0) > 0;
}

/* Ends what has lasted too long. */
static void look_at(struct visits *visits, struct visit *visit, int64_t now)
{
    int64_t lasts = now - visit->since, longest = visits->count > CROWD ? CROWD_LONGEST : ANSWER_LONGEST;
    if (visit->waits && (lasts > WAIT_LONGEST || visits->waiting > WAITING_MOST || is_left(visit)))
        resume(visits, visit);
    else if (!visit->waits && lasts > longest)
        shutdown(visit->socket, SHUT_RDWR); /* the server sees its end, and closes it */
}

/* MHD looks at connections only when they say something, so somebody else looks at the silent ones. */
static void *watch(void *self)
{
    struct visits *visits = self;
    pthread_mutex_lock(&visits->lock);
    while (!visits->ending) {
        int64_t next = clock_after(LOOK_EVERY);
        struct timespec until = {.tv_sec = next / CLOCK_SECOND, .tv_nsec = next % CLOCK_SECOND};
        pthread_cond_timedwait(&visits->ends, &visits->lock, &until);
        for (struct visit *visit = visits->last, *before; !visits->ending && visit != NULL; visit = before) {
            before = visit->before;
            look_at(visits, visit, clock_now());
        }
    }
    pthread_mutex_unlock(&visits->lock);
    return NULL;
}

bool visits_wait(struct visits *visits, struct MHD_Connection *connection)
{
    struct visit *visit = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    pthread_mutex_lock(&visits->lock);
    bool waits = !visit->enough && !visits->ending;
    visit->enough = false;
    if (waits) {
        visit->waits = true;
        visit->since = clock_now();
        visits->waiting++;
        MHD_suspend_connection(connection);
    }
    pthread_mutex_unlock(&visits->lock);
    return waits;
}

void visits_wake(struct visits *visits)
{
    pthread_mutex_lock(&visits->lock);
    for (struct visit *visit = visits->first; visit != NULL; visit = visit->next)
        if (visit->waits)
            resume(visits, visit);
    pthread_mutex_unlock(&visits->lock);
}

/* --- coming and going ----------------------------------------------------------------------------------- */

void visits_notify(void *self, struct MHD_Connection *connection, void **context,
                   enum MHD_ConnectionNotificationCode code)
{
    struct visits *visits = self;
    pthread_mutex_lock(&visits->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct visit *visit = memory_new(1, sizeof *visit);
        visit->connection = connection;
        visit->socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        link_first(visits, visit);
        *context = visit;
    } else if (*context != NULL) {
        unlink_visit(visits, *context);
        free(*context);
        *context = NULL;
    }
    pthread_mutex_unlock(&visits->lock);
}

void visits_completed(void *self, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    struct visits *visits = self;
    (void)state, (void)code;
    struct visit *visit = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    if (visit == NULL)
        return;
    pthread_mutex_lock(&visits->lock);
    unlink_visit(visits, visit);
    link_first(visits, visit);
    visit->enough = false;
    pthread_mutex_unlock(&visits->lock);
}

struct visits *visits_new(void)
{
    struct visits *visits = memory_new(1, sizeof *visits);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&visits->lock, NULL);
    pthread_cond_init(&visits->ends, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&visits->watcher, NULL, watch, visits) == 0)
        return visits;
    pthread_cond_destroy(&visits->ends);
    pthread_mutex_destroy(&visits->lock);
    free(visits);
    return NULL;
}

void visits_end(struct visits *visits)
{
    pthread_mutex_lock(&visits->lock);
    visits->ending = true;
    pthread_cond_signal(&visits->ends);
    pthread_mutex_unlock(&visits->lock);
    pthread_join(visits->watcher, NULL);
    visits_wake(visits);
}

void visits_free(struct visits *visits)
{
    pthread_cond_destroy(&visits->ends);
    pthread_mutex_destroy(&visits->lock);
    free(visits);
}
