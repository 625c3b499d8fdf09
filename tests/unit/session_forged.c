/*
 * A worker that is not what it should be: whatever it sends, floods or leaves out, the front says so soon, keeps little
 * of it, and believes none of it.
 */
#include "base/clock.h"
#include "session/frame.h"
#include "session/record.h"
#include "session/session.h"

#include "base/text.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* --- workers -------------------------------------------------------------------------------------------- */

static int channel;
static struct ring *ring;
static uint64_t nonce;
static struct text request;

static enum frame_kind hear(void)
{
    return frame_receive(channel, &nonce, &request);
}

static void say(enum frame_kind kind, uint64_t number, const char *bytes, size_t length)
{
    frame_send(channel, kind, number, bytes, length);
}

static struct text record_of(const struct outcome *outcome, uint64_t first, uint64_t last)
{
    struct text record = TEXT_EMPTY;
    record_write(&record, outcome, first, last);
    return record;
}

static void give(const struct outcome *outcome, uint64_t first, uint64_t last)
{
    struct text record = record_of(outcome, first, last);
    say(FRAME_OUTCOME, nonce, record.bytes, record.length);
    text_free(&record);
}

static void give_fine(void)
{
    const struct outcome fine = {.kind = OUTCOME_FINE, .chunk = 1, .begin = clock_now()};
    give(&fine, 0, 0);
}

static void claim_4_gib(void)
{
    hear();
    const struct frame_head head = {FRAME_OUTPUT, UINT32_MAX, nonce};
    char bytes[4096] = {0};
    if (write(channel, &head, sizeof head) > 0)
        while (write(channel, bytes, sizeof bytes) > 0)
            continue;
}

static void claim_a_long_outcome(void)
{
    hear();
    const struct frame_head head = {FRAME_OUTCOME, FRAME_MOST + 1, nonce};
    char bytes[4096] = {0};
    if (write(channel, &head, sizeof head) > 0)
        while (write(channel, bytes, sizeof bytes) > 0)
            continue;
}

static void flood_with_output(void)
{
    hear();
    char line[4096];
    memset(line, 'x', sizeof line);
    for (;;)
        say(FRAME_OUTPUT, nonce, line, sizeof line);
}

static void flood_with_nothing(void)
{
    hear();
    for (;;)
        say(FRAME_OUTPUT, nonce, "", 0);
}

static void flood_with_leaving(void)
{
    hear();
    for (;;)
        say(FRAME_LEAVING, nonce, "0", 1);
}

static void drive_the_terminal(void)
{
    hear();
    say(FRAME_OUTPUT, nonce, "\033[2J", 4);
    pause();
}

static void speak_first(void)
{
    say(FRAME_OUTCOME, 0, "", 0);
    pause();
}

static void guess_the_number(void)
{
    hear();
    const struct outcome fine = {.kind = OUTCOME_FINE, .begin = clock_now()};
    struct text record = record_of(&fine, 0, 0);
    say(FRAME_OUTCOME, nonce + 1, record.bytes, record.length);
    pause();
}

/* For the check that comes next, with the number of this chunk. */
static void answer_twice(void)
{
    hear();
    give_fine();
    give_fine();
    hear();
    give_fine();
    pause();
}

static void replay_the_number(void)
{
    hear();
    give_fine();
    uint64_t old = nonce;
    hear();
    const struct outcome fine = {.kind = OUTCOME_FINE, .begin = clock_now()};
    struct text record = record_of(&fine, 0, 0);
    say(FRAME_OUTCOME, old, record.bytes, record.length);
    pause();
}

static void give_an_answer(void)
{
    hear();
    say(FRAME_ANSWER, nonce, "[]", 2);
    pause();
}

static void give_no_record(void)
{
    hear();
    say(FRAME_OUTCOME, nonce, "{\"kind\":\"fine\"}", 15);
    pause();
}

static void invent_events(void)
{
    hear();
    const struct outcome fine = {.kind = OUTCOME_FINE, .begin = clock_now()};
    give(&fine, 0, 1000000);
    pause();
}

static void take_events_of_before(void)
{
    ring_publish(ring_begin(ring, EVENT_CALL, CALL_CONNECT));
    hear();
    give_fine();
    hear();
    ring_publish(ring_begin(ring, EVENT_CALL, CALL_CONNECT));
    give_fine();
    pause();
}

static void have_taken_years(void)
{
    hear();
    const struct outcome fine = {.kind = OUTCOME_FINE, .begin = clock_now(), .elapsed = 1000000 * CLOCK_SECOND};
    give(&fine, 0, 0);
    pause();
}

static void have_taken_less_than_nothing(void)
{
    hear();
    const struct outcome fine = {.kind = OUTCOME_FINE, .begin = clock_now(), .elapsed = -1};
    give(&fine, 0, 0);
    pause();
}

static void end_by_word(void)
{
    hear();
    const struct outcome ended = {.kind = OUTCOME_ENDED, .begin = clock_now()};
    give(&ended, 0, 0);
    pause();
}

static void send_no_message(void)
{
    hear();
    say(77, nonce, "?", 1);
    pause();
}

static void ask_others(void)
{
    hear();
    say(FRAME_REQUEST, nonce, "[\"global\", \"x\"]", 15);
    pause();
}

static void close_and_stay(void)
{
    hear();
    close(channel);
    pause();
}

static void never_answer(void)
{
    hear();
    pause();
}

static void never_listen(void)
{
    pause();
}

static const struct forged {
    const char *name;
    void (*work)(void);
    const char *reason; /* a part of what is said */
    int chunks;         /* the front begins; the last one ends */
} forged[] = {
    {"a frame of 4 GiB", claim_4_gib, "more output than it may", 1},
    {"a long outcome", claim_a_long_outcome, "more than it may", 1},
    {"output without end", flood_with_output, "more output than it may", 1},
    {"empty output without end", flood_with_nothing, "more output than it may", 1},
    {"leaving without end", flood_with_leaving, "without being asked", 1},
    {"escape sequences", drive_the_terminal, "cannot be shown", 1},
    {"before it is asked", speak_first, "it ", 1},
    {"the wrong number", guess_the_number, "not asked", 1},
    {"two outcomes", answer_twice, "it ", 2},
    {"a number again", replay_the_number, "not asked", 2},
    {"the wrong kind", give_an_answer, "wrong kind", 1},
    {"no record", give_no_record, "cannot be", 1},
    {"events that are not there", invent_events, "cannot be", 1},
    {"events of another chunk", take_events_of_before, "cannot be", 2},
    {"years", have_taken_years, "cannot be", 1},
    {"less than no time", have_taken_less_than_nothing, "cannot be", 1},
    {"the end by word", end_by_word, "cannot be", 1},
    {"no message", send_no_message, "no message", 1},
    {"a question", ask_others, "nobody answers", 1},
    {"no channel", close_and_stay, "SIGKILL", 1},
    {"no answer", never_answer, "did not stop", 1},
    {"a deaf one", never_listen, "listen", 1},
};

static void (*work)(void);

static void run_forged(int fd, struct ring *events, const struct session_options *options, pid_t parent,
                       const char *folder)
{
    (void)options, (void)parent, (void)folder;
    channel = fd;
    ring = events;
    signal(SIGINT, SIG_IGN);
    work();
    _exit(0);
}

/* --- the front ------------------------------------------------------------------------------------------ */

static long most_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void ends_in_time(const struct forged *row)
{
    const struct session_options options = {.time = 300 * CLOCK_MILLISECOND};
    /* Too long for the buffer between them: somebody has to take it. */
    struct text code = TEXT_EMPTY;
    if (row->work == never_listen)
        text_add_repeat(&code, "x = 1\n", 1000000);
    else
        text_add(&code, "x = 1\n");
    const struct chunk chunk = {.name = "test", .first_line = 1, .text = code.bytes, .length = code.length};
    long before = most_memory();
    int64_t begin = clock_now();
    work = row->work;
    struct session *session = session_new_with(&options, run_forged);
    struct outcome *outcome = NULL;
    for (int i = 0; i < row->chunks; i++) {
        outcome_free(outcome);
        outcome = session_evaluate(session, &chunk, NULL);
    }
    if (outcome->kind != OUTCOME_ENDED || strstr(outcome->reason, row->reason) == NULL)
        fail_msg("%s: kind %d, %s", row->name, (int)outcome->kind, outcome->reason ? outcome->reason : "");
    assert_false(session_alive(session));
    outcome_free(outcome);
    session_free(session);
    text_free(&code);
    if (clock_now() - begin > 8 * CLOCK_SECOND)
        fail_msg("%s: took %.1f s", row->name, (double)(clock_now() - begin) / CLOCK_SECOND);
    if (most_memory() - before > 100 << 10)
        fail_msg("%s: %ld KiB", row->name, most_memory() - before);
}

static void every_one_is_ended(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++)
        ends_in_time(&forged[i]);
}

/* --- answers -------------------------------------------------------------------------------------------- */

static void flood_an_ask(void)
{
    hear();
    for (;;)
        say(FRAME_OUTPUT, nonce, "x", 1);
}

static void answer_no_json(void)
{
    hear();
    say(FRAME_ANSWER, nonce, "{", 1);
    pause();
}

static void answer_an_outcome(void)
{
    hear();
    give_fine();
    pause();
}

static void answers_are_bounded(void **state)
{
    (void)state;
    static void (*const workers[])(void) = {flood_an_ask, answer_no_json, answer_an_outcome, claim_4_gib,
                                            never_answer, speak_first,    close_and_stay};
    const struct session_options options = {.time = 0};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        int64_t begin = clock_now();
        work = workers[i];
        struct session *session = session_new_with(&options, run_forged);
        assert_null(session_ask(session, "variables", NULL));
        session_free(session);
        assert_true(clock_now() - begin < 6 * CLOCK_SECOND);
    }
}

/* --- shared memory -------------------------------------------------------------------------------------- */

static void scribble(void)
{
    struct event *event = ring_begin(ring, EVENT_CALL, CALL_CONNECT);
    event->call = 60000;
    event->function = 60000;
    event->address_length = event->data_length = event->names_length = 65535;
    ring_publish(event);
    hear();
    event = ring_begin(ring, EVENT_CALL, CALL_SENDTO);
    event->actor = 9999;
    event->function = 60000;
    event->address_length = 65535;
    event->data_length = 65535;
    event->names_length = 65535;
    event->chunk = 1;
    ring_publish(event);
    ring_end(event, 5, 0);
    for (int i = 0; i < 100; i++)
        ring_actor_new(ring, "\033[2Jwith a name that is much longer than it may be");
    const struct outcome fine = {.kind = OUTCOME_FINE, .chunk = 1, .begin = clock_now()};
    give(&fine, 1, 2);
    hear();
}

static void events_are_sound(void **state)
{
    (void)state;
    const struct session_options options = {.time = CLOCK_SECOND};
    const struct chunk chunk = {.name = "test", .first_line = 1, .text = "x", .length = 1};
    work = scribble;
    struct session *session = session_new_with(&options, run_forged);
    while (ring_next(session_ring(session)) == 0)
        poll(NULL, 0, 1);
    struct outcome *outcome = session_evaluate(session, &chunk, NULL);
    assert_int_equal(outcome->kind, OUTCOME_FINE);
    assert_int_equal(outcome->event_count, 1);
    assert_int_equal(outcome->earlier.count, 1);
    const struct event *event = &outcome->events[0];
    assert_true(event->address_length + event->data_length + event->names_length <= EVENT_ROOM);
    assert_true(event->actor < outcome->actor_count);
    assert_string_equal(outcome->actors[1], "\\x1b[2Jwith a name that is");
    json_decref(outcome_to_json(outcome));
    findings_free(outcome_findings(outcome));
    outcome_free(outcome);
    session_free(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_one_is_ended),
        cmocka_unit_test(answers_are_bounded),
        cmocka_unit_test(events_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
