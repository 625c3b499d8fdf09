/* Sockets without Lua: the one door, its EINTR policy, its deadlines. */
#include "lab/peer.h"
#include "net/policy.h"
#include "net/resolve.h"
#include "net/socket.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

struct fixture {
    struct net net;
    struct lab lab;
    int handled; /* how often `interrupted` was asked */
    bool raises; /* what it answers */
};

static struct fixture *current; /* a signal handler must find it */

static void on_alarm(int number)
{
    (void)number;
    current->net.pending = 1;
}

static bool interrupted(void *owner)
{
    struct fixture *fixture = owner;
    fixture->net.pending = 0;
    fixture->handled++;
    return fixture->raises;
}

static int start(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    net_init(&fixture->net, ring_new(1024));
    fixture->net.interrupted = interrupted;
    fixture->net.owner = fixture;
    *state = current = fixture;
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    return 0;
}

static int stop(void **state)
{
    struct fixture *fixture = *state;
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    lab_clear(&fixture->lab);
    assert_null(fixture->net.open);
    ring_free(fixture->net.ring);
    free(fixture);
    return 0;
}

static void alarm_after(int milliseconds)
{
    const struct itimerval timer = {.it_value = {.tv_usec = milliseconds * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void open_tcp(struct fixture *f, struct net_socket *s)
{
    *s = NET_SOCKET_CLOSED;
    assert_true(status_fine(socket_open(&f->net, s, AF_INET, SOCK_STREAM, 0)));
}

static struct peer *start_peer(struct fixture *f, struct peer_place place)
{
    struct peer *peer;
    peer_body *body = place.deaf || place.full ? peer_idle : peer_echo;
    assert_true(status_fine(peer_start(&f->lab, &f->net, &place, body, NULL, &peer)));
    return peer;
}

/* How many calls of this kind the learner made. */
static int count_calls(struct fixture *f, enum event_call call)
{
    struct event event;
    int count = 0;
    for (uint64_t number = 0; number < ring_next(f->net.ring); number++)
        if (ring_read(f->net.ring, number, &event) && event.actor == 0 && event.kind == EVENT_CALL &&
            event.call == call)
            count++;
    return count;
}

static void test_echo(void **state)
{
    struct fixture *f = *state;
    struct peer *peer = start_peer(f, (struct peer_place){.name = "echo"});
    struct net_socket s;
    char data[16];
    size_t count;
    open_tcp(f, &s);
    assert_true(status_fine(socket_connect(&f->net, &s, &peer->address)));
    assert_true(status_fine(socket_send_all(&f->net, &s, "hello", 5, 0, &count)));
    assert_true(status_fine(socket_receive(&f->net, &s, data, sizeof data, 0, &count)));
    assert_int_equal(count, 5);
    assert_memory_equal(data, "hello", 5);
    assert_true(status_fine(socket_close(&f->net, &s)));
    assert_true(status_fine(socket_close(&f->net, &s)));
    assert_int_equal(count_calls(f, CALL_CLOSE), 1);
}

static void test_refused_and_silent(void **state)
{
    struct fixture *f = *state;
    struct peer *refused = start_peer(f, (struct peer_place){.name = "refused", .deaf = true});
    struct peer *silent = start_peer(f, (struct peer_place){.name = "silent", .full = true});
    struct net_socket s;
    open_tcp(f, &s);
    struct status status = socket_connect(&f->net, &s, &refused->address);
    assert_int_equal(status.kind, STATUS_ERRNO);
    assert_int_equal(status.error, ECONNREFUSED);
    assert_string_equal(status.call, "connect");
    socket_close(&f->net, &s);
    open_tcp(f, &s);
    socket_set_timeout(&f->net, &s, 50 * CLOCK_MILLISECOND);
    int64_t begin = clock_now();
    status = socket_connect(&f->net, &s, &silent->address);
    assert_int_equal(status.kind, STATUS_TIMED_OUT);
    assert_string_equal(status.call, "connect");
    assert_true(clock_now() - begin >= 50 * CLOCK_MILLISECOND);
    socket_close(&f->net, &s);
}

/* With a timeout the call is tried first: no poll where data waits already. */
static void test_two_calls_a_round_trip(void **state)
{
    struct fixture *f = *state;
    struct net_socket pair[2] = {NET_SOCKET_CLOSED, NET_SOCKET_CLOSED};
    char data[4];
    size_t count;
    assert_true(status_fine(socket_pair(&f->net, pair, AF_UNIX, SOCK_STREAM, 0)));
    socket_set_timeout(&f->net, &pair[1], CLOCK_SECOND);
    socket_send_all(&f->net, &pair[0], "x", 1, 0, &count);
    assert_true(status_fine(socket_receive(&f->net, &pair[1], data, 4, 0, &count)));
    assert_int_equal(count_calls(f, CALL_POLL), 0);
    socket_set_timeout(&f->net, &pair[1], 10 * CLOCK_MILLISECOND);
    assert_int_equal(socket_receive(&f->net, &pair[1], data, 4, 0, &count).kind, STATUS_TIMED_OUT);
    assert_int_equal(count_calls(f, CALL_POLL), 1);
    socket_set_timeout(&f->net, &pair[1], NET_NOW);
    assert_int_equal(socket_receive(&f->net, &pair[1], data, 4, 0, &count).error, EAGAIN);
    socket_close(&f->net, &pair[0]);
    socket_close(&f->net, &pair[1]);
}

/* A handler that returns: the call goes on. One that raises: the call is left. */
static void test_interrupted_receive(void **state)
{
    struct fixture *f = *state;
    struct net_socket pair[2] = {NET_SOCKET_CLOSED, NET_SOCKET_CLOSED};
    char data[4];
    size_t count;
    socket_pair(&f->net, pair, AF_UNIX, SOCK_STREAM, 0);
    socket_set_timeout(&f->net, &pair[1], 80 * CLOCK_MILLISECOND);
    int64_t begin = clock_now();
    alarm_after(20);
    assert_int_equal(socket_receive(&f->net, &pair[1], data, 4, 0, &count).kind, STATUS_TIMED_OUT);
    assert_true(clock_now() - begin >= 80 * CLOCK_MILLISECOND);
    assert_int_equal(f->handled, 1);
    f->raises = true;
    socket_set_timeout(&f->net, &pair[1], NET_FOREVER);
    alarm_after(20);
    assert_int_equal(socket_receive(&f->net, &pair[1], data, 4, 0, &count).kind, STATUS_INTERRUPTED);
    socket_close(&f->net, &pair[0]);
    socket_close(&f->net, &pair[1]);
}

/* connect(2) is called once, whatever comes in between. */
static void test_interrupted_connect(void **state)
{
    struct fixture *f = *state;
    struct peer *silent = start_peer(f, (struct peer_place){.name = "silent", .full = true});
    struct net_socket s;
    open_tcp(f, &s);
    socket_set_timeout(&f->net, &s, 60 * CLOCK_MILLISECOND);
    alarm_after(20);
    assert_int_equal(socket_connect(&f->net, &s, &silent->address).kind, STATUS_TIMED_OUT);
    assert_int_equal(f->handled, 1);
    assert_int_equal(count_calls(f, CALL_CONNECT), 1);
    socket_close(&f->net, &s);
    f->raises = true;
    open_tcp(f, &s);
    alarm_after(20);
    assert_int_equal(socket_connect(&f->net, &s, &silent->address).kind, STATUS_INTERRUPTED);
    assert_int_equal(count_calls(f, CALL_CONNECT), 2);
    socket_close(&f->net, &s);
}

/* Somebody who takes a little at a time does not stretch the one timeout. */
static void test_send_all_has_one_deadline(void **state)
{
    struct fixture *f = *state;
    struct net_socket pair[2] = {NET_SOCKET_CLOSED, NET_SOCKET_CLOSED};
    socket_pair(&f->net, pair, AF_UNIX, SOCK_STREAM, 0);
    pid_t drip = fork();
    if (drip == 0) {
        char little[512];
        close(pair[0].fd);
        while (read(pair[1].fd, little, sizeof little) > 0)
            poll(NULL, 0, 1);
        _exit(0);
    }
    close(socket_detach(&f->net, &pair[1]));
    size_t length = 64 << 20, sent;
    char *much = calloc(1, length);
    socket_set_timeout(&f->net, &pair[0], 100 * CLOCK_MILLISECOND);
    assert_int_equal(socket_send_all(&f->net, &pair[0], much, length, 0, &sent).kind, STATUS_TIMED_OUT);
    assert_in_range(sent, 1, length - 1);
    free(much);
    socket_close(&f->net, &pair[0]);
    kill(drip, SIGKILL);
}

static void test_confinement(void **state)
{
    struct fixture *f = *state;
    struct net_socket s;
    struct address address;
    struct net_policy policy = {.folder = NULL};
    policy_begin(&f->net, &policy);
    f->net.confined = true;
    open_tcp(f, &s);
    assert_true(resolve_numeric(&address, AF_INET, "192.0.2.1"));
    address_set_port(&address, 80);
    assert_int_equal(socket_connect(&f->net, &s, &address).kind, STATUS_DENIED);
    assert_int_equal(count_calls(f, CALL_CONNECT), 0);
    socket_close(&f->net, &s);
}

static void expect_written(int family, const char *host, uint16_t port, const char *expected)
{
    struct address address;
    struct text text = TEXT_EMPTY;
    assert_true(resolve_numeric(&address, family, host));
    address_set_port(&address, port);
    assert_int_equal(address_port(&address), port);
    address_write(&text, &address);
    assert_string_equal(text_string(&text), expected);
    text_free(&text);
}

static void test_addresses(void **state)
{
    struct fixture *f = *state;
    expect_written(AF_INET, "127.0.0.1", 80, "127.0.0.1:80");
    expect_written(AF_INET, "", 1, "0.0.0.0:1");
    expect_written(AF_INET, "<broadcast>", 1, "255.255.255.255:1");
    expect_written(AF_INET6, "::1", 65535, "[::1]:65535");
    expect_written(AF_INET6, "fe80::1%lo", 7, "[fe80::1%lo]:7");
    struct address address;
    assert_false(resolve_numeric(&address, AF_INET, "::1"));
    assert_false(resolve_numeric(&address, AF_INET, "127.1"));
    assert_true(status_fine(resolve_host(&f->net, &address, AF_INET, "localhost")));
    assert_true(address_is_local(&address));
    assert_int_equal(resolve_host(&f->net, &address, AF_INET, "no such host.invalid").kind, STATUS_NAME);
    char path[200];
    memset(path, 'x', sizeof path);
    assert_true(status_fine(address_unix(&address, path, 107)));
    assert_int_equal(address_unix(&address, path, 108).kind, STATUS_PLAIN);
    path[0] = '\0';
    assert_true(status_fine(address_unix(&address, path, 108)));
    assert_int_equal(address_unix(&address, path, 109).kind, STATUS_PLAIN);
}

/* Nothing of the learner's stays open in a peer: when the learner closes, the other end sees it. */
static void test_peers_hold_nothing(void **state)
{
    struct fixture *f = *state;
    struct net_socket pair[2] = {NET_SOCKET_CLOSED, NET_SOCKET_CLOSED};
    char data[4];
    size_t count;
    socket_pair(&f->net, pair, AF_UNIX, SOCK_STREAM, 0);
    struct peer *peer = start_peer(f, (struct peer_place){.name = "echo"});
    socket_close(&f->net, &pair[0]);
    socket_set_timeout(&f->net, &pair[1], 10 * CLOCK_SECOND);
    assert_true(status_fine(socket_receive(&f->net, &pair[1], data, 4, 0, &count)));
    assert_int_equal(count, 0);
    socket_close(&f->net, &pair[1]);
    assert_true(peer_alive(peer));
    peer_stop(peer);
    assert_false(peer_alive(peer));
}

static void test_echo_serves_families_and_datagrams(void **state)
{
    struct fixture *f = *state;
    struct peer_place place = {.name = "echo", .type = SOCK_DGRAM};
    struct peer *peer = start_peer(f, place);
    struct net_socket s = NET_SOCKET_CLOSED;
    struct address from;
    char data[16];
    size_t count;
    socket_open(&f->net, &s, AF_INET, SOCK_DGRAM, 0);
    socket_set_timeout(&f->net, &s, 10 * CLOCK_SECOND);
    assert_true(status_fine(socket_send_to(&f->net, &s, "ping", 4, 0, &peer->address, &count)));
    assert_true(status_fine(socket_receive_from(&f->net, &s, data, sizeof data, 0, &count, &from)));
    assert_int_equal(count, 4);
    assert_int_equal(address_port(&from), address_port(&peer->address));
    socket_close(&f->net, &s);
}

int main(void)
{
#define NET_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        NET_TEST(test_echo),
        NET_TEST(test_refused_and_silent),
        NET_TEST(test_two_calls_a_round_trip),
        NET_TEST(test_interrupted_receive),
        NET_TEST(test_interrupted_connect),
        NET_TEST(test_send_all_has_one_deadline),
        NET_TEST(test_confinement),
        NET_TEST(test_addresses),
        NET_TEST(test_peers_hold_nothing),
        NET_TEST(test_echo_serves_families_and_datagrams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
