#include "lesson/chain.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdint.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>

char *chain_text(const json_t *entry)
{
    return json_dumps(entry, JSON_COMPACT | JSON_SORT_KEYS);
}

void chain_digest(const char *bytes, size_t length, char digest[CHAIN_ROOM])
{
    SHA256Data((const uint8_t *)bytes, length, digest);
}

void chain_link(const char *before, const char *digest, char link[CHAIN_ROOM])
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)before, strlen(before));
    SHA256Update(&context, (const uint8_t *)digest, strlen(digest));
    SHA256End(&context, link);
}

json_t *chain_string(const char *text)
{
    struct text kept = TEXT_EMPTY;
    utf8_add_keeping(&kept, text, strlen(text), "\n\t");
    json_t *string = json_string(text_string(&kept));
    text_free(&kept);
    return string;
}

static bool is_digest(const char *word)
{
    return word != NULL && strlen(word) == CHAIN_ROOM - 1 && word[strspn(word, "0123456789abcdef")] == '\0';
}

/* False when the item is neither an entry nor the digest of one. */
static bool digest_of(const json_t *item, char digest[CHAIN_ROOM])
{
    const json_t *entry = json_object_get(item, "entry");
    const char *known = json_string_value(json_object_get(item, "digest"));
    if (json_is_object(entry)) {
        char *text = chain_text(entry);
        if (text == NULL)
            return false;
        chain_digest(text, strlen(text), digest);
        free(text);
        return true;
    }
    if (!is_digest(known))
        return false;
    memcpy(digest, known, CHAIN_ROOM);
    return true;
}

size_t chain_broken(const json_t *list)
{
    char link[CHAIN_ROOM] = "", digest[CHAIN_ROOM];
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item)
    {
        const char *said = json_string_value(json_object_get(item, "link"));
        if (said == NULL || !digest_of(item, digest))
            return index;
        chain_link(link, digest, link);
        if (strcmp(link, said) != 0)
            return index;
    }
    return json_array_size(list);
}
