#include "lab/pcapng.h"

#include "base/clock.h"
#include "trace/packet.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

enum {
    SECTION = 0x0a0d0d0a,
    INTERFACE = 1,
    PACKET = 6,
    ETHERNET = 1,
    COMMENT = 1,
    NAME = 2,
    APPLICATION = 4,
    RESOLUTION = 9
};

static void add16(struct text *out, uint16_t value)
{
    text_add_bytes(out, (const char *)&value, sizeof value);
}

static void add32(struct text *out, uint32_t value)
{
    text_add_bytes(out, (const char *)&value, sizeof value);
}

/* Everything stands at multiples of four. */
static void pad(struct text *out)
{
    text_add_bytes(out, "\0\0\0", (4 - out->length % 4) % 4);
}

static void add_option(struct text *out, uint16_t code, const void *value, size_t length)
{
    add16(out, code);
    add16(out, (uint16_t)length);
    text_add_bytes(out, value, length);
    pad(out);
}

/* A block has its length before and behind it. */
static void add_block(struct text *out, uint32_t type, const struct text *body)
{
    uint32_t length = (uint32_t)(12 + body->length);
    add32(out, type);
    add32(out, length);
    text_add_bytes(out, body->bytes, body->length);
    add32(out, length);
}

static void add_section(struct text *out)
{
    static const char name[] = "Sockrates " SOCKRATES_VERSION;
    struct text body = TEXT_EMPTY;
    add32(&body, 0x1a2b3c4d); /* tells in which order the bytes are */
    add16(&body, 1);
    add16(&body, 0);
    add32(&body, UINT32_MAX); /* how long the section is: until the end */
    add32(&body, UINT32_MAX);
    add_option(&body, APPLICATION, name, sizeof name - 1);
    add32(&body, 0);
    add_block(out, SECTION, &body);
    text_free(&body);
}

static void add_interface(struct text *out)
{
    static const uint8_t nanoseconds = 9;
    struct text body = TEXT_EMPTY;
    add16(&body, ETHERNET);
    add16(&body, 0);
    add32(&body, 0);
    add_option(&body, NAME, "wire", strlen("wire"));
    add_option(&body, RESOLUTION, &nanoseconds, 1);
    add32(&body, 0);
    add_block(out, INTERFACE, &body);
    text_free(&body);
}

static void add_comment(struct text *body, const struct seen_packet *seen)
{
    struct text comment = TEXT_EMPTY;
    packet_describe_fate(&comment, seen);
    if (comment.length > 0) {
        add_option(body, COMMENT, comment.bytes, comment.length);
        add32(body, 0);
    }
    text_free(&comment);
}

static void add_packet(struct text *out, const struct seen_packet *seen, int64_t since_epoch)
{
    const struct event *event = seen->event;
    struct text body = TEXT_EMPTY;
    uint64_t at = (uint64_t)(event->begin + since_epoch);
    add32(&body, 0);
    add32(&body, (uint32_t)(at >> 32));
    add32(&body, (uint32_t)at);
    add32(&body, event->data_length);
    add32(&body, (uint32_t)event->arg[0]);
    text_add_bytes(&body, event_data(event), event->data_length);
    pad(&body);
    add_comment(&body, seen);
    add_block(out, PACKET, &body);
    text_free(&body);
}

void pcapng_write(struct text *out, const struct timeline *timeline)
{
    struct packet_flows *flows = packet_flows_new();
    struct seen_packet seen;
    int64_t since_epoch = clock_on(CLOCK_REALTIME) - clock_now();
    add_section(out);
    add_interface(out);
    for (size_t i = 0; i < timeline_count(timeline); i++)
        if (packet_flows_see(flows, timeline_event(timeline, i), &seen))
            add_packet(out, &seen, since_epoch);
    packet_flows_free(flows);
}
