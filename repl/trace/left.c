#include "trace/left.h"

#include "base/memory.h"

/* Whoever accepts and then connects, as relays do, connects on behalf of the one it accepted last; -1 for none. */
static int find_client(const struct sockets *sockets, size_t index)
{
    const struct traced_socket *s = &sockets->list[index];
    int client = -1;
    for (size_t i = 0; i < sockets->count && s->remote.length > 0 && !s->accepted; i++) {
        const struct traced_socket *other = &sockets->list[i];
        bool later = client < 0 || other->born > sockets->list[client].born;
        if (other->accepted && other->actor == s->actor && other->born <= s->born && later)
            client = (int)i;
    }
    return client;
}

static bool is_left(const struct sockets *sockets, int64_t begin, const bool *left, size_t index)
{
    const struct traced_socket *s = &sockets->list[index];
    if (s->actor == 0)
        return s->gone != 0 && s->gone < begin;
    int client = find_client(sockets, index);
    return (s->other >= 0 && left[s->other]) || (client >= 0 && left[client]);
}

bool *left_find(const struct sockets *sockets, int64_t begin)
{
    size_t count = sockets->count;
    bool *left = memory_new(count, sizeof *left);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++)
            if (!left[i] && is_left(sockets, begin, left, i))
                left[i] = more = true;
    }
    return left;
}
