#include "kernel/post.h"

#include "base/array.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct post {
    struct ports *ports;
    const struct key *key;
    char session[33];
    uint64_t sent;
    uint64_t asked; /* the number of the message that asked last */
};

struct post *post_new(struct ports *ports, const struct key *key)
{
    struct post *post = memory_new(1, sizeof *post);
    post->ports = ports;
    post->key = key;
    key_name(post->session);
    return post;
}

void post_free(struct post *post)
{
    free(post);
}

static json_t *date_now(void)
{
    struct timespec now;
    struct tm parts;
    char day[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    return json_sprintf("%s.%06ldZ", day, now.tv_nsec / 1000);
}

static json_t *name_of(const struct post *post, uint64_t number)
{
    return json_sprintf("%s_%llu", post->session, (unsigned long long)number);
}

static json_t *header_of(struct post *post, const char *type)
{
    return json_pack("{s:o, s:s, s:s, s:s, s:o, s:s}", "msg_id", name_of(post, ++post->sent), "session", post->session,
                     "username", "kernel", "msg_type", type, "date", date_now(), "version", POST_PROTOCOL);
}

/* Behind the frames that say whom it is for. */
static bool send_letter(struct post *post, enum port port, const struct span *heads, size_t head_count,
                        const struct letter *request, const char *type, json_t *content)
{
    struct letter_out out;
    struct span *frames = NULL;
    size_t count = 0;
    json_t *header = header_of(post, type);
    letter_write(&out, post->key, header, request ? text_string(&request->header) : "", content);
    for (size_t i = 0; i < head_count; i++)
        ARRAY_ADD(frames, count, heads[i]);
    ARRAY_ADD(frames, count, (struct span){LETTER_DELIMITER, sizeof LETTER_DELIMITER - 1});
    for (size_t i = 0; i < LETTER_FRAMES; i++)
        ARRAY_ADD(frames, count, (struct span){text_string(&out.frames[i]), out.frames[i].length});
    bool sent = ports_send(post->ports, port, frames, count);
    free(frames);
    letter_out_free(&out);
    json_decref(header);
    json_decref(content);
    return sent;
}

static bool reply(struct post *post, enum port port, const struct letter *request, const char *type, json_t *content)
{
    struct span *senders = memory_new(request->sender_count + 1, sizeof *senders);
    for (size_t i = 0; i < request->sender_count; i++)
        senders[i] = (struct span){text_string(&request->senders[i]), request->senders[i].length};
    bool sent = send_letter(post, port, senders, request->sender_count, request, type, content);
    free(senders);
    return sent;
}

void post_reply(struct post *post, enum port port, const struct letter *request, const char *type, json_t *content)
{
    reply(post, port, request, type, content);
}

bool post_ask(struct post *post, const struct letter *request, const char *type, json_t *content)
{
    bool sent = reply(post, PORT_STDIN, request, type, content);
    post->asked = post->sent;
    return sent;
}

bool post_asked(const struct post *post, const struct letter *answer)
{
    const char *said = json_string_value(json_object_get(answer->parent, "msg_id"));
    json_t *name = name_of(post, post->asked);
    bool asked = said == NULL || strcmp(said, json_string_value(name)) == 0;
    json_decref(name);
    return asked;
}

static void publish(struct post *post, struct span topic, const struct letter *request, const char *type,
                    json_t *content)
{
    send_letter(post, PORT_IOPUB, &topic, 1, request, type, content);
}

void post_publish(struct post *post, const struct letter *request, const char *type, json_t *content)
{
    publish(post, (struct span){type, strlen(type)}, request, type, content);
}

void post_status(struct post *post, const struct letter *request, const char *state)
{
    post_publish(post, request, "status", json_pack("{s:s}", "execution_state", state));
}

void post_welcome(struct post *post, struct span topic)
{
    publish(post, topic, NULL, "iopub_welcome",
            json_pack("{s:o}", "subscription", json_stringn(topic.text, topic.length)));
}
