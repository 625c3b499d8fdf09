#include "words.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    SECTION_LAST = 30, /* that and all behind it count as one */
    FOLDED_LONGEST = 8,
    SHORTEST = 2,
    STEP = 8,
    FIRST_SIZE = 256
};

#define HASH_STEP  UINT64_C(0x9e3779b97f4a7c15)
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte)) /* eight times this byte */
#define SMALL      EACH(0x20)                              /* makes small letters of letters, and leaves digits */

/* What an ASCII byte is to a word. */
enum { APART, PLAIN, SPECIAL };

static const unsigned char kinds[256] = {
    ['0' ... '9'] = PLAIN, ['a' ... 'z'] = PLAIN, ['A' ... 'Z'] = PLAIN, ['_'] = SPECIAL, [128 ... 255] = SPECIAL,
};

/* A word in small letters, zeros behind it. */
struct spelling {
    uint64_t steps[WORD_LONGEST / STEP];
    size_t length;
};

static uint32_t hash_of(const struct spelling *spelling)
{
    uint64_t hash = spelling->length;
    for (size_t i = 0; i * STEP < spelling->length; i++)
        hash = (hash ^ spelling->steps[i]) * HASH_STEP;
    return (uint32_t)(hash >> 32);
}

static void grow_table(struct words_of_page *words)
{
    size_t size = words->size ? words->size * 2 : FIRST_SIZE;
    free(words->table);
    words->table = memory_new(size, sizeof *words->table);
    words->size = size;
    for (size_t i = 0; i < words->count; i++) {
        size_t at = words->list[i].hash & (size - 1);
        while (words->table[at] != 0)
            at = (at + 1) & (size - 1);
        words->table[at] = (uint32_t)i + 1;
    }
}

static struct word *add_fresh(struct words_of_page *words, size_t at, const struct spelling *spelling, uint32_t hash)
{
    if (words->count == words->room) /* it stays from page to page, so base/array.h does not fit */
        words->list =
            memory_resize(words->list, words->room = words->room ? words->room * 2 : 256, sizeof *words->list);
    struct word *word = &words->list[words->count++];
    *word = (struct word){.head = spelling->steps[0],
                          .hash = hash,
                          .begin = (uint32_t)words->text.length,
                          .length = (uint8_t)spelling->length};
    text_add_bytes(&words->text, (const char *)spelling->steps, spelling->length);
    words->table[at] = (uint32_t)words->count;
    return word;
}

static bool is_same(const struct words_of_page *words, const struct word *word, const struct spelling *spelling)
{
    return word->head == spelling->steps[0] && word->length == spelling->length &&
           (word->length <= STEP || memcmp(words->text.bytes + word->begin, spelling->steps, word->length) == 0);
}

static struct word *find(struct words_of_page *words, const struct spelling *spelling)
{
    uint32_t hash = hash_of(spelling);
    if (2 * words->count >= words->size)
        grow_table(words);
    size_t at = hash & (words->size - 1);
    for (; words->table[at] != 0; at = (at + 1) & (words->size - 1)) {
        struct word *word = &words->list[words->table[at] - 1];
        if (word->hash == hash && is_same(words, word, spelling))
            return word;
    }
    return add_fresh(words, at, spelling, hash);
}

/* The same for a word of eight bytes at most that was there before; NULL when it was not. */
static inline struct word *find_head(const struct words_of_page *words, uint64_t head, size_t length)
{
    size_t at = ((length ^ head) * HASH_STEP) >> 32;
    for (size_t mask = words->size - 1; words->size > 0 && words->table[at &= mask] != 0; at++) {
        struct word *word = &words->list[words->table[at] - 1];
        if (word->head == head && word->length == length)
            return word;
    }
    return NULL;
}

size_t words_find(struct words_of_page *words, const char *bytes, size_t length)
{
    struct spelling spelling = {.length = length < WORD_LONGEST ? length : WORD_LONGEST};
    memcpy(spelling.steps, bytes, spelling.length);
    struct word *word = length <= STEP ? find_head(words, spelling.steps[0], length) : NULL;
    return (size_t)((word ? word : find(words, &spelling)) - words->list);
}

static void count_word(const struct words_of_page *words, struct word *word, int weight)
{
    word->sections |= UINT32_C(1) << words->section;
    word->times++;
    if (weight > word->weight)
        word->weight = (uint8_t)weight;
}

static void add_word(struct words_of_page *words, const struct spelling *spelling, int weight)
{
    count_word(words, find(words, spelling), weight);
}

/* The parts of so_reuseaddr. */
static void add_parts(struct words_of_page *words, const struct spelling *spelling, int weight)
{
    const char *bytes = (const char *)spelling->steps;
    for (size_t begin = 0, end; begin < spelling->length; begin = end + 1) {
        const char *line = memchr(bytes + begin, '_', spelling->length - begin);
        end = line ? (size_t)(line - bytes) : spelling->length;
        struct spelling part = {.length = end - begin};
        memcpy(part.steps, bytes + begin, part.length);
        if (part.length >= SHORTEST && part.length < spelling->length)
            add_word(words, &part, weight);
    }
}

static bool belongs(int32_t point)
{
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

/* Written without spaces between words: Thai, Lao, Burmese, Khmer, Han, Hiragana and Katakana. */
static bool is_dense(int32_t point)
{
    return point == 0x3005 || (point >= 0xe01 && point <= 0xeff) || (point >= 0x1000 && point <= 0x109f) ||
           (point >= 0x1780 && point <= 0x17ff) || (point >= 0x3041 && point <= 0x30ff && point != 0x30fb) ||
           (point >= 0x3400 && point <= 0x9fff) || (point >= 0xf900 && point <= 0xfaff) ||
           (point >= 0x20000 && point <= 0x3ffff);
}

/* A word while it is read: its length may be more than is kept. */
static void add_byte(struct spelling *spelling, char byte)
{
    if (spelling->length < WORD_LONGEST)
        ((char *)spelling->steps)[spelling->length] = byte;
    spelling->length++;
}

static void add_bytes(struct spelling *spelling, int32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char(point, bytes);
    for (utf8proc_ssize_t i = 0; i < length; i++)
        add_byte(spelling, (char)bytes[i]);
}

/* What may be left out above and below letters: accents, and the vowels of Hebrew and Arabic. */
static bool is_mark(int32_t point)
{
    return (point >= 0x300 && point <= 0x36f) || (point >= 0x591 && point <= 0x5bd) || point == 0x5bf ||
           point == 0x5c1 || point == 0x5c2 || point == 0x5c7 || point == 0x640 || (point >= 0x64b && point <= 0x65f) ||
           point == 0x670;
}

/* However a letter is written (big or small, accents on it, behind it or left out), it is spelt in one way. */
static void add_point(struct spelling *spelling, int32_t point)
{
    utf8proc_int32_t parts[FOLDED_LONGEST];
    int kind = UTF8PROC_BOUNDCLASS_START;
    if (point >= 0xac00 && point <= 0xd7a3) { /* Hangul's syllables have parts, but no accents */
        add_bytes(spelling, point);
        return;
    }
    utf8proc_ssize_t count = utf8proc_decompose_char(point, parts, FOLDED_LONGEST,
                                                     UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &kind);
    for (utf8proc_ssize_t i = 0; i < count && count <= FOLDED_LONGEST; i++)
        if (!is_mark(parts[i]))
            add_bytes(spelling, parts[i]);
}

static void end_word(struct words_of_page *words, struct spelling *spelling, bool joined, int weight)
{
    if (spelling->length >= SHORTEST && spelling->length <= WORD_LONGEST) {
        add_word(words, spelling, weight);
        if (joined)
            add_parts(words, spelling, weight);
    }
    *spelling = (struct spelling){.length = 0};
}

/* Each such sign is a word, and so are each two of them: a reader may look for any part of a run. */
static void add_dense(struct words_of_page *words, int32_t before, int32_t point, int weight)
{
    struct spelling one = {.length = 0}, two = {.length = 0};
    add_point(&one, point);
    end_word(words, &one, false, weight);
    if (before == 0)
        return;
    add_point(&two, before);
    add_point(&two, point);
    end_word(words, &two, false, weight);
}

/* Reads any word; gives how many bytes it and the sign behind it took. */
static size_t add_general(struct words_of_page *words, const char *text, size_t length, int weight)
{
    struct spelling spelling = {.length = 0};
    bool joined = false;
    size_t at = 0, taken = 0;
    for (int32_t point, dense = 0; at < length; at += taken) {
        unsigned char byte = (unsigned char)text[at];
        taken = 1;
        if (byte < 128 && kinds[byte] == APART)
            break;
        joined = joined || byte == '_';
        if (byte < 128) {
            add_byte(&spelling, (char)tolower(byte));
            dense = 0;
            continue;
        }
        taken = utf8_decode(text + at, length - at, &point);
        if (point < 0 || !belongs(point))
            break;
        if (is_dense(point)) {
            end_word(words, &spelling, joined, weight);
            add_dense(words, dense, point, weight);
        } else {
            add_point(&spelling, point);
        }
        dense = is_dense(point) ? point : 0;
    }
    end_word(words, &spelling, joined, weight);
    return at < length ? at + taken : at;
}

/* How many of eight bytes, from the first on, are plain. */
static size_t plain_begin(uint64_t eight)
{
    uint64_t letters = (eight | SMALL) & EACH(0x7f), digits = eight & EACH(0x7f);
    uint64_t plain = ((letters + EACH(0x80 - 'a')) & ~(letters + EACH(0x7f - 'z'))) |
                     ((digits + EACH(0x80 - '0')) & ~(digits + EACH(0x7f - '9')));
    uint64_t apart = ~(plain & ~eight) & EACH(0x80);
    return apart ? (size_t)__builtin_ctzll(apart) / 8 : STEP;
}

static void add_head(struct words_of_page *words, uint64_t head, size_t length, int weight)
{
    struct word *word = find_head(words, head, length);
    if (word == NULL)
        word = find(words, &(struct spelling){{head}, length});
    count_word(words, word, weight);
}

/* A word of plain letters within eight bytes; gives how many bytes it and the sign behind it took, 0: it is none. */
static size_t add_short(struct words_of_page *words, const char *text, size_t length, int weight)
{
    uint64_t eight = 0;
    if (length >= STEP)
        memcpy(&eight, text, STEP);
    else
        memcpy(&eight, text, length);
    size_t count = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? plain_begin(eight) : STEP;
    if (count == STEP || (count < length && kinds[(unsigned char)text[count]] == SPECIAL))
        return 0;
    if (count >= SHORTEST)
        add_head(words, (eight | SMALL) & (UINT64_MAX >> (8 * (STEP - count))), count, weight);
    return count + 1;
}

/* Plain English takes short ways; what they cannot spell is left to the general one. */
static void add_text(struct words_of_page *words, const char *text, size_t length, int weight)
{
    for (size_t at = 0, taken; at < length; at += taken) {
        size_t count = 0;
        unsigned char kind = kinds[(unsigned char)text[at]];
        taken = kind == APART ? 1 : add_short(words, text + at, length - at, weight);
        if (taken > 0)
            continue;
        while (at + count < length && (kind = kinds[(unsigned char)text[at + count]]) == PLAIN)
            count++;
        if (at + count < length && kind == SPECIAL) {
            taken = add_general(words, text + at, length - at, weight);
            continue;
        }
        if (count >= SHORTEST && count <= WORD_LONGEST) {
            struct spelling spelling = {.length = count};
            for (size_t i = 0; i < count; i++)
                ((char *)spelling.steps)[i] = text[at + i] | 0x20;
            add_word(words, &spelling, weight);
        }
        taken = count + 1;
    }
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 128)
            return false;
    return true;
}

/* A sign in parts, or of another width, is the same sign: whoever searches normalises, too. */
void words_add(struct words_of_page *words, const char *text, size_t length, int weight)
{
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t size = -1;
    if (!is_ascii(text, length))
        size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &normal,
                            UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
    if (size >= 0)
        add_text(words, (const char *)normal, (size_t)size, weight);
    else
        add_text(words, text, length, weight);
    free(normal);
}

void words_section(struct words_of_page *words)
{
    words->section += words->section < SECTION_LAST;
}

void words_clear(struct words_of_page *words)
{
    text_clear(&words->text);
    words->section = 0;
    words->count = 0;
    if (words->size > 0)
        memset(words->table, 0, words->size * sizeof *words->table);
}

void words_free(struct words_of_page *words)
{
    text_free(&words->text);
    free(words->list);
    free(words->table);
}
