/* How a system call becomes a record: of made calls, whose arguments point into this very process. */
#include "follow/syscalls.h"
#include "trace/address.h"
#include "trace/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define AT(pointer) ((uint64_t)(uintptr_t)(pointer))

static struct handles *handles;

static struct invocation made(long number, const uint64_t arguments[6])
{
    struct invocation call = {.process = getpid(), .number = (uint64_t)number, .handles = handles};
    memcpy(call.arguments, arguments, sizeof call.arguments);
    return call;
}

#define CALL_MADE(number, ...) made(number, (const uint64_t[6]){__VA_ARGS__})

static struct event entered(const struct invocation *call, enum syscall_interest wanted)
{
    struct event event = {.kind = EVENT_CALL, .fd = -1};
    assert_int_equal(syscall_enter(call, &event), wanted);
    return event;
}

static struct sockaddr_in place(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* --- tests ---------------------------------------------------------------------------------------------- */

static void sends_and_sendto_are_told_apart(void **state)
{
    struct sockaddr_in to = place(4000);
    (void)state;
    struct invocation call = CALL_MADE(__NR_sendto, 3, AT("hello"), 5, MSG_NOSIGNAL);
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.call, CALL_SEND);
    assert_int_equal(event.fd, 3);
    assert_int_equal(event.arg[0], 5);
    assert_int_equal(event.arg[1], MSG_NOSIGNAL);
    assert_memory_equal(event_data(&event), "hello", 5);
    call = CALL_MADE(__NR_sendto, 3, AT("hello"), 5, 0, AT(&to), sizeof to);
    event = entered(&call, SYSCALL_RECORD);
    struct address address = event_address(&event);
    assert_int_equal(event.call, CALL_SENDTO);
    assert_int_equal(address_port(&address), 4000);
    assert_memory_equal(event_data(&event), "hello", 5);
    syscall_leave(&call, &event, -EPIPE);
    assert_int_equal(event.error, EPIPE);
    assert_int_equal(event.result, -1);
}

static void what_is_received_is_kept(void **state)
{
    struct sockaddr_in from = place(5000);
    char bytes[300];
    socklen_t length = sizeof from;
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    struct invocation call = CALL_MADE(__NR_recvfrom, 3, AT(bytes), sizeof bytes, 0, AT(&from), AT(&length));
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.data_length, 0);
    syscall_leave(&call, &event, 300);
    assert_int_equal(event.result, 300);
    assert_int_equal(event.address_length, sizeof from);
    assert_int_equal(event.data_length, EVENT_ROOM - sizeof from);
    assert_true(event_is_whole(&event));
}

static void pieces_are_joined(void **state)
{
    struct iovec pieces[] = {{(char *)"one ", 4}, {(char *)"", 0}, {(char *)"two", 3}};
    struct msghdr header = {.msg_iov = pieces, .msg_iovlen = 3};
    (void)state;
    struct invocation call = CALL_MADE(__NR_sendmsg, 3, AT(&header), MSG_DONTWAIT);
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.arg[0], 7);
    assert_int_equal(event.arg[1], MSG_DONTWAIT);
    assert_int_equal(event.data_length, 7);
    assert_memory_equal(event_data(&event), "one two", 7);
    call = CALL_MADE(__NR_recvmsg, 3, AT(&header), 0);
    event = entered(&call, SYSCALL_RECORD);
    syscall_leave(&call, &event, 5);
    assert_int_equal(event.data_length, 5);
    assert_memory_equal(event_data(&event), "one t", 5);
}

static void only_sockets_count(void **state)
{
    (void)state;
    struct invocation call = CALL_MADE(__NR_read, 4, AT("hello"), 5);
    entered(&call, SYSCALL_NOTHING);
    handles_open(handles, 4, false, false);
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.call, CALL_READ);
    handles_open(handles, 4, true, false);
    entered(&call, SYSCALL_HIDDEN);
    handles_open(handles, 4, false, false);
    handles_close(handles, 4);
    entered(&call, SYSCALL_UNKNOWN);
    handles_close(handles, 4);
    entered(&call, SYSCALL_NOTHING);
}

static void waits_count_when_a_socket_is_there(void **state)
{
    struct pollfd list[] = {{1, POLLIN, 0}, {3, POLLOUT, 0}};
    struct timespec time = {1, 500000};
    (void)state;
    struct invocation call = CALL_MADE(__NR_ppoll, AT(list), 1, AT(&time));
    entered(&call, SYSCALL_NOTHING);
    call = CALL_MADE(__NR_ppoll, AT(list), 2, AT(&time));
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.call, CALL_POLL_LIST);
    assert_int_equal(event.arg[1], 1001);
    list[1].revents = POLLOUT;
    syscall_leave(&call, &event, 1);
    assert_int_equal(event.arg[2], 2);
    call = CALL_MADE(__NR_ppoll, AT(&list[1]), 1);
    event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.call, CALL_POLL);
    assert_int_equal(event.fd, 3);
    assert_int_equal(event.arg[1], -1);
    uint64_t read = 1 << 3, none = 0;
    call = CALL_MADE(__NR_pselect6, 4, AT(&read), AT(&none), 0, 0);
    event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.arg[0], 1 << 3);
    call = CALL_MADE(__NR_pselect6, 3, AT(&read), AT(&none), 0, 0);
    entered(&call, SYSCALL_NOTHING);
}

static void options_have_values(void **state)
{
    int one = 1;
    socklen_t length = sizeof one;
    (void)state;
    struct invocation call = CALL_MADE(__NR_setsockopt, 3, SOL_SOCKET, SO_REUSEADDR, AT(&one), sizeof one);
    struct event event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event_argument(&event, ARG_VALUE), 1);
    call = CALL_MADE(__NR_getsockopt, 3, SOL_SOCKET, SO_ERROR, AT(&one), AT(&length));
    event = entered(&call, SYSCALL_RECORD);
    one = ECONNREFUSED;
    syscall_leave(&call, &event, 0);
    assert_true(event_asks_for_error(&event));
    assert_int_equal(event_argument(&event, ARG_VALUE), ECONNREFUSED);
}

static void pointers_may_lead_nowhere(void **state)
{
    static const long numbers[] = {__NR_sendto,   __NR_sendmsg,    __NR_recvmsg,  __NR_connect, __NR_bind,
                                   __NR_ppoll,    __NR_setsockopt, __NR_pselect6, __NR_writev,  __NR_epoll_ctl,
                                   __NR_recvfrom, __NR_socketpair, __NR_accept4,  __NR_readv,   __NR_getsockopt};
    (void)state;
    handles_open(handles, 5, false, false);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct invocation call = CALL_MADE(numbers[i], 5, 16, UINT64_MAX, 16, UINT64_MAX - 7, UINT64_MAX);
        struct event event = {.kind = EVENT_CALL};
        syscall_enter(&call, &event);
        assert_true(event_is_whole(&event));
        syscall_leave(&call, &event, 100);
        syscall_track(&call, &event, handles, false);
        assert_true(event_is_whole(&event));
    }
}

static void descriptors_follow_the_calls(void **state)
{
    (void)state;
    struct invocation call = CALL_MADE(__NR_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct event event = entered(&call, SYSCALL_RECORD);
    syscall_leave(&call, &event, 7);
    syscall_track(&call, &event, handles, false);
    assert_int_equal(handles_kind(handles, 7), HANDLE_SOCKET);
    call = CALL_MADE(__NR_fcntl, 7, F_DUPFD, 20);
    event = entered(&call, SYSCALL_RECORD);
    assert_int_equal(event.call, CALL_DUP);
    syscall_leave(&call, &event, 20);
    syscall_track(&call, &event, handles, false);
    call = CALL_MADE(__NR_dup3, 1, 20, 0);
    entered(&call, SYSCALL_NOTHING);
    syscall_track_early(&call, handles);
    assert_int_equal(handles_kind(handles, 20), HANDLE_CLOSED);
    struct handles *executed = handles_exec(handles_copy(handles));
    assert_int_equal(handles_kind(executed, 7), HANDLE_NONE);
    assert_int_equal(handles_kind(executed, 3), HANDLE_SOCKET);
    handles_free(executed);
    call = CALL_MADE(__NR_close_range, 3, UINT32_MAX, 0);
    entered(&call, SYSCALL_RANGE);
    syscall_track_early(&call, handles);
    assert_int_equal(handles_count(handles), 0);
}

static void threads_and_processes_share_differently(void **state)
{
    (void)state;
    struct invocation call = CALL_MADE(__NR_clone, 0x3d0f00);
    struct syscall_sharing shares = syscall_shares(&call);
    assert_true(shares.thread && shares.handles);
    call = CALL_MADE(__NR_clone, 0x1200011);
    shares = syscall_shares(&call);
    assert_false(shares.thread || shares.handles);
    uint64_t arguments[11] = {0x400};
    call = CALL_MADE(__NR_clone3, AT(arguments), sizeof arguments);
    shares = syscall_shares(&call);
    assert_true(shares.handles && !shares.thread);
}

static int begin(void **state)
{
    (void)state;
    handles = handles_new();
    handles_open(handles, 3, false, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handles_free(handles);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sends_and_sendto_are_told_apart, begin, end),
        cmocka_unit_test_setup_teardown(what_is_received_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(pieces_are_joined, begin, end),
        cmocka_unit_test_setup_teardown(only_sockets_count, begin, end),
        cmocka_unit_test_setup_teardown(waits_count_when_a_socket_is_there, begin, end),
        cmocka_unit_test_setup_teardown(options_have_values, begin, end),
        cmocka_unit_test_setup_teardown(pointers_may_lead_nowhere, begin, end),
        cmocka_unit_test_setup_teardown(descriptors_follow_the_calls, begin, end),
        cmocka_unit_test_setup_teardown(threads_and_processes_share_differently, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
