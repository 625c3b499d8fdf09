/*
 * What a session may reach, tried from Lua.  The front holds what it must not reach: a listener with an abstract name,
 * one in a folder, and its own end of the channel.
 */
#include "base/clock.h"
#include "base/text.h"
#include "session/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct outside {
    struct session *session;
    char folder[32];
    int named, placed;
};

static int listen_at(const char *name, size_t length)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, length);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
                     0);
    assert_int_equal(listen(s, 5), 0);
    return s;
}

static int start(void **state)
{
    const struct session_options options = {.time = 10 * CLOCK_SECOND};
    struct outside *outside = calloc(1, sizeof *outside);
    char path[48];
    strcpy(outside->folder, "/tmp/sockrates-reach-XXXXXX");
    assert_non_null(mkdtemp(outside->folder));
    snprintf(path, sizeof path, "%s/daemon", outside->folder);
    outside->placed = listen_at(path, strlen(path));
    snprintf(path, sizeof path, "%cdaemon-%d", '\0', (int)getpid());
    outside->named = listen_at(path, 1 + strlen(path + 1));
    outside->session = session_new(&options);
    char *names = text_make("place, name = '%s/daemon', '\\0daemon-%d'", outside->folder, (int)getpid());
    const struct chunk chunk = {.name = "test", .first_line = 1, .text = names, .length = strlen(names)};
    outcome_free(session_evaluate(outside->session, &chunk, NULL));
    free(names);
    *state = outside;
    return 0;
}

static int stop(void **state)
{
    struct outside *outside = *state;
    char path[48];
    session_free(outside->session);
    close(outside->placed);
    close(outside->named);
    snprintf(path, sizeof path, "%s/daemon", outside->folder);
    unlink(path);
    rmdir(outside->folder);
    free(outside);
    return 0;
}

#define DENIED "PermissionError: "
#define EBADF_ "OSError: [Errno 9]"

/* What is tried, and how what comes of it begins. */
static const struct {
    const char *code, *begin;
} rows[] = {
    /* descriptors that the session did not make; 1000 is the channel to the front */
    {"a, b = socket.socketpair() socket.send_fds(a, {'x'}, {1000})", EBADF_},
    {"a:sendmsg({'x'}, {{socket.SOL_SOCKET, socket.SCM_RIGHTS, string.pack('i', 1000)}})", EBADF_},
    {"a:sendmsg({'x'}, {{socket.SOL_SOCKET, socket.SCM_RIGHTS, string.pack('ii', a:fileno(), 1000)}})", EBADF_},
    {"socket.send_fds(a, {'x'}, {2})", EBADF_},
    {"socket.socket{fileno = 1000}", EBADF_},
    {"socket.socket(1, 1, 0, 1000)", EBADF_},
    {"socket.fromfd(1000, socket.AF_UNIX, socket.SOCK_STREAM)", EBADF_},
    {"socket.dup(1000)", EBADF_},
    {"socket.close(1000)", EBADF_},
    {"socket.close(2)", EBADF_},
    {"socket.dup(0)", EBADF_},
    {"select.select({1000}, {}, {}, 0)", EBADF_},
    {"select.select({}, {1000}, {}, 0)", EBADF_},
    {"select.select({}, {}, {a, 1000}, 0)", EBADF_},
    {"p = select.poll() p:register(1000) p:poll(0)", EBADF_},
    {"e = select.epoll() e:register(1000)", EBADF_},
    {"for fd = 0, 2000 do pcall(socket.close, fd) end return socket.socket():fileno() > 0", "true"},
    {"a, b = socket.socketpair() s = socket.socket{fileno = a:detach()} return s:send('x')", "1"},
    {"fd = s:detach() socket.close(fd) socket.close(fd)", EBADF_},
    {"a, b = socket.socketpair() socket.send_fds(a, {'x'}, {a:fileno()}) _, fds = socket.recv_fds(b, 1, 1) "
     "return socket.socket{fileno = fds[1]}:send('y')",
     "1"},
    {"lab.peer(function(l) pcall(socket.close, 1000) end):stop() return 1", "1"},
    /* other machines, also behind other spellings */
    {"socket.socket():connect('192.0.2.1', 80)", DENIED},
    {"socket.socket(socket.AF_INET6):connect('::ffff:192.0.2.1', 80)", DENIED},
    {"socket.socket(socket.AF_INET6):connect('2001:db8::1', 80)", DENIED},
    {"socket.socket(socket.AF_INET6):connect('fe80::1', 80)", DENIED},
    {"socket.socket():connect_ex('192.0.2.1', 80)", DENIED},
    {"u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM) u:sendto('x', {'192.0.2.1', 9})", DENIED},
    {"u:sendmsg({'x'}, {}, 0, {'192.0.2.1', 9})", DENIED},
    {"u:sendto('x', {'224.0.0.1', 9})", DENIED},
    {"u:sendto('x', {'<broadcast>', 9})", DENIED},
    {"socket.create_connection({'192.0.2.1', 80})", DENIED},
    {"socket.getaddrinfo('example.org', 80)", "gaierror"},
    {"return u:sendto('x', {'127.0.0.1', 9})", "1"},
    /* whoever listens for everybody listens for this machine */
    {"w = socket.create_server{'0.0.0.0', 0} return w:getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)",
     "\"lo"},
    {"l = socket.socket() l:listen() return l:getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)", "\"lo"},
    {"w:setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, '')", DENIED},
    {"c = socket.create_connection(w:getsockname()) d = w:accept() d:send('x') return c:recv(1)", "\"x\""},
    {"socket.socket():bind('192.0.2.1', 0)", "OSError: [Errno 99]"},
    /* options and ancillary data that lead outside, or deeper in */
    {"u:setsockopt(socket.IPPROTO_IP, 4, '\\1\\131\\7\\4\\192\\0\\2\\2')", DENIED},
    {"u:sendmsg({'x'}, {{0, 7, '\\1\\131\\7\\4\\192\\0\\2\\2'}}, 0, {'127.0.0.1', 9})", DENIED},
    {"v = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) v:setsockopt(socket.IPPROTO_IPV6, 57, ('\\0'):rep(24))",
     DENIED},
    {"v:sendmsg({'x'}, {{41, 57, ('\\0'):rep(24)}}, 0, {'::1', 9})", DENIED},
    {"u:setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, ('\\224\\0\\0\\1\\0\\0\\0\\0'))", DENIED},
    {"v:setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, ('\\0'):rep(20))", DENIED},
    {"u:setsockopt(socket.SOL_SOCKET, 26, ('\\0'):rep(16))", DENIED},
    {"socket.socket():setsockopt(socket.IPPROTO_TCP, 31, 'tls')", DENIED},
    {"u:getsockopt(socket.SOL_SOCKET, 77)", DENIED},
    {"u:setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)", ""},
    {"u:setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 3)", ""},
    {"socket.socket():setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)", ""},
    /* families */
    {"socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 768)", DENIED},
    {"socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", DENIED},
    {"socket.socket(socket.AF_VSOCK)", DENIED},
    {"socket.socketpair(socket.AF_TIPC)", DENIED},
    {"socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)", "PermissionError: [Errno 1]"},
    {"socket.socket(99)", "OSError: [Errno 97]"},
    /* UNIX sockets of others */
    {"x = socket.socket(socket.AF_UNIX) x:connect(place)", DENIED},
    {"x:connect(name)", DENIED},
    {"x:connect_ex(name)", DENIED},
    {"y = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) y:sendto('x', place)", DENIED},
    {"y:sendto('x', name)", DENIED},
    {"y:sendmsg({'x'}, {}, 0, place)", DENIED},
    {"x:connect('../daemon')", DENIED},
    {"x:connect('/run/docker.sock')", DENIED},
    {"x:bind('/tmp/somewhere')", DENIED},
    {"x:bind('../somewhere')", DENIED},
    {"x:bind(name)", "OSError: [Errno 98]"},
    {"x:bind('mine') x:listen() z = socket.socket(socket.AF_UNIX) z:connect('mine')", ""},
    {"x = socket.socket(socket.AF_UNIX) x:bind('\\0mine') x:listen() socket.socket(socket.AF_UNIX):connect('\\0mine')",
     ""},
    {"x = socket.socket(socket.AF_UNIX) x:bind('') x:listen() socket.socket(socket.AF_UNIX):connect(x:getsockname())",
     ""},
};

static void test_reach(void **state)
{
    struct outside *outside = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct chunk chunk = {
            .name = "test", .first_line = 1, .text = rows[i].code, .length = strlen(rows[i].code)};
        struct outcome *outcome = session_evaluate(outside->session, &chunk, NULL);
        char *text = outcome_text(outcome);
        if (strncmp(text, rows[i].begin, strlen(rows[i].begin)) != 0 || (*rows[i].begin == '\0' && *text != '\0'))
            fail_msg("%s\ngave %s\ninstead of %s", rows[i].code, outcome->reason ? outcome->reason : text,
                     rows[i].begin);
        free(text);
        outcome_free(outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_reach, start, stop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
