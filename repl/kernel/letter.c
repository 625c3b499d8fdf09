#include "kernel/letter.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Frames behind the delimiter: signature, header, parent, metadata, content. */
enum { LEAST_FRAMES = 5 };

static size_t find_delimiter(const struct span *frames, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(frames[i], LETTER_DELIMITER))
            return i;
    return count;
}

/* An object, or NULL. */
static json_t *read_object(struct span frame)
{
    json_t *value = json_loadb(frame.text, frame.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    if (json_is_object(value))
        return value;
    json_decref(value);
    return NULL;
}

/* What is in the parts; false when one of them is not what it should be. */
static bool read_parts(struct letter *letter, const struct span parts[KEY_PARTS])
{
    text_add_bytes(&letter->header, parts[0].text, parts[0].length);
    letter->too_long = parts[3].length > LETTER_MOST;
    letter->head = parts[0].length <= LETTER_MOST ? read_object(parts[0]) : NULL;
    letter->parent = parts[1].length <= LETTER_MOST ? read_object(parts[1]) : NULL;
    letter->content = letter->too_long ? json_object() : read_object(parts[3]);
    letter->type = json_string_value(json_object_get(letter->head, "msg_type"));
    return letter->head != NULL && letter->parent != NULL && letter->content != NULL && letter->type != NULL;
}

struct letter *letter_read(const struct span *frames, size_t count, const struct key *key, const char **why)
{
    size_t delimiter = find_delimiter(frames, count);
    if (count - delimiter < 1 + LEAST_FRAMES) {
        *why = "it has too few frames";
        return NULL;
    }
    const struct span *parts = &frames[delimiter + 2];
    if (!key_accepts(key, frames[delimiter + 1], parts)) {
        *why = "its signature is wrong";
        return NULL;
    }
    struct letter *letter = memory_new(1, sizeof *letter);
    letter->senders = memory_new(delimiter + 1, sizeof *letter->senders);
    letter->sender_count = delimiter;
    for (size_t i = 0; i < delimiter; i++)
        text_add_bytes(&letter->senders[i], frames[i].text, frames[i].length);
    if (!read_parts(letter, parts)) {
        *why = "its parts are not the objects of JSON that they should be";
        letter_free(letter);
        return NULL;
    }
    return letter;
}

void letter_free(struct letter *letter)
{
    if (letter == NULL)
        return;
    for (size_t i = 0; i < letter->sender_count; i++)
        text_free(&letter->senders[i]);
    free(letter->senders);
    text_free(&letter->header);
    json_decref(letter->head);
    json_decref(letter->parent);
    json_decref(letter->content);
    free(letter);
}

const char *letter_string(const struct letter *letter, const char *name, const char *otherwise)
{
    const char *string = json_string_value(json_object_get(letter->content, name));
    return string ? string : otherwise;
}

bool letter_flag(const struct letter *letter, const char *name, bool otherwise)
{
    const json_t *value = json_object_get(letter->content, name);
    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

/* --- letters -------------------------------------------------------------------------------------------- */

static int add_bytes(const char *bytes, size_t length, void *text)
{
    text_add_bytes(text, bytes, length);
    return 0;
}

void letter_write(struct letter_out *letter, const struct key *key, const json_t *header, const char *parent,
                  const json_t *content)
{
    *letter = (struct letter_out){{TEXT_EMPTY}};
    json_dump_callback(header, add_bytes, &letter->frames[LETTER_HEADER], JSON_COMPACT);
    text_add(&letter->frames[LETTER_PARENT], *parent ? parent : "{}");
    text_add(&letter->frames[LETTER_METADATA], "{}");
    json_dump_callback(content, add_bytes, &letter->frames[LETTER_CONTENT], JSON_COMPACT);
    struct span parts[KEY_PARTS];
    for (size_t i = 0; i < KEY_PARTS; i++)
        parts[i] = (struct span){letter->frames[LETTER_HEADER + i].bytes, letter->frames[LETTER_HEADER + i].length};
    char digits[KEY_DIGITS + 1];
    key_sign(digits, key, parts);
    text_add(&letter->frames[LETTER_SIGNATURE], digits);
}

void letter_out_free(struct letter_out *letter)
{
    for (size_t i = 0; i < LETTER_FRAMES; i++)
        text_free(&letter->frames[i]);
}
