/* Calls of a program that lies: numbers, lengths and pointers of any kind, into memory of any content. */
#include "base/memory.h"
#include "follow/syscalls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t head = 9 + 6 * 4;
    if (size < head)
        return 0;
    struct handles *handles = handles_new();
    struct invocation call = {
        .process = getpid(), .number = (uint64_t)data[0] | (uint64_t)(data[1] & 1) << 8, .handles = handles};
    uint8_t *memory = memory_new(size - head + 1, 1);
    memcpy(memory, data + head, size - head);
    int64_t result = (int8_t)data[2];
    for (int fd = 0; fd < 8; fd++)
        if (data[3] >> fd & 1)
            handles_open(handles, fd, data[4] >> fd & 1, data[5] >> fd & 1);
    for (size_t i = 0; i < 6; i++) {
        uint32_t value;
        memcpy(&value, data + 9 + 4 * i, sizeof value);
        bool inside = data[6] >> i & 1;
        call.arguments[i] = inside ? (uint64_t)(uintptr_t)memory + value % (size - head + 1) : value;
    }
    struct event event = {.kind = EVENT_CALL, .fd = -1};
    syscall_enter(&call, &event);
    if (!event_is_whole(&event))
        abort();
    syscall_track_early(&call, handles);
    syscall_leave(&call, &event, result * (data[7] + 1));
    syscall_track(&call, &event, handles, data[8] & 1);
    syscall_shares(&call);
    if (!event_is_whole(&event))
        abort();
    handles_free(handles);
    free(memory);
    return 0;
}
