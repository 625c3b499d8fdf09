/* Any bytes as frames of one capture: read, followed and described without a fault, and described in one line. */
#include "trace/packets.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 16 };

/* A length byte, then so many bytes: a frame; its whole length may be larger than what is kept. */
static size_t take(struct event *event, const uint8_t *data, size_t size)
{
    size_t length = size > 1 ? data[0] : 0, kept = length < size - 1 ? length : size - 1;
    kept = kept < EVENT_ROOM ? kept : EVENT_ROOM;
    memset((void *)event, 0, sizeof *event);
    event->kind = EVENT_PACKET;
    event->arg[0] = (int64_t)length * (data[0] & 1 ? 1 : 7);
    event->data_length = (uint32_t)kept;
    memcpy(event->payload, data + 1, kept);
    return 1 + kept;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct event events[FRAMES];
    struct timeline timeline = {.events = events};
    while (size > 0 && timeline.event_count < FRAMES) {
        size_t taken = take(&events[timeline.event_count++], data, size);
        data += taken;
        size -= taken;
    }
    size_t count;
    struct seen_packet *list = packets_of(&timeline, &count);
    for (size_t i = 0; i < count; i++) {
        struct text text = TEXT_EMPTY;
        packet_describe(&text, &list[i]);
        if (text.length == 0 || strchr(text_string(&text), '\n') != NULL)
            abort();
        text_free(&text);
    }
    free(list);
    return 0;
}
