/* Packets, from made frames: what they are, what only their neighbours tell, and how that reads. */
#include "trace/packets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- making frames -------------------------------------------------------------------------------------- */

struct frame {
    uint8_t bytes[1600];
    size_t length;
};

static void add(struct frame *frame, const void *bytes, size_t length)
{
    memcpy(frame->bytes + frame->length, bytes, length);
    frame->length += length;
}

#define ADD(frame, ...) add((frame), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define HIGH(value)     (uint8_t)((value) >> 8)
#define LOW(value)      (uint8_t)(value)

static void add_ethernet(struct frame *frame, uint16_t type)
{
    ADD(frame, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, HIGH(type), LOW(type));
}

static void add_ipv4(struct frame *frame, uint8_t protocol, size_t data, uint8_t from, uint8_t to)
{
    add_ethernet(frame, 0x0800);
    ADD(frame, 0x45, 0, HIGH(20 + data), LOW(20 + data), 0, 0, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0,
        to);
}

static void add_tcp(struct frame *frame, uint16_t from, uint16_t to, uint32_t sequence, uint32_t acknowledged,
                    uint8_t flags, uint16_t window, uint8_t header)
{
    ADD(frame, HIGH(from), LOW(from), HIGH(to), LOW(to), sequence >> 24, sequence >> 16, sequence >> 8, sequence,
        acknowledged >> 24, acknowledged >> 16, acknowledged >> 8, acknowledged, (uint8_t)(header << 2), flags,
        HIGH(window), LOW(window), 0, 0, 0, 0);
}

/* From 10.0.0.1:1000 to 10.0.0.2:80, or back. */
static struct frame tcp(bool back, uint32_t sequence, uint32_t acknowledged, uint8_t flags, size_t data)
{
    struct frame frame = {.length = 0};
    add_ipv4(&frame, 6, 20 + data, back ? 2 : 1, back ? 1 : 2);
    add_tcp(&frame, back ? 80 : 1000, back ? 1000 : 80, sequence, acknowledged, flags, 500, 20);
    frame.length += data;
    return frame;
}

static struct event recorded(const struct frame *frame, size_t kept)
{
    struct event event = {.kind = EVENT_PACKET, .arg = {(int64_t)frame->length}};
    event.data_length = (uint32_t)(kept < EVENT_ROOM ? kept : (size_t)EVENT_ROOM);
    memcpy(event.payload, frame->bytes, event.data_length);
    return event;
}

static bool read_frame(struct packet *packet, const struct frame *frame)
{
    struct event event = recorded(frame, frame->length);
    return packet_of_event(packet, &event);
}

/* --- one packet ----------------------------------------------------------------------------------------- */

static void expect(const struct frame *frame, const char *words)
{
    struct seen_packet seen = {.finding = PACKET_PLAIN};
    struct text text = TEXT_EMPTY;
    assert_true(read_frame(&seen.packet, frame));
    seen.sequence = seen.packet.sequence;
    seen.window = seen.packet.window;
    seen.acknowledged = seen.packet.acknowledged;
    packet_describe(&text, &seen);
    assert_string_equal(text_string(&text), words);
    text_free(&text);
}

static void test_one_packet(void **state)
{
    (void)state;
    struct frame frame = {.length = 0};
    add_ipv4(&frame, 6, 32, 1, 2);
    add_tcp(&frame, 1000, 80, 7, 0, TCP_FLAG_SYN, 64240, 32);
    ADD(&frame, 2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 0, 0);
    expect(&frame, "SYN, seq 7, win 64240, mss 1460");
    struct packet packet;
    read_frame(&packet, &frame);
    assert_int_equal(packet.window_scale, 7);
    assert_true(packet.selective);
    assert_false(packet.stamped);
    assert_int_equal(address_port(&packet.to), 80);
    assert_int_equal(packet.hops, 64);

    frame = tcp(false, 1, 2, TCP_FLAG_PSH | TCP_FLAG_ACK, 1);
    expect(&frame, "PSH, ACK, seq 1, ack 2, 1 byte, win 500");

    frame = (struct frame){.length = 0};
    add_ipv4(&frame, 17, 13, 1, 2);
    ADD(&frame, 3, 232, 0, 53, 0, 13, 0, 0, 'h', 'e', 'l', 'l', 'o');
    frame.length += 13; /* Ethernet pads short frames */
    expect(&frame, "UDP, 5 bytes");

    frame = (struct frame){.length = 0};
    add_ipv4(&frame, 1, 8, 2, 1);
    ADD(&frame, 3, 3, 0, 0, 0, 0, 0, 0);
    expect(&frame, "ICMP port unreachable");

    frame = (struct frame){.length = 0};
    add_ethernet(&frame, 0x86dd);
    ADD(&frame, 0x60, 0, 0, 0, 0, 16, 0, 1);
    frame.length += 32;
    ADD(&frame, 58, 0, 5, 2, 0, 0, 0, 0, 143, 0, 0, 0, 0, 0, 0, 0);
    expect(&frame, "ICMP type 143, code 0");
    read_frame(&packet, &frame);
    assert_true(packet_is_chatter(&packet));

    frame = (struct frame){.length = 0};
    add_ethernet(&frame, 0x0806);
    ADD(&frame, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2);
    expect(&frame, "ARP, who has 10.0.0.2?");
}

static void test_fate(void **state)
{
    (void)state;
    struct frame frame = tcp(false, 1, 0, TCP_FLAG_SYN, 0);
    const struct {
        int64_t fate;
        bool arrives;
        const char *words;
    } rows[] = {
        {PACKET_DELIVERED, true, "SYN, seq 0, win 500"},
        {PACKET_HELD, true, "SYN, seq 0, win 500 (held back)"},
        {PACKET_INJECTED, true, "SYN, seq 0, win 500 (forged)"},
        {PACKET_LOST, false, "SYN, seq 0, win 500 (lost)"},
        {PACKET_FATES, true, "SYN, seq 0, win 500"}, /* nobody knows what that is */
        {-1, true, "SYN, seq 0, win 500"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = recorded(&frame, frame.length);
        struct seen_packet seen = {.event = &event};
        struct text text = TEXT_EMPTY;
        event.arg[2] = rows[i].fate;
        assert_true(packet_of_event(&seen.packet, &event));
        assert_int_equal(packet_arrives(&seen.packet), rows[i].arrives);
        seen.window = seen.packet.window;
        packet_describe(&text, &seen);
        assert_string_equal(text_string(&text), rows[i].words);
        text_free(&text);
    }
}

/* Cut off anywhere, a frame is read as far as it goes. */
static void test_cut_off(void **state)
{
    (void)state;
    struct frame frame = tcp(false, 1, 2, TCP_FLAG_ACK, 100);
    for (size_t kept = 0; kept <= frame.length; kept++) {
        struct packet packet;
        struct event event = recorded(&frame, kept);
        assert_int_equal(packet_of_event(&packet, &event), kept >= 14);
        if (kept >= 54)
            assert_int_equal(packet.data, 100);
    }
}

/* ICMP carries the begin of what it is about, of which the ports are read; those of a cut one are not. */
static void test_quoted(void **state)
{
    (void)state;
    for (int version = 4; version <= 6; version += 2) {
        struct frame frame = {.length = 0};
        struct packet packet;
        if (version == 4) {
            add_ipv4(&frame, 1, 36, 2, 1);
            ADD(&frame, 3, 3, 0, 0, 0, 0, 0, 0);
            ADD(&frame, 0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2);
        } else {
            add_ethernet(&frame, 0x86dd);
            ADD(&frame, 0x60, 0, 0, 0, 0, 56, 58, 64);
            frame.length += 32;
            ADD(&frame, 1, 4, 0, 0, 0, 0, 0, 0);
            ADD(&frame, 0x60, 0, 0, 0, 0, 8, 17, 64);
            frame.length += 32;
        }
        ADD(&frame, 3, 232, 0, 53, 0, 8, 0, 0);
        assert_true(read_frame(&packet, &frame));
        assert_int_equal(packet.from_port, 1000);
        assert_int_equal(packet.to_port, 53);
        struct event event = recorded(&frame, frame.length - 6);
        assert_true(packet_of_event(&packet, &event));
        assert_int_equal(packet.from_port, 0);
    }
}

/* Data as far as it was kept, and without what Ethernet padded. */
static void test_content(void **state)
{
    (void)state;
    struct packet packet;
    struct frame frame = {.length = 0};
    add_ipv4(&frame, 6, 25, 1, 2);
    add_tcp(&frame, 1000, 80, 1, 1, TCP_FLAG_ACK, 500, 20);
    ADD(&frame, 'h', 'e', 'l', 'l', 'o', 0, 0, 0);
    struct event event = recorded(&frame, frame.length);
    assert_true(packet_of_event(&packet, &event));
    assert_int_equal(packet.kept, 5);
    assert_memory_equal(packet.content, "hello", 5);
    event = recorded(&frame, frame.length - 5);
    assert_true(packet_of_event(&packet, &event));
    assert_int_equal(packet.data, 5);
    assert_int_equal(packet.kept, 3);
}

/* --- many packets --------------------------------------------------------------------------------------- */

static void test_neighbours(void **state)
{
    (void)state;
    const struct {
        struct frame frame;
        enum packet_finding finding;
        uint32_t sequence, acknowledged;
    } rows[] = {
        {tcp(false, 1000, 0, TCP_FLAG_SYN, 0), PACKET_PLAIN, 0, 0},
        {tcp(false, 1000, 0, TCP_FLAG_SYN, 0), PACKET_RESENT, 0, 0},
        {tcp(true, 5000, 1001, TCP_FLAG_SYN | TCP_FLAG_ACK, 0), PACKET_PLAIN, 0, 1},
        {tcp(false, 1001, 5001, TCP_FLAG_ACK, 0), PACKET_PLAIN, 1, 1},
        {tcp(false, 1001, 5001, TCP_FLAG_ACK | TCP_FLAG_PSH, 100), PACKET_PLAIN, 1, 1},
        {tcp(true, 5001, 1101, TCP_FLAG_ACK, 0), PACKET_PLAIN, 1, 101},
        {tcp(true, 5001, 1101, TCP_FLAG_ACK, 0), PACKET_DUPLICATE_ACK, 1, 101},
        {tcp(false, 1001, 5001, TCP_FLAG_ACK | TCP_FLAG_PSH, 100), PACKET_RESENT, 1, 1},
        {tcp(false, 1101, 5001, TCP_FLAG_ACK | TCP_FLAG_FIN, 0), PACKET_PLAIN, 101, 1},
        {tcp(true, 5001, 1102, TCP_FLAG_ACK, 0), PACKET_PLAIN, 1, 102},
        {tcp(false, 90000, 0, TCP_FLAG_SYN, 0), PACKET_PLAIN, 0, 0}, /* the same ports again */
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    struct event events[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        events[i] = recorded(&rows[i].frame, rows[i].frame.length);
    const struct timeline timeline = {.events = events, .event_count = COUNT};
    size_t count;
    struct seen_packet *list = packets_of(&timeline, &count);
    assert_int_equal(count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(list[i].finding, rows[i].finding);
        assert_int_equal(list[i].sequence, rows[i].sequence);
        assert_int_equal(list[i].acknowledged, rows[i].acknowledged);
    }
    free(list);
}

/* A part of a datagram to port 80; `place` counts eights of bytes, `more` parts follow. */
static struct frame part4(uint8_t whole, uint8_t place, bool more, uint8_t from)
{
    struct frame frame = {.length = 0};
    add_ethernet(&frame, 0x0800);
    ADD(&frame, 0x45, 0, 0, 44, 0, whole, more ? 0x20 : 0, place, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0, 2);
    ADD(&frame, 3, 232, 0, 80, 0, 200, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8);
    return frame;
}

static struct frame part6(uint8_t whole, uint8_t place, bool more)
{
    struct frame frame = {.length = 0};
    add_ethernet(&frame, 0x86dd);
    ADD(&frame, 0x60, 0, 0, 0, 0, 24, 44, 64);
    ADD(&frame, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
    ADD(&frame, 17, 0, 0, (uint8_t)(place << 3 | more), 0, 0, 0, whole);
    ADD(&frame, 3, 232, 0, 80, 0, 200, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    return frame;
}

/* Ports stand in the first part only; the others have them from it, where it was seen. */
static void test_parts(void **state)
{
    (void)state;
    const struct {
        struct frame frame;
        bool fragment;
        uint16_t port;
    } rows[] = {
        {part4(7, 2, true, 1), true, 0}, {part4(7, 0, true, 1), false, 80}, {part4(7, 2, true, 1), true, 80},
        {part4(7, 2, true, 3), true, 0}, {part4(8, 2, true, 1), true, 0},   {part4(7, 4, false, 1), true, 80},
        {part6(7, 0, true), false, 80},  {part6(7, 1, false), true, 80},    {part6(9, 1, false), true, 0},
    };
    struct packet_flows *flows = packet_flows_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = recorded(&rows[i].frame, rows[i].frame.length);
        struct seen_packet seen;
        assert_true(packet_flows_see(flows, &event, &seen));
        assert_int_equal(seen.packet.divided, true);
        assert_int_equal(seen.packet.fragment, rows[i].fragment);
        assert_int_equal(address_port(&seen.packet.to), rows[i].port);
    }
    packet_flows_free(flows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_packet), cmocka_unit_test(test_fate),    cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_quoted),     cmocka_unit_test(test_content), cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
