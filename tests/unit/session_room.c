/*
 * The walls around a worker, tried from inside without Lua: each call is made as code would that had broken out of it.
 * What the kernel does not have is said and not tried.
 */
#include "session/room.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <sched.h>

static char folder[] = "/tmp/sockrates-room-XXXXXX";
static pid_t outside;
static const char abstract[] = "\0sockrates-room-test";

/* --- what is tried; true when it was possible ------------------------------------------------------------ */

static bool read_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    return file >= 0;
}

static bool reads_hosts(void)
{
    return read_file("/etc/hosts");
}

static bool reads_sockets(void)
{
    return read_file("/proc/self/net/tcp");
}

static bool reads_passwd(void)
{
    return read_file("/etc/passwd");
}

static bool reads_front(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)outside);
    return read_file(path);
}

static bool reads_environment(void)
{
    char bytes[256];
    int file = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    ssize_t count = read(file, bytes, sizeof bytes);
    for (ssize_t i = 0; i < count; i++)
        if (bytes[i] != '\0')
            return true;
    return false;
}

static bool writes_here(void)
{
    return open("new-file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool writes_there(void)
{
    return open("/tmp/sockrates-room-new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool starts_program(void)
{
    pid_t process = fork();
    if (process == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    int status = 1;
    waitpid(process, &status, 0);
    return status == 0;
}

static bool traces(void)
{
    return ptrace(PTRACE_SEIZE, outside, NULL, NULL) == 0;
}

static bool signals_front(void)
{
    return kill(outside, 0) == 0;
}

static bool signals_itself(void)
{
    return kill(getpid(), 0) == 0;
}

static bool makes_peer(void)
{
    pid_t process = fork();
    if (process == 0)
        for (;;)
            pause();
    bool fine = process > 0 && kill(process, SIGKILL) == 0;
    int status;
    return fine && waitpid(process, &status, 0) == process && WIFSIGNALED(status);
}

static bool opens(int family, int type, int protocol)
{
    return socket(family, type | SOCK_CLOEXEC, protocol) >= 0;
}

static bool opens_tcp(void)
{
    return opens(AF_INET, SOCK_STREAM, 0) && opens(AF_INET6, SOCK_STREAM, 0) && opens(AF_UNIX, SOCK_SEQPACKET, 0);
}

static bool opens_packet(void)
{
    return opens(AF_PACKET, SOCK_RAW, 0x300);
}

static bool opens_raw(void)
{
    return opens(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static bool opens_vsock(void)
{
    return opens(AF_VSOCK, SOCK_STREAM, 0);
}

static bool binds(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(s, (struct sockaddr *)&address, sizeof address) == 0;
}

static bool binds_here(void)
{
    return binds("here");
}

static bool binds_there(void)
{
    return binds("/tmp/sockrates-room-there");
}

static bool connects_outside(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, abstract, sizeof abstract - 1);
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + sizeof abstract - 1;
    return connect(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address, length) == 0;
}

static bool makes_namespace(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool removes(void)
{
    return unlink("/tmp/sockrates-room-kept") == 0;
}

static bool is_root(void)
{
    return geteuid() == 0 || setuid(0) == 0;
}

enum { ALWAYS = 0, FILES = 1, SCOPES = 2, FILTER = 4 };

static const struct {
    const char *name;
    bool (*attempt)(void);
    int needs; /* what the kernel must have for it to be stopped */
    bool possible;
} attempts[] = {
    {"look up a name", reads_hosts, ALWAYS, true},
    {"read the table of sockets", reads_sockets, ALWAYS, true},
    {"signal itself", signals_itself, ALWAYS, true},
    {"make a peer and end it", makes_peer, ALWAYS, true},
    {"open sockets", opens_tcp, ALWAYS, true},
    {"bind in its folder", binds_here, ALWAYS, true},
    {"be root", is_root, ALWAYS, false},
    {"read its environment", reads_environment, ALWAYS, false},
    {"open raw IP", opens_raw, ALWAYS, false},
    {"open whole packets", opens_packet, ALWAYS, false},
    {"read /etc/passwd", reads_passwd, FILES, false},
    {"read the front's environment", reads_front, FILES, false},
    {"write a file", writes_here, FILES, false},
    {"write a file elsewhere", writes_there, FILES, false},
    {"bind elsewhere", binds_there, FILES, false},
    {"remove a file", removes, FILES, false},
    {"trace the front", traces, FILES, false},
    {"signal the front", signals_front, SCOPES, false},
    {"connect to another's abstract name", connects_outside, SCOPES, false},
    {"start a program", starts_program, FILTER, false},
    {"open other families", opens_vsock, FILTER, false},
    {"make a namespace", makes_namespace, FILTER, false},
};

#define ATTEMPTS (sizeof attempts / sizeof *attempts)

/* Gives the index of the first that went wrong, ATTEMPTS for none. */
static size_t try_inside(int has)
{
    for (size_t i = 0; i < ATTEMPTS; i++) {
        bool tried = (attempts[i].needs & ~has) == 0;
        if (tried && attempts[i].attempt() != attempts[i].possible)
            return i;
    }
    return ATTEMPTS;
}

static int set_up(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, abstract, sizeof abstract - 1);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    outside = getpid();
    setenv("SECRET", "secret", 1);
    fclose(fopen("/tmp/sockrates-room-kept", "we"));
    return mkdtemp(folder) == NULL ||
           bind(s, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + sizeof abstract - 1) != 0 ||
           listen(s, 5) != 0;
}

static int tear_down(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/here", folder);
    unlink(path);
    unlink("/tmp/sockrates-room-kept");
    return rmdir(folder);
}

static void test_walls(void **state)
{
    (void)state;
    struct room room = room_look();
    int has =
        (room.landlock > 0 ? FILES : 0) | (room.scopes ? SCOPES : 0) | (room.filter && !room.sanitized ? FILTER : 0);
    if (has != (FILES | SCOPES | FILTER))
        print_message("not everything is tried: Landlock %d, seccomp %d, sanitized %d\n", room.landlock, room.filter,
                      room.sanitized);
    pid_t process = fork();
    if (process == 0) {
        room_prepare(folder);
        if (chdir(folder) != 0)
            _exit(ATTEMPTS + 1);
        room_leave_root(false);
        room_enter(folder, false);
        _exit((int)try_inside(has));
    }
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    size_t failed = (size_t)WEXITSTATUS(status);
    if (failed < ATTEMPTS)
        fail_msg("%s: must be %s", attempts[failed].name, attempts[failed].possible ? "possible" : "impossible");
    assert_int_equal(failed, ATTEMPTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_walls, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
