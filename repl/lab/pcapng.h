/*
 * pcapng.h: packets as a capture file.  Floor: lab.
 *
 * The format of tcpdump and Wireshark (draft-ietf-opsawg-pcapng): one section, one Ethernet interface, times in
 * nanoseconds.  Of a long packet the record has kept only the beginning; the capture says so.
 */
#ifndef SOCKRATES_LAB_PCAPNG_H
#define SOCKRATES_LAB_PCAPNG_H

#include "base/text.h"
#include "trace/timeline.h"

/* All packets that are known, those of earlier steps too; without IPv6's own chatter. */
void pcapng_write(struct text *out, const struct timeline *timeline);

#endif
