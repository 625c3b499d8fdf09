/*
 * The private network, as a lesson finds it: two hosts, a wire between them, every frame recorded.  Where the system
 * makes no such network this is said and skipped.
 */
#include "lab/network.h"

#include "base/clock.h"
#include "trace/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct ring *ring;

static int connect_to(const char *host, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(s, (struct sockaddr *)&address, sizeof address) == 0 ? s : -errno;
}

static void serve(const struct network *network, int ready)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    if (!status_fine(network_join_peer(network)))
        _exit(1);
    int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(l, (struct sockaddr *)&address, sizeof address) != 0 || listen(l, 5) != 0)
        _exit(2);
    if (write(ready, "x", 1) != 1)
        _exit(3);
    int c = accept(l, NULL, NULL);
    _exit(send(c, "hello", 5, 0) == 5 ? 0 : 4);
}

static size_t count_packets(void)
{
    struct event event;
    struct packet packet;
    size_t count = 0;
    for (uint64_t number = 0; number < ring_next(ring); number++)
        count += ring_read(ring, number, &event) && packet_of_event(&packet, &event) && !packet_is_chatter(&packet);
    return count;
}

/* In a process of its own: it cannot go back.  77 and the stage on standard output where there is no network. */
static int inside(void)
{
    struct network network;
    int64_t begin = clock_now();
    struct status status = network_enter(&network, ring, NULL);
    if (!status_fine(status)) {
        printf("no network: %s, %s. %s\n", status.call, strerror(status.error), network_remedy(status));
        return 77;
    }
    printf("made in %.1f ms\n", (double)(clock_now() - begin) / 1e6);
    network_drop_rights();
    int ends[2];
    char bytes[8] = "";
    if (pipe(ends) != 0)
        return 1;
    if (fork() == 0)
        serve(&network, ends[1]);
    if (read(ends[0], bytes, 1) != 1)
        return 2;
    int s = connect_to("10.0.0.2", 80);
    if (s < 0 || recv(s, bytes, sizeof bytes, 0) != 5 || memcmp(bytes, "hello", 5) != 0)
        return 3;
    if (connect_to("10.0.0.2", 81) != -ECONNREFUSED)
        return 4;
    /* Three of a handshake, the data, its ACK, SYN and RST: the wire writes them a moment after they passed. */
    for (int64_t limit = clock_after(5 * CLOCK_SECOND); count_packets() < 7 && clock_now() < limit;)
        sched_yield();
    return count_packets() >= 7 ? 0 : 5;
}

static void test_two_hosts(void **state)
{
    (void)state;
    ring = ring_new(1024);
    fflush(stdout);
    pid_t process = fork();
    if (process == 0) {
        int code = inside();
        fflush(stdout);
        _exit(code);
    }
    int status;
    waitpid(process, &status, 0);
    ring_free(ring);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_two_hosts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
