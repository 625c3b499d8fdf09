#include "session/limits.h"

#include "trace/ring.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* So much is taken without telling the others. */
#define STEP ((size_t)1 << 20)

struct share {
    _Atomic pid_t process; /* 0: free */
    _Atomic size_t bytes;
};

struct memory_shares {
    struct share list[RING_ACTORS];
};

void memory_share(struct memory_limit *limit)
{
    void *memory =
        mmap(NULL, sizeof *limit->shares, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    limit->shares = memory != MAP_FAILED ? memory : NULL;
}

/* A child of this process that has ended, whether somebody waited for it or not. */
static bool is_gone(pid_t process)
{
    siginfo_t about = {.si_pid = 0};
    if (kill(process, 0) != 0)
        return true;
    return waitid(P_PID, (id_t)process, &about, WEXITED | WNOHANG | WNOWAIT) == 0 && about.si_pid == process;
}

/* This process's place; that of a peer that has ended may become it.  NULL when there are too many. */
static struct share *find_share(struct memory_shares *shares, pid_t process)
{
    for (size_t i = 0; i < RING_ACTORS; i++)
        if (atomic_load(&shares->list[i].process) == process)
            return &shares->list[i];
    for (size_t i = 0; i < RING_ACTORS; i++) {
        pid_t holder = atomic_load(&shares->list[i].process);
        if ((holder == 0 || is_gone(holder)) &&
            atomic_compare_exchange_strong(&shares->list[i].process, &holder, process))
            return &shares->list[i];
    }
    return NULL;
}

static size_t sum_of(struct memory_shares *shares, const struct share *own)
{
    size_t sum = 0;
    for (size_t i = 0; i < RING_ACTORS; i++) {
        struct share *share = &shares->list[i];
        pid_t holder = atomic_load(&share->process);
        if (share != own && holder != 0 && !is_gone(holder))
            sum += atomic_load(&share->bytes);
    }
    return sum;
}

/* Tells the others that this process is about to use so much; false when all together may not. */
static bool tell(struct memory_limit *limit, size_t used)
{
    pid_t process = getpid();
    if (process != limit->process) {
        limit->inherited = limit->process != 0 ? limit->used : 0;
        limit->process = process;
    }
    struct share *own = find_share(limit->shares, process);
    size_t bytes = used > limit->inherited ? used - limit->inherited : 0;
    if (own == NULL || sum_of(limit->shares, own) + bytes > limit->most + limit->spare)
        return false;
    atomic_store(&own->bytes, bytes);
    limit->told = used;
    return true;
}

void *limited_allocate(void *self, void *block, size_t old, size_t size)
{
    struct memory_limit *limit = self;
    /* For a new block Lua tells its kind in `old`. */
    size_t before = block != NULL ? old : 0;
    if (size == 0) {
        free(block);
        limit->used -= before;
        return NULL;
    }
    size_t used = limit->used - before + size;
    if (size > before && used > limit->most && used - limit->most > limit->spare)
        return NULL;
    if (limit->shares != NULL && (used > limit->told + STEP || limit->told > used + 2 * STEP) && !tell(limit, used) &&
        size > before)
        return NULL;
    void *moved = realloc(block, size);
    if (moved != NULL)
        limit->used = used;
    return moved;
}

/* Enough to say what came of a chunk that used up its memory, and to begin the next one. */
#define SPARE ((size_t)4 << 20)

void limited_spare(lua_State *L, bool spare)
{
    void *self;
    struct memory_limit *limit = lua_getallocf(L, &self) == limited_allocate ? self : NULL;
    if (limit != NULL)
        limit->spare = spare ? SPARE : 0;
}
