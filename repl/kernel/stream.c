#include "kernel/stream.h"

#include "base/clock.h"

#define PAUSE (50 * CLOCK_MILLISECOND)
#define PIECE ((size_t)64 << 10)

static size_t left_of(const struct stream *stream)
{
    return stream->pending.length - stream->taken;
}

void stream_add(struct stream *stream, const char *text, size_t length)
{
    if (left_of(stream) == 0 && stream->next < clock_now())
        stream->next = clock_after(PAUSE);
    text_add_bytes(&stream->pending, text, length);
}

int64_t stream_moment(const struct stream *stream)
{
    return left_of(stream) > 0 ? stream->next : CLOCK_NEVER;
}

/* A piece ends behind a line, or at least behind a whole character. */
static size_t piece_length(const char *text, size_t length)
{
    if (length <= PIECE)
        return length;
    size_t end = PIECE;
    while (end > PIECE / 2 && text[end - 1] != '\n')
        end--;
    if (end > PIECE / 2)
        return end;
    for (end = PIECE; ((unsigned char)text[end] & 0xc0) == 0x80;)
        end--;
    return end;
}

void stream_send(struct stream *stream, struct post *post, const struct letter *request, bool all)
{
    while (left_of(stream) > 0 && (all || clock_now() >= stream->next)) {
        const char *text = stream->pending.bytes + stream->taken;
        size_t length = piece_length(text, left_of(stream));
        post_publish(post, request, "stream",
                     json_pack("{s:s, s:o}", "name", "stdout", "text", json_stringn(text, length)));
        stream->taken += length;
        stream->next = clock_after(PAUSE);
    }
    if (left_of(stream) == 0)
        stream_clear(stream);
}

void stream_clear(struct stream *stream)
{
    text_free(&stream->pending);
    stream->taken = 0;
}
