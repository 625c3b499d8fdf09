/*
 * session.h: one learner's Lua, in a process of its own.  Floor: session.
 *
 * The caller (a front) keeps terminal, files and progress; the worker behind a struct session keeps the Lua
 * state and its sockets, and may be interrupted, limited, killed and replaced.  Peers and descriptors of a
 * session are gone when session_free() returns.
 */
#ifndef SOCKRATES_SESSION_SESSION_H
#define SOCKRATES_SESSION_SESSION_H

#include "lab/fault.h"
#include "session/outcome.h"
#include "session/request.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct session;

/* Events that a session's ring holds: 4 MiB when all were used. */
#define SESSION_EVENTS 16384

/* Starts a worker; the options are copied. */
struct session *session_new(const struct session_options *options);
void session_free(struct session *session);

/*
 * The same with another worker than the one of worker.h, which runs in the child: for tests of what a front does when
 * its worker is not what it should be.
 */
typedef void session_worker(int channel, struct ring *ring, const struct session_options *options, pid_t parent,
                            const char *folder);
struct session *session_new_with(const struct session_options *options, session_worker *run);

/* False once the worker is gone (OUTCOME_ENDED was given); everything but session_free() is over then. */
bool session_alive(const struct session *session);

/* The ring that the worker writes; borrowed. */
struct ring *session_ring(const struct session *session);

/* What a front is told while a chunk runs; any function may be NULL. */
struct session_watcher {
    void *self;
    /* Something was printed: visible text, as it comes. */
    void (*output)(void *self, const char *text, size_t length);
    /* Called about twenty times a second while the chunk runs, with the nanoseconds since it began. */
    void (*waiting)(void *self, int64_t elapsed);
    /* Asked after every signal and every tick: true once the person wants the chunk stopped. */
    bool (*stopping)(void *self);
    /* io.read() wants a line: session_give_input() gives it, now or later. */
    void (*wants_input)(void *self);
    /* The check asks another session, see remote.h: a new reference to its answer, or NULL. */
    json_t *(*asked)(void *self, json_t *question);
};

/* Evaluates and waits.  Never NULL; free with outcome_free(). */
struct outcome *session_evaluate(struct session *session, const struct chunk *chunk,
                                 const struct session_watcher *watcher);

/*
 * The same in steps, for a front with many sessions at once: begin, then poll session_descriptor() for
 * reading until session_deadline() (a moment; CLOCK_NEVER), then call session_receive(), which never blocks
 * and gives NULL while the chunk goes on.
 */
void session_begin(struct session *session, const struct chunk *chunk);
int session_descriptor(const struct session *session);
int64_t session_deadline(const struct session *session);
struct outcome *session_receive(struct session *session, const struct session_watcher *watcher);

/*
 * To a session with `input` whose watcher was told that it wants some: a line, without its end, or NULL for none.  A
 * line that nobody wants any more is dropped.
 */
void session_give_input(struct session *session, const char *line, size_t length);

/*
 * The outcome of the newest chunk takes in what peers have done since; that of an older one stays as it is.  What is
 * not taken in so belongs to the next chunk.
 */
void session_catch_up(struct session *session, struct outcome *outcome);

/*
 * Asks the idle worker something; NULL when it does not know or is gone.  Takes over `argument`.
 *   "complete"  "socket.AF_IN"        -> {"start": 7, "names": ["AF_INET", ...]}   start: byte offset
 *   "completeness" "for i = 1, 2 do"  -> "complete", "incomplete" (it may go on in the next line), "invalid"
 *   "variables" null                  -> [{"name", "text"}]      what the learner has defined
 *   "sockets"   null                  -> [["fd", "kind", ...], ...]   rows of texts, the first the heading
 *   "peers"     null                  -> [["name", "process", ...], ...]
 *   "addresses" null                  -> see describe_addresses()
 *   "observed"  null                  -> what checks see, as plain data
 *   "observe"   that                  -> true; its checks see that, and another session's globals
 *   "remote"    a question            -> see remote.h
 */
json_t *session_ask(struct session *session, const char *verb, json_t *argument);

/* The same for what may take so many nanoseconds. */
json_t *session_ask_within(struct session *session, const char *verb, json_t *argument, int64_t time);

/*
 * For a session that was made with `disturbed`: from now on it is a bad day, or with NULL one that is only measured.
 * False when that cannot be.  And what happened since: the measure, and how often the fault did anything.
 */
bool session_disturb(struct session *session, const struct fault_run *run);
bool session_disturbed(struct session *session, struct fault_measure *measure, uint64_t *applied);

/* What the sessions speak: "Lua 5.4.4". */
const char *session_language(void);

#endif
