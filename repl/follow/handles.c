#include "follow/handles.h"

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The kernel's own limit on descriptors is the same by default (fs.nr_open). */
#define MOST (1 << 20)

struct handle {
    uint8_t kind; /* enum handle_kind */
    bool closes;  /* with exec */
};

struct handles {
    struct handle *list; /* by descriptor */
    size_t count;
    size_t shared; /* by so many processes */
    size_t shown;
};

struct handles *handles_new(void)
{
    struct handles *handles = memory_new(1, sizeof *handles);
    handles->shared = 1;
    return handles;
}

struct handles *handles_copy(const struct handles *handles)
{
    struct handles *copy = handles_new();
    copy->list = memory_new(handles->count, sizeof *copy->list);
    copy->count = handles->count;
    copy->shown = handles->shown;
    if (copy->count > 0)
        memcpy(copy->list, handles->list, copy->count * sizeof *copy->list);
    return copy;
}

struct handles *handles_share(struct handles *handles)
{
    handles->shared++;
    return handles;
}

void handles_free(struct handles *handles)
{
    if (handles == NULL || --handles->shared > 0)
        return;
    free(handles->list);
    free(handles);
}

enum handle_kind handles_kind(const struct handles *handles, int fd)
{
    return fd >= 0 && (size_t)fd < handles->count ? (enum handle_kind)handles->list[fd].kind : HANDLE_NONE;
}

static void set(struct handles *handles, int fd, enum handle_kind kind, bool closes)
{
    if (fd < 0 || fd >= MOST)
        return;
    if ((size_t)fd >= handles->count) {
        size_t count = (size_t)fd + 64;
        if (kind == HANDLE_NONE)
            return;
        handles->list = memory_resize(handles->list, count, sizeof *handles->list);
        memset(handles->list + handles->count, 0, (count - handles->count) * sizeof *handles->list);
        handles->count = count;
    }
    handles->shown -= handles->list[fd].kind == HANDLE_SOCKET;
    handles->shown += kind == HANDLE_SOCKET;
    handles->list[fd] = (struct handle){(uint8_t)kind, closes};
}

void handles_open(struct handles *handles, int fd, bool hidden, bool closes)
{
    set(handles, fd, hidden ? HANDLE_HIDDEN : HANDLE_SOCKET, closes);
}

void handles_close(struct handles *handles, int fd)
{
    set(handles, fd, handles_kind(handles, fd) == HANDLE_SOCKET ? HANDLE_CLOSED : HANDLE_NONE, false);
}

void handles_duplicate(struct handles *handles, int fd, int copy, bool closes)
{
    enum handle_kind kind = handles_kind(handles, fd);
    if (fd != copy)
        set(handles, copy, kind == HANDLE_CLOSED ? HANDLE_NONE : kind, closes);
}

void handles_set_closes(struct handles *handles, int fd, bool closes)
{
    if (fd >= 0 && (size_t)fd < handles->count)
        handles->list[fd].closes = closes;
}

void handles_close_range(struct handles *handles, unsigned first, unsigned last, bool at_exec)
{
    for (size_t fd = first; fd <= last && fd < handles->count; fd++)
        if (at_exec)
            handles->list[fd].closes = true;
        else
            handles_close(handles, (int)fd);
}

struct handles *handles_exec(struct handles *handles)
{
    struct handles *own = handles_copy(handles);
    handles_free(handles);
    for (size_t fd = 0; fd < own->count; fd++)
        if (own->list[fd].closes || own->list[fd].kind == HANDLE_CLOSED)
            set(own, (int)fd, HANDLE_NONE, false);
    return own;
}

size_t handles_count(const struct handles *handles)
{
    return handles->shown;
}
