/* What a step knows of those before it: kept once, and as it was then. */
#include "trace/past.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct event *begin(struct ring *ring, enum event_call call)
{
    struct event *event = ring_begin(ring, EVENT_CALL, call);
    ring_publish(event);
    return event;
}

static void make(struct ring *ring, enum event_call call)
{
    ring_end(begin(ring, call), 0, 0);
}

static void events_are_shared(void **state)
{
    (void)state;
    struct ring *ring = ring_new(1024);
    struct past *past = past_new();
    make(ring, CALL_SOCKET);
    struct event *waits = begin(ring, CALL_ACCEPT);
    struct event *unwritten = ring_begin(ring, EVENT_CALL, CALL_LISTEN);
    make(ring, CALL_CLOSE);
    struct earlier then = past_before(past, ring, ring_next(ring));
    ring_publish(unwritten);
    ring_end(unwritten, 0, 0);
    ring_end(waits, 5, 0);
    make(ring, CALL_BIND);
    struct earlier now = past_before(past, ring, ring_next(ring));
    past_free(past);
    ring_free(ring);
    assert_int_equal(then.count, 3);
    assert_int_equal(now.count, 5);
    assert_int_equal(now.forgotten, 0);
    assert_ptr_equal(then.events[0], now.events[0]);
    /* What went on meanwhile is known as it was then, and as it is now. */
    assert_int_equal(then.events[1]->end, 0);
    assert_int_equal(now.events[1]->result, 5);
    assert_int_equal(now.events[2]->call, CALL_LISTEN);
    assert_int_equal(now.events[3]->call, CALL_CLOSE);
    assert_int_equal(now.events[4]->call, CALL_BIND);
    earlier_free(&then);
    assert_int_equal(now.events[0]->call, CALL_SOCKET);
    earlier_free(&now);
}

/* Of long ago only what a socket is known by stays. */
static void much_is_forgotten(void **state)
{
    (void)state;
    enum { MANY = 5000, NEWEST = 4096 };
    struct ring *ring = ring_new(RING_CAPACITY);
    struct past *past = past_new();
    make(ring, CALL_SOCKET);
    for (int i = 0; i < MANY; i++)
        make(ring, CALL_SEND);
    struct earlier earlier = past_before(past, ring, ring_next(ring));
    assert_int_equal(earlier.events[0]->call, CALL_SOCKET);
    assert_int_equal(earlier.count, 1 + NEWEST);
    assert_int_equal(earlier.forgotten, MANY - NEWEST);
    earlier_free(&earlier);
    past_free(past);
    ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_shared),
        cmocka_unit_test(much_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
