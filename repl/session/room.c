#include "session/room.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__
#define SANITIZED true
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* --- who it is ------------------------------------------------------------------------------------------ */

/* "nobody", as the kernel knows it (/proc/sys/kernel/overflowuid), whatever the machine's files say. */
#define NOBODY 65534

void room_prepare(const char *folder)
{
    if (geteuid() == 0 && folder != NULL && chown(folder, NOBODY, NOBODY) != 0)
        return; /* where it cannot be given away, the worker cannot become somebody else either */
}

void room_leave_root(bool network)
{
    pid_t parent = getppid();
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
        struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        struct __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3] = {{0}};
        rights[0].effective = rights[0].permitted = network ? UINT32_C(1) << CAP_SETFCAP : 0;
        syscall(SYS_capset, &header, rights);
    }
    /* Becoming somebody else forgets it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
}

/* What the front was started with may hold secrets; the worker needs none of it. */
static void forget_environment(void)
{
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
        memset(*entry, 0, strlen(*entry));
    clearenv();
}

/* --- files: Landlock ------------------------------------------------------------------------------------ */

/* As the kernel has it since version 6; older ones take its beginning. */
struct ruleset {
    uint64_t files, network, scoped;
};

#define SCOPE_ABSTRACT_UNIX UINT64_C(1)
#define SCOPE_SIGNAL        UINT64_C(2)

/* Every right to files that a version knows: they are bits from 0 on. */
static const uint64_t rights[] = {
    0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff, 0xffff,
};

#define READ LANDLOCK_ACCESS_FS_READ_FILE
#define MAKE (LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* What looking up names, times and the state of sockets and peers reads. */
static const char *const readable[] = {
    "/proc",
    "/etc/hosts",
    "/etc/services",
    "/etc/protocols",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/nsswitch.conf",
    "/etc/localtime",
    "/etc/ld.so.cache",
    "/etc/resolv.conf",
    "/usr/lib",
    "/lib",
    "/lib64",
    "/usr/share/zoneinfo",
};

/* What compilers and programs are made of; what is below may be started, too. */
static const char *const installed[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/gnu/store",
};

/* Devices that hold nothing. */
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

static int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

static void allow(int ruleset, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0)
        return;
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
}

/* No files but those that every room reads; -1 where the kernel has no Landlock.  *all are the rights that it knows. */
static int make_ruleset(uint64_t *all)
{
    int version = landlock_version();
    if (version == 0)
        return -1;
    size_t known = sizeof rights / sizeof *rights - 1;
    struct ruleset wanted = {.files = rights[(size_t)version < known ? (size_t)version : known],
                             .scoped = version >= 6 ? SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL : 0};
    size_t size = version >= 6   ? sizeof wanted
                  : version >= 4 ? offsetof(struct ruleset, scoped)
                                 : offsetof(struct ruleset, network);
    *all = wanted.files;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted, size, 0);
    for (size_t i = 0; ruleset >= 0 && i < sizeof readable / sizeof *readable; i++)
        allow(ruleset, readable[i], READ);
    return ruleset;
}

static void enforce(int ruleset)
{
    syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
}

static void close_files(const char *folder)
{
    uint64_t all;
    int ruleset = make_ruleset(&all);
    if (ruleset < 0)
        return;
    if (folder != NULL)
        allow(ruleset, folder, MAKE);
    enforce(ruleset);
}

static void close_files_of_program(const char *folder)
{
    uint64_t all;
    int ruleset = make_ruleset(&all);
    if (ruleset < 0)
        return;
    for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
        allow(ruleset, installed[i], READ | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        allow(ruleset, devices[i], READ | LANDLOCK_ACCESS_FS_WRITE_FILE);
    allow(ruleset, folder, all);
    enforce(ruleset);
}

/* --- system calls: seccomp ------------------------------------------------------------------------------ */

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Calls that a session and its peers need, whatever their arguments. */
static const int allowed[] = {
    /* data and waiting */
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_lseek,
    SYS_close,
    SYS_close_range,
    SYS_fcntl,
    SYS_dup,
    SYS_dup3,
    SYS_sendfile,
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_pipe2,
    /* sockets */
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendto,
    SYS_recvfrom,
    SYS_sendmsg,
    SYS_recvmsg,
    SYS_sendmmsg,
    SYS_recvmmsg,
    SYS_shutdown,
    SYS_getsockname,
    SYS_getpeername,
    SYS_getsockopt,
    /* signals and time */
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait,
    SYS_sigaltstack,
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_setitimer,
    SYS_getitimer,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_getoverrun,
    SYS_timer_delete,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_times,
    SYS_restart_syscall,
    /* memory and threads of control */
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_futex,
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_wait4,
    SYS_waitid,
    SYS_exit,
    SYS_exit_group,
    /* questions */
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getsid,
    SYS_getpgid,
    SYS_getcwd,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrusage,
    SYS_getrandom,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_faccessat,
    SYS_readlinkat,
    SYS_getdents64,
#if defined __x86_64__ /* older calls of the same kinds, which newer machines do not have */
    SYS_poll,
    SYS_select,
    SYS_epoll_wait,
    SYS_epoll_create,
    SYS_dup2,
    SYS_pipe,
    SYS_pause,
    SYS_alarm,
    SYS_time,
    SYS_fork,
    SYS_getpgrp,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_arch_prctl,
#endif
};

/* And in a network of its own: only from one of its hosts to the other, whose descriptors it has. */
static const int between_hosts[] = {SYS_setns, SYS_capset};

/* Values of one argument for which a call is allowed. */
struct exact {
    int call, argument;
    const uint32_t *values;
    size_t count;
    int otherwise; /* errno */
};

static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK /* only names of interfaces ask it */};
static const uint32_t questions[] = {FIONREAD, SIOCOUTQ, FIONBIO, SIOCATMARK, SIOCGIFINDEX, SIOCGIFNAME, TCGETS};
static const uint32_t controls[] = {PR_SET_PDEATHSIG, PR_SET_NAME, PR_GET_NAME};
static const uint32_t levels[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP};
static const uint32_t own_process[] = {0};

#define EXACT(list) list, sizeof list / sizeof *list
static const struct exact exact[] = {
    {SYS_socket, 0, EXACT(families), EAFNOSUPPORT}, {SYS_ioctl, 1, EXACT(questions), EPERM},
    {SYS_prctl, 0, EXACT(controls), EPERM},         {SYS_setsockopt, 1, EXACT(levels), EPERM},
    {SYS_prlimit64, 0, EXACT(own_process), EPERM},
};

/* Bits of one argument that a call may not have. */
static const struct {
    int call, argument;
    uint32_t bits;
} without[] = {
    {SYS_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC},
#if defined __x86_64__
    {SYS_open, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC},
#endif
    {SYS_clone, 0,
     CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET},
};

#define COUNT(list) (sizeof(list) / sizeof *(list))
/* A check of arguments is a few instructions; a plain call takes two. */
#define ROOM (20 + 2 * COUNT(allowed) + COUNT(exact) * 16 + COUNT(without) * 8)

struct program {
    struct sock_filter list[ROOM];
    unsigned short count;
};

static void add(struct program *program, struct sock_filter instruction)
{
    program->list[program->count++] = instruction;
}

static void load(struct program *program, size_t offset)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The low half of an argument; the high half of an int is whatever it is. */
static void load_argument(struct program *program, int argument)
{
    load(program, offsetof(struct seccomp_data, args) + (size_t)argument * sizeof(uint64_t));
}

static void answer(struct program *program, uint32_t action)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void when_equal(struct program *program, uint32_t value, unsigned char yes, unsigned char no)
{
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no));
}

static void add_exact(struct program *program, const struct exact *row)
{
    when_equal(program, (uint32_t)row->call, 0, (unsigned char)(2 * row->count + 2));
    load_argument(program, row->argument);
    for (size_t i = 0; i < row->count; i++) {
        when_equal(program, row->values[i], 0, 1);
        answer(program, SECCOMP_RET_ALLOW);
    }
    answer(program, SECCOMP_RET_ERRNO | (uint32_t)row->otherwise);
}

static void add_without(struct program *program, int call, int argument, uint32_t bits)
{
    when_equal(program, (uint32_t)call, 0, 4);
    load_argument(program, argument);
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
    answer(program, SECCOMP_RET_ERRNO | EPERM);
    answer(program, SECCOMP_RET_ALLOW);
}

/* What is not listed is as if the kernel did not have it: the C library then does without. */
static void close_calls(bool network)
{
#ifdef ARCHITECTURE
    struct program program = {.count = 0};
    load(&program, offsetof(struct seccomp_data, arch));
    when_equal(&program, ARCHITECTURE, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < COUNT(allowed); i++) {
        when_equal(&program, (uint32_t)allowed[i], 0, 1);
        answer(&program, SECCOMP_RET_ALLOW);
    }
    for (size_t i = 0; i < COUNT(exact); i++)
        add_exact(&program, &exact[i]);
    for (size_t i = 0; i < COUNT(without); i++)
        add_without(&program, without[i].call, without[i].argument, without[i].bits);
    for (size_t i = 0; i < COUNT(between_hosts) && network; i++) {
        when_equal(&program, (uint32_t)between_hosts[i], 0, 1);
        answer(&program, SECCOMP_RET_ALLOW);
    }
    answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
    struct sock_fprog filter = {.len = program.count, .filter = program.list};
    if (!SANITIZED)
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#endif
}

/*
 * Calls that no socket program needs, and that lead out of the room: other processes, mounts, the kernel itself.  What
 * io_uring does nobody can follow.
 */
static const int refused[] = {
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_reboot,
    SYS_io_uring_setup,
};

static void add_refusals(struct program *program)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        when_equal(program, (uint32_t)refused[i], 0, 1);
        answer(program, SECCOMP_RET_ERRNO | EPERM);
    }
    for (size_t i = 0; i < COUNT(without); i++)
        if (without[i].call == SYS_clone)
            add_without(program, without[i].call, without[i].argument, without[i].bits);
    /* Its arguments cannot be looked at: C libraries then take clone. */
    when_equal(program, SYS_clone3, 0, 1);
    answer(program, SECCOMP_RET_ERRNO | ENOSYS);
}

/* Everything that is not refused; calls of another architecture end the program. */
static void close_calls_of_program(void)
{
#ifdef ARCHITECTURE
    struct program program = {.count = 0};
    load(&program, offsetof(struct seccomp_data, arch));
    when_equal(&program, ARCHITECTURE, 1, 0);
    answer(&program, SECCOMP_RET_KILL_PROCESS);
    load(&program, offsetof(struct seccomp_data, nr));
    add_refusals(&program);
    answer(&program, SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {.len = program.count, .filter = program.list};
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#endif
}

/* For one process of a program: memory that it writes, a file, descriptors, and no picture of it when it crashes. */
#define PROGRAM_MEMORY      ((rlim_t)512 << 20)
#define PROGRAM_FILE        ((rlim_t)64 << 20)
#define PROGRAM_DESCRIPTORS ((rlim_t)256)

static void bound(int what, rlim_t most)
{
    struct rlimit limit;
    if (getrlimit(what, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max = most < limit.rlim_max ? most : limit.rlim_max;
    setrlimit(what, &limit);
}

/* -------------------------------------------------------------------------------------------------------- */

struct room room_look(void)
{
    struct room room = {.landlock = landlock_version(), .sanitized = SANITIZED};
    room.scopes = room.landlock >= 6;
#ifdef ARCHITECTURE
    uint32_t action = SECCOMP_RET_ERRNO;
    room.filter = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
#endif
    return room;
}

void room_enter(const char *folder, bool network)
{
    forget_environment();
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    close_files(folder);
    close_calls(network);
}

void room_enter_as_program(const char *folder)
{
    bound(RLIMIT_DATA, PROGRAM_MEMORY);
    bound(RLIMIT_FSIZE, PROGRAM_FILE);
    bound(RLIMIT_CORE, 0);
    bound(RLIMIT_NOFILE, PROGRAM_DESCRIPTORS);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    close_files_of_program(folder);
    close_calls_of_program();
}
