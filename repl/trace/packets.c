#include "trace/packets.h"

#include "base/array.h"
#include "trace/tcp_states.h"

#include <string.h>

struct seen_packet *packets_of(const struct timeline *timeline, size_t *count)
{
    struct packet_flows *flows = packet_flows_new();
    struct seen_packet *list = NULL, seen;
    size_t all = 0, earlier = 0;
    for (size_t i = 0; i < timeline_count(timeline); i++) {
        if (!packet_flows_see(flows, timeline_event(timeline, i), &seen))
            continue;
        ARRAY_ADD(list, all, seen);
        earlier += i < timeline->earlier_count;
    }
    tcp_states_find(list, all);
    *count = all - earlier;
    if (list != NULL)
        memmove(list, list + earlier, *count * sizeof *list);
    packet_flows_free(flows);
    return list;
}
