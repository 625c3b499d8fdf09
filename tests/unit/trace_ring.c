/* The timeline in shared memory: many writers, one story. */
#include "trace/call.h"
#include "trace/ring.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void record(struct ring *ring, int fd)
{
    struct event *event = ring_begin(ring, EVENT_CALL, CALL_CLOSE);
    event->fd = fd;
    ring_publish(event);
    ring_end(event, 0, 0);
}

static void test_reads_what_was_written(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    uint64_t first = ring_next(ring);
    record(ring, 3);
    record(ring, 4);
    size_t count;
    uint64_t dropped;
    struct event *events = ring_copy(ring, first, ring_next(ring), &count, &dropped);
    assert_int_equal(count, 2);
    assert_int_equal(dropped, 0);
    assert_int_equal(events[1].fd, 4);
    assert_true(events[0].end >= events[0].begin);
    assert_true(events[1].begin >= events[0].begin);
    assert_string_equal(event_call_name(events[0].call), "close");
    free(events);
    ring_free(ring);
}

static void test_a_call_that_blocks_can_be_watched(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    struct event copy, *event = ring_begin(ring, EVENT_CALL, CALL_CONNECT);
    assert_false(ring_read(ring, 0, &copy));
    ring_publish(event);
    assert_true(ring_read(ring, 0, &copy));
    assert_int_equal(copy.end, 0);
    ring_end(event, -1, 111);
    assert_true(ring_read(ring, 0, &copy));
    assert_int_equal(copy.error, 111);
    ring_free(ring);
}

static void test_the_oldest_are_pushed_out_and_counted(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    for (int i = 0; i < 20; i++)
        record(ring, i);
    size_t count;
    uint64_t dropped;
    struct event copy, *events = ring_copy(ring, 0, ring_next(ring), &count, &dropped);
    assert_int_equal(count, 8);
    assert_int_equal(dropped, 12);
    assert_int_equal(events[0].fd, 12);
    assert_int_equal(events[7].fd, 19);
    assert_false(ring_read(ring, 11, &copy));
    free(events);
    ring_free(ring);
}

#define WRITERS 4
#define EACH    2000

static void test_processes_write_one_timeline(void **state)
{
    (void)state;
    struct ring *ring = ring_new(16384);
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0) {
            for (int k = 0; k < EACH; k++)
                record(ring, i);
            _exit(0);
        }
    for (int i = 0; i < WRITERS; i++)
        wait(NULL);
    size_t count, seen[WRITERS] = {0};
    uint64_t dropped;
    struct event *events = ring_copy(ring, 0, ring_next(ring), &count, &dropped);
    assert_int_equal(count, WRITERS * EACH);
    for (size_t i = 0; i < count; i++)
        seen[events[i].fd]++;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(seen[i], EACH);
    free(events);
    ring_free(ring);
}

/* A writer that dies between claiming and publishing leaves a hole, not a wrong event. */
static void test_a_writer_may_die(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    ring_begin(ring, EVENT_CALL, CALL_SEND);
    record(ring, 1);
    size_t count;
    uint64_t dropped;
    struct event *events = ring_copy(ring, 0, ring_next(ring), &count, &dropped);
    assert_int_equal(count, 1);
    assert_int_equal(dropped, 1);
    free(events);
    ring_free(ring);
}

/* Who is too fast waits for the reader, and for nobody once he is gone. */
static void test_a_reader_misses_nothing(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    ring_hold(ring, 0, ends[1]);
    pid_t writer = fork();
    if (writer == 0) {
        close(ends[0]);
        for (int i = 0; i < 40; i++)
            record(ring, i);
        _exit(0);
    }
    for (uint64_t next = 0; next < 20; next++) {
        struct event event;
        while (!ring_read(ring, next, &event))
            usleep(100);
        assert_int_equal(event.fd, next);
        ring_hold(ring, next + 1, ends[1]);
    }
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(ring_next(ring), 40);
    close(ends[1]);
    ring_free(ring);
}

static void test_actors(void **state)
{
    (void)state;
    struct ring *ring = ring_new(8);
    assert_string_equal(ring_actor_name(ring, 0), "you");
    assert_int_equal(ring_actor_new(ring, "echo"), 1);
    assert_int_equal(ring_actor_new(ring, "a name that is longer than its room has letters"), 2);
    assert_int_equal(strlen(ring_actor_name(ring, 2)), RING_NAME_LENGTH - 1);
    for (int i = 0; i < 2 * RING_ACTORS; i++)
        assert_in_range(ring_actor_new(ring, "x"), 1, RING_ACTORS - 1);
    assert_string_equal(ring_actor_name(ring, RING_ACTORS - 1), "others");
    assert_int_equal(ring_actor_count(ring), RING_ACTORS);
    ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_was_written),
        cmocka_unit_test(test_a_call_that_blocks_can_be_watched),
        cmocka_unit_test(test_the_oldest_are_pushed_out_and_counted),
        cmocka_unit_test(test_processes_write_one_timeline),
        cmocka_unit_test(test_a_writer_may_die),
        cmocka_unit_test(test_a_reader_misses_nothing),
        cmocka_unit_test(test_actors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
